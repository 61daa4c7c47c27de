// Policies against each other on the same seeds: every policy meets the same worlds, run for run, so the differences are
// tested seed by seed. A run that did not finish, or broke a law of the audit, is a failure: counted, named and shown,
// never averaged. Nothing is compared on fewer seeds than it says.
//
// Seeds at which every policy fails say nothing about any of them. A policy that fails beyond those cannot be better than
// one that does not, and cannot win: the means of the seeds it survived flatter it.
import type { EndCause } from '../journal/run-record.ts';
import { METRICS, METRIC_BY_KEY } from '../metrics/metric-registry.ts';
import type { MetricKey, Metrics } from '../metrics/metrics.ts';
import { assert, inputError, nearestName } from '../model/errors.ts';
import type { Weights } from '../model/policy.ts';
import type { Instance } from '../model/problem.ts';
import { formatPolicySpec } from '../../policies/registry.ts';
import type { PolicyChoice } from '../../policies/registry.ts';
import type { CompiledFault } from '../sim/faults.ts';
import { pairedComparison } from './paired-comparison.ts';
import type { Verdict } from './paired-comparison.ts';
import { rankTable } from './rank-table.ts';
import { RunWorkspace, Runner, auditOutcome } from './run-once.ts';
import type { CompletedRun } from './run-once.ts';
import { summarize } from './statistics.ts';
import type { Summary } from './statistics.ts';

export interface ComparisonSetup {
  readonly instance: Instance;
  readonly policies: readonly PolicyChoice[];
  readonly weights?: Weights;
  readonly faults?: readonly CompiledFault[];
  /** A policy as `formatPolicySpec` writes it. Default: `fifo` if it is there, else the first. */
  readonly baseline?: string;
  /** What `rows` and `winner` are about. Default `objective`. */
  readonly metric?: MetricKey;
  /** A wall clock in ms, to time decisions. */
  readonly clock?: () => number;
}

export interface ComparisonProgress {
  /** Runs made in this call, and to be made. */
  readonly done: number;
  readonly total: number;
  readonly policy: string;
  readonly seed: number;
}

/** One run of a comparison. The figures of a failed one are of the run as far as it went. */
export interface ComparedRun {
  readonly seed: number;
  readonly cause: EndCause;
  /** `clean`, or the law that was broken. */
  readonly audit: string;
  /** Why it failed, in one line; empty when it did not. */
  readonly failure: string;
  readonly hash: string;
  readonly metrics: Metrics;
}

/** Of a policy against the baseline; differences are policy - baseline, over the seeds at which both succeeded. */
export interface PairedDifference {
  readonly n: number;
  /** NaN when there are no such seeds. */
  readonly mean: number;
  /** 95 %; Infinity below two seeds. */
  readonly halfWidth95: number;
  /** mean as a share of the baseline's mean. */
  readonly relative: number;
  readonly pValue: number;
  readonly verdict: Verdict;
  /** Seeds at which it is better, the same, worse; where only one of the two succeeded, that one is better. */
  readonly winTieLoss: readonly [wins: number, ties: number, losses: number];
}

export interface ComparisonRow {
  readonly policy: string;
  /** Runs that succeeded, which all figures are over, and those that did not. */
  readonly n: number;
  readonly failed: number;
  /** How often each sort of failure occurred. */
  readonly failures: Readonly<Record<string, number>>;
  /** Of the comparison's metric. NaN without a run. */
  readonly mean: number;
  readonly halfWidth95: number;
  readonly pairedDifference: PairedDifference;
  /** Undefined for what does not apply to these runs. */
  readonly metrics: Readonly<Record<MetricKey, Summary | undefined>>;
}

export interface Comparison {
  readonly setup: ComparisonSetup;
  readonly metric: MetricKey;
  readonly policies: readonly string[];
  readonly baseline: string;
  readonly seeds: readonly number[];
  /** `runs[p][k]`: policy p at seed k. */
  readonly runs: readonly (readonly ComparedRun[])[];
  /** Best first; policies with failures of their own last. */
  readonly rows: readonly ComparisonRow[];
  readonly winner: string | undefined;
  /** One sentence for people: the winner and how it was shown, or that there is none yet. */
  readonly statement: string;
}

/**
 * Runs every policy on `replications` seeds from `firstSeed` (default 1) on. Throws `InputError` for a policy given twice,
 * a baseline that is not among them, or a metric that has no better and worse.
 */
export function compare(request: ComparisonSetup & { readonly replications: number; readonly firstSeed?: number; readonly onProgress?: (progress: ComparisonProgress) => void }): Comparison {
  const { replications, firstSeed = 1, onProgress, ...setup } = request;
  return replicate(new Replications(setup), firstSeed, replications, onProgress);
}

/** The comparison with `more` further seeds; the runs it has are kept. */
export function extend(comparison: Comparison, more: number, onProgress?: (progress: ComparisonProgress) => void): Comparison {
  return replicate(new Replications(comparison.setup, comparison), 1 + Math.max(0, ...comparison.seeds), more, onProgress);
}

function replicate(replications: Replications, first: number, count: number, onProgress: (progress: ComparisonProgress) => void = () => {}): Comparison {
  const total = count * replications.policies.length;
  let done = 0;
  for (let seed = first; seed < first + count; seed++) replications.runSeed(seed, (policy) => { onProgress({ done: ++done, total, policy, seed }); });
  return replications.comparison();
}

/** A comparison in the making, for callers that want to stop, look or breathe between seeds. */
export class Replications {
  readonly setup: ComparisonSetup;
  readonly policies: readonly string[];
  private readonly seeds: number[];
  private readonly runs: ComparedRun[][];
  private readonly workspace: RunWorkspace;
  private readonly runners: Runner[];

  constructor(setup: ComparisonSetup, earlier?: Comparison) {
    const { instance, weights, faults, clock } = setup;
    this.setup = setup;
    this.policies = setup.policies.map(formatPolicySpec);
    checkSetup(setup, this.policies);
    this.seeds = [...earlier?.seeds ?? []];
    this.runs = this.policies.map((_, p) => [...earlier?.runs[p] ?? []]);
    this.workspace = new RunWorkspace(instance);
    this.runners = setup.policies.map(({ policy, parameters }) => new Runner(instance, {
      policy, parameters, reasons: false, ...(weights === undefined ? {} : { weights }), ...(faults === undefined ? {} : { faults }), ...(clock === undefined ? {} : { clock }),
    }, this.workspace));
  }

  /** One run of every policy. */
  runSeed(seed: number, ran?: (policy: string) => void): void {
    this.add(seed, this.runsOf(seed, ran));
  }

  /** The same, not taken into the comparison: to be added later, or elsewhere. */
  runsOf(seed: number, ran: (policy: string) => void = () => {}): ComparedRun[] {
    const bounds = this.workspace.seedBounds.of(seed, this.setup.faults);
    return this.runners.map((runner, p) => {
      const run = comparedRun(runner.run(seed, bounds));
      ran(this.policies[p]!);
      return run;
    });
  }

  /** Takes in the runs of a seed, one a policy, wherever they were made. */
  add(seed: number, runs: readonly ComparedRun[]): void {
    assert(!this.seeds.includes(seed), `seed ${seed} has been run`);
    runs.forEach((run, p) => { this.runs[p]!.push(run); });
    this.seeds.push(seed);
  }

  /** What is known so far. Needs at least one seed. */
  comparison(): Comparison {
    return comparisonOf(this.setup, [...this.seeds], this.runs.map((list) => [...list]));
  }
}

/** What a comparison keeps of a run. */
export function comparedRun({ run, metrics, audit }: CompletedRun): ComparedRun {
  const outcome = auditOutcome(audit), failure = outcome !== 'clean' ? `audit: ${outcome}` : run.cause === 'finished' ? '' : `${run.cause}: ${run.explanation}`;
  return { seed: run.seed, cause: run.cause, audit: outcome, failure, hash: run.hash, metrics };
}

/** A comparison of runs made elsewhere, in web workers for example: `runs[p][k]` is policy p at `seeds[k]`. Throws as `compare` does. */
export function comparisonOf(setup: ComparisonSetup, seeds: readonly number[], runs: Comparison['runs']): Comparison {
  const policies = setup.policies.map(formatPolicySpec);
  checkSetup(setup, policies);
  return { setup, policies, seeds, runs, ...verdicts(policies, runs, baselineOf(setup, policies), setup.metric ?? 'objective') };
}

/** The same runs, judged by another metric or against another baseline. */
export function comparisonBy(comparison: Comparison, metric: MetricKey, baseline: string = comparison.baseline): Comparison {
  const setup = { ...comparison.setup, metric, baseline };
  checkSetup(setup, comparison.policies);
  return { ...comparison, setup, ...verdicts(comparison.policies, comparison.runs, baseline, metric) };
}

function checkSetup(setup: ComparisonSetup, policies: readonly string[]): void {
  const twice = policies.find((name, p) => policies.indexOf(name) < p), { baseline, metric = 'objective' } = setup;
  if (policies.length === 0) throw inputError('no-policies', '', 'there is nothing to compare');
  if (twice !== undefined) throw inputError('repeated-policy', '', 'a policy is given twice', { value: twice, hint: 'give each policy, with its parameters, once' });
  if (baseline !== undefined && !policies.includes(baseline)) {
    const near = nearestName(baseline, policies), hint = near === undefined ? `one of ${policies.join(', ')}` : `did you mean "${near}"?`;
    throw inputError('unknown-baseline', '', 'the baseline is none of the policies', { value: baseline, hint });
  }
  if (METRIC_BY_KEY[metric].better === 'none') {
    throw inputError('bad-metric', '', 'this figure has no better and worse', { value: metric, hint: 'compare by objective, makespanMs, costMicroUsd, ...' });
  }
}

function baselineOf(setup: ComparisonSetup, policies: readonly string[]): string {
  return setup.baseline ?? policies[Math.max(0, setup.policies.findIndex(({ policy }) => policy.name === 'fifo'))]!;
}

/** A sign test at the 5 % level needs this many seeds at which only the other one succeeds: 2 / 2^6 = 0.03. */
const DECISIVE_FAILURES = 6;

type Verdicts = Pick<Comparison, 'metric' | 'baseline' | 'rows' | 'winner' | 'statement'>;

function verdicts(policies: readonly string[], runs: readonly (readonly ComparedRun[])[], baseline: string, metric: MetricKey): Verdicts {
  const higherIsBetter = METRIC_BY_KEY[metric].better === 'higher', against = runs[policies.indexOf(baseline)]!;
  const hopeless = against.map((_, k) => runs.every((list) => list[k]!.failure !== ''));
  const ownFailures = runs.map((list) => list.filter((run, k) => run.failure !== '' && !hopeless[k]).length);
  const order = policies.map((policy, p) => ({ row: comparisonRow(policy, runs[p]!, against, metric, higherIsBetter), own: ownFailures[p]! }));
  const sign = higherIsBetter ? -1 : 1, last = (x: number) => (Number.isNaN(x) ? Infinity : sign * x);
  order.sort((a, b) => Math.sign(a.own) - Math.sign(b.own) || (last(a.row.mean) === last(b.row.mean) ? 0 : last(a.row.mean) - last(b.row.mean)));
  return { metric, baseline, rows: order.map(({ row }) => row), ...findWinner(policies, runs, hopeless, ownFailures, metric, higherIsBetter) };
}

const valueOf = (run: ComparedRun, metric: MetricKey) => (run.failure === '' ? run.metrics[metric] : NaN);

function comparisonRow(policy: string, own: readonly ComparedRun[], against: readonly ComparedRun[], metric: MetricKey, higherIsBetter: boolean): ComparisonRow {
  const good = own.filter((run) => run.failure === ''), failures: Record<string, number> = {};
  for (const run of own) if (run.failure !== '') failures[run.audit === 'clean' ? run.cause : 'audit'] = (failures[run.audit === 'clean' ? run.cause : 'audit'] ?? 0) + 1;
  const metrics = Object.fromEntries(METRICS.map(({ key }) => [key, summaryOf(good.map((run) => run.metrics[key]))])) as Record<MetricKey, Summary | undefined>;
  return {
    policy, n: good.length, failed: own.length - good.length, failures,
    mean: metrics[metric]?.mean ?? NaN, halfWidth95: metrics[metric]?.halfWidth95 ?? NaN,
    pairedDifference: pairedDifference(own, against, metric, higherIsBetter), metrics,
  };
}

function summaryOf(values: readonly number[]): Summary | undefined {
  return values.length === 0 || values.some((x) => !Number.isFinite(x)) ? undefined : summarize(values);
}

function pairedDifference(own: readonly ComparedRun[], against: readonly ComparedRun[], metric: MetricKey, higherIsBetter: boolean): PairedDifference {
  const a: number[] = [], b: number[] = [];
  let onlyOwn = 0, onlyAgainst = 0;
  own.forEach((run, k) => {
    const mine = valueOf(run, metric), other = valueOf(against[k]!, metric);
    if (Number.isFinite(mine) && Number.isFinite(other)) { a.push(mine); b.push(other); }
    else if (run.failure === '' && against[k]!.failure !== '') onlyOwn++;
    else if (run.failure !== '' && against[k]!.failure === '') onlyAgainst++;
  });
  if (a.length === 0) {
    const verdict = onlyOwn > 0 && onlyAgainst === 0 ? 'better' : onlyAgainst > 0 && onlyOwn === 0 ? 'worse' : 'undecided';
    return { n: 0, mean: NaN, halfWidth95: Infinity, relative: NaN, pValue: 1, verdict, winTieLoss: [onlyOwn, 0, onlyAgainst] };
  }
  const { n, meanDifference, halfWidth95, relative, pValue, verdict, winTieLoss: [wins, ties, losses] } = pairedComparison(a, b, { higherIsBetter });
  const flattered = (verdict === 'better' && onlyAgainst > 0) || (verdict === 'worse' && onlyOwn > 0);
  return { n, mean: meanDifference, halfWidth95, relative, pValue, verdict: flattered ? 'undecided' : verdict, winTieLoss: [wins + onlyOwn, ties, losses + onlyAgainst] };
}

function findWinner(
  policies: readonly string[], runs: readonly (readonly ComparedRun[])[], hopeless: readonly boolean[], ownFailures: readonly number[], metric: MetricKey, higherIsBetter: boolean,
): Pick<Comparison, 'winner' | 'statement'> {
  const n = hopeless.length, sound = policies.map((_, p) => p).filter((p) => ownFailures[p] === 0 && runs[p]!.every((run, k) => hopeless[k] || Number.isFinite(run.metrics[metric])));
  const failing = policies.flatMap((name, p) => (ownFailures[p]! > 0 ? [`${name} (${ownFailures[p]} of ${n} runs failed)`] : []));
  const unranked = failing.length === 0 ? '' : `; not ranked: ${failing.join(', ')}`;
  if (hopeless.every(Boolean)) return { winner: undefined, statement: 'no winner yet: no run of any policy succeeded' };
  if (policies.length === 1) return { winner: undefined, statement: `no winner: ${policies[0]} stands alone` };
  if (sound.length === 0) return { winner: undefined, statement: `no winner yet: every policy failed at some seed${unranked}` };
  if (sound.length === 1) {
    const only = policies[sound[0]!]!, shown = ownFailures.every((failures, p) => p === sound[0] || failures >= DECISIVE_FAILURES);
    return { winner: shown ? only : undefined, statement: `${shown ? '' : 'no winner yet: '}${only} is the only policy without failed runs${unranked}` };
  }
  const table = rankTable(sound.map((p) => ({ name: policies[p]!, values: runs[p]!.filter((_, k) => !hopeless[k]).map((run) => run.metrics[metric]) })), { higherIsBetter });
  if (table.winner !== undefined) return { winner: table.winner, statement: table.statement + unranked };
  const [leader, ...others] = table.rows, open = others.map((row) => row.name).filter((name) => !leader!.betterThan.includes(name));
  const named = open.length <= 3 ? open.join(', ') : `${open.slice(0, 2).join(', ')} and ${open.length - 2} others`;
  return { winner: undefined, statement: `no winner yet: ${leader!.name} leads, but is not shown to be better than ${named} (n = ${leader!.summary.n})${unranked}` };
}
