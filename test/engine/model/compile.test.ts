// One scenario compiled by hand, column by column: what a mistake in any of them would move, every run would feel.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { compileScenario } from '../../../engine/model/compile.ts';
import { InputError } from '../../../engine/model/errors.ts';
import { UNLIMITED } from '../../../engine/model/fleet-pools.ts';
import { hashString32 } from '../../../engine/model/ids.ts';
import type { Instance, Problem } from '../../../engine/model/problem.ts';
import type { FleetFile, ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const SEED = 20260105;
const MINUTE = 60_000, HOUR = 3_600_000;

/**
 * Two jobs on one machine of speed 2, a pool on both markets, an API and three people of whom two are alike.
 *
 *   job a:  build(10m) -> train(by class) -> check(api)      job b:  review(human), after train
 */
const SCENARIO: ScenarioFile = validateScenario({
  twinclock: 'scenario/1', name: 'by hand', epoch: '2026-01-05T00:00:00+01:00', tick: '1m', mode: 'event', horizon: '30d', budget: 500,
  batches: { image: { setup: '90s' }, '9': { setup: 2 }, '10': { setup: 1 } },
  jobs: [
    { id: 'b', release: '1h', deadline: '2d', budget: 100, weight: 3, tasks: [
      { id: 'review', kind: 'review', after: ['train'], duration: '30m', on: ['human'], skills: ['ml'], priority: -2 },
    ] },
    { id: 'a', tasks: [
      { id: 'train', kind: 'train', after: [{ task: 'build', data: '1GB' }], batchKey: 'image', checkpoint: { interval: '10m', cost: '20s' },
        duration: { by: { local: { lognormal: { mean: '4h', sigma: 0.5 } }, gpu: '1h' } }, demand: { memory: '12GB', gpu: 1 }, attempts: 5, failureRate: 0.1 },
      { id: 'build', kind: 'build', duration: '10m', demand: { cores: 1.5, memory: '2GB' }, interruptible: false },
      { id: 'check', after: ['train'], duration: { by: {} }, on: ['llm'], tokens: 2000, estimate: '3s' },
    ] },
  ],
  fleet: {
    dimensions: ['licences', 'disk'],
    human: [
      { id: 'cy', skills: ['ml'], costPerHour: 90 },
      { id: 'bo', skills: ['ml', 'law'], costPerHour: 60, responseDelay: { exponential: { mean: '10m' } }, decline: 0.2, calendar: { intervals: [[0, HOUR], [2 * HOUR, 5 * HOUR]] } },
      { id: 'ada', skills: ['law', 'ml'], costPerHour: 60, responseDelay: { exponential: { mean: 600 } }, decline: 0.2, calendar: { intervals: [[HOUR, 4 * HOUR]] } },
    ],
    api: [{ id: 'llm', requestsPerMinute: 30, tokensPerMinute: 5000, tokenBurst: 8000, pricePerCall: 0.001, pricePerToken: 0.00000015, latency: '2s', concurrency: 4,
      errorRate: 0.05, actualShare: 0.5, outages: [{ at: '2h', for: '5m' }, { at: '1h', for: '1m' }] }],
    cloud: [
      { id: 'gpu', memory: '16GB', cores: 4, gpu: 1, max: 2, speed: 4, spinUp: { uniform: { min: '60s', max: '90s' } }, onDemand: { price: 1.2 },
        spot: { price: { steps: [[-HOUR, 0.3], [HOUR, 0.3], [2 * HOUR, 0.5]] }, notice: '30s', refusal: 0.1, interruptions: { hazardPerHour: 0.25 }, availability: [[0, 2], [HOUR, 1]] },
        billing: { granularity: '1m', minimum: '10m', freeIfInterruptedWithin: '1h' } },
      { id: 'cpu', max: 1, spinUp: '30s', spot: { price: 0.1, interruptions: { times: [[HOUR, 4 * HOUR], [2 * HOUR]] } } },
    ],
    local: [{ id: 'ws', memory: '40GB', cores: 10, gpu: 1, speed: 2, energyPrice: 0.05 }],
    network: { bandwidth: '1Gbps', latency: '50ms' },
  },
});

const { problem, truth, hash } = compileScenario(SCENARIO);
const list = (values: ArrayLike<number>) => Array.from(values);

describe('a scenario compiled by hand', () => {
  test('settings', () => {
    const { name, epochMs, tickMs, eventDriven, horizonMs, budget, networkBandwidth, networkLatency } = problem;
    expect({ name, epochMs, tickMs, eventDriven, horizonMs, budget, networkBandwidth, networkLatency }).toEqual({
      name: 'by hand', epochMs: Date.UTC(2026, 0, 4, 23), tickMs: MINUTE, eventDriven: true, horizonMs: 30 * 24 * HOUR, budget: 500e6,
      networkBandwidth: 125_000, networkLatency: 50,
    });
  });

  test('jobs by id, tasks by job and id, edges both ways with their bytes', () => {
    expect(problem.jobIds).toEqual(['a', 'b']);
    expect(problem.taskIds).toEqual(['build', 'check', 'train', 'review']);
    expect(problem.taskKinds).toEqual(['build', '', 'train', 'review']);
    expect(list(problem.jobFirst)).toEqual([0, 3, 4]);
    expect(list(problem.taskJob)).toEqual([0, 0, 0, 1]);
    expect(list(problem.taskPriority)).toEqual([0, 0, 0, -2]);
    expect(list(problem.successorFirst)).toEqual([0, 1, 1, 3, 3]);
    expect(list(problem.successors)).toEqual([2, 1, 3]);
    expect(list(problem.predecessorFirst)).toEqual([0, 0, 1, 2, 3]);
    expect(list(problem.predecessors)).toEqual([2, 0, 2]);
    expect(list(problem.predecessorBytes)).toEqual([0, 1e9, 0]);
  });

  test('pools by kind and id; people alike share one; units', () => {
    expect(problem.poolIds).toEqual(['ws', 'cpu', 'gpu', 'llm', 'ada+bo', 'cy']);
    expect(list(problem.poolKind)).toEqual([0, 1, 1, 2, 3, 3]);
    expect(list(problem.poolSpeed)).toEqual([2, 1, 4, 1, 1, 1]);
    expect(list(problem.poolFirst)).toEqual([0, 1, 2, 4, 5, 7, 8]);
    expect(problem.unitIds).toEqual(['ws', 'cpu/0', 'gpu/0', 'gpu/1', 'llm', 'ada', 'bo', 'cy']);
    expect(list(problem.unitPool)).toEqual([0, 1, 2, 2, 3, 4, 4, 5]);
    expect(list(problem.poolSlots)).toEqual([UNLIMITED, UNLIMITED, UNLIMITED, 4, 1, 1]);
  });

  test('only dimensions that are demanded are kept; undeclared memory and cores are unlimited, gpus are not there', () => {
    expect(problem.dimensionNames).toEqual(['memory', 'cores', 'gpu']);
    const u = UNLIMITED;
    expect(list(problem.capacity)).toEqual([40_960, 10_000, 1, u, u, 0, 16_384, 4000, 1, u, u, u, u, u, u, u, u, u]);
    const demandOf = (task: number) => list(problem.demand.slice(problem.taskProfile[task]! * 3, problem.taskProfile[task]! * 3 + 3));
    expect([0, 1, 2, 3].map(demandOf)).toEqual([[2048, 1500, 0], [0, 0, 0], [12_288, 0, 1], [0, 0, 0]]);
  });

  test('prices, markets, billing', () => {
    expect(list(problem.poolPrice)).toEqual([50_000, -1, 1_200_000, 0, 60_000_000, 90_000_000]);
    expect(list(problem.poolSpotPrice)).toEqual([-1, 100_000, 300_000, -1, -1, -1]);
    expect(list(problem.poolSpinUp)).toEqual([0, 30_000, 75_000, 0, 0, 0]);
    // cpu: 3 kills on 2 VMs in 4 hours.
    expect(list(problem.poolHazard)).toEqual([0, 3 / 8, 0.25, 0, 0, 0]);
    expect(list(problem.poolRefusal)).toEqual([0, 0, 0.1, 0, 0, 0]);
    expect(list(problem.poolNotice)).toEqual([0, 120_000, 30_000, 0, 0, 0]);
    expect(list(problem.poolBillingGranularity)).toEqual([1, 1000, MINUTE, 1, 1, 1]);
    expect(list(problem.poolBillingMinimum)).toEqual([0, MINUTE, 10 * MINUTE, 0, 0, 0]);
    expect(list(problem.poolFreeIfInterruptedWithin)).toEqual([0, 0, HOUR, 0, 0, 0]);
    const inf = Infinity;
    expect(list(problem.poolRequestRate)).toEqual([inf, inf, inf, 30, inf, inf]);
    expect(list(problem.poolRequestBurst)).toEqual([inf, inf, inf, 30, inf, inf]);
    expect(list(problem.poolTokenRate)).toEqual([inf, inf, inf, 5000, inf, inf]);
    expect(list(problem.poolTokenBurst)).toEqual([inf, inf, inf, 8000, inf, inf]);
    expect(list(problem.poolCallPrice)).toEqual([0, 0, 0, 1000, 0, 0]);
    expect(list(problem.poolTokenPrice)).toEqual([0, 0, 0, 0.15, 0, 0]);
    expect(list(problem.poolResponse)).toEqual([0, 0, 0, 0, 600_000, 0]);
    expect(list(problem.poolDecline)).toEqual([0, 0, 0, 0, 0.2, 0]);
  });

  test('calendars', () => {
    expect(list(problem.unitAlways)).toEqual([1, 1, 1, 1, 1, 0, 0, 1]);
    expect(list(problem.calendarFirst)).toEqual([0, 0, 0, 0, 0, 0, 1, 3, 3]);
    expect(list(problem.calendarStart)).toEqual([HOUR, 0, 2 * HOUR]);
    expect(list(problem.calendarEnd)).toEqual([4 * HOUR, HOUR, 5 * HOUR]);
    expect(list(problem.calendarBefore)).toEqual([0, 0, HOUR]);
  });

  test('options: the class rule, and what can never fit is none', () => {
    // build: local and cloud, but cpu is sold on spot only and build is not interruptible. train: cpu has no gpu and no model.
    expect([0, 1, 2, 3].map((t) => optionsOf(problem, t))).toEqual([
      { ws: 300_000, gpu: 150_000 }, { llm: 3000 }, { ws: 2 * HOUR, gpu: HOUR }, { 'ada+bo': 30 * MINUTE, cy: 30 * MINUTE },
    ]);
    expect(list(problem.taskWork)).toEqual([300_000, 3000, 2 * HOUR, 30 * MINUTE]);
    // What check truly takes is the API's latency; all else is as estimated.
    expect(list(truth.taskWork)).toEqual([300_000, 2000, 2 * HOUR, 30 * MINUTE]);
    expect(truth.optionScale).toBe(problem.optionScale);
    const shapeOf = (task: number) => list(truth.optionShape.slice(problem.optionFirst[problem.taskProfile[task]!]!, problem.optionFirst[problem.taskProfile[task]! + 1]!)).map((s) => truth.shapes[s]!.kind);
    expect(shapeOf(2)).toEqual(['lognormal', 'fixed']);
    expect(truth.shapes.map(({ kind, mean }) => [kind, mean])).toEqual([['fixed', 1], ['lognormal', 1]]);
  });

  test('profiles and groups', () => {
    expect(list(problem.taskProfile)).toEqual([0, 1, 2, 3]);
    expect(list(problem.profileGroup)).toEqual([0, 1, 2, 3]);
    expect(list(problem.groupFirst)).toEqual([0, 1, 2, 3, 4]);
    expect(list(problem.profileRequests)).toEqual([1, 1, 1, 1]);
    expect(list(problem.profileTokens)).toEqual([0, 2000, 0, 0]);
    expect(list(problem.profileAttempts)).toEqual([3, 3, 5, 3]);
    expect(list(truth.profileFailureRate)).toEqual([0, 0, 0.1, 0]);
    expect(list(problem.profileCheckpointInterval)).toEqual([0, 0, 600_000, 0]);
    expect(list(problem.profileCheckpointCost)).toEqual([0, 0, 20_000, 0]);
    expect(list(problem.profileInterruptible)).toEqual([0, 1, 1, 1]);
    expect(problem.batchKeys).toEqual(['9', '10', 'image']);
    expect(list(problem.batchSetup)).toEqual([2000, 1000, 90_000]);
    expect(list(problem.profileBatch)).toEqual([-1, -1, 2, -1]);
  });

  test('ranks and jobs', () => {
    // Means over options: build 225 s, check 3 s, train 5400 s, review 1800 s. train: 5400 + 1800; build: 225 + 7200.
    expect(list(problem.taskRank)).toEqual([7_425_000, 3000, 7_200_000, 1_800_000]);
    expect(list(problem.jobRelease)).toEqual([0, HOUR]);
    expect(list(problem.jobDeadline)).toEqual([Infinity, 48 * HOUR]);
    expect(list(problem.jobReference)).toEqual([2 * 7_425_000, 48 * HOUR]);
    expect(list(problem.jobBudget)).toEqual([Infinity, 100e6]);
    expect(list(problem.jobWeight)).toEqual([1, 3]);
  });

  test('what only the world knows', () => {
    const [ws, cpu, gpu, llm, people, cy] = truth.pools;
    expect(ws).toMatchObject({ priceSteps: [], hazardByHour: [], spinUp: { kind: 'fixed', mean: 0 } });
    expect(cpu).toMatchObject({ priceSteps: [[0, 100_000]], killTimes: [[HOUR, 4 * HOUR], [2 * HOUR]], hazardByHour: [] });
    // The step at one hour changes nothing and is none.
    expect(gpu).toMatchObject({
      priceSteps: [[0, 300_000], [2 * HOUR, 500_000]], refusal: 0.1, availability: [[0, 2], [HOUR, 1]],
      hazardByHour: new Array<number>(24).fill(0.25), spinUp: { kind: 'uniform', min: 60_000, max: 90_000 },
    });
    expect(llm).toMatchObject({ errorRate: 0.05, actualShare: 0.5, retryAfter: 20_000, outages: [{ at: HOUR, until: HOUR + MINUTE }, { at: 2 * HOUR, until: 2 * HOUR + 5 * MINUTE }] });
    expect(people).toMatchObject({ response: { kind: 'exponential', mean: 600_000 }, decline: 0.2 });
    expect(cy).toMatchObject({ response: { kind: 'fixed', mean: 0 }, decline: 0 });
    expect(list(truth.taskKey)).toEqual(['build', 'check', 'train', 'review'].map(hashString32));
    expect(list(truth.unitKey)).toEqual(problem.unitIds.map(hashString32));
  });

  test('hash, pinned', () => {
    expect(hash).toMatchInlineSnapshot(`"0657005ba303670855189e812ae6a8ce"`);
  });
});

/** Estimated duration by pool. */
function optionsOf({ taskProfile, taskWork, optionFirst, optionPool, optionScale, poolIds }: Problem, task: number): Record<string, number> {
  const profile = taskProfile[task]!, options: Record<string, number> = {};
  for (let o = optionFirst[profile]!; o < optionFirst[profile + 1]!; o++) options[poolIds[optionPool[o]!]!] = Math.round(taskWork[task]! * optionScale[o]!);
  return options;
}

/** True mean duration by pool. */
const truthOf = ({ problem: p, truth: t }: Instance, task: number) => optionsOf({ ...p, taskWork: t.taskWork, optionScale: t.optionScale }, task);

const FLEET: FleetFile = {
  local: [{ id: 'fast', speed: 4 }, { id: 'slow', speed: 0.5 }],
  cloud: [{ id: 'c', speed: 3, max: 2, spinUp: 0, onDemand: { price: 1 } }],
  api: [{ id: 'llm', latency: '2s' }, { id: 'mute' }],
  human: [{ id: 'ada', skills: ['x'] }, { id: 'bo', skills: ['x'] }, { id: 'cy', skills: ['x'], speed: 2 }],
};
const one = (task: Omit<TaskFile, 'id'>, fleet = FLEET) => compileScenario(smallScenario([{ id: 't', ...task }], fleet));

describe('the class rule', () => {
  test.each<[string, Omit<TaskFile, 'id'>, Record<string, number>]>([
    ['one model: local and cloud, on the reference core', { duration: 12 }, { fast: 3000, slow: 24_000, c: 4000 }],
    ['an id in "on" is on the reference core too', { duration: 12, on: ['c', 'human'] }, { c: 4000, 'ada+bo': 12_000, cy: 6000 }],
    ['a model for an id is exact, and wins over its kind', { duration: { by: { local: 12, fast: 12, cloud: 6 } } }, { fast: 12_000, slow: 24_000, c: 2000 }],
    ['an API with its own latency, and with a model', { duration: { by: { local: 12, mute: 9 } }, on: ['api'] }, { fast: 3000, slow: 24_000, llm: 2000, mute: 9000 }],
    ['a person named alone leaves the others', { duration: { by: { ada: 5, human: 8 } } }, { ada: 5000, bo: 8000, cy: 4000 }],
  ])('%s', (_, task, wanted) => {
    const instance = one(task);
    expect(optionsOf(instance.problem, 0)).toEqual(wanted);
    expect(truthOf(instance, 0)).toEqual(wanted);
    expect(instance.truth.taskWork).toBe(instance.problem.taskWork);
    expect(instance.truth.optionScale).toBe(instance.problem.optionScale);
  });
});

describe('estimates set apart', () => {
  test.each<[string, Omit<TaskFile, 'id'>, Record<string, number>, Record<string, number>]>([
    ['one estimate is on the reference core', { duration: 12, estimate: 24 }, { fast: 6000, slow: 48_000, c: 8000 }, { fast: 3000, slow: 24_000, c: 4000 }],
    ['estimates by class, the mean where they are silent', { duration: 12, estimate: { by: { fast: 9, cloud: 9 } } }, { fast: 9000, slow: 24_000, c: 3000 }, { fast: 3000, slow: 24_000, c: 4000 }],
    ['an estimate for a kind beside a model for an id', { duration: { by: { fast: 12 } }, estimate: { by: { local: 8 } } }, { fast: 2000 }, { fast: 12_000 }],
    ['an estimate for an id beside a model for its kind', { duration: { by: { local: 12 } }, estimate: { by: { fast: 8 } } }, { fast: 8000, slow: 24_000 }, { fast: 3000, slow: 24_000 }],
    ['an estimate of nothing', { duration: 12, on: ['local'], estimate: 0 }, { fast: 0, slow: 0 }, { fast: 3000, slow: 24_000 }],
  ])('%s', (_, task, told, real) => {
    const instance = one(task);
    expect(optionsOf(instance.problem, 0)).toEqual(told);
    expect(truthOf(instance, 0)).toEqual(real);
    expect(instance.truth.taskWork === instance.problem.taskWork && instance.truth.optionScale === instance.problem.optionScale).toBe(false);
  });
});

describe('work and scale', () => {
  test('round(work x scale) is the duration rounded to the ms, for every speed', () => {
    const speeds = fc.array(fc.integer({ min: 1, max: 4000 }).map((k) => k / 1000), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 10_000_000 }), speeds, (ms, list) => {
      const { problem: p } = one({ duration: ms / 1000, on: ['local'] }, { local: list.map((speed, k) => ({ id: `m${k}`, speed })) });
      expect(optionsOf(p, 0)).toEqual(Object.fromEntries(list.map((speed, k) => [`m${k}`, Math.round(ms / speed)])));
    }), { seed: SEED, numRuns: 2000 });
  });

  test('durations by class that have nothing in common, and none at all', () => {
    const times = fc.integer({ min: 0, max: 100_000_000 }).map((ms) => ms / 1000);
    fc.assert(fc.property(times, times, times, (local, c, ada) => {
      const { problem: p } = one({ duration: { by: { local, c, ada } } }, { ...FLEET, local: [{ id: 'm', speed: 3 }] });
      expect(optionsOf(p, 0)).toEqual({ m: Math.round(Math.round(local * 1000) / 3), c: Math.round(c * 1000), ada: Math.round(ada * 1000) });
    }), { seed: SEED, numRuns: 1000 });
  });

  test('the first option is the reference: its scale is 1', () => {
    const { problem: p } = one({ duration: 7 });
    expect([p.optionScale[0], p.taskWork[0]]).toEqual([1, 1750]);
  });
});

describe('sharing', () => {
  test('tasks of one need and many durations share a profile; another batch, demand or market makes a group', () => {
    const tasks: TaskFile[] = Array.from({ length: 50 }, (_, i) => ({ id: `t${i}`, duration: { lognormal: { median: 60 + i * 7, sigma: 0.4 } }, demand: { memory: '1GB' } }));
    tasks.push({ id: 'u0', duration: '1m', demand: { memory: '1GB' } }, { id: 'u1', duration: '1m', demand: { memory: 1024 } }, { id: 'u2', duration: '1m', demand: { memory: '1GB' }, attempts: 9 },
      { id: 'v', duration: '1m', demand: { memory: '2GB' } }, { id: 'w', duration: '1m', demand: { memory: '1GB' }, interruptible: false }, { id: 'x', duration: '1m', demand: { memory: '1GB' }, batchKey: 'k' });
    const { problem: p, truth: t } = compileScenario(smallScenario(tasks, FLEET, { batches: { k: { setup: 1 } } }));
    expect(list(p.taskProfile.slice(0, 50))).toEqual(new Array(50).fill(0));
    expect(list(p.taskProfile.slice(50))).toEqual([1, 1, 2, 3, 4, 5]);
    expect(list(p.profileGroup)).toEqual([0, 0, 0, 1, 2, 3]);
    expect(list(p.groupFirst)).toEqual([0, 53, 54, 55, 56]);
    expect(t.shapes).toHaveLength(2);
  });

  test('at least one dimension, when nothing is demanded', () => {
    const { problem: p } = one({ duration: 1 });
    expect([p.dimensionCount, p.dimensionNames, list(p.demand)]).toEqual([1, ['memory'], [0]]);
  });

  test('machines counted, VMs always numbered', () => {
    const { problem: p } = one({ duration: 1 }, { local: [{ id: 'one' }, { id: 'rack', count: 3 }], cloud: [{ id: 'c', max: 1, spinUp: 0, onDemand: { price: 0 } }] });
    expect(p.unitIds).toEqual(['one', 'rack/0', 'rack/1', 'rack/2', 'c/0']);
  });

  test('many people of one kind have a short name', () => {
    const { problem: p } = one({ duration: 1, on: ['human'] }, { human: ['p10', 'p9', 'p1', 'p2'].map((id) => ({ id })) });
    expect([p.poolIds, p.unitIds]).toEqual([['p1+3'], ['p1', 'p2', 'p9', 'p10']]);
  });
});

test.each([{ ics: 'BEGIN:VCALENDAR' }, { timeZone: 'UTC', weekly: [] }])('a calendar that is not resolved is refused: %j', (calendar) => {
  const open = smallScenario([{ id: 't', duration: 1, on: ['human'] }], { human: [{ id: 'ada' }, { id: 'bo', calendar }] });
  let error: unknown;
  try { compileScenario(open); } catch (raised) { error = raised; }
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).faults).toMatchObject([{ code: 'unresolved-calendar', path: 'fleet.human[1].calendar' }]);
});

test('a file that was never validated and cannot run is refused by name', () => {
  expect(() => one({ duration: 1, demand: { gpu: 1 } })).toThrow('impossible-task');
  expect(() => one({ duration: 1, after: ['nobody'] })).toThrow('unknown-predecessor');
  expect(() => compileScenario(smallScenario([{ id: 't', duration: 1 }, { id: 't', duration: 2 }], FLEET))).toThrow('duplicate-id');
});

/** The same file with its lists in another order, as drawn. */
function shuffled(file: ScenarioFile, order: () => number): ScenarioFile {
  const mix = <T>(entries: readonly T[] | undefined): T[] => (entries ?? []).map((entry) => [order(), entry] as const).sort((a, b) => a[0] - b[0]).map(([, entry]) => entry);
  const { fleet } = file;
  return {
    ...file, jobs: mix(file.jobs.map((job) => ({ ...job, tasks: mix(job.tasks) }))),
    fleet: { ...fleet, local: mix(fleet.local), cloud: mix(fleet.cloud), api: mix(fleet.api), human: mix(fleet.human) },
  };
}

describe('laws', () => {
  test('the order of entries in the file changes nothing', () => {
    fc.assert(fc.property(arbitraryScenario({ tasks: 16 }), fc.infiniteStream(fc.nat()), (file, draws) => {
      const lists = { local: [], cloud: [], api: [], human: [], ...file.fleet }, whole = { ...file, fleet: lists };
      expect(compileScenario(shuffled(whole, () => draws.next().value))).toEqual(compileScenario(whole));
    }), { seed: SEED, numRuns: 200 });
  });

  test('what validation accepts compiles, and every task has an option', () => {
    fc.assert(fc.property(arbitraryScenario(), (file) => {
      const { problem: p } = compileScenario(validateScenario(file));
      for (let t = 0; t < p.taskCount; t++) expect(Object.keys(optionsOf(p, t)).length).toBeGreaterThan(0);
    }), { seed: SEED, numRuns: 100 });
  });

  test('the hash tells apart what differs in a name, a number, an empty list, a task', () => {
    const variants: ScenarioFile[] = [
      SCENARIO, { ...SCENARIO, name: 'other' }, { ...SCENARIO, budget: 501 }, { ...SCENARIO, assumptions: [] },
      { ...SCENARIO, jobs: SCENARIO.jobs.map((job) => ({ ...job, tasks: job.tasks.map((task) => (task.id === 'build' ? { ...task, duration: '11m' } : task)) })) },
    ];
    expect(new Set(variants.map((file) => compileScenario(file).hash)).size).toBe(variants.length);
  });
});

test('a hundred thousand tasks', () => {
  const tasks = Array.from({ length: 100_000 }, (_, i): TaskFile => ({ id: `t${i}`, after: i < 10 ? [] : [`t${i - 7}`, `t${i - 10}`], duration: 10 + i % 100, demand: { cores: 1 + i % 2 } }));
  const { problem: p } = compileScenario(smallScenario(tasks, { local: [{ id: 'ws', cores: 10, speed: 3 }, { id: 'xs', cores: 2 }] }));
  expect([p.taskCount, p.profileCount, p.groupCount, p.successors.length]).toEqual([100_000, 2, 2, 199_980]);
  expect(p.taskIds[99_999]).toBe('t99999');
  expect(p.taskRank[0]! > p.taskRank[99_999]!).toBe(true);
});
