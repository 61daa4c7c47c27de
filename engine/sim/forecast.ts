// Futures from now: forks of a run whose worlds are drawn from what a scheduler may know (published distributions given
// the time already spent, the announced hazard, today's price, the published calendars and limits), never from the hidden
// truth: no trace to come, no fault to come, no draw already made.
import type { EndCause } from '../journal/run-record.ts';
import type { Instance, Truth } from '../model/problem.ts';
import type { RecordLog } from '../journal/log.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Streams } from './random/streams.ts';
import { Simulation, type SimulationOptions } from './run.ts';
import { World } from './world.ts';

export interface Future {
  readonly seed: number;
  readonly cause: EndCause;
  /** ms since the epoch. */
  readonly endedAt: number;
  readonly costMicroUsd: number;
  /** When each job ended, ms since the epoch; NaN for one that did not. */
  readonly jobEndedAt: Float64Array;
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

/** A run that futures can be made of: a simulation that has been begun, or a picture of a run elsewhere. */
export interface ForkSource { readonly world: World }

/**
 * The picture, at `now`, of a run that is not simulated: `kernel` has read its events, `log` is its rows in the numbers of the
 * kernel's problem. Neither is changed, as long as only futures are made of it.
 */
export function observedRun(instance: Instance, kernel: Kernel, log: RecordLog, now: number): ForkSource {
  const world = new World(knownInstance(instance), kernel, new Streams(0));
  world.reset(world.streams);
  world.observe(log, now);
  return { world };
}

/** Makes futures of runs of one instance in arrays of its own, used again and again. The policy is that of the run, or another one, to see what it would do from here. */
export class Forecaster {
  private readonly inner: Simulation;

  /** `faults`: what every future is to hold; those before its first instant are left out. None by default: what is to come is not known. */
  constructor(instance: Instance, options: Pick<SimulationOptions, 'policy' | 'parameters' | 'weights' | 'faults'>) {
    this.inner = new Simulation(knownInstance(instance), { ...options, keepLog: false });
  }

  /** One future of the run from its present instant to its end; without a source, of one that has not begun. The run itself is not touched. */
  future(source: ForkSource | undefined, seed: number): Future {
    const record = source === undefined ? this.inner.run(seed) : this.inner.runFork(source, seed);
    return { seed, cause: record.cause, endedAt: record.endedAt, costMicroUsd: this.inner.kernel.spent(), jobEndedAt: this.jobEnds() };
  }

  private jobEnds(): Float64Array {
    const { kernel: { state: s }, instance: { problem: { jobCount, jobFirst } } } = this.inner, jobEndedAt = new Float64Array(jobCount);
    for (let j = 0; j < jobCount; j++) {
      let end = 0;
      for (let t = jobFirst[j]!; t < jobFirst[j + 1]!; t++) end = s.isCompleted(t) ? Math.max(end, s.endOf(t)) : NaN;
      jobEndedAt[j] = end;
    }
    return jobEndedAt;
  }
}
