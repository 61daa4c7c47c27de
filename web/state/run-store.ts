// Runs that have been made, kept by study, policy and seed, so that nothing is simulated twice: a further policy or further
// seeds cost only themselves. Figures stay in the columns in which they came.
import { METRICS } from '../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { RunColumns, TextSource } from '../worker/protocol.ts';

const INDEX: ReadonlyMap<string, number> = new Map(METRICS.map(({ key }, m) => [key, m]));

/** Of 32 bits, in a hash. */
const WORDS = 4;

interface Place { readonly columns: RunColumns; readonly row: number }

/** Seeds and the policies that have not run on them. */
export interface Batch {
  readonly seeds: readonly number[];
  readonly policies: readonly string[];
}

/** The runs of one study. */
export class RunStore {
  private readonly places = new Map<string, Map<number, Place>>();
  /** Hash of the text of each policy that has one, when its runs were made. */
  private readonly versions = new Map<string, string>();

  /** Drops the runs of policies whose text is not the one they were made with. Before runs of these texts are added. */
  keepVersions(texts: readonly TextSource[]): void {
    for (const { name, hash } of texts) {
      if (this.versions.get(name) !== hash) for (const policy of [...this.places.keys()]) if (policy.split(':')[0] === name) this.places.delete(policy);
      this.versions.set(name, hash);
    }
  }

  add(columns: RunColumns): void {
    columns.policies.forEach((policy, p) => {
      const own = this.places.get(policy) ?? new Map<number, Place>();
      this.places.set(policy, own);
      columns.seeds.forEach((seed, k) => { own.set(seed, { columns, row: p * columns.seeds.length + k }); });
    });
  }

  has(policy: string, seed: number): boolean {
    return this.places.get(policy)?.has(seed) === true;
  }

  /** Seeds among `1 .. seedCount` at which all the policies have run. */
  completeSeeds(policies: readonly string[], seedCount: number): number[] {
    return Array.from({ length: seedCount }, (_, k) => k + 1).filter((seed) => policies.every((policy) => this.has(policy, seed)));
  }

  /** Runs of these policies on seeds `1 .. seedCount` that are missing. */
  missing(policies: readonly string[], seedCount: number): number {
    let count = 0;
    for (const policy of policies) for (let seed = 1; seed <= seedCount; seed++) if (!this.has(policy, seed)) count++;
    return count;
  }

  /** The figure of a run; NaN when the run failed, or was not made. */
  value(policy: string, seed: number, metric: MetricKey): number {
    const place = this.places.get(policy)?.get(seed);
    if (place === undefined || place.columns.failures.some(({ row }) => row === place.row)) return NaN;
    return place.columns.metrics[INDEX.get(metric)! * place.columns.cause.length + place.row]!;
  }

  /** Whether two runs did the same things at the same instants; undefined while either is not there, or came without its schedule. */
  sameSchedule(policy: string, seed: number, other: RunStore): boolean | undefined {
    const a = this.places.get(policy)?.get(seed), b = other.places.get(policy)?.get(seed);
    if (a?.columns.schedule === undefined || b?.columns.schedule === undefined) return undefined;
    for (let w = 0; w < WORDS; w++) if (a.columns.schedule[WORDS * a.row + w] !== b.columns.schedule[WORDS * b.row + w]) return false;
    return true;
  }

  /** Why the run failed; empty when it did not. */
  failure(policy: string, seed: number): string {
    const place = this.places.get(policy)?.get(seed);
    return place?.columns.failures.find(({ row }) => row === place.row)?.failure ?? '';
  }

  /** These runs as columns of their own. All of them must be there. */
  pick(policies: readonly string[], seeds: readonly number[]): RunColumns {
    const rows = policies.length * seeds.length, metrics = new Float64Array(METRICS.length * rows), cause = new Float64Array(rows), hash = new Uint32Array(WORDS * rows);
    const failures: RunColumns['failures'][number][] = [];
    policies.forEach((policy, p) => {
      const own = this.places.get(policy)!;
      seeds.forEach((seed, k) => {
        const { columns: from, row: source } = own.get(seed)!, row = p * seeds.length + k, height = from.cause.length;
        for (let m = 0; m < METRICS.length; m++) metrics[m * rows + row] = from.metrics[m * height + source]!;
        cause[row] = from.cause[source]!;
        hash.set(from.hash.subarray(WORDS * source, WORDS * source + WORDS), WORDS * row);
        for (const failed of from.failures) if (failed.row === source) failures.push({ ...failed, row });
      });
    });
    return { policies, seeds, metrics, cause, hash, failures };
  }

  /**
   * The next batch of at most `runs` runs (but at least one seed) among those missing, leaving out what `taken` holds as
   * `policy seed`; undefined when none is left. Lower seeds first, so that early answers are about whole seeds.
   */
  nextBatch(policies: readonly string[], seedCount: number, runs: number, taken: ReadonlySet<string>): Batch | undefined {
    const open = (seed: number) => policies.filter((policy) => !this.has(policy, seed) && !taken.has(runKey(policy, seed)));
    for (let seed = 1; seed <= seedCount; seed++) {
      const wanted = open(seed);
      if (wanted.length === 0) continue;
      const seeds = [seed], most = Math.floor(runs / wanted.length);
      while (seeds.length < most && seeds.at(-1)! < seedCount && sameNames(open(seeds.at(-1)! + 1), wanted)) seeds.push(seeds.at(-1)! + 1);
      return { seeds, policies: wanted };
    }
    return undefined;
  }
}

export function runKey(policy: string, seed: number): string {
  return `${policy} ${seed}`;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, k) => name === b[k]);
}
