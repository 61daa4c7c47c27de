// Rows of the journal as messages.
import type { RecordBatch } from '../operations.ts';
import type { RecordGroup } from './handlers.ts';

export function recordPage({ from, records, wall }: RecordBatch): RecordGroup {
  return { from, wall, records: records.map(({ n, t, kind, name, fields }) => ({ n, t, kind, name, fields: { ...fields } as Record<string, never> })) };
}
