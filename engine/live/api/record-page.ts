// Rows of the journal as messages.
import type { LiveOperations, RecordBatch } from '../operations.ts';
import type { RecordGroup } from './handlers.ts';

export function recordPage({ from, records, wall }: RecordBatch): RecordGroup {
  return { from, wall, records: records.map(({ n, t, kind, name, fields, by = '', reason = '' }) => ({ n, t, kind, name, by, reason, fields: { ...fields } as Record<string, never> })) };
}

const PAGE_ROWS = 1_000;

/** The rows from `from` on, each page as it is asked for. A reader at its end lacks nothing up to that instant. */
export function* backlog(run: LiveOperations, from: number): Generator<RecordBatch, void, void> {
  for (let at = from; ;) {
    const records = run.records(at, PAGE_ROWS);
    if (records.length === 0) return;
    yield { from: at, records, wall: 0 };
    at += records.length;
  }
}
