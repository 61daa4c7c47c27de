// The fleet as pools of equal units, in canonical order: by kind (local, cloud, api, human), then id. An entry is a pool,
// but people who differ in nothing a scheduler can see share one. Capacities are vectors over all dimensions of the
// fleet; what is not declared of memory and cores is unlimited, what is not declared of other dimensions is not there.
import { parseDistribution } from './distribution-text.ts';
import type { Distribution } from './distribution.ts';
import { canonicalJson } from './hash.ts';
import { inCanonicalOrder } from './ids.ts';
import type { ApiFile, CalendarFile, CloudFile, FleetFile, HumanFile, LocalFile, MemoryText, ScenarioFile, TaskFile } from './scenario.ts';
import { API, CLOUD, HUMAN, LOCAL, RESOURCE_KINDS } from './states.ts';
import { parseMemory } from './units.ts';

/** Capacity, or slots, without a limit that matters. Fits an Int32Array with room to add demands. */
export const UNLIMITED = 0x4000_0000;

/** Dimensions every fleet has; those of `fleet.dimensions` follow. */
export const BASE_DIMENSIONS = ['memory', 'cores', 'gpu'] as const;

interface PoolBase {
  readonly id: string;
  /** Fleet entries in it, in canonical order: one, or several people. */
  readonly members: readonly string[];
  /** One id a unit: the entry's, or `entry/0`, `entry/1`, ... */
  readonly units: readonly string[];
  readonly speed: number;
  /** Tasks at once on one unit. */
  readonly slots: number;
  /** Of one unit, over all dimensions. */
  readonly capacity: readonly number[];
}
export interface LocalPool extends PoolBase { readonly kind: typeof LOCAL; readonly file: LocalFile }
export interface CloudPool extends PoolBase { readonly kind: typeof CLOUD; readonly file: CloudFile }
/** `latency`: of a call whose task names no duration. The buckets are Infinity without a rate limit. */
export interface ApiPool extends PoolBase {
  readonly kind: typeof API;
  readonly file: ApiFile;
  readonly latency: Distribution | undefined;
  readonly requestBurst: number;
  readonly tokenBurst: number;
}
export interface HumanPool extends PoolBase {
  readonly kind: typeof HUMAN;
  readonly file: HumanFile;
  readonly skills: ReadonlySet<string>;
  /** One a unit. */
  readonly calendars: readonly CalendarFile[];
}
export type Pool = LocalPool | CloudPool | ApiPool | HumanPool;

/** All dimensions of a fleet, in the order of every demand and capacity vector. */
export function fleetDimensions(fleet: FleetFile): readonly string[] {
  return [...BASE_DIMENSIONS, ...(fleet.dimensions ?? [])];
}

/** The kind of a pool as files name it. */
export function kindName(pool: Pool): string {
  return RESOURCE_KINDS[pool.kind];
}

/** The pools of a fleet in canonical order. People whose id is in `named` keep a pool of their own. */
export function fleetPools(fleet: FleetFile, named: ReadonlySet<string>): readonly Pool[] {
  const dimensions = fleetDimensions(fleet);
  const unlimited = dimensions.map(() => UNLIMITED);
  return [
    ...inCanonicalOrder(fleet.local ?? []).map((local) => localPool(local, dimensions)),
    ...inCanonicalOrder(fleet.cloud ?? []).map((cloud) => cloudPool(cloud, dimensions)),
    ...inCanonicalOrder(fleet.api ?? []).map((api) => apiPool(api, unlimited)),
    ...humanPools(inCanonicalOrder(fleet.human ?? []), named, unlimited),
  ];
}

function localPool(file: LocalFile, dimensions: readonly string[]): LocalPool {
  const count = file.count ?? 1;
  return {
    kind: LOCAL, file, id: file.id, members: [file.id], units: count === 1 ? [file.id] : numbered(file.id, count),
    speed: file.speed ?? 1, slots: file.slots ?? UNLIMITED, capacity: capacityOf(file, dimensions),
  };
}

function cloudPool(file: CloudFile, dimensions: readonly string[]): CloudPool {
  return {
    kind: CLOUD, file, id: file.id, members: [file.id], units: numbered(file.id, file.max),
    speed: file.speed ?? 1, slots: file.slots ?? UNLIMITED, capacity: capacityOf(file, dimensions),
  };
}

function apiPool(file: ApiFile, capacity: readonly number[]): ApiPool {
  return {
    kind: API, file, id: file.id, members: [file.id], units: [file.id], speed: 1, slots: file.concurrency ?? UNLIMITED, capacity,
    latency: file.latency === undefined ? undefined : parseDistribution(file.latency),
    requestBurst: bucketSize(file.requestsPerMinute, file.requestBurst), tokenBurst: bucketSize(file.tokensPerMinute, file.tokenBurst),
  };
}

/** One minute's worth unless said otherwise; never less than one, or nothing could ever be taken from it. */
function bucketSize(perMinute: number | undefined, burst: number | undefined): number {
  return perMinute === undefined ? Infinity : burst ?? Math.max(1, perMinute);
}

function humanPools(people: readonly HumanFile[], named: ReadonlySet<string>, capacity: readonly number[]): HumanPool[] {
  const alike = new Map<string, HumanFile[]>();
  for (const person of people) {
    const { costPerHour = 0, responseDelay = 0, decline = 0, concurrency = 1, speed = 1 } = person;
    const skills = [...new Set(person.skills)].sort();
    const key = canonicalJson([named.has(person.id) ? person.id : null, skills, costPerHour, parseDistribution(responseDelay), decline, concurrency, speed]);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [person]);
    else group.push(person);
  }
  return [...alike.values()].map((group) => {
    const file = group[0]!, members = group.map((person) => person.id);
    return {
      kind: HUMAN, file, id: groupId(members), members, units: members, speed: file.speed ?? 1, slots: file.concurrency ?? 1, capacity,
      skills: new Set(file.skills), calendars: group.map((person) => person.calendar ?? { always: true }),
    };
  });
}

/** `ada`, `ada+bo`, `ada+bo+cy`, and `ada+4` for five people. */
function groupId(members: readonly string[]): string {
  return members.length <= 3 ? members.join('+') : `${members[0]!}+${members.length - 1}`;
}

function numbered(id: string, count: number): string[] {
  return Array.from({ length: count }, (_, k) => `${id}/${k}`);
}

/** Ids and kinds that some task names as a class: a person named alone is not like the others. */
export function namedClasses(file: ScenarioFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const job of file.jobs) {
    for (const task of job.tasks) for (const name of classNames(task)) names.add(name);
  }
  return names;
}

const NO_NAMES: readonly string[] = [];

/** The classes a task names anywhere: in `on`, `duration.by` and `estimate.by`. */
export function classNames(task: TaskFile): readonly string[] {
  const { on = NO_NAMES, duration, estimate } = task;
  const by = typeof duration === 'object' && 'by' in duration ? Object.keys(duration.by) : NO_NAMES;
  const estimated = typeof estimate === 'object' ? Object.keys(estimate.by) : NO_NAMES;
  return by.length === 0 && estimated.length === 0 ? on : [...on, ...by, ...estimated];
}

function capacityOf(file: LocalFile | CloudFile, dimensions: readonly string[]): number[] {
  return dimensions.map((name) => {
    if (name === 'memory') return file.memory === undefined ? UNLIMITED : parseMemory(file.memory);
    if (name === 'cores') return file.cores === undefined ? UNLIMITED : Math.round(file.cores * 1000);
    if (name === 'gpu') return file.gpu ?? 0;
    return parseAmount(name, file.capacity?.[name] ?? 0);
  });
}

/** An amount of a dimension in the engine's units: MiB of memory, milli-cores, whole numbers of all else. Throws a plain Error. */
export function parseAmount(dimension: string, value: MemoryText): number {
  if (dimension !== 'cores' && dimension !== 'gpu') return bounded(parseMemory(value));
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Error(`${dimension} are a number, zero or more`);
  if (dimension === 'gpu' && !Number.isInteger(value)) throw new Error('gpus are a whole number');
  return bounded(dimension === 'cores' ? Math.round(value * 1000) : value);
}

function bounded(amount: number): number {
  if (amount > UNLIMITED) throw new Error('the amount is too large');
  return amount;
}
