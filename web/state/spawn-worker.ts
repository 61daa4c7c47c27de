// A module worker of the browser behind the pool's port.
import { releaseProxy, wrap } from 'comlink';
import type { Question, Reply } from '../worker/protocol.ts';
import type { WorkerPort } from './worker-pool.ts';

interface Endpoint {
  held(): string | undefined;
  answer(question: Question): Reply<unknown>;
}

/** Starts a worker. An error that nobody caught in it counts as a crash, and so does an end that nobody asked for. */
export function spawnWorker(): WorkerPort {
  const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'twinclock' }), endpoint = wrap<Endpoint>(worker), closed = new AbortController();
  return {
    ask: (question) => endpoint.answer(question) as Promise<Reply<unknown>>,
    close: () => { closed.abort(); endpoint[releaseProxy](); worker.terminate(); },
    onCrash: (listener) => {
      worker.addEventListener('error', (event) => { event.preventDefault(); listener(event.message === '' ? 'the worker could not be loaded' : event.message); }, { once: true });
      worker.addEventListener('messageerror', () => { listener('a message could not be read'); }, { once: true });
      endpoint.held()
        .then((lock) => (lock === undefined ? undefined : navigator.locks.request(lock, { signal: closed.signal }, () => { listener('the worker ended'); })))
        .catch(() => { /* closed by us */ });
    },
  };
}
