// Announcements of interruptions, as clouds make them from inside a VM: each cloud has its reader, and all answer alike. A reader
// keeps no clock of its own, and forgets nothing it was told: an announced instant stays what it was at first.
import type { LiveClock } from '../../../clock.ts';

export interface Notice {
  /** The same for every reading of one announcement. */
  readonly id: string;
  /** ms since 1970; approximate, as clouds say themselves. */
  readonly killAt: number;
}

export interface Reading {
  readonly notice?: Notice;
  /** The cloud thinks an interruption more likely than usual. A poor predictor: a hint for people, nothing is decided by it. */
  readonly rebalance?: boolean;
}

export interface NoticeReader {
  /** ms to wait after one reading before the next; 0 when the service itself holds the answer until there is news. */
  readonly pauseMs: number;
  /** Throws when the service does not answer as it should. */
  read(stop: AbortSignal): Promise<Reading>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** One HTTP exchange, given up after `timeoutMs` or when `stop` says so. */
export async function ask(clock: LiveClock, address: string, init: { readonly method?: string; readonly headers: Readonly<Record<string, string>> }, timeoutMs: number, stop: AbortSignal): Promise<Answer> {
  const late = new AbortController(), cancel = clock.after(timeoutMs, () => { late.abort(new Error(`no answer in ${timeoutMs} ms`)); });
  try {
    const response = await fetch(address, { ...init, signal: AbortSignal.any([stop, late.signal]) });
    return { status: response.status, text: await response.text(), headers: response.headers };
  } finally { cancel(); }
}

export const unexpected = ({ status }: Answer, what: string): Error => new Error(`${what} answered ${status}`);
