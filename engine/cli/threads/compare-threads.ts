// A comparison made by several threads. This one begins alone: most comparisons are over before another has started. Seeds are taken in
// ascending order from a counter that all share, and put together in that order, so that the comparison is the same however many threads
// there were and whoever was quicker. Where something goes wrong, the first seed at which it did is run again here, for its error.
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Replications } from '../../experiment/compare.ts';
import type { ComparedRun, Comparison, ComparisonSetup } from '../../experiment/compare.ts';
import { asTextPolicy } from '../../experiment/policy-trial.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import type { CompareWork, SeedMade } from './compare-thread.ts';

/** Beside the command line; not there when it runs from its sources. */
const THREAD = new URL('./twinclock-compare-thread.mjs', import.meta.url);
/** The first part is made alone; the rest by more threads, if it would take this much longer. */
const ALONE_MS = 200, WORTH_MS = 500;

export interface ComparisonWork {
  /** What `setup.instance` was compiled from. */
  readonly scenario: ScenarioFile;
  readonly setup: ComparisonSetup;
  readonly firstSeed: number;
  readonly replications: number;
  /** Threads, this one among them. */
  readonly threads: number;
  readonly onProgress: (done: number, policy: string) => void;
}

/** Throws as `compare` does. */
export async function compareInThreads(work: ComparisonWork): Promise<Comparison> {
  const { setup, firstSeed, replications: seeds, threads, onProgress } = work;
  const replications = new Replications(setup), made = new Map<number, readonly ComparedRun[] | undefined>(), taken = new Int32Array(new SharedArrayBuffer(4)), began = performance.now();
  let done = 0;
  const take = (): number => { const k = Atomics.add(taken, 0, 1); return k < seeds ? firstSeed + k : -1; };
  const runHere = (seed: number): void => { made.set(seed, replications.runsOf(seed, (policy) => { onProgress(++done, policy); })); };
  const isWorthMore = (): boolean => {
    const took = performance.now() - began;
    return threads > 1 && took > ALONE_MS && took / made.size * (seeds - made.size) > WORTH_MS && existsSync(THREAD);
  };
  let seed = take();
  for (; seed >= 0 && !(made.size > 0 && isWorthMore()); seed = take()) runHere(seed);
  if (seed >= 0) {
    const helpers = Array.from({ length: Math.min(threads - 1, seeds - made.size - 1) }, () => startThread(work, taken, ({ seed: other, runs }) => {
      made.set(other, runs);
      if (runs !== undefined) onProgress(done += runs.length, replications.policies.at(-1)!);
    }));
    try {
      for (; seed >= 0; seed = take()) {
        try { runHere(seed); } catch { made.set(seed, undefined); Atomics.store(taken, 0, seeds); } // a thread may be at an earlier one
        await new Promise((resolve) => { setImmediate(resolve); }); // what has come from other threads is taken in
      }
      await Promise.all(helpers.map(({ ended }) => ended));
    } finally {
      await Promise.all(helpers.map(({ worker }) => worker.terminate()));
    }
  }
  for (const number of [...made.keys()].sort((a, b) => a - b)) replications.add(number, made.get(number) ?? replications.runsOf(number));
  return replications.comparison();
}

/** A thread that takes seeds until none is left; `ended` rejects when it cannot. */
function startThread({ scenario, setup: { policies, weights, faults }, firstSeed, replications: seeds }: ComparisonWork, taken: Int32Array<SharedArrayBuffer>, onMade: (made: SeedMade) => void): { readonly worker: Worker; readonly ended: Promise<void> } {
  const workerData: CompareWork = {
    scenario, weights, faults, firstSeed, seeds, taken,
    policies: policies.map(({ policy, parameters }) => ({ policy: asTextPolicy(policy)?.program ?? policy.name, parameters })),
  };
  const worker = new Worker(THREAD, { workerData });
  worker.on('message', onMade);
  return { worker, ended: new Promise((resolve, reject) => { worker.once('error', reject); worker.once('exit', () => { resolve(); }); }) };
}
