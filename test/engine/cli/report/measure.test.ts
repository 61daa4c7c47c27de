// Figures as they are shown: the unit that reads best, intervals, and what is not there.
import { describe, expect, it } from 'vitest';
import { bandText, clockText, dollarText, durationText, meanText, metricText, numberText, shortText, timeUnit } from '../../../../engine/cli/report/measure.ts';

describe('measure', () => {
  it('chooses one unit for a column', () => {
    expect([7_200_000, 7_199_999, 120_000, 119_999, 0].map((ms) => timeUnit(ms).name)).toEqual(['h', 'min', 'min', 's', 's']);
    expect([0, 950, 90_000, 600_000, 714_960_000, NaN, Infinity, -90_000].map(durationText)).toEqual(['0 s', '0.95 s', '90.00 s', '10.0 min', '198.6 h', '–', '–', '-90.00 s']);
  });
  it('writes a band, or that there is none, also as an answer of the daemon has it', () => {
    expect(bandText({ p10: 1, p50: 2, p90: 3 }, String)).toBe('2  (one in ten below 1, one in ten above 3)');
    expect(bandText({ p10: 1, p50: 2, p90: 3 }, String, { less: 'before', more: 'after' })).toBe('2  (one in ten before 1, one in ten after 3)');
    expect(bandText({ p10: 2, p50: 2, p90: 2 }, String)).toBe('2  (the same in at least eight of ten futures)');
    const none = JSON.parse('{"p10":"NaN","p50":"NaN","p90":"NaN"}') as { p10: number; p50: number; p90: number };
    expect([bandText(none, String), bandText({ p10: NaN, p50: NaN, p90: NaN }, String, { none: 'never' })]).toEqual(['no future ends', 'never']);
  });
  it('writes a mean with its interval', () => {
    expect(meanText(152.34, 1.21, 1)).toBe('152.3 ±1.2');
    expect(meanText(-0.046, 0.02, 3, true)).toBe('-0.046 ±0.020');
    expect(meanText(0.046, Infinity, 3, true)).toBe('+0.046');
    expect(meanText(0.0001, 0, 2, true)).toBe('0.00 ±0.00');
    expect(meanText(-0.0001, 0, 2, true)).toBe('0.00 ±0.00');
    expect(meanText(NaN, NaN, 2)).toBe('–');
    expect(numberText(12_345.678, 3)).toBe('12345.7');
  });
  it('writes instants since the epoch, and money', () => {
    expect([0, 50_730_000, 137_130_250, NaN].map(clockText)).toEqual(['00:00:00', '14:05:30', '1d 14:05:30.250', '–']);
    expect([0, 120_000, 12_340_000, -5_000_000, NaN].map(dollarText)).toEqual(['$0.00', '$0.1200', '$12.34', '-$5.00', '–']);
    expect(metricText({ unit: 'share' }, 0.125)).toBe('12.5 %');
    expect(metricText({ unit: 'count' }, 3)).toBe('3');
    expect(metricText({ unit: 'ms' }, 0.25, true)).toBe('0.250 ms');
  });
  it('cuts long texts', () => {
    expect(shortText('short', 5)).toBe('short');
    expect(shortText('a long text', 7)).toBe('a long…');
  });
});
