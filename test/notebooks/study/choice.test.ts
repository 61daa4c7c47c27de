// Choosing weights for a budget, on sweeps small enough to be solved by hand: hours and dollars of two runs a setting.
import { describe, expect, it } from 'vitest';
import type { ComparedRun } from '../../../engine/experiment/compare.ts';
import type { Metrics } from '../../../engine/metrics/metrics.ts';
import { simplexGrid } from '../../../engine/experiment/simplex.ts';
import { bestWithin, candidatesOf, frontOf, notBeaten, notShownSlower, roundBudgets } from '../../../notebooks/study/choice.ts';
import type { Sweep } from '../../../notebooks/sweep/sweep.ts';

type Figures = readonly [hours: number, dollars: number];

const run = ([hours, dollars]: Figures, seed: number): ComparedRun => ({
  seed, cause: 'finished', audit: 'clean', failure: '', hash: '', metrics: { makespanMs: hours * 3.6e6, costMicroUsd: dollars * 1e6 } as Metrics,
});

/** Setting s of a grid, with these figures at seeds 1, 2, ... */
function sweepOf(...figures: readonly (readonly Figures[])[]): Sweep {
  const settings = simplexGrid(3).slice(0, figures.length).map((weights) => ({ policy: 'weighted', weights })), runs = figures.map((list) => list.map((pair, k) => run(pair, k + 1)));
  const total = runs.flat().length;
  return { scenario: 'feature-12', settings, seeds: figures[0]!.map((_, k) => k + 1), runs, done: total, total, complete: true };
}

/**
 *          mean hours   mean dollars
 *   0          10           100        front: quickest
 *   1          20            40        front
 *   2          21            60        beaten by 1
 *   3          30            10        front: cheapest
 *   4          30            10        the same again
 */
const five = sweepOf([[9, 90], [11, 110]], [[18, 40], [22, 40]], [[20, 50], [22, 70]], [[29, 10], [31, 10]], [[29, 10], [31, 10]]);

describe('the front', () => {
  it('holds what no other beats in both, cheapest first, of equals the first', () => {
    expect(frontOf(candidatesOf(five, 'average')).map(({ setting, spend }) => [setting, spend / 1e6])).toEqual([[3, 10], [1, 40], [0, 100]]);
  });

  it('asks for more money when nine of ten projects have to be covered', () => {
    expect(candidatesOf(five, 'nine of ten').map(({ spend }) => Math.round(spend / 1e6))).toEqual([108, 40, 68, 10, 10]);
  });

  it('leaves out settings with a failed run, and those that have none yet', () => {
    const runs = [five.runs[0]!, [], [{ ...five.runs[2]![0]!, failure: 'stuck: ...' }, five.runs[2]![1]!], five.runs[3]!, five.runs[4]!];
    expect(candidatesOf({ ...five, runs }, 'average').map(({ setting }) => setting)).toEqual([0, 3, 4]);
  });

  it('tells which others it does not beat', () => {
    const front = frontOf(candidatesOf(five, 'average')), others = candidatesOf(sweepOf([[25, 45]], [[25, 30]], [[20, 40]], [[40, 5]]), 'average');
    expect(notBeaten(others, front).map(({ setting }) => setting)).toEqual([1, 3]);
  });
});

describe('a budget', () => {
  const front = frontOf(candidatesOf(five, 'average'));
  it.each([[9, undefined], [10, 3], [39, 3], [40, 1], [99, 1], [100, 0], [1000, 0]])('of $%i buys setting %s', (budget, setting) => {
    expect(bestWithin(front, budget * 1e6)?.setting).toBe(setting);
  });

  it('comes in round steps from the first that covers anything to the first that covers all', () => {
    expect(roundBudgets(front).map((budget) => budget / 1e6)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(roundBudgets(front.slice(0, 1))).toEqual([1e7]);
    expect(roundBudgets([])).toEqual([]);
  });
});

describe('settings as quick', () => {
  // Of the quickest, 1 is slower by one hour at every seed, 2 by an hour at one seed and quicker at another; 3 costs too much.
  const sweep = sweepOf([[10, 1], [12, 1], [14, 1]], [[11, 1], [13, 1.0], [15.1, 1]], [[11, 1], [11.5, 1], [14, 1]], [[10, 9], [12, 9], [14, 9]]);
  const candidates = candidatesOf(sweep, 'average'), best = bestWithin(frontOf(candidates), 2e6)!;

  it('are those within the budget that paired tests do not tell from the best', () => {
    expect(best.setting).toBe(0);
    expect(notShownSlower(sweep, candidates, best, 2e6).map(({ setting }) => setting)).toEqual([0, 2]);
    expect(notShownSlower(sweep, candidates, best, 9e6).map(({ setting }) => setting)).toEqual([0, 2, 3]);
  });
});
