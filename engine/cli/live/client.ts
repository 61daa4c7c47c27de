// The commands' way to a daemon: its REST interface. What it refuses comes back as the error it would have been here, with
// every fault; a daemon that is not there says so at once.
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { InputError, RunError } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';
import { findDaemon } from './daemon-file.ts';

export interface Client {
  readonly url: string;
  get<T>(path: string, query?: Readonly<Record<string, string | number>>): Promise<T>;
  /** Sends a change once: asked again with the same `key`, nothing happens twice. */
  send<T>(verb: 'POST' | 'PUT', path: string, body?: object, key?: string): Promise<T>;
  /** The body as it comes. Ends when `signal` is aborted. */
  stream(path: string, signal: AbortSignal, headers?: Readonly<Record<string, string>>): Promise<ReadableStream<Uint8Array>>;
}

export interface ClientOptions {
  readonly tokenFile?: string;
}

/** A client of the run's daemon. Throws `InputError` `no-daemon`; calls throw `RunError` `unreachable`. */
export async function connect(run: string | undefined, options: ClientOptions): Promise<Client> {
  const daemon = await findDaemon(run, options.tokenFile), { url } = daemon;
  const token = daemon.tokenFile === undefined ? undefined : (await readFile(daemon.tokenFile, 'utf8')).trim();
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(init.headers as Record<string, string>) };
    const answer = await fetch(url + path, { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted === true) throw error;
      throw new RunError('unreachable', `nothing answers at ${url}: the daemon has ended; \`twinclock live\` starts it again, and it goes on where it was`);
    });
    if (!answer.ok) throw await refusal(answer);
    return answer;
  };
  return {
    url,
    get: async (path, query = {}) => {
      const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString();
      return (await ask(search === '' ? path : `${path}?${search}`, {})).json() as never;
    },
    send: async (method, path, body = {}, key = randomUUID()) => (await ask(path, { method, headers: { 'content-type': 'application/json', 'idempotency-key': key, ...ownName() }, body: JSON.stringify(body) })).json() as never,
    stream: async (path, signal, headers = {}) => (await ask(path, { signal, headers })).body!,
  };
}

/** Who asks, for the record: the user of this machine. */
function ownName(): Record<string, string> {
  try { return { 'twinclock-by': encodeURIComponent(userInfo().username) }; } catch { return {}; } // a user without a name
}

async function refusal(answer: Response): Promise<Error> {
  const text = await answer.text();
  try {
    const { code, detail, faults } = JSON.parse(text) as { readonly code: string; readonly detail: string; readonly faults: readonly Fault[] };
    return faults.length > 0 ? new InputError(faults) : new RunError(code, detail);
  } catch { return new RunError('unreachable', `${answer.url} answered ${answer.status}: ${text.slice(0, 200)}`); }
}

/** The parts of an address, each made safe. */
export const at = (...parts: readonly string[]): string => `/v1/${parts.map(encodeURIComponent).join('/')}`;
