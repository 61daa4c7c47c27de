// Sweeps, whoever the workers are: parts are runs of consecutive seeds in one simulation, each named by its hash.
import { compileScenario } from '../../engine/model/compile.ts';
import { Hash128 } from '../../engine/model/hash.ts';
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

/** Someone who makes parts, one at a time. */
export interface SweepWorker {
  run(first: number, count: number): Promise<SweepPart>;
}

/** Seeds handed out at a time. */
const CHUNK = 4;

/** Every seed below `seeds` once, whoever is free taking the next ones. */
export async function sweep(pool: readonly SweepWorker[], seeds: number): Promise<SweepPart[]> {
  const parts: SweepPart[] = [];
  let next = 0;
  await Promise.all(pool.map(async (worker) => {
    while (next < seeds) {
      const first = next;
      next += CHUNK;
      parts.push(await worker.run(first, Math.min(CHUNK, seeds - first)));
    }
  }));
  return parts;
}

/** Of all seeds in order: the same whoever made them. */
export function hashOf(parts: readonly SweepPart[]): string {
  const hash = new Hash128();
  for (const part of [...parts].sort((a, b) => a.first - b.first)) for (const text of part.hashes) hash.addText(text);
  return hash.digest();
}
