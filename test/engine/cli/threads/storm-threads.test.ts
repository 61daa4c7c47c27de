// Storms made by several threads are those that a single thread makes, with built-in policies and with texts; threads that do not start leave none out.
import { describe, expect, it } from 'vitest';
import { stormsInThreads, toldOf } from '../../../../engine/cli/threads/storm-threads.ts';
import type { StormFigures } from '../../../../engine/experiment/rehearsal/figures.ts';
import { Rehearser } from '../../../../engine/experiment/rehearsal/rehearse.ts';
import type { RehearsalSetup } from '../../../../engine/experiment/rehearsal/rehearse.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import { parsePolicySpec } from '../../../../policies/registry.ts';
import { loadCatalog } from '../../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../../scenarios/faults/index.ts';
import { twinclock } from '../../../support/built-cli.ts';
import { madeByThreads, threadBundle } from '../../../support/made-by-threads.ts';
import { compileText, smallPolicy } from '../../../support/policy-text.ts';

const scenario = loadCatalog('feature-12'), instance = compileScenario(scenario), plan = loadFaults('storm-all-spot'), FIRST = 7, STORMS = 600;
const THREAD = (): URL => threadBundle('twinclock-storm-thread');

describe('storms in threads', () => {
  const setups: [string, RehearsalSetup][] = [
    ['a policy with a parameter, and weights', { instance, plan, ...parsePolicySpec('weighted:theta=0.8'), weights: { latency: 0.2, cost: 0.7, fragmentation: 0.1 } }],
    ['a text', { instance, plan, policy: compileText(smallPolicy()), parameters: {} }],
  ];

  it.each(setups)('are made by threads alone as here, every one once, under %s', async (_, setup) => {
    const rehearser = new Rehearser(setup), made = await madeByThreads<StormFigures>(THREAD(), 2, toldOf({ scenario, setup }), FIRST, 20);
    expect(made.sort((a, b) => a.seed - b.seed)).toEqual(Array.from({ length: 20 }, (_, k) => ({ seed: FIRST + k, made: rehearser.storm(FIRST + k) })));
  });

  it('are those of one thread, in the order of their seeds, each told of once', async () => {
    const [, setup] = setups[0]!, seen: number[] = [], rehearser = new Rehearser(setup), seeds = Array.from({ length: STORMS }, (_, k) => FIRST + k);
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
  const rehearse = (threads: number) => twinclock(['rehearse', 'feature-12', '--faults', 'storm-evening', '--storms', '3', '--threads', String(threads), '--expect', 'tasks = all', '--json']);

  it('takes any number from one on', async () => {
    const [one, two, none] = await Promise.all([1, 2, 0].map(rehearse));
    expect([one!.code, one!.stderr]).toEqual([0, '']);
    expect(two).toEqual(one);
    expect([none!.code, none!.stdout]).toEqual([2, '']);
    expect(none!.stderr).toContain('--threads');
  });
});
