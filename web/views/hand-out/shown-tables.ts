// The tables on the screen as text for a paper or a page: what stands in their cells, as it is shown, in Markdown, LaTeX
// (booktabs) or CSV. Columns without words, such as pictures of seeds and buttons, are left out.
import { fileNameOf, textFile } from '../../state/save-file.ts';
import type { Download } from './hand-out.tsx';

/** Header cells and rows; a column is to the left when it holds texts. */
export interface ShownTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly left: readonly boolean[];
}

/** `selector` of each table by what it is called; those that are not on the screen are left out. */
export function tableDownloads(root: ParentNode, tables: Readonly<Record<string, string>>, name: string): Download[] {
  return Object.entries(tables).flatMap(([label, selector]): Download[] => {
    const table = root.querySelector<HTMLTableElement>(selector), base = fileNameOf(name, label.toLowerCase());
    if (table === null) return [];
    return [{
      label, forms: [
        { form: 'Markdown', make: () => textFile(`${base}.md`, markdownText(readTable(table)), 'text/markdown') }, { form: 'LaTeX', make: () => textFile(`${base}.tex`, latexText(readTable(table)), 'text/x-tex') },
        { form: 'CSV', make: () => textFile(`${base}.csv`, csvText(readTable(table)), 'text/csv') },
      ],
    }];
  });
}

function readTable(table: HTMLTableElement): ShownTable {
  const head = [...table.tHead!.rows].at(-1)!, spanned = [...table.tHead!.rows].flatMap((row) => (row === head ? [] : [...row.cells].filter(({ rowSpan }) => rowSpan > 1)));
  const lines = [...table.tBodies].flatMap(({ rows }) => [...rows]).map(({ cells }) => [...cells].flatMap((cell) => [wordsOf(cell), ...new Array<string>(cell.colSpan - 1).fill('')]));
  const titles = [...spanned, ...head.cells].map(wordsOf), sides = [...spanned, ...head.cells].map(({ classList }) => classList.contains('text')), kept = titles.map((_, c) => lines.some((line) => (line[c] ?? '') !== ''));
  const only = <T>(list: readonly T[]): T[] => list.filter((_, c) => kept[c]);
  return { titles: only(titles), rows: lines.map(only), left: only(sides) };
}

/** What is read out of a cell, or typed into it. */
function wordsOf(cell: HTMLTableCellElement): string {
  const field = cell.querySelector<HTMLInputElement>('input[type="text"]');
  return (field === null ? cell.textContent : field.value).replace(/\s+/g, ' ').trim();
}

export function markdownText({ titles, rows, left }: ShownTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(titles) + line(left.map((isLeft) => (isLeft ? ':--' : '--:'))) + rows.map(line).join('');
}

const TEX: Readonly<Record<string, string>> = { '\\': '\\textbackslash{}', '±': '$\\pm$', Δ: '$\\Delta$', '×': '$\\times$', '−': '$-$', '–': '--', '★': '$\\star$', '▲': '$\\uparrow$', '▼': '$\\downarrow$', '≈': '$\\approx$', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '<': '$<$', '>': '$>$' };

export function latexText({ titles, rows, left }: ShownTable): string {
  const tex = (text: string): string => text.replace(/[%$#&_{}]/g, '\\$&').replace(/\\(?![%$#&_{}])|[±Δ×−–★▲▼≈~^<>]/gu, (sign) => TEX[sign]!), line = (cells: readonly string[]): string => `  ${cells.map(tex).join(' & ')} \\\\\n`;
  return `\\begin{tabular}{${left.map((isLeft) => (isLeft ? 'l' : 'r')).join('')}}\n  \\toprule\n${line(titles)}  \\midrule\n${rows.map(line).join('')}  \\bottomrule\n\\end{tabular}\n`;
}

export function csvText({ titles, rows }: ShownTable): string {
  return [titles, ...rows].map((cells) => `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`).join('');
}
