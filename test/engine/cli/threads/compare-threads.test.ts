// Runs of a comparison made by other threads are those that this one makes; an error is that of the first seed at which there is one.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { CompareWork, SeedMade } from '../../../../engine/cli/threads/compare-thread.ts';
import { Replications } from '../../../../engine/experiment/compare.ts';
import type { ComparedRun, ComparisonSetup } from '../../../../engine/experiment/compare.ts';
import { asTextPolicy } from '../../../../engine/experiment/policy-trial.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import { compileFaults } from '../../../../engine/sim/faults.ts';
import { parsePolicySpec } from '../../../../policies/registry.ts';
import { loadCatalog } from '../../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../../scenarios/faults/index.ts';
import { builtCli, onlyJson, twinclock } from '../../../support/built-cli.ts';
import { compileText, smallPolicy } from '../../../support/policy-text.ts';

const scenario = loadCatalog('feature-12'), instance = compileScenario(scenario), faults = compileFaults(loadFaults('storm-evening'), instance.problem);

/** What the threads say of the seeds, in the order in which they were made; `count` of them at work on one counter. */
async function madeBy(count: number, { policies, weights, faults: struck }: ComparisonSetup, firstSeed: number, seeds: number): Promise<SeedMade[]> {
  const workerData: CompareWork = {
    scenario, weights, faults: struck, firstSeed, seeds, taken: new Int32Array(new SharedArrayBuffer(4)),
    policies: policies.map(({ policy, parameters }) => ({ policy: asTextPolicy(policy)?.program ?? policy.name, parameters })),
  };
  const made: SeedMade[] = [];
  await Promise.all(Array.from({ length: count }, () => new Promise<void>((resolve, reject) => {
    new Worker(join(builtCli(), '../twinclock-compare-thread.mjs'), { workerData }).on('message', (one: SeedMade) => { made.push(one); }).once('error', reject).once('exit', () => { resolve(); });
  })));
  return made;
}

/** Decisions are timed by a wall clock. */
const untimed = (runs: readonly ComparedRun[]): unknown => runs.map(({ metrics, ...rest }) => ({ ...rest, metrics: Object.fromEntries(Object.entries(metrics).filter(([key]) => !key.startsWith('decisionMs'))) }));

describe('threads', () => {
  it('make every seed once, with built-in policies and with texts, weights and faults, as this thread does', async () => {
    const own = { policy: compileText(smallPolicy()), parameters: {} };
    const setup: ComparisonSetup = { instance, policies: [parsePolicySpec('weighted:theta=0.8'), own], weights: { latency: 0.2, cost: 0.7, fragmentation: 0.1 }, faults };
    const made = (await madeBy(3, setup, 5, 20)).sort((a, b) => a.seed - b.seed), here = new Replications(setup);
    expect(made.map(({ seed }) => seed)).toEqual(Array.from({ length: 20 }, (_, k) => 5 + k));
    for (const { seed, runs } of made) expect(untimed(runs!)).toEqual(untimed(here.runsOf(seed)));
    expect(made.every(({ runs }) => runs!.every(({ metrics }) => metrics.decisionMsMax > 0))).toBe(true);
  });

  it('name a seed at which something goes wrong, and begin no other', async () => {
    const broken = { policy: compileText(smallPolicy({ decide: "if (view.random(1, 2) > 0.5) throw new Error('bad luck');" })), parameters: {} };
    const made = await madeBy(1, { instance, policies: [broken] }, 1, 1_000);
    expect(made.map(({ runs }) => runs === undefined)).toEqual(made.map((_, k) => k === made.length - 1));
    expect(made.length).toBeLessThan(1_000);
  });
});

describe('compare --threads', () => {
  it('gives the same figures with any number', async () => {
    const figures = async (threads: number): Promise<unknown> => {
      const { code, stdout, stderr } = await twinclock(['compare', 'feature-120', '--policies', 'weighted,fifo,heft', '--replications', '400', '--threads', String(threads), '--json']);
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(JSON.stringify(onlyJson(stdout), (key, value: unknown) => (key.startsWith('decisionMs') ? undefined : value)));
    };
    expect(await figures(3)).toEqual(await figures(1));
  });
});
