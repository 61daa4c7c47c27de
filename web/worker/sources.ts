// From what a question names to what the engine runs: scenarios compiled, fault plans checked against them, policies found
// or compiled from their text. Bad input is the command line's errors, with the name of the source. Keeps what it made by
// content, the last few of each kind, so that a batch of seeds costs nothing but its runs.
import { RunWorkspace } from '../../engine/experiment/run-once.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { InputError, inputError } from '../../engine/model/errors.ts';
import type { FaultPlanFile } from '../../engine/model/fault-plan.ts';
import type { Instance } from '../../engine/model/problem.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { validateFaultPlan, validateScenario } from '../../engine/model/validate.ts';
import { compileFaults } from '../../engine/sim/faults.ts';
import type { CompiledFault } from '../../engine/sim/faults.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { loadFaults } from '../../scenarios/faults/index.ts';
import { resolveCalendars } from '../../scenarios/formats/calendars.ts';
import { Kept } from './kept.ts';
import type { FaultSource, ScenarioSource } from './protocol.ts';

export interface LoadedScenario {
  readonly key: string;
  readonly file: ScenarioFile;
  readonly instance: Instance;
  /** Shared by the runners of a comparison, one run at a time. */
  readonly workspace: RunWorkspace;
}

/** A fault plan as it was written, and as the simulated world takes it. */
export interface LoadedFaults {
  readonly plan: FaultPlanFile | undefined;
  readonly compiled: readonly CompiledFault[];
}

const NOTHING_WRONG: LoadedFaults = { plan: undefined, compiled: [] };

/** Two sources of one key have the same content. */
export function sourceKey(source: ScenarioSource | FaultSource | undefined): string {
  return source === undefined ? '' : source.from === 'catalog' ? `catalog ${source.name}` : source.from === 'file' ? `file ${source.key}` : `text ${source.hash}`;
}

export class Sources {
  private readonly scenarios = new Kept<LoadedScenario>(8);
  private readonly plans = new Kept<LoadedFaults>(64);

  /** Throws `InputError`, with the name of a text as its source. */
  scenario(source: ScenarioSource): LoadedScenario {
    const key = sourceKey(source);
    return this.scenarios.of(key, () => {
      const file = named(source, () => scenarioFile(source)), instance = compileScenario(file);
      return { key, file, instance, workspace: new RunWorkspace(instance) };
    });
  }

  /** Throws `InputError` also for names that the scenario does not have. */
  faults(source: FaultSource | undefined, { key, file, instance: { problem } }: LoadedScenario): LoadedFaults {
    if (source === undefined) return NOTHING_WRONG;
    return this.plans.of(JSON.stringify([sourceKey(source), key]), () => named(source, () => {
      const plan = validateFaultPlan(source.from === 'catalog' ? loadFaults(source.name) : parsed(source.text), file);
      return { plan, compiled: compileFaults(plan, problem) };
    }));
  }
}

function scenarioFile(source: ScenarioSource): ScenarioFile {
  if (source.from === 'catalog') return loadCatalog(source.name);
  return validateScenario(resolveCalendars(validateScenario(source.from === 'file' ? source.file : parsed(source.text))));
}

function named<T>(source: ScenarioSource | FaultSource, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof InputError && source.from === 'text' ? error.from(source.name) : error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputError('bad-json', '', `not JSON: ${(error as Error).message}`);
  }
}
