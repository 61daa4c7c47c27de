// The daemon behind the page, when there is one: it marks the page it hands out, so that nobody has to be asked. A change is sent
// once and never again by itself: what failed is said, and a person decides. Its key is for the way: what arrives twice is done once.
import type { Fault } from '../../engine/model/errors.ts';
import type { ErrorData } from '../worker/protocol.ts';
import type { DaemonAddress } from '../worker/live/live-protocol.ts';
import { WorkError } from './worker-pool.ts';

const TOKEN_KEY = 'twinclock.token', NAME_KEY = 'twinclock.name';

/** Address of the API of the daemon that handed out this page; undefined where it came from another server. */
export function daemonUrl(page: Document): string | undefined {
  const mark = page.querySelector('meta[name="twinclock-daemon"]')?.getAttribute('content');
  return mark === null || mark === undefined ? undefined : new URL(mark, page.baseURI).href.replace(/\/$/, '');
}

/** Kept as long as the tab lives, and never in an address. */
export function keptToken(): string { return read(() => sessionStorage.getItem(TOKEN_KEY)); }
export function keepToken(token: string): void { try { sessionStorage.setItem(TOKEN_KEY, token); } catch { /* asked for again after a reload */ } }

/** Who acts here, as they call themselves. */
export function keptName(): string { return read(() => localStorage.getItem(NAME_KEY)); }
export function keepName(name: string): void { try { localStorage.setItem(NAME_KEY, name); } catch { /* said again next time */ } }

function read(from: () => string | null): string {
  try { return from() ?? ''; } catch { return ''; }
}

export class DaemonClient {
  private readonly address: DaemonAddress;

  constructor(address: DaemonAddress) { this.address = address; }

  /** Rejects with `WorkError`: what the daemon refused, or `unreachable`. */
  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.ask(path, signal === undefined ? {} : { signal }).then((answer) => answer.json() as Promise<T>);
  }

  text(path: string): Promise<string> { return this.ask(path, {}).then((answer) => answer.text()); }

  /** Asks for a change, once. `by`: who asks. */
  post<T>(path: string, body: object, by: string): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': newKey(), ...(by === '' ? {} : { 'twinclock-by': encodeURIComponent(by) }) };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) }).then((answer) => answer.json() as Promise<T>);
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    const { url, token } = this.address, headers = { ...(init.headers as Record<string, string> | undefined), ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
    const answer = await fetch(url + path, { ...init, headers, cache: 'no-store' }).catch((error: unknown) => { throw new WorkError({ code: init.signal?.aborted === true ? 'cancelled' : 'unreachable', message: `the daemon does not answer (${(error as Error).message})`, faults: [] }); });
    if (!answer.ok) throw new WorkError(await refusal(answer));
    return answer;
  }
}

/** 128 random bits. Not `randomUUID`: browsers have that only on pages from loopback or over TLS. */
function newKey(): string { return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join(''); }

async function refusal(answer: Response): Promise<ErrorData> {
  try {
    const { code, detail, faults } = await answer.json() as { readonly code: string; readonly detail: string; readonly faults: readonly Fault[] };
    return { code, message: detail, faults, source: 'request' };
  } catch { return { code: 'unreachable', message: `the daemon answered ${answer.status}`, faults: [] }; }
}

/** The parts of an address below `/v1`, each made safe. */
export const at = (...parts: readonly string[]): string => `/v1/${parts.map(encodeURIComponent).join('/')}`;
