// The address: what is written is read back, everything wrong is reported at once, and what is left out is a default.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import { policies } from '../../../policies/registry.ts';
import { carriedBy, enterView, readRoute, writeRoute } from '../../../web/state/route.ts';
import type { Route } from '../../../web/state/route.ts';
import { DEFAULT_COMPARE } from '../../../web/state/routes/compare.ts';
import { DEFAULT_POLICY } from '../../../web/state/routes/policy.ts';
import { DEFAULT_RUN } from '../../../web/state/routes/run.ts';
import { DEFAULT_REHEARSE } from '../../../web/state/routes/rehearse.ts';
import { checkWeights, splitPolicies } from '../../../web/state/routes/settings.ts';
import { BORDERS, DEFAULT_WEIGHT_MAP } from '../../../web/state/routes/weights.ts';

const weights = fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => { const l = Math.min(a, b), c = Math.max(a, b) - l; return { latency: l / 20, cost: c / 20, fragmentation: (20 - l - c) / 20 }; });
const scenario = fc.constantFrom('feature-120', 'heft-10', 'mine/a name & more'), faults = fc.constantFrom('', 'storm-all-spot', 'mine/my storm');
const spec = fc.constantFrom(...policies.map(({ name }) => name), 'weighted:theta=0.8,idle=300', 'mine/my policy');
const compare: fc.Arbitrary<Route> = fc.record({
  view: fc.constant('compare' as const), scenarios: fc.uniqueArray(scenario, { minLength: 1, maxLength: 3 }), weightSets: fc.uniqueArray(weights, { minLength: 1, maxLength: 3, selector: ({ latency, cost }) => `${latency} ${cost}` }),
  policies: fc.uniqueArray(spec, { minLength: 1, maxLength: 6 }), pick: fc.nat(), metric: fc.constantFrom(...METRICS.filter(({ better }) => better !== 'none').map(({ key }) => key)), seeds: fc.integer({ min: 1, max: 5000 }), faults,
}).map(({ pick, ...route }) => ({ ...route, scenario: route.scenarios[pick % route.scenarios.length]!, weights: route.weightSets[pick % route.weightSets.length]!, baseline: route.policies[pick % route.policies.length]! }));
const run: fc.Arbitrary<Route> = fc.record({ view: fc.constant('run' as const), scenario, weights, policy: spec, seed: fc.nat(), faults, journal: fc.constantFrom('', 'mine/a journal'), ifPolicy: fc.constantFrom('', 'fifo', 'mine/a policy:idle=60'), ifWeights: fc.option(weights, { nil: undefined }), without: fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 3 }), task: fc.constantFrom('', 'f1-train-14', 'a b?c'), attempt: fc.nat(9),
  window: fc.option(fc.tuple(fc.integer({ min: -9e8, max: 9e9 }), fc.integer({ min: 1, max: 9e9 })).map(([from, span]) => ({ from, to: from + span })), { nil: undefined }), at: fc.option(fc.nat(), { nil: undefined }),
});
const weightMap: fc.Arbitrary<Route> = fc.record({
  view: fc.constant('weights' as const), scenario, weights, policies: fc.uniqueArray(spec, { minLength: 1, maxLength: 4 }), pick: fc.nat(),
  colour: fc.constantFrom('winner' as const, ...METRICS.map(({ key }) => key)), borders: fc.constantFrom(...BORDERS), seeds: fc.integer({ min: 1, max: 1000 }), seed: fc.nat(), faults,
}).map(({ pick, ...route }) => ({ ...route, policy: route.policies[pick % route.policies.length]! }));

const rehearse: fc.Arbitrary<Route> = fc.record({
  view: fc.constant('rehearse' as const), scenario, weights, policy: spec, seed: fc.nat(), faults: fc.constantFrom('', 'storm-all-spot', 'mine/my storm', '{"twinclock":"faults/1","name":"a & b","faults":[]}'), storms: fc.integer({ min: 1, max: 10_000 }),
  expect: fc.uniqueArray(fc.constantFrom('tasks = all', 'extraCost <= 20% in 95%', 'recovery p95 <= 30m'), { maxLength: 3 }),
});
const scenarioRoute: fc.Arbitrary<Route> = fc.record({ view: fc.constant('scenario' as const), scenario });
const policyRoute: fc.Arbitrary<Route> = fc.record({
  view: fc.constant('policy' as const), policy: fc.constantFrom('', 'mine/my policy'), policies: fc.uniqueArray(spec, { minLength: 1, maxLength: 4 }), scenario, weights, seeds: fc.integer({ min: 1, max: 10_000 }), faults,
});
const share: fc.Arbitrary<Route> = fc.record({ view: fc.constant('share' as const), packed: fc.constantFrom('', 'q1bKz-_A'), document: fc.constantFrom('', 'mine/a result') });

describe('the address', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(fc.oneof(compare, run, rehearse, weightMap, policyRoute, scenarioRoute, share), (route) => { expect(readRoute(writeRoute(route))).toEqual({ route, faults: [] }); }), { seed: 7 });
  });

  it('may leave everything out', () => {
    expect(readRoute('')).toEqual({ route: DEFAULT_COMPARE, faults: [] });
    expect(readRoute('#/run')).toEqual({ route: DEFAULT_RUN, faults: [] });
    expect(readRoute('#/weights')).toEqual({ route: DEFAULT_WEIGHT_MAP, faults: [] });
    expect(writeRoute(DEFAULT_COMPARE)).toBe('#/compare?v=1');
  });

  it('keeps policies and weights readable', () => {
    expect(writeRoute({ ...DEFAULT_COMPARE, policies: ['fifo', 'weighted:theta=0.8'], weights: { latency: 1, cost: 0, fragmentation: 0 } })).toBe('#/compare?weights=1,0,0&policies=fifo,weighted:theta%3D0.8&v=1');
  });

  it('has every weight setting on every scenario, and looks at one of them', () => {
    const { route, faults } = readRoute('#/compare?scenario=feature-12,heft-10&weights=1,0,0;0.6,0.3,0.1&focus=2&v=1');
    expect(faults).toEqual([]);
    expect(route).toMatchObject({ scenario: 'heft-10', weights: { latency: 1 }, scenarios: ['feature-12', 'heft-10'], weightSets: [{ latency: 1 }, { latency: 0.6 }] });
    expect(writeRoute(route)).toBe('#/compare?scenario=feature-12,heft-10&weights=1,0,0;0.6,0.3,0.1&focus=2&v=1');
    expect(readRoute('#/compare?scenario=heft-10&focus=1').faults).toMatchObject([{ code: 'bad-number', path: 'focus' }]);
  });

  it('writes only policies of one\'s own', () => {
    expect(readRoute('#/policy?policy=fifo&v=1')).toEqual({ route: DEFAULT_POLICY, faults: [expect.objectContaining({ code: 'bad-policy', path: 'policy' })] });
    expect(enterView('policy', { policies: ['fifo', 'mine/a:idle=60'], scenario: 'heft-10' })).toEqual({ ...DEFAULT_POLICY, scenario: 'heft-10', policy: 'mine/a' });
  });

  it('reports every fault at once and shows defaults in their place', () => {
    const { route, faults } = readRoute('#/compare?metrik=x&metric=makespan&weights=0.5,0.5,0.5&seeds=0&baseline=heft&policies=fifo,weighted&v=2');
    expect(faults.map(({ code, path }) => `${code} ${path}`)).toEqual(['unknown-key address', 'unknown-version v', 'bad-weights weights', 'unknown-baseline baseline', 'unknown-metric metric', 'bad-number seeds']);
    expect(faults[0]!.hint).toContain('metric');
    expect(faults[4]!.hint).toContain('makespanMs');
    expect(route).toEqual({ ...DEFAULT_COMPARE, policies: ['fifo', 'weighted'] });
  });

  it('takes a window of a run, and refuses one that turns around', () => {
    expect(readRoute('#/run?window=-5,10&at=7&v=1')).toEqual({ route: { ...DEFAULT_RUN, window: { from: -5, to: 10 }, at: 7 }, faults: [] });
    for (const text of ['10,5', '5,5', '5', 'a,b', '1,2,3']) expect(readRoute(`#/run?window=${text}&v=1`)).toEqual({ route: DEFAULT_RUN, faults: [expect.objectContaining({ code: 'bad-window' })] });
  });

  it('refuses a view it does not have', () => {
    expect(readRoute('#/whatever').faults[0]).toMatchObject({ code: 'unknown-view', value: '"/whatever"' });
  });
});

describe('a step to another view', () => {
  it('takes along what both are about', () => {
    const from: Route = { ...DEFAULT_RUN, scenario: 'heft-10', policy: 'heft', seed: 9, faults: 'mine/storm', task: 'n1', attempt: 2 };
    expect(enterView('run', carriedBy(from))).toEqual({ ...from, task: '', attempt: 0 });
    expect(enterView('compare', carriedBy(from))).toEqual({ ...DEFAULT_COMPARE, scenario: 'heft-10', scenarios: ['heft-10'], faults: 'mine/storm' });
    expect(enterView('weights', carriedBy({ ...DEFAULT_COMPARE, policies: ['heft', 'fifo'] }))).toEqual({ ...DEFAULT_WEIGHT_MAP, policies: ['heft'], policy: 'heft' });
  });

  it('leaves behind what a view shows without being asked', () => {
    expect(enterView('compare', carriedBy(DEFAULT_REHEARSE))).toEqual(DEFAULT_COMPARE);
    expect(enterView('run', carriedBy(DEFAULT_REHEARSE))).toEqual(DEFAULT_RUN);
    for (const from of [DEFAULT_POLICY, DEFAULT_WEIGHT_MAP]) expect(enterView('compare', carriedBy(from))).toEqual(DEFAULT_COMPARE);
    expect(enterView('run', carriedBy(DEFAULT_POLICY))).toEqual(DEFAULT_RUN);
    // What was chosen goes along.
    expect(enterView('compare', carriedBy({ ...DEFAULT_REHEARSE, faults: 'mine/storm' }))).toEqual({ ...DEFAULT_COMPARE, faults: 'mine/storm' });
    expect(enterView('compare', carriedBy({ ...DEFAULT_POLICY, policies: ['heft', 'fifo'] }))).toMatchObject({ policies: ['heft', 'fifo'] });
  });
});

describe('its parts', () => {
  it('split policies at commas, but not within parameters', () => {
    expect(splitPolicies('weighted:theta=0.8,idle=300,fifo, heft')).toEqual(['weighted:theta=0.8,idle=300', 'fifo', 'heft']);
  });

  it('take weights that sum to 1 and say what is missing', () => {
    expect(checkWeights([0.6, 0.3, 0.1])).toEqual({ latency: 0.6, cost: 0.3, fragmentation: 0.1 });
    expect(checkWeights([0.6, 0.3, 0.2])).toMatchObject({ code: 'bad-weights', hint: 'take 0.1 away' });
    expect(checkWeights([0.6, 0.3, 0])).toMatchObject({ hint: 'add 0.1' });
    expect(checkWeights([NaN, 1, 0])).toMatchObject({ code: 'bad-weights' });
  });
});
