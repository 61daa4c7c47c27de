// The address of a scenario that is looked at or changed: `#/scenario?scenario=mine/our-team`. Changes that are not saved
// are not in the address.
import { DEFAULT_SCENARIO } from './settings.ts';
import type { RouteKind } from './settings.ts';

export interface ScenarioRoute {
  readonly view: 'scenario';
  readonly scenario: string;
}

export const DEFAULT_SCENARIO_ROUTE: ScenarioRoute = { view: 'scenario', scenario: DEFAULT_SCENARIO };

export const SCENARIO_ROUTE: RouteKind<ScenarioRoute> = {
  view: 'scenario', keys: ['scenario'], usual: DEFAULT_SCENARIO_ROUTE,
  read: (given) => ({ view: 'scenario', scenario: given.get('scenario') ?? DEFAULT_SCENARIO }),
  write: (route, put) => { put('scenario', route.scenario, DEFAULT_SCENARIO); },
  enter: ({ scenario = DEFAULT_SCENARIO }) => ({ view: 'scenario', scenario }),
};
