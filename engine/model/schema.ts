// JSON Schemas (draft 2020-12) of scenario files, fault plans, rehearsals and share files, exactly the types of scenario.ts,
// fault-plan.ts, rehearsal.ts and share.ts: for validation here, and for editors and other programs. Objects are closed: an unknown key is a fault.
//
// House rule for unions: `anyOf` over `$ref`s to `$defs`, with a `title`; shape-faults.ts relies on it to name the one
// form that was meant. The titles of texts (`duration`, `memory`, ...) become their fault codes.
import { FAULT_PLAN_VERSION } from './fault-plan.ts';
import { REHEARSAL_VERSION, STORMS_MAX } from './rehearsal.ts';
import { SCENARIO_VERSION } from './scenario.ts';
import { SHARED_FIGURES, SHARE_VERSION } from './share.ts';
import { RESOURCE_KINDS } from './states.ts';

/** The subset of JSON Schema used here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly { readonly $ref: string }[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const INT32_MAX = 2_147_483_647;
/** Units of one pool: more would be a mistake of the pen. */
const MAX_UNITS = 1_000_000;

const ref = (name: string) => ({ $ref: `#/$defs/${name}` });
const described = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, description });
const closed = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = [], description?: string): JsonSchema =>
  ({ type: 'object', ...(description === undefined ? {} : { description }), properties, required, additionalProperties: false });
const record = (values: JsonSchema, description: string): JsonSchema => ({ type: 'object', description, additionalProperties: values });
const listOf = (items: JsonSchema, description?: string, extra: JsonSchema = {}): JsonSchema =>
  ({ type: 'array', items, ...(description === undefined ? {} : { description }), ...extra });
const union = (title: string, description: string, names: readonly string[]): JsonSchema => ({ title, description, anyOf: names.map(ref) });
const textOrNumber = (title: string, description: string, pattern: string, bound: JsonSchema = { minimum: 0 }): JsonSchema =>
  ({ title, description, type: ['string', 'number'], pattern, ...bound });
const whole = (minimum: number, description: string, maximum = INT32_MAX): JsonSchema => ({ type: 'integer', minimum, maximum, description });
const number = (description: string, bound: JsonSchema = { minimum: 0 }): JsonSchema => ({ type: 'number', ...bound, description });
const positive = (description: string) => number(description, { exclusiveMinimum: 0 });
const text = (description: string): JsonSchema => ({ type: 'string', description });
const steps = (value: JsonSchema, description: string): JsonSchema =>
  listOf({ type: 'array', prefixItems: [{ type: 'integer' }, value], items: false, minItems: 2 }, description);

const AMOUNT = '\\d+(\\.\\d+)?';
const ID: JsonSchema = { title: 'id', type: 'string', minLength: 1, maxLength: 200 };

/** Definitions that both files use. */
const TEXTS: Readonly<Record<string, JsonSchema>> = {
  duration: textOrNumber('duration', '"90s", "15m", "1h30m", "2d", or a number of seconds', `^\\s*(${AMOUNT}|(${AMOUNT}(ms|min|s|m|h|d|w))+)\\s*$`),
  memory: textOrNumber('memory', '"16GB", "512MiB", or a number of MiB', `^\\s*${AMOUNT}\\s*(MB|MiB|GB|GiB|TB|TiB)\\s*$`),
  dataSize: textOrNumber('data-size', '"500MB", or a number of bytes', `^\\s*${AMOUNT}\\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)\\s*$`),
  bandwidth: textOrNumber('bandwidth', '"1Gbps", "125MB/s", or a number of bytes a second',
    `^\\s*${AMOUNT}\\s*([kMGT]bps|(B|kB|MB|GB|KiB|MiB|GiB)/s)\\s*$`, { exclusiveMinimum: 0 }),
  probability: { title: 'probability', type: 'number', minimum: 0, maximum: 1 },
};
const duration = (description: string) => described(ref('duration'), description);
const probability = (description: string) => described(ref('probability'), description);

const DISTRIBUTIONS: Readonly<Record<string, JsonSchema>> = {
  distribution: union('distribution', 'How long something takes: a fixed duration, or one named distribution with its parameters.',
    ['duration', 'fixed', 'uniform', 'triangular', 'lognormal', 'gamma', 'exponential', 'empirical']),
  fixed: closed({ fixed: ref('duration') }, ['fixed']),
  uniform: closed({ uniform: closed({ min: ref('duration'), max: ref('duration') }, ['min', 'max']) }, ['uniform']),
  triangular: closed({ triangular: closed({ min: ref('duration'), mode: ref('duration'), max: ref('duration') }, ['min', 'mode', 'max']) }, ['triangular']),
  lognormal: closed({
    lognormal: closed({ median: ref('duration'), mean: ref('duration'), sigma: number('Standard deviation of the logarithm.', { minimum: 0, maximum: 10 }) },
      ['sigma'], 'Either median or mean.'),
  }, ['lognormal']),
  gamma: closed({ gamma: closed({ mean: ref('duration'), shape: positive('k; the scale is mean / shape.') }, ['mean', 'shape']) }, ['gamma']),
  exponential: closed({ exponential: closed({ mean: ref('duration') }, ['mean']) }, ['exponential']),
  empirical: closed({ empirical: listOf(ref('duration'), 'Observed values; a draw interpolates linearly between them.', { minItems: 1 }) }, ['empirical']),
};

const CLASSES = `A class is a fleet entry's id or a kind (${RESOURCE_KINDS.join(', ')}).`;
const WORK: Readonly<Record<string, JsonSchema>> = {
  taskDuration: union('duration', `One model for every class in "on", or one per class. ${CLASSES} A model for a kind, or for "on", is on a reference core; `
    + 'one for an id is exact.', ['distribution', 'durationByClass']),
  durationByClass: closed({ by: record(ref('distribution'), CLASSES) }, ['by']),
  estimate: union('estimate', 'What the scheduler is told instead of the mean of the duration.', ['duration', 'estimateByClass']),
  estimateByClass: closed({ by: record(ref('duration'), CLASSES) }, ['by']),
  predecessor: union('predecessor', 'The id of a task, or its id with the data to move.', ['taskId', 'predecessorWithData']),
  taskId: { ...ID, title: 'task id' },
  predecessorWithData: closed({ task: ID, data: ref('dataSize') }, ['task']),
  task: closed({
    id: described(ID, 'Unique in the whole scenario.'),
    kind: text('Free text such as build, train, review.'),
    after: listOf(ref('predecessor'), 'Finish-to-start predecessors, in any job.'),
    duration: ref('taskDuration'),
    on: listOf(ID, 'The classes that may run the task. Default ["local", "cloud"]. Beside models by class: APIs that answer at their own latency.'),
    estimate: ref('estimate'),
    demand: record(ref('memory'), 'What it holds while it runs: memory, cores, gpu, or a dimension named in fleet.dimensions.'),
    requests: whole(0, 'What a call takes from a rate-limited API. Default 1.'),
    tokens: whole(0, 'Tokens a call takes. Default 0.'),
    skills: listOf(ID, 'All of these are needed of a person.'),
    batchKey: described(ID, 'A key of batches: tasks of one key share its set-up when run back to back on one resource.'),
    checkpoint: closed({ interval: duration('Work between checkpoints.'), cost: duration('What writing one takes.') }, ['interval', 'cost']),
    attempts: whole(1, 'Failures allowed in all, the last included; interruptions do not count. Default 3.'),
    failureRate: probability('Probability that an attempt ends in failure. Default 0.'),
    priority: whole(-INT32_MAX, 'A higher one goes first among otherwise equal tasks. Default 0.'),
    interruptible: { type: 'boolean', description: 'Whether the task may run on spot. Default true.' },
    run: ref('run'),
  }, ['id', 'duration']),
  run: closed({
    command: listOf({ type: 'string' }, 'Program and arguments, never given to a shell.', { minItems: 1 }),
    shell: { type: 'string', minLength: 1, description: 'A line for /bin/sh -c, instead of command.' },
    env: record({ type: 'string' }, 'Environment variables of the command.'),
    directory: { type: 'string', minLength: 1, description: 'Working folder of the command.' },
    checkpointSignal: { enum: ['SIGUSR1', 'SIGUSR2', 'SIGHUP'], description: 'Asks the command for a checkpoint. Default SIGUSR1.' },
    timeout: duration('An attempt that works longer ends as a failure.'),
    http: closed({
      url: { type: 'string', minLength: 1, description: "Absolute, or below the API's base address." },
      method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], description: 'Default POST.' },
      headers: record({ type: 'string' }, 'Request headers.'),
      body: { description: 'Sent as JSON.' },
    }, [], 'The call, when an API runs the task.'),
    prompt: closed({
      text: { type: 'string', minLength: 1, description: 'For the person.' },
      fields: record(closed({ label: text('For the person.'), choices: listOf({ type: 'string' }, undefined, { minItems: 1 }), optional: { type: 'boolean' } }), 'To fill in.'),
      link: text('An address to look at.'),
    }, ['text'], 'What a person is asked to do.'),
  }, [], 'What is done when the task is run live. The simulated world does not look at it; it is part of the hash.'),
  job: closed({
    id: described(ID, 'Unique in the scenario.'),
    release: duration('Since the epoch. Default 0.'),
    deadline: duration('Since the epoch.'),
    budget: number('Dollars.'),
    weight: number('Weight of its tardiness. Default 1.'),
    tasks: listOf(ref('task'), undefined, { minItems: 1 }),
  }, ['id', 'tasks']),
};

const CALENDARS: Readonly<Record<string, JsonSchema>> = {
  calendar: union('calendar', 'When a person works.', ['intervals', 'ics', 'weekly', 'always']),
  intervals: closed({ intervals: steps({ type: 'integer' }, 'Half-open [start, end) in ms since the epoch, sorted and disjoint.') }, ['intervals']),
  ics: closed({ ics: text('The text of an iCalendar file.'), timeZone: text('IANA name.') }, ['ics']),
  weekly: closed({
    timeZone: text('IANA name.'),
    weekly: listOf(closed({
      days: listOf({ enum: ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] }, 'RFC 5545 day codes.', { minItems: 1 }),
      from: ref('localTime'), to: ref('localTime'),
    }, ['days', 'from', 'to'])),
    except: listOf({ title: 'date', description: 'Like "2026-05-01".', type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }, 'Local dates without work.'),
  }, ['timeZone', 'weekly']),
  localTime: { title: 'time', description: 'Local, like "09:00"; "24:00" ends a day.', type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$' },
  always: closed({ always: { const: true } }, ['always']),
};

const MACHINE: Readonly<Record<string, JsonSchema>> = {
  memory: described(ref('memory'), 'Default unlimited.'),
  cores: positive('Default unlimited.'),
  gpu: whole(0, 'Default 0.'),
  capacity: record(ref('memory'), 'Other dimensions, as named in fleet.dimensions. Default 0.'),
  slots: whole(1, 'Tasks at once, whatever their demand. Default unlimited.'),
  speed: positive('1 is the reference core. Default 1.'),
};

const BUCKET = "Bucket size. Default one minute's worth, at least 1.";

const FLEET: Readonly<Record<string, JsonSchema>> = {
  local: closed({
    id: ID, ...MACHINE,
    count: whole(1, 'Identical machines. Default 1.', MAX_UNITS),
    energyPrice: number('Dollars per hour while at least one task runs. Default 0.'),
  }, ['id']),
  cloud: closed({
    id: ID, ...MACHINE,
    max: whole(1, 'VMs at once, both markets together.', MAX_UNITS),
    spinUp: described(ref('distribution'), 'From the request to READY.'),
    onDemand: closed({ price: number('Dollars per hour.') }, ['price']),
    spot: ref('spot'),
    billing: closed({
      granularity: duration('Default "1s".'), minimum: duration('Default "60s".'),
      freeIfInterruptedWithin: duration('A spot VM interrupted this soon after it started costs nothing. Default 0.'),
    }),
  }, ['id', 'max', 'spinUp']),
  spot: closed({
    price: ref('price'),
    notice: duration('Warning before a kill. Default "2m".'),
    interruptions: ref('interruptions'),
    refusal: probability('That a request is refused for lack of capacity. Default 0.'),
    availability: steps(whole(0, 'VMs that can be had.'), 'Steps [ms since epoch, VMs]. A fall below what is held interrupts the surplus.'),
    estimatedHazardPerHour: number('Kills per hour the scheduler is told. Default: what "interruptions" implies.'),
  }, ['price']),
  price: union('price', 'Dollars per hour: constant, or steps that hold until the next.', ['constantPrice', 'priceSteps']),
  constantPrice: number('Dollars per hour.'),
  priceSteps: closed({ steps: { ...steps(number('Dollars per hour.'), 'Steps [ms since epoch, dollars per hour].'), minItems: 1 } }, ['steps']),
  interruptions: union('interruptions', 'When the market takes a spot VM back.', ['hazard', 'killTimes']),
  hazard: closed({ hazardPerHour: ref('hazardRate') }, ['hazardPerHour']),
  hazardRate: union('hazard', "Mean kills per hour of a VM's life.", ['constantHazard', 'hourlyHazard']),
  constantHazard: number('Kills per hour.'),
  hourlyHazard: listOf(number('Kills per hour.'), 'One rate for each hour of the UTC day.', { minItems: 24, maxItems: 24 }),
  killTimes: closed({
    times: listOf(listOf({ type: 'integer', minimum: 0 }), 'Instants of kill in ms since the epoch; list k is for VM k of the pool, repeating.', { minItems: 1 }),
  }, ['times']),
  api: closed({
    id: ID,
    requestsPerMinute: positive('Default unlimited.'), tokensPerMinute: positive('Default unlimited.'),
    requestBurst: number(BUCKET, { minimum: 1 }), tokenBurst: number(BUCKET, { minimum: 1 }),
    concurrency: whole(1, 'Calls at once. Default unlimited.'),
    pricePerCall: number('Dollars. Default 0.'), pricePerToken: number('Dollars. Default 0.'),
    latency: described(ref('distribution'), 'Of a call whose task names no duration for this API.'),
    errorRate: probability('That a call is answered 5xx. Default 0.'),
    actualShare: number('What it truly allows, as a share of what it publishes. Default 1.', { exclusiveMinimum: 0, maximum: 1 }),
    retryAfter: duration('What a 429 asks to wait, one second at least. Default "20s".'),
    outages: listOf(closed({ at: ref('duration'), for: ref('duration') }, ['at', 'for'])),
  }, ['id']),
  human: closed({
    id: ID,
    skills: listOf(ID),
    costPerHour: number('Dollars per hour of work. Default 0.'),
    calendar: described(ref('calendar'), 'Default: always.'),
    responseDelay: described(ref('distribution'), 'Working time from the offer to the acceptance. Default 0.'),
    decline: probability('That an offer is declined. Default 0.'),
    concurrency: whole(1, 'Tasks at once. Default 1.'),
    speed: positive('Default 1.'),
  }, ['id']),
};

/** The scenario file, `scenario/1`. */
export const SCENARIO_SCHEMA: JsonSchema = {
  $schema: DIALECT,
  $id: 'urn:twinclock:scenario:1',
  title: 'scenario',
  ...closed({
    twinclock: { const: SCENARIO_VERSION },
    name: text('A short name.'),
    description: text('For people.'),
    epoch: text('ISO 8601 instant with offset. Default 2026-01-05T00:00:00Z, a Monday.'),
    tick: duration('Decision period in tick mode. Default "30s".'),
    mode: { enum: ['tick', 'event'], description: 'Decide on the grid of ticks, or at every change. Default tick.' },
    horizon: duration('The run is stopped then. Default "3650d".'),
    budget: number('Dollars. Default: none.'),
    batches: record(closed({ setup: ref('duration') }, ['setup']), 'Set-up times by batch key.'),
    jobs: listOf(ref('job'), undefined, { minItems: 1 }),
    fleet: closed({
      dimensions: listOf(ID, 'Dimensions beside memory, cores and gpu.'),
      local: listOf(ref('local')), cloud: listOf(ref('cloud')), api: listOf(ref('api')), human: listOf(ref('human')),
      network: closed({ bandwidth: ref('bandwidth'), latency: ref('duration') }, ['bandwidth'],
        'Data is readable elsewhere latency + size / bandwidth after its producer ends.'),
    }),
    assumptions: listOf(text('One sentence.'), 'What an importer assumed, dropped or invented.'),
  }, ['twinclock', 'name', 'jobs', 'fleet'], 'Jobs of tasks with precedence, and the fleet that may run them.'),
  $defs: { ...TEXTS, ...DISTRIBUTIONS, ...WORK, ...CALENDARS, ...FLEET },
};

const WHEN = { at: duration('Since the epoch.') };
const WINDOW = { ...WHEN, for: duration('How long.') };
const NOTICE = { notice: duration('Warning before the kill. Default: that of the pool.') };
const POOL = { pool: described(ID, 'A cloud entry. Default: all.') };
const NAMED = { name: described(ID, 'For people. A storm is drawn by its name, or without one by what it is, so that other faults never move its draws.') };
const kind = (name: string, properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema =>
  closed({ kind: { const: name }, ...NAMED, ...properties }, ['kind', ...required]);

const FAULTS: Readonly<Record<string, JsonSchema>> = {
  terminateVm: kind('terminate', {
    ...WHEN, vm: { title: 'vm', type: 'string', pattern: '^.+/\\d+$', description: '"gpu/2": the third VM slot of pool gpu.' }, ...NOTICE,
  }, ['at', 'vm']),
  terminatePool: kind('terminate', { ...WHEN, pool: ID, count: whole(1, 'Lowest numbers first. Default 1.'), ...NOTICE }, ['at', 'pool']),
  terminateTask: kind('terminate', { ...WHEN, runningTask: ID, ...NOTICE }, ['at', 'runningTask']),
  terminateWorking: kind('terminate-working', {
    market: { enum: ['spot', 'any'], description: 'Default spot.' }, ...POOL, atProgress: probability('Share of the work done of the first task it runs.'),
    times: whole(1, 'The first lives of each slot. Default 1.'), ...NOTICE,
  }, []),
  storm: kind('storm', { ...WINDOW, killsPerHour: positive('Of all spot VMs together, drawn from the seed.'), ...POOL, ...NOTICE }, ['at', 'for', 'killsPerHour']),
  noCapacity: kind('no-capacity', { ...WINDOW, ...POOL }, ['at', 'for']),
  priceFactor: kind('price', { ...WINDOW, ...POOL, factor: positive('Times the price in force.') }, ['at', 'factor']),
  away: kind('away', { ...WINDOW, human: ID }, ['at', 'for', 'human']),
  outage: kind('outage', { ...WINDOW, api: ID }, ['at', 'for', 'api']),
  slowDown: kind('slow-down', {
    ...WINDOW, resource: described(ID, 'A fleet id.'), factor: positive('Work takes this many times as long.'),
  }, ['at', 'for', 'resource', 'factor']),
  budgetChange: kind('budget', { ...WHEN, budget: number('Dollars.') }, ['at', 'budget']),
};

/** The fault plan, `faults/1`. */
export const FAULT_PLAN_SCHEMA: JsonSchema = {
  $schema: DIALECT,
  $id: 'urn:twinclock:faults:1',
  title: 'fault plan',
  ...closed({
    twinclock: { const: FAULT_PLAN_VERSION },
    name: text('A short name.'),
    description: text('For people.'),
    faults: listOf(ref('fault')),
  }, ['twinclock', 'name', 'faults'], 'What is made to go wrong, and when.'),
  $defs: { ...TEXTS, fault: union('fault', 'One fault, by kind.', Object.keys(FAULTS)), ...FAULTS },
};

/** The rehearsal, `rehearsal/1`. What lies in it whole, scenario or fault plan, is checked against its own schema. */
export const REHEARSAL_SCHEMA: JsonSchema = {
  $schema: DIALECT,
  $id: 'urn:twinclock:rehearsal:1',
  title: 'rehearsal',
  ...closed({
    twinclock: { const: REHEARSAL_VERSION },
    name: text('A short name.'),
    description: text('For people.'),
    scenario: ref('scenario'),
    policy: described(ID, 'With its parameters, like "weighted:theta=0.8".'),
    weights: closed({ latency: ref('weight'), cost: ref('weight'), fragmentation: ref('weight') }, ['latency', 'cost', 'fragmentation'], 'They sum to 1. Default 0.6, 0.3, 0.1.'),
    faults: ref('faults'),
    storms: whole(1, 'Seeds under which the plan is run. Default 50.', STORMS_MAX),
    firstSeed: whole(0, 'Default 1.'),
    hypotheses: listOf(ID, 'Like "makespan <= 4h", "extraCost <= 20%", "recovery p95 <= 30m in 95%", "tasks = all".'),
  }, ['twinclock', 'name', 'scenario', 'policy', 'faults'], 'A plan of faults under many seeds, and what is held to be true of it.'),
  $defs: {
    weight: { title: 'weight', type: 'number', minimum: 0, maximum: 1 },
    scenario: union('scenario', 'A name of the catalogue, a file beside this one, or the scenario itself.', ['nameOrFile', 'whole']),
    faults: union('fault plan', 'A plan by name, a file beside this one, or the plan itself.', ['nameOrFile', 'whole']),
    nameOrFile: { title: 'name', type: 'string', minLength: 1, maxLength: 4096 },
    whole: { type: 'object', required: ['twinclock'] },
  },
};

const HASH = { title: 'hash', description: '32 hexadecimal digits.', type: 'string', pattern: '^[0-9a-f]{32}$' };
const SHARED_NAME = { ...ID, title: 'name' };

/** The share file, `share/1`. Scenario and fault plan in it are checked against their own schemas. */
export const SHARE_SCHEMA: JsonSchema = {
  $schema: DIALECT,
  $id: 'urn:twinclock:share:1',
  title: 'share file',
  ...closed({
    twinclock: { const: SHARE_VERSION },
    engine: text('Version of the engine that made the runs.'),
    scenario: closed({ name: text('Of the catalogue, or of the file.'), hash: ref('hash'), file: described(ref('whole'), 'The scenario itself, when it is not of the catalogue.') }, ['name', 'hash']),
    weights: closed({ latency: ref('weight'), cost: ref('weight'), fragmentation: ref('weight') }, ['latency', 'cost', 'fragmentation'], 'They sum to 1.'),
    faults: closed({ name: text('Of the catalogue, or of the plan.'), hash: ref('hash'), plan: described(ref('whole'), 'The plan itself, when it is not of the catalogue.') }, ['name', 'hash']),
    seeds: listOf(whole(0, 'A seed.', Number.MAX_SAFE_INTEGER), 'Each policy ran on each of them.', { minItems: 1, uniqueItems: true }),
    policies: listOf(ref('sharedPolicy'), undefined, { minItems: 1 }),
    statement: text('The verdict in one sentence.'),
    view: closed({ view: { enum: ['compare', 'run'] }, metric: text('What was compared.'), baseline: text('One of the policies.'), task: text('The task that was picked.') }, ['view']),
    journals: listOf(closed({ policy: ref('name'), seed: whole(0, 'One of the seeds.', Number.MAX_SAFE_INTEGER), lines: listOf({ type: 'string' }, 'The lines of a journal file.', { minItems: 2 }) }, ['policy', 'seed', 'lines']), 'Of some of the runs.'),
  }, ['twinclock', 'engine', 'scenario', 'weights', 'seeds', 'policies'], 'Runs that others can make again and check: what goes in, and what is said to come out.'),
  $defs: {
    hash: HASH,
    name: SHARED_NAME,
    weight: { title: 'weight', type: 'number', minimum: 0, maximum: 1 },
    whole: { type: 'object', required: ['twinclock'] },
    sharedPolicy: closed({
      policy: described(ref('name'), 'With its parameters, like "weighted:theta=0.8".'),
      text: text('Its source, when it is not built in.'),
      hashes: listOf(ref('hash'), 'Of the journal at each seed, in their order.', { minItems: 1 }),
      figures: closed(Object.fromEntries(SHARED_FIGURES.map((figure) => [figure, ref('sharedMean')])), SHARED_FIGURES, 'Means over the runs that succeeded.'),
    }, ['policy', 'hashes', 'figures']),
    sharedMean: { title: 'mean', description: 'A mean with its 95 % half-width, or null where there is none.', type: ['object', 'null'], properties: { mean: { type: 'number' }, halfWidth95: { type: ['number', 'null'] } }, required: ['mean', 'halfWidth95'], additionalProperties: false },
  },
};
