// The composition root. The workers are started before the page's own pictures are even loaded, so that they parse and
// compile side by side.
import { spawnWorker } from '../state/spawn-worker.ts';
import { startTheme } from '../state/theme.ts';
import { WorkerPool } from '../state/worker-pool.ts';

startTheme();
const pool = new WorkerPool(spawnWorker, Math.max(1, navigator.hardwareConcurrency));

void import('./start.tsx').then(({ start }) => { start(pool, document.querySelector('#app')!); });
