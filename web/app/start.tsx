// Wires address, views and shell together.
import { effect, signal, untracked } from '@preact/signals';
import { render } from 'preact';
import { daemonUrl } from '../state/daemon.ts';
import { Library } from '../state/library.ts';
import { watchPanning } from '../state/machine.ts';
import { carriedBy } from '../state/route.ts';
import type { Route } from '../state/route.ts';
import { DEFAULT_LIVE } from '../state/routes/live.ts';
import type { WorkerPool } from '../state/worker-pool.ts';
import type { Bench } from '../views/open-view.ts';
import type { About } from '../worker/protocol.ts';
import { startDropTarget } from './drop-target.tsx';
import { startPickers } from './pickers.ts';
import { amend, go, here, routeNow, startRouter, turn } from './router.ts';
import { Shell } from './shell.tsx';
import { ViewHost } from './view-host.ts';
import { VIEWS } from './views.ts';

/** Shows the workbench in `root` and follows the address. */
export function start(pool: WorkerPool, root: Element): void {
  const about = signal<About>({ scenarios: [], faults: [], policies: [] }), library = new Library();
  const daemon = daemonUrl(document);
  const bench: Bench = { pool, library, about, go, routeNow, turn, amend, daemon, now: () => performance.now() }, host = new ViewHost(VIEWS, bench);
  startRouter(daemon === undefined ? undefined : DEFAULT_LIVE);
  watchPanning(document);
  startDropTarget(bench);
  startPickers(document);
  effect(() => { const { route } = here.value; untracked(() => { host.show(route); }); });
  effect(() => { document.title = titleOf(here.value.route); });
  pool.ask({ kind: 'about' }, { urgent: true }).then((found) => { about.value = found; }, () => { /* workers that cannot be started are the view's to report */ });
  void library.load();
  render(<Shell pool={pool} host={host} hasDaemon={daemon !== undefined} />, root);
}

/** Of the window, and so of each step of the history: `Run: weighted on feature-120 · Twinclock`. */
function titleOf(route: Route): string {
  const { scenario, policy } = carriedBy(route), name = VIEWS.find(({ view }) => view === route.view)!.name, about = [route.view === 'run' || route.view === 'rehearse' ? policy : undefined, scenario].filter((part) => part !== undefined).join(' on ');
  return `${name}${about === '' ? '' : `: ${about}`} · Twinclock`;
}
