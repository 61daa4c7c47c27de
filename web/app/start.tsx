// Wires address, views and shell together.
import { effect, signal, untracked } from '@preact/signals';
import { render } from 'preact';
import { daemonUrl } from '../state/daemon.ts';
import { Library } from '../state/library.ts';
import { watchPanning } from '../state/machine.ts';
import { DEFAULT_LIVE } from '../state/routes/live.ts';
import type { WorkerPool } from '../state/worker-pool.ts';
import type { Bench } from '../views/open-view.ts';
import type { About } from '../worker/protocol.ts';
import { startDropTarget } from './drop-target.tsx';
import { amend, go, here, startRouter } from './router.ts';
import { Shell } from './shell.tsx';
import { ViewHost } from './view-host.ts';
import { VIEWS } from './views.ts';

/** Shows the workbench in `root` and follows the address. */
export function start(pool: WorkerPool, root: Element): void {
  const about = signal<About>({ scenarios: [], faults: [], policies: [] }), library = new Library();
  const daemon = daemonUrl(document);
  const bench: Bench = { pool, library, about, go, amend, daemon, now: () => performance.now() }, host = new ViewHost(VIEWS, bench);
  startRouter(daemon === undefined ? undefined : DEFAULT_LIVE);
  watchPanning(document);
  startDropTarget(bench);
  effect(() => { const { route } = here.value; untracked(() => { host.show(route); }); });
  pool.ask({ kind: 'about' }, { urgent: true }).then((found) => { about.value = found; }, () => { /* workers that cannot be started are the view's to report */ });
  void library.load();
  render(<Shell pool={pool} host={host} hasDaemon={daemon !== undefined} />, root);
}
