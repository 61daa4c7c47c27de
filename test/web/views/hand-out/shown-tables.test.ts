// What a table on the screen is as text: every sign that means something in Markdown, LaTeX or CSV is written so that it does not.
import { describe, expect, it } from 'vitest';
import { csvText, latexText, markdownText } from '../../../../web/views/hand-out/shown-tables.ts';

const TABLE = { titles: ['policy', 'Δ to fifo %', 'cost $'], rows: [['mine/a_b', '−0.5 ±0.1', '1,300'], ['x|y \\ "z"', '< 3', '—']], left: [true, false, false] };

describe('a shown table', () => {
  it('is a table in Markdown', () => {
    expect(markdownText(TABLE)).toBe('| policy | Δ to fifo % | cost $ |\n| :-- | --: | --: |\n| mine/a_b | −0.5 ±0.1 | 1,300 |\n| x\\|y \\ "z" | < 3 | — |\n');
  });

  it('is a tabular in LaTeX', () => {
    expect(latexText(TABLE)).toBe([
      '\\begin{tabular}{lrr}', '  \\toprule', '  policy & $\\Delta$ to fifo \\% & cost \\$ \\\\', '  \\midrule', '  mine/a\\_b & $-$0.5 $\\pm$0.1 & 1,300 \\\\',
      '  x|y \\textbackslash{} "z" & $<$ 3 & — \\\\', '  \\bottomrule', '\\end{tabular}', '',
    ].join('\n'));
  });

  it('is lines of CSV', () => {
    expect(csvText(TABLE)).toBe('policy,Δ to fifo %,cost $\nmine/a_b,−0.5 ±0.1,"1,300"\n"x|y \\ ""z""",< 3,—\n');
  });
});
