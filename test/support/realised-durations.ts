// What a seed has in store: the true work of every task under every option, read from the same streams as the simulated
// world reads. For bounds that must hold for every run of the seed.
import type { Durations } from '../../engine/bounds/durations.ts';
import type { Instance } from '../../engine/model/problem.ts';
import { API } from '../../engine/model/states.ts';
import { sample } from '../../engine/sim/random/sample.ts';
import { DURATION, LATENCY, Streams } from '../../engine/sim/random/streams.ts';

/** True durations of a seed without faults. A call's latency is drawn anew at each attempt: the least of the first `attempts`. */
export function realisedDurations({ problem, truth }: Instance, seed: number, attempts = 60): Durations {
  const streams = new Streams(seed);
  return (task, option) => {
    const shape = truth.shapes[truth.optionShape[option]!]!, key = truth.taskKey[task]!;
    const whole = (factor: number) => Math.max(0, Math.round(truth.taskWork[task]! * truth.optionScale[option]! * factor));
    if (shape.kind === 'fixed') return whole(1);
    if (problem.poolKind[problem.optionPool[option]!] !== API) return whole(sample(shape, streams, DURATION, key, 0));
    let least = Infinity;
    for (let attempt = 1; attempt <= attempts; attempt++) least = Math.min(least, whole(sample(shape, streams, LATENCY, key, attempt)));
    return least;
  };
}
