// Hypotheses as people write them, and cards over storms given by hand.
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../../../engine/experiment/rehearsal/card.ts';
import type { StormFigures } from '../../../../engine/experiment/rehearsal/figures.ts';
import { FIGURES } from '../../../../engine/experiment/rehearsal/figure-registry.ts';
import { holds, hypothesisTitle, parseHypothesis } from '../../../../engine/experiment/rehearsal/hypothesis.ts';
import type { Hypothesis } from '../../../../engine/experiment/rehearsal/hypothesis.ts';
import { parseHypotheses, validateRehearsal } from '../../../../engine/experiment/rehearsal/rehearsal-file.ts';
import { InputError } from '../../../../engine/model/errors.ts';
import type { Fault } from '../../../../engine/model/errors.ts';

const read = (text: string): Hypothesis => parseHypotheses([text])[0]!;
const wrong = (text: string): Fault => parseHypothesis(text) as Fault;

describe('a hypothesis', () => {
  it.each<[string, Partial<Hypothesis>]>([
    ['makespan<=4h', { figure: 'makespanMs', relation: '<=', value: 14_400_000, share: 1, text: 'makespan <= 4h' }],
    ['  makespanMs  ≤ 1h30m ', { figure: 'makespanMs', relation: '<=', value: 5_400_000 }],
    ['extraMakespan <= 2h', { figure: 'extraMakespanMs', value: 7_200_000 }], ['extraMakespan <= 10%', { figure: 'extraMakespanShare', value: 0.1 }],
    ['extraCost <= 20%', { figure: 'extraCostShare', value: 0.2 }], ['extraCost <= $12.50', { figure: 'extraCostMicroUsd', value: 12_500_000 }],
    ['extraCost >= -3usd', { figure: 'extraCostMicroUsd', relation: '>=', value: -3_000_000 }], ['cost < 1500 USD', { figure: 'costMicroUsd', relation: '<', value: 1_500_000_000 }],
    ['recovery p95 <= 30m in 95%', { figure: 'recoveryP95Ms', value: 1_800_000, share: 0.95, text: 'recovery p95 <= 30m in 95%' }], ['recovery <= 30m in 90 % of storms', { figure: 'recoveryMaxMs', share: 0.9 }],
    ['deadlinesMissed = 0', { figure: 'deadlineMisses', relation: '=', value: 0 }], ['late == 0', { relation: '=' }], ['tasks = all', { figure: 'tasksArchived', value: 'all' }],
    ['lostWork = 0', { figure: 'lostWorkMs', value: 0 }], ['objective <= 1.2', { figure: 'objective', value: 1.2 }], ['utilisation ≥ 30%', { figure: 'utilisation', relation: '>=', value: 0.3 }],
  ])('%s', (text, meaning) => {
    expect(read(text)).toMatchObject(meaning);
    expect(read(read(text).text)).toEqual(read(text));
  });

  it.each<[string, string, string]>([
    ['makspan <= 4h', 'unknown-figure', 'did you mean "makespan"?'], ['makespan', 'bad-hypothesis', 'like "makespan <= 4h"'], ['makespan <= 4', 'bad-value', 'like 4h, 30m'], ['cost <= 1500', 'bad-value', '1500usd'],
    ['cost <= 4h', 'bad-value', '1500usd'], ['recovery p90 <= 1h', 'bad-quantile', ''], ['cost p95 <= 1usd', 'bad-quantile', ''], ['late <= all', 'bad-value', ''], ['late <= 0 in 0%', 'bad-share', ''], ['late <= 0 in 120%', 'bad-share', ''],
  ])('%s is refused: %s', (text, code, hint) => {
    expect(wrong(text)).toMatchObject({ code, path: '--expect' });
    expect(wrong(text).hint ?? '').toContain(hint);
  });

  it('knows every figure by its key', () => {
    expect(new Set(FIGURES.map(({ key }) => key)).size).toBe(FIGURES.length);
    for (const { key, unit } of FIGURES) expect(parseHypothesis(`${key} <= ${{ ms: '1h', 'micro-dollars': '1usd', share: '5%', ratio: '2', count: '3' }[unit]}`)).toMatchObject({ figure: key });
  });

  it('reports all that are wrong at once', () => {
    expect(() => parseHypotheses(['makspan <= 1h', 'late = 0', 'cost <= 3'])).toThrow(InputError);
    try { parseHypotheses(['makspan <= 1h', 'late = 0', 'cost <= 3']); } catch (error) { expect((error as InputError).faults).toHaveLength(2); }
  });

  it('is borne out by nothing that does not exist', () => {
    for (const text of ['makespan <= 4h', 'makespan >= 4h', 'makespan = 4h']) expect(holds(read(text), NaN, 3)).toBe(false);
    expect([holds(read('recovery <= 1h'), Infinity, 3), holds(read('tasks = all'), 3, 3), holds(read('tasks = all'), 2, 3)]).toEqual([false, true, false]);
  });
});

const storm = (seed: number, makespanMs: number, cause: StormFigures['cause'] = 'finished'): StormFigures =>
  ({ seed, cause, baselineCause: 'finished', audit: 'clean', tasks: 3, values: { makespanMs, tasksArchived: cause === 'finished' ? 3 : 1 } as StormFigures['values'] });

describe('the card', () => {
  it('counts, judges and names the worst seed', () => {
    const storms = [storm(1, 3e6), storm(2, 5e6), storm(3, 4e6), storm(4, 2e6)];
    const [all, most, few] = cardOf(parseHypotheses(['makespan <= 1h', 'makespan <= 1h in 50%', 'makespan >= 40m in 75%']), storms).hypotheses;
    expect(all).toMatchObject({ held: 2, storms: 4, pass: false, spread: { min: 2e6, median: 3e6, max: 5e6 }, worst: { seed: 2, value: 5e6, held: false, finished: true } });
    expect(most).toMatchObject({ held: 2, pass: true });
    expect(few).toMatchObject({ held: 3, pass: true, worst: { seed: 4, value: 2e6 } });
    // Wilson (1927): 2 of 4.
    expect([all!.low, all!.high].map((x) => x.toFixed(4))).toEqual(['0.1500', '0.8500']);
    expect(hypothesisTitle(most!)).toBe('Makespan ≤ 1h');
  });

  it('holds a storm that did not finish against every hypothesis, and calls it the worst', () => {
    const card = cardOf(parseHypotheses(['makespan <= 10h', 'tasks = all in 60%']), [storm(1, 3e6), storm(2, 1e6, 'horizon'), storm(3, 9e6)]);
    expect(card).toMatchObject({ storms: 3, unfinished: [2], unfinishedWithout: [], pass: false });
    expect(card.hypotheses).toMatchObject([{ held: 2, pass: false, worst: { seed: 2, finished: false } }, { held: 2, pass: true, worst: { seed: 2 } }]);
  });

  it('counts a share in whole storms', () => {
    const storms = Array.from({ length: 20 }, (_, k) => storm(k + 1, k === 0 ? 9e6 : 1e6)), pass = (share: number) => cardOf(parseHypotheses([`makespan <= 1h in ${share}%`]), storms).pass;
    expect([pass(95), pass(95.1), pass(100)]).toEqual([true, false, false]);
  });

  it('passes without hypotheses, and bears nothing out without storms', () => {
    expect(cardOf([], [storm(1, 1)]).pass).toBe(true);
    expect(cardOf(parseHypotheses(['late = 0']), [])).toMatchObject({ pass: false, hypotheses: [{ held: 0, storms: 0, low: 0, high: 1, spread: null, worst: null }] });
  });
});

describe('rehearsal files', () => {
  const sound = { twinclock: 'rehearsal/1', name: 'thursday', scenario: 'feature-120', policy: 'weighted', faults: 'storm-evening', storms: 20, hypotheses: ['tasks = all'] };
  const faultsOf = (value: unknown): readonly Fault[] => {
    try { validateRehearsal(value); return []; } catch (error) { if (error instanceof InputError) return error.faults; throw error; }
  };

  it('are read as they are', () => {
    expect(validateRehearsal(sound)).toBe(sound);
    expect(validateRehearsal({ ...sound, weights: { latency: 0.5, cost: 0.5, fragmentation: 0 }, faults: { twinclock: 'faults/1', name: 'own', faults: [{ kind: 'price', at: '1h', factor: 3 }] } })).toBeDefined();
  });

  it.each<[object, string, string, string?]>([
    [{ polciy: 'weighted' }, 'unknown-key', 'polciy', 'did you mean "policy"?'], [{ storms: 0 }, 'out-of-range', 'storms'], [{ hypotheses: ['makspan <= 4h'] }, 'unknown-figure', 'hypotheses[0]', 'did you mean "makespan"?'],
    [{ weights: { latency: 1, cost: 1, fragmentation: 0 } }, 'bad-weights', 'weights'], [{ scenario: 7 }, 'bad-scenario', 'scenario'],
    [{ faults: { twinclock: 'faults/1', name: 'own', faults: [{ kind: 'strom', at: 0, for: 1, killsPerHour: 1 }] } }, 'unknown-kind', 'faults.faults[0].kind', 'did you mean "storm"?'],
    [{ scenario: { twinclock: 'scenario/1', name: 'x', jobs: [] , fleet: {} } }, 'empty-list', 'scenario.jobs'], [{ twinclock: 'rehearsal/2' }, 'unsupported-version', 'twinclock'],
  ])('%j is refused: %s', (change, code, path, hint) => {
    expect(faultsOf({ ...sound, ...change })).toEqual(expect.arrayContaining([expect.objectContaining({ code, path, ...(hint === undefined ? {} : { hint }) })]));
  });

  it('report several faults at once, and are no fault plans', () => {
    expect(faultsOf({ ...sound, storms: 0, hypotheses: ['a', 'cost <= 3'], weights: { latency: 1, cost: 1, fragmentation: 0 } })).toHaveLength(4);
    expect(faultsOf({ ...sound, twinclock: 'faults/1' })).toMatchObject([{ hint: 'this is a fault plan, not a rehearsal' }]);
  });
});
