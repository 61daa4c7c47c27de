// Rows of a comma-separated trace with their line numbers, so that a fault can say where it is (RFC 4180, one row a line).
import { fault, InputError, type Fault } from '../../engine/model/errors.ts';

export interface Row {
  /** 1 is the first line. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows that are not blank. Cells lose the blanks around them; a quoted cell may hold commas and doubled quotes. */
export function rowsOf(text: string): Row[] {
  return text.split(/\r\n|\n|\r/).flatMap((raw, i) => (raw.trim() === '' ? [] : [{ line: i + 1, cells: cellsOf(raw) }]));
}

function cellsOf(raw: string): string[] {
  return [...raw.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.trim());
}

/** Reads every row with `read`, which throws a plain Error for a bad one; throws all of them together as one `InputError`. */
export function readRows<T>(rows: readonly Row[], code: string, read: (row: Row) => T): T[] {
  const faults: Fault[] = [], result: T[] = [];
  for (const row of rows) {
    try {
      result.push(read(row));
    } catch (error) {
      faults.push(fault(code, `line ${row.line}`, (error as Error).message, { value: row.cells.join(',') }));
    }
  }
  if (faults.length > 0) throw new InputError(faults);
  if (result.length === 0) throw new InputError([fault(code, '', 'no rows of data')]);
  return result;
}

/** The cell as a finite number of zero or more. Throws a plain Error. */
export function amount(cell: string | undefined): number {
  const value = cell === undefined || cell === '' ? NaN : Number(cell);
  if (!Number.isFinite(value) || value < 0) throw new Error('not a number of zero or more');
  return value;
}

/** Parses JSON; throws `InputError` (`bad-json`) with the parser's own words. */
export function parseTraceJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError([fault('bad-json', '', `not JSON: ${(cause as Error).message}`)], undefined, { cause });
  }
}

/** Whether the value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
