// A comparison made by several threads: the same however many there are (seed-threads.ts).
import { Replications } from '../../experiment/compare.ts';
import type { Comparison, ComparisonSetup } from '../../experiment/compare.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import type { CompareWork } from './compare-thread.ts';
import { policyTold } from './policy-told.ts';
import { makeInThreads } from './seed-threads.ts';

/** Beside the command line; not there when it runs from its sources. */
const THREAD = new URL('./twinclock-compare-thread.mjs', import.meta.url);

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
  const { setup, firstSeed, replications: seeds, threads, onProgress, thread = THREAD, atOnce = false } = work, replications = new Replications(setup);
  let done = 0;
  const made = await makeInThreads({
    firstSeed, seeds, threads, thread, atOnce, told: toldOf(work),
    makeHere: (seed) => replications.runsOf(seed, (policy) => { onProgress(++done, policy); }),
    onMadeElsewhere: (runs) => { onProgress(done += runs.length, replications.policies.at(-1)!); },
  });
  made.forEach((runs, k) => { replications.add(firstSeed + k, runs); });
  return replications.comparison();
}

/** What another thread is told of the comparison. */
export function toldOf({ scenario, setup: { policies, weights, faults } }: Pick<ComparisonWork, 'scenario' | 'setup'>): CompareWork {
  return { scenario, weights, faults, policies: policies.map(policyTold) };
}
