// Where the agents of VMs (vm-agent.sh) report: a small HTTP server of its own, apart from the daemon's API, which knows nothing but
// VMs. Each VM has a token that is good for its own attempts and nothing else; a VM whose time is over is told so (410), whatever
// it asks, and ends itself. Tokens follow from one secret of the run, so that a daemon started again knows them all.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inputError } from '../../../../model/errors.ts';

/** What an agent says with each question. */
export interface AgentReport {
  /** Attempts that run: the number of the last signal it was given, and the share it wrote of its progress. */
  readonly runs: readonly { readonly id: string; readonly signalled: number; readonly progress: string }[];
  /** Documents of the cloud's metadata service, as they are. */
  readonly notice?: string;
  readonly rebalance?: string;
}

/** What the desk asks of those who know the VMs and their attempts. `vm`: the short name `vmId` gives. */
export interface DeskPorts {
  /** `over`: its time is past. */
  readonly standing: (vm: string) => 'unknown' | 'current' | 'over';
  /** The VM has asked; the answer is what should run on it, a line each. */
  readonly poll: (vm: string, report: AgentReport) => Promise<readonly string[]>;
  /** Undefined: there is no such attempt on this VM. */
  readonly part: (vm: string, attempt: string, name: string) => Uint8Array | string | undefined;
  readonly take: (vm: string, attempt: string, name: string, content: Buffer, query: URLSearchParams) => Promise<void>;
  readonly log: (message: string) => void;
  /** ms of a clock that never goes back. */
  readonly now: () => number;
}

export interface DeskAddress {
  readonly address: string;
  /** 0: any that is free, and the same one after a restart. */
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
}

const REPORT_BYTES_MAX = 1_048_576, QUIET_MS = 120_000, LOG_MS = 60_000;
const CONNECTIONS_MAX = 1024, HERE = 'http://desk';

/** Short and fit for file names, tokens and tags. */
export const shortId = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 20);

export class AgentDesk {
  private readonly ports: DeskPorts;
  private readonly directory: string;
  /** Bytes of a checkpoint archive at most. */
  private readonly archiveBytes: number;
  private server: Server | undefined;
  private secret = Buffer.alloc(0);
  private loggedAt = -Infinity;

  constructor(ports: DeskPorts, directory: string, archiveBytes: number) {
    this.ports = ports;
    this.directory = directory;
    this.archiveBytes = archiveBytes;
  }

  /** Returns the port it listens on. */
  async open({ address, port: asked, tls }: DeskAddress): Promise<number> {
    this.secret = Buffer.from(this.kept('agent-secret', () => randomBytes(32).toString('hex')), 'hex');
    const listener: RequestListener = (request, response) => { void this.serve(request, response); };
    const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
    server.on('checkContinue', listener);
    server.requestTimeout = QUIET_MS;
    server.maxConnections = CONNECTIONS_MAX;
    this.server = server;
    const kept = join(this.directory, 'agent-port'), wanted = asked === 0 && existsSync(kept) ? Number(readFileSync(kept, 'utf8')) : asked;
    await new Promise<void>((done, failed) => {
      server.once('error', (error: NodeJS.ErrnoException) => { failed(error.code === 'EADDRINUSE' ? inputError('port-taken', 'agents.port', 'something else listens there', { value: wanted, hint: 'another port for the agents of this pool' }) : error); });
      server.listen(wanted, address, done);
    });
    const { port } = server.address() as AddressInfo;
    if (asked === 0) this.kept('agent-port', () => String(port)); // VMs that are up know no other
    return port;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    await new Promise((done) => { server.close(done); server.closeAllConnections(); });
  }

  tokenOf(vm: string): string { return `${vm}.${createHmac('sha256', this.secret).update(vm).digest('base64url')}`; }

  private kept(name: string, make: () => string): string {
    const path = join(this.directory, name);
    if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
    return readFileSync(path, 'utf8');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: Uint8Array | string = ''): void => { if (!response.headersSent) response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end(body); };
    const bodyOf = async (bytesMax: number): Promise<Buffer> => {
      if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw new TooLarge(); // nothing of it need be sent
      if (request.headers.expect !== undefined) response.writeContinue();
      return readBody(request, bytesMax);
    };
    try { await this.answer(request, bodyOf, reply); } catch (error) {
      if (error instanceof TooLarge) { reply(413); return; }
      this.logRarely(`a question of an agent failed: ${(error as Error).message}`);
      reply(500);
    }
  }

  /** Whoever can reach this can make it fail, and is not to fill the log. */
  private logRarely(message: string): void {
    const now = this.ports.now();
    if (now - this.loggedAt < LOG_MS) return;
    this.loggedAt = now;
    this.ports.log(message);
  }

  private async answer(request: IncomingMessage, bodyOf: (bytesMax: number) => Promise<Buffer>, reply: (status: number, body?: Uint8Array | string) => void): Promise<void> {
    const vm = this.whoAsks(request), target = request.url ?? '/';
    if (vm === undefined || this.ports.standing(vm) === 'unknown') { reply(401); return; }
    if (this.ports.standing(vm) === 'over') { reply(410); return; }
    if (!URL.canParse(target, HERE)) { reply(400); return; }
    const { pathname, searchParams } = new URL(target, HERE);
    if (pathname === '/poll' && request.method === 'POST') {
      const lines = await this.ports.poll(vm, readReport((await bodyOf(REPORT_BYTES_MAX)).toString('utf8')));
      reply(200, lines.map((line) => `${line}\n`).join(''));
      return;
    }
    const [, attempt, name] = /^\/attempts\/([0-9a-f]+)\/([a-z.-]+)$/.exec(pathname) ?? [];
    if (attempt === undefined || name === undefined) { reply(404); return; }
    if (request.method === 'GET') {
      const part = this.ports.part(vm, attempt, name);
      reply(part === undefined ? 404 : 200, part);
    } else if (request.method === 'PUT') {
      await this.ports.take(vm, attempt, name, await bodyOf(name === 'archive' ? this.archiveBytes : REPORT_BYTES_MAX), searchParams);
      reply(200);
    } else reply(405);
  }

  /** The VM whose token this is. */
  private whoAsks({ headers: { authorization = '' } }: IncomingMessage): string | undefined {
    const token = authorization.replace(/^Bearer /, ''), vm = token.split('.')[0]!;
    const [given, right] = [token, this.tokenOf(vm)].map((text) => createHash('sha256').update(text).digest());
    return timingSafeEqual(given!, right!) ? vm : undefined;
  }
}

class TooLarge extends Error {}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if ((bytes += chunk.length) > bytesMax) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readReport(text: string): AgentReport {
  const runs: AgentReport['runs'][number][] = [], documents: { notice?: string; rebalance?: string } = {};
  for (const line of text.split('\n')) {
    const [word, id = '', ...rest] = line.split(' ');
    if (word === 'runs') runs.push({ id, signalled: Number(rest[0] ?? 0), progress: rest[1] ?? '' });
    else if (word === 'notice' || word === 'rebalance') documents[word] = rest.join(' ');
  }
  return { runs, ...documents };
}
