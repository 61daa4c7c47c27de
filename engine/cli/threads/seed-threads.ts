// Something made of each of many seeds by several threads. This one begins alone: most work is over before another has started. Seeds
// are taken in ascending order from a counter that all share, and given back in that order, so that what comes of them is the same
// however many threads there were and whoever was quicker. What other threads did not make, because something went wrong there or they
// could not run at all, is made here, in order: an error is then that of the first seed at which there is one.
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { SeedMade, SeedsToTake } from './take-seeds.ts';

/** The first part is made alone; the rest by more threads, if it would take this much longer: each compiles for a second or two of its own first. */
const ALONE_MS = 1_000, WORTH_MS = 3_000;

export interface SeedWork<Made> {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Threads, this one among them. */
  readonly threads: number;
  /** The bundle of another thread, and what it is told beside the seeds. */
  readonly thread: URL;
  readonly told: object;
  readonly makeHere: (seed: number) => Made;
  /** Another thread has made one. */
  readonly onMadeElsewhere: (made: Made, seed: number) => void;
  /** As soon as one seed is made, more threads are started, however little is left. Default false. */
  readonly atOnce?: boolean;
}

/** What came of each seed, in their order. Throws what `makeHere` throws. */
export async function makeInThreads<Made>(work: SeedWork<Made>): Promise<Made[]> {
  const { firstSeed, seeds, threads, thread, makeHere, onMadeElsewhere, atOnce = false } = work, made = new Map<number, Made>();
  const taken = new Int32Array(new SharedArrayBuffer(4)), began = performance.now();
  const take = (): number => { const k = Atomics.add(taken, 0, 1); return k < seeds ? firstSeed + k : -1; };
  const isWorthMore = (): boolean => {
    const took = performance.now() - began;
    return threads > 1 && made.size > 0 && (atOnce || (took > ALONE_MS && took / made.size * (seeds - made.size) > WORTH_MS)) && existsSync(thread);
  };
  let seed = take();
  for (; seed >= 0 && !isWorthMore(); seed = take()) made.set(seed, makeHere(seed));
  if (seed >= 0) {
    const told = toldTo(work, taken), onMade = (one: SeedMade<Made>): void => { made.set(one.seed, one.made); onMadeElsewhere(one.made, one.seed); };
    const others = Array.from({ length: Math.min(threads - 1, seeds - made.size - 1) }, () => otherThread(thread, told, onMade));
    for (; seed >= 0; seed = take()) {
      try { made.set(seed, makeHere(seed)); } catch { Atomics.store(taken, 0, seeds); } // another thread may be at an earlier one
      await new Promise((resolve) => { setImmediate(resolve); }); // what has come from other threads is taken in
    }
    await Promise.all(others);
  }
  return Array.from({ length: seeds }, (_, k) => made.get(firstSeed + k) ?? makeHere(firstSeed + k));
}

/** What a thread is told; `taken` counts the seeds. */
export function toldTo({ told, firstSeed, seeds }: Pick<SeedWork<unknown>, 'told' | 'firstSeed' | 'seeds'>, taken: Int32Array<SharedArrayBuffer>): SeedsToTake {
  return { ...told, firstSeed, seeds, taken };
}

/** A thread that takes seeds until none is left, or until something goes wrong in it. Resolves when it is gone, however it went. */
function otherThread<Made>(thread: URL, workerData: SeedsToTake, onMade: (made: SeedMade<Made>) => void): Promise<void> {
  return new Promise((resolve) => {
    const worker = new Worker(thread, { workerData });
    worker.on('message', onMade);
    worker.on('error', () => {}); // what it leaves undone is made by whoever asked
    worker.once('exit', () => { resolve(); });
  });
}
