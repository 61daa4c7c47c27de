// A journal whose scenario changed on the way speaks of each stretch in the numbers of its own problem. Here are its changes as
// they stand beside the rows, and the same rows in the numbers of one problem, so that what folds over a run need not know.
import type { Change } from '../model/revision.ts';
import { CANDIDATE_STRIDE, DecisionLog, DECISION_STRIDE } from './decision-log.ts';
import { RECORD_BY_CODE, REVISED, STRIDE } from './records.ts';
import { firstFieldColumn, namesOfKind, type JournalNames } from './record-view.ts';
import { RecordLog } from './log.ts';
import type { FieldKind } from './records.ts';

/** The change at a `revised` row, and the names in force from that row on. */
export interface Revision {
  readonly row: number;
  readonly change: Change;
  readonly problem: JournalNames;
}

/** Kinds of fields whose names differ from problem to problem. */
const NUMBERED: readonly FieldKind[] = ['task', 'job', 'unit', 'pool'];

/** The rows in the numbers of `last`, which must know every name; `first` is in force before the first revision. */
export function renumbered(log: RecordLog, first: JournalNames, revisions: readonly Revision[], last: JournalNames): RecordLog {
  const out = new RecordLog(Math.max(1, log.count));
  out.rows.set(log.rows.subarray(0, log.length));
  out.length = log.length;
  let next = 0, names = first, maps = mapsTo(names, last);
  for (let n = 0; n < log.count; n++) {
    const at = n * STRIDE, code = out.rows[at]!;
    if (code === REVISED && revisions[next]?.row === n) { names = revisions[next++]!.problem; maps = mapsTo(names, last); }
    const spec = RECORD_BY_CODE[code];
    if (spec === undefined) continue;
    spec.fields.forEach(([, kind], k) => {
      const map = maps.get(kind), column = at + firstFieldColumn(code) + k;
      if (map !== undefined && out.rows[column]! >= 0) out.rows[column] = map[out.rows[column]!] ?? -1;
    });
  }
  return out;
}

/** The reasons, which are in the numbers of `from`, in those of `to`; the very same when there is nothing to change. */
export function renumberedDecisions(log: DecisionLog, from: JournalNames, to: JournalNames): DecisionLog {
  if (from === to) return log;
  const out = new DecisionLog(), maps = mapsTo(from, to), renumber = (rows: Float64Array, column: number, kind: FieldKind): void => { if (rows[column]! >= 0) rows[column] = maps.get(kind)![rows[column]!]!; };
  out.decisions = log.decisions.slice(0, log.decisionCount * DECISION_STRIDE);
  out.candidates = log.candidates.slice(0, log.candidateCount * CANDIDATE_STRIDE);
  out.decisionCount = log.decisionCount;
  out.candidateCount = log.candidateCount;
  for (let at = 0; at < out.decisions.length; at += DECISION_STRIDE) renumber(out.decisions, at + 1, 'task');
  for (let at = 0; at < out.candidates.length; at += CANDIDATE_STRIDE) { renumber(out.candidates, at, 'unit'); renumber(out.candidates, at + 1, 'pool'); }
  return out;
}

function mapsTo(from: JournalNames, to: JournalNames): ReadonlyMap<FieldKind, Int32Array> {
  if (from === to) return new Map();
  return new Map(NUMBERED.map((kind) => {
    const at = new Map(namesOfKind(kind, to)!.map((name, k) => [name, k]));
    return [kind, Int32Array.from(namesOfKind(kind, from)!, (name) => at.get(name) ?? -1)];
  }));
}
