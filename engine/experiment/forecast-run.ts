// What a run may still bring: many futures from one instant, as bands of its end and cost and the chance of each deadline.
// Asked what the loss of a VM would do, it makes each future twice, once with the VM killed at that instant, and says what
// lies between the two. Deterministic: future k is drawn from seed k, whoever asks.
import { quantile } from '../metrics/quantile.ts';
import { Forecaster } from '../sim/forecast.ts';
import type { ForkSource, Future } from '../sim/forecast.ts';
import type { SimulationOptions } from '../sim/run.ts';
import type { Instance, Problem } from '../model/problem.ts';
import { assert, inputError } from '../model/errors.ts';
import { CLOUD, VM_OFF } from '../model/states.ts';
import { suggestion } from '../model/suggestion.ts';

/** Order statistics by nearest rank: in that share of the futures it is this or less. NaN when there are none. */
export interface Band { readonly p10: number; readonly p50: number; readonly p90: number }

/** What a set of futures came to. */
export interface Outlook {
  /** Futures that did not reach their end, by cause. They are in no band. */
  readonly unfinished: Readonly<Record<string, number>>;
  /** ms since the epoch. */
  readonly finish: Band;
  /** Micro-dollars of the whole run. */
  readonly cost: Band;
  readonly jobs: readonly JobForecast[];
}

export interface RunForecast extends Outlook {
  /** ms since the epoch: the instant the futures go on from. */
  readonly at: number;
  readonly futures: number;
  /** When it was asked what a loss would do. */
  readonly loss?: LossForecast;
}

/** The same futures, with one VM killed at their first instant, without notice. */
export interface LossForecast extends Outlook {
  readonly vm: string;
  /** Futures that reach their end both ways; the bands below are of these. */
  readonly pairs: number;
  /** By how much later the run ends, and how much more it costs, future by future: ms and micro-dollars, negative for earlier and less. */
  readonly later: Band;
  readonly dearer: Band;
}

export interface JobForecast {
  readonly job: string;
  readonly finish: Band;
  /** ms since the epoch; -1 for none. */
  readonly deadline: number;
  /** Share of all futures in which the deadline is met, -1 without one. */
  readonly onTime: number;
}

export interface ForecastOptions extends Pick<SimulationOptions, 'policy' | 'parameters' | 'weights'> {
  /** A VM that is up: what would follow if it were killed now is forecast too. */
  readonly lose?: string;
}

/** A forecast that grows: `add` futures, look at `result` at any time. */
export class RunForecaster {
  private readonly source: ForkSource | undefined;
  private readonly at: number;
  private readonly plain: Futures;
  private readonly loss: { readonly vm: string; readonly futures: Futures; readonly later: number[]; readonly dearer: number[] } | undefined;

  /**
   * `source`: undefined for a run that has not begun. `options`: the policy of the run with its parameters and weights, or others, to see what they would do from here. Throws
   * `InputError` `unknown-vm` or `vm-not-up` for a VM that cannot be lost.
   */
  constructor(instance: Instance, source: ForkSource | undefined, at: number, { lose, ...options }: ForecastOptions) {
    this.source = source;
    this.at = at;
    this.plain = new Futures(instance, new Forecaster(instance, options));
    if (lose === undefined || source === undefined) return;
    const unit = unitToLose(instance.problem, source, lose), kill = { kind: 'terminate', at: Math.max(at, source.world.kernel.now), unit, pool: -1, count: 1, task: -1, notice: 0 } as const;
    this.loss = { vm: lose, futures: new Futures(instance, new Forecaster(instance, { ...options, faults: [kill] })), later: [], dearer: [] };
  }

  /** Makes the next `count` futures. */
  add(count: number): void {
    const { plain, loss, source } = this;
    for (const last = plain.made + count; plain.made < last;) {
      const kept = plain.add(source);
      if (loss === undefined) continue;
      const lost = loss.futures.add(source);
      if (kept.cause !== 'finished' || lost.cause !== 'finished') continue;
      loss.later.push(lost.endedAt - kept.endedAt);
      loss.dearer.push(lost.costMicroUsd - kept.costMicroUsd);
    }
  }

  result(): RunForecast {
    const { at, plain, loss } = this;
    assert(plain.made > 0, 'a forecast has at least one future');
    return {
      at, futures: plain.made, ...plain.outlook(),
      ...(loss === undefined ? {} : { loss: { vm: loss.vm, ...loss.futures.outlook(), pairs: loss.later.length, later: bandOf(loss.later), dearer: bandOf(loss.dearer) } }),
    };
  }
}

/** Futures of one kind, gathered. */
class Futures {
  made = 0;
  private readonly problem: Problem;
  private readonly forecaster: Forecaster;
  private readonly ends: number[] = [];
  private readonly costs: number[] = [];
  private readonly jobEnds: number[][];
  private readonly onTime: number[];
  private readonly unfinished = new Map<string, number>();

  constructor({ problem }: Instance, forecaster: Forecaster) {
    this.problem = problem;
    this.forecaster = forecaster;
    this.jobEnds = Array.from({ length: problem.jobCount }, () => []);
    this.onTime = new Array<number>(problem.jobCount).fill(0);
  }

  add(source: ForkSource | undefined): Future {
    const { problem: { jobCount, jobDeadline } } = this, future = this.forecaster.future(source, ++this.made), { cause, endedAt, costMicroUsd, jobEndedAt } = future;
    if (cause === 'finished') { this.ends.push(endedAt); this.costs.push(costMicroUsd); }
    else this.unfinished.set(cause, (this.unfinished.get(cause) ?? 0) + 1);
    for (let j = 0; j < jobCount; j++) {
      const end = jobEndedAt[j]!;
      if (Number.isNaN(end)) continue;
      this.jobEnds[j]!.push(end);
      if (end <= jobDeadline[j]!) this.onTime[j]!++;
    }
    return future;
  }

  outlook(): Outlook {
    const { made, problem: { jobIds, jobDeadline } } = this;
    return {
      unfinished: Object.fromEntries([...this.unfinished].sort(([a], [b]) => (a < b ? -1 : 1))), finish: bandOf(this.ends), cost: bandOf(this.costs),
      jobs: jobIds.map((job, j) => ({ job, finish: bandOf(this.jobEnds[j]!), deadline: jobDeadline[j]! < Infinity ? jobDeadline[j]! : -1, onTime: jobDeadline[j]! < Infinity ? this.onTime[j]! / made : -1 })),
    };
  }
}

/** Number of a VM that is up, or on its way. */
function unitToLose(problem: Problem, { world: { kernel: { state } } }: ForkSource, vm: string): number {
  const unit = problem.unitIds.indexOf(vm), vms = problem.unitIds.filter((_, u) => problem.unitKind[u] === CLOUD), up = problem.unitIds.filter((_, u) => problem.unitKind[u] === CLOUD && state.vmState[u] !== VM_OFF);
  if (unit < 0 || problem.unitKind[unit] !== CLOUD) throw inputError('unknown-vm', 'lose', 'the fleet has no VM of this name', { value: vm, hint: suggestion(vm, vms) });
  if (state.vmState[unit] === VM_OFF) throw inputError('vm-not-up', 'lose', 'is off: there is nothing to lose', { value: vm, hint: up.length === 0 ? 'no VM is up' : `up now: ${up.slice(0, 12).join(', ')}` });
  return unit;
}

/** Of the values, which need not be sorted. */
export function bandOf(values: readonly number[]): Band {
  const sorted = Float64Array.from(values).sort(), at = (p: number) => (sorted.length === 0 ? NaN : quantile(sorted, p));
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
