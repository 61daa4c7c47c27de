// Gaps in a unit's plan: by hand, and against a search over every instant.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SEGMENTS_KEPT, Timeline } from '../../../policies/shared/timeline.ts';

const lasting = (ms: number) => (start: number) => start + ms;
const amounts = (...values: number[]) => Int32Array.from(values);

test('fills gaps, earliest first', () => {
  //      0    10   20   30
  // taken     ##########
  const line = new Timeline(amounts(1));
  line.take(10, 30, amounts(1));
  expect(line.earliest(0, amounts(1), lasting(10))).toBe(0);
  expect(line.earliest(0, amounts(1), lasting(11))).toBe(30);
  expect(line.earliest(5, amounts(1), lasting(6))).toBe(30);
  expect(line.earliest(40, amounts(1), lasting(1))).toBe(40);
});

test('all dimensions must be free at once', () => {
  const line = new Timeline(amounts(4, 8));
  line.take(0, 10, amounts(3, 1));
  line.take(5, 15, amounts(0, 6));
  expect(line.earliest(0, amounts(1, 2), lasting(5))).toBe(0);
  expect(line.earliest(0, amounts(1, 2), lasting(6))).toBe(10);
  expect(line.earliest(0, amounts(2, 3), lasting(1))).toBe(15);
});

test('nothing starts before the unit is there, and what never ends never starts', () => {
  const line = new Timeline(amounts(1), 100);
  expect(line.earliest(0, amounts(1), lasting(10))).toBe(100);
  expect(line.earliest(0, amounts(2), lasting(10))).toBe(Infinity);
  expect(line.earliest(0, amounts(1), () => Infinity)).toBe(Infinity);
});

test('an interruption of work moves the end: the gap must hold the pause too', () => {
  // Work pauses during [20, 50). Taken: [40, 60). Five units of work begun at 18 last until 53 and collide; begun at 60 they do not.
  const line = new Timeline(amounts(1)), withPause = (start: number) => (start < 20 && start + 5 > 20 ? start + 5 + 30 : start + 5);
  line.take(40, 60, amounts(1));
  expect(line.earliest(15, amounts(1), withPause)).toBe(15);
  expect(line.earliest(18, amounts(1), withPause)).toBe(60);
});

test('agrees with a search over every instant', () => {
  const request = fc.record({ ready: fc.integer({ min: 0, max: 30 }), length: fc.integer({ min: 1, max: 8 }), amount: fc.integer({ min: 1, max: 3 }) });
  fc.assert(fc.property(fc.array(request, { maxLength: 25 }), (requests) => {
    const line = new Timeline(amounts(3)), free = new Array<number>(400).fill(3);
    for (const { ready, length, amount } of requests) {
      let expected = ready;
      while (free.slice(expected, expected + length).some((x) => x < amount)) expected++;
      const start = line.earliest(ready, amounts(amount), lasting(length));
      expect(start).toBe(expected);
      line.take(start, start + length, amounts(amount));
      for (let t = start; t < start + length; t++) free[t]! -= amount;
    }
  }), { seed: 4_711, numRuns: 300 });
});

test('of a long history the old gaps are forgotten, never what is taken', () => {
  const line = new Timeline(amounts(1)), tasks = 2 * SEGMENTS_KEPT;
  for (let k = 0; k < tasks; k++) line.take(10 * k, 10 * k + 5, amounts(1));
  const start = line.earliest(0, amounts(1), lasting(5));
  expect(start % 10).toBe(5);
  expect(start).toBeGreaterThan(5);
  expect(line.earliest(0, amounts(1), lasting(6))).toBe(10 * tasks - 5);
});
