// Runs made of given rows, for tests of what is folded from journals and for planting faults in them.
import { DecisionLog } from '../../engine/journal/decision-log.ts';
import { RecordLog } from '../../engine/journal/log.ts';
import { PLACE, STRIDE } from '../../engine/journal/records.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import type { Problem } from '../../engine/model/problem.ts';

/** Up to six numbers, as in records.ts; missing ones are 0. */
export type Row = readonly number[];

/** A finished run with these rows; it ends with its last event unless `rest` says otherwise. */
export function writtenRun(problem: Problem, rows: readonly Row[], rest: Partial<RunRecord> = {}): RunRecord {
  const log = new RecordLog(rows.length + 1);
  for (const [code, a = 0, b = 0, c = 0, d = 0, e = 0] of rows) log.append(code!, a, b, c, d, e);
  const endedAt = rows.reduce((last, row) => (row[0]! < PLACE ? row[1]! : last), 0);
  return {
    problem, policy: 'by hand', parameters: {}, weights: { latency: 0.6, cost: 0.3, fragmentation: 0.1 }, seed: 1, log, decisions: new DecisionLog(),
    cause: 'finished', explanation: '', endedAt, hash: '', decisionMs: new Float64Array(0), ...rest,
  };
}

/** The rows of a run's log, copied. */
export function rowsOf(run: RunRecord): number[][] {
  return Array.from({ length: run.log.count }, (_, n) => Array.from(run.log.rows.subarray(n * STRIDE, (n + 1) * STRIDE)));
}

/** Number of a name among ids; throws when it is not there. */
export function numberOf(ids: readonly string[], id: string): number {
  const at = ids.indexOf(id);
  if (at < 0) throw new Error(`no ${id} among ${ids.join(', ')}`);
  return at;
}
