// A comparison made by several threads is the one that a single thread makes, and so is its error; threads that break leave nothing out.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { compareInThreads, toldOf } from '../../../../engine/cli/threads/compare-threads.ts';
import { Replications, compare } from '../../../../engine/experiment/compare.ts';
import type { ComparedRun, Comparison, ComparisonSetup } from '../../../../engine/experiment/compare.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import { compileFaults } from '../../../../engine/sim/faults.ts';
import { parsePolicySpec } from '../../../../policies/registry.ts';
import { loadCatalog } from '../../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../../scenarios/faults/index.ts';
import { onlyJson, twinclock } from '../../../support/built-cli.ts';
import { madeByThreads, threadBundle } from '../../../support/made-by-threads.ts';
import { compileText, smallPolicy } from '../../../support/policy-text.ts';
import { removeFolder } from '../../../support/remove-folder.ts';

const scenario = loadCatalog('feature-12'), instance = compileScenario(scenario), faults = compileFaults(loadFaults('storm-evening'), instance.problem);
const folder = mkdtempSync(join(tmpdir(), 'twinclock-threads-'));
afterAll(() => { removeFolder(folder); });

const THREAD = (): URL => threadBundle('twinclock-compare-thread');

/** By three threads from the second seed on. */
const inThreads = (setup: ComparisonSetup, firstSeed: number, replications: number, thread = THREAD()): Promise<Comparison> =>
  compareInThreads({ scenario, setup, firstSeed, replications, threads: 3, onProgress: () => {}, thread, atOnce: true });

/** What threads alone say of the seeds, `count` of them at work on one counter. */
const madeBy = (count: number, setup: ComparisonSetup, firstSeed: number, seeds: number) => madeByThreads<ComparedRun[]>(THREAD(), count, toldOf({ scenario, setup }), firstSeed, seeds);

/** Decisions are timed by a wall clock. */
const untimedRuns = (runs: readonly ComparedRun[]): unknown => runs.map(({ metrics, ...rest }) => ({ ...rest, metrics: Object.fromEntries(Object.entries(metrics).filter(([key]) => !key.startsWith('decisionMs'))) }));
const untimed = ({ runs, seeds, winner, statement }: Comparison): unknown => ({ seeds, winner, statement, runs: runs.map(untimedRuns) });

/** A thread of another sort: this text. */
function threadOf(name: string, text: string): URL {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return pathToFileURL(path);
}

describe('threads', () => {
  const own = { policy: compileText(smallPolicy()), parameters: {} };
  const setup: ComparisonSetup = { instance, policies: [parsePolicySpec('weighted:theta=0.8'), own], weights: { latency: 0.2, cost: 0.7, fragmentation: 0.1 }, faults };

  it('make every seed once, with built-in policies and with texts, weights and faults, as one thread does', async () => {
    const made = (await madeBy(3, setup, 5, 20)).sort((a, b) => a.seed - b.seed), here = new Replications(setup);
    expect(made.map(({ seed }) => seed)).toEqual(Array.from({ length: 20 }, (_, k) => 5 + k));
    for (const { seed, made: runs } of made) expect(untimedRuns(runs)).toEqual(untimedRuns(here.runsOf(seed)));
    expect(made.every(({ made: runs }) => runs.every(({ metrics }) => metrics.decisionMsMax > 0))).toBe(true);
    expect(untimed(await inThreads(setup, 5, 800))).toEqual(untimed(compare({ ...setup, firstSeed: 5, replications: 800 })));
  });

  it('leave nothing out when they cannot start, or break in the middle', async () => {
    const wanted = untimed(compare({ ...setup, replications: 60 }));
    for (const thread of [
      threadOf('wrong', 'this is no program'), threadOf('lost', "import './nowhere.mjs';"),
      threadOf('broken', "import { workerData } from 'node:worker_threads'; Atomics.add(workerData.taken, 0, 3); Atomics.store(workerData.taken, 0, workerData.seeds); throw new Error('out of memory');"),
    ]) expect(untimed(await inThreads(setup, 1, 60, thread))).toEqual(wanted);
  });

  it('give the error of the first seed at which there is one', async () => {
    const broken = { policy: compileText(smallPolicy({ decide: "if (view.random(1, 2) > 0.99) throw new Error('bad luck with ' + view.random(1, 2));" })), parameters: {} }, luckless = { instance, policies: [broken] };
    let alone: unknown;
    try { compare({ ...luckless, replications: 3_000 }); } catch (error) { alone = error; }
    await expect(inThreads(luckless, 1, 3_000)).rejects.toEqual(alone);
    const told = await madeBy(1, luckless, 1, 3_000); // one that begins no further seed
    expect(told.length).toBeLessThan(3_000);
    expect(String(alone)).toContain('bad luck with 0.99');
  });
});

describe('compare --threads', () => {
  it('gives the same figures with any number', async () => {
    const figures = async (threads: number): Promise<unknown> => {
      const { code, stdout, stderr } = await twinclock(['compare', 'feature-120', '--policies', 'fifo,heft', '--replications', '150', '--threads', String(threads), '--json']);
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(JSON.stringify(onlyJson(stdout), (key, value: unknown) => (key.startsWith('decisionMs') ? undefined : value)));
    };
    expect(await figures(3)).toEqual(await figures(1));
  });
});
