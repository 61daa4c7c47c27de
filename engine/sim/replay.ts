// Replay: the events of a journal into a fresh kernel, whose commands must come out the same, to the byte. It stops at the
// first row that differs, so that a kernel is never fed an event which makes no sense to it.
import type { RecordLog } from '../journal/log.ts';
import { journalHash } from '../journal/journal-hash.ts';
import { PLACE, REVISED, STRIDE } from '../journal/records.ts';
import { Kernel } from '../kernel/kernel.ts';
import { migrate } from '../kernel/migrate.ts';
import { InvariantError, assert } from '../model/errors.ts';
import type { ParameterValues, Policy, Weights } from '../model/policy.ts';
import type { Instance } from '../model/problem.ts';
import { POLICY, Streams } from './random/streams.ts';

export interface ReplayOptions {
  readonly policy: Policy;
  readonly parameters: ParameterValues;
  readonly weights: Weights;
  readonly seed: number;
  /** What each `revised` row led to, in their order. */
  readonly revisions?: readonly { readonly instance: Instance; readonly policy: Policy; readonly parameters: ParameterValues }[];
}

export interface Replay {
  readonly identical: boolean;
  /** Hash of what the replay produced; of the whole journal when identical. */
  readonly hash: string;
  /** Index of the first row that differs, -1 when none does. */
  readonly divergesAt: number;
  /** What the kernel said of an event it could not accept, at `divergesAt`. */
  readonly objection: string;
  readonly kernel: Kernel;
}

/** Feeds the events among `recorded` to a fresh kernel and compares every row it writes. */
export function replay(instance: Instance, recorded: RecordLog, options: ReplayOptions): Replay {
  const streams = new Streams(options.seed);
  const kernel = new Kernel(instance.problem, {
    policy: options.policy.prepare(instance.problem, options.parameters, options.weights),
    parameters: options.parameters, weights: options.weights, random: (a, b) => streams.uniform(POLICY, a >>> 0, b, 0),
  });
  const { rows } = recorded, end = recorded.length;
  let divergesAt = -1, objection = '', at = 0, revised = 0;
  while (at < end && divergesAt < 0) {
    if (rows[at]! >= PLACE) { divergesAt = at / STRIDE; break; } // a command nobody gave: the kernel wrote fewer
    try {
      kernel.apply(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!);
      if (rows[at] === REVISED) revise(kernel, options.revisions?.[revised++]);
    }
    catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      divergesAt = at / STRIDE; objection = error.message;
      break;
    }
    const written = kernel.log.rows, to = kernel.log.length;
    for (let k = at; k < to; k++) if (k >= end || !Object.is(written[k], rows[k])) { divergesAt = Math.floor(k / STRIDE); break; }
    at = to;
  }
  return {
    identical: divergesAt < 0, divergesAt, objection, kernel,
    hash: journalHash(instance.hash, options.policy.name, options.parameters, options.weights, options.seed, kernel.log),
  };
}

type RevisedTo = NonNullable<ReplayOptions['revisions']>[number];

function revise(kernel: Kernel, to: RevisedTo | undefined): void {
  assert(to !== undefined, 'the journal was revised by a change that is not there');
  migrate(kernel, to.instance.problem, to.policy.prepare(to.instance.problem, to.parameters, kernel.weights), to.parameters);
}
