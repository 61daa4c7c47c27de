// Server-sent events of a daemon, one at a time, over as many connections as it takes: after a break it goes on behind the
// last row it has seen.
import { eventData } from '../../journal/event-data.ts';
import type { RecordView } from '../../journal/record-view.ts';
import { RunError } from '../../model/errors.ts';
import type { Client } from './client.ts';

export interface RecordsEvent {
  readonly from: number;
  readonly records: readonly RecordView[];
  readonly wall: number;
}

const PAUSE_MS = 1_000;

/** Groups of rows from row `from` on until `signal` is aborted. `lost` is told once for each break. */
export async function* watchEvents(client: Client, from: number, signal: AbortSignal, lost: (reason: string) => void): AsyncGenerator<RecordsEvent, void, void> {
  let next = from;
  while (!signal.aborted) {
    try {
      for await (const data of eventData(await client.stream(`/v1/events?from=${next}`, signal))) {
        const event = JSON.parse(data) as RecordsEvent;
        next = event.from + event.records.length;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RunError && error.code !== 'unreachable') throw error;
      lost(error instanceof Error ? error.message : String(error));
    }
    await new Promise<void>((resolve) => { setTimeout(resolve, PAUSE_MS); });
  }
}
