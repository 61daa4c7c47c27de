// What all threads that make something of seeds do: each takes one seed after the other from the counter that all share, and sends what
// came of it. Where a seed goes wrong it sends nothing and sees to it that no further seed is taken: whoever asked makes what is
// missing, and has the error as it is. The thread ends when no seed is left. One that cannot even prepare ends before it takes a seed,
// and leaves all of them to the others.
import { parentPort, workerData } from 'node:worker_threads';

/** Which seeds there are. */
export interface SeedsToTake {
  readonly firstSeed: number;
  readonly seeds: number;
  /** How many have been taken, by all threads together. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** What a thread sends. */
export interface SeedMade<Made> {
  readonly seed: number;
  readonly made: Made;
}

/** Runs this thread. `prepare`: from what it was told beside the seeds to how one of them is made. */
export function takeSeeds<Told, Made>(prepare: (told: Told) => (seed: number) => Made): void {
  const { firstSeed, seeds, taken } = workerData as SeedsToTake, make = prepare(workerData as Told);
  for (let k = Atomics.add(taken, 0, 1); k < seeds; k = Atomics.add(taken, 0, 1)) {
    const seed = firstSeed + k;
    try { parentPort!.postMessage({ seed, made: make(seed) } satisfies SeedMade<Made>); } catch { Atomics.store(taken, 0, seeds); } // those in hand are finished, no more are begun
  }
}
