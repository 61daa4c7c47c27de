// A module worker of the browser behind the pool's port.
import { releaseProxy, wrap } from 'comlink';
import type { Question, Reply } from '../worker/protocol.ts';
import type { WorkerPort } from './worker-pool.ts';

interface Endpoint {
  answer(question: Question): Reply<unknown>;
}

/** Starts a worker. An error that nobody caught in it counts as a crash. */
export function spawnWorker(): WorkerPort {
  const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'twinclock' }), endpoint = wrap<Endpoint>(worker);
  return {
    ask: (question) => endpoint.answer(question) as Promise<Reply<unknown>>,
    close: () => { endpoint[releaseProxy](); worker.terminate(); },
    onCrash: (listener) => {
      worker.addEventListener('error', (event) => { event.preventDefault(); listener(event.message === '' ? 'the worker could not be loaded' : event.message); }, { once: true });
      worker.addEventListener('messageerror', () => { listener('a message could not be read'); }, { once: true });
    },
  };
}
