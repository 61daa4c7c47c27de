// Storms made by several threads are those that a single thread makes, with built-in policies and with texts; threads that do not start leave none out.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stormsInThreads } from '../../../../engine/cli/threads/storm-threads.ts';
import { Rehearser } from '../../../../engine/experiment/rehearsal/rehearse.ts';
import type { RehearsalSetup } from '../../../../engine/experiment/rehearsal/rehearse.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import { parsePolicySpec } from '../../../../policies/registry.ts';
import { loadCatalog } from '../../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../../scenarios/faults/index.ts';
import { builtCli, onlyJson, twinclock } from '../../../support/built-cli.ts';
import { compileText, smallPolicy } from '../../../support/policy-text.ts';

const scenario = loadCatalog('feature-12'), instance = compileScenario(scenario), plan = loadFaults('storm-all-spot'), FIRST = 7, STORMS = 600;
const THREAD = (): URL => pathToFileURL(join(builtCli(), '../twinclock-storm-thread.mjs'));

describe('storms in threads', () => {
  const setups: [string, RehearsalSetup][] = [
    ['a policy with a parameter, and weights', { instance, plan, ...parsePolicySpec('weighted:theta=0.8'), weights: { latency: 0.2, cost: 0.7, fragmentation: 0.1 } }],
    ['a text', { instance, plan, policy: compileText(smallPolicy()), parameters: {} }],
  ];

  it.each(setups)('are those of one thread under %s, in the order of their seeds, each told of once', async (_, setup) => {
    const seen: number[] = [], rehearser = new Rehearser(setup), seeds = Array.from({ length: STORMS }, (_, k) => FIRST + k);
    const storms = await stormsInThreads({ scenario, setup, firstSeed: FIRST, storms: STORMS, threads: 3, onStorm: (seed) => { seen.push(seed); }, thread: THREAD(), atOnce: true });
    expect(storms).toEqual(seeds.map((seed) => rehearser.storm(seed)));
    expect([...seen].sort((a, b) => a - b)).toEqual(seeds);
  });

  it('are made by this one where there is no other', async () => {
    const [, setup] = setups[0]!, rehearser = new Rehearser(setup);
    const storms = await stormsInThreads({ scenario, setup, firstSeed: 1, storms: 3, threads: 3, onStorm: () => {}, thread: new URL('./nowhere.mjs', import.meta.url), atOnce: true });
    expect(storms).toEqual([1, 2, 3].map((seed) => rehearser.storm(seed)));
  });
});

describe('rehearse --threads', () => {
  it('gives the same card with any number', async () => {
    const card = async (threads: number): Promise<unknown> => {
      const { code, stdout, stderr } = await twinclock(['rehearse', 'feature-120', '--faults', 'storm-evening', '--storms', '900', '--threads', String(threads), '--expect', 'tasks = all', '--json']);
      expect([code, stderr]).toEqual([0, '']);
      return onlyJson(stdout);
    };
    expect(await card(3)).toEqual(await card(1));
  });
});
