// How many tasks were in each state at every instant of a run, from its tables of changes. At any time the counts of all
// states sum to the number of tasks of the jobs that have come in. A completed task stays completed (its archiving is
// bookkeeping); failed or cancelled are those that will never run again.
import { COUNTED_STATES, JOB_IN, TASK_READY, ATTEMPT_ENDED, ATTEMPT_PLACED, ATTEMPT_STARTED, ELIGIBLE_GONE, OUTCOME_CANCELLED, OUTCOME_COMPLETED, QUEUED_GONE } from './columns.ts';
import type { RunFold } from './attempts.ts';

/** Indices into COUNTED_STATES. */
const COMPLETED = 0, RUNNING = 1, SCHEDULED = 2, ELIGIBLE = 3, QUEUED = 4, GONE = 5, NOT_IN = 255;

export interface StateCounts {
  /** Instants at which a count changed, ms since the epoch, ascending; the last is the end of the run. */
  readonly times: Float64Array;
  /** By index into COUNTED_STATES: the count from each time to the next. */
  readonly counts: readonly Int32Array[];
}

/** The state of a task after a change; `undefined` when it stays as it is. */
function stateAfter(fold: RunFold, kind: number, index: number): number | undefined {
  switch (kind) {
    case TASK_READY: return ELIGIBLE;
    case ATTEMPT_PLACED: return SCHEDULED;
    case ATTEMPT_STARTED: return RUNNING;
    case ELIGIBLE_GONE: case QUEUED_GONE: return GONE;
    case ATTEMPT_ENDED: {
      const outcome = fold.attempts.outcome[index]!;
      if (outcome === OUTCOME_COMPLETED) return COMPLETED;
      // One that will be tried again is eligible by the next change of the same instant; one that the run's end cut off stays.
      return outcome === OUTCOME_CANCELLED || fold.isFinalFailure(index) ? GONE : undefined;
    }
    default: return undefined;
  }
}

/** Counts of states over time. O(changes + tasks). */
export function stateCounts(fold: RunFold): StateCounts {
  const { problem: { taskCount, jobFirst }, changes, attempts } = fold, state = new Uint8Array(taskCount).fill(NOT_IN), now = new Int32Array(COUNTED_STATES.length);
  const times: number[] = [], counts = COUNTED_STATES.map((): number[] => []);
  const put = (at: number): void => { times.push(at); counts.forEach((list, s) => { list.push(now[s]!); }); };
  for (let k = 0; k < changes.count; k++) {
    const kind = changes.kind[k]!, index = changes.index[k]!, at = changes.time[k]!;
    if (kind === JOB_IN) {
      for (let t = jobFirst[index]!; t < jobFirst[index + 1]!; t++) if (state[t] === NOT_IN) { state[t] = QUEUED; now[QUEUED]!++; }
    } else {
      const to = stateAfter(fold, kind, index), task = kind === ATTEMPT_PLACED || kind === ATTEMPT_STARTED || kind === ATTEMPT_ENDED ? attempts.task[index]! : index;
      // What was cancelled before its job came in was never there.
      if (to !== undefined && state[task] !== NOT_IN) { now[state[task]!]!--; now[to]!++; state[task] = to; }
    }
    if (k + 1 === changes.count || changes.time[k + 1]! > at) put(at);
  }
  put(fold.endedAt);
  return { times: Float64Array.from(times), counts: counts.map((list) => Int32Array.from(list)) };
}
