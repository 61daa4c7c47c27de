// The address of a comparison: `#/compare?scenario=feature-120&policies=weighted,fifo&baseline=fifo&seeds=50`. Several scenarios
// part at commas, several weight settings at semicolons; every setting on every scenario is then a comparison of its own,
// and `focus` says which of them is looked at closely.
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import { fault } from '../../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { DEFAULT_POLICIES, DEFAULT_SCENARIO, NO_FAULTS, SEEDS_MAX, readMetric, readPolicies, readWeights, readWhole, usualBaseline, weightsText } from './settings.ts';
import type { RouteKind } from './settings.ts';

export interface CompareRoute {
  readonly view: 'compare';
  /** What is looked at closely: one of the scenarios, and one of the weight settings. */
  readonly scenario: string;
  readonly weights: Weights;
  readonly scenarios: readonly string[];
  readonly weightSets: readonly Weights[];
  readonly policies: readonly string[];
  readonly baseline: string;
  readonly metric: MetricKey;
  /** Seeds 1 .. seeds. */
  readonly seeds: number;
  readonly faults: string;
}

export const DEFAULT_COMPARE: CompareRoute = {
  view: 'compare', scenario: DEFAULT_SCENARIO, weights: DEFAULT_WEIGHTS, scenarios: [DEFAULT_SCENARIO], weightSets: [DEFAULT_WEIGHTS], policies: DEFAULT_POLICIES, baseline: 'fifo', metric: 'objective', seeds: 50, faults: NO_FAULTS,
};

export const COMPARE_ROUTE: RouteKind<CompareRoute> = {
  view: 'compare', keys: ['scenario', 'weights', 'focus', 'policies', 'baseline', 'metric', 'seeds', 'faults'], usual: DEFAULT_COMPARE,
  read: (given, faults) => {
    const scenarios = unique((given.get('scenario') ?? DEFAULT_SCENARIO).split(',').map((name) => name.trim()).filter((name) => name !== ''), (name) => name);
    if (scenarios.length === 0) scenarios.push(DEFAULT_SCENARIO);
    const weightSets = unique((given.get('weights')?.split(';') ?? [null]).map((text) => readWeights(text, faults)), weightsText);
    const focus = readWhole(given, 'focus', 0, scenarios.length * weightSets.length - 1, 0, faults), scenario = scenarios[Math.floor(focus / weightSets.length)]!, weights = weightSets[focus % weightSets.length]!;
    const policies = readPolicies(given, DEFAULT_POLICIES, faults);
    const baseline = given.get('baseline') ?? usualBaseline(policies), known = policies.includes(baseline);
    if (!known) faults.push(fault('unknown-baseline', 'baseline', 'the baseline is none of the policies', { value: baseline, hint: `one of ${policies.join(', ')}` }));
    return {
      view: 'compare', scenario, weights, scenarios, weightSets, policies, baseline: known ? baseline : usualBaseline(policies), metric: readMetric(given.get('metric'), faults),
      seeds: readWhole(given, 'seeds', 1, SEEDS_MAX, DEFAULT_COMPARE.seeds, faults), faults: given.get('faults') ?? NO_FAULTS,
    };
  },
  write: (route, put) => {
    const cells = cellsOf(route), text = weightsText(route.weights);
    put('scenario', unique(cells.map(({ scenario }) => scenario), (name) => name).join(','), DEFAULT_SCENARIO);
    put('weights', unique(cells.map(({ weights }) => weightsText(weights)), (one) => one).join(';'), weightsText(DEFAULT_WEIGHTS));
    put('focus', String(cells.findIndex(({ scenario, weights }) => scenario === route.scenario && weightsText(weights) === text)), '0');
    put('policies', route.policies.join(','), DEFAULT_POLICIES.join(','));
    put('baseline', route.baseline, usualBaseline(route.policies));
    put('metric', route.metric, DEFAULT_COMPARE.metric);
    put('seeds', String(route.seeds), String(DEFAULT_COMPARE.seeds));
    put('faults', route.faults, NO_FAULTS);
  },
  enter: ({ scenario = DEFAULT_SCENARIO, weights = DEFAULT_WEIGHTS, policies = DEFAULT_POLICIES, faults = NO_FAULTS }) => ({ ...DEFAULT_COMPARE, scenario, weights, scenarios: [scenario], weightSets: [weights], policies, baseline: usualBaseline(policies), faults }),
};

/** Every scenario with every weight setting, weights fastest. What is looked at is among them, whatever the lists say. */
export function cellsOf({ scenario, weights, scenarios, weightSets }: CompareRoute): { readonly scenario: string; readonly weights: Weights }[] {
  const names = scenarios.includes(scenario) ? scenarios : [scenario], sets = weightSets.some((one) => weightsText(one) === weightsText(weights)) ? weightSets : [weights];
  return names.flatMap((name) => sets.map((one) => ({ scenario: name, weights: one })));
}

function unique<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
