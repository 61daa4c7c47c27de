// Server-sent events of a daemon, one at a time, over as many connections as it takes: after a break it goes on behind the
// last row it has seen.
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

/** The `data` of each event of a stream; comments and other fields are passed over. */
export async function* eventData(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
      if (data.length > 0) yield data.join('\n');
    }
  }
}
