// The series under the timeline against the metrics, which are folded by other code: means and ends must agree on runs of
// every sort.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOnce } from '../../../engine/experiment/run-once.ts';
import * as R from '../../../engine/journal/records.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { CLOUD, LOCAL } from '../../../engine/model/states.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import type { Series } from '../../../web/worker/protocol.ts';
import { budgetSeries, costSeries, queueSeries, spotPrices, utilisationSeries } from '../../../web/worker/run-series.ts';
import { handWrittenProblem, unit } from '../../support/hand-written-run.ts';
import { writtenRun } from '../../support/written-run.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';

/** Time-weighted mean of a step function. */
function mean({ times, values }: Series): number {
  let area = 0;
  for (let k = 0; k + 1 < times.length; k++) area += values[k]! * (times[k + 1]! - times[k]!);
  const span = times.at(-1)! - times[0]!;
  return span > 0 ? area / span : 0;
}

const ascending = ({ times }: Series): boolean => times.every((at, k) => k === 0 || at >= times[k - 1]!);

function check(file: ScenarioFile, policy: string, seed: number): void {
  const { fold, metrics } = runOnce(compileScenario(file), { policy: policyNamed(policy), seed }), queue = queueSeries(fold), cost = costSeries(fold), use = utilisationSeries(fold);
  expect([queue, cost, use].every(ascending)).toBe(true);
  expect(mean(queue)).toBeCloseTo(metrics.queueDepthMean, 9);
  expect(Math.max(...queue.values)).toBe(metrics.queueDepthMax);
  expect(cost.values.at(-1)).toBe(metrics.costMicroUsd);
  for (let k = 1; k < cost.values.length; k++) expect(cost.values[k]! - cost.values[k - 1]!).toBeGreaterThan(-1e-3 * Math.max(1, metrics.costMicroUsd) - 1);
  expect(use.values.every((share) => share >= 0 && share <= 1)).toBe(true);
}

describe('series of a run', () => {
  it('agree with the metrics on random scenarios', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.constantFrom('weighted', 'fifo', 'cheapest'), fc.nat(50), check), { seed: 11, numRuns: 80 });
  });

  it('agree with the metrics on feature-120', () => { check(loadCatalog('feature-120'), 'weighted', 3); });

  it('integrate work and offer to the utilisation', () => {
    // Two machines, always there: the mean over time of their share is the metric itself.
    const file: ScenarioFile = {
      twinclock: 'scenario/1', name: 'two', epoch: '2026-03-02T00:00:00Z', mode: 'event', jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 10, demand: { cores: 2 } }, { id: 'b', duration: 20, demand: { cores: 1 } }, { id: 'c', duration: 5, after: ['a', 'b'], demand: { cores: 4 } }] }],
      fleet: { local: [{ id: 'm', cores: 4, count: 2 }] },
    };
    const { fold, metrics } = runOnce(compileScenario(file), { policy: policyNamed('fifo'), seed: 1 });
    expect(fold.problem.poolKind.every((kind) => kind === LOCAL || kind === CLOUD)).toBe(true);
    expect(mean(utilisationSeries(fold))).toBeCloseTo(metrics.utilisation, 12);
    expect(metrics.utilisation).toBeGreaterThan(0);
  });
});

describe('budgets and prices', () => {
  it('are steps as the journal tells of them, with the requests that were turned down', () => {
    const gpu = handWrittenProblem.poolIds.indexOf('gpu'), run = writtenRun(handWrittenProblem, [
      [R.JOB_SUBMITTED, 0, 0], [R.REQUEST_VM, unit('gpu/0'), 1, 1], [R.PRICE_CHANGED, 5000, gpu, 1, 2_400_000], [R.PRICE_CHANGED, 6000, gpu, 0, 9_000_000], [R.VM_REFUSED, 7000, unit('gpu/0'), 1],
      [R.BUDGET_CHANGED, 8000, 50_000_000], [R.TICK, 10_000],
    ]), fold = foldRun(run), lists = ({ times, values }: Series) => [[...times], [...values]];
    expect(lists(budgetSeries(run, fold))).toEqual([[0, 8000, 10_000], [Infinity, 50_000_000, 50_000_000]]);
    const [spot, ...others] = spotPrices(run, fold);
    expect(others).toEqual([]);
    expect([spot!.pool, ...lists(spot!.price), [...spot!.refusedAt]]).toEqual(['gpu', [0, 5000, 10_000], [1_200_000, 2_400_000, 2_400_000], [7000]]);
  });
});
