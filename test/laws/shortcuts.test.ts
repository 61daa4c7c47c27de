// Laws of what is left out of a decision because it cannot matter: a run in which nothing is left out has the same journal,
// to the byte. Fleets are crowded, for it is among many alike that something is left out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import type { View } from '../../engine/kernel/view.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS, DRAINING, NO_ROOM, NO_VM_SLOT } from '../../engine/model/policy.ts';
import type { ParameterValues, PolicyView, Weights } from '../../engine/model/policy.ts';
import type { Instance, Problem } from '../../engine/model/problem.ts';
import { HUMAN } from '../../engine/model/states.ts';
import { Simulation, simulate } from '../../engine/sim/run.ts';
import { criticalPath } from '../../policies/critical-path.ts';
import { heft } from '../../policies/heft.ts';
import { peft } from '../../policies/peft.ts';
import { policies } from '../../policies/registry.ts';
import { spotOnly } from '../../policies/spot-only.ts';
import type { PlanExecution } from '../../policies/shared/plan-execution.ts';
import { weighted } from '../../policies/weighted.ts';
import type { ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { arbitraryScenario, crowded } from '../support/random-scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { seeing, viewWith } from '../support/view-with.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261123), RUNS = Number(process.env.TWINCLOCK_LAW_RUNS ?? 40);
const check = (law: (file: ScenarioFile, seed: number) => void) =>
  fc.assert(fc.property(arbitraryScenario().map((file) => crowded(file)), fc.nat(1000), law), { seed: SEED, numRuns: RUNS });
const rowsOf = ({ log, cause }: RunRecord) => [cause, Buffer.from(log.rows.slice(0, log.length).buffer).toString('base64')];

/** Tasks that only people can do have a batch key without set-up, which changes nothing; but people are then compared one by one. */
function peopleBatched(problem: Problem): Problem {
  const { optionFirst, optionPool, poolKind, batchSetup } = problem, key = batchSetup.length;
  const forPeople = (profile: number) => optionPool.subarray(optionFirst[profile], optionFirst[profile + 1]).every((pool) => poolKind[pool] === HUMAN);
  return { ...problem, profileBatch: problem.profileBatch.map((batch, profile) => (batch < 0 && forPeople(profile) ? key : batch)), batchSetup: Float64Array.of(...batchSetup, 0) };
}

describe('weighted', () => {
  const all = seeing(weighted, (view) => viewWith(view, { candidates: (task) => view.candidates(task), mayFit: () => true }), peopleBatched);
  const same = (instance: Instance, seed: number, parameters: ParameterValues = {}, weights: Weights = DEFAULT_WEIGHTS): void => {
    expect(rowsOf(simulate(instance, { policy: all, parameters, weights, seed }))).toEqual(rowsOf(simulate(instance, { policy: weighted, parameters, weights, seed })));
  };

  it.each([86_400, 900])('decides the same when every place has a row and nobody is passed over, waiting up to %i s', (maxWait) => check((file, seed) => { same(compileScenario(file), seed, { maxWait }); }));

  it('does so where a dozen machines of each pool are looked at', () => {
    fc.assert(fc.property(arbitraryScenario().map((file) => crowded(file, 48, 12)), fc.nat(1000), (file, seed) => { same(compileScenario(file), seed); }), { seed: SEED, numRuns: Math.ceil(RUNS / 4) });
  });

  it.each([1, 2])('does so where dozens of tasks wait for fifteen people, seed %i', (seed) => { same(compileScenario(loadCatalog('feature-1000')), seed); });

  it.each([[0.2, 0.05], [0.7, 0.5]])('does so where tasks are held on demand from an urgency of %f and let go %f below', (theta, hysteresis) => {
    check((file, seed) => { same(compileScenario(file), seed, { theta, hysteresis }); });
    for (const seed of [1, 8]) same(compileScenario(loadCatalog('feature-120')), seed, { theta, hysteresis });
  });

  it.each([{ latency: 1, cost: 0, fragmentation: 0 }, { latency: 0, cost: 1, fragmentation: 0 }, { latency: 0, cost: 0, fragmentation: 1 }])('does so by one weight alone: %o', (weights) => {
    check((file, seed) => { same(compileScenario(file), seed, {}, weights); });
    same(compileScenario(loadCatalog('feature-120')), 1, {}, weights);
  });

  it('passes over who only waits', () => {
    const instance = compileScenario(loadCatalog('feature-120')), fills = (mayFit?: () => boolean): number => {
      let asked = 0;
      const counting = seeing(weighted, (view) => viewWith(view, { ...(mayFit === undefined ? {} : { mayFit }), candidates: (task, queued) => { asked++; return view.candidates(task, queued); } }));
      simulate(instance, { policy: counting, seed: 1 });
      return asked;
    };
    expect(fills()).toBeLessThan(fills(() => true));
  });

  // At 0 ann is busy for an hour and bob for seven and a half, and w waits for ann. Behind it t would begin with ann 36 minutes before the night and end 24 minutes after
  // it; with bob, asked at once when he is free, it ends six minutes later. What counts as its wait is its end less the time that it takes whoever is asked when free: an
  // hour of ann's, over the night. So t may wait too long for ann and not for bob, who surely ends it later.
  describe('where a wait for one person is too long, and not that for another who surely ends later', () => {
    const HOUR = 3_600_000, calendar = { intervals: Array.from({ length: 10 }, (_, day) => [day * 24 * HOUR, (day * 24 + 8) * HOUR] as const) };
    const human = (id: string, duration: string, priority: number, skill: string): TaskFile => ({ id, duration, priority, on: ['human'], skills: [skill] });
    const instance = compileScenario(smallScenario([human('a', '1h', 3, 'code'), human('b', '450m', 3, 'code'), human('w', '384m', 2, 'code'), human('t', '1h', 1, 'talk')], {
      human: [{ id: 'ann', skills: ['code', 'talk'], calendar }, { id: 'bob', skills: ['code', 'talk'], calendar }, { id: 'slow', skills: ['talk'], calendar, speed: 0.1 }],
    }));
    const ends = (maxWait: number, reasons: boolean) => simulate(instance, { policy: weighted, seed: 1, reasons, parameters: { maxWait } }).endedAt / HOUR;

    it('the task waits for the other one, rather than go to a third at once', () => {
      expect([true, false].map((reasons) => ends(36_000, reasons))).toEqual([24.4, 24.4]);
      expect([true, false].map((reasons) => ends(3600, reasons))).toEqual([26, 26]); // too long for both
    });

    it('rows of all people are asked for there, and nowhere else', () => {
      const asked = (maxWait: number): number => {
        let times = 0;
        const counting = seeing(weighted, (view) => viewWith(view, { candidates: (task, queued) => { times++; return view.candidates(task, queued); } }));
        simulate(instance, { policy: counting, seed: 1, reasons: false, parameters: { maxWait } });
        return times;
      };
      expect([asked(86_400), asked(36_000)]).toEqual([0, 1]);
    });
  });

  it('leaves machines out', () => {
    let left = 0;
    const counting = seeing(weighted, (view) => viewWith(view, { candidates: (task, queued) => {
      const rows = view.candidates(task, queued);
      left += view.candidate.leftOut;
      return rows;
    } }));
    check((file, seed) => { simulate(compileScenario(file), { policy: counting, seed }); });
    expect(left).toBeGreaterThan(0);
  });
});

describe.each([['heft', heft], ['peft', peft]] as const)('%s', (_name, policy) => {
  it('decides the same when the plan of every unit is followed in each decision', () => check((file, seed) => {
    const instance = compileScenario(file), following = seeing(policy, (view, prepared) => { (prepared as PlanExecution).followAll(view); return view; });
    expect(rowsOf(simulate(instance, { policy: following, seed }))).toEqual(rowsOf(simulate(instance, { policy, seed })));
  }));
});

describe('money', () => {
  it('is what the kernel says it is, after each act', () => check((file, seed) => {
    const instance = compileScenario({ ...file, budget: 5 });
    const wrong: number[] = [];
    const asking = seeing(weighted, (view) => viewWith(view, { place: (task, k) => {
      const refusal = view.place(task, k);
      if (view.budgetLeft(task) !== instance.problem.budget - view.spent()) wrong.push(task);
      return refusal;
    } }));
    expect([simulate(instance, { policy: asking, seed }).hash, wrong]).toEqual([simulate(instance, { policy: weighted, seed }).hash, []]);
  }));

  it.each([['weighted', weighted], ['critical-path', criticalPath], ['heft', heft]] as const)('is never more than the sum that is kept of it, under %s', (_name, policy) => {
    let known = 0, looks = 0;
    const wrong: string[] = [], look = (view: PolicyView, when: string) => {
      const { spending } = view as View, most = spending.atMost(), spent = view.spent();
      if (most === most) known++;
      if (most < spent) wrong.push(`${when} at ${view.now}: ${spent}, not ${most} at most`);
      if (++looks % 3 === 0) spending.left(); // it is worked out anew, and so as near as it can be to what comes next
    };
    const watched = seeing(policy, (view) => {
      look(view, 'before a decision');
      return viewWith(view, { place: (task, k) => { const refusal = view.place(task, k); look(view, `after task ${task}`); return refusal; } });
    });
    fc.assert(fc.property(arbitraryScenario().map((file) => crowded(file)), fc.nat(1000), fc.constantFrom(5, 100, 5000), (file, seed, budget) => {
      simulate(compileScenario({ ...file, budget }), { policy: watched, seed });
    }), { seed: SEED, numRuns: RUNS });
    expect(wrong).toEqual([]);
    expect(known).toBeGreaterThan(0);
  });
});

describe.each(policies.map((policy) => [policy.name, policy] as const))('reasons under %s', (_name, policy) => {
  it('change nothing in the journal by being kept', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.constantFrom(2, 12), fc.nat(1000), fc.constantFrom(5, 100, Infinity), (file, machines, seed, budget) => {
      const instance = compileScenario({ ...crowded(file, 16, machines), ...(budget < Infinity ? { budget } : {}) });
      const kept = new Simulation(instance, { policy }), bare = new Simulation(instance, { policy, keepLog: false }), a = kept.run(seed), b = bare.run(seed);
      expect(rowsOf(simulate(instance, { policy, seed, reasons: false }))).toEqual(rowsOf(a));
      expect([b.cause, b.endedAt, bare.kernel.spent()]).toEqual([a.cause, a.endedAt, kept.kernel.spent()]);
    }), { seed: SEED, numRuns: Math.ceil(RUNS / 2) });
    const instance = compileScenario(loadCatalog('feature-120'));
    for (const seed of [1, 2]) expect(simulate(instance, { policy, seed, reasons: false }).hash).toBe(simulate(instance, { policy, seed }).hash);
  });

  it('change nothing where a full spot VM is closed to a task by its own rule, and another of its group fits before a calendar ends', () => {
    const either = { on: ['cloud', 'human'], interruptible: false } as const, instance = compileScenario(smallScenario([
      { id: 'x', duration: '3h', priority: 10, on: ['cloud'] }, { id: 'a', duration: '150m', ...either }, { id: 'b', duration: '30m', ...either },
    ], { cloud: [{ id: 'vm', max: 1, slots: 1, spinUp: 0, onDemand: { price: 10 }, spot: { price: 1 } }], human: [{ id: 'ann', calendar: { intervals: [[0, 7_200_000]] } }] }));
    expect(rowsOf(simulate(instance, { policy, seed: 1, reasons: false }))).toEqual(rowsOf(simulate(instance, { policy, seed: 1 })));
  });
});

describe('openings', () => {
  /** The first rows as texts, without those that want room unless `all`. */
  function rowsIn({ candidate: c }: PolicyView, rows: number, all: boolean): Set<string> {
    const texts = new Set<string>();
    for (let k = 0; k < rows; k++) {
      if (!all && [NO_ROOM, DRAINING, NO_VM_SLOT].includes(c.filter[k]!)) continue;
      texts.add([c.filter[k], c.unit[k], c.pool[k], c.market[k], c.fresh[k], c.start[k], c.duration[k], c.rework[k], c.cost[k], c.waste[k], c.setup[k]].join(' '));
    }
    return texts;
  }

  it.each([['critical-path', criticalPath], ['spot-only', spotOnly]])('have every row but those that want room, and no other, under %s', (_name, policy) => {
    let left = 0;
    const wrong: string[] = [], watched = seeing(policy, (view) => Object.create(view, { openings: { value: (task: number) => {
      const count = view.candidates(task), wanted = rowsIn(view, count, false), whole = rowsIn(view, count, true), rows = view.openings(task), found = rowsIn(view, rows, true);
      left += count - rows;
      for (const row of wanted) if (!found.has(row)) wrong.push(`${row} is missing`);
      for (const row of found) if (!whole.has(row)) wrong.push(`${row} is none`);
      return rows;
    } } }) as PolicyView);
    check((file, seed) => { simulate(compileScenario(file), { policy: watched, seed, reasons: false }); });
    expect(wrong).toEqual([]);
    expect(left).toBeGreaterThan(0);
  });
});
