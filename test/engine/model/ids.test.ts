// The canonical order of ids, and the hash that keys the random streams.
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { compareIds, hashString32, inCanonicalOrder } from '../../../engine/model/ids.ts';

const SEED = 20260105;
const id = fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', 'é', '0', '1', '2', '9'), maxLength: 8 });

test('digit runs compare as numbers, the rest by code', () => {
  const ordered = ['', '1', '2', '10', 'A', 'a', 'a-1', 'a-2', 'a-10', 'a1b9', 'a1b10', 'a9', 'a10', 'a10b', 'aa', 'task-99999999999999999999', 'task-100000000000000000000', 'é'];
  expect([...ordered].reverse().sort(compareIds)).toEqual(ordered);
});

test('equal numbers written differently are told apart as plain strings', () => {
  expect(compareIds('a01', 'a1')).toBe(-1);
  expect(compareIds('a1', 'a01')).toBe(1);
  expect(compareIds('a01b2', 'a1b1')).toBe(1);
  expect(compareIds('x007', 'x007')).toBe(0);
});

test('is a total order', () => {
  fc.assert(fc.property(id, id, id, (a, b, c) => {
    expect(compareIds(a, b) + compareIds(b, a)).toBe(0);
    expect(compareIds(a, b) === 0).toBe(a === b);
    if (compareIds(a, b) <= 0 && compareIds(b, c) <= 0) expect(compareIds(a, c)).toBeLessThanOrEqual(0);
  }), { seed: SEED, numRuns: 5000 });
});

test('a list in order comes back itself, another is sorted into a new one', () => {
  const ordered = [{ id: 't2' }, { id: 't10' }], shuffled = [{ id: 't10' }, { id: 't2' }];
  expect(inCanonicalOrder(ordered)).toBe(ordered);
  expect(inCanonicalOrder(shuffled)).toEqual(ordered);
  expect(shuffled[0]!.id).toBe('t10');
});

test('string hash: known answers, and no collision among a hundred thousand neighbours', () => {
  expect(['', 'a', 'task-1', 'task-2', '日本'].map(hashString32)).toMatchInlineSnapshot(`
    [
      2872998923,
      2448022055,
      2649114985,
      3197735486,
      3490853225,
    ]
  `);
  const hashes = new Set<number>();
  for (let i = 0; i < 100_000; i++) hashes.add(hashString32(`task-${i}`));
  // 100000^2 / 2^33 = 1.2 are expected of a random function.
  expect(hashes.size).toBeGreaterThan(99_990);
});
