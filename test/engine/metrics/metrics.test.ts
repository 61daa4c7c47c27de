// All figures of runs written by hand, against their definitions, and the registry that describes them.
import { describe, expect, it } from 'vitest';
import { lowerBounds } from '../../../engine/bounds/bounds.ts';
import * as R from '../../../engine/journal/records.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { METRIC_BY_KEY, METRICS } from '../../../engine/metrics/metric-registry.ts';
import { foldMetrics, metricsOf } from '../../../engine/metrics/metrics.ts';
import { costReference } from '../../../engine/metrics/objective.ts';
import { quantile } from '../../../engine/metrics/quantile.ts';
import { jobRows, resourceRows } from '../../../engine/metrics/resources.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { spotExample, spotRun } from '../../support/spot-example.ts';
import { handWrittenInstance, handWrittenRun } from '../../support/hand-written-run.ts';
import { writtenRun } from '../../support/written-run.ts';

const spot = foldMetrics(spotRun(), lowerBounds(spotExample));

describe('the spot example, solved by hand', () => {
  it('time: 265 s from submission to the last completion, 65 s late at weight 2', () => {
    expect(spot).toMatchObject({ makespanMs: 265_000, flowMeanMs: 265_000, flowP50Ms: 265_000, flowP95Ms: 265_000, jobsCompleted: 1, jobsUnfinished: 0, tasksCompleted: 3 });
    expect(spot).toMatchObject({ weightedTardinessMs: 130_000, deadlineMisses: 1 });
  });

  // The bound: boot 60 s, a 100 s, c 30 s.
  it('is measured against its bound and its budget', () => {
    expect(spot).toMatchObject({ makespanReferenceMs: 190_000, costReferenceMicroUsd: 1_000_000, makespanGap: 265 / 190 - 1, budgetShare: 0.178 });
    expect(spot.objective).toBeCloseTo(0.6 * 265 / 190 + 0.3 * 0.178, 12);
  });

  it('cost by kind adds up', () => {
    expect(spot).toMatchObject({ costMicroUsd: 178_000, costCloudMicroUsd: 175_000, costLocalMicroUsd: 3000, costApiMicroUsd: 0, costHumanMicroUsd: 0, costIdleMicroUsd: 97_144 });
    expect(spot.costPerHourMicroUsd).toBeCloseTo(178_000 * 3600 / 265, 6);
  });

  // pc offers 265 s and is wholly used for 30; the VM is ready 60-140 and 200-235: 115 s, of which 50 at 2 of 2 cores, 25 + 35 at one.
  it('utilisation is the dominant share over offered time', () => {
    expect(spot.utilisation).toBeCloseTo((30 + 50 + 12.5 + 17.5) / (265 + 115), 12);
    expect(spot.idleMs).toBe((265 - 30 + 115 - 75 - 35) * 1000);
    expect(spot.humanUtilisation).toBe(0);
  });

  it('interruptions: one, nothing lost, 65 s until it ran again; both boots are paid for', () => {
    expect(spot).toMatchObject({ interruptions: 1, lostWorkMs: 0, recoveryMs: 65_000, checkpointMs: 10_000, failures: 0, attempts: 4, vmLives: 2, spinUpPaidMs: 120_000 });
  });

  // a is eligible and not placed from 135 to 140.
  it('waiting: 5 s for a decision', () => {
    expect(spot).toMatchObject({ queueWaitMeanMs: 1250, queueDepthMean: 5 / 265, queueDepthMax: 1, humanWaitMs: 0, rateLimitWaitMs: 0, refusals: 1 });
    expect([spot.decisionMsP50, spot.decisionMsP99, spot.decisionMsMax]).toEqual([NaN, NaN, NaN]);
  });

  it('per resource and per job', () => {
    const fold = foldRun(spotRun());
    expect(resourceRows(fold)).toEqual([
      { unit: 'pc', pool: 'pc', kind: 'local', attempts: 1, offeredMs: 265_000, busyMs: 30_000, idleMs: 235_000, utilisation: 30 / 265, costMicroUsd: 3000, costPerHourMicroUsd: 3000 * 3600 / 265 },
      { unit: 'vm/0', pool: 'vm', kind: 'cloud', attempts: 3, offeredMs: 115_000, busyMs: 110_000, idleMs: 5000, utilisation: 80 / 115, costMicroUsd: 175_000, costPerHourMicroUsd: 175_000 * 3600 / 115 },
    ]);
    expect(jobRows(fold)).toEqual([{ job: 'job', outcome: 'completed', submittedAt: 0, completedAt: 265_000, costMicroUsd: 80_856 }]);
  });
});

describe('the hand-written run', () => {
  const m = foldMetrics(handWrittenRun(), lowerBounds(handWrittenInstance));
  // 429 at 900 s, placed again at once, started at 920 s.
  it('waits 20 s for the API after a 429', () => expect(m.rateLimitWaitMs).toBe(20_000));
  it('pays two cold set-ups, loses 300 s of training, recovers after 90 s', () => {
    expect(m).toMatchObject({ setupPaidMs: 60_000, setupSavedMs: 0, warmStarts: 0, lostWorkMs: 300_000, recoveryMs: 90_000, interruptions: 1 });
  });
  it('has no budget, and measured two decisions', () => {
    expect(m.budgetShare).toBeNaN();
    expect(m).toMatchObject({ decisionMsP50: 0.25, decisionMsP99: 0.75, decisionMsMax: 0.75 });
  });
});

describe('a run cut short', () => {
  const rows = [[R.JOB_SUBMITTED, 10_000, 0], [R.PLACE, 1, 1, 1]];
  const cut = writtenRun(spotExample.problem, rows, { cause: 'horizon', endedAt: 250_000 });
  it('counts unfinished jobs as ending with the run, and their deadlines as missed', () => {
    expect(metricsOf(cut, foldRun(cut), { makespanMs: 0, costMicroUsd: 0 })).toMatchObject({ makespanMs: 240_000, flowMeanMs: 240_000, jobsUnfinished: 1, weightedTardinessMs: 100_000, deadlineMisses: 1, makespanGap: NaN, costGap: NaN });
  });
});

describe('people', () => {
  // Open 0-100 s and 200-300 s. Asked at 0, starts at 20, works 80 s until 100 and 40 s until 240; away 250-260.
  const { problem } = compileScenario({
    twinclock: 'scenario/1', name: 'x', fleet: { human: [{ id: 'ana', calendar: { intervals: [[0, 100_000], [200_000, 300_000]] } }] },
    jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 120, on: ['human'] }] }],
  });
  const run = writtenRun(problem, [
    [R.JOB_SUBMITTED, 0, 0], [R.OFFER, 0, 1, 0], [R.HUMAN_ACCEPTED, 20_000, 0, 1, 0], [R.TASK_STARTED, 20_000, 0, 1, 0], [R.TASK_COMPLETED, 240_000, 0, 1, 120_000],
    [R.ARCHIVE_JOB, 0], [R.HUMAN_AWAY, 250_000, 0, 0], [R.HUMAN_AVAILABLE, 260_000, 0],
  ], { endedAt: 300_000 });
  it('offer published hours less absences', () => {
    const m = foldMetrics(run, { makespanMs: 0, costMicroUsd: 0 });
    expect(m.humanWaitMs).toBe(20_000);
    expect(m.humanUtilisation).toBeCloseTo(120 / 190, 12);
    expect(m.utilisation).toBe(0);
  });
});

describe('batches', () => {
  it('a warm start saves the set-up; what it waited for it is told', () => {
    const { problem } = compileScenario({
      twinclock: 'scenario/1', name: 'x', batches: { image: { setup: 60 } }, fleet: { local: [{ id: 'pc', slots: 1 }] },
      jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 10, on: ['local'], batchKey: 'image' }, { id: 'b', duration: 10, on: ['local'], batchKey: 'image' }] }],
    });
    const m = foldMetrics(writtenRun(problem, [
      [R.JOB_SUBMITTED, 0, 0], [R.PLACE, 0, 1, 0, 60_000], [R.TASK_STARTED, 0, 0, 1, 0], [R.TASK_COMPLETED, 70_000, 0, 1, 70_000],
      [R.PLACE, 1, 1, 0, 0], [R.TASK_STARTED, 70_000, 1, 1, 0], [R.TASK_COMPLETED, 80_000, 1, 1, 10_000], [R.ARCHIVE_JOB, 0],
    ]), { makespanMs: 0, costMicroUsd: 0 });
    expect(m).toMatchObject({ setupPaidMs: 60_000, setupSavedMs: 60_000, warmStarts: 1, batchWaitMs: 70_000 });
  });
});

describe('the registry', () => {
  it('describes every figure once, and no other', () => {
    expect(METRICS.map((m) => m.key).sort()).toEqual(Object.keys(spot).sort());
    expect(new Set(METRICS.map((m) => m.title)).size).toBe(METRICS.length);
    expect(METRIC_BY_KEY.makespanMs.unit).toBe('ms');
  });
});

describe('references', () => {
  it('the cost reference buys each task its cheapest resource alone, on demand', () => {
    const { problem } = compileScenario({
      twinclock: 'scenario/1', name: 'x',
      fleet: {
        local: [{ id: 'pc', energyPrice: 0.1, memory: '4GB' }], cloud: [{ id: 'vm', max: 2, spinUp: 0, speed: 2, onDemand: { price: 1 }, spot: { price: 0.01 } }, { id: 'only-spot', max: 1, spinUp: 0, spot: { price: 0.3 } }],
        api: [{ id: 'llm', pricePerCall: 0.25 }], human: [{ id: 'ana', costPerHour: 60 }],
      },
      jobs: [{ id: 'j', tasks: [
        { id: 'either', duration: '1h', on: ['local', 'vm'] }, // energy 0.1, VM 0.5
        { id: 'vm', duration: '1h', on: ['vm'] }, // 0.5
        { id: 'spot', duration: '1h', on: ['only-spot'] }, // 0.3
        { id: 'call', duration: 1, on: ['api'], requests: 2 }, // 0.5
        { id: 'talk', duration: '30m', on: ['human'] }, // 30
      ] }],
    });
    expect(costReference(problem)).toBe(31_400_000);
  });
  it('is the budget when there is one', () => expect(costReference(spotExample.problem)).toBe(1_000_000));
  it('quantiles are observed values', () => {
    const sorted = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    expect([0, 0.5, 0.95, 1].map((p) => quantile(sorted, p))).toEqual([1, 5, 10, 10]);
    expect(quantile(new Float64Array(0), 0.5)).toBe(0);
  });
});
