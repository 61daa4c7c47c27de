// The progress line, on a terminal of our own and where there is none; the instants are handed in.
import { describe, expect, it } from 'vitest';
import { ProgressLine, ProgressLog } from '../../../../engine/cli/output/progress.ts';
import { HandClock } from '../../../support/live/hand-clock.ts';

function terminal(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) };
}

describe('ProgressLine', () => {
  it('writes nothing where there is no terminal', () => {
    const stream = terminal(false), line = new ProgressLine(stream, 'runs', 2);
    line.update(1);
    line.update(2);
    line.finish();
    expect(stream.written).toEqual([]);
  });

  it('redraws one line at most ten times a second, the last step always, and removes it', () => {
    const stream = terminal(true);
    let now = 0;
    const line = new ProgressLine(stream, 'runs', 1000, () => now);
    for (let done = 1; done <= 1000; done++, now++) line.update(done);
    line.finish();
    expect(stream.written).toHaveLength(12); // at 0, 100, ... 900 ms, at the last step, and the removal
    expect(stream.written[5]).toBe(`\r\u001b[2Kruns ${'█'.repeat(12)}${'░'.repeat(12)} 501/1000`);
    expect(stream.written.at(-2)).toContain('1000/1000');
    expect(stream.written.at(-1)).toBe('\r\u001b[2K');
  });

  it('never fills the last column', () => {
    const stream = terminal(true, 20), line = new ProgressLine(stream, 'a long label of runs', 10, () => 0);
    line.update(10, 'note');
    expect([...stream.written[0].replace('\r\u001b[2K', '')]).toHaveLength(19);
  });
});

describe('ProgressLog', () => {
  it('writes a line every so often by its clock, whatever happens, until it is finished', () => {
    const stream = terminal(false), clock = new HandClock();
    let done = 0;
    const log = new ProgressLog(stream, clock, 10_000, () => `${done} done`);
    clock.advance(9_999);
    expect(stream.written).toEqual([]);
    done = 3;
    clock.advance(20_001);
    log.finish();
    clock.advance(60_000);
    expect(stream.written).toEqual(['3 done\n', '3 done\n', '3 done\n']);
  });
});
