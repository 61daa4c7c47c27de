// Futures from now: forks of a run whose worlds are drawn from what a scheduler may know (published distributions given
// the time already spent, the announced hazard, today's price, the published calendars and limits), never from the hidden
// truth: no trace to come, no fault to come, no draw already made.
import type { EndCause } from '../journal/run-record.ts';
import type { Instance, Truth } from '../model/problem.ts';
import { Simulation, type SimulationOptions } from './run.ts';

export interface Future {
  readonly seed: number;
  readonly cause: EndCause;
  /** ms since the epoch. */
  readonly endedAt: number;
  readonly costMicroUsd: number;
}

/** The instance as a scheduler knows it: estimates for durations, the announced hazard for kills, no traces, honest APIs. */
export function knownInstance(instance: Instance): Instance {
  const { problem, truth } = instance;
  const known: Truth = {
    ...truth, taskWork: problem.taskWork, optionScale: problem.optionScale,
    pools: truth.pools.map((pool, p) => ({
      ...pool, priceSteps: [], killTimes: [], availability: [], outages: [], actualShare: 1,
      hazardByHour: problem.poolHazard[p]! > 0 ? new Array<number>(24).fill(problem.poolHazard[p]!) : [],
    })),
  };
  return { problem, truth: known, hash: instance.hash };
}

/** Makes futures of runs of one instance in arrays of its own, used again and again. */
export class Forecaster {
  private readonly inner: Simulation;

  constructor(instance: Instance, options: Pick<SimulationOptions, 'policy' | 'parameters' | 'weights'>) {
    this.inner = new Simulation(knownInstance(instance), { ...options, keepLog: false });
  }

  /** One future of the run from its present instant to its end. The run itself is not touched. */
  future(source: Simulation, seed: number): Future {
    const record = this.inner.runFork(source, seed);
    return { seed, cause: record.cause, endedAt: record.endedAt, costMicroUsd: this.inner.kernel.spent() };
  }
}
