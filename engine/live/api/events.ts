// Server-sent events: pages of rows as they become durable. The id of an event is its last row, so that a reader who was cut
// off goes on after it by `Last-Event-ID`, as browsers do by themselves. A comment every 15 s keeps the line open.
import { create, toJson } from '@bufbuild/protobuf';
import type { FastifyInstance } from 'fastify';
import { inputError } from '../../model/errors.ts';
import type { LiveClock } from '../clock.ts';
import type { LiveOperations } from '../operations.ts';
import { ListRecordsResponseSchema } from './gen/twinclock/v1/twinclock_pb.ts';
import { recordPage } from './record-page.ts';

const HEARTBEAT_MS = 15_000, RETRY_MS = 1_000;
/** A reader that leaves more than this unread is cut off, and comes back by itself. */
const UNREAD_MAX = 8 << 20;

/** Adds `GET /v1/events`. `admit` counts a stream in. */
export function addEvents(server: FastifyInstance, run: LiveOperations, clock: LiveClock, admit: (address: string) => () => void): void {
  server.get<{ Querystring: { from?: string } }>('/v1/events', (request, reply) => {
    const after = request.headers['last-event-id'], from = after === undefined ? rowOf(request.query.from ?? '0', 'from') : rowOf(String(after), 'last-event-id') + 1;
    const countOut = admit(request.ip);
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no', ...(reply.getHeaders() as Record<string, string>) });
    out.write(`retry: ${RETRY_MS}\n\n`);
    const end = run.subscribe(from, (batch) => {
      const last = batch.from + batch.records.length - 1, page = toJson(ListRecordsResponseSchema, create(ListRecordsResponseSchema, recordPage(batch)), { alwaysEmitImplicit: true });
      out.write(`id: ${last}\nevent: records\ndata: ${JSON.stringify(page)}\n\n`);
      if (out.writableLength > UNREAD_MAX) out.destroy();
    });
    let cancel = (): void => {};
    const beat = (): void => { cancel = clock.after(HEARTBEAT_MS, () => { out.write(': still here\n\n'); beat(); }); };
    beat();
    out.on('close', () => { end(); cancel(); countOut(); });
  });
}

function rowOf(text: string, path: string): number {
  if (!/^\d{1,15}$/.test(text)) throw inputError('bad-number', path, 'must be the number of a row', { value: text });
  return Number(text);
}
