// What is drawn of a series: steps stay steps, peaks survive crowding, and the values read off are the series' own.
import { describe, expect, it } from 'vitest';
import { seriesAt, seriesPath } from '../../../../web/views/run/series-path.ts';

const series = (times: number[], values: number[]) => ({ times: Float64Array.from(times), values: Float64Array.from(values) });

describe('the path of a series', () => {
  it('goes up in steps', () => {
    const { x, y } = seriesPath(series([0, 10, 20], [1, 3, 3]), { from: 0, to: 20 }, 20, true);
    expect(x.map((px, k) => [px, y[k]])).toEqual([[0, 1], [10, 1], [10, 3], [20, 3]]);
  });

  it('begins with the value in force at the left end', () => {
    const { x, y } = seriesPath(series([0, 100, 200], [5, 7, 9]), { from: 120, to: 180 }, 60, true);
    expect(x[0]).toBeLessThanOrEqual(0);
    expect(y[0]).toBe(7);
    expect(y).not.toContain(5);
  });

  it('keeps the highest and lowest of many points in a pixel', () => {
    const n = 100_000, { x, y } = seriesPath(series(Array.from({ length: n }, (_, k) => k), Array.from({ length: n }, (_, k) => (k === 54_321 ? 99 : k === 54_400 ? -99 : 0))), { from: 0, to: n }, 200, true);
    expect([Math.max(...y), Math.min(...y)]).toEqual([99, -99]);
    expect(x.length).toBeLessThan(2000);
  });

  it('reads values between points as the series means them', () => {
    const s = series([0, 10, 20], [0, 10, 40]);
    expect([seriesAt(s, 15, true), seriesAt(s, 15, false), seriesAt(s, 20, false), seriesAt(s, -1, true)]).toEqual([10, 25, 40, NaN]);
  });
});
