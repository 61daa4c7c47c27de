// Every view of the workbench, in the order of the navigation; the first one only where there is a live run. Compare and Run are
// there at once; the others are loaded when they are first shown, so that the landing does not wait for them.
import type { Route, RouteOf, ViewName } from '../state/route.ts';
import { openCompare } from '../views/compare/open-compare.tsx';
import type { Bench, OpenView } from '../views/open-view.ts';
import { openRun } from '../views/run/open-run.tsx';

export interface ViewEntry {
  readonly view: ViewName;
  /** As the navigation says it. */
  readonly name: string;
  readonly open: (bench: Bench) => OpenView | Promise<OpenView>;
}

export const VIEWS: readonly ViewEntry[] = [
  entry('live', 'Live', async (bench) => (await import('../views/live/open-live.tsx')).openLive(bench)),
  entry('compare', 'Compare', openCompare),
  entry('weights', 'Weights', async (bench) => (await import('../views/weights/open-weights.tsx')).openWeights(bench)),
  entry('run', 'Run', openRun),
  entry('rehearse', 'Rehearse', async (bench) => (await import('../views/rehearse/open-rehearse.tsx')).openRehearse(bench)),
  entry('policy', 'Policy', async (bench) => (await import('../views/policy/open-policy.tsx')).openPolicy(bench)),
  entry('scenario', 'Scenario', async (bench) => (await import('../views/scenario/open-scenario.tsx')).openScenario(bench)),
  entry('share', 'Share', async (bench) => (await import('../views/share/open-share.tsx')).openShare(bench)),
];

/** A view is only ever shown routes of its own. */
function entry<V extends ViewName>(view: V, name: string, open: (bench: Bench) => OpenView<RouteOf<V>> | Promise<OpenView<RouteOf<V>>>): ViewEntry {
  return { view, name, open: open as unknown as (bench: Bench) => OpenView<Route> | Promise<OpenView<Route>> };
}
