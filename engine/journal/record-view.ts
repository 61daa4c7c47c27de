// Rows of the log as people read them: numbers become names, and back. The two directions are exact inverses, for any
// number: an index that names nothing is written as itself, and what JSON has no number for as {"number":"Infinity"}.
import { MARKETS } from '../model/states.ts';
import { REFUSALS } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { AXES, CAUSES, RECORD_BY_CODE, REFUSED, STRIDE, isEvent } from './records.ts';
import type { FieldKind, RecordSpec } from './records.ts';
import type { RecordLog } from './log.ts';
import type { RowNote } from './row-notes.ts';

/** What is needed of a problem to name the numbers of a row. */
export type JournalNames = Pick<Problem, 'taskIds' | 'jobIds' | 'unitIds' | 'poolIds'>;

/** A number as JSON keeps it exactly; `{ number }` for NaN and the infinities. */
export type ExactNumber = number | { readonly number: 'Infinity' | '-Infinity' | 'NaN' };

/** One record for people: `n` is its row, `t` its instant (of the event before it, for commands and refusals). */
export interface RecordView extends RowNote {
  readonly n: number;
  readonly t: number;
  readonly kind: 'event' | 'command' | 'refused';
  readonly name: string;
  readonly fields: Readonly<Record<string, string | ExactNumber>>;
}

/** The names that numbers of this kind stand for; undefined for plain numbers. */
export function namesOfKind(kind: FieldKind, names: JournalNames): readonly string[] | undefined {
  switch (kind) {
    case 'task': return names.taskIds;
    case 'job': return names.jobIds;
    case 'unit': return names.unitIds;
    case 'pool': return names.poolIds;
    case 'market': return MARKETS;
    case 'cause': return CAUSES;
    case 'refusal': return REFUSALS;
    case 'axis': return AXES;
    case 'int': case 'time': return undefined;
  }
}

/** The name a number stands for; undefined for plain numbers, for an index that names nothing, and for -0. */
export function nameOf(kind: FieldKind, names: JournalNames, value: number): string | undefined {
  return Object.is(value, -0) ? undefined : namesOfKind(kind, names)?.[value];
}

export function exactNumber(value: number): ExactNumber {
  return Number.isFinite(value) ? value : { number: String(value) as 'NaN' };
}

/** JSON text of a number, exact for every double (JSON.stringify would lose the sign of -0 and write null for Infinity). */
export function exactNumberText(value: number): string {
  return Object.is(value, -0) ? '-0' : Number.isFinite(value) ? String(value) : `{"number":"${value}"}`;
}

/** The inverse of `exactNumber` on parsed JSON; undefined when `value` is no such number. */
export function readExactNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined;
  const text = (value as { number?: unknown }).number;
  return text === 'Infinity' ? Infinity : text === '-Infinity' ? -Infinity : text === 'NaN' ? NaN : undefined;
}

/** The spec of a row; a code that is not in use is shown as such rather than hidden. */
export function recordSpec(code: number): RecordSpec {
  return RECORD_BY_CODE[code] ?? { code, name: `unknown-record-${code}`, fields: (['a', 'b', 'c', 'd', 'e'] as const).map((name) => [name, 'int'] as const) };
}

/** Column of the first field: events carry their time before it. */
export const firstFieldColumn = (code: number) => (isEvent(code) ? 2 : 1);

/** Row `n` of the log for people. */
export function recordView(names: JournalNames, log: RecordLog, n: number): RecordView {
  const at = n * STRIDE, code = log.rows[at], spec = recordSpec(code), first = firstFieldColumn(code);
  const fields: Record<string, string | ExactNumber> = {};
  spec.fields.forEach(([name, kind], k) => {
    const value = log.rows[at + first + k];
    fields[name] = nameOf(kind, names, value) ?? exactNumber(value);
  });
  return { n, t: timeOfRow(log, n), kind: isEvent(code) ? 'event' : code === REFUSED ? 'refused' : 'command', name: spec.name, fields };
}

/** Instant of row `n`: its own for an event, that of the event before it otherwise; 0 when there is none. */
export function timeOfRow(log: RecordLog, n: number): number {
  for (let at = n * STRIDE; at >= 0; at -= STRIDE) if (isEvent(log.rows[at])) return log.rows[at + 1];
  return 0;
}

/** `t=30000 task-started task=f1-build-3 attempt=1 unit=workstation` */
export function recordText(view: RecordView): string {
  const fields = Object.entries(view.fields).map(([key, value]) => `${key}=${typeof value === 'object' ? value.number : value}`);
  return [`t=${view.t}`, ...(view.kind === 'event' ? [] : [view.kind === 'command' ? 'command' : 'policy']), view.name, ...fields].join(' ');
}
