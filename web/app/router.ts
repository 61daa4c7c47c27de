// The address as state: a signal that follows the fragment, and the ways to change it. Going back and forward is the
// browser's own business.
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { readRoute, writeRoute } from '../state/route.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { ReadRoute, Route, RouteOf, ViewName } from '../state/route.ts';

const current = signal<ReadRoute>(readRoute(location.hash));

/** Where we are. */
export const here: ReadonlySignal<ReadRoute> = current;

/** Follows the address from now on. An address that says nothing means `first`. */
export function startRouter(first?: Route): void {
  if (first !== undefined && /^#?$/.test(location.hash)) replace(writeRoute(first));
  addEventListener('hashchange', () => { current.value = readRoute(location.hash); });
}

/** Goes there: one step back leads here again. */
export function go(route: Route): void {
  const fragment = writeRoute(route);
  if (fragment !== location.hash) location.hash = fragment;
}

/** What the address says at this instant; undefined in another view. */
export function routeNow<V extends ViewName>(view: V): RouteOf<V> | undefined {
  const { route } = readRoute(location.hash);
  return route.view === view ? route as RouteOf<V> : undefined;
}

/**
 * Goes on from where the address says that we are at this instant, which whoever asks may not have been drawn for yet: of two choices made in
 * quick succession both hold. `change` tells what is other than now. One step back leads here again. Left alone in another view.
 */
export function turn<V extends ViewName>(view: V, change: (now: RouteOf<V>) => Partial<RouteOf<V>>): void {
  const route = routeNow(view);
  if (route !== undefined) go({ ...route, ...change(route) } as Route);
}

/**
 * Says more exactly where we are: no step of the history. `change` is handed what the address says at this instant, which
 * whoever asks may not have been drawn for yet, and what is wrong with it; the same route means that nothing is to be said.
 * Left alone when it is another view.
 */
export function amend<V extends ViewName>(view: V, change: (now: RouteOf<V>, faults: readonly Fault[]) => RouteOf<V>): void {
  const { route, faults } = readRoute(location.hash);
  if (route.view !== view) return;
  const amended = change(route as RouteOf<V>, faults);
  if (amended !== route) replace(writeRoute(amended));
}

function replace(fragment: string): void {
  if (fragment === location.hash) return;
  history.replaceState(history.state, '', fragment);
  current.value = readRoute(location.hash);
}
