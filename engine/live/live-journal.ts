// A live run as a journal file like any other: what reads the journals of simulated runs (replay, explain, the page) reads it.
import type { LiveRun } from './live-run.ts';
import { encodeJournal } from '../journal/codec.ts';
import { journalHash } from '../journal/journal-hash.ts';
import { journalHeader } from '../journal/journal-header.ts';
import { RecordLog } from '../journal/log.ts';
import { STRIDE } from '../journal/records.ts';
import type { EndCause, RunRecord } from '../journal/run-record.ts';
import type { FaultPlanFile } from '../model/fault-plan.ts';
import { FAILED } from '../model/states.ts';

/** The lines of the journal up to row `count`, without line ends. `version`: of the engine that writes them; `faults`: those that were injected, by their numbers. */
export function* liveJournal(run: LiveRun, version: string, count: number, faults?: FaultPlanFile): Generator<string, void, void> {
  const { header, kernel } = run, { policy, weights, seed, scenario, scenarioHash } = header, first = run.segments[0]!.problem, cause = endOf(run);
  const log = new RecordLog(Math.max(1, count));
  log.rows.set(run.log.rows.subarray(0, count * STRIDE));
  log.length = count * STRIDE;
  const record: RunRecord = {
    problem: first, policy: policy.name, parameters: policy.parameters, weights, seed, log, decisions: kernel.decisions, cause, explanation: '', endedAt: kernel.now,
    hash: journalHash(scenarioHash, policy.name, policy.parameters, weights, seed, log), decisionMs: new Float64Array(0),
  };
  const origin = { engine: version, scenario, scenarioHash, options: { live: true }, ...(faults === undefined ? {} : { faults }), ...(policy.text === undefined ? {} : { policyText: policy.text }) };
  const revisions = run.changes.flatMap((change, k) => { const { row, problem } = run.segments[k + 1]!; return row < count ? [{ row, change, problem }] : []; });
  yield* encodeJournal(journalHeader(record, origin), record, revisions, run.notes);
}

/** A live run has finished while all its tasks have; new jobs may open it again. */
function endOf({ kernel }: LiveRun): EndCause {
  if (!kernel.finished || kernel.problem.taskCount === 0) return 'open';
  return kernel.state.taskState.subarray(0, kernel.problem.taskCount).includes(FAILED) ? 'task-failed' : 'finished';
}
