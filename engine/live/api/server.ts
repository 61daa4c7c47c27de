// The API's server: REST, Connect and server-sent events over HTTP/1.1 and gRPC over clear-text HTTP/2, on one port. Node has
// no server for both; the first bytes of a connection tell which it is (RFC 9113 section 3.4), and it is handed to one or
// the other.
import type { Http2Server } from 'node:http2';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { create } from '@bufbuild/protobuf';
import { createContextKey, createContextValues } from '@connectrpc/connect';
import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { fastifyConnectPlugin } from '@connectrpc/connect-fastify';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveClock } from '../clock.ts';
import { inputError } from '../../model/errors.ts';
import { VERSION } from '../../version.ts';
import { bindPort } from './bound-port.ts';
import type { BoundPort } from './bound-port.ts';
import { addEvents } from './events.ts';
import { LiveRun, ListRecordsResponseSchema } from './gen/twinclock/v1/twinclock_pb.ts';
import { addGuard, hostsOf, streamLimit } from './guard.ts';
import { callerOf } from './caller.ts';
import { handlersOf, watchRecords } from './handlers.ts';
import type { Backing, Call, Handlers } from './handlers.ts';
import { openApiDocument } from './openapi.ts';
import { connectErrorOf, problemOf } from './problems.ts';
import { runMetrics } from './prometheus.ts';
import type { RunMetrics } from './prometheus.ts';
import { addRestRoutes } from './rest.ts';
import { limitSlowStreams } from './slow-streams.ts';

export interface ApiOptions {
  readonly address: string;
  /** 0 for any that is free; or one that was taken before. */
  readonly port: number | BoundPort;
  readonly token?: string;
  /** Further names it may be called by. */
  readonly hosts?: readonly string[];
  readonly bodyBytes: number;
  readonly requestsPerSecond: number;
  /** A request that has not come in whole after so long is cut off, ms. Default 60,000. */
  readonly requestMs?: number;
  /** Streams one address may hold open. */
  readonly streams?: number;
  readonly clock: LiveClock;
  /** Serves the workbench. */
  readonly page?: (server: FastifyInstance) => void;
  readonly log: (message: string, error: unknown) => void;
}

export interface Api {
  readonly url: string;
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Serves the run until `close`. Throws `InputError` `port-taken`. */
export async function openApi(backing: Backing, options: ApiOptions): Promise<Api> {
  const handlers = handlersOf(backing), metrics = runMetrics(backing.operations);
  const plain = fastify(serverOptions(options)), framed = fastify({ ...(framedOptions(options) as object), http2: true }) as unknown as FastifyInstance;
  const admit = streamLimit(options.streams);
  for (const server of [plain, framed]) await addAll(server, backing, handlers, metrics, admit, options);
  await Promise.all([plain.ready(), framed.ready()]);
  limitSlowStreams(framed.server as unknown as Http2Server, options.requestMs ?? REQUEST_MS, options.clock);
  plain.server.emit('listening'); // it is handed its connections and never listens, but only then does Node watch for slow ones
  const bound = typeof options.port === 'number' ? await bindPort(options.address, options.port) : options.port;
  bound.serve((socket) => { sort(socket, plain, framed); });
  return {
    url: bound.url, port: bound.port,
    close: async () => {
      await bound.close();
      await Promise.all([plain.close(), framed.close()]);
    },
  };
}

/** From where a call came. */
const ADDRESS = createContextKey('');
const REQUEST_MS = 60_000;

const serverOptions = ({ bodyBytes, requestMs = REQUEST_MS, log }: ApiOptions) => ({
  bodyLimit: bodyBytes, forceCloseConnections: true, routerOptions: { maxParamLength: 1000 }, requestTimeout: requestMs,
  http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.ceil(requestMs / 4) },
  frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => { refuse(error, reply, (ours) => { log('a request failed', ours); }); }, // addresses that cannot be read
});

const framedOptions = (options: ApiOptions) => { const { http: _, requestTimeout: _timeout, ...rest } = serverOptions(options); return rest; };

function refuse(error: unknown, reply: FastifyReply, report: (error: unknown) => void): FastifyReply {
  const problem = problemOf(error, report);
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

async function addAll(server: FastifyInstance, backing: Backing, handlers: Handlers, metrics: RunMetrics, admit: (address: string) => () => void, options: ApiOptions): Promise<void> {
  const { operations } = backing, { clock, log } = options, report = (error: unknown): void => { log('a request failed', error); };
  addGuard(server, { hosts: hostsOf(options.address, options.hosts), requestsPerSecond: options.requestsPerSecond, clock, ...(options.token === undefined ? {} : { token: options.token }) });
  server.addHook('onResponse', (request, reply, done) => { metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000); done(); });
  server.setErrorHandler((error, _request, reply) => refuse(error, reply, report));
  server.setNotFoundHandler((request, reply) => refuse(inputError('not-found', '', 'there is nothing at this address', { value: request.url, hint: '/openapi.json lists what there is' }), reply, report));
  addRestRoutes(server, handlers);
  addEvents(server, operations, clock, admit);
  server.get('/openapi.json', (request) => openApiDocument(VERSION, [`http://${request.headers.host ?? ''}`]));
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  server.get('/healthz', (_request, reply) => reply.send({ ok: true }));
  server.get('/readyz', (_request, reply) => {
    const { phase, reason = '' } = operations.status(), ready = phase !== 'recovering' && phase !== 'failed' && phase !== 'stopped';
    return reply.code(ready ? 200 : 503).send({ ready, phase, reason });
  });
  server.get('/v1/journal', (_request, reply) => reply.type('application/jsonl').header('content-disposition', `attachment; filename="${operations.status().run}.jsonl"`).send(Readable.from(inChunks(operations.journal()), { objectMode: false })));
  options.page?.(server);
  await server.register(fastifyConnectPlugin, { routes: (router) => { addConnect(router, backing, handlers, report, admit); }, jsonOptions: { ignoreUnknownFields: false, alwaysEmitImplicit: true }, readMaxBytes: options.bodyBytes, contextValues: (request) => createContextValues().set(ADDRESS, request.ip) });
}

const CHUNK_BYTES = 64 << 10;

/** Lines as they are asked for: a reader who is slow holds back their making. */
function* inChunks(lines: Iterable<string>): Generator<string, void, void> {
  let text = '';
  for (const line of lines) {
    text += line + '\n';
    if (text.length >= CHUNK_BYTES) { yield text; text = ''; }
  }
  if (text !== '') yield text;
}

/** The same handlers behind gRPC, gRPC-Web and Connect. */
function addConnect(router: ConnectRouter, { operations }: Backing, handlers: Handlers, report: (error: unknown) => void, admit: (address: string) => () => void): void {
  const methods: Record<string, unknown> = {};
  for (const method of LiveRun.methods) {
    if (method.methodKind !== 'unary') continue;
    const handle = handlers[method.localName as keyof Handlers] as (request: unknown, call: Call) => unknown;
    methods[method.localName] = async (request: unknown, context: HandlerContext) => {
      try { return create(method.output, await handle(request, callOf(context)) as never); } catch (error) { throw connectErrorOf(error, report); }
    };
  }
  methods['watchRecords'] = async function* (request: { readonly from: number }, context: HandlerContext) {
    let countOut = (): void => {};
    try {
      countOut = admit(context.values.get(ADDRESS));
      for await (const page of watchRecords(operations, request.from, context.signal)) yield create(ListRecordsResponseSchema, page);
    } catch (error) { throw connectErrorOf(error, report); } finally { countOut(); }
  };
  router.service(LiveRun, methods);
}

function callOf({ requestHeader, signal, values }: HandlerContext): Call {
  const key = requestHeader.get('idempotency-key');
  return { signal, by: callerOf(requestHeader.get('twinclock-by') ?? undefined, values.get(ADDRESS)), ...(key === null || key === '' ? {} : { idempotencyKey: key }) };
}

/** `PRI * HTTP/2.0` begins every HTTP/2 connection, and no request of HTTP/1.1. */
function sort(socket: Socket, plain: FastifyInstance, framed: FastifyInstance): void {
  socket.once('data', (first) => {
    socket.pause();
    socket.unshift(first);
    const server = (first.subarray(0, 4).toString('latin1') === 'PRI ' ? framed : plain).server;
    server.emit('connection', socket);
    process.nextTick(() => { socket.resume(); });
  });
}
