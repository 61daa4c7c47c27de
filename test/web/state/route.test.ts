// The address: what is written is read back, everything wrong is reported at once, and what is left out is a default.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import { policies } from '../../../policies/registry.ts';
import { DEFAULT_COMPARE, DEFAULT_RUN, checkWeights, readRoute, splitPolicies, writeRoute } from '../../../web/state/route.ts';
import type { Route } from '../../../web/state/route.ts';

const weights = fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => { const l = Math.min(a, b), c = Math.max(a, b) - l; return { latency: l / 20, cost: c / 20, fragmentation: (20 - l - c) / 20 }; });
const scenario = fc.constantFrom('feature-120', 'heft-10', 'a name & more');
const spec = fc.constantFrom(...policies.map(({ name }) => name), 'weighted:theta=0.8,idle=300');
const compare: fc.Arbitrary<Route> = fc.record({
  view: fc.constant('compare' as const), scenario, weights, policies: fc.uniqueArray(spec, { minLength: 1, maxLength: 6 }), pick: fc.nat(),
  metric: fc.constantFrom(...METRICS.filter(({ better }) => better !== 'none').map(({ key }) => key)), seeds: fc.integer({ min: 1, max: 5000 }),
}).map(({ pick, ...route }) => ({ ...route, baseline: route.policies[pick % route.policies.length]! }));
const run: fc.Arbitrary<Route> = fc.record({ view: fc.constant('run' as const), scenario, weights, policy: spec, seed: fc.nat(), task: fc.constantFrom('', 'f1-train-14', 'a b?c'), attempt: fc.nat(9) });

describe('the address', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(fc.oneof(compare, run), (route) => { expect(readRoute(writeRoute(route))).toEqual({ route, faults: [] }); }), { seed: 7 });
  });

  it('may leave everything out', () => {
    expect(readRoute('')).toEqual({ route: DEFAULT_COMPARE, faults: [] });
    expect(readRoute('#/run')).toEqual({ route: DEFAULT_RUN, faults: [] });
    expect(writeRoute(DEFAULT_COMPARE)).toBe('#/compare?v=1');
  });

  it('keeps policies and weights readable', () => {
    expect(writeRoute({ ...DEFAULT_COMPARE, policies: ['fifo', 'weighted:theta=0.8'], weights: { latency: 1, cost: 0, fragmentation: 0 } })).toBe('#/compare?weights=1,0,0&policies=fifo,weighted:theta%3D0.8&v=1');
  });

  it('reports every fault at once and shows defaults in their place', () => {
    const { route, faults } = readRoute('#/compare?metrik=x&metric=makespan&weights=0.5,0.5,0.5&seeds=0&baseline=heft&policies=fifo,weighted&v=2');
    expect(faults.map(({ code, path }) => `${code} ${path}`)).toEqual(['unknown-key address', 'unknown-version v', 'bad-weights weights', 'unknown-baseline baseline', 'unknown-metric metric', 'bad-number seeds']);
    expect(faults[0]!.hint).toContain('metric');
    expect(faults[4]!.hint).toContain('makespanMs');
    expect(route).toEqual({ ...DEFAULT_COMPARE, policies: ['fifo', 'weighted'] });
  });

  it('refuses a view it does not have', () => {
    expect(readRoute('#/whatever').faults[0]).toMatchObject({ code: 'unknown-view', value: '"/whatever"' });
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
