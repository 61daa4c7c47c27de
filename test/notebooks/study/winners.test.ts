// Who wins at which weights: the objective of runs that were made with other weights, and what this relies on.
import { describe, expect, it } from 'vitest';
import { simplexGrid } from '../../../engine/experiment/simplex.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import { objectiveAt, winners } from '../../../notebooks/study/winners.ts';
import { Surveyor } from '../../../notebooks/sweep/surveyor.ts';
import type { Setting } from '../../../notebooks/sweep/surveyor.ts';
import type { Sweep } from '../../../notebooks/sweep/sweep.ts';
import { policies } from '../../../policies/registry.ts';

const surveyor = new Surveyor('feature-12'), seeds = [1, 2, 3, 4, 5], grid = simplexGrid(2);
const others = policies.map(({ name }) => name).filter((name) => name !== 'weighted');

function sweepOf(settings: readonly Setting[]): Sweep {
  const runs = settings.map((setting) => surveyor.runs(setting, seeds)), total = runs.flat().length;
  return { scenario: 'feature-12', settings, seeds, runs, done: total, total, complete: true };
}

describe('the objective at other weights', () => {
  it.each(others)('%s does the same whatever the weights, and its objective is the one it would have had', (policy) => {
    const [standard] = surveyor.runs({ policy, weights: DEFAULT_WEIGHTS }, [7]);
    for (const weights of grid) {
      const [own] = surveyor.runs({ policy, weights }, [7]);
      expect([own!.metrics.makespanMs, own!.metrics.costMicroUsd]).toEqual([standard!.metrics.makespanMs, standard!.metrics.costMicroUsd]);
      expect(objectiveAt(standard!, weights)).toBe(own!.metrics.objective);
    }
  });
});

describe('winners', () => {
  const own = sweepOf(grid.map((weights) => ({ policy: 'weighted', weights }))), peers = sweepOf(others.map((policy) => ({ policy, weights: DEFAULT_WEIGHTS })));
  const found = winners(own, peers), mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

  it('have the least mean objective at their weights', () => {
    expect(found.map(({ weights }) => weights)).toEqual(grid);
    found.forEach(({ weights, leader }, k) => {
      const all = [...peers.settings.map(({ policy }, p) => ({ policy, runs: peers.runs[p]! })), { policy: 'weighted', runs: own.runs[k]! }];
      const means = new Map(all.map(({ policy, runs }) => [policy, mean(runs.map((run) => objectiveAt(run, weights)))]));
      expect(means.get(leader)).toBeCloseTo(Math.min(...means.values()), 12);
    });
  });

  it('are said to be shown only where the statement says so', () => {
    for (const { leader, shown, statement } of found) expect(statement.startsWith(shown ? `${leader} is better than every other policy` : `no winner yet: ${leader} leads`)).toBe(true);
  });
});
