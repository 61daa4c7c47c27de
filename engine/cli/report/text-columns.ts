// Columns of text tables, said shortly.
import type { TextColumn } from '../output/table-text.ts';

/** Figures as texts, aligned at the right. */
export function right(title: string, unit = ''): TextColumn {
  return { title, align: 'right', ...(unit === '' ? {} : { unit }) };
}

/** Names, or plain numbers, which align themselves. */
export function plain(...titles: readonly string[]): TextColumn[] {
  return titles.map((title) => ({ title }));
}
