// Small random scenarios that touch every feature of the model: all resource kinds, packing, batches, checkpoints, spot,
// data on edges, calendars, rate limits, failures. Each can be finished: every task fits a machine, a pool that is also
// sold on demand, an API whose bucket holds its tokens, or a person whose calendar opens every day of the horizon.
import fc from 'fast-check';
import type {
  ApiFile, CalendarFile, CloudFile, DistributionText, FleetFile, HumanFile, JobFile, LocalFile, PredecessorText, ScenarioFile, TaskFile,
} from '../../engine/model/scenario.ts';

export interface ScenarioShape {
  /** Most tasks. Default 12. */
  readonly tasks?: number;
  /** Failing attempts, 5xx and declined offers. Default true. A task may then fail for good. */
  readonly failures?: boolean;
  /** Kills, refusals and droughts of spot. Default true. */
  readonly interruptions?: boolean;
}

/** Scenarios that `validateScenario` accepts and `compileScenario` takes as they are. */
export function arbitraryScenario(shape: ScenarioShape = {}): fc.Arbitrary<ScenarioFile> {
  const { tasks = 12, failures = true, interruptions = true } = shape;
  return fleet(failures, interruptions).chain((someFleet) => fc.record({
    jobs: jobs(someFleet, tasks, failures),
    mode: fc.constantFrom('tick', 'event'),
    tick: fc.constantFrom('10s', '30s', '2m'),
    setups: fc.tuple(seconds(0, 600), seconds(0, 600)),
  }).map(({ jobs: someJobs, mode, tick, setups }): ScenarioFile => ({
    twinclock: 'scenario/1', name: 'random', epoch: '2026-03-02T00:00:00Z', horizon: `${OPEN_DAYS}d`, mode, tick,
    batches: { image: { setup: setups[0] }, model: { setup: setups[1] } },
    jobs: someJobs, fleet: someFleet,
  })));
}

/** The same with several of each machine, VM and person, and more of each task: many alike wait for many alike. Of people who are alike, some work by another calendar. `machines`: how many more of each. */
export function crowded(file: ScenarioFile, copies = 16, machines = 2): ScenarioFile {
  const { local = [], cloud, human } = file.fleet;
  return {
    ...file,
    jobs: file.jobs.map((job) => ({ ...job, tasks: job.tasks.flatMap((task) => Array.from({ length: copies }, (_, k) => ({
      ...task, id: `${task.id}-${k}`, ...(task.after === undefined ? {} : { after: task.after.map((before) => (typeof before === 'string' ? `${before}-${k}` : { ...before, task: `${before.task}-${k}` })) }),
    }))) })),
    fleet: {
      ...file.fleet,
      local: local.map((machine) => ({ ...machine, count: (machine.count ?? 1) + machines })),
      ...(cloud === undefined ? {} : { cloud: cloud.map((pool) => ({ ...pool, max: pool.max + machines + 1 })) }),
      ...(human === undefined ? {} : { human: human.flatMap((person, i) => Array.from({ length: 5 + i }, (_, k) => ({ ...person, id: `${person.id}-${k}`, ...(k % 4 === 3 ? { calendar: { always: true } as const } : {}) }))) }),
    },
  };
}

const OPEN_DAYS = 120;
const DAY = 86_400_000;

const seconds = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const share = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 100 }).map((x) => x * most / 100);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
/** Without the keys that are undefined. */
const tidy = <T extends object>(value: T): Compact<T> => Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Compact<T>;
type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Durations with means up to `most` seconds, of every kind. */
function distribution(most: number): fc.Arbitrary<DistributionText> {
  const mean = seconds(1, most);
  return fc.oneof(
    { weight: 4, arbitrary: seconds(0, most) },
    { weight: 1, arbitrary: mean.map((fixed) => ({ fixed })) },
    { weight: 1, arbitrary: fc.tuple(mean, mean).map(([a, b]) => ({ uniform: { min: Math.min(a, b), max: Math.max(a, b) } })) },
    { weight: 1, arbitrary: fc.tuple(mean, mean, mean).map((x) => x.sort((a, b) => a - b)).map(([min, mode, max]) => ({ triangular: { min: min!, mode: mode!, max: max! + 1 } })) },
    { weight: 1, arbitrary: fc.tuple(mean, fc.constantFrom(0.2, 0.8)).map(([m, sigma]) => ({ lognormal: { mean: m, sigma } })) },
    { weight: 1, arbitrary: fc.tuple(mean, fc.constantFrom(0.7, 1, 4)).map(([m, k]) => ({ gamma: { mean: m, shape: k } })) },
    { weight: 1, arbitrary: mean.map((m) => ({ exponential: { mean: m } })) },
    { weight: 1, arbitrary: fc.array(mean, { minLength: 1, maxLength: 5 }).map((empirical) => ({ empirical })) },
  );
}

/** Every machine and VM has at least this much, so that every demand below fits each. */
const CORES = 4, GIGABYTES = 16;

function fleet(failures: boolean, interruptions: boolean): fc.Arbitrary<FleetFile> {
  return fc.record({
    local: fc.tuple(locals('box'), maybe(locals('rack'))).map(([a, b]) => (b === undefined ? [a] : [a, b])),
    cloud: fc.array(clouds(interruptions), { maxLength: 2 }).map((pools) => pools.map((pool, i) => ({ ...pool, id: `pool${i}` }))),
    api: fc.array(apis(failures), { maxLength: 2 }).map((list) => list.map((api, i) => ({ ...api, id: `api${i}` }))),
    human: fc.array(people(failures), { maxLength: 3 }).map((list) => list.map((person, i) => ({ ...person, id: `person${i}` }))),
    network: maybe(fc.record({ bandwidth: fc.constantFrom('100Mbps', '1Gbps'), latency: seconds(0, 5) })),
  }).map(tidy);
}

const locals = (id: string): fc.Arbitrary<LocalFile> => fc.record({
  cores: fc.integer({ min: CORES, max: 10 }), memory: fc.integer({ min: GIGABYTES, max: 40 }).map((gb) => `${gb}GB`), slots: maybe(fc.integer({ min: 1, max: 4 })),
  speed: maybe(fc.constantFrom(0.5, 1, 2)), count: maybe(fc.integer({ min: 1, max: 3 })), energyPrice: maybe(share(0.5)),
}).map((machine) => ({ ...tidy(machine), id }));

function clouds(interruptions: boolean): fc.Arbitrary<Omit<CloudFile, 'id'>> {
  const price = fc.oneof(share(4), fc.array(share(4), { minLength: 1, maxLength: 4 }).map((prices) => ({ steps: prices.map((p, i) => [i * 1_800_000, p] as const) })));
  const kills = fc.oneof(
    share(1).map((hazardPerHour) => ({ hazardPerHour })),
    fc.array(share(1), { minLength: 24, maxLength: 24 }).map((hazardPerHour) => ({ hazardPerHour })),
    fc.array(fc.uniqueArray(seconds(60, 30_000), { maxLength: 4 }), { minLength: 1, maxLength: 3 }).map((lists) => ({ times: lists.map((list) => list.sort((a, b) => a - b).map((s) => s * 1000)) })),
  );
  const availability = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 4 })).map(([a, b]) => [[0, 2], [3_600_000, a], [7_200_000, b]] as const);
  const spot = fc.record({
    price, notice: fc.constantFrom('0s', '30s', '2m'),
    interruptions: interruptions ? maybe(kills) : fc.constant(undefined), refusal: interruptions ? maybe(share(0.5)) : fc.constant(undefined),
    availability: interruptions ? maybe(availability) : fc.constant(undefined), estimatedHazardPerHour: maybe(share(1)),
  }).map(tidy);
  return fc.record({
    cores: fc.integer({ min: CORES, max: 16 }), memory: fc.integer({ min: GIGABYTES, max: 64 }).map((gb) => `${gb}GB`), slots: maybe(fc.integer({ min: 1, max: 4 })),
    speed: maybe(fc.constantFrom(0.5, 1, 2)), max: fc.integer({ min: 1, max: 4 }), spinUp: distribution(300), onDemand: share(4).map((p) => ({ price: p })), spot: maybe(spot),
    billing: maybe(fc.record({ granularity: fc.constantFrom('1s', '1m', '1h'), minimum: fc.constantFrom('0s', '60s', '1h'), freeIfInterruptedWithin: fc.constantFrom('0s', '1h') })),
  }).map(tidy);
}

const TOKENS = 5000;

const apis = (failures: boolean): fc.Arbitrary<Omit<ApiFile, 'id'>> => fc.record({
  requestsPerMinute: maybe(fc.integer({ min: 1, max: 30 })), tokensPerMinute: maybe(fc.integer({ min: TOKENS, max: 4 * TOKENS })), concurrency: maybe(fc.integer({ min: 1, max: 3 })),
  requestBurst: fc.integer({ min: 3, max: 10 }), tokenBurst: fc.integer({ min: TOKENS, max: 4 * TOKENS }), pricePerCall: maybe(share(0.1)), pricePerToken: maybe(share(0.00001)),
  latency: maybe(distribution(60)), errorRate: failures ? maybe(share(0.3)) : fc.constant(undefined), actualShare: maybe(fc.constantFrom(0.5, 1)), retryAfter: maybe(seconds(1, 60)),
  outages: maybe(fc.array(seconds(1, 900), { maxLength: 3 }).map((list) => list.map((length, i) => ({ at: (i + 1) * 3000, for: length })))),
  // A bucket size means nothing without its rate.
}).map(({ requestBurst, tokenBurst, ...api }) => ({
  ...tidy(api), ...(api.requestsPerMinute === undefined ? {} : { requestBurst }), ...(api.tokensPerMinute === undefined ? {} : { tokenBurst }),
}));

/** Opens once a day for two hours or more, over the whole horizon. */
const calendar: fc.Arbitrary<CalendarFile> = fc.oneof(
  fc.constant({ always: true } as const),
  fc.tuple(seconds(0, 43_200), seconds(7200, 36_000)).map(([from, length]) => ({
    intervals: Array.from({ length: OPEN_DAYS }, (_, d) => [d * DAY + from * 1000, d * DAY + (from + length) * 1000] as const),
  })),
);

const people = (failures: boolean): fc.Arbitrary<Omit<HumanFile, 'id'>> => fc.record({
  skills: fc.subarray(['code', 'review']).map((some) => ['talk', ...some]), costPerHour: maybe(share(90)), calendar: maybe(calendar), responseDelay: maybe(distribution(1800)),
  decline: failures ? maybe(share(0.4)) : fc.constant(undefined), concurrency: maybe(fc.integer({ min: 1, max: 2 })), speed: maybe(fc.constantFrom(0.5, 1, 2)),
}).map(tidy);

type Needs = Omit<TaskFile, 'id' | 'after'>;

/** What a task may be on this fleet. */
function needs(someFleet: FleetFile, failures: boolean): fc.Arbitrary<Needs> {
  const clouds = someFleet.cloud ?? [], apis = someFleet.api ?? [], humans = someFleet.human ?? [];
  const demand = fc.record({ cores: fc.integer({ min: 0, max: CORES }), memory: fc.integer({ min: 0, max: GIGABYTES }).map((gb) => `${gb}GB`) });
  const common = fc.record({
    kind: maybe(fc.constantFrom('build', 'train')), priority: maybe(fc.integer({ min: -1, max: 1 })), attempts: fc.integer({ min: 1, max: 5 }),
    failureRate: failures ? maybe(share(0.3)) : fc.constant(undefined),
  }).map(tidy);
  const compute = fc.record({
    demand: maybe(demand), batchKey: maybe(fc.constantFrom('image', 'model')), interruptible: maybe(fc.boolean()),
    checkpoint: maybe(fc.record({ interval: seconds(60, 1800), cost: seconds(0, 60) })), estimate: maybe(seconds(1, 7200)),
  }).map(tidy);
  const timed = (on: readonly string[]): fc.Arbitrary<Needs> => fc.tuple(common, compute, distribution(5400)).map(([a, b, duration]) => ({ ...a, ...b, on, duration }));
  const kinds: fc.Arbitrary<Needs>[] = [timed(['local'])];
  if (clouds.length > 0) {
    const ids = [...clouds.map((pool) => pool.id), 'box'];
    const each = fc.tuple(common, compute, fc.subarray(ids, { minLength: 1 }), fc.array(distribution(5400), { minLength: ids.length, maxLength: ids.length }))
      .map(([a, { estimate: _, ...b }, some, durations]) => ({ ...a, ...b, duration: { by: Object.fromEntries(some.map((id, i) => [id, durations[i]!])) } }));
    kinds.push(timed(['cloud']), timed(['local', 'cloud']), each);
  }
  if (apis.length > 0) {
    const call = fc.record({ requests: maybe(fc.integer({ min: 1, max: 3 })), tokens: maybe(fc.integer({ min: 0, max: TOKENS })) }).map(tidy);
    kinds.push(fc.tuple(common, call, distribution(300)).map(([a, b, duration]) => ({ ...a, ...b, on: ['api'], duration })));
  }
  const skills = new Set(humans.flatMap((person) => person.skills ?? []));
  if (humans.length > 0) kinds.push(fc.tuple(common, fc.constantFrom(...skills), distribution(5400)).map(([a, skill, duration]) => ({ ...a, on: ['human'], skills: [skill], duration })));
  return fc.oneof(...kinds);
}

/** A deadline may be drawn on the release itself, which no scenario may have. */
const dueAfterRelease = <T extends { readonly release?: number; readonly deadline?: number }>(job: T): T =>
  (job.deadline !== undefined && job.deadline <= (job.release ?? 0) ? { ...job, deadline: (job.release ?? 0) + 1 } : job);

function jobs(someFleet: FleetFile, most: number, failures: boolean): fc.Arbitrary<JobFile[]> {
  const task = fc.record({ needs: needs(someFleet, failures), parents: fc.array(fc.tuple(fc.nat(), maybe(fc.integer({ min: 0, max: 2e9 }))), { maxLength: 3 }) });
  const job = fc.record({ release: maybe(seconds(0, 7200)), deadline: maybe(seconds(7200, 200_000)), weight: maybe(fc.integer({ min: 1, max: 3 })) }).map(tidy).map(dueAfterRelease);
  return fc.tuple(fc.array(task, { minLength: 1, maxLength: most }), fc.array(job, { minLength: 1, maxLength: 3 })).map(([drawn, frames]) => {
    const tasks = drawn.map(({ needs: some, parents }, i): TaskFile => {
      const first = new Map(parents.map(([p, data]) => [`t${p % Math.max(1, i)}`, data] as const));
      const after = i === 0 ? [] : [...first].map(([id, data]): PredecessorText => (data === undefined ? id : { task: id, data }));
      return { id: `t${i}`, ...some, ...(after.length === 0 ? {} : { after }) };
    });
    const used = frames.slice(0, tasks.length);
    return used.map((frame, j) => ({ id: `j${j}`, ...frame, tasks: tasks.filter((_, i) => i % used.length === j) }));
  });
}
