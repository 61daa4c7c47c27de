// The front of the undominated, and labels that keep apart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../../../web/views/compare/pareto-front.ts';
import { separateLabels } from '../../../../web/views/compare/separate-labels.ts';

const point = fc.record({ x: fc.integer({ min: 0, max: 9 }), y: fc.integer({ min: 0, max: 9 }) });

describe('the Pareto front', () => {
  it('holds exactly what nothing else beats or equals in both', () => {
    fc.assert(fc.property(fc.array(point, { maxLength: 20 }), (points) => {
      const front = paretoFront(points), beats = (a: typeof points[number], b: typeof points[number]) => a.x <= b.x && a.y <= b.y && (a.x < b.x || a.y < b.y);
      for (const p of points) expect(points.some((q) => beats(q, p))).toBe(!front.some((q) => q.x === p.x && q.y === p.y));
      front.forEach((p, k) => { if (k > 0) expect(p.x > front[k - 1]!.x && p.y < front[k - 1]!.y).toBe(true); });
    }), { seed: 5 });
  });
});

describe('labels', () => {
  it('stay where they are when they have room', () => {
    expect(separateLabels([{ left: 0, top: 0, width: 50, height: 10 }, { left: 0, top: 30, width: 50, height: 10 }])).toEqual([0, 0]);
  });

  it('never cover each other', () => {
    const spot = fc.record({ left: fc.integer({ min: 0, max: 100 }), top: fc.integer({ min: 0, max: 60 }), width: fc.integer({ min: 5, max: 80 }), height: fc.constant(12) });
    fc.assert(fc.property(fc.array(spot, { maxLength: 12 }), (spots) => {
      const placed = separateLabels(spots).map((dy, k) => ({ ...spots[k]!, top: spots[k]!.top + dy }));
      placed.forEach((a, i) => { placed.slice(0, i).forEach((b) => { expect(a.left < b.left + b.width && b.left < a.left + a.width && Math.abs(a.top - b.top) < 12 - 1e-6).toBe(false); }); });
    }), { seed: 6 });
  });
});
