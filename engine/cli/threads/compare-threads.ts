// A comparison made by several threads. This one begins alone: most comparisons are over before another has started. Seeds are taken in
// ascending order from a counter that all share, and put together in that order, so that the comparison is the same however many threads
// there were and whoever was quicker. What other threads did not make, because something went wrong there or they could not run at
// all, is made here, in order: an error is then that of the first seed at which there is one.
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Replications } from '../../experiment/compare.ts';
import type { ComparedRun, Comparison, ComparisonSetup } from '../../experiment/compare.ts';
import { asTextPolicy } from '../../experiment/policy-trial.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import type { CompareWork, SeedMade } from './compare-thread.ts';

/** Beside the command line; not there when it runs from its sources. */
const THREAD = new URL('./twinclock-compare-thread.mjs', import.meta.url);
/** The first part is made alone; the rest by more threads, if it would take this much longer: each compiles for a second or two of its own first. */
const ALONE_MS = 1_000, WORTH_MS = 3_000;

export interface ComparisonWork {
  /** What `setup.instance` was compiled from. */
  readonly scenario: ScenarioFile;
  readonly setup: ComparisonSetup;
  readonly firstSeed: number;
  readonly replications: number;
  /** Threads, this one among them. */
  readonly threads: number;
  readonly onProgress: (done: number, policy: string) => void;
  /** The bundle of a thread. Default: the one beside the command line. */
  readonly thread?: URL;
  /** As soon as one seed is made, more threads are started, however little is left. Default false. */
  readonly atOnce?: boolean;
}

/** Throws as `compare` does. */
export async function compareInThreads(work: ComparisonWork): Promise<Comparison> {
  const { setup, firstSeed, replications: seeds, threads, onProgress, thread = THREAD, atOnce = false } = work;
  const replications = new Replications(setup), made = new Map<number, readonly ComparedRun[]>(), taken = new Int32Array(new SharedArrayBuffer(4)), began = performance.now();
  let done = 0;
  const take = (): number => { const k = Atomics.add(taken, 0, 1); return k < seeds ? firstSeed + k : -1; };
  const runHere = (seed: number): readonly ComparedRun[] => replications.runsOf(seed, (policy) => { onProgress(++done, policy); });
  const isWorthMore = (): boolean => {
    const took = performance.now() - began;
    return threads > 1 && made.size > 0 && (atOnce || (took > ALONE_MS && took / made.size * (seeds - made.size) > WORTH_MS)) && existsSync(thread);
  };
  let seed = take();
  for (; seed >= 0 && !isWorthMore(); seed = take()) made.set(seed, runHere(seed));
  if (seed >= 0) {
    const others: Promise<void>[] = [];
    for (let k = Math.min(threads - 1, seeds - made.size - 1); k > 0; k--) {
      others.push(otherThread(thread, work, taken, ({ seed: other, runs }) => {
        made.set(other, runs);
        onProgress(done += runs.length, replications.policies.at(-1)!);
      }));
    }
    for (; seed >= 0; seed = take()) {
      try { made.set(seed, runHere(seed)); } catch { Atomics.store(taken, 0, seeds); } // another thread may be at an earlier one
      await new Promise((resolve) => { setImmediate(resolve); }); // what has come from other threads is taken in
    }
    await Promise.all(others);
  }
  for (let k = firstSeed; k < firstSeed + seeds; k++) replications.add(k, made.get(k) ?? runHere(k));
  return replications.comparison();
}

/** A thread that takes seeds until none is left, or until something goes wrong in it. Resolves when it is gone, however it went. */
function otherThread(thread: URL, work: ComparisonWork, taken: Int32Array<SharedArrayBuffer>, onMade: (made: SeedMade) => void): Promise<void> {
  return new Promise((resolve) => {
    const worker = new Worker(thread, { workerData: toldTo(work, taken) });
    worker.on('message', onMade);
    worker.on('error', () => {}); // what it leaves undone is made by whoever asked
    worker.once('exit', () => { resolve(); });
  });
}

/** What a thread is told of the work; `taken` counts the seeds. */
export function toldTo({ scenario, setup: { policies, weights, faults }, firstSeed, replications: seeds }: Omit<ComparisonWork, 'threads' | 'onProgress'>, taken: Int32Array<SharedArrayBuffer>): CompareWork {
  return { scenario, weights, faults, firstSeed, seeds, taken, policies: policies.map(({ policy, parameters }) => ({ policy: asTextPolicy(policy)?.program ?? policy.name, parameters })) };
}
