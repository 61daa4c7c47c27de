// An HTTP API for demonstrations: it works for as long as it is asked to, keeps the key of every call, and answers the same call
// with the same answer.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInApi {
  readonly url: string;
  /** Calls that were answered, and those that broke off. */
  readonly counts: { answered: number; brokenOff: number };
  close(): Promise<void>;
}

export async function standInApi(): Promise<StandInApi> {
  const counts = { answered: 0, brokenOff: 0 }, answers = new Map<string, string>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      const key = String(request.headers['idempotency-key'] ?? ''), { ms = 0 } = (body === '' ? {} : JSON.parse(body)) as { readonly ms?: number };
      const timer = setTimeout(() => {
        const answer = answers.get(key) ?? JSON.stringify({ path: request.url, call: answers.size + 1 });
        answers.set(key, answer);
        counts.answered++;
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      }, ms);
      response.on('close', () => { clearTimeout(timer); if (!response.writableEnded) counts.brokenOff++; });
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, counts,
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
  };
}
