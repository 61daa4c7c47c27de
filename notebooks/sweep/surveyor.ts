// Runs of one scenario under many settings, as a worker makes them: the scenario is compiled once, the bounds of a seed are
// worked out once, and all runs share their working arrays. The runs are those of `compare`, run for run.
import type { Bounds } from '../../engine/bounds/bounds.ts';
import { comparedRun } from '../../engine/experiment/compare.ts';
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import { RunWorkspace, Runner } from '../../engine/experiment/run-once.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { Instance } from '../../engine/model/problem.ts';
import { parsePolicySpec } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';

/** What is varied: the policy, as `parsePolicySpec` reads it, and the weights it is given. */
export interface Setting {
  readonly policy: string;
  readonly weights: Weights;
}

export class Surveyor {
  private readonly instance: Instance;
  private readonly workspace: RunWorkspace;
  private readonly bounds = new Map<number, Bounds>();

  /** `scenario`: a name of the catalogue. */
  constructor(scenario: string) {
    this.instance = compileScenario(loadCatalog(scenario));
    this.workspace = new RunWorkspace(this.instance);
  }

  /** One run a seed, in the order of the seeds. */
  runs({ policy, weights }: Setting, seeds: readonly number[]): ComparedRun[] {
    const runner = new Runner(this.instance, { ...parsePolicySpec(policy), weights, reasons: false }, this.workspace);
    return seeds.map((seed) => comparedRun(runner.run(seed, this.boundsOf(seed))));
  }

  private boundsOf(seed: number): Bounds {
    let bounds = this.bounds.get(seed);
    if (bounds === undefined) this.bounds.set(seed, bounds = this.workspace.seedBounds.of(seed));
    return bounds;
  }
}
