// Records told by names become the rows they were told of.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeJournal } from '../../../engine/journal/codec.ts';
import { eventData } from '../../../engine/journal/event-data.ts';
import { RecordLog } from '../../../engine/journal/log.ts';
import { recordView } from '../../../engine/journal/record-view.ts';
import { renumbered } from '../../../engine/journal/revisions.ts';
import { RowReader } from '../../../engine/journal/row-reader.ts';
import { compiled } from '../../../engine/experiment/recording.ts';

describe('rows read back', () => {
  it('are those of a live run with interruptions, limits, people and a revision, in the numbers of the problem it ended with', () => {
    const lines = readFileSync(new URL('../../golden/live/storm-22.jsonl', import.meta.url), 'utf8').trimEnd().split('\n'), { instance: first, rows, revisions } = decodeJournal(lines, compiled), last = revisions.at(-1)!.instance.problem;
    const wanted = renumbered(rows, first.problem, revisions.map(({ row, change, instance: { problem } }) => ({ row, change, problem })), last), reader = new RowReader(last), log = new RecordLog();
    expect(last).not.toBe(first.problem);
    for (let n = 0; n < rows.count; n++) {
      const names = revisions.findLast(({ row }) => row <= n)?.instance.problem ?? first.problem;
      reader.append(log, JSON.parse(JSON.stringify(recordView(names, rows, n))) as ReturnType<typeof recordView>);
    }
    expect(Array.from(log.rows.subarray(0, log.length))).toEqual(Array.from(wanted.rows.subarray(0, wanted.length)));
  });

  it('are refused whole when a name is not known', () => {
    const reader = new RowReader({ taskIds: ['a'], jobIds: ['j'], unitIds: ['u'], poolIds: ['u'] }), log = new RecordLog();
    expect(() => { reader.append(log, { name: 'task-exploded', t: 0, fields: {} }); }).toThrow(expect.objectContaining({ code: 'unknown-record' }) as Error);
    expect(() => { reader.append(log, { name: 'job-submitted', t: 0, fields: { job: 'k' } }); }).toThrow(expect.objectContaining({ code: 'unknown-name', message: expect.stringContaining('job-submitted.job') as string }) as Error);
    expect(log.count).toBe(0);
  });
});

describe('server-sent events', () => {
  it('are put together whatever way they come in pieces', async () => {
    const text = 'retry: 1000\n\nid: 3\nevent: records\ndata: {"a":"ä"}\n\n: still here\n\ndata: 1\ndata: 2\n\ndata: half', bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 7, bytes.length]) {
      const stream = new ReadableStream<Uint8Array>({ start(to) { for (let at = 0; at < bytes.length; at += size) to.enqueue(bytes.slice(at, at + size)); to.close(); } }), found: string[] = [];
      for await (const data of eventData(stream)) found.push(data);
      expect(found).toEqual(['{"a":"ä"}', '1\n2']);
    }
  });
});
