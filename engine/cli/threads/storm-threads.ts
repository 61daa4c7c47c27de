// Storms of a rehearsal made by several threads: the same however many there are (seed-threads.ts).
import type { StormFigures } from '../../experiment/rehearsal/figures.ts';
import { Rehearser } from '../../experiment/rehearsal/rehearse.ts';
import type { RehearsalSetup } from '../../experiment/rehearsal/rehearse.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { policyTold } from './policy-told.ts';
import { makeInThreads } from './seed-threads.ts';
import type { StormWork } from './storm-thread.ts';

/** Beside the command line; not there when it runs from its sources. */
const THREAD = new URL('./twinclock-storm-thread.mjs', import.meta.url);

export interface StormsWork {
  /** What `setup.instance` was compiled from. */
  readonly scenario: ScenarioFile;
  readonly setup: RehearsalSetup;
  readonly firstSeed: number;
  readonly storms: number;
  /** Threads, this one among them. */
  readonly threads: number;
  readonly onStorm: (seed: number) => void;
  /** The bundle of a thread. Default: the one beside the command line. */
  readonly thread?: URL;
  /** As soon as one storm is made, more threads are started, however few are left. Default false. */
  readonly atOnce?: boolean;
}

/** Figures of each storm, by seed. Throws as `Rehearser` does. */
export async function stormsInThreads(work: StormsWork): Promise<StormFigures[]> {
  const { setup, firstSeed, storms, threads, onStorm, thread = THREAD, atOnce = false } = work, rehearser = new Rehearser(setup);
  return makeInThreads({
    firstSeed, seeds: storms, threads, thread, atOnce, told: toldOf(work),
    makeHere: (seed) => { const figures = rehearser.storm(seed); onStorm(seed); return figures; },
    onMadeElsewhere: (_, seed) => { onStorm(seed); },
  });
}

/** What another thread is told of the rehearsal. */
export function toldOf({ scenario, setup: { policy, parameters = {}, weights, plan } }: Pick<StormsWork, 'scenario' | 'setup'>): StormWork {
  return { scenario, ...policyTold({ policy, parameters }), weights, plan };
}
