// Every fault a scenario can have, each with its code and path; and many of them at once.
import { describe, expect, test } from 'vitest';
import { faultLine, InputError, type Fault } from '../../../engine/model/errors.ts';
import { validateFaultPlan, validateScenario } from '../../../engine/model/validate.ts';

type Json = Record<string, unknown>;

/** A scenario without faults: two tasks, one machine, one pool on both markets, one API, one person. */
function sound(): { [key: string]: any } {
  return {
    twinclock: 'scenario/1', name: 'sound',
    batches: { image: { setup: '90s' } },
    jobs: [{
      id: 'job', release: '1h', deadline: '9h',
      tasks: [
        { id: 'build', duration: '5m', demand: { memory: '4GB', cores: 2 }, batchKey: 'image' },
        { id: 'review', after: ['build'], duration: { by: { human: { lognormal: { median: '20m', sigma: 0.5 } } } }, skills: ['code'] },
      ],
    }],
    fleet: {
      dimensions: ['disk'],
      local: [{ id: 'workstation', memory: '40GB', cores: 10, capacity: { disk: '1TB' } }],
      cloud: [{ id: 'gpu', memory: '16GB', cores: 4, gpu: 1, max: 3, spinUp: '60s', onDemand: { price: 1.2 }, spot: { price: 0.4 } }],
      api: [{ id: 'llm', requestsPerMinute: 60, tokensPerMinute: 10_000, latency: '2s' }],
      human: [{ id: 'ada', skills: ['code'], costPerHour: 80, calendar: { intervals: [[0, 3_600_000], [7_200_000, 9_000_000]] } }],
    },
  };
}

/** The faults of the sound scenario after a change. */
function faultsAfter(change: (file: ReturnType<typeof sound>) => void): readonly Fault[] {
  const file = sound();
  change(file);
  return faultsOf(() => validateScenario(file));
}

function faultsOf(action: () => unknown): readonly Fault[] {
  try { action(); } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
  return [];
}

const task = (extra: Json): Json => ({ id: 'extra', duration: '1m', ...extra });
const addTask = (extra: Json) => (file: ReturnType<typeof sound>) => { file['jobs'][0].tasks.push(task(extra)); };

test('a sound scenario comes back itself', () => {
  const file = sound();
  expect(validateScenario(file)).toBe(file);
});

type Case = readonly [code: string, path: string, change: (file: ReturnType<typeof sound>) => void, hint?: string];
const T = 'jobs[0].tasks[2]';

const SHAPE: readonly Case[] = [
  ['unknown-key', `${T}.aftr`, addTask({ aftr: ['build'] }), 'did you mean "after"?'],
  ['unknown-key', 'fleet.cloud[0].spot.prise', (f) => { f['fleet'].cloud[0].spot.prise = 1; }, 'did you mean "price"?'],
  ['unknown-key', `${T}.duration.unform`, addTask({ duration: { unform: { min: 1, max: 2 } } }), 'did you mean "uniform"?'],
  ['unknown-key', `${T}.duration.uniform.middle`, addTask({ duration: { uniform: { min: 1, max: 2, middle: 1 } } }), 'known: min, max'],
  ['missing-key', 'jobs', (f) => { delete f['jobs']; }],
  ['missing-key', `${T}.duration`, (f) => { f['jobs'][0].tasks.push({ id: 'extra' }); }],
  ['missing-key', 'fleet.cloud[0].spot.price', (f) => { f['fleet'].cloud[0].spot = {}; }],
  ['missing-key', 'fleet.human[0].calendar', (f) => { f['fleet'].human[0].calendar = {}; }, 'add one of "intervals", "ics", "timeZone", "always"'],
  ['bad-type', `${T}.priority`, addTask({ priority: 'high' })],
  ['bad-type', `${T}.tokens`, addTask({ tokens: 1.5 })],
  ['bad-type', 'fleet.local', (f) => { f['fleet'].local = {}; }],
  ['bad-id', `${T}.id`, addTask({ id: 7 })],
  ['empty-text', 'jobs[0].id', (f) => { f['jobs'][0].id = ''; }],
  ['bad-choice', 'mode', (f) => { f['mode'] = 'fast'; }, 'one of "tick", "event"'],
  ['out-of-range', `${T}.attempts`, addTask({ attempts: 0 })],
  ['out-of-range', 'jobs[0].weight', (f) => { f['jobs'][0].weight = -1; }],
  ['out-of-range', 'budget', (f) => { f['budget'] = -5; }],
  ['out-of-range', 'fleet.local[0].speed', (f) => { f['fleet'].local[0].speed = 0; }],
  ['out-of-range', 'fleet.api[0].requestsPerMinute', (f) => { f['fleet'].api[0].requestsPerMinute = 0; }],
  ['empty-list', 'jobs', (f) => { f['jobs'] = []; }],
  ['empty-list', 'jobs[1].tasks', (f) => { f['jobs'].push({ id: 'empty', tasks: [] }); }],
  ['bad-length', 'fleet.cloud[0].spot.price.steps[0]', (f) => { f['fleet'].cloud[0].spot.price = { steps: [[0]] }; }],
  ['bad-length', 'fleet.cloud[0].spot.interruptions.hazardPerHour', (f) => { f['fleet'].cloud[0].spot.interruptions = { hazardPerHour: [1, 2] }; }],
  ['bad-probability', `${T}.failureRate`, addTask({ failureRate: 1.5 }), 'a number from 0 to 1'],
  ['bad-probability', 'fleet.cloud[0].spot.refusal', (f) => { f['fleet'].cloud[0].spot.refusal = -0.1; }],
  ['bad-duration', `${T}.duration`, addTask({ duration: '5 minutes' }), '"90s", "15m", "1h30m", "2d", or a number of seconds'],
  ['bad-duration', `${T}.duration`, addTask({ duration: -3 })],
  ['bad-duration', `${T}.duration`, addTask({ duration: null })],
  ['bad-duration', `${T}.duration.by.local.lognormal.median`, addTask({ duration: { by: { local: { lognormal: { median: '-5m', sigma: 1 } } } } })],
  ['bad-distribution', `${T}.duration.by.local`, addTask({ duration: { by: { local: [1, 2] } } })],
  ['bad-memory', `${T}.demand.memory`, addTask({ demand: { memory: '4 bananas' } })],
  ['bad-data-size', `${T}.after[0].data`, addTask({ after: [{ task: 'build', data: '5 furlongs' }] })],
  ['bad-predecessor', `${T}.after[0]`, addTask({ after: [3] })],
  ['bad-estimate', `${T}.estimate`, addTask({ estimate: [1] })],
  ['bad-bandwidth', 'fleet.network.bandwidth', (f) => { f['fleet'].network = { bandwidth: 'fast' }; }],
  ['bad-calendar', 'fleet.human[0].calendar', (f) => { f['fleet'].human[0].calendar = 'always'; }],
  ['bad-time', 'fleet.human[0].calendar.weekly[0].from', (f) => { f['fleet'].human[0].calendar = { timeZone: 'UTC', weekly: [{ days: ['MO'], from: '9', to: '17:00' }] }; }],
  ['bad-date', 'fleet.human[0].calendar.except[0]', (f) => { f['fleet'].human[0].calendar = { timeZone: 'UTC', weekly: [], except: ['May 1'] }; }],
  ['bad-price', 'fleet.cloud[0].spot.price', (f) => { f['fleet'].cloud[0].spot.price = '1 dollar'; }],
  ['bad-interruptions', 'fleet.cloud[0].spot.interruptions', (f) => { f['fleet'].cloud[0].spot.interruptions = 3; }],
  ['bad-hazard', 'fleet.cloud[0].spot.interruptions.hazardPerHour', (f) => { f['fleet'].cloud[0].spot.interruptions = { hazardPerHour: 'often' }; }],
];

const MEANING: readonly Case[] = [
  ['bad-epoch', 'epoch', (f) => { f['epoch'] = '2026-02-30T00:00:00Z'; }],
  ['bad-duration', 'tick', (f) => { f['tick'] = 0; }, 'it must be at least 1ms'],
  ['bad-duration', 'horizon', (f) => { f['horizon'] = '0s'; }],
  ['bad-duration', 'horizon', (f) => { f['horizon'] = '4000d'; }, 'a plain number is in seconds'],
  ['bad-duration', 'jobs[0].deadline', (f) => { f['jobs'][0].deadline = 4e9; }, 'a plain number is in seconds'],
  ['bad-duration', `${T}.duration`, addTask({ duration: { lognormal: { median: '900d', sigma: 3 } } }), 'a plain number is in seconds'],
  ['bad-duration', `${T}.checkpoint.interval`, addTask({ checkpoint: { interval: 0, cost: 1 } })],
  ['bad-distribution', `${T}.duration`, addTask({ duration: { uniform: { min: '2h', max: '1h' } } })],
  ['bad-distribution', 'fleet.cloud[0].spinUp', (f) => { f['fleet'].cloud[0].spinUp = { lognormal: { sigma: 1 } }; }],
  ['bad-memory', 'fleet.local[0].memory', (f) => { f['fleet'].local[0].memory = '9000TB'; }],
  ['bad-memory', 'fleet.local[0].memory', (f) => { f['fleet'].local[0].memory = 0; }],
  ['bad-bandwidth', 'fleet.network.bandwidth', (f) => { f['fleet'].network = { bandwidth: '0Gbps' }; }],
  ['bad-demand', `${T}.demand.gpu`, addTask({ demand: { gpu: 0.5 } })],
  ['bad-demand', `${T}.demand.cores`, addTask({ demand: { cores: '2GB' } })],
  ['duplicate-id', `${T}.id`, addTask({ id: 'build' }), 'see jobs[0].tasks[0]'],
  ['duplicate-id', 'jobs[1].tasks[0].id', (f) => { f['jobs'].push({ id: 'other', tasks: [task({ id: 'build' })] }); }, 'see jobs[0].tasks[0]'],
  ['duplicate-id', 'jobs[1].id', (f) => { f['jobs'].push({ id: 'job', tasks: [task({})] }); }, 'see jobs[0]'],
  ['duplicate-id', 'fleet.human[0].id', (f) => { f['fleet'].human[0].id = 'gpu'; }, 'see fleet.cloud[0]'],
  ['duplicate-id', 'fleet', (f) => { f['fleet'].local.push({ id: 'gpu/1' }); }, 'machines and VMs of "x" are called "x/0", "x/1", ...'],
  ['duplicate-id', 'fleet.dimensions[1]', (f) => { f['fleet'].dimensions.push('cores'); }],
  ['ambiguous-id', 'fleet.local[1].id', (f) => { f['fleet'].local.push({ id: 'human' }); }],
  ['unknown-predecessor', `${T}.after[1]`, addTask({ after: ['build', 'reveiw'] }), 'did you mean "review"?'],
  ['duplicate-predecessor', `${T}.after[1]`, addTask({ after: ['build', { task: 'build', data: 5 }] })],
  ['self-dependency', `${T}.after[0]`, addTask({ after: ['extra'] })],
  ['cycle', 'jobs[0].tasks[0].after', (f) => { f['jobs'][0].tasks[0].after = ['extra']; f['jobs'][0].tasks.push(task({ after: ['review'] })); }],
  ['unknown-class', `${T}.on[1]`, addTask({ on: ['local', 'clod'] }), 'did you mean "cloud"?'],
  ['unknown-class', `${T}.duration.by.workstatoin`, addTask({ duration: { by: { workstatoin: '5m' } } }), 'did you mean "workstation"?'],
  ['unknown-class', `${T}.estimate.by["gpu/0"]`, addTask({ estimate: { by: { 'gpu/0': '5m' } } })],
  ['unknown-batch', `${T}.batchKey`, addTask({ batchKey: 'imge' }), 'did you mean "image"?'],
  ['unknown-dimension', `${T}.demand.dsk`, addTask({ demand: { dsk: 1 } }), 'did you mean "disk"?'],
  ['unknown-dimension', 'fleet.local[0].capacity.licences', (f) => { f['fleet'].local[0].capacity = { licences: 2 }; }, 'name it in fleet.dimensions'],
  ['unknown-dimension', 'fleet.local[0].capacity.cores', (f) => { f['fleet'].local[0].capacity = { cores: 2 }; }, 'write it as "cores" of the entry itself'],
  ['no-duration', `${T}.on[1]`, addTask({ duration: { by: { local: '5m' } }, on: ['local', 'cloud'] }), 'name it in duration.by'],
  ['no-duration', `${T}.on[0]`, (f) => { delete f['fleet'].api[0].latency; addTask({ duration: { by: { local: '5m' } }, on: ['llm'] })(f); }, 'name it in duration.by, or give the API a latency'],
  ['impossible-task', T, addTask({ demand: { memory: '64GB' } }), 'nearest: workstation has 40 GB of memory, 64 GB of memory needed'],
  ['impossible-task', T, addTask({ demand: { memory: '20GB', gpu: 1 } }), 'nearest: gpu has 16 GB of memory, 20 GB of memory needed'],
  ['impossible-task', T, addTask({ on: ['human'], skills: ['code', 'law'] }), 'nearest: ada lacks "law"'],
  ['impossible-task', T, addTask({ on: ['api'], tokens: 20_000 }), 'nearest: llm takes bursts of 10000 tokens, 20000 needed'],
  ['impossible-task', T, (f) => { delete f['fleet'].api; addTask({ on: ['api'] })(f); }, 'it may run on api; the fleet has local, cloud, human'],
  ['impossible-task', T, addTask({ duration: { by: {} } }), 'it may run on nothing; the fleet has local, cloud, api, human'],
  ['impossible-task', T, (f) => { delete f['fleet'].cloud[0].onDemand; addTask({ on: ['cloud'], interruptible: false })(f); }, 'nearest: gpu is sold on spot only, and the task is not interruptible'],
  ['no-market', 'fleet.cloud[0]', (f) => { delete f['fleet'].cloud[0].onDemand; delete f['fleet'].cloud[0].spot; }],
  ['empty-fleet', 'fleet', (f) => { f['fleet'] = { dimensions: ['disk'] }; f['jobs'][0].tasks.pop(); }],
  ['deadline-before-release', 'jobs[0].deadline', (f) => { f['jobs'][0].deadline = '1h'; }],
  // 0.4 dollars an hour on spot for 30 minutes and 60 s of spin-up: 0.2067 dollars.
  ['budget-too-small', 'budget', (f) => { f['budget'] = 0.2; f['jobs'][0].tasks = [task({ duration: '30m', on: ['cloud'] })]; }, '"extra" alone is expected to cost $0.2067 where it is cheapest'],
  ['budget-too-small', 'jobs[0].budget', (f) => { f['jobs'][0].budget = 0.19; f['jobs'][0].tasks = [task({ duration: '30m', on: ['cloud'] })]; }, '"extra" alone is expected to cost $0.2000 where it is cheapest'],
  ['calendar-never-opens', 'fleet.human[0].calendar', (f) => { f['fleet'].human[0].calendar = { intervals: [] }; }, 'task "review" can be done by nobody else'],
  ['calendar-never-opens', 'fleet.human[0].calendar', (f) => { f['horizon'] = '1h'; f['fleet'].human[0].calendar = { intervals: [[-7_200_000, 0], [3_600_000, 7_200_000]] }; }],
  ['bad-calendar', 'fleet.human[0].calendar.intervals[1]', (f) => { f['fleet'].human[0].calendar = { intervals: [[0, 10], [5, 20]] }; }, 'intervals are sorted and disjoint'],
  ['bad-calendar', 'fleet.human[0].calendar.intervals[0]', (f) => { f['fleet'].human[0].calendar = { intervals: [[10, 10]] }; }],
  ['bad-calendar', 'fleet.human[0].calendar.weekly[0]', (f) => { f['fleet'].human[0].calendar = { timeZone: 'UTC', weekly: [{ days: ['MO'], from: '09:00', to: '09:00' }] }; }],
  ['unsorted-steps', 'fleet.cloud[0].spot.price.steps[2]', (f) => { f['fleet'].cloud[0].spot.price = { steps: [[0, 1], [10, 2], [10, 3]] }; }, 'after 10 ms'],
  ['unsorted-steps', 'fleet.cloud[0].spot.availability[1]', (f) => { f['fleet'].cloud[0].spot.availability = [[10, 1], [5, 2]]; }],
  ['unsorted-times', 'fleet.cloud[0].spot.interruptions.times[1][1]', (f) => { f['fleet'].cloud[0].spot.interruptions = { times: [[], [9, 3]] }; }],
];

describe.each([{ of: 'shape', cases: SHAPE }, { of: 'meaning', cases: MEANING }])('faults of $of', ({ cases }) => {
  for (const [code, path, change, hint] of cases) test(`${code} at ${path}`, () => {
    const faults = faultsAfter(change), lines = faults.map(faultLine).join('\n');
    // One mistake, one fault.
    expect(faults, lines).toHaveLength(1);
    expect(faults[0], lines).toMatchObject({ code, path });
    if (hint !== undefined) expect(faults[0]!.hint).toBe(hint);
  });
});

test('a cycle shows its tasks in the order in which they wait', () => {
  const [fault] = faultsAfter((f) => { f['jobs'][0].tasks[0].after = ['extra']; f['jobs'][0].tasks.push(task({ after: ['review'] })); });
  expect(fault!.message).toBe('tasks wait for each other: build -> review -> extra -> build');
});

test('a long cycle is shortened', () => {
  const [fault] = faultsAfter((f) => {
    for (let i = 0; i < 30; i++) f['jobs'][0].tasks.push(task({ id: `t${i}`, after: [`t${(i + 29) % 30}`] }));
  });
  expect(fault!.message).toBe('tasks wait for each other: t0 -> t1 -> t2 -> t3 -> t4 -> t5 -> t6 -> t7 -> t8 -> t9 -> t10 -> t11 -> ... 18 more ... -> t0');
});

describe('several at once', () => {
  test('faults of shape and of meaning, in fleet, jobs and settings, come out together and nothing twice', () => {
    const faults = faultsAfter((f) => {
      f['tick'] = '0s';
      f['fleet'].cloud[0].max = 0;
      f['jobs'][0].tasks[0].demand = { memory: 'lots' };
      f['jobs'][0].tasks.push(task({ after: ['biuld'] }), { id: 'broken', after: 'build' }, task({ id: 'late', after: ['broken', 'build'] }));
    });
    expect(faults.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
      'bad-duration tick',
      'bad-memory jobs[0].tasks[0].demand.memory',
      'bad-type jobs[0].tasks[3].after',
      'missing-key jobs[0].tasks[3].duration',
      'out-of-range fleet.cloud[0].max',
      'unknown-predecessor jobs[0].tasks[2].after[0]',
    ]);
  });

  test('a task that cannot be read is not called unknown by those that wait for it', () => {
    const faults = faultsAfter((f) => { f['jobs'][0].tasks[0] = { duration: '5m' }; });
    expect(faults.map(({ code, path }) => `${code} ${path}`)).toEqual(['missing-key jobs[0].tasks[0].id']);
  });

  test('a fleet with faults is not blamed on the tasks', () => {
    const faults = faultsAfter((f) => { f['fleet'].human[0] = { name: 'ada', id: 'ada', skills: ['code'] }; });
    expect(faults.map(faultLine)).toEqual(['fleet.human[0].name: is not a known key ("ada") [unknown-key]; known: id, skills, costPerHour, calendar, responseDelay, decline, concurrency, speed']);
  });

  test('a required key that is misspelt is missed, and its stranger named', () => {
    const faults = faultsAfter((f) => { f['jobs'][0].tasks.push({ id: 'extra', duratoin: '5m' }); });
    expect(faults.map(({ code, path, hint }) => `${code} ${path} ${hint ?? ''}`)).toEqual([
      'missing-key jobs[0].tasks[2].duration it is written "duratoin"', 'unknown-key jobs[0].tasks[2].duratoin did you mean "duration"?',
    ]);
  });

  test('the message shows the first twenty and counts the rest', () => {
    const file = sound();
    for (let i = 0; i < 30; i++) file['jobs'][0].tasks.push(task({ id: `t${i}`, after: ['nobody'] }));
    expect(() => validateScenario(file)).toThrow(/and 10 more$/);
    expect(faultsOf(() => validateScenario(file))).toHaveLength(30);
  });

  test('a thousand broken tasks among ten thousand are found', () => {
    const file = sound();
    for (let i = 0; i < 10_000; i++) file['jobs'][0].tasks.push(i % 10 === 3 ? { id: `t${i}`, duration: '5 m' } : task({ id: `t${i}` }));
    const faults = faultsOf(() => validateScenario(file));
    expect(faults).toHaveLength(1000);
    expect(faults[1]).toMatchObject({ code: 'bad-duration', path: 'jobs[0].tasks[15].duration', value: '"5 m"' });
  });
});

describe('version', () => {
  test.each<[unknown, string | undefined]>([
    [{ name: 'x' }, 'add "twinclock": "scenario/1"'],
    [{ twinclock: 'scenario/2' }, 'did you mean "scenario/1"?'],
    [{ twinclock: 'faults/1', faults: [] }, 'this is a fault plan, not a scenario'],
    [{ twinclock: 1 }, 'this program reads "scenario/1"'],
  ])('%j', (file, hint) => {
    const faults = faultsOf(() => validateScenario(file));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ code: 'unsupported-version', path: 'twinclock', hint });
  });
  test.each([null, 3, 'x', [[]]])('%j is no file at all', (value) => {
    expect(faultsOf(() => validateScenario(value))).toMatchObject([{ code: 'bad-type', path: '' }]);
  });
});

describe('what is allowed', () => {
  test.each<[string, (file: ReturnType<typeof sound>) => void]>([
    ['tasks of no duration', addTask({ duration: 0 })],
    ['an API in "on" beside models by class, at its own latency', addTask({ duration: { by: { local: '5m' } }, on: ['llm'] })],
    ['a machine called as its kind', (f) => { f['fleet'].local[0].id = 'local'; }],
    ['a class of a kind that the fleet has not, beside one it has', (f) => { delete f['fleet'].api; addTask({ on: ['local', 'api'] })(f); }],
    ['a budget that just pays', (f) => { f['budget'] = 0.2067; f['jobs'][0].tasks = [task({ duration: '30m', on: ['cloud'] })]; }],
    ['a calendar that is still to be resolved', (f) => { f['fleet'].human[0].calendar = { ics: 'ada.ics' }; }],
    ['people who never work, while another does', (f) => { f['fleet'].human.push({ id: 'bo', skills: ['code'], calendar: { intervals: [] } }); }],
    ['fractional cores, whole gpus, extra dimensions', addTask({ demand: { cores: 0.25, disk: '10GB', gpu: 0 } })],
    ['a night shift', (f) => { f['fleet'].human[0].calendar = { timeZone: 'UTC', weekly: [{ days: ['MO'], from: '22:00', to: '06:00' }] }; }],
    ['touching intervals', (f) => { f['fleet'].human[0].calendar = { intervals: [[0, 10], [10, 20]] }; }],
    ['an id like a prototype property', addTask({ id: '__proto__', after: [{ task: 'build' }] })],
  ])('%s', (_, change) => {
    expect(faultsAfter(change).map(faultLine)).toEqual([]);
  });
});

describe('fault plans', () => {
  const plan = (...faults: unknown[]) => ({ twinclock: 'faults/1', name: 'plan', faults });
  const every = [
    { kind: 'terminate', at: '1h', vm: 'gpu/2', notice: '30s' }, { kind: 'terminate', at: '1h', pool: 'gpu', count: 2 }, { kind: 'terminate', at: '1h', runningTask: 'build' },
    { kind: 'terminate-working', market: 'any', pool: 'gpu', atProgress: 0.5, times: 2 }, { kind: 'storm', at: 0, for: '1h', killsPerHour: 5 },
    { kind: 'no-capacity', at: 0, for: '1h' }, { kind: 'price', at: '1h', factor: 3 }, { kind: 'away', at: '1h', for: '2h', human: 'ada' },
    { kind: 'outage', at: 0, for: '5m', api: 'llm' }, { kind: 'slow-down', at: 0, for: '5m', resource: 'workstation', factor: 2 }, { kind: 'budget', at: '2h', budget: 10 },
  ];

  test('every kind is read, also against the scenario', () => {
    const file = plan(...every);
    expect(validateFaultPlan(file)).toBe(file);
    expect(validateFaultPlan(file, validateScenario(sound()))).toBe(file);
  });

  test.each<[unknown, string, string, string?]>([
    [{ kind: 'strom', at: 0, for: 1, killsPerHour: 1 }, 'unknown-kind', 'faults[0].kind', 'did you mean "storm"?'],
    [{ at: 0 }, 'missing-key', 'faults[0].kind'],
    [{ kind: 'terminate', at: '1h' }, 'missing-key', 'faults[0]', 'add one of "vm", "pool", "runningTask"'],
    [{ kind: 'terminate', at: '1h', vm: 'gpu' }, 'bad-vm', 'faults[0].vm'],
    [{ kind: 'terminate', at: '1h', pool: 'gpu', cuont: 2 }, 'unknown-key', 'faults[0].cuont', 'did you mean "count"?'],
    [{ kind: 'terminate-working', atProgress: 2 }, 'bad-probability', 'faults[0].atProgress'],
    [{ kind: 'price', at: 0, factor: 0 }, 'out-of-range', 'faults[0].factor'],
    [{ kind: 'away', at: 'noon', for: '1h', human: 'ada' }, 'bad-duration', 'faults[0].at'],
    [{ kind: 'away', at: 0, for: 0, human: 'ada' }, 'bad-duration', 'faults[0].for'],
    ['storm', 'bad-fault', 'faults[0]'],
  ])('%j', (entry, code, path, hint) => {
    const faults = faultsOf(() => validateFaultPlan(plan(entry)));
    expect(faults.map(faultLine)).toHaveLength(1);
    expect(faults[0]).toMatchObject({ code, path, ...(hint === undefined ? {} : { hint }) });
  });

  test.each<[unknown, string, string]>([
    [{ kind: 'terminate', at: 0, vm: 'gpu/3' }, 'faults[0].vm', '"gpu/0" to "gpu/2"'],
    [{ kind: 'terminate', at: 0, vm: 'gpo/0' }, 'faults[0].vm', 'did you mean "gpu/..."?'],
    [{ kind: 'storm', at: 0, for: 1, killsPerHour: 1, pool: 'workstation' }, 'faults[0].pool', 'known: gpu'],
    [{ kind: 'terminate', at: 0, runningTask: 'bulid' }, 'faults[0].runningTask', 'did you mean "build"?'],
    [{ kind: 'away', at: 0, for: 1, human: 'adda' }, 'faults[0].human', 'did you mean "ada"?'],
    [{ kind: 'outage', at: 0, for: 1, api: 'lm' }, 'faults[0].api', 'did you mean "llm"?'],
    [{ kind: 'slow-down', at: 0, for: 1, factor: 2, resource: 'workstatoin' }, 'faults[0].resource', 'did you mean "workstation"?'],
  ])('names that the scenario has not: %j', (entry, path, hint) => {
    const faults = faultsOf(() => validateFaultPlan(plan(entry), validateScenario(sound())));
    expect(faults).toMatchObject([{ code: 'unknown-name', path, hint }]);
  });

  test('a scenario is no fault plan', () => {
    expect(faultsOf(() => validateFaultPlan(sound()))).toMatchObject([{ code: 'unsupported-version', hint: 'this is a scenario, not a fault plan' }]);
  });
});
