// Every policy runs the teaching and feature scenarios to the end; the published plans take as long as they say.
import { describe, expect, test } from 'vitest';
import { REFUSED, STRIDE, TICK } from '../../engine/journal/records.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { Simulation, simulate } from '../../engine/sim/run.ts';
import { policies, policyNamed } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { peftExampleInstance } from '../support/peft-example.ts';

const instanceOf = (name: string) => compileScenario(loadCatalog(name));

describe.each(policies)('$name', (policy) => {
  test.each(['chain-3', 'fork-join-8', 'batch-6', 'spot-1', 'heft-10', 'feature-12'])('finishes %s', (name) => {
    expect(simulate(instanceOf(name), { policy, seed: 1 })).toMatchObject({ cause: 'finished', explanation: '' });
  });

  test('finishes feature-120 under several seeds, and no decision of it is refused', () => {
    const simulation = new Simulation(instanceOf('feature-120'), { policy, reasons: false });
    for (const seed of [1, 2, 3]) {
      const run = simulation.run(seed), codes = Array.from({ length: run.log.count }, (_, n) => run.log.rows[n * STRIDE]);
      expect([run.cause, codes.filter((code) => code === REFUSED).length]).toEqual(['finished', 0]);
    }
  });
});

test.each(['weighted', 'cheapest'])('%s, which weighs waiting against acting, is moved by no tick that is given without need', (name) => {
  const rows = (everyTick: boolean) => {
    const { log } = simulate(instanceOf('feature-120'), { policy: policyNamed(name), seed: 1, everyTick, reasons: false });
    return Array.from({ length: log.count }, (_, n) => log.rows.slice(n * STRIDE, (n + 1) * STRIDE).join(' ')).filter((row) => !row.startsWith(`${TICK} `));
  };
  expect(rows(true)).toEqual(rows(false));
});

test('HEFT and PEFT, carried out, take as long as their published plans', () => {
  const seconds = (name: string, instance = instanceOf('heft-10')) => simulate(instance, { policy: policyNamed(name), seed: 1 }).endedAt / 1000;
  expect(seconds('heft')).toBe(80);
  expect(seconds('heft', peftExampleInstance)).toBe(133);
  expect(seconds('peft', peftExampleInstance)).toBe(122);
});

test('the random order comes from the policy\'s own stream: it repeats by seed and differs between seeds', () => {
  const hash = (seed: number) => simulate(instanceOf('fork-join-8'), { policy: policyNamed('random'), seed }).hash;
  expect(hash(1)).toBe(hash(1));
  expect(new Set([1, 2, 3, 4].map(hash)).size).toBeGreaterThan(1);
});
