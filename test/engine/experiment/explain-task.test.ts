// The story of a task: checked by hand on a schedule that fits a comment, and as laws on a stormy run of 120 tasks.
import { describe, expect, it } from 'vitest';
import { explainTask } from '../../../engine/experiment/explain-task.ts';
import { runOnce } from '../../../engine/experiment/run-once.ts';
import { weightedScore } from '../../../engine/experiment/weight-flip.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { Policy } from '../../../engine/model/policy.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

describe('explainTask', () => {
  // boss at work from 100 s on: approve     |wait for the person 0-100|==== 100-130 ====|
  // vm boots for 60 s; train needs approve                            130 |boot 60| data is there |==190-230==|
  const instance = compileScenario(smallScenario([
    { id: 'approve', duration: 30, on: ['human'] },
    { id: 'train', kind: 'train', duration: 40, on: ['vm'], after: ['approve'] },
    { id: 'never', duration: 10, on: ['pc'], after: ['train'] },
  ], {
    human: [{ id: 'boss', costPerHour: 36, calendar: { intervals: [[100_000, 500_000]] } }], cloud: [{ id: 'vm', cores: 1, max: 1, spinUp: 60, onDemand: { price: 3.6 } }], local: [{ id: 'pc' }],
  }, { horizon: '231s' }));
  const { run, fold } = runOnce(instance, { policy: plainPolicy, seed: 1 });

  it('splits the wait by cause and the running time by use', () => {
    expect(explainTask(run, fold, 'approve')).toMatchObject({
      job: 'job', submittedAt: 0, eligibleAt: 0, predecessors: [], completedAt: 130_000,
      attempts: [{ attempt: 1, unit: 'boss', market: null, outcome: 'completed', placedAt: 0, startedAt: 100_000, endedAt: 130_000, waits: [{ cause: 'person', ms: 100_000 }], keptMs: 30_000, pausedMs: 0, costMicroUsd: 300_000 }],
    });
    expect(explainTask(run, fold, 'train')).toMatchObject({
      kind: 'train', eligibleAt: 130_000, predecessors: [{ task: 'approve', completedAt: 130_000 }],
      attempts: [{ unit: 'vm/0', market: 'on-demand', waits: [{ cause: 'boot', ms: 60_000 }], startedAt: 190_000, endedAt: 230_000 }],
    });
  });

  it('shows the decision with its candidates, and says when a policy does not weigh them', () => {
    const { decision } = explainTask(run, fold, 'train').attempts[0]!;
    expect(decision).toMatchObject({ at: 130_000, chosen: 0, runnerUp: -1, flip: null, note: 'there was no other candidate: no change of weights would change it' });
    expect(decision!.candidates).toMatchObject([{ unit: 'vm/0', pool: 'vm', market: 'on-demand', fresh: true, filter: '', startAt: 190_000, durationMs: 40_000 }]);
  });

  it('tells of a task that ran to the end of the run, of one that never could, and of names that are not there', () => {
    expect(run.cause).toBe('horizon');
    expect(explainTask(run, fold, 'never')).toMatchObject({ eligibleAt: 230_000, completedAt: NaN, attempts: [{ outcome: 'running', startedAt: 230_000 }] });
    expect(() => explainTask(run, fold, 'trian')).toThrow(/did you mean "train"/);
    expect(() => explainTask(run, fold, 'train', 2)).toThrow(/no such attempt/);
  });

  it('counts decisions that were refused while it waited', () => {
    const stubborn: Policy = {
      name: 'stubborn', summary: 'tries where it cannot', parameters: {}, prepare: (problem) => ({
        order: (_view, task) => task,
        decide(view) {
          view.forEachEligible((task) => { if (view.placeOn(task, problem.unitIds.indexOf('small'), 0) !== 0) view.placeOn(task, problem.unitIds.indexOf('large'), 0); });
        },
      }),
    };
    const tight = compileScenario(smallScenario([{ id: 'a', duration: 10, on: ['local'], demand: { cores: 2 } }], { local: [{ id: 'large', cores: 4 }, { id: 'small', cores: 1 }] }));
    const done = runOnce(tight, { policy: stubborn, seed: 1 }), [attempt] = explainTask(done.run, done.fold, 'a').attempts;
    expect(attempt).toMatchObject({ unit: 'large', refused: { 'wrong-class': 1 }, decision: { candidates: [], chosen: -1, note: 'stubborn placed it by a plan of its own, without comparing candidates here' } });
  });
});

describe('on a stormy run of feature-120', () => {
  const feature = compileScenario(loadCatalog('feature-120'));
  const { run, fold } = runOnce(feature, { policy: policyNamed('weighted'), seed: 7, faults: compileFaults(loadFaults('storm-all-spot'), feature.problem) });
  const stories = feature.problem.taskIds.map((id) => explainTask(run, fold, id)), attempts = stories.flatMap((story) => story.attempts);

  it('accounts for every millisecond from eligible to the end of each attempt', () => {
    expect(attempts.length).toBe(fold.attempts.count);
    expect(attempts.some((a) => a.outcome === 'interrupted')).toBe(true);
    for (const a of attempts) {
      const ran = !Number.isNaN(a.startedAt), waited = a.waits.reduce((sum, wait) => sum + wait.ms, 0);
      expect(waited).toBe((ran ? a.startedAt : a.endedAt) - a.eligibleAt);
      if (ran) expect(a.setupMs + a.checkpointMs + a.keptMs + a.lostMs + a.pausedMs).toBe(a.endedAt - a.startedAt);
      expect(a.waits.every((wait) => wait.ms > 0)).toBe(true);
    }
  });

  it('has a decision for each, taken where the attempt went, and flips that are ties', () => {
    let flips = 0;
    for (const { attempt, unit, placedAt, decision } of attempts) {
      expect(decision, `attempt ${attempt}`).not.toBeNull();
      const { candidates, chosen, runnerUp, margin, flip, weights, at } = decision!;
      expect([candidates[chosen]!.unit, candidates[chosen]!.filter, at]).toEqual([unit, '', placedAt]);
      if (runnerUp < 0) continue;
      expect(candidates[runnerUp]!.filter).toBe('');
      expect(margin).toBeCloseTo(candidates[runnerUp]!.score - candidates[chosen]!.score, 12);
      expect(weights).toEqual(run.weights);
      if (flip === null) continue;
      flips++;
      expect(weightedScore(flip.weights, candidates[flip.rival]!.terms)).toBeCloseTo(weightedScore(flip.weights, candidates[chosen]!.terms), 9);
    }
    expect(flips).toBeGreaterThan(20);
  });
});
