// A column table as CSV (RFC 4180 quoting, one header line, empty for null) and as Parquet. Numbers are doubles in every
// run, whatever values occur, so that the files of many runs can be read as one table.
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell, ColumnTable } from '../../journal/tables.ts';

/** Lines of the file with their ends, header first. */
export function* csvLines(table: ColumnTable): Generator<string, void, void> {
  const names = Object.keys(table.dictionary);
  yield names.map(csvCell).join(',') + '\n';
  for (let row = 0; row < table.rows; row++) yield names.map((name) => csvCell(table.columns[name][row])).join(',') + '\n';
}

/** The whole file. `about` is kept as key-value metadata; each column's meaning and unit under `column:<name>`. */
export function parquetBytes(table: ColumnTable, about: Readonly<Record<string, string>>): Uint8Array {
  const columns = Object.entries(table.dictionary);
  const meanings = columns.map(([name, { unit, meaning }]) => ({ key: `column:${name}`, value: unit === '' ? meaning : `${meaning} [${unit}]` }));
  return new Uint8Array(parquetWriteBuffer({
    columnData: columns.map(([name, { type }]) => ({ name, data: table.columns[name] as Cell[], type: PARQUET_TYPES[type], nullable: true })),
    kvMetadata: [...Object.entries(about).map(([key, value]) => ({ key, value })), ...meanings],
    createdBy: 'twinclock',
  }));
}

const PARQUET_TYPES = { text: 'STRING', number: 'DOUBLE', flag: 'BOOLEAN' } as const;

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return Number.isNaN(cell) ? '' : String(cell);
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
