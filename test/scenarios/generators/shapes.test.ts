// The plain generators: their shapes by hand, and laws of layered graphs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { generateChain } from '../../../scenarios/generators/chain.ts';
import { dice } from '../../../scenarios/generators/dice.ts';
import { generateForkJoin } from '../../../scenarios/generators/fork-join.ts';
import { generateLayered } from '../../../scenarios/generators/layered.ts';

describe('chain and fork-join', () => {
  it('makes a chain', () => {
    expect(generateChain({ tasks: 3, duration: '1m' }).jobs[0]!.tasks).toEqual([
      { id: 't1', duration: '1m' }, { id: 't2', duration: '1m', after: ['t1'] }, { id: 't3', duration: '1m', after: ['t2'] },
    ]);
  });
  it('makes a fork and a join', () => {
    const { tasks } = generateForkJoin({ width: 2, ends: '1m', branch: '2m', machines: 2 }).jobs[0]!;
    expect(tasks.map((task) => [task.id, task.duration, task.after ?? []])).toEqual([
      ['fork', '1m', []], ['b1', '2m', ['fork']], ['b2', '2m', ['fork']], ['join', '1m', ['b1', 'b2']],
    ]);
  });
});

describe('layered', () => {
  it('keeps to its numbers, for any options', () => {
    const options = fc.record({ tasks: fc.integer({ min: 1, max: 60 }), width: fc.integer({ min: 1, max: 8 }), degree: fc.integer({ min: 1, max: 4 }), seed: fc.nat() });
    fc.assert(fc.property(options, (o) => {
      const file = generateLayered({ ...o, seconds: [5, 9] });
      const { problem } = compileScenario(validateScenario(file));
      expect(problem.taskCount).toBe(o.tasks);
      for (let task = 0; task < problem.taskCount; task++) {
        expect(problem.predecessorFirst[task + 1]! - problem.predecessorFirst[task]!).toBeLessThanOrEqual(o.degree);
        expect(problem.taskWork[task]).toBeGreaterThanOrEqual(5000);
        expect(problem.taskWork[task]).toBeLessThanOrEqual(9000);
      }
      expect(generateLayered({ ...o, seconds: [5, 9] })).toEqual(file);
    }), { seed: 5, numRuns: 100 });
  });
  it('is a chain when its layers hold one', () => {
    const { tasks } = generateLayered({ tasks: 4, width: 1, degree: 1, seed: 1 }).jobs[0]!;
    expect(tasks.map((task) => task.after ?? [])).toEqual([[], ['t1'], ['t2'], ['t3']]);
  });
});

describe('dice', () => {
  it('throws every face about equally often and remembers nothing of other names', () => {
    const d = dice(1, 'a'), counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 6000; i++) counts[d.int(0, 5)]!++;
    // Chi-square with 5 degrees of freedom stays below 20.5 in 999 of 1000 cases; the seed is fixed.
    expect(counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5);
    expect(dice(1, 'a').unit()).toBe(dice(1, 'a').unit());
    expect(new Set([dice(1, 'a').unit(), dice(1, 'b').unit(), dice(2, 'a').unit()]).size).toBe(3);
  });
});
