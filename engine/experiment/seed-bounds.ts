// Lower bounds that hold for one seed: from the durations its world will really draw, and the lowest prices its faults can
// bring. A gap to them is never negative for a run that completed its tasks. Draws as in sim/attempts.ts: the work of a task
// is drawn once for all attempts; a call's latency anew for each attempt, so that only its least value is sure.
import { LowerBounds } from '../bounds/bounds.ts';
import type { Bounds } from '../bounds/bounds.ts';
import type { Durations } from '../bounds/durations.ts';
import type { Distribution } from '../model/distribution.ts';
import type { Instance } from '../model/problem.ts';
import { API } from '../model/states.ts';
import type { CompiledFault } from '../sim/faults.ts';
import { sample } from '../sim/random/sample.ts';
import { DURATION, Streams } from '../sim/random/streams.ts';

/** Lower bounds on makespan and cost of every run of this seed under these faults that completes all tasks. Who asks for more than one seed keeps a `SeedBounds`. */
export function seedBounds(instance: Instance, seed: number, faults: readonly CompiledFault[] = []): Bounds {
  return new SeedBounds(instance).of(seed, faults);
}

/** The same of one instance for many seeds and faults, in any order. */
export class SeedBounds {
  private readonly instance: Instance;
  private readonly bounds: LowerBounds;

  constructor(instance: Instance, bounds: LowerBounds = new LowerBounds(instance)) {
    this.instance = instance;
    this.bounds = bounds;
  }

  /** O(tasks x options) more than `lowerBounds`. */
  of(seed: number, faults: readonly CompiledFault[] = []): Bounds {
    return this.bounds.find({ durations: trueDurations(this.instance, seed, faults), spotFloor: (pool, known) => lowestSpot(pool, known, faults) });
  }
}

/** Lowest spot price of a pool under price faults, which multiply; `known`: without them. Micro-dollars per hour. */
function lowestSpot(pool: number, known: number, faults: readonly CompiledFault[]): number {
  let least = known;
  for (const f of faults) if (f.kind === 'price' && f.factor < 1 && f.pools.includes(pool)) least *= f.factor;
  return Math.floor(least);
}

/** What each task takes under each of its options in the world of this seed, ms of pure work; for calls the least they can take. */
export function trueDurations({ problem, truth }: Instance, seed: number, faults: readonly CompiledFault[] = []): Durations {
  const { taskWork, taskKey, optionScale, optionShape, shapes } = truth, { optionPool, poolKind } = problem;
  const streams = new Streams(seed), speedUp = faults.reduce((least, f) => (f.kind === 'slow-down' ? least * Math.min(1, f.factor) : least), 1);
  // Options of one shape share a task's draw, and mostly all of them have one.
  let drawnTask = -1, drawnShape = -1, drawn = 0;
  return (task, option) => {
    const shape = optionShape[option]!;
    let factor: number;
    if (poolKind[optionPool[option]!] === API) factor = leastOf(shapes[shape]!);
    else {
      if (task !== drawnTask || shape !== drawnShape) drawn = sample(shapes[shape]!, streams, DURATION, taskKey[task]!, 0);
      drawnTask = task;
      drawnShape = shape;
      factor = drawn;
    }
    return Math.floor(Math.max(0, Math.round(taskWork[task]! * optionScale[option]! * factor)) * speedUp);
  };
}

function leastOf(d: Distribution): number {
  switch (d.kind) {
    case 'fixed': return d.mean;
    case 'uniform': case 'triangular': return d.min;
    case 'empirical': return d.values[0]!;
    default: return 0;
  }
}
