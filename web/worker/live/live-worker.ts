// The worker that follows a live run: one comlink endpoint. Like `worker.ts` it awaits nothing while it is loaded.
import { expose, transfer } from 'comlink';
import { holdLock } from '../life-lock.ts';
import { buffersOf } from '../transferables.ts';
import { Follower } from './follower.ts';
import type { DaemonAddress, FeedNews } from './live-protocol.ts';

const held = holdLock();

/** Sooner when the signal is aborted. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => { clearTimeout(timer); signal.removeEventListener('abort', end); resolve(); }, timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

expose({
  /** Name of the lock that this worker holds as long as it lives; undefined where the browser has no locks. */
  held: () => held,
  /** Follows the run until it makes no sense any more. `tell` is a proxy of the page's. */
  follow: (address: DaemonAddress, tell: (news: FeedNews) => Promise<void>): Promise<void> => new Follower(address, {
    fetch: (url, init) => fetch(url, init), now: () => performance.now(), wait, tell: (news) => tell(transfer(news, buffersOf(news))),
  }).follow(new AbortController().signal),
});
