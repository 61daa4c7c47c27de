// Tables for terminals: alignment, width, control characters, colour.
import { describe, expect, it } from 'vitest';
import { colorWanted, paint, tableText, textWidth } from '../../../../engine/cli/output/table-text.ts';

describe('tableText', () => {
  it('aligns names left and numbers right, under titles and units', () => {
    const columns = [{ title: 'policy' }, { title: 'makespan', unit: 'h', digits: 2 }, { title: 'cost', unit: '$' }];
    expect(tableText(columns, [['fifo', 12.5, 30], ['lookahead', 9, null], ['日本', NaN, 0.12345]])).toBe([
      'policy     makespan   cost',
      '                [h]    [$]',
      '─────────  ────────  ─────',
      'fifo          12.50     30',
      'lookahead      9.00      –',
      '日本              –  0.123',
    ].join('\n'));
  });

  it('shows control characters instead of obeying them', () => {
    const shown = tableText([{ title: 'task' }], [['a\u001b[2Jb\n\u202ec']]);
    expect(shown.split('\n')).toHaveLength(3);
    expect(shown).toContain('a␛[2Jb␊␡c');
  });

  it('emphasizes rows only in colour', () => {
    const options = { emphasized: new Set([0]) };
    expect(tableText([{ title: 'x' }], [['a'], ['b']], options)).not.toContain('\u001b');
    const lines = tableText([{ title: 'x' }], [['a'], ['b']], { ...options, color: true }).split('\n');
    expect(lines.slice(2)).toEqual([paint('bold', 'a', true), 'b']);
  });

  it('counts terminal cells', () => {
    expect([textWidth('abc'), textWidth('e\u0301'), textWidth('漢字'), textWidth('🚀'), textWidth('')]).toEqual([3, 1, 4, 2, 0]);
  });
});

describe('colorWanted', () => {
  it('needs a terminal and no NO_COLOR', () => {
    const terminal = { isTTY: true };
    expect(colorWanted(terminal, {})).toBe(true);
    expect(colorWanted(terminal, { NO_COLOR: '' })).toBe(true);
    expect(colorWanted(terminal, { NO_COLOR: '1' })).toBe(false);
    expect(colorWanted(terminal, { TERM: 'dumb' })).toBe(false);
    expect(colorWanted({}, {})).toBe(false);
  });
});
