// What an attempt waited for, split by cause without gaps: eligible -> placed is the policy's; placed -> started is the machine's
// (boot), the data's, and then whatever its kind of resource makes one wait for.
import { API, CLOUD, HUMAN } from '../model/states.ts';
import type { RunFold } from './attempts.ts';
import { WAIT_CAUSES } from './cause-names.ts';
import type { WaitCause } from './cause-names.ts';
import { OUTCOME_INTERRUPTED } from './columns.ts';

export interface AttemptWait {
  readonly cause: WaitCause;
  readonly ms: number;
}

/** In order of time, none of them zero. They add up to start less readiness (or to the end, when it never started). */
export function attemptWaits(fold: RunFold, k: number): AttemptWait[] {
  const { problem, attempts: a, lives } = fold, kind = problem.poolKind[problem.unitPool[a.unit[k]!]!], life = a.life[k]!;
  const until = Number.isNaN(a.startedAt[k]!) ? a.endedAt[k]! : a.startedAt[k]!, found: AttemptWait[] = [];
  let at = a.readyAt[k]!;
  const wait = (cause: WaitCause, to: number): void => {
    const end = Math.min(until, to);
    if (end > at) { found.push({ cause, ms: end - at }); at = end; }
  };
  wait('decision', a.placedAt[k]!);
  if (kind === CLOUD && life >= 0) wait('boot', Number.isNaN(lives.readyAt[life]!) ? until : lives.readyAt[life]!);
  wait('data', a.dataReadyAt[k]!);
  wait(kind === API ? 'rate limit' : kind === HUMAN ? 'person' : 'start', until);
  return found;
}

/** Sums over the attempts of each unit and each job, ms by index into WAIT_CAUSES, and what was cut off there. */
export interface WaitSums {
  readonly waitMs: readonly Float64Array[];
  readonly interruptions: Int32Array;
  readonly lostMs: Float64Array;
}

/** `groupOf(row)`: where an attempt counts, below `groups`. O(attempts). */
export function waitSums(fold: RunFold, groups: number, groupOf: (row: number) => number): WaitSums {
  const { attempts } = fold, waitMs = WAIT_CAUSES.map(() => new Float64Array(groups)), interruptions = new Int32Array(groups), lostMs = new Float64Array(groups);
  for (let k = 0; k < attempts.count; k++) {
    const group = groupOf(k);
    for (const { cause, ms } of attemptWaits(fold, k)) waitMs[WAIT_CAUSES.indexOf(cause)]![group]! += ms;
    if (attempts.outcome[k] === OUTCOME_INTERRUPTED) interruptions[group]!++;
    lostMs[group]! += attempts.lostMs[k]!;
  }
  return { waitMs, interruptions, lostMs };
}
