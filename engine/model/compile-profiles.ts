// Profiles: tasks with the same needs share one row of columns, however many there are, so that the hot loop touches
// little memory. Durations factor into work (per task) x scale (per profile and pool) so that the same machine park and
// class rule give the same scales for every task: round(work x scale) is the estimate in ms, exactly.
//
// The expensive part (which pools, which demand) is found once per distinct text of a task's needs and remembered; the
// numbering is by first appearance in canonical task order, so it does not depend on the file's order.
import type { CompileMemo } from './compile-memo.ts';
import { DEFAULT_ATTEMPTS } from './defaults.ts';
import { parseDistribution, unitShape } from './distribution-text.ts';
import { fixed, type Distribution } from './distribution.ts';
import { inputError } from './errors.ts';
import type { Pool } from './fleet-pools.ts';
import type { Problem, Truth } from './problem.ts';
import type { DistributionText, TaskFile } from './scenario.ts';
import { classOf, demandVector, misfit, modelsByClass, servedBy, type ServedBy } from './task-options.ts';
import { parseDuration } from './units.ts';

/** One pool that may run a template's tasks. `speed`: what a model is divided by, 1 for one that is exact. */
interface Option extends ServedBy {
  readonly pool: number;
  readonly speed: number;
}

/** What all tasks with one text of needs have in common. */
interface Template {
  readonly options: readonly Option[];
  readonly demand: readonly number[];
  /** The part of a profile's key that does not depend on durations. */
  readonly key: string;
  readonly group: number;
  readonly requests: number;
  readonly tokens: number;
  readonly batch: number;
  /** Profile of a task whose one model has this shape. */
  readonly byShape: Map<number, number>;
}

interface Model { readonly mean: number; readonly shape: number }

/** What `profileOf` says of a task beside its profile. */
interface Works { truth: number; estimate: number }

export type ProfileColumns = Pick<Problem, 'profileCount' | 'groupCount' | 'optionFirst' | 'optionPool' | 'optionScale' | 'profileGroup' | 'groupFirst'
  | 'demand' | 'profileRequests' | 'profileTokens' | 'profileAttempts' | 'profileBatch' | 'profileCheckpointInterval' | 'profileCheckpointCost'
  | 'profileInterruptible'>;

export interface CompiledTasks {
  /** Dimensions some task demands, as positions in the fleet's dimensions. */
  readonly keptDimensions: readonly number[];
  readonly taskProfile: Int32Array;
  readonly taskWork: Float64Array;
  readonly columns: ProfileColumns;
  readonly truth: Pick<Truth, 'taskWork' | 'optionScale' | 'optionShape' | 'shapes' | 'profileFailureRate'>;
}

/** Profiles and work of all tasks, given in canonical order. */
export function compileProfiles(
  tasks: readonly TaskFile[], pools: readonly Pool[], dimensions: readonly string[], batchKeys: readonly string[], memo?: CompileMemo,
): CompiledTasks {
  const table = new ProfileTable(pools, dimensions, batchKeys, memo), count = tasks.length;
  const taskProfile = new Int32Array(count), taskWork = new Float64Array(count), trueWork = new Float64Array(count);
  const works: Works = { truth: 0, estimate: 0 };
  let apart = false;
  for (let t = 0; t < count; t++) {
    taskProfile[t] = table.profileOf(tasks[t]!, works);
    taskWork[t] = works.estimate;
    trueWork[t] = works.truth;
    if (works.estimate !== works.truth) apart = true;
  }
  const { columns, truth, keptDimensions } = table.finish(taskProfile);
  return { keptDimensions, taskProfile, taskWork, columns, truth: { ...truth, taskWork: apart ? trueWork : taskWork } };
}

class ProfileTable {
  private readonly memo: CompileMemo | undefined;
  private readonly pools: readonly Pool[];
  private readonly dimensions: readonly string[];
  private readonly batchIndex: ReadonlyMap<string, number>;
  private readonly templates = new Map<string, Template>();
  private readonly groups = new Map<string, number>();
  private readonly profiles = new Map<string, number>();
  private readonly models = new Map<string, Model>();
  private readonly shapeIndex = new Map<string, number>([[JSON.stringify(fixed(1)), 0]]);
  private readonly shapes: Distribution[] = [fixed(1)];
  private readonly rows: { readonly template: Template; readonly task: TaskFile }[] = [];
  private readonly optionFirst: number[] = [0];
  private readonly optionScale: number[] = [];
  private readonly trueScale: number[] = [];
  private readonly optionShape: number[] = [];
  // Scratch of the task in hand, one number an option.
  private readonly scales: number[] = [];
  private readonly estimateScales: number[] = [];
  private readonly bases: Model[] = [];
  private nudged = false;

  constructor(pools: readonly Pool[], dimensions: readonly string[], batchKeys: readonly string[], memo: CompileMemo | undefined) {
    this.memo = memo;
    this.pools = pools;
    this.dimensions = dimensions;
    this.batchIndex = new Map(batchKeys.map((key, k) => [key, k]));
  }

  /** The task's profile; its true and estimated work go into `works`. */
  profileOf(task: TaskFile, works: Works): number {
    const template = this.templateOf(task), { options } = template, by = modelsByClass(task);
    const one = by === undefined ? this.modelOf(task.duration as DistributionText) : undefined;
    this.bases.length = 0;
    for (const option of options) this.bases.push(one ?? this.optionModel(by!, option));
    this.nudged = false;
    works.truth = works.estimate = this.factor(options, (o) => this.bases[o]!.mean, this.scales);
    if (task.estimate !== undefined) works.estimate = this.factor(options, this.estimateOf(task, options), this.estimateScales);
    // The fast path: the profile of a task with one model, and scales that are ratios of speeds, is that of its shape.
    const plain = one !== undefined && task.estimate === undefined && !this.nudged && works.truth > 0;
    const known = plain ? template.byShape.get(one.shape) : undefined;
    if (known !== undefined) return known;
    const profile = this.addProfile(task, template, task.estimate === undefined ? this.scales : this.estimateScales);
    if (plain) template.byShape.set(one.shape, profile);
    return profile;
  }

  /** All columns, with the demand of the dimensions that some task demands (at least one). */
  finish(taskProfile: Int32Array): Pick<CompiledTasks, 'columns' | 'keptDimensions'> & { readonly truth: Omit<CompiledTasks['truth'], 'taskWork'> } {
    const { rows, dimensions } = this, int32 = (of: (row: Template, task: TaskFile) => number) => Int32Array.from(rows, (row) => of(row.template, row.task));
    const float64 = (of: (task: TaskFile) => number) => Float64Array.from(rows, (row) => of(row.task));
    const demanded = dimensions.map((_, d) => d).filter((d) => rows.some((row) => row.template.demand[d]! > 0));
    const keptDimensions = demanded.length === 0 ? [0] : demanded, profileGroup = int32((template) => template.group);
    const optionScale = Float64Array.from(this.optionScale), apart = this.optionScale.some((scale, o) => scale !== this.trueScale[o]);
    const columns: ProfileColumns = {
      profileCount: rows.length, groupCount: this.groups.size, profileGroup, groupFirst: this.groupFirst(taskProfile, profileGroup),
      optionFirst: Int32Array.from(this.optionFirst), optionScale,
      optionPool: Int32Array.from(rows.flatMap((row) => row.template.options.map((option) => option.pool))),
      demand: Int32Array.from(rows.flatMap((row) => keptDimensions.map((d) => row.template.demand[d]!))),
      profileRequests: int32((template) => template.requests), profileTokens: int32((template) => template.tokens),
      profileBatch: int32((template) => template.batch), profileAttempts: int32((_, task) => task.attempts ?? DEFAULT_ATTEMPTS),
      profileCheckpointInterval: float64(checkpointInterval), profileCheckpointCost: float64(checkpointCost),
      profileInterruptible: Uint8Array.from(rows, (row) => (row.task.interruptible === false ? 0 : 1)),
    };
    const truth = {
      optionScale: apart ? Float64Array.from(this.trueScale) : optionScale, optionShape: Int32Array.from(this.optionShape), shapes: this.shapes,
      profileFailureRate: float64((task) => task.failureRate ?? 0),
    };
    return { columns, truth, keptDimensions };
  }

  private groupFirst(taskProfile: Int32Array, profileGroup: Int32Array): Int32Array {
    const first = new Int32Array(this.groups.size + 1);
    for (const profile of taskProfile) first[profileGroup[profile]! + 1]!++;
    for (let g = 1; g < first.length; g++) first[g]! += first[g - 1]!;
    return first;
  }

  private templateOf(task: TaskFile): Template {
    const key = this.memo === undefined ? needsText(task) : this.memo.needsOf(task, needsText);
    let template = this.templates.get(key);
    if (template === undefined) this.templates.set(key, template = this.buildTemplate(task));
    return template;
  }

  private buildTemplate(task: TaskFile): Template {
    const demand = demandVector(task, this.dimensions), options: Option[] = [];
    this.pools.forEach((pool, p) => {
      const served = servedBy(task, pool);
      if (served === undefined || misfit(task, demand, pool, this.dimensions) !== undefined) return;
      options.push({ ...served, pool: p, speed: served.exact ? 1 : pool.speed });
    });
    if (options.length === 0) {
      throw inputError('impossible-task', '', 'no resource can ever run the task', { value: task.id, hint: 'validateScenario says what is missing' });
    }
    const batch = task.batchKey === undefined ? -1 : this.batchIndex.get(task.batchKey) ?? -1, { requests = 1, tokens = 0 } = task;
    // Skills are in the pools already: two tasks that the same people can do are alike.
    const groupKey = `${options.map((option) => option.pool).join()};${demand.join()};${requests > 0};${tokens > 0};${batch};${task.interruptible !== false}`;
    let group = this.groups.get(groupKey);
    if (group === undefined) this.groups.set(groupKey, group = this.groups.size);
    const { attempts = DEFAULT_ATTEMPTS, failureRate = 0 } = task;
    const key = `${group};${requests};${tokens};${attempts};${failureRate};${checkpointInterval(task)};${checkpointCost(task)}`;
    return { options, demand, key, group, requests, tokens, batch, byShape: new Map() };
  }

  /**
   * Splits the durations base / speed of all options into work and scales; the work is the duration on the first option.
   * A scale is (base ratio) x (speed ratio), equal for all tasks of one model, nudged where rounding would miss the ms.
   */
  private factor(options: readonly Option[], baseOf: (option: number) => number, scales: number[]): number {
    scales.length = 0;
    const base0 = baseOf(0), speed0 = options[0]!.speed;
    if (base0 === 0) {
      // No ratio to zero: work of 1 ms, or none at all.
      for (let o = 0; o < options.length; o++) scales.push(baseOf(o) / options[o]!.speed);
      if (scales.some((scale) => scale > 0)) return 1;
      scales.fill(1);
      return 0;
    }
    const work = base0 / speed0;
    for (let o = 0; o < options.length; o++) {
      const base = baseOf(o), { speed } = options[o]!, scale = (base / base0) * (speed0 / speed), estimate = Math.round(base / speed);
      const misses = Math.round(work * scale) !== estimate;
      if (misses) this.nudged = true;
      scales.push(misses ? estimate / work : scale);
    }
    return work;
  }

  /** The estimate's base by option: one for all, one by class, and the mean where the classes are silent. */
  private estimateOf(task: TaskFile, options: readonly Option[]): (option: number) => number {
    const estimate = task.estimate!;
    if (typeof estimate !== 'object') {
      const all = parseDuration(estimate);
      return (o) => all * this.relative(options[o]!);
    }
    const { by } = estimate;
    return (o) => {
      const option = options[o]!, pool = this.pools[option.pool]!, key = classOf(pool, (name) => Object.hasOwn(by, name));
      if (key === undefined) return this.bases[o]!.mean;
      const base = parseDuration(by[key]!);
      return key === pool.members[0] ? base * option.speed : base * this.relative(option);
    };
  }

  /** An estimate for a kind is on the reference core, also where the model it replaces is exact and has no speed to divide by. */
  private relative(option: Option): number {
    return option.speed / this.pools[option.pool]!.speed;
  }

  private optionModel(by: Readonly<Record<string, DistributionText>>, option: Option): Model {
    if (option.key !== undefined) return this.modelOf(by[option.key]!);
    const pool = this.pools[option.pool]!;
    return this.modelOf('latency' in pool.file ? pool.file.latency! : 0);
  }

  private modelOf(text: DistributionText): Model {
    if (typeof text === 'number') return { mean: parseDuration(text), shape: 0 };
    const key = typeof text === 'string' ? text : JSON.stringify(text);
    let model = this.models.get(key);
    if (model === undefined) {
      const distribution = parseDistribution(text);
      this.models.set(key, model = { mean: distribution.mean, shape: this.shapeOf(distribution) });
    }
    return model;
  }

  private shapeOf(distribution: Distribution): number {
    const shape = unitShape(distribution), key = JSON.stringify(shape);
    let index = this.shapeIndex.get(key);
    if (index === undefined) {
      this.shapeIndex.set(key, index = this.shapes.length);
      this.shapes.push(shape);
    }
    return index;
  }

  private addProfile(task: TaskFile, template: Template, estimateScales: readonly number[]): number {
    const shapes = this.bases.map((base) => base.shape);
    const key = `${template.key};${this.scales.join()};${estimateScales.join()};${shapes.join()}`;
    let profile = this.profiles.get(key);
    if (profile === undefined) {
      this.profiles.set(key, profile = this.rows.length);
      this.rows.push({ template, task });
      this.optionScale.push(...estimateScales);
      this.trueScale.push(...this.scales);
      this.optionShape.push(...shapes);
      this.optionFirst.push(this.optionScale.length);
    }
    return profile;
  }
}

/** Tasks with one text of needs share a template. */
function needsText(task: TaskFile): string {
  const by = modelsByClass(task);
  return JSON.stringify([task.on, task.demand, task.skills, task.batchKey, task.checkpoint, task.attempts, task.failureRate, task.interruptible,
    task.requests, task.tokens, by === undefined ? 0 : Object.keys(by)]);
}

function checkpointInterval(task: TaskFile): number {
  return task.checkpoint === undefined ? 0 : parseDuration(task.checkpoint.interval);
}

function checkpointCost(task: TaskFile): number {
  return task.checkpoint === undefined ? 0 : parseDuration(task.checkpoint.cost);
}
