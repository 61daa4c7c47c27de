// What is on the screen, as the fragment of the address: `#/compare?scenario=feature-120&...`, `#/run?...`. Versioned,
// because links are kept. Reading is strict about what is there (every fault is reported) and lenient about what is not
// (defaults); writing leaves defaults out, so that `read(write(route))` is the route and the shortest address says it.
// Each view's own part is a file in `routes/`, listed below.
import { fault, nearestName } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { COMPARE_ROUTE, DEFAULT_COMPARE } from './routes/compare.ts';
import { LIVE_ROUTE } from './routes/live.ts';
import { POLICY_ROUTE } from './routes/policy.ts';
import { REHEARSE_ROUTE } from './routes/rehearse.ts';
import { RUN_ROUTE } from './routes/run.ts';
import type { Carried, RouteKind } from './routes/settings.ts';
import { SCENARIO_ROUTE } from './routes/scenario.ts';
import { SHARE_ROUTE } from './routes/share.ts';
import { WEIGHTS_ROUTE } from './routes/weights.ts';

/** Every view that has an address. */
const ROUTES = { compare: COMPARE_ROUTE, run: RUN_ROUTE, rehearse: REHEARSE_ROUTE, weights: WEIGHTS_ROUTE, policy: POLICY_ROUTE, scenario: SCENARIO_ROUTE, share: SHARE_ROUTE, live: LIVE_ROUTE } as const;

export type ViewName = keyof typeof ROUTES;
export type RouteOf<V extends ViewName> = (typeof ROUTES)[V]['usual'];
export type Route = RouteOf<ViewName>;

export interface ReadRoute {
  readonly route: Route;
  readonly faults: readonly Fault[];
}

const VERSION = '1', VERSION_KEY = 'v';

/** Reads `location.hash`. Names of scenarios and policies are checked by the worker that looks them up. */
export function readRoute(fragment: string): ReadRoute {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split(/\?(.*)/s), faults: Fault[] = [], name = path.replace(/^\//, '') || 'compare';
  if (!Object.hasOwn(ROUTES, name)) {
    return { route: DEFAULT_COMPARE, faults: [fault('unknown-view', 'address', 'no view of this name', { value: path, hint: `one of ${Object.keys(ROUTES).map((view) => `/${view}`).join(', ')}` })] };
  }
  const kind = ROUTES[name as ViewName], given = new URLSearchParams(query);
  checkKeys(given, [VERSION_KEY, ...kind.keys], faults);
  if ((given.get(VERSION_KEY) ?? VERSION) !== VERSION) faults.push(fault('unknown-version', VERSION_KEY, 'this link was written by a later version', { value: given.get(VERSION_KEY), hint: `this one reads version ${VERSION}` }));
  return { route: kind.read(given, faults), faults };
}

/** The fragment with its `#`. */
export function writeRoute(route: Route): string {
  const query = new URLSearchParams(), { write } = ROUTES[route.view] as RouteKind<Route>;
  write(route, (key, value, usual) => { if (value !== usual) query.set(key, value); });
  query.set(VERSION_KEY, VERSION);
  return `#/${route.view}?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%3B', ';')}`;
}

/** The route of a view for one who comes with this. */
export function enterView<V extends ViewName>(view: V, carried: Carried): RouteOf<V> {
  return (ROUTES[view] as RouteKind<RouteOf<V>>).enter(carried);
}

/** What a route is about, as far as other views can take it over. What its view shows without being asked stays there: policies and faults that are its usual ones, and a policy that is not named. */
export function carriedBy(route: Route): Carried {
  const { scenario, weights, policies, policy, seed, faults } = route as Carried, usual = ROUTES[route.view].usual as Carried;
  const all = { scenario, weights, policies: policies?.join() === usual.policies?.join() ? undefined : policies, policy: policy === '' ? undefined : policy, seed, faults: faults === usual.faults ? undefined : faults };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function checkKeys(given: URLSearchParams, known: readonly string[], faults: Fault[]): void {
  for (const key of given.keys()) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    faults.push(fault('unknown-key', 'address', 'no setting of this name', { value: key, hint: near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?` }));
  }
}
