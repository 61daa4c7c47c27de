// What a run may still bring: many futures from one instant, as bands of its end and cost and the chance of each deadline.
// Deterministic: future k is drawn from seed k, whoever asks.
import { quantile } from '../metrics/quantile.ts';
import { Forecaster } from '../sim/forecast.ts';
import type { ForkSource } from '../sim/forecast.ts';
import type { SimulationOptions } from '../sim/run.ts';
import type { Instance } from '../model/problem.ts';
import { assert } from '../model/errors.ts';

/** Order statistics by nearest rank: in that share of the futures it is this or less. NaN when there are none. */
export interface Band { readonly p10: number; readonly p50: number; readonly p90: number }

export interface RunForecast {
  /** ms since the epoch: the instant the futures go on from. */
  readonly at: number;
  readonly futures: number;
  /** Futures that did not reach their end, by cause. They are in no band. */
  readonly unfinished: Readonly<Record<string, number>>;
  /** ms since the epoch. */
  readonly finish: Band;
  /** Micro-dollars of the whole run. */
  readonly cost: Band;
  readonly jobs: readonly JobForecast[];
}

export interface JobForecast {
  readonly job: string;
  readonly finish: Band;
  /** ms since the epoch; -1 for none. */
  readonly deadline: number;
  /** Share of all futures in which the deadline is met, -1 without one. */
  readonly onTime: number;
}

/** A forecast that grows: `add` futures, look at `result` at any time. */
export class RunForecaster {
  private readonly instance: Instance;
  private readonly source: ForkSource;
  private readonly at: number;
  private readonly forecaster: Forecaster;
  private readonly ends: number[] = [];
  private readonly costs: number[] = [];
  private readonly jobEnds: number[][];
  private readonly onTime: number[];
  private readonly unfinished = new Map<string, number>();
  private made = 0;

  /** `options`: the policy of the run with its parameters and weights, or others, to see what they would do from here. */
  constructor(instance: Instance, source: ForkSource, at: number, options: Pick<SimulationOptions, 'policy' | 'parameters' | 'weights'>) {
    this.instance = instance;
    this.source = source;
    this.at = at;
    this.forecaster = new Forecaster(instance, options);
    this.jobEnds = Array.from({ length: instance.problem.jobCount }, () => []);
    this.onTime = new Array<number>(instance.problem.jobCount).fill(0);
  }

  /** Makes the next `count` futures. */
  add(count: number): void {
    const { problem: { jobCount, jobDeadline } } = this.instance;
    for (const last = this.made + count; this.made < last;) {
      const { cause, endedAt, costMicroUsd, jobEndedAt } = this.forecaster.future(this.source, ++this.made);
      if (cause === 'finished') { this.ends.push(endedAt); this.costs.push(costMicroUsd); }
      else this.unfinished.set(cause, (this.unfinished.get(cause) ?? 0) + 1);
      for (let j = 0; j < jobCount; j++) {
        const end = jobEndedAt[j]!;
        if (Number.isNaN(end)) continue;
        this.jobEnds[j]!.push(end);
        if (end <= jobDeadline[j]!) this.onTime[j]!++;
      }
    }
  }

  result(): RunForecast {
    const { made, at, instance: { problem: { jobIds, jobDeadline } } } = this;
    assert(made > 0, 'a forecast has at least one future');
    return {
      at, futures: made, unfinished: Object.fromEntries([...this.unfinished].sort(([a], [b]) => (a < b ? -1 : 1))), finish: bandOf(this.ends), cost: bandOf(this.costs),
      jobs: jobIds.map((job, j) => ({ job, finish: bandOf(this.jobEnds[j]!), deadline: jobDeadline[j]! < Infinity ? jobDeadline[j]! : -1, onTime: jobDeadline[j]! < Infinity ? this.onTime[j]! / made : -1 })),
    };
  }
}

/** Of the values, which need not be sorted. */
export function bandOf(values: readonly number[]): Band {
  const sorted = Float64Array.from(values).sort(), at = (p: number) => (sorted.length === 0 ? NaN : quantile(sorted, p));
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
