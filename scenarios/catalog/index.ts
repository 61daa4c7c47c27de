// The catalogue: scenarios by name, self-contained and frozen. `hashes.json` holds the hash of each; a change of a
// generator that moves one of them is a deliberate act (see the room's README), never a side effect.
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { resolveCalendars } from '../formats/calendars.ts';
import { generateFeatures, type FeatureOptions } from '../generators/feature.ts';
import { unknownName } from '../unknown-name.ts';
import { FEATURE_12 } from './feature-12.ts';
import { HEFT_10 } from './heft-10.ts';
import { BATCH_6, CHAIN_3, FORK_JOIN_8, SPOT_1 } from './teaching.ts';

const SEED = 7;
const family = (options: Omit<FeatureOptions, 'seed'>) => () => generateFeatures({ ...options, seed: SEED });

const CATALOG: Readonly<Record<string, () => ScenarioFile>> = {
  'chain-3': () => CHAIN_3,
  'fork-join-8': () => FORK_JOIN_8,
  'batch-6': () => BATCH_6,
  'spot-1': () => SPOT_1,
  'heft-10': () => HEFT_10,
  'feature-12': () => FEATURE_12,
  'feature-120': family({ features: 5, tasksPerFeature: 24 }),
  'feature-1000': family({ features: 40, tasksPerFeature: 25 }),
  'feature-10000': family({ features: 400, tasksPerFeature: 25 }),
  'feature-100000': family({ features: 4000, tasksPerFeature: 25 }),
};

/** Every name `loadCatalog` knows, small ones first. */
export function catalogNames(): string[] {
  return Object.keys(CATALOG);
}

/** The scenario of that name with its calendars resolved to intervals. Throws `InputError` for an unknown name. */
export function loadCatalog(name: string): ScenarioFile {
  return resolveCalendars(catalogEntry(name));
}

/** The same as it is written, with weekly calendars: for those who want to change it. */
export function catalogEntry(name: string): ScenarioFile {
  const entry = Object.hasOwn(CATALOG, name) ? CATALOG[name] : undefined;
  if (entry === undefined) throw unknownName('unknown-scenario', '', 'no scenario of this name in the catalogue', name, catalogNames());
  return entry();
}
