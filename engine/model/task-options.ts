// Where a task may run at all: the class rule of the scenario file, and what of a task's needs a pool can never meet.
// Validation tells of it, compile builds the options from it; there is one reading of the rule.
import { DEFAULT_CLASSES } from './defaults.ts';
import { parseAmount, kindName, UNLIMITED, type Pool } from './fleet-pools.ts';
import type { DistributionText, TaskFile } from './scenario.ts';
import { API, CLOUD, HUMAN } from './states.ts';
import { formatMemory } from './units.ts';

const NO_SKILLS: readonly string[] = [];

/** The part of a task that decides where it may run. */
export type TaskNeeds = Pick<TaskFile, 'duration' | 'on' | 'demand' | 'skills' | 'requests' | 'tokens' | 'interruptible'>;

/** How a pool serves a task: by the model of a class. */
export interface ServedBy {
  /** The key of `duration.by`; undefined when the task has one model, or the API's latency is meant. */
  readonly key: string | undefined;
  /** The model names the very entry: its speed is in it. */
  readonly exact: boolean;
}

const REFERENCE: ServedBy = { key: undefined, exact: false };
const LATENCY: ServedBy = { key: undefined, exact: true };

/** The models of a task by class, or undefined when it has one for all. */
export function modelsByClass(task: Pick<TaskFile, 'duration'>): Readonly<Record<string, DistributionText>> | undefined {
  return typeof task.duration === 'object' && 'by' in task.duration ? task.duration.by : undefined;
}

/** The name under which `has` knows the pool: its id, which wins, or its kind. Several people share a pool only if none is named. */
export function classOf(pool: Pool, has: (name: string) => boolean): string | undefined {
  const id = pool.members[0]!, kind = kindName(pool);
  return pool.members.length === 1 && has(id) ? id : has(kind) ? kind : undefined;
}

/**
 * How the pool may serve the task by class, or undefined. With models by class, `on` adds the APIs that answer at their
 * own latency.
 */
export function servedBy(task: Pick<TaskFile, 'duration' | 'on'>, pool: Pool): ServedBy | undefined {
  const by = modelsByClass(task);
  const listed = () => classOf(pool, (name) => (task.on ?? DEFAULT_CLASSES).includes(name)) !== undefined;
  if (by === undefined) return listed() ? REFERENCE : undefined;
  const key = classOf(pool, (name) => Object.hasOwn(by, name));
  if (key !== undefined) return { key, exact: key === pool.members[0] };
  return pool.kind === API && pool.latency !== undefined && task.on !== undefined && listed() ? LATENCY : undefined;
}

/** The demand of a task over all dimensions of the fleet, in the engine's units. */
export function demandVector(task: Pick<TaskFile, 'demand'>, dimensions: readonly string[]): number[] {
  const { demand } = task;
  return dimensions.map((name) => (demand !== undefined && Object.hasOwn(demand, name) ? parseAmount(name, demand[name]!) : 0));
}

/** Something a pool can never give: how far off it is (1 = hopeless), and a phrase such as `ws has 40 GB of memory, 64 GB are needed`. */
export interface Misfit {
  readonly distance: number;
  readonly phrase: string;
}

/** What keeps the pool from ever running a task of this demand that its class allows there; undefined when nothing does. */
export function misfit(task: TaskNeeds, demand: readonly number[], pool: Pool, dimensions: readonly string[]): Misfit | undefined {
  for (let d = 0; d < demand.length; d++) {
    const have = pool.capacity[d]!, need = demand[d]!;
    if (need <= have) continue;
    const name = dimensions[d]!;
    return { distance: (need - have) / need, phrase: `${pool.id} has ${amount(name, have)}, ${amount(name, need)} needed` };
  }
  switch (pool.kind) {
    case HUMAN: return missingSkills(task.skills ?? NO_SKILLS, pool.skills, pool.id);
    case CLOUD: return pool.file.onDemand === undefined && task.interruptible === false
      ? { distance: 0.5, phrase: `${pool.id} is sold on spot only, and the task is not interruptible` } : undefined;
    case API: return bucketTooSmall(task.requests ?? 1, pool.requestBurst, 'requests', pool.id)
      ?? bucketTooSmall(task.tokens ?? 0, pool.tokenBurst, 'tokens', pool.id);
    default: return undefined;
  }
}

function missingSkills(needed: readonly string[], had: ReadonlySet<string>, id: string): Misfit | undefined {
  const missing = needed.filter((skill) => !had.has(skill));
  if (missing.length === 0) return undefined;
  return { distance: missing.length / needed.length, phrase: `${id} lacks ${missing.map((skill) => `"${skill}"`).join(', ')}` };
}

/** A bucket that never holds what a call takes never lets it through. */
function bucketTooSmall(needed: number, size: number, what: string, id: string): Misfit | undefined {
  return needed <= size ? undefined : { distance: (needed - size) / needed, phrase: `${id} takes bursts of ${size} ${what}, ${needed} needed` };
}

function amount(dimension: string, value: number): string {
  if (value >= UNLIMITED) return `unlimited ${dimension}`;
  if (dimension === 'memory') return `${formatMemory(value)} of memory`;
  return `${dimension === 'cores' ? value / 1000 : value} ${dimension}`;
}
