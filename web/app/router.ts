// The address as state: a signal that follows the fragment, and the two ways to change it. Going back and forward is the
// browser's own business.
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { readRoute, writeRoute } from '../state/route.ts';
import type { ReadRoute, Route } from '../state/route.ts';

const current = signal<ReadRoute>(readRoute(location.hash));

/** Where we are. */
export const here: ReadonlySignal<ReadRoute> = current;

/** Follows the address from now on. */
export function startRouter(): void {
  addEventListener('hashchange', () => { current.value = readRoute(location.hash); });
}

/** Goes there: one step back leads here again. */
export function go(route: Route): void {
  const fragment = writeRoute(route);
  if (fragment !== location.hash) location.hash = fragment;
}
