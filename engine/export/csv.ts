// A column table as CSV: RFC 4180 quoting, one header line, empty for null and for figures that do not exist.
import type { Cell, ColumnTable } from '../journal/tables.ts';

/** Lines of the file with their ends, header first. */
export function* csvLines(table: ColumnTable): Generator<string, void, void> {
  const names = Object.keys(table.dictionary);
  yield names.map(csvCell).join(',') + '\n';
  for (let row = 0; row < table.rows; row++) yield names.map((name) => csvCell(table.columns[name][row])).join(',') + '\n';
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return Number.isNaN(cell) ? '' : String(cell);
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
