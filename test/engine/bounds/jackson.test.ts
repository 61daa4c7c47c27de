// Jackson's preemptive schedule against Carlier's published example and against every subset of tasks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jacksonBound, orderByKey, RecordedSupply, STEADY } from '../../../engine/bounds/jackson.ts';
import type { Supply } from '../../../engine/bounds/jackson.ts';

const bound = (head: number[], work: number[], tail: number[], supply: Supply = STEADY, known = 0) => {
  const h = Float64Array.from(head);
  return jacksonBound(orderByKey(h), h, Float64Array.from(work), Float64Array.from(tail), supply, known);
};

/** Max over all sets of tasks of least head + total work + least tail. */
function bestSet(head: number[], work: number[], tail: number[]): number {
  let best = 0;
  for (let mask = 1; mask < 1 << head.length; mask++) {
    const set = head.map((_, i) => i).filter((i) => mask >> i & 1 && work[i]! > 0);
    if (set.length > 0) best = Math.max(best, Math.min(...set.map((i) => head[i]!)) + set.reduce((sum, i) => sum + work[i]!, 0) + Math.min(...set.map((i) => tail[i]!)));
  }
  return best;
}

describe('Jackson\'s preemptive schedule', () => {
  // Carlier 1982, the example with seven tasks: the set {2, 3, 4} gives 11 + 17 + 21 = 49.
  it('gives the bound of the published example', () => {
    expect(bound([10, 13, 11, 20, 30, 0, 30], [5, 6, 7, 4, 3, 6, 2], [7, 26, 24, 21, 8, 17, 0])).toBe(49);
  });

  it('equals the best set of tasks', () => {
    const task = fc.tuple(fc.nat(20), fc.nat(9), fc.nat(20));
    fc.assert(fc.property(fc.array(task, { minLength: 1, maxLength: 7 }), (tasks) => {
      const head = tasks.map((t) => t[0]), work = tasks.map((t) => t[1]), tail = tasks.map((t) => t[2]);
      expect(bound(head, work, tail)).toBe(bestSet(head, work, tail));
    }), { seed: 20260304, numRuns: 300 });
  });

  // The same machine, not known to be steady, has its whole schedule made: to the last bit the same.
  it('leaves out busy periods that cannot matter, and nothing else', () => {
    const task = fc.tuple(fc.nat(3_000), fc.nat(400), fc.nat(3_000)), whole = fc.constantFrom(1, 3, 7, 16_000);
    fc.assert(fc.property(fc.array(task, { minLength: 1, maxLength: 60 }), whole, fc.nat(4_000), (tasks, parts, known) => {
      const head = tasks.map((t) => t[0]), work = tasks.map((t) => t[1] / parts), tail = tasks.map((t) => t[2]), value = bound(head, work, tail, { until: Infinity, at: () => 1 });
      expect(bound(head, work, tail)).toBe(value);
      expect(bound(head, work, tail, STEADY, known)).toBe(Math.max(known, value));
    }), { seed: 20261201, numRuns: 500 });
  });

  // On at 0-10 and from 20: 5 of work are done by 5, the other 8 by 10 and from 20 to 23; tails 1 and 3.
  it('waits while the machine is off', () => {
    const onOff: Supply = { until: 0, at(time) { this.until = time < 10 ? 10 : time < 20 ? 20 : Infinity; return time < 10 || time >= 20 ? 1 : 0; } };
    expect(bound([0, 0], [5, 8], [3, 1], onOff)).toBe(24);
    const recorded = new RecordedSupply(onOff);
    expect([bound([25], [1], [0], recorded), bound([0, 0], [5, 8], [3, 1], recorded), bound([0, 0], [5, 8], [3, 1], recorded)]).toEqual([26, 24, 24]);
  });
  it('ends where the machine ends for ever', () => {
    const once: Supply = { until: 0, at(time) { this.until = time < 10 ? 10 : Infinity; return time < 10 ? 0.5 : 0; } };
    expect(bound([0], [100], [7], once)).toBe(10);
  });
});

describe('orderByKey', () => {
  it('sorts, ties by number', () => {
    fc.assert(fc.property(fc.array(fc.nat(9), { maxLength: 40 }), (keys) => {
      expect([...orderByKey(Float64Array.from(keys))]).toEqual(keys.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b));
    }), { seed: 20260305, numRuns: 200 });
  });
});
