// Where two runs part: the first row that is not the same, with what led to it. Replay compares a recorded log with the
// one it makes; a policy change is explained by the first decision that differs, since all later ones may follow from it.
import type { RecordLog } from './log.ts';
import { STRIDE } from './records.ts';
import { firstFieldColumn, recordSpec, recordText, recordView, timeOfRow } from './record-view.ts';
import type { JournalNames, RecordView } from './record-view.ts';

/** Rows shown before the first difference. */
const CONTEXT_ROWS = 3;

export interface Divergence {
  /** Row number of the first difference. */
  readonly row: number;
  /** ms since the epoch: of the expected record, or of the actual one where nothing more was expected. */
  readonly t: number;
  /** Undefined when the log ends before this row. */
  readonly expected: RecordView | undefined;
  readonly actual: RecordView | undefined;
  /** What differs: `record` when they are of different kinds or one is missing, else `t` and names of fields. */
  readonly fields: readonly string[];
  /** The rows just before, the same in both. */
  readonly before: readonly RecordView[];
}

/** The first row in which the logs differ (bit for bit, so 0 and -0 do), or undefined when they are the same. */
export function firstDivergence(names: JournalNames, expected: RecordLog, actual: RecordLog): Divergence | undefined {
  const row = firstDifferentRow(expected, actual);
  if (row === undefined) return undefined;
  const inExpected = row < expected.count, inActual = row < actual.count;
  const before: RecordView[] = [];
  for (let n = Math.max(0, row - CONTEXT_ROWS); n < row; n++) before.push(recordView(names, expected, n));
  return {
    row,
    t: timeOfRow(inExpected ? expected : actual, row),
    expected: inExpected ? recordView(names, expected, row) : undefined,
    actual: inActual ? recordView(names, actual, row) : undefined,
    fields: inExpected && inActual ? differentFields(expected, actual, row) : ['record'],
    before,
  };
}

/** A few lines for a terminal. */
export function divergenceText(d: Divergence): string {
  const line = (mark: string, view: RecordView | undefined) => `${mark} ${view === undefined ? 'nothing: the journal ends here' : recordText(view)}`;
  return [
    `first difference in row ${d.row} at t=${d.t} (${d.fields.join(', ')})`,
    ...d.before.map((view) => line('   ', view)),
    line('  -', d.expected), line('  +', d.actual),
  ].join('\n');
}

function firstDifferentRow(expected: RecordLog, actual: RecordLog): number | undefined {
  const shared = Math.min(expected.length, actual.length), a = expected.rows, b = actual.rows;
  for (let at = 0; at < shared; at++) if (!Object.is(a[at], b[at])) return Math.floor(at / STRIDE);
  return expected.length === actual.length ? undefined : shared / STRIDE;
}

function differentFields(expected: RecordLog, actual: RecordLog, row: number): string[] {
  const at = row * STRIDE, code = expected.rows[at];
  if (code !== actual.rows[at]) return ['record'];
  const first = firstFieldColumn(code), fields = recordSpec(code).fields;
  const different: string[] = [];
  for (let k = 1; k < STRIDE; k++) {
    if (!Object.is(expected.rows[at + k], actual.rows[at + k])) different.push(k < first ? 't' : fields[k - first]?.[0] ?? `column ${k}`);
  }
  return different;
}
