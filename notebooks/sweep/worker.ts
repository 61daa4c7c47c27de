// The worker of a sweep: keeps a surveyor for the scenario it was last asked about. No top-level await here or in anything
// it imports: messages that arrive before it settles would be lost.
import { expose } from 'comlink';
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import { Surveyor } from './surveyor.ts';
import type { Setting } from './surveyor.ts';

/** What the page can ask. */
export interface SweepWorker {
  runs(scenario: string, setting: Setting, seeds: readonly number[]): ComparedRun[];
}

let current: { readonly scenario: string; readonly surveyor: Surveyor } | undefined;

expose({
  runs(scenario, setting, seeds) {
    if (current?.scenario !== scenario) current = { scenario, surveyor: new Surveyor(scenario) };
    return current.surveyor.runs(setting, seeds);
  },
} satisfies SweepWorker);
