// In which state every task was at an instant of a run, from the run's tables. The same states, at every instant, that are
// counted over time (engine/metrics/state-counts.ts): a test says so.
import { OUTCOME_COMPLETED, OUTCOME_RUNNING, OUTCOME_WAITING } from '../../../engine/metrics/columns.ts';
import type { RunPicture } from '../../worker/protocol.ts';

/** Indices into COUNTED_STATES, and what is not there yet. */
export const COMPLETED = 0, RUNNING = 1, SCHEDULED = 2, ELIGIBLE = 3, QUEUED = 4, GONE = 5, NOT_IN = 6;

/** Fills `states`, one a task, with what holds from `at` on (at the end of a run: as it ended). O(tasks + attempts). */
export function taskStatesAt({ tasks, jobs, attempts: a }: Pick<RunPicture, 'tasks' | 'jobs' | 'attempts'>, at: number, states: Uint8Array): Uint8Array {
  for (let t = 0; t < states.length; t++) {
    const submitted = jobs[tasks.job[t]!]!.submittedAt <= at;
    states[t] = !submitted ? NOT_IN : tasks.eligibleAt[t]! <= at ? ELIGIBLE : QUEUED;
  }
  // In order of the log: a later attempt of a task overwrites what became of an earlier one.
  for (let k = 0; k < a.count; k++) {
    if (a.placedAt[k]! > at) continue;
    const task = a.task[k]!, outcome = a.outcome[k]!, cutOff = outcome === OUTCOME_RUNNING || outcome === OUTCOME_WAITING;
    if (a.endedAt[k]! <= at && !cutOff) states[task] = outcome === OUTCOME_COMPLETED ? COMPLETED : ELIGIBLE;
    else states[task] = a.startedAt[k]! <= at ? RUNNING : SCHEDULED;
  }
  for (let t = 0; t < states.length; t++) if (tasks.goneAt[t]! <= at && states[t] !== NOT_IN) states[t] = GONE;
  return states;
}
