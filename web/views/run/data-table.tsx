// A table that can be sorted by any column and may have tens of thousands of rows: only those in sight are in the page, between
// two empty rows as high as what is left out. What does not exist (NaN) comes last whichever way it is sorted.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ScrollBox } from '../scroll-box.tsx';

export interface DataColumn<T> {
  readonly title: string;
  readonly unit?: string;
  /** What it means, shown on its title. */
  readonly hint?: string;
  /** What it is sorted by; texts are shown to the left. */
  readonly value: (row: T) => number | string;
  /** How it is shown; also measured for the width of the column. */
  readonly text: (row: T) => string;
  /** In the place of the text. */
  readonly cell?: (row: T) => ComponentChildren;
}

export interface DataTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  /** The first one names the row. */
  readonly columns: readonly DataColumn<T>[];
  readonly keyOf: (row: T) => string;
  readonly rowClass?: (row: T) => string;
}

interface Order { readonly column: number; readonly down: boolean }

/** More rows than this are only partly in the page. */
const ALL_MAX = 60;
const ROW_EM = 1.9, ROWS_SEEN = 16, SPARE = 8;

export function DataTable<T>({ label, rows, columns, keyOf, rowClass }: DataTableProps<T>): JSX.Element {
  const [order, setOrder] = useState<Order | undefined>(undefined), [top, setTop] = useState(0), [em, setEm] = useState(13), box = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => (order === undefined || columns[order.column] === undefined ? rows : sortRows(rows, columns[order.column]!.value, order.down)), [rows, columns, order]);
  const long = rows.length > ALL_MAX, widths = useMemo(() => (long ? columns.map((column) => rows.reduce((most, row) => Math.max(most, column.text(row).length), 0)) : []), [rows, columns, long]);
  useLayoutEffect(() => { if (box.current !== null) setEm(Number.parseFloat(getComputedStyle(box.current).fontSize)); });
  const head = (
    <thead>
      <tr>{columns.map(({ title, unit, hint, value }, c) => {
        const sort = order?.column !== c ? undefined : order.down ? 'descending' : 'ascending', isText = c === 0 || (rows.length > 0 && typeof value(rows[0]!) === 'string');
        return (
          <th key={title} scope="col" class={isText ? 'text' : ''} aria-sort={sort ?? 'none'} title={hint} style={long ? { minWidth: `${widths[c]! + 1.5}ch` } : {}}>
            <button type="button" class="sort" onClick={() => { setOrder(nextOrder(order, c, isText)); }}>{title}{unit !== undefined && <span class="unit"> {unit}</span>}<span aria-hidden="true">{sort === undefined ? '' : sort === 'descending' ? ' ↓' : ' ↑'}</span></button>
          </th>
        );
      })}</tr>
    </thead>
  );
  const line = (row: T, index: number): JSX.Element => (
    <tr key={keyOf(row)} class={rowClass?.(row) ?? ''} {...(long ? { 'aria-rowindex': index + 2 } : {})}>
      {columns.map(({ title, value, text, cell }, c) => {
        const shown = cell === undefined ? text(row) : cell(row);
        return c === 0 ? <th key={title} scope="row">{shown}</th> : <td key={title} class={typeof value(row) === 'string' ? 'text' : ''}>{shown}</td>;
      })}
    </tr>
  );
  if (!long) return <ScrollBox label={label}><table aria-label={label}>{head}<tbody>{sorted.map(line)}</tbody></table></ScrollBox>;
  const height = ROW_EM * em, first = Math.max(0, Math.min(Math.floor(top / height) - SPARE, sorted.length - ROWS_SEEN)), end = Math.min(sorted.length, first + ROWS_SEEN + 2 * SPARE);
  return (
    <div ref={box} class="scroll long" style={{ maxHeight: `${ROWS_SEEN * ROW_EM}em` }} tabIndex={0} role="group" aria-label={label} onScroll={(event) => { setTop(event.currentTarget.scrollTop); }}>
      <table aria-label={label} aria-rowcount={sorted.length + 1}>
        {head}
        <tbody>
          {first > 0 && <tr aria-hidden="true" style={{ height: `${first * height}px` }} />}
          {sorted.slice(first, end).map((row, k) => line(row, first + k))}
          {end < sorted.length && <tr aria-hidden="true" style={{ height: `${(sorted.length - end) * height}px` }} />}
        </tbody>
      </table>
    </div>
  );
}

/** A first click shows the largest figures, or texts from A; a second turns it around; a third goes back to how it was. */
export function nextOrder(order: Order | undefined, column: number, isText: boolean): Order | undefined {
  if (order?.column !== column) return { column, down: !isText };
  return order.down === isText ? undefined : { column, down: isText };
}

/** Sorted by a value; equal ones stay in their order, NaN comes last. */
export function sortRows<T>(rows: readonly T[], value: (row: T) => number | string, down: boolean): readonly T[] {
  const sign = down ? -1 : 1, keyed = rows.map((row, k) => ({ row, k, value: value(row) })), missing = (x: number | string): boolean => typeof x === 'number' && Number.isNaN(x);
  const compare = (a: number | string, b: number | string): number => (typeof a === 'number' && typeof b === 'number' ? (a < b ? -1 : a > b ? 1 : 0) : String(a).localeCompare(String(b), 'en', { numeric: true }));
  return keyed.sort((a, b) => Number(missing(a.value)) - Number(missing(b.value)) || sign * compare(a.value, b.value) || a.k - b.k).map(({ row }) => row);
}
