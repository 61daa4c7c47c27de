// Rehearsals small enough to be solved by hand: what is hit, what is lost, how long it takes to recover and to catch up.
import { describe, expect, it } from 'vitest';
import { Rehearser, eachAlone } from '../../../../engine/experiment/rehearsal/rehearse.ts';
import type { RehearsalSetup } from '../../../../engine/experiment/rehearsal/rehearse.ts';
import { felt } from '../../../../engine/experiment/rehearsal/rehearsal-text.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import type { FaultFile } from '../../../../engine/model/fault-plan.ts';
import type { FleetFile, ScenarioFile, TaskFile } from '../../../../engine/model/scenario.ts';
import { plainPolicy, smallScenario } from '../../../support/small-scenario.ts';

function setup(tasks: readonly TaskFile[], fleet: FleetFile, faults: readonly FaultFile[], rest: Partial<ScenarioFile> = {}): RehearsalSetup {
  return { instance: compileScenario(smallScenario(tasks, fleet, rest)), policy: plainPolicy, plan: { twinclock: 'faults/1', name: 'test', faults } };
}

const rehearse = (...about: Parameters<typeof setup>) => new Rehearser(setup(...about)).rehearse(1).rehearsal;

/** Spot only, boot of 60 s, 1.2 dollars an hour, notice of 30 s. */
const spot = (extra: object = {}, max = 1): FleetFile => ({ cloud: [{ id: 'vm', max, spinUp: 60, spot: { price: 1.2, notice: 30, ...extra } }] });
const a: TaskFile = { id: 'a', duration: 100, on: ['cloud'] };

describe('a VM that is killed', () => {
  // seconds       0      60     90    120    160   180    240    280
  //   without     |boot  |a################|
  //   with        |boot  |a######N######x
  //                                     |boot        |a######|####|
  //                                                         ^ has done again what was lost
  it('costs the work done on it, a boot, and the time to do it again', () => {
    const { parting, hits, cutOffs, catchUp, jobs, figures, baseline, faulted } = rehearse([a], spot(), [{ kind: 'terminate', at: 90, vm: 'vm/0' }], { jobs: [{ id: 'job', deadline: 200, tasks: [a] }] });
    expect(cutOffs).toEqual([{ fault: 0, task: 'a', attempt: 1, unit: 'vm/0', startedAt: 60_000, at: 120_000, lostMs: 60_000, lostMicroUsd: 20_000, againAt: 180_000, redoneAt: 240_000 }]);
    expect(hits).toMatchObject([{ kind: 'terminate', words: 'kill vm/0 at 90s', from: 90_000, to: 120_000, vms: ['vm/0'], attempts: 1, takenBack: 0, tasks: ['a'], lostMs: 60_000, recovery: { cutOff: 1, p50Ms: 120_000, p95Ms: 120_000, maxMs: 120_000 } }]);
    expect(catchUp).toEqual({ catchUpMs: 120_000, behindMs: 120_000, peakWorkMs: 100_000, peakTasks: 1, intervals: [[160_000, 280_000]] });
    expect(jobs).toMatchObject([{ job: 'job', delayMs: 120_000, newlyLate: true, extraCostMicroUsd: 20_000 }]);
    // Two boots and 160 s of work at 1.2 dollars an hour against one boot and 100 s.
    expect([baseline.metrics.costMicroUsd, faulted.metrics.costMicroUsd]).toEqual([53_333, 40_000 + 53_333]);
    expect(figures.values).toMatchObject({
      extraMakespanMs: 120_000, extraMakespanShare: 0.75, extraCostMicroUsd: 40_000, extraDeadlineMisses: 1, extraLostWorkMs: 60_000, cutOff: 1, vmsTaken: 1, lostToFaultsMs: 60_000, recoveryP95Ms: 120_000, tasksArchived: 1,
    });
    expect(parting).toMatchObject({
      t: 90_000, event: { t: 90_000, words: 'vm/0 is to be taken at 00:02:00' },
      decision: { same: 2, baseline: { t: 160_000, words: 'vm/0 (spot) is given back' }, faulted: { t: 120_000, words: 'vm/0 (spot) is requested' } },
    });
  });

  // As in the test of the run itself: saved at 112, goes on at 172 on another VM with nothing to do again.
  it('costs only the wait when a last checkpoint saves the work', () => {
    const { cutOffs, figures } = rehearse([{ ...a, checkpoint: { interval: 40, cost: 2 } }], spot({}, 2), [{ kind: 'terminate', at: 110, vm: 'vm/0' }]);
    expect(cutOffs).toMatchObject([{ at: 112_000, lostMs: 0, lostMicroUsd: 0, againAt: 172_000, redoneAt: 172_000 }]);
    expect(figures.values).toMatchObject({ lostToFaultsMs: 0, recoveryMaxMs: 60_000 });
  });

  // 60 s are safe at 122, 8 s more are lost at 130. At 190 it goes on with 60 %, and is where it was after 8 s.
  it('loses only what came after the last checkpoint', () => {
    const { cutOffs } = rehearse([{ ...a, checkpoint: { interval: 60, cost: 2 } }], spot(), [{ kind: 'terminate', at: 130, vm: 'vm/0', notice: 0 }]);
    expect(cutOffs).toMatchObject([{ at: 130_000, lostMs: 8000, againAt: 190_000, redoneAt: 198_000 }]);
  });

  // The workstation is busy until 119, so b boots a VM; 60 s of work there are 30 s on the workstation.
  it('recovers sooner on a faster machine', () => {
    const b: TaskFile = { id: 'b', duration: { by: { vm: 100, pc: 50 } } };
    const { cutOffs } = rehearse([{ id: 'a', duration: { by: { pc: 119 } } }, b], { ...spot(), local: [{ id: 'pc', slots: 1 }] }, [{ kind: 'terminate', at: 90, vm: 'vm/0' }]);
    expect(cutOffs.map(({ at, unit, lostMs, againAt, redoneAt }) => [unit, lostMs, at, againAt, redoneAt])).toEqual([['vm/0', 60_000, 120_000, 120_000, 150_000]]);
  });

  // Cut off at 120 and, before that is made good, at 200; the boot of the third VM ends at 260.
  it('goes on recovering through further kills', () => {
    const { cutOffs } = rehearse([a], spot(), [{ kind: 'terminate', at: 120, vm: 'vm/0', notice: 0 }, { kind: 'terminate', at: 200, vm: 'vm/0', notice: 0 }]);
    expect(cutOffs.map(({ fault, at, lostMs, againAt, redoneAt }) => [fault, at, lostMs, againAt, redoneAt])).toEqual([[0, 120_000, 60_000, 180_000, 320_000], [1, 200_000, 20_000, 260_000, 280_000]]);
  });

  it('counts a placement that had not begun apart, and no lost work', () => {
    const { hits, cutOffs } = rehearse([a], spot(), [{ kind: 'terminate', at: 30, vm: 'vm/0', notice: 0 }]);
    expect(cutOffs).toEqual([]);
    expect(hits).toMatchObject([{ attempts: 0, takenBack: 1, tasks: ['a'], vms: ['vm/0'], recovery: { cutOff: 0 } }]);
    expect(felt(hits[0]!)).toBe('vm/0, 1 placement taken back');
  });

  it('never recovers when the run ends first', () => {
    const { cutOffs, figures } = rehearse([a, { id: 'b', duration: 195, on: ['local'] }], { ...spot(), local: [{ id: 'pc' }] }, [{ kind: 'terminate', at: 90, vm: 'vm/0' }], { horizon: 200 });
    expect(cutOffs).toMatchObject([{ againAt: 180_000, redoneAt: NaN }]);
    expect(figures).toMatchObject({ cause: 'horizon', baselineCause: 'finished', values: { recoveryMaxMs: Infinity, extraMakespanMs: NaN, catchUpMs: Infinity } });
  });
});

describe('whose kill it was', () => {
  // The market takes the VM at 100, noticed at 70: a fault of 90 for 120 comes too late.
  it('leaves the kills of the market to the market', () => {
    const market = { interruptions: { times: [[100_000]] } };
    const { hits, cutOffs, figures, parting } = rehearse([a], spot(market), [{ kind: 'terminate', at: 90, vm: 'vm/0' }]);
    expect(hits).toMatchObject([{ vms: [], attempts: 0, from: NaN }]);
    expect(cutOffs).toEqual([]);
    expect(figures.values).toMatchObject({ extraMakespanMs: 0, lostToFaultsMs: 0, lostWorkMs: 40_000 });
    expect(parting).toMatchObject({ t: 90_000, event: null, decision: null });
  });

  it('gives a kill that comes before the market its due, each to its own fault', () => {
    const market = { interruptions: { times: [[500_000]] } };
    const { hits } = rehearse([a], spot(market, 2), [{ kind: 'terminate-working', atProgress: 0.5, notice: 10 }, { kind: 'terminate', at: 200, pool: 'vm', notice: 5 }]);
    // Half of 100 s from 60 on: killed at 110, noticed at 100. The next VM boots until 170, and is taken at 205 by the other.
    expect(hits).toMatchObject([{ vms: ['vm/0'], from: 100_000 }, { from: 200_000, to: 205_000 }]);
    expect(hits[1]!.vms).toHaveLength(1);
  });

  it('tells a fault that found nothing to strike', () => {
    const { hits, parting, figures } = rehearse([a], spot({}, 2), [{ kind: 'terminate', at: 90, vm: 'vm/1' }]);
    expect(felt(hits[0]!)).toBe('nothing');
    expect(parting).toMatchObject({ event: null, decision: null });
    expect(figures.values).toMatchObject({ extraMakespanMs: 0, extraCostMicroUsd: 0, behindMs: 0, cutOff: 0, recoveryP95Ms: 0 });
  });
});

describe('faults that kill nothing', () => {
  // Lost at 5, refused at 9 and 13, and run from 17 to 27; what the first call had done is done again at 22.
  it('an API that is down', () => {
    const { cutOffs, hits, catchUp } = rehearse([{ id: 'a', duration: 10, on: ['api'], attempts: 1 }], { api: [{ id: 'llm', retryAfter: 4 }] }, [{ kind: 'outage', at: 5, for: 10, api: 'llm' }]);
    expect(cutOffs.map(({ at, lostMs, againAt, redoneAt }) => [at, lostMs, againAt, redoneAt])).toEqual([[5000, 5000, 17_000, 22_000], [9000, 0, 17_000, 17_000], [13_000, 0, 17_000, 17_000]]);
    expect(hits).toMatchObject([{ apis: ['llm'], attempts: 3, tasks: ['a'], recovery: { p50Ms: 8000, maxMs: 17_000 } }]);
    expect(catchUp).toMatchObject({ catchUpMs: 17_000, intervals: [[10_000, 27_000]] });
  });

  it('a person who is away', () => {
    const { hits, jobs, figures } = rehearse([{ id: 'a', duration: 60, on: ['human'] }], { human: [{ id: 'ana', calendar: { intervals: [[0, 100_000], [200_000, 300_000]] } }] }, [{ kind: 'away', at: 10, for: 30, human: 'ana' }]);
    expect(hits).toMatchObject([{ people: ['ana'], awayMs: 30_000, attempts: 1, tasks: ['a'], from: 10_000, to: 40_000 }]);
    expect(jobs).toMatchObject([{ delayMs: 30_000, newlyLate: false }]);
    expect(figures.values).toMatchObject({ cutOff: 0, extraMakespanMs: 30_000 });
  });

  // 160 s at 1.2 dollars an hour; doubled from 100 s on: 60 s more of it.
  it('a dearer spot market', () => {
    const { hits, figures } = rehearse([a], spot(), [{ kind: 'price', at: 100, factor: 2 }]);
    expect(hits[0]!.surchargeMicroUsd).toBe(20_000);
    expect(figures.values.extraCostMicroUsd).toBe(20_000);
  });

  it('a market without VMs, a smaller budget, a slow machine', () => {
    const drought = rehearse([a], spot(), [{ kind: 'no-capacity', at: 0, for: 600 }]);
    expect(drought.hits[0]!.refusedRequests).toBeGreaterThan(0);
    expect(drought.figures.values.extraMakespanMs).toBeGreaterThanOrEqual(600_000);
    const budget = rehearse([{ id: 'a', duration: 10, on: ['local'] }], { local: [{ id: 'pc' }] }, [{ kind: 'budget', at: 5, budget: 3 }], { budget: 7 });
    expect(felt(budget.hits[0]!)).toBe('budget $3.00');
    const slow = rehearse([{ id: 'a', duration: 10, on: ['local'] }, { id: 'b', duration: 10, on: ['local'], after: ['a'] }], { local: [{ id: 'pc' }] }, [{ kind: 'slow-down', at: 5, for: 60, resource: 'pc', factor: 3 }]);
    expect(slow.hits).toMatchObject([{ attempts: 1, tasks: ['b'] }]);
    expect(slow.figures.values.extraMakespanMs).toBe(20_000);
  });
});

describe('each fault alone', () => {
  it('does what it would without the others', () => {
    const b: TaskFile = { id: 'b', duration: 60, on: ['human'] }, fleet: FleetFile = { ...spot(), human: [{ id: 'ana' }] };
    const faults: readonly FaultFile[] = [{ kind: 'terminate', at: 90, vm: 'vm/0' }, { kind: 'away', at: 10, for: 300, human: 'ana' }], of = setup([a, b], fleet, faults);
    const [kill, away] = eachAlone(of, 1), both = new Rehearser(of).rehearse(1).rehearsal.figures;
    expect([kill, away]).toEqual(faults.map((fault, k) => ({ fault: k, figures: new Rehearser(setup([a, b], fleet, [fault])).storm(1) }))); // the one before leaves no trace
    expect([kill!.figures.values.extraMakespanMs, away!.figures.values.extraMakespanMs, both.values.extraMakespanMs]).toEqual([120_000, 200_000, 200_000]);
  });
});
