// The window of time: zooming keeps the instant under the pointer, nothing leads out of the run or below a second.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panned, revealing, wholeRun, zoomed } from '../../../../web/views/run/time-window.ts';

const whole = wholeRun(0, 1_000_000);

describe('the window of time', () => {
  it('begins with the whole run and a little room', () => { expect(whole).toEqual({ from: -20_000, to: 1_020_000 }); });

  it('keeps the instant under the pointer where it is', () => {
    const window = zoomed(whole, 0.1, 500_000, whole);
    expect(window.to - window.from).toBeCloseTo(104_000);
    expect((500_000 - window.from) / (window.to - window.from)).toBeCloseTo(0.5);
  });

  it('stays within the run whatever one does', () => {
    const step = fc.oneof(fc.record({ factor: fc.double({ min: 0.01, max: 100, noNaN: true }), at: fc.double({ min: -1e6, max: 3e6, noNaN: true }) }), fc.record({ pan: fc.double({ min: -5e6, max: 5e6, noNaN: true }) }));
    fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let window = whole;
      for (const s of steps) window = 'pan' in s ? panned(window, s.pan, whole) : zoomed(window, s.factor, Math.min(window.to, Math.max(window.from, s.at)), whole);
      expect(window.from).toBeGreaterThanOrEqual(whole.from - 1e-6);
      expect(window.to).toBeLessThanOrEqual(whole.to + 1e-6);
      expect(window.to - window.from).toBeGreaterThan(999);
    }), { seed: 3 });
  });

  it('moves only if it must to show something', () => {
    const window = { from: 100_000, to: 200_000 };
    expect(revealing(window, 120_000, 130_000, whole)).toBe(window);
    expect(revealing(window, 400_000, 420_000, whole)).toEqual({ from: 360_000, to: 460_000 });
    expect(revealing(window, 300_000, 500_000, whole)).toEqual({ from: 280_000, to: 520_000 });
  });
});
