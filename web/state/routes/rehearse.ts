// The address of a rehearsal: `#/rehearse?policy=weighted&seed=7&faults=storm-evening&storms=50&expect=tasks+=+all`. The plan
// is a name, or lies in the address itself as JSON; hypotheses are parted by semicolons.
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { DEFAULT_STORMS } from '../../../engine/model/rehearsal.ts';
import { DEFAULT_SCENARIO, NO_FAULTS, readWeights, readWhole, weightsText } from './settings.ts';
import type { RouteKind } from './settings.ts';

export interface RehearseRoute {
  readonly view: 'rehearse';
  readonly scenario: string;
  readonly weights: Weights;
  readonly policy: string;
  /** Of the two runs that are shown. */
  readonly seed: number;
  /** A plan by name, or as JSON. */
  readonly faults: string;
  /** The card is over seeds 1 .. storms. */
  readonly storms: number;
  readonly expect: readonly string[];
}

/** In every scenario there is something that it can strike, if there is spot at all. */
const USUAL_FAULTS = 'storm-all-spot';
const USUAL_HYPOTHESES: readonly string[] = ['tasks = all', 'extraMakespan <= 10%', 'extraCost <= 10% in 95%', 'recovery p95 <= 1h in 95%'];
export const REHEARSE_STORMS_MAX = 10_000;

export const DEFAULT_REHEARSE: RehearseRoute = {
  view: 'rehearse', scenario: DEFAULT_SCENARIO, weights: DEFAULT_WEIGHTS, policy: 'weighted', seed: 1, faults: USUAL_FAULTS, storms: DEFAULT_STORMS, expect: USUAL_HYPOTHESES,
};

export const REHEARSE_ROUTE: RouteKind<RehearseRoute> = {
  view: 'rehearse', keys: ['scenario', 'weights', 'policy', 'seed', 'faults', 'storms', 'expect'], usual: DEFAULT_REHEARSE,
  read: (given, faults) => ({
    view: 'rehearse', scenario: given.get('scenario') ?? DEFAULT_SCENARIO, weights: readWeights(given.get('weights'), faults), policy: given.get('policy') ?? DEFAULT_REHEARSE.policy,
    seed: readWhole(given, 'seed', 0, Number.MAX_SAFE_INTEGER, 1, faults), faults: given.get('faults') ?? USUAL_FAULTS,
    storms: readWhole(given, 'storms', 1, REHEARSE_STORMS_MAX, DEFAULT_STORMS, faults),
    expect: given.has('expect') ? given.get('expect')!.split(';').map((text) => text.trim()).filter((text) => text !== '') : USUAL_HYPOTHESES,
  }),
  write: (route, put) => {
    put('scenario', route.scenario, DEFAULT_SCENARIO);
    put('weights', weightsText(route.weights), weightsText(DEFAULT_WEIGHTS));
    put('policy', route.policy);
    put('seed', String(route.seed));
    put('faults', route.faults, USUAL_FAULTS);
    put('storms', String(route.storms), String(DEFAULT_STORMS));
    put('expect', route.expect.join('; '), USUAL_HYPOTHESES.join('; '));
  },
  enter: ({ scenario = DEFAULT_SCENARIO, weights = DEFAULT_WEIGHTS, policies = [], policy = policies[0] ?? DEFAULT_REHEARSE.policy, seed = 1, faults = NO_FAULTS }) =>
    ({ ...DEFAULT_REHEARSE, scenario, weights, policy, seed, faults: faults === NO_FAULTS ? USUAL_FAULTS : faults }),
};
