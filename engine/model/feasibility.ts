// Whether every task can ever run, on this fleet, in this time, for this money: necessary conditions only, each cheap to
// check and true of every schedule. What passes may still fail to finish; what does not pass never could.
import { DEFAULT_CLASSES, DEFAULT_GRANULARITY, DEFAULT_HORIZON, DEFAULT_MINIMUM } from './defaults.ts';
import { parseDistribution } from './distribution-text.ts';
import type { FaultList } from './fault-list.ts';
import { fleetDimensions, fleetPools, kindName, type CloudPool, type Pool } from './fleet-pools.ts';
import type { DistributionText, ScenarioFile, TaskFile } from './scenario.ts';
import { API, CLOUD, HUMAN, LOCAL, RESOURCE_KINDS } from './states.ts';
import { demandVector, misfit, modelsByClass, servedBy, type Misfit, type ServedBy } from './task-options.ts';
import { formatDollars, parseDuration } from './units.ts';
import { fleetIds } from './validate-fleet.ts';

const HOUR_MS = 3_600_000;

interface Home { readonly pool: Pool; readonly served: ServedBy }
/** Where tasks of one text of needs can run; or why nowhere. */
type Verdict = { readonly homes: readonly Home[] } | { readonly message: string; readonly hint: string };

interface Dearest { readonly cost: number; readonly task: string }

/** Checks task after task, then the scenario as a whole. Needs a fleet without faults. */
export class Feasibility {
  private readonly file: ScenarioFile;
  private readonly dimensions: readonly string[];
  private readonly pools: readonly Pool[];
  private readonly verdicts = new Map<string, Verdict>();
  private readonly closedReported = new Set<string>();
  private readonly horizonMs: number;
  private dearest: Dearest = { cost: 0, task: '' };
  private readonly dearestOfJob = new Map<number, Dearest>();

  constructor(file: ScenarioFile, horizonMs: number | undefined) {
    this.file = file;
    this.dimensions = fleetDimensions(file.fleet);
    this.pools = fleetPools(file.fleet, new Set(fleetIds(file.fleet)));
    this.horizonMs = horizonMs ?? parseDuration(DEFAULT_HORIZON);
  }

  /** One task without faults of its own. */
  check(task: TaskFile, job: number, path: () => string, found: FaultList): void {
    this.checkListed(task, path, found);
    const verdict = this.verdictOf(task);
    if (!('homes' in verdict)) {
      found.add('impossible-task', path(), verdict.message, { value: task.id, hint: verdict.hint });
      return;
    }
    this.checkCalendars(task, verdict.homes, found);
    this.noteCost(task, job, verdict.homes);
  }

  /** Budgets that cannot pay for one single task. */
  finish(found: FaultList): void {
    const report = (budget: number | undefined, { cost, task }: Dearest, path: string) => {
      if (budget === undefined || found.anyWithin(path) || budget * 1e6 >= cost) return;
      const hint = `"${task}" alone is expected to cost ${formatDollars(cost)} where it is cheapest`;
      found.add('budget-too-small', path, 'cannot pay for one of the tasks', { value: budget, hint });
    };
    report(this.file.budget, this.dearest, 'budget');
    for (const [j, dearest] of this.dearestOfJob) report(this.file.jobs[j]!.budget, dearest, `jobs[${j}].budget`);
  }

  /** With models by class, everything in `on` needs a model of its own, or the latency of an API. */
  private checkListed(task: TaskFile, path: () => string, found: FaultList): void {
    if (modelsByClass(task) === undefined) return;
    task.on?.forEach((name, k) => {
      const meant = this.pools.filter((pool) => pool.id === name || kindName(pool) === name);
      if (meant.length === 0 || meant.some((pool) => servedBy(task, pool) !== undefined)) return;
      const hint = `name it in duration.by${meant.some((pool) => pool.kind === API) ? ', or give the API a latency' : ''}`;
      found.add('no-duration', `${path()}.on[${k}]`, 'has no duration', { value: name, hint });
    });
  }

  private verdictOf(task: TaskFile): Verdict {
    const by = modelsByClass(task);
    const key = JSON.stringify([task.on, task.demand, task.skills, task.interruptible, task.requests, task.tokens, by === undefined ? 0 : Object.keys(by)]);
    let verdict = this.verdicts.get(key);
    if (verdict === undefined) this.verdicts.set(key, verdict = this.judge(task));
    return verdict;
  }

  private judge(task: TaskFile): Verdict {
    const demand = demandVector(task, this.dimensions), homes: Home[] = [];
    let nearest: Misfit | undefined;
    for (const pool of this.pools) {
      const served = servedBy(task, pool);
      if (served === undefined) continue;
      const miss = misfit(task, demand, pool, this.dimensions);
      if (miss === undefined) homes.push({ pool, served });
      else if (nearest === undefined || miss.distance < nearest.distance) nearest = miss;
    }
    if (homes.length > 0) return { homes };
    if (nearest !== undefined) return { message: 'no resource can ever run the task', hint: `nearest: ${nearest.phrase}` };
    return { message: 'no resource of the fleet is of a class that may run the task', hint: this.classHint(task) };
  }

  private classHint(task: TaskFile): string {
    const by = modelsByClass(task), may = by === undefined ? task.on ?? DEFAULT_CLASSES : Object.keys(by);
    const has = RESOURCE_KINDS.filter((kind) => this.pools.some((pool) => kindName(pool) === kind));
    return `it may run on ${may.length === 0 ? 'nothing' : may.join(', ')}; the fleet has ${has.join(', ')}`;
  }

  /** People whose calendars never open are no home; reported once a person, with a task that has no other. */
  private checkCalendars(task: TaskFile, homes: readonly Home[], found: FaultList): void {
    if (homes.some(({ pool }) => !this.neverOpens(pool))) return;
    for (const { pool } of homes) {
      if (this.closedReported.has(pool.id)) continue;
      this.closedReported.add(pool.id);
      const k = this.file.fleet.human!.findIndex((person) => person.id === pool.id);
      const hint = `task "${task.id}" can be done by nobody else`;
      found.add('calendar-never-opens', `fleet.human[${k}].calendar`, 'never opens before the horizon', { value: pool.id, hint });
    }
  }

  private neverOpens(pool: Pool): boolean {
    if (pool.kind !== HUMAN) return false;
    return pool.calendars.every((calendar) => 'intervals' in calendar && !calendar.intervals.some(([start, end]) => end > 0 && start < this.horizonMs));
  }

  private noteCost(task: TaskFile, job: number, homes: readonly Home[]): void {
    const ofJob = this.file.jobs[job]!.budget !== undefined;
    if (this.file.budget === undefined && !ofJob) return;
    // Somebody must start the VM, whoever is charged for it: the spin-up counts against the scenario's budget only.
    const cost = Math.min(...homes.map((home) => expectedCost(task, home, true)));
    if (cost > this.dearest.cost) this.dearest = { cost, task: task.id };
    if (!ofJob) return;
    const own = Math.min(...homes.map((home) => expectedCost(task, home, false)));
    if (own > (this.dearestOfJob.get(job)?.cost ?? 0)) this.dearestOfJob.set(job, { cost: own, task: task.id });
  }
}

/** Expected micro-dollars of a task alone on a pool, at the lowest price the pool will ever have. */
function expectedCost(task: TaskFile, { pool, served }: Home, withSpinUp: boolean): number {
  const ms = expectedDuration(task, pool, served), perHour = (dollars: number, duration: number) => dollars * 1e6 * (duration / HOUR_MS);
  switch (pool.kind) {
    case LOCAL: return perHour(pool.file.energyPrice ?? 0, ms);
    case HUMAN: return perHour(pool.file.costPerHour ?? 0, ms);
    case API: return (pool.file.pricePerCall ?? 0) * (task.requests ?? 1) * 1e6 + (pool.file.pricePerToken ?? 0) * (task.tokens ?? 0) * 1e6;
    case CLOUD: return perHour(lowestPrice(pool, task.interruptible !== false), withSpinUp ? billed(pool, ms) : ms);
  }
}

function expectedDuration(task: TaskFile, pool: Pool, { key, exact }: ServedBy): number {
  const by = modelsByClass(task);
  if (by !== undefined && key === undefined) return pool.kind === API ? pool.latency!.mean : 0;
  return parseDistribution(key === undefined ? task.duration as DistributionText : by![key]!).mean / (exact ? 1 : pool.speed);
}

function billed({ file }: CloudPool, ms: number): number {
  const granularity = parseDuration(file.billing?.granularity ?? DEFAULT_GRANULARITY), minimum = parseDuration(file.billing?.minimum ?? DEFAULT_MINIMUM);
  return Math.max(minimum, Math.ceil((parseDistribution(file.spinUp).mean + ms) / granularity) * granularity);
}

function lowestPrice({ file: { onDemand, spot } }: CloudPool, interruptible: boolean): number {
  let lowest = onDemand?.price ?? Infinity;
  if (spot === undefined || !interruptible) return lowest;
  if (typeof spot.price === 'number') return Math.min(lowest, spot.price);
  for (const [, price] of spot.price.steps) lowest = Math.min(lowest, price);
  return lowest;
}
