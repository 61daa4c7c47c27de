// Wires address, desks and shell together.
import { effect } from '@preact/signals';
import { render } from 'preact';
import { ComparisonDesk } from '../state/comparison-desk.ts';
import { RunDesk } from '../state/run-desk.ts';
import type { WorkerPool } from '../state/worker-pool.ts';
import { here, startRouter } from './router.ts';
import { Shell } from './shell.tsx';

/** Shows the workbench in `root` and follows the address. */
export function start(pool: WorkerPool, root: Element): void {
  const comparison = new ComparisonDesk(pool, () => performance.now()), run = new RunDesk(pool);
  startRouter();
  effect(() => {
    const { route } = here.value;
    if (route.view === 'compare') comparison.show(route); else run.show(route);
  });
  render(<Shell pool={pool} comparison={comparison} run={run} />, root);
}
