// An HTTP server that enforces limits by its own count (a sliding log of what it let through, not our algorithm), on a clock
// given to it, and remembers every call. What it is told to do next it does: fail, hang, ask to wait.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

export interface ReceivedCall {
  readonly at: number;
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}

export interface LimitedServer {
  readonly url: string;
  readonly calls: ReceivedCall[];
  /** Most calls under way at once. */
  readonly mostAtOnce: () => number;
  /** The next answers, instead of 200. `hang` never answers. */
  readonly next: ({ readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } | 'hang')[];
  /** Answers that wait for `release`. */
  hold: boolean;
  release(): void;
  close(): Promise<void>;
}

export interface ServerLimits {
  readonly now: () => number;
  /** Calls let through in any `windowMs`; more get 429. */
  readonly perWindow?: number;
  readonly windowMs?: number;
}

export async function limitedServer({ now, perWindow = Infinity, windowMs = 60_000 }: ServerLimits): Promise<LimitedServer> {
  const calls: ReceivedCall[] = [], held: (() => void)[] = [], let_through: number[] = [];
  let under = 0, most = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      const at = now(), recent = let_through.filter((time) => time > at - windowMs).length, asked = state.next.shift();
      const status = asked === 'hang' ? 0 : asked?.status ?? (recent >= perWindow ? 429 : 200);
      if (status === 200) let_through.push(at);
      calls.push({ at, path: request.url ?? '', method: request.method ?? '', headers: request.headers, body, status });
      most = Math.max(most, ++under);
      const answer = (): void => {
        under--;
        if (asked === 'hang') return;
        response.writeHead(status, { 'content-type': 'application/json', ...(asked?.headers ?? {}), ...(status === 429 && asked === undefined ? { 'retry-after': '10' } : {}) });
        response.end(asked?.body ?? JSON.stringify({ call: calls.length, usage: { in: 40, out: 10 } }));
      };
      if (state.hold) held.push(answer); else answer();
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const state: LimitedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, calls, next: [], hold: false, mostAtOnce: () => most,
    release: () => { for (const answer of held.splice(0)) answer(); },
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
  };
  return state;
}
