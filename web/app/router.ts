// The address as state: a signal that follows the fragment, and the ways to change it. Going back and forward is the
// browser's own business.
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { readRoute, writeRoute } from '../state/route.ts';
import type { ReadRoute, Route } from '../state/route.ts';

const current = signal<ReadRoute>(readRoute(location.hash));

/** Where we are. */
export const here: ReadonlySignal<ReadRoute> = current;

/** The fragment that `current` was read from: not yet that of the address while a step is under way. */
let followed = location.hash;

/** Follows the address from now on. An address that says nothing means `first`. */
export function startRouter(first?: Route): void {
  if (first !== undefined && /^#?$/.test(location.hash)) amend(first);
  addEventListener('hashchange', () => { followed = location.hash; current.value = readRoute(followed); });
}

/** Goes there: one step back leads here again. */
export function go(route: Route): void {
  const fragment = writeRoute(route);
  if (fragment !== location.hash) location.hash = fragment;
}

/** Says more exactly where we are: no step of the history. Left alone when somebody is just going elsewhere. */
export function amend(route: Route): void {
  const fragment = writeRoute(route);
  if (fragment === location.hash || location.hash !== followed) return;
  history.replaceState(history.state, '', fragment);
  followed = location.hash;
  current.value = readRoute(followed);
}
