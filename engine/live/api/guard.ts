// Who may ask, and how much. A browser page from elsewhere must not reach a daemon on the loopback interface: the Host must
// be ours (DNS rebinding), an Origin must be our own (forged requests), and changes come as JSON, which no form can send.
// Tokens are compared in constant time.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RunError, inputError } from '../../model/errors.ts';
import { isLoopback } from '../config.ts';
import type { LiveClock } from '../clock.ts';

export interface GuardOptions {
  /** Names and addresses it may be called by, without port. */
  readonly hosts: readonly string[];
  /** Asked of everybody when given. */
  readonly token?: string;
  /** From one address. */
  readonly requestsPerSecond: number;
  readonly clock: LiveClock;
}

const BURST_SECONDS = 2, ADDRESSES_MAX = 10_000;
/** What answers without a token: whether the daemon lives, and the page, which asks for it. */
const OPEN = /^\/(healthz|readyz)$|^\/(web\/.*)?$/;

/** Adds the checks to a server, before anything else. */
export function addGuard(server: FastifyInstance, { hosts, token, requestsPerSecond, clock }: GuardOptions): void {
  const limit = requestLimit(requestsPerSecond, clock), known = new Set(hosts.map((host) => host.toLowerCase()));
  server.addHook('onRequest', (request, reply, done) => {
    try {
      checkHost(request, known);
      limit(request, reply);
      if (token !== undefined && !OPEN.test(request.url.replace(/[?#].*$/s, ''))) checkToken(request, token);
      done();
    } catch (error) { done(error as Error); }
  });
}

function checkHost(request: FastifyRequest, known: ReadonlySet<string>): void {
  const host = (request.headers.host ?? (request.headers[':authority'] as string | undefined) ?? '').toLowerCase(), origin = request.headers.origin?.toLowerCase(); // names of hosts have no case
  if (!known.has(hostName(host))) throw new RunError('wrong-host', `this daemon is not called ${JSON.stringify(host)}`);
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) throw new RunError('wrong-host', `pages of ${origin} may not ask this daemon`);
}

const hostName = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

function checkToken(request: FastifyRequest, token: string): void {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) throw new RunError('no-token', 'send the token of the daemon: Authorization: Bearer ...');
  if (!timingSafeEqual(digest(given), digest(token))) throw new RunError('no-token', 'this is not the token of the daemon');
}

/** Equal lengths for the comparison, whatever was sent. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A token bucket for each address: `rate` a second, `BURST_SECONDS` of it saved up. Headers as draft-ietf-httpapi-ratelimit-headers. */
function requestLimit(rate: number, clock: LiveClock): (request: FastifyRequest, reply: FastifyReply) => void {
  const buckets = new Map<string, { level: number; at: number }>(), burst = rate * BURST_SECONDS;
  return (request, reply) => {
    const now = clock.now(), bucket = buckets.get(request.ip) ?? { level: burst, at: now };
    buckets.delete(request.ip);
    buckets.set(request.ip, bucket);
    if (buckets.size > ADDRESSES_MAX) buckets.delete(buckets.keys().next().value!);
    bucket.level = Math.min(burst, bucket.level + (now - bucket.at) * rate / 1000);
    bucket.at = now;
    void reply.header('ratelimit-policy', `"requests";q=${burst};w=${BURST_SECONDS}`).header('ratelimit', `"requests";r=${Math.max(0, Math.floor(bucket.level))};t=${BURST_SECONDS}`);
    if (bucket.level >= 1) { bucket.level--; return; }
    void reply.header('retry-after', String(Math.max(1, Math.ceil((1 - bucket.level) / rate))));
    throw new RunError('too-many-requests', `more than ${rate} requests a second from ${request.ip}`);
  };
}

/** How many streams one address may hold open at once: each keeps a connection and a place among the listeners of the run. */
const STREAMS_MAX = 32;

/** Counts streams of an address in; the function returned counts one out, once. Throws `RunError` `too-many-requests`. */
export function streamLimit(most = STREAMS_MAX): (address: string) => () => void {
  const open = new Map<string, number>();
  return (address) => {
    const held = open.get(address) ?? 0;
    if (held >= most) throw new RunError('too-many-requests', `${address} holds ${held} streams open, and may hold ${most}`);
    open.set(address, held + 1);
    let counted = true;
    return () => {
      if (!counted) return;
      counted = false;
      const left = open.get(address)! - 1;
      if (left === 0) open.delete(address); else open.set(address, left);
    };
  };
}

/** The token in the file; a new random one is written, for its owner only, when there is none. Throws `InputError` for a file that others can read. */
export async function readToken(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    const token = randomBytes(32).toString('base64url');
    await writeFile(file, token + '\n', { mode: 0o600, flag: 'wx' });
    await chmod(file, 0o600);
    return token;
  }
  if ((found.mode & 0o077) !== 0) throw inputError('open-token', 'listen.tokenFile', 'can be read by others', { value: file, hint: `chmod 600 ${file}` });
  const token = (await readFile(file, 'utf8')).trim();
  if (token.length < 16) throw inputError('short-token', 'listen.tokenFile', 'holds no token', { value: file, hint: 'at least 16 characters; delete the file and a random one is made' });
  return token;
}

/** Names a daemon that listens at `address` may be called by. */
export function hostsOf(address: string, more: readonly string[] = []): readonly string[] {
  return isLoopback(address) ? ['localhost', '127.0.0.1', '::1', address, ...more] : [address, ...more];
}
