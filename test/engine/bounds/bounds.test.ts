// Lower bounds: each kind solved by hand, valid for every run and for every published instance, and as tight as published.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBounds } from '../../../engine/bounds/bounds.ts';
import type { BoundOptions, Bounds } from '../../../engine/bounds/bounds.ts';
import { trueDurations } from '../../../engine/experiment/seed-bounds.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { metricsOf } from '../../../engine/metrics/metrics.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FleetFile, ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { policies } from '../../../policies/registry.ts';
import { readPsplib } from '../../../scenarios/formats/psplib.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';
import { sharedData } from '../../support/shared-data.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { spotExample } from '../../support/spot-example.ts';

function boundsOf(tasks: readonly TaskFile[], fleet: FleetFile, options: BoundOptions = {}, rest: Partial<ScenarioFile> = {}): Bounds {
  return lowerBounds(compileScenario({ twinclock: 'scenario/1', name: 'x', jobs: [{ id: 'j', tasks }], fleet, ...rest }), options);
}
/** Parts in seconds. */
const parts = (bounds: Bounds) => Object.fromEntries(bounds.parts.map((part) => [part.name, part.makespanMs / 1000]));
const many = (count: number, task: Omit<TaskFile, 'id'>): TaskFile[] => Array.from({ length: count }, (_, k) => ({ id: `t${k}`, ...task }));

describe('paths', () => {
  it('add up the best option of each task, with the boot of a VM', () => {
    expect(parts(lowerBounds(spotExample))).toMatchObject({ path: 190 }); // boot 60, a 100, c 30
    expect(parts(boundsOf([{ id: 'a', duration: 10, on: ['slow', 'fast'] }, { id: 'b', duration: 10, on: ['slow'], after: ['a'] }], { local: [{ id: 'slow' }, { id: 'fast', speed: 2 }] }))).toEqual({ path: 15 });
  });

  it('count from the earliest release', () => {
    const jobs = [{ id: 'j1', release: 100, tasks: [{ id: 'a', duration: 10 }] }, { id: 'j2', release: 130, tasks: [{ id: 'b', duration: 10 }] }];
    expect(boundsOf([], { local: [{ id: 'pc' }] }, {}, { jobs }).makespanMs).toBe(40_000);
  });

  // 100 MB at 10 MB/s take 10 s. b on x alone would start at once but take 30 s; on y 5 s after the data.
  it('pay for data that must move, or stay with it', () => {
    const fleet: FleetFile = { local: [{ id: 'x' }, { id: 'y' }], network: { bandwidth: '10MB/s', latency: 1 } }, after = [{ task: 'a', data: '100MB' }];
    const a: TaskFile = { id: 'a', duration: { by: { x: 10 } } };
    expect(parts(boundsOf([a, { id: 'b', duration: { by: { y: 5 } }, after }], fleet))).toMatchObject({ path: 26 });
    expect(parts(boundsOf([a, { id: 'b', duration: { by: { x: 30, y: 5 } }, after }], fleet))).toMatchObject({ path: 26 });
    expect(parts(boundsOf([a, { id: 'b', duration: { by: { x: 12, y: 5 } }, after }], fleet))).toMatchObject({ path: 22 });
  });

  // Ana works 0-100 s and 200-300 s, Bo 150-400 s: 120 s end at 220 s with Ana, at 270 s with Bo.
  it('use people\'s published hours, of the best person', () => {
    const human = [{ id: 'ana', calendar: { intervals: [[0, 100_000], [200_000, 300_000]] as const } }, { id: 'bo', calendar: { intervals: [[150_000, 400_000]] as const } }];
    expect(parts(boundsOf([{ id: 'a', duration: 120, on: ['human'] }], { human }))).toMatchObject({ path: 120, calendar: 220 });
    expect(parts(boundsOf([{ id: 'a', duration: 120, on: ['human', 'local'] }], { human, local: [{ id: 'pc', speed: 0.6 }] }))).toMatchObject({ path: 120, calendar: 200 });
  });

  // Ana and Ben work 0-100 s, 200-300 s and 500-600 s, Cy 150-400 s. a, of 120 s, ends at 220 s with Ana, at 270 s with Cy; b, as long and
  // behind it, at 340 s with Cy, at 540 s with Ana. By Ana's hours alone all would end at 540 s, by Cy's at 390 s.
  it('use the hours of everybody in a pool, for each task those of who ends it first', () => {
    const early = { intervals: [[0, 100_000], [200_000, 300_000], [500_000, 600_000]] as const }, late = { intervals: [[150_000, 400_000]] as const };
    const human = [{ id: 'ana', calendar: early }, { id: 'ben', calendar: early }, { id: 'cy', calendar: late }], tasks: TaskFile[] = [{ id: 'a', duration: 120, on: ['human'] }, { id: 'b', duration: 120, on: ['human'], after: ['a'] }];
    expect(compileScenario(smallScenario(tasks, { human })).problem.poolCount).toBe(1);
    expect(parts(boundsOf(tasks, { human }))).toMatchObject({ path: 240, calendar: 340 });
    expect(parts(boundsOf(tasks, { human: [...human, { id: 'dee' }] }))).toMatchObject({ path: 240, calendar: 240 }); // she always works
  });
});

describe('shared capacity', () => {
  it('divides work by what there is', () => {
    expect(parts(boundsOf(many(4, { duration: 10, on: ['local'], demand: { cores: 2 } }), { local: [{ id: 'pc', cores: 4 }] }))).toEqual({ capacity: 20, path: 10 });
    expect(parts(boundsOf(many(9, { duration: 10, on: ['local', 'cloud'] }), { local: [{ id: 'pc', slots: 1 }], cloud: [{ id: 'vm', slots: 1, max: 2, spinUp: 0, onDemand: { price: 1 } }] }))).toEqual({ slots: 30, path: 10 });
  });

  // The VMs can help only from 60 s on: 60 + (130 - 60) / 3 = 83.3 s.
  it('knows that VMs must boot', () => {
    const fleet: FleetFile = { local: [{ id: 'pc', slots: 1 }], cloud: [{ id: 'vm', slots: 1, max: 2, spinUp: 60, onDemand: { price: 1 } }] };
    expect(boundsOf(many(13, { duration: 10, on: ['local', 'cloud'] }), fleet)).toMatchObject({ makespanMs: 83_334, parts: [{ name: 'slots', detail: 'slots of pc, vm' }, { name: 'path' }] });
  });

  // Two of speed 1 and one of speed 2 make 4: 80 s of reference work take 20 s.
  it('weighs machines by speed', () => {
    expect(parts(boundsOf(many(8, { duration: 10, on: ['local'] }), { local: [{ id: 'pc', slots: 1, count: 2 }, { id: 'big', slots: 1, speed: 2 }] }))).toMatchObject({ slots: 20 });
  });

  // a 5 s, then four tasks of 10 s that need the one gpu, then c 7 s: 5 + 40 + 7.
  it('adds the head before and the tail after the busiest set', () => {
    const tasks = [{ id: 'a', duration: 5 }, ...many(4, { duration: 10, demand: { gpu: 1 }, after: ['a'] }), { id: 'c', duration: 7, after: ['t0', 't1', 't2', 't3'] }];
    expect(parts(boundsOf(tasks, { local: [{ id: 'pc', gpu: 1 }] }))).toEqual({ capacity: 52, path: 22 });
  });

  // Ana works 0-100 s and 200-300 s: 180 s of work for her end at 280 s.
  it('gives people their hours', () => {
    const human = [{ id: 'ana', calendar: { intervals: [[0, 100_000], [200_000, 300_000]] as const } }];
    expect(parts(boundsOf(many(3, { duration: 60, on: ['human'] }), { human }))).toMatchObject({ slots: 280 });
  });

  // Two at once, then one a second: the tenth call starts at 8 s. Tokens: 1,000 of 10,000 at once, then 100 a second: 90 s.
  it('keeps to rate limits', () => {
    const call: Omit<TaskFile, 'id'> = { duration: 10, on: ['api'], tokens: 1000 };
    expect(parts(boundsOf(many(10, call), { api: [{ id: 'llm', requestsPerMinute: 60, requestBurst: 2 }] }))).toEqual({ requests: 18, path: 10 });
    expect(parts(boundsOf(many(10, call), { api: [{ id: 'llm', tokensPerMinute: 6000, tokenBurst: 1000 }] }))).toEqual({ tokens: 100, path: 10 });
  });
});

describe('the thorough bound', () => {
  // No two of them fit together: 30 s, where fluid work would take 18 s.
  it('knows that two large tasks do not share a machine', () => {
    const tasks = many(3, { duration: 10, demand: { cores: 3 } }), fleet: FleetFile = { local: [{ id: 'pc', cores: 5 }] };
    expect(parts(boundsOf(tasks, fleet))).toEqual({ capacity: 18, path: 10 });
    expect(parts(boundsOf(tasks, fleet, { thorough: true }))).toEqual({ energy: 30, capacity: 18, path: 10 });
  });

  // If all is to end at 20, x (8 s, 3 of 4 cores, 6 s of p before and of q behind it) runs from 6 to 14, and y (16 s, 2 cores) all
  // the while: 8 x 3 + 8 x 2 of 8 x 4 cores, 2 s too much. For an end at 22 look at [6, 16): x lies in it, y for 10 s. As 3 of 4
  // leave no room for 2, x counts for the whole machine and y for half: 8 + 5 of 10, 3 s too much. (The optimum is 30.)
  it('finds a window that cannot hold what must be in it', () => {
    const tasks: TaskFile[] = [
      { id: 'p', duration: 6 }, { id: 'x', duration: 8, demand: { cores: 3 }, after: ['p'] }, { id: 'q', duration: 6, after: ['x'] }, { id: 'y', duration: 16, demand: { cores: 2 } },
    ];
    expect(parts(boundsOf(tasks, { local: [{ id: 'pc', cores: 4 }] }, { thorough: true }))).toMatchObject({ energy: 25, path: 20 });
  });

  it('never exceeds the optimum, nor falls below the quick bound', () => {
    const task = fc.record({ duration: fc.integer({ min: 1, max: 6 }), cores: fc.integer({ min: 0, max: 3 }), memory: fc.integer({ min: 0, max: 4 }), after: fc.nat(31) });
    fc.assert(fc.property(fc.array(task, { minLength: 2, maxLength: 5 }), (drawn) => {
      const tasks = drawn.map(({ duration, cores, memory, after }, i): TaskFile => ({
        id: `t${i}`, duration, demand: { cores, memory }, after: drawn.slice(0, i).flatMap((_, p) => (after >> p & 1 ? [`t${p}`] : [])),
      }));
      const fleet: FleetFile = { local: [{ id: 'pc', cores: 3, memory: 4 }] }, quick = boundsOf(tasks, fleet).makespanMs, thorough = boundsOf(tasks, fleet, { thorough: true }).makespanMs;
      expect(thorough).toBeGreaterThanOrEqual(quick);
      expect(thorough).toBeLessThanOrEqual(optimum(drawn) * 1000);
    }), { seed: 20260306, numRuns: 300 });
  });
});

/** Least makespan on 3 cores and 4 MiB, by trying every order of starting as early as possible (serial schedules contain an optimal one). */
function optimum(tasks: readonly { duration: number; cores: number; memory: number; after: number }[]): number {
  let best = Infinity;
  const start: number[] = [], visit = (mask: number): void => {
    if (mask === (1 << tasks.length) - 1) { best = Math.min(best, Math.max(...tasks.map((t, i) => start[i]! + t.duration))); return; }
    for (let i = 0; i < tasks.length; i++) {
      const preds = tasks.map((_, p) => p).filter((p) => p < i && tasks[i]!.after >> p & 1);
      if (mask >> i & 1 || preds.some((p) => !(mask >> p & 1))) continue;
      let at = Math.max(0, ...preds.map((p) => start[p]! + tasks[p]!.duration));
      const fits = () => {
        for (let t = at; t < at + tasks[i]!.duration; t++) {
          const on = tasks.filter((other, k) => mask >> k & 1 && start[k]! <= t && t < start[k]! + other.duration);
          if (on.reduce((sum, o) => sum + o.cores, tasks[i]!.cores) > 3 || on.reduce((sum, o) => sum + o.memory, tasks[i]!.memory) > 4) return false;
        }
        return true;
      };
      while (!fits()) at++;
      start[i] = at;
      visit(mask | 1 << i);
    }
  };
  visit(0);
  return best;
}

describe('cost', () => {
  const hour: Omit<TaskFile, 'id'> = { duration: '1h', on: ['cloud'], demand: { cores: 1 } };
  const vm = (extra: object = {}): FleetFile => ({ cloud: [{ id: 'vm', cores: 2, max: 3, spinUp: 60, onDemand: { price: 1 }, ...extra }] });
  it('of a shared VM is its part, of the cheapest market the lowest price known', () => {
    expect(boundsOf(many(2, hour), vm()).costMicroUsd).toBe(1_000_000);
    expect(boundsOf(many(2, hour), vm({ spot: { price: { steps: [[0, 0.5], [3_600_000, 0.2]] } } })).costMicroUsd).toBe(200_000);
    expect(boundsOf(many(2, { ...hour, interruptible: false }), vm({ spot: { price: 0.2 } })).costMicroUsd).toBe(1_000_000);
    expect(boundsOf(many(2, hour), vm({ spot: { price: 0.2 } }), { spotFloor: () => 50_000 }).costMicroUsd).toBe(50_000);
    expect(boundsOf(many(2, hour), vm({ spot: { price: 0.2 }, billing: { freeIfInterruptedWithin: '1h' } })).costMicroUsd).toBe(0);
  });
  // By slots each hour costs a whole VM, by cores half of one.
  it('is shared by the dimension that gives most', () => expect(boundsOf(many(2, hour), vm({ slots: 1 })).costMicroUsd).toBe(2_000_000));
  it('of calls and people is what they take, of a free workstation nothing', () => {
    const fleet: FleetFile = { local: [{ id: 'pc' }], api: [{ id: 'llm', pricePerCall: 0.1, pricePerToken: 0.00001 }], human: [{ id: 'ana', costPerHour: 60 }] };
    expect(boundsOf([{ id: 'a', duration: 60, on: ['local'] }, { id: 'b', duration: 1, on: ['api'], tokens: 500 }, { id: 'c', duration: 90, on: ['human'] }], fleet).costMicroUsd).toBe(105_000 + 1_500_000);
    expect(boundsOf([{ id: 'a', duration: 60, on: ['local', 'human'] }], fleet).costMicroUsd).toBe(0);
  });
});

describe('laws', () => {
  it('no run of any policy beats the bounds on its own true durations', () => {
    const cases = fc.record({ scenario: arbitraryScenario({ tasks: 14 }), policy: fc.constantFrom(...policies), seed: fc.nat(1000), thorough: fc.boolean() });
    fc.assert(fc.property(cases, ({ scenario, policy, seed, thorough }) => {
      const instance = compileScenario(scenario), run = simulate(instance, { policy, seed, reasons: false });
      fc.pre(run.cause === 'finished');
      const bounds = lowerBounds(instance, { durations: trueDurations(instance, seed), thorough }), fold = foldRun(run), metrics = metricsOf(run, fold, bounds);
      expect(metrics.makespanMs).toBeGreaterThanOrEqual(bounds.makespanMs);
      expect(metrics.costMicroUsd).toBeGreaterThanOrEqual(bounds.costMicroUsd - fold.ledger.chargeCount / 2); // each charge is rounded once
    }), { seed: 20260307, numRuns: 150 });
  });

  it('the bound is its strongest part', () => {
    fc.assert(fc.property(arbitraryScenario(), (scenario) => {
      const { makespanMs, parts: all } = lowerBounds(compileScenario(scenario));
      expect(makespanMs).toBe(Math.max(...all.map((part) => part.makespanMs)));
    }), { seed: 20260308, numRuns: 50 });
  });
});

const psplib = sharedData('psplib');

describe.skipIf(psplib === undefined)('PSPLIB', () => {
  // Published on J120: (best known - bound) / bound is 8.1 % on average for the larger of critical path and resource work.
  it.each([['j120', 8, 6.4], ['j60', 6, 4.9], ['j30', 6, 9.2]] as const)('%s: valid on every instance, tighter than path and work alone', (set, every, gapMax) => {
    const known = readFileSync(`${psplib}/bounds/${set}.csv`, 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));
    let quick = 0, simple = 0, thorough = 0, quickOfSample = 0, sampled = 0;
    known.forEach(([file, , , , path, work, , best], k) => {
      const instance = compileScenario(readPsplib(readFileSync(`${psplib}/${set}/${file}`, 'utf8')).scenario), bounds = lowerBounds(instance), bound = Math.ceil(bounds.makespanMs / 1000);
      expect(bounds.parts.find((part) => part.name === 'path')!.makespanMs).toBe(Number(path) * 1000);
      expect(bound).toBeGreaterThanOrEqual(Math.max(Number(path), Number(work)));
      expect(bound).toBeLessThanOrEqual(Number(best));
      quick += Number(best) / bound - 1;
      simple += Number(best) / Math.max(Number(path), Number(work)) - 1;
      if (k % every !== 0) return;
      const strong = Math.ceil(lowerBounds(instance, { thorough: true }).makespanMs / 1000);
      expect(strong).toBeGreaterThanOrEqual(bound);
      expect(strong).toBeLessThanOrEqual(Number(best));
      thorough += Number(best) / strong - 1;
      quickOfSample += Number(best) / bound - 1;
      sampled++;
    });
    expect(readdirSync(`${psplib}/${set}`)).toHaveLength(known.length);
    expect(100 * quick / known.length).toBeLessThan(gapMax);
    expect(100 * quick / known.length).toBeLessThan(100 * simple / known.length);
    expect(thorough).toBeLessThan(quickOfSample);
    if (set === 'j120') expect(100 * thorough / sampled).toBeLessThan(5);
  }, 60_000);
});
