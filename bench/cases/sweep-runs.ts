// A part of a sweep: runs of consecutive seeds in one simulation, each named by its hash.
import { compileScenario } from '../../engine/model/compile.ts';
import { Simulation } from '../../engine/sim/run.ts';
import { policyNamed } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';

export interface SweepSetting {
  readonly scenario: string;
  readonly policy: string;
}

export interface SweepPart {
  readonly first: number;
  readonly hashes: readonly string[];
}

export class SweepRuns {
  private readonly simulation: Simulation;

  constructor({ scenario, policy }: SweepSetting) {
    this.simulation = new Simulation(compileScenario(loadCatalog(scenario)), { policy: policyNamed(policy), reasons: false });
  }

  run(first: number, count: number): SweepPart {
    return { first, hashes: Array.from({ length: count }, (_, k) => this.simulation.run(first + k).hash) };
  }
}
