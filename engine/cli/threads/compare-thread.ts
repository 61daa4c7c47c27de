// A thread that makes runs of a comparison: it compiles the scenario again, takes one seed after the other from the counter that all
// threads share, and sends what each policy did there. Where something goes wrong it sends nothing and sees to it that no further seed is
// taken: whoever asked makes what is missing, and has the error as it is. The thread ends when no seed is left.
import { parentPort, workerData } from 'node:worker_threads';
import { Replications } from '../../experiment/compare.ts';
import type { ComparedRun } from '../../experiment/compare.ts';
import { compileScenario } from '../../model/compile.ts';
import type { ParameterValues, Weights } from '../../model/policy.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import type { CompiledFault } from '../../sim/faults.ts';
import { policyNamed } from '../../../policies/registry.ts';
import type { PolicyProgram } from '../../../policies/text/program.ts';
import { textPolicy } from '../../../policies/text/run-program.ts';

/** What a thread is told. */
export interface CompareWork {
  readonly scenario: ScenarioFile;
  /** Built-in ones by name, texts translated. */
  readonly policies: readonly { readonly policy: string | PolicyProgram; readonly parameters: ParameterValues }[];
  readonly weights: Weights | undefined;
  readonly faults: readonly CompiledFault[] | undefined;
  readonly firstSeed: number;
  readonly seeds: number;
  /** How many seeds have been taken, by all threads together. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** The runs of a seed, one a policy. */
export interface SeedMade {
  readonly seed: number;
  readonly runs: readonly ComparedRun[];
}

const { scenario, policies, weights, faults, firstSeed, seeds, taken } = workerData as CompareWork;
const replications = new Replications({
  instance: compileScenario(scenario), clock: () => performance.now(),
  policies: policies.map(({ policy, parameters }) => ({ policy: typeof policy === 'string' ? policyNamed(policy) : textPolicy(policy), parameters })),
  ...(weights === undefined ? {} : { weights }), ...(faults === undefined ? {} : { faults }),
});

for (let k = Atomics.add(taken, 0, 1); k < seeds; k = Atomics.add(taken, 0, 1)) {
  const seed = firstSeed + k;
  try { parentPort!.postMessage({ seed, runs: replications.runsOf(seed) } satisfies SeedMade); } catch { Atomics.store(taken, 0, seeds); } // those in hand are finished, no more are begun
}
