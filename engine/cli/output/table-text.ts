// Tables for a terminal: columns aligned, numbers to the right, units under their titles, colour only where it is wanted.
// Widths are counted in terminal cells; control characters in names are shown, never obeyed.

export interface TextColumn {
  readonly title: string;
  readonly unit?: string;
  /** Default: right when the first cell that is not null is a number, left otherwise. */
  readonly align?: 'left' | 'right';
  /** Digits after the point, for numbers. Default: as many as the number has, at most 3. */
  readonly digits?: number;
}
export type TextCell = string | number | null;

export interface TextTableOptions {
  /** See `colorWanted`. Default false. */
  readonly color?: boolean;
  /** Rows shown in bold, such as the winner's. */
  readonly emphasized?: ReadonlySet<number>;
}

/** Lines of the table, joined; titles, units if any column has one, a rule, then the rows. Null cells are an en dash. */
export function tableText(columns: readonly TextColumn[], rows: readonly (readonly TextCell[])[], options: TextTableOptions = {}): string {
  const right = columns.map((column, c) => (column.align === undefined ? startsWithNumber(rows, c) : column.align === 'right'));
  const titles = columns.map((column) => printable(column.title));
  const units = columns.map((column) => (column.unit === undefined ? '' : `[${column.unit}]`));
  const body = rows.map((row) => columns.map((column, c) => cellText(row[c] ?? null, column.digits)));
  const widths = columns.map((_, c) => [titles, units, ...body].reduce((widest, row) => Math.max(widest, textWidth(row[c])), 0));
  const line = (row: readonly string[]) => row.map((cell, c) => padded(cell, widths[c], right[c])).join('  ').trimEnd();
  return [
    paint('bold', line(titles), options.color),
    ...(units.some((unit) => unit !== '') ? [paint('dim', line(units), options.color)] : []),
    paint('dim', widths.map((width) => '─'.repeat(width)).join('  '), options.color),
    ...body.map((row, r) => (options.emphasized?.has(r) === true ? paint('bold', line(row), options.color) : line(row))),
  ].join('\n');
}

/** Colour only on a terminal that can show it, and never when NO_COLOR is set and not empty (no-color.org). */
export function colorWanted(stream: { readonly isTTY?: boolean }, environment: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
}

const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** The text in a style, when colour is on. */
export function paint(style: keyof typeof SGR, text: string, color = false): string {
  return color && text !== '' ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text;
}

/** Control characters as Unicode control pictures, so that a name cannot move the cursor or break a line. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0))).replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\u2421');
}

/** Terminal cells a text takes: none for combining marks, two for wide East Asian characters and pictographs. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /\p{M}|\u200d/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function startsWithNumber(rows: readonly (readonly TextCell[])[], column: number): boolean {
  return typeof rows.find((row) => row[column] !== null)?.[column] === 'number';
}

function cellText(cell: TextCell, digits: number | undefined): string {
  if (cell === null || Number.isNaN(cell)) return '–';
  if (typeof cell === 'string') return printable(cell);
  return digits === undefined ? String(+cell.toFixed(3)) : cell.toFixed(digits);
}

function padded(cell: string, width: number, right: boolean): string {
  const fill = ' '.repeat(width - textWidth(cell));
  return right ? fill + cell : cell + fill;
}
