// Server-sent events: pages of rows, those that are there as fast as they are read, then all as they become durable. The id of an event is its last row, so that a reader who was cut
// off goes on after it by `Last-Event-ID`, as browsers do by themselves. A comment every 15 s keeps the line open.
import { create, toJson } from '@bufbuild/protobuf';
import type { FastifyInstance } from 'fastify';
import { inputError } from '../../model/errors.ts';
import type { LiveClock } from '../clock.ts';
import type { LiveOperations, RecordBatch } from '../operations.ts';
import { ListRecordsResponseSchema } from './gen/twinclock/v1/twinclock_pb.ts';
import { backlog, recordPage } from './record-page.ts';

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
    let cancel = (): void => {}, end = (): void => {};
    const beat = (): void => { cancel = clock.after(HEARTBEAT_MS, () => { out.write(': still here\n\n'); beat(); }); };
    beat();
    const gone = new Promise<void>((resolve) => { out.on('close', () => { end(); cancel(); countOut(); resolve(); }); });
    void (async () => {
      let at = from;
      for (const batch of backlog(run, from)) {
        const taken = new Promise<void>((resolve) => { out.write(eventOf(batch), () => { resolve(); }); });
        await Promise.race([taken, gone]);
        if (out.destroyed) return;
        at = batch.from + batch.records.length;
      }
      end = run.subscribe(at, (batch) => {
        out.write(eventOf(batch));
        if (out.writableLength > UNREAD_MAX) out.destroy();
      });
    })();
  });
}

function eventOf(batch: RecordBatch): string {
  const last = batch.from + batch.records.length - 1, page = toJson(ListRecordsResponseSchema, create(ListRecordsResponseSchema, recordPage(batch)), { alwaysEmitImplicit: true });
  return `id: ${last}\nevent: records\ndata: ${JSON.stringify(page)}\n\n`;
}

function rowOf(text: string, path: string): number {
  if (!/^\d{1,15}$/.test(text)) throw inputError('bad-number', path, 'must be the number of a row', { value: text });
  return Number(text);
}
