// The address of the live run: `#/live?task=train-2&attempt=1`. The run itself is that of the daemon the page came from.
import { readWhole } from './settings.ts';
import type { RouteKind } from './settings.ts';

export interface LiveRoute {
  readonly view: 'live';
  /** The task whose decisions are shown; empty for none. */
  readonly task: string;
  /** Number of the attempt that was picked, 0 for none. */
  readonly attempt: number;
}

export const DEFAULT_LIVE: LiveRoute = { view: 'live', task: '', attempt: 0 };

export const LIVE_ROUTE: RouteKind<LiveRoute> = {
  view: 'live', keys: ['task', 'attempt'], usual: DEFAULT_LIVE,
  read: (given, faults) => ({ view: 'live', task: given.get('task') ?? '', attempt: readWhole(given, 'attempt', 0, 1_000_000, 0, faults) }),
  write: ({ task, attempt }, put) => { put('task', task, ''); put('attempt', String(attempt), '0'); },
  enter: () => DEFAULT_LIVE,
};
