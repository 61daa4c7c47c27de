// Durable writes of a journal: groups of rows, each awaited before the next as the runtime does. Wall time, for the disk or the
// server is what is waited for. Answer: what is read back are the rows that were written.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { RecordLog } from '../../engine/journal/log.ts';
import { STRIDE, TICK } from '../../engine/journal/records.ts';
import { scheduleHash } from '../../engine/journal/journal-hash.ts';
import { openStore, readStore } from '../../engine/live/stores/open-store.ts';
import { checkAnswer, type CellResult, type Setting } from '../case.ts';
import { quantile } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const GROUPS = [1, 16, 256], MS = 2_000, GROUPS_MAX = 5_000;

export async function journalWrite(kind: 'sqlite' | 'postgres', { quick }: Setting): Promise<CellResult> {
  const address = kind === 'sqlite' ? join(temporaryFolder('twinclock-bench-'), 'run.db') : process.env['TWINCLOCK_POSTGRES']!, run = `bench-${randomUUID()}`;
  const store = await openStore(address, run), written = new RecordLog(), rows: CellResult['rows'][number][] = [], figures: Record<string, number> = {};
  try {
    for (const size of GROUPS) {
      const ms: number[] = [], began = performance.now();
      while (ms.length < (quick ? 3 : GROUPS_MAX) && (quick || performance.now() - began < MS)) {
        const first = written.length;
        for (let k = 0; k < size; k++) written.append(TICK, written.count, 0, 0, 0, 0);
        const from = performance.now();
        await store.append({ rows: written.rows.slice(first, written.length), wall: 0 });
        ms.push(performance.now() - from);
      }
      const perSecond = size * ms.length / (performance.now() - began) * 1000;
      rows.push({ what: `${kind}: a group of ${size} row${size === 1 ? '' : 's'}`, value: quantile(ms, 0.5), p99: quantile(ms, 0.99), max: Math.max(...ms), unit: 'ms', perSecond, samples: ms.length });
      figures[`rowsPerSecondBy${size}`] = perSecond;
      figures[`groupMsBy${size}`] = quantile(ms, 0.5);
    }
    checkAnswer('rows read back', await hashOfStored(address, run), scheduleHash(written));
  } finally { await store.close(); }
  return { rows, figures: { [kind]: figures }, answer: 'read back' };
}

/** Over the rows that any reader finds. */
export async function hashOfStored(address: string, run: string): Promise<string> {
  const reader = await readStore(address, run), log = new RecordLog();
  try {
    for await (const { rows } of reader.groups()) for (let at = 0; at < rows.length; at += STRIDE) log.append(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!);
  } finally { await reader.close(); }
  return scheduleHash(log);
}
