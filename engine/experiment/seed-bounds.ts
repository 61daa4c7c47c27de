// Lower bounds that hold for one seed: from the durations its world will really draw, and the lowest prices its faults can
// bring. A gap to them is never negative for a run that completed its tasks. Draws as in sim/attempts.ts: the work of a task
// is drawn once for all attempts; a call's latency anew for each attempt, so that only its least value is sure.
import { lowerBounds } from '../bounds/bounds.ts';
import type { Bounds } from '../bounds/bounds.ts';
import type { Durations } from '../bounds/durations.ts';
import type { Distribution } from '../model/distribution.ts';
import type { Instance } from '../model/problem.ts';
import { API } from '../model/states.ts';
import type { CompiledFault } from '../sim/faults.ts';
import { sample } from '../sim/random/sample.ts';
import { DURATION, Streams } from '../sim/random/streams.ts';

/** Lower bounds on makespan and cost of every run of this seed under these faults that completes all tasks. O(tasks x options) more than `lowerBounds`. */
export function seedBounds(instance: Instance, seed: number, faults: readonly CompiledFault[] = []): Bounds {
  return lowerBounds(instance, { durations: trueDurations(instance, seed, faults), spotFloor: spotFloor(instance, faults) });
}

/** What each task takes under each of its options in the world of this seed, ms of pure work; for calls the least they can take. */
export function trueDurations({ problem, truth }: Instance, seed: number, faults: readonly CompiledFault[] = []): Durations {
  const streams = new Streams(seed), speedUp = faults.reduce((least, f) => (f.kind === 'slow-down' ? least * Math.min(1, f.factor) : least), 1);
  return (task, option) => {
    const shape = truth.shapes[truth.optionShape[option]!]!;
    const factor = problem.poolKind[problem.optionPool[option]!] === API ? leastOf(shape) : sample(shape, streams, DURATION, truth.taskKey[task]!, 0);
    return Math.floor(Math.max(0, Math.round(truth.taskWork[task]! * truth.optionScale[option]! * factor)) * speedUp);
  };
}

/** Lowest spot price of a pool under price faults, which multiply: micro-dollars per hour. */
function spotFloor({ problem, truth }: Instance, faults: readonly CompiledFault[]): (pool: number) => number {
  return (pool) => {
    let least = problem.poolSpotPrice[pool]!;
    for (const [, price] of truth.pools[pool]!.priceSteps) least = Math.min(least, price);
    for (const f of faults) if (f.kind === 'price' && f.factor < 1 && f.pools.includes(pool)) least *= f.factor;
    return Math.floor(least);
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
