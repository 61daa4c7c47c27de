// The address of a map of weights: `#/weights?policies=weighted,heft&colour=winner&seeds=20&at=0.6,0.3,0.1`.
import { METRICS, METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import { fault, nearestName } from '../../../engine/model/errors.ts';
import type { Fault } from '../../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { DEFAULT_SCENARIO, NO_FAULTS, readPolicies, readWeights, readWhole, weightsText } from './settings.ts';
import type { RouteKind } from './settings.ts';

/** What the map is coloured by: the mean of a figure, or which policy has the best objective. */
export type MapColour = MetricKey | 'winner';

/** Where lines are drawn: around the points that make the same run of the seed beside the map as the point looked at; or between all points whose schedules differ, at any seed or at that one. */
export const BORDERS = ['here', 'any-seed', 'this-seed', 'none'] as const;
export type Borders = (typeof BORDERS)[number];

export interface WeightsRoute {
  readonly view: 'weights';
  readonly scenario: string;
  /** The point that is looked at. */
  readonly weights: Weights;
  readonly policies: readonly string[];
  /** Whose figure is shown; one of the policies. */
  readonly policy: string;
  readonly colour: MapColour;
  readonly borders: Borders;
  /** Seeds 1 .. seeds at every point. */
  readonly seeds: number;
  /** The seed of the run that is shown beside the map. */
  readonly seed: number;
  readonly faults: string;
}

export const MAP_SEEDS_MAX = 1000;
const USUAL_POLICIES: readonly string[] = ['weighted'];
export const DEFAULT_WEIGHT_MAP: WeightsRoute = {
  view: 'weights', scenario: DEFAULT_SCENARIO, weights: DEFAULT_WEIGHTS, policies: USUAL_POLICIES, policy: 'weighted', colour: 'objective', borders: 'here', seeds: 20, seed: 1, faults: NO_FAULTS,
};

export const WEIGHTS_ROUTE: RouteKind<WeightsRoute> = {
  view: 'weights', keys: ['scenario', 'weights', 'policies', 'policy', 'colour', 'borders', 'seeds', 'seed', 'faults'], usual: DEFAULT_WEIGHT_MAP,
  read: (given, faults) => {
    const scenario = given.get('scenario') ?? DEFAULT_SCENARIO, weights = readWeights(given.get('weights'), faults), policies = readPolicies(given, USUAL_POLICIES, faults);
    const policy = given.get('policy') ?? policies[0]!, known = policies.includes(policy);
    if (!known) faults.push(fault('unknown-policy', 'policy', 'the policy shown is none of those mapped', { value: policy, hint: `one of ${policies.join(', ')}` }));
    return {
      view: 'weights', scenario, weights, policies, policy: known ? policy : policies[0]!, colour: readColour(given.get('colour'), faults), borders: readBorders(given.get('borders'), faults), seeds: readWhole(given, 'seeds', 1, MAP_SEEDS_MAX, DEFAULT_WEIGHT_MAP.seeds, faults),
      seed: readWhole(given, 'seed', 0, Number.MAX_SAFE_INTEGER, 1, faults), faults: given.get('faults') ?? NO_FAULTS,
    };
  },
  write: (route, put) => {
    put('scenario', route.scenario, DEFAULT_SCENARIO);
    put('weights', weightsText(route.weights), weightsText(DEFAULT_WEIGHTS));
    put('policies', route.policies.join(','), USUAL_POLICIES.join(','));
    put('policy', route.policy, route.policies[0]!);
    put('colour', route.colour, DEFAULT_WEIGHT_MAP.colour);
    put('borders', route.borders, DEFAULT_WEIGHT_MAP.borders);
    put('seeds', String(route.seeds), String(DEFAULT_WEIGHT_MAP.seeds));
    put('seed', String(route.seed), '1');
    put('faults', route.faults, NO_FAULTS);
  },
  // The policy of a run is worth a map of its own; of a comparison's policies the first is, all of them would take long.
  enter: ({ scenario = DEFAULT_SCENARIO, weights = DEFAULT_WEIGHTS, policies = USUAL_POLICIES, policy = policies[0]!, seed = 1, faults = NO_FAULTS }) => ({ ...DEFAULT_WEIGHT_MAP, scenario, weights, policies: [policy], policy, seed, faults }),
};

function readColour(text: string | null, faults: Fault[]): MapColour {
  if (text === null) return DEFAULT_WEIGHT_MAP.colour;
  if (text === 'winner' || Object.hasOwn(METRIC_BY_KEY, text)) return text as MapColour;
  const near = nearestName(text, ['winner', ...METRICS.map(({ key }) => key)]);
  faults.push(fault('unknown-metric', 'colour', 'no figure of this name', { value: text, hint: near === undefined ? 'winner, or for example objective, makespanMs, costMicroUsd' : `did you mean "${near}"?` }));
  return DEFAULT_WEIGHT_MAP.colour;
}

function readBorders(text: string | null, faults: Fault[]): Borders {
  const found = text === null ? DEFAULT_WEIGHT_MAP.borders : BORDERS.find((name) => name === text);
  if (found === undefined) faults.push(fault('unknown-borders', 'borders', 'no borders of this name', { value: text, hint: `one of ${BORDERS.join(', ')}` }));
  return found ?? DEFAULT_WEIGHT_MAP.borders;
}
