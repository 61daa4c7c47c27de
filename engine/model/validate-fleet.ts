// What a fleet means, beyond its shape: ids that tell entries apart, amounts that fit, markets that are sold, steps and
// calendars in order.
import { nearestName } from './errors.ts';
import type { FaultList } from './fault-list.ts';
import { joinPath } from './fault-path.ts';
import { BASE_DIMENSIONS, fleetPools, parseAmount } from './fleet-pools.ts';
import type { ApiFile, CalendarFile, CloudFile, FleetFile, HumanFile, LocalFile, MemoryText } from './scenario.ts';
import { RESOURCE_KINDS } from './states.ts';
import { parseBandwidth } from './units.ts';

type Entry = LocalFile | CloudFile | ApiFile | HumanFile;

/** Adds the faults of a fleet; entries of broken shape are passed over. */
export function checkFleet(fleet: FleetFile, found: FaultList): void {
  checkDimensions(fleet, found);
  checkIds(fleet, found);
  eachEntry(fleet.local, 'local', found, (local, path) => checkMachine(local, path, fleet, found));
  eachEntry(fleet.cloud, 'cloud', found, (cloud, path) => checkCloud(cloud, path, fleet, found));
  eachEntry(fleet.api, 'api', found, (api, path) => checkApi(api, path, found));
  eachEntry(fleet.human, 'human', found, (human, path) => {
    found.distribution(human.responseDelay, `${path}.responseDelay`);
    if (human.calendar !== undefined) checkCalendar(human.calendar, `${path}.calendar`, found);
  });
  if (fleet.network !== undefined) {
    const { bandwidth, latency } = fleet.network;
    const rate = found.parse('bad-bandwidth', 'fleet.network.bandwidth', bandwidth, () => parseBandwidth(bandwidth));
    const hint = 'leave "network" out if data is free to move';
    if (rate === 0) found.add('bad-bandwidth', 'fleet.network.bandwidth', 'is zero', { value: bandwidth, hint });
    found.duration(latency, 'fleet.network.latency');
  }
}

/** All ids of the fleet that can be read, in file order. */
export function fleetIds(fleet: FleetFile): string[] {
  return RESOURCE_KINDS.flatMap((kind) => (fleet[kind] ?? []).flatMap((entry: Entry | null) => (typeof entry?.id === 'string' ? [entry.id] : [])));
}

function eachEntry<T extends Entry>(entries: readonly T[] | undefined, kind: string, found: FaultList, check: (entry: T, path: string) => void): void {
  entries?.forEach((entry, k) => {
    const path = `fleet.${kind}[${k}]`;
    if (!found.broken(() => path)) check(entry, path);
  });
}

function checkDimensions({ dimensions = [] }: FleetFile, found: FaultList): void {
  dimensions.forEach((name, k) => {
    if ((BASE_DIMENSIONS as readonly string[]).includes(name) || dimensions.indexOf(name) < k) {
      found.add('duplicate-id', `fleet.dimensions[${k}]`, 'is a dimension already', { value: name });
    }
  });
}

function checkIds(fleet: FleetFile, found: FaultList): void {
  const seen = new Map<string, string>();
  for (const kind of RESOURCE_KINDS) {
    eachEntry<Entry>(fleet[kind], kind, found, ({ id }, path) => {
      const earlier = seen.get(id);
      if (earlier !== undefined) found.add('duplicate-id', `${path}.id`, 'is the id of another resource', { value: id, hint: `see ${earlier}` });
      else seen.set(id, path);
      if (id !== kind && (RESOURCE_KINDS as readonly string[]).includes(id)) {
        found.add('ambiguous-id', `${path}.id`, 'is the name of another kind of resource', { value: id, hint: 'tasks that name it could mean either' });
      }
    });
  }
  if ([...seen.keys()].some((id) => id.includes('/')) && !found.anyWithin('fleet')) checkUnitIds(fleet, found);
}

/** An entry called `gpu/0` beside a pool `gpu` would share the name of its first VM. */
function checkUnitIds(fleet: FleetFile, found: FaultList): void {
  const units = new Set<string>();
  for (const unit of fleetPools(fleet, new Set(fleetIds(fleet))).flatMap((pool) => pool.units)) {
    const hint = 'machines and VMs of "x" are called "x/0", "x/1", ...';
    if (units.has(unit)) found.add('duplicate-id', 'fleet', 'names two units alike', { value: unit, hint });
    units.add(unit);
  }
}

function checkMachine(file: LocalFile | CloudFile, path: string, { dimensions = [] }: FleetFile, found: FaultList): void {
  const { memory, cores } = file;
  if (memory !== undefined) {
    const mib = found.parse('bad-memory', `${path}.memory`, memory, () => parseAmount('memory', memory));
    if (mib === 0) found.add('bad-memory', `${path}.memory`, 'is zero', { value: memory });
  }
  if (cores !== undefined) found.parse('out-of-range', `${path}.cores`, cores, () => parseAmount('cores', cores));
  for (const [name, value] of Object.entries(file.capacity ?? {})) {
    const at = joinPath(`${path}.capacity`, name);
    if (!dimensions.includes(name)) found.add('unknown-dimension', at, 'is no dimension of the fleet', { value, hint: dimensionHint(name, dimensions) });
    else found.parse('bad-memory', at, value, () => parseAmount(name, value));
  }
}

function dimensionHint(name: string, dimensions: readonly string[]): string {
  if ((BASE_DIMENSIONS as readonly string[]).includes(name)) return `write it as "${name}" of the entry itself`;
  const near = nearestName(name, dimensions);
  return near === undefined ? 'name it in fleet.dimensions' : `did you mean "${near}"?`;
}

function checkCloud(cloud: CloudFile, path: string, fleet: FleetFile, found: FaultList): void {
  const { spot, billing, onDemand } = cloud;
  checkMachine(cloud, path, fleet, found);
  found.distribution(cloud.spinUp, `${path}.spinUp`);
  if (onDemand === undefined && spot === undefined) {
    found.add('no-market', path, 'is sold neither on demand nor on spot', { value: cloud.id, hint: 'give "onDemand" or "spot" a price' });
  }
  found.duration(billing?.granularity, `${path}.billing.granularity`, { positive: true });
  found.duration(billing?.minimum, `${path}.billing.minimum`);
  found.duration(billing?.freeIfInterruptedWithin, `${path}.billing.freeIfInterruptedWithin`);
  if (spot === undefined) return;
  found.duration(spot.notice, `${path}.spot.notice`);
  if (typeof spot.price !== 'number') checkAscending(spot.price.steps.map(([at]) => at), `${path}.spot.price.steps`, 'unsorted-steps', found);
  if (spot.availability !== undefined) checkAscending(spot.availability.map(([at]) => at), `${path}.spot.availability`, 'unsorted-steps', found);
  if (spot.interruptions !== undefined && 'times' in spot.interruptions) {
    spot.interruptions.times.forEach((times, k) => checkAscending(times, `${path}.spot.interruptions.times[${k}]`, 'unsorted-times', found));
  }
}

/** Reports the first place where the instants do not grow. */
function checkAscending(instants: readonly number[], path: string, code: string, found: FaultList): void {
  const k = instants.findIndex((at, i) => i > 0 && at <= instants[i - 1]!);
  if (k > 0) found.add(code, `${path}[${k}]`, 'is not later than the one before it', { value: instants[k], hint: `after ${instants[k - 1]!} ms` });
}

function checkApi(api: ApiFile, path: string, found: FaultList): void {
  found.distribution(api.latency, `${path}.latency`);
  found.duration(api.retryAfter, `${path}.retryAfter`);
  api.outages?.forEach((outage, k) => {
    found.duration(outage.at, `${path}.outages[${k}].at`);
    found.duration(outage.for, `${path}.outages[${k}].for`);
  });
}

function checkCalendar(calendar: CalendarFile, path: string, found: FaultList): void {
  if ('intervals' in calendar) {
    const { intervals } = calendar;
    const empty = intervals.findIndex(([start, end]) => end <= start);
    const overlapping = intervals.findIndex(([start], k) => k > 0 && start < intervals[k - 1]![1]);
    if (empty >= 0) found.add('bad-calendar', `${path}.intervals[${empty}]`, 'does not end after it starts', { value: intervals[empty] });
    if (overlapping >= 0) {
      const hint = 'intervals are sorted and disjoint';
      found.add('bad-calendar', `${path}.intervals[${overlapping}]`, 'starts before the one before it ends', { value: intervals[overlapping], hint });
    }
  } else if ('weekly' in calendar) {
    calendar.weekly.forEach(({ from, to }, k) => {
      const hint = 'for the whole day write "00:00" to "24:00"';
      if (from === to) found.add('bad-calendar', `${path}.weekly[${k}]`, 'starts when it ends', { value: `${from}-${to}`, hint });
    });
  }
}

/** An amount of a dimension some task demands. */
export function checkAmount(dimension: string, value: MemoryText, path: string, found: FaultList): void {
  found.parse(dimension === 'memory' ? 'bad-memory' : 'bad-demand', path, value, () => parseAmount(dimension, value));
}
