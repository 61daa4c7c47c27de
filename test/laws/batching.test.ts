// Batching: tasks of one key share a set-up when they run back to back on one unit. On a case that can be solved by hand,
// and on feature-120 over paired seeds: switched on, `weighted` pays no more set-up, and the metrics show what was saved.
import { describe, expect, it } from 'vitest';
import { lowerBounds } from '../../engine/bounds/bounds.ts';
import { pairedComparison } from '../../engine/experiment/paired-comparison.ts';
import { foldMetrics, type Metrics } from '../../engine/metrics/metrics.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { Simulation } from '../../engine/sim/run.ts';
import { weighted } from '../../policies/weighted.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { gantt } from '../support/narrate.ts';

const MINUTE = 60_000, SEEDS = Array.from({ length: 40 }, (_, k) => k + 1);

/** Metrics of each seed, with batching off and on. */
function offAndOn(scenario: string, seeds: readonly number[]): { readonly off: readonly Metrics[]; readonly on: readonly Metrics[] } {
  const instance = compileScenario(loadCatalog(scenario)), bounds = lowerBounds(instance);
  const [off, on] = [0, 1].map((batching) => {
    const simulation = new Simulation(instance, { policy: weighted, parameters: { batching }, reasons: false });
    return seeds.map((seed) => foldMetrics(simulation.run(seed), bounds));
  });
  return { off: off!, on: on! };
}

const paid = (runs: readonly Metrics[]): number[] => runs.map((m) => m.setupPaidMs);
/** Set-up that was paid of all that was due: interruptions make more fall due, warm starts make less be paid. */
const paidShare = (runs: readonly Metrics[]): number => sum(paid(runs)) / sum(runs.map((m) => m.setupPaidMs + m.setupSavedMs));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('batch-6: six builds of two images on one slot, 5 min each, 10 min to set an image up', () => {
  const { off: [off], on: [on] } = offAndOn('batch-6', [1]);

  //  grouped      0  red 10 | b1 15 | b3 20 | b5 25 | blue 35 | b2 40 | b4 45 | b6 50          two set-ups, 50 min
  //  alternating  0  red 10 | b1 15 | blue 25 | b2 30 | red 40 | b3 45 | ... | b6 90            six set-ups, 90 min
  it('groups the images when on', () => {
    const run = new Simulation(compileScenario(loadCatalog('batch-6')), { policy: weighted, parameters: { batching: 1 } }).run(1);
    expect(gantt(run).map((bar) => bar.split(' ')[0])).toEqual(['b1', 'b3', 'b5', 'b2', 'b4', 'b6']);
    expect(on).toMatchObject({ makespanMs: 50 * MINUTE, setupPaidMs: 20 * MINUTE, setupSavedMs: 40 * MINUTE, warmStarts: 4 });
  });

  it('keeps to the order of the file when off, and pays for it', () => {
    expect(off).toMatchObject({ makespanMs: 90 * MINUTE, setupPaidMs: 60 * MINUTE, setupSavedMs: 0, warmStarts: 0 });
  });

  it('shows the price of grouping: the others wait while the warm ones go first', () => {
    expect(on!.batchWaitMs).toBeGreaterThan(0);
    expect(on!.queueWaitMeanMs).toBeLessThan(off!.queueWaitMeanMs);
  });
});

describe(`feature-120 over ${SEEDS.length} paired seeds`, () => {
  const { off, on } = offAndOn('feature-120', SEEDS);

  it('pays a smaller share of the set-up that falls due with batching on, and no more of it than luck explains', () => {
    expect(paidShare(on)).toBeLessThanOrEqual(paidShare(off));
    expect(pairedComparison(paid(on), paid(off)).verdict).not.toBe('worse');
    expect(sum(on.map((m) => m.setupSavedMs))).toBeGreaterThan(0);
  });

  it('makes a difference that can be measured', () => {
    expect(SEEDS.filter((_, k) => on[k]!.setupPaidMs !== off[k]!.setupPaidMs).length).toBeGreaterThan(0);
  });

  it('finishes every run either way', () => {
    for (const m of [...off, ...on]) expect([m.tasksCompleted, m.jobsUnfinished]).toEqual([120, 0]);
  });
});
