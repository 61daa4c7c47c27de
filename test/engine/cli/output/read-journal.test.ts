// Journals from disk: plain, packed, cut off, damaged, huge. Whatever is wrong is named, with the file it is in.
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalLines, readJournal } from '../../../../engine/cli/output/read-journal.ts';
import { encodeJournal } from '../../../../engine/journal/codec.ts';
import { STRIDE } from '../../../../engine/journal/records.ts';
import { handWrittenHeader, handWrittenInstance, handWrittenRun } from '../../../support/hand-written-run.ts';

const run = handWrittenRun(), lines = [...encodeJournal(handWrittenHeader(run), run)], text = lines.join('\n') + '\n';
const read = (path: string, options = {}) => readJournal(path, () => handWrittenInstance, options);

let home: string, file: string;
beforeEach(async () => { home = await mkdtemp(join(tmpdir(), 'twinclock-read-')); file = join(home, 'journal.jsonl'); });
afterEach(async () => { await rm(home, { recursive: true, force: true }); });

async function collect(path: string, limits = {}): Promise<string[]> {
  const all: string[] = [];
  for await (const line of journalLines(path, limits)) all.push(line);
  return all;
}

describe('readJournal', () => {
  it('reads plain, packed and Windows-edited files, and folders', async () => {
    for (const bytes of [Buffer.from(text), gzipSync(text), Buffer.from('\ufeff' + text.replaceAll('\n', '\r\n'))]) {
      await writeFile(file, bytes);
      expect((await read(file)).footer).toMatchObject({ hash: run.hash });
      expect((await read(home)).rows.count).toBe(run.log.count);
    }
  });

  it('keeps characters that lie across two chunks', async () => {
    const long = `{"twinclock":"journal/1","x":"${'é'.repeat(70_001)}"}`;
    await writeFile(file, long + '\n' + long);
    expect(await collect(file)).toEqual([long, long]);
  });

  it('tells that a packed journal was cut off, and keeps its whole records', async () => {
    const whole = gzipSync(text, { level: 0 });
    await writeFile(file, whole.subarray(0, whole.length - 600));
    await expect(read(file)).rejects.toThrow(/cut off in the middle of line \d+: it has no end record, and \d+ whole records/);
    const kept = await read(file, { allowTruncated: true });
    expect(kept.footer).toBeUndefined();
    expect(kept.rows.count).toBeGreaterThan(10);
    expect([...kept.rows.rows.subarray(0, kept.rows.length)]).toEqual([...run.log.rows.subarray(0, kept.rows.count * STRIDE)]);
  });

  it('says of a damaged packed file that it cannot be unpacked', async () => {
    const packed = gzipSync(text);
    packed.fill(0xff, 20, 60);
    await writeFile(file, packed);
    await expect(read(file)).rejects.toMatchObject({ code: expect.stringMatching(/damaged-file|not-a-journal/) as string });
  });

  it('refuses a huge file of garbage after its first bytes', async () => {
    const handle = await open(file, 'w');
    await handle.truncate(1024 ** 3); // a sparse GiB of zeros
    await handle.close();
    await expect(read(file)).rejects.toMatchObject({ code: 'not-a-journal' });
    await writeFile(file, gzipSync(Buffer.alloc(50_000_000)));
    await expect(read(file)).rejects.toMatchObject({ code: 'not-a-journal' });
  });

  it('stops at lines and files that are too long', async () => {
    await writeFile(file, `${lines[0]}\n${'x'.repeat(5000)}`);
    await expect(collect(file, { lineBytes: 1000 })).rejects.toMatchObject({ code: 'line-too-long', faults: [{ path: 'line 2' }] });
    await writeFile(file, text);
    await expect(collect(file, { headerBytes: 100 })).rejects.toMatchObject({ code: 'line-too-long', faults: [{ path: 'line 1' }] });
    await expect(collect(file, { totalBytes: 1000 })).rejects.toMatchObject({ code: 'journal-too-large' });
  });

  it('names what is missing, and the file in which a fault was found', async () => {
    await expect(read(join(home, 'nothing'))).rejects.toMatchObject({ code: 'no-such-file' });
    await mkdir(join(home, 'empty'));
    await expect(read(join(home, 'empty'))).rejects.toMatchObject({ code: 'not-a-run-folder' });
    await writeFile(file, '');
    await expect(read(file)).rejects.toMatchObject({ code: 'not-a-journal', source: file });
    await writeFile(file, Buffer.concat([Buffer.from(lines[0] + '\n'), Buffer.from([0xff, 0xfe, 0x0a])]));
    await expect(read(file)).rejects.toMatchObject({ code: 'bad-text', source: file });
  });
});
