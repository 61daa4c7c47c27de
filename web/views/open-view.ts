// What a view is to the shell: something that shows routes, and draws itself. Each view's folder has one file that makes it
// out of what all views share.
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Fault } from '../../engine/model/errors.ts';
import type { Library } from '../state/library.ts';
import type { Route, RouteOf, ViewName } from '../state/route.ts';
import type { WorkerPool } from '../state/worker-pool.ts';
import type { About } from '../worker/protocol.ts';

/** What all views share. */
export interface Bench {
  readonly pool: WorkerPool;
  readonly library: Library;
  /** What there is to choose from; empty until the workers have said so. */
  readonly about: ReadonlySignal<About>;
  /** Goes to another address: one step back leads here again. */
  readonly go: (route: Route) => void;
  /** What the address says at this instant, for which nothing may have been drawn yet; undefined in another view. */
  readonly routeNow: <V extends ViewName>(view: V) => RouteOf<V> | undefined;
  /** Goes on from what the address says now, which `change` is handed; it tells what is other than that. */
  readonly turn: <V extends ViewName>(view: V, change: (now: RouteOf<V>) => Partial<RouteOf<V>>) => void;
  /** Says more exactly where we are (a window, a cursor): no step of the history. `change` is handed what the address says now, and what is wrong with it. */
  readonly amend: <V extends ViewName>(view: V, change: (now: RouteOf<V>, faults: readonly Fault[]) => RouteOf<V>) => void;
  /** Address of the daemon's API behind this page; undefined where there is none. */
  readonly daemon: string | undefined;
  /** A wall clock in ms. */
  readonly now: () => number;
}

export interface OpenView<R extends Route = Route> {
  /** Follows the address; called for each of its routes, also on coming back. */
  readonly show: (route: R) => void;
  /** Another view is shown from now on. */
  readonly leave?: () => void;
  /** Draws what was shown last. Reads signals. */
  readonly View: () => JSX.Element | null;
}
