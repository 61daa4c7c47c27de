// The address of a policy being written: `#/policy?policy=mine/greedy&policies=weighted,fifo&scenario=feature-12&seeds=20`.
import { fault } from '../../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { MINE } from '../library.ts';
import { DEFAULT_SCENARIO, NO_FAULTS, readPolicies, readWeights, readWhole, weightsText } from './settings.ts';
import type { RouteKind } from './settings.ts';

export interface PolicyRoute {
  readonly view: 'policy';
  /** The one that is written, `mine/name`; empty for any, or a new one. */
  readonly policy: string;
  /** What it is compared with. */
  readonly policies: readonly string[];
  readonly scenario: string;
  readonly weights: Weights;
  /** Seeds 1 .. seeds. */
  readonly seeds: number;
  readonly faults: string;
}

export const WRITING_SEEDS_MAX = 10_000;
const USUAL_POLICIES: readonly string[] = ['weighted', 'fifo'];
export const DEFAULT_POLICY: PolicyRoute = { view: 'policy', policy: '', policies: USUAL_POLICIES, scenario: DEFAULT_SCENARIO, weights: DEFAULT_WEIGHTS, seeds: 20, faults: NO_FAULTS };

export const POLICY_ROUTE: RouteKind<PolicyRoute> = {
  view: 'policy', keys: ['scenario', 'weights', 'policies', 'policy', 'seeds', 'faults'], usual: DEFAULT_POLICY,
  read: (given, faults) => {
    const scenario = given.get('scenario') ?? DEFAULT_SCENARIO, weights = readWeights(given.get('weights'), faults), policies = readPolicies(given, USUAL_POLICIES, faults), policy = given.get('policy') ?? '';
    const own = policy === '' || policy.startsWith(MINE);
    if (!own) faults.push(fault('bad-policy', 'policy', 'only policies of your own are written here', { value: policy, hint: `they are named ${MINE}...` }));
    return { view: 'policy', policy: own ? policy : '', policies, scenario, weights, seeds: readWhole(given, 'seeds', 1, WRITING_SEEDS_MAX, DEFAULT_POLICY.seeds, faults), faults: given.get('faults') ?? NO_FAULTS };
  },
  write: (route, put) => {
    put('scenario', route.scenario, DEFAULT_SCENARIO);
    put('weights', weightsText(route.weights), weightsText(DEFAULT_WEIGHTS));
    put('policies', route.policies.join(','), USUAL_POLICIES.join(','));
    put('policy', route.policy, '');
    put('seeds', String(route.seeds), String(DEFAULT_POLICY.seeds));
    put('faults', route.faults, NO_FAULTS);
  },
  // The policy of one's own that was looked at is the one to be written; the others stay what it is compared with.
  enter: ({ scenario = DEFAULT_SCENARIO, weights = DEFAULT_WEIGHTS, policies = [], policy = policies.find((spec) => spec.startsWith(MINE)) ?? '', faults = NO_FAULTS }) => {
    const own = policy.startsWith(MINE) ? policy.split(':')[0]! : '';
    return { ...DEFAULT_POLICY, scenario, weights, faults, policy: own };
  },
};
