// The worker that follows the live run, behind a narrow port. One that dies is replaced, and reads the run again.
import { proxy, releaseProxy, wrap } from 'comlink';
import type { DaemonAddress, FeedNews } from '../worker/live/live-protocol.ts';

/** Ends the feed. */
export type EndFeed = () => void;
export type OpenFeed = (address: DaemonAddress, tell: (news: FeedNews) => void) => EndFeed;

interface Endpoint {
  held(): string | undefined;
  follow(address: DaemonAddress, tell: (news: FeedNews) => Promise<void>): Promise<void>;
}

const AGAIN_MS = 1000;

/** Follows the run of a daemon until it is ended. */
export const openFeed: OpenFeed = (address, tell) => {
  let end = (): void => {}, timer: ReturnType<typeof setTimeout> | undefined, ended = false;
  const begin = (): void => {
    const worker = new Worker(new URL('../worker/live/live-worker.ts', import.meta.url), { type: 'module', name: 'twinclock live' }), endpoint = wrap<Endpoint>(worker), closed = new AbortController();
    end = () => { closed.abort(); endpoint[releaseProxy](); worker.terminate(); };
    const crashed = (reason: string): void => {
      if (ended || closed.signal.aborted) return;
      end();
      tell({ kind: 'lost', reason });
      timer = setTimeout(begin, AGAIN_MS);
    };
    worker.addEventListener('error', (event) => { event.preventDefault(); crashed(event.message === '' ? 'the worker could not be loaded' : event.message); });
    endpoint.held().then((lock) => (lock === undefined ? undefined : navigator.locks.request(lock, { signal: closed.signal }, () => { crashed('the worker ended'); }))).catch(() => { /* closed by us */ });
    endpoint.follow(address, proxy((news: FeedNews) => { if (!closed.signal.aborted) tell(news); return painted(); })).catch((error: unknown) => { crashed(String(error)); });
  };
  begin();
  return () => { ended = true; clearTimeout(timer); end(); };
};

/** What was told is on the screen; at once where nobody looks. */
function painted(): Promise<void> {
  return document.hidden ? Promise.resolve() : new Promise((resolve) => { requestAnimationFrame(() => { setTimeout(resolve); }); });
}
