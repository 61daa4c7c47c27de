// Comparisons whose outcome is known beforehand: one policy takes exactly twice as long as the other at every seed, another
// never finishes, tasks fail at seeds one can look up. And what must not matter: whether runs were made together or apart.
import { describe, expect, it } from 'vitest';
import { compare, comparisonBy, extend } from '../../../engine/experiment/compare.ts';
import { InputError } from '../../../engine/model/errors.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { Policy } from '../../../engine/model/policy.ts';
import type { TaskFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { parsePolicySpec, policies } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
import { smallScenario } from '../../support/small-scenario.ts';

/** Every task to the machine of this name. */
const only = (name: string, unit: string): Policy => ({
  name, summary: `everything on ${unit}`, parameters: {},
  prepare: (problem) => ({
    order: (_view, task) => task,
    decide(view) {
      for (let task = view.next(); task >= 0; task = view.next()) if (view.placeOn(task, problem.unitIds.indexOf(unit), 0) !== 0) view.closeGroup(task);
    },
  }),
});
const idle: Policy = { name: 'idle', summary: 'places nothing', parameters: {}, prepare: () => ({ order: (_view, task) => task, decide: () => {} }) };
const choice = (policy: Policy) => ({ policy, parameters: {} });
const fast = choice(only('fast', 'x')), slow = choice(only('slow', 'y'));

// x 0      d        y takes 2 d: one draw for the task, whatever machine runs it
//   |======|        |============|
const noisy: TaskFile = { id: 'a', duration: { by: { x: { lognormal: { median: 100, sigma: 0.5 } }, y: { lognormal: { median: 200, sigma: 0.5 } } } } };
const twoMachines = { local: [{ id: 'x', slots: 1 }, { id: 'y', slots: 1 }] };
const instance = compileScenario(smallScenario([noisy], twoMachines));

describe('compare', () => {
  it('pairs seeds: twice as long at every seed is a sure loss, however much the seeds differ', () => {
    const { rows, winner, statement, baseline, seeds } = compare({ instance, policies: [slow, fast], replications: 12, firstSeed: 5, metric: 'makespanMs' });
    expect({ winner, baseline, seeds }).toEqual({ winner: 'fast', baseline: 'slow', seeds: [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] });
    expect(statement).toMatch(/^fast is better than every other policy \(n = 12/);
    const [first, second] = rows;
    expect([first!.policy, second!.policy]).toEqual(['fast', 'slow']);
    expect(second!.mean).toBeCloseTo(2 * first!.mean, -1);
    expect(first!.pairedDifference).toMatchObject({ n: 12, verdict: 'better', winTieLoss: [12, 0, 0] });
    expect(first!.pairedDifference.mean).toBeCloseTo(first!.mean - second!.mean, 6);
    expect(first!.pairedDifference.relative).toBeCloseTo(-0.5, 3);
    expect(second!.pairedDifference).toMatchObject({ mean: 0, halfWidth95: 0, verdict: 'undecided', winTieLoss: [0, 12, 0] });
    expect(first!.metrics.makespanMs!.standardDeviation).toBeGreaterThan(0.2 * first!.mean);
  });

  it('has no winner among equals, nor from one seed', () => {
    const same = choice(only('fast-too', 'x'));
    expect(compare({ instance, policies: [fast, same], replications: 10 })).toMatchObject({ winner: undefined, statement: 'no winner yet: fast leads, but is not shown to be better than fast-too (n = 10)' });
    const once = compare({ instance, policies: [fast, slow], replications: 1 });
    expect(once.winner).toBeUndefined();
    expect(once.rows.map((row) => [row.halfWidth95, row.pairedDifference.verdict])).toEqual([[Infinity, 'undecided'], [Infinity, 'undecided']]);
    expect(compare({ instance, policies: [fast], replications: 3 }).statement).toBe('no winner: fast stands alone');
  });

  it('counts runs that did not finish, and never averages them', () => {
    const { rows, winner, statement, runs, policies: names } = compare({ instance, policies: [fast, slow, choice(idle)], replications: 4 });
    expect(rows.map(({ policy, n, failed, failures }) => [policy, n, failed, failures])).toEqual([['fast', 4, 0, {}], ['slow', 4, 0, {}], ['idle', 0, 4, { stuck: 4 }]]);
    expect(rows[2]).toMatchObject({ mean: NaN, pairedDifference: { n: 0, mean: NaN, verdict: 'worse', winTieLoss: [0, 0, 4] } });
    expect(rows[2]!.metrics.makespanMs).toBeUndefined();
    expect(runs[names.indexOf('idle')]![0]!.failure).toMatch(/^stuck: 1 task is left/);
    expect(winner).toBe('fast');
    expect(statement).toMatch(/; not ranked: idle \(4 of 4 runs failed\)$/);
    expect(compare({ instance, policies: [choice(idle)], replications: 2 }).statement).toBe('no winner yet: no run of any policy succeeded');
  });

  it('lets nobody win by default before six seeds speak for it', () => {
    const against = (replications: number) => compare({ instance, policies: [fast, choice(idle)], replications });
    expect(against(5)).toMatchObject({ winner: undefined, statement: 'no winner yet: fast is the only policy without failed runs; not ranked: idle (5 of 5 runs failed)' });
    expect(against(6).winner).toBe('fast');
  });

  it('leaves out seeds at which everybody fails, and holds nobody responsible', () => {
    const doomed = compileScenario(smallScenario([{ ...noisy, failureRate: 0.4, attempts: 1 }], twoMachines));
    const lost = [...Array(20).keys()].map((k) => k + 1).filter((seed) => simulate(doomed, { policy: fast.policy, seed }).cause === 'task-failed');
    expect(lost.length).toBeGreaterThan(2);
    const { rows, winner } = compare({ instance: doomed, policies: [fast, slow], replications: 20 });
    expect(rows.map(({ n, failed, failures }) => [n, failed, failures])).toEqual([[20 - lost.length, lost.length, { 'task-failed': lost.length }], [20 - lost.length, lost.length, { 'task-failed': lost.length }]]);
    expect(winner).toBe('fast');
  });

  it('adds seeds without starting over, and judges the same runs by other figures', () => {
    const setup = { instance, policies: [fast, slow] }, whole = compare({ ...setup, replications: 9 }), begun = compare({ ...setup, replications: 4 }), grown = extend(begun, 5);
    expect(grown.seeds).toEqual(whole.seeds);
    expect(grown.runs).toEqual(whole.runs);
    expect(grown.rows).toEqual(whole.rows);
    expect(begun.seeds).toHaveLength(4);
    const higher = comparisonBy(whole, 'utilisation', 'fast');
    expect(higher).toMatchObject({ metric: 'utilisation', baseline: 'fast', runs: whole.runs });
    expect(higher.rows[0]!.mean).toBeGreaterThanOrEqual(higher.rows[1]!.mean);
  });

  it('reports every run as it is made', () => {
    const seen: string[] = [];
    compare({ instance, policies: [fast, slow], replications: 2, firstSeed: 3, onProgress: ({ done, total, policy, seed }) => { seen.push(`${done}/${total} ${policy} ${seed}`); } });
    expect(seen).toEqual(['1/4 fast 3', '2/4 slow 3', '3/4 fast 4', '4/4 slow 4']);
  });

  it('refuses what cannot be compared', () => {
    const code = (request: () => unknown) => { try { request(); return ''; } catch (error) { return error instanceof InputError ? error.code : String(error); } };
    expect(code(() => compare({ instance, policies: [], replications: 1 }))).toBe('no-policies');
    expect(code(() => compare({ instance, policies: [fast, fast], replications: 1 }))).toBe('repeated-policy');
    expect(code(() => compare({ instance, policies: [fast], replications: 1, baseline: 'fats' }))).toBe('unknown-baseline');
    expect(code(() => compare({ instance, policies: [fast], replications: 1, metric: 'attempts' }))).toBe('bad-metric');
  });
});

describe('the runs of a comparison', () => {
  it('are those that a simulation alone makes, faults and all, with fifo as the baseline', () => {
    const feature = compileScenario(loadCatalog('feature-12')), faults = compileFaults(loadFaults('storm-all-spot'), feature.problem);
    const chosen = policies.map((policy) => parsePolicySpec(policy.name)), { runs, baseline } = compare({ instance: feature, policies: chosen, faults, replications: 3 });
    expect(baseline).toBe('fifo');
    chosen.forEach((spec, p) => {
      for (const run of runs[p]!) {
        const alone = simulate(feature, { ...spec, faults, seed: run.seed });
        expect([spec.policy.name, run.hash, run.cause, run.audit]).toEqual([spec.policy.name, alone.hash, alone.cause, 'clean']);
      }
    });
  });

  it('keep policies with different parameters apart', () => {
    const specs = ['weighted', 'weighted:idle=60'].map(parsePolicySpec);
    expect(compare({ instance, policies: specs, replications: 1, baseline: 'weighted:idle=60' })).toMatchObject({ policies: ['weighted', 'weighted:idle=60'], baseline: 'weighted:idle=60' });
  });
});
