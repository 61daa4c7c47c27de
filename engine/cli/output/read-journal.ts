// A journal from the disk: a .jsonl file, plain or gzipped, or the folder of a run. Reads as a stream and gives up at the
// first bytes of what is no journal, at a line that is too long, and past a size limit, so that a wrong file, however large,
// costs one clear error and little time. A gzip stream that was cut off gives the lines that are whole.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, createGunzip } from 'node:zlib';
import { JournalDecoder } from '../../journal/journal-decoder.ts';
import type { DecodedJournal, DecodeOptions, JournalInstance } from '../../journal/journal-decoder.ts';
import type { JournalHeader } from '../../journal/journal-header.ts';
import { inputError, InputError } from '../../model/errors.ts';
import { JOURNAL_FILE } from './output-folder.ts';
import { isSystemError } from './replace-folder.ts';

export interface ReadLimits {
  /** Bytes of the first line, which holds the scenario. Default 256 MiB. */
  readonly headerBytes?: number;
  /** Bytes of any other line. Default 1 MiB. */
  readonly lineBytes?: number;
  /** Bytes of the journal, after unpacking. Default 8 GiB. */
  readonly totalBytes?: number;
}

const MIB = 1024 * 1024;
const LINE_END = 0x0a;
/** Enough to see `{"twinclock":` even with generous spacing. */
const MAGIC_BYTES = 64;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads and decodes a journal; see `decodeJournal`. Faults name the file. */
export async function readJournal<I extends JournalInstance>(
  path: string, resolve: (header: JournalHeader) => I, options: DecodeOptions & ReadLimits = {},
): Promise<DecodedJournal<I>> {
  const file = await journalPath(path), decoder = new JournalDecoder(resolve, options);
  try {
    for await (const line of journalLines(file, options)) decoder.push(line);
    return decoder.finish();
  } catch (error) {
    throw error instanceof InputError ? error.from(file) : error;
  }
}

/** The journal file that a path names: itself, or the one in a run folder. */
export async function journalPath(path: string): Promise<string> {
  const about = await stat(path).catch((error: unknown) => { throw unreadable(path, error); });
  if (!about.isDirectory()) return path;
  for (const name of [JOURNAL_FILE, 'journal.jsonl']) {
    const file = join(path, name);
    if (await stat(file).then((found) => found.isFile(), () => false)) return file;
  }
  throw inputError('not-a-run-folder', '', `there is no journal in ${path}`, { hint: `a run folder has a ${JOURNAL_FILE}` });
}

/** The lines of a journal file, without line ends. The last one may be half a line, and is empty when all are whole. */
export async function* journalLines(file: string, limits: ReadLimits = {}): AsyncGenerator<string, void, void> {
  const { headerBytes = 256 * MIB, lineBytes = MIB, totalBytes = 8192 * MIB } = limits;
  let pending: Buffer[] = [], pendingBytes = 0, total = 0, line = 1, known = false;
  for await (const chunk of bytesOf(file)) {
    total += chunk.length;
    if (total > totalBytes) throw inputError('journal-too-large', '', `the journal is larger than ${totalBytes} bytes`);
    let from = 0;
    for (let to = chunk.indexOf(LINE_END); to >= 0; to = chunk.indexOf(LINE_END, from)) {
      const text = Buffer.concat([...pending, chunk.subarray(from, to)]);
      if (!known) checkMagic(text);
      if (text.length > (line === 1 ? headerBytes : lineBytes)) throw tooLong(line, text.length);
      known = true;
      yield decodeLine(text, line++);
      pending = []; pendingBytes = 0; from = to + 1;
    }
    pending.push(chunk.subarray(from));
    pendingBytes += chunk.length - from;
    if (!known && pendingBytes >= MAGIC_BYTES) { checkMagic(Buffer.concat(pending)); known = true; }
    if (pendingBytes > (line === 1 ? headerBytes : lineBytes)) throw tooLong(line, pendingBytes);
  }
  if (total === 0) return;
  const rest = Buffer.concat(pending);
  if (!known) checkMagic(rest);
  yield lossyText(rest);
}

/** The unpacked bytes of the file, as far as they go. */
async function* bytesOf(file: string): AsyncGenerator<Buffer, void, void> {
  const packed = await isGzip(file), source = createReadStream(file, { highWaterMark: 1 << 16 });
  const gunzip = packed ? createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }) : undefined;
  if (gunzip !== undefined) source.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const chunk of gunzip ?? source) yield chunk as Buffer;
  } catch (error) {
    if (!packed || !String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw unreadable(file, error);
    throw inputError('damaged-file', '', `the file cannot be unpacked: ${(error as Error).message}`, { hint: 'copy it again from where it was written' });
  } finally {
    source.destroy();
    gunzip?.destroy();
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((error: unknown) => { throw unreadable(file, error); });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function checkMagic(start: Buffer): void {
  const text = start.subarray(0, MAGIC_BYTES).toString('latin1');
  if (!/^(\xef\xbb\xbf)?\s*\{\s*"twinclock"\s*:/.test(text)) {
    throw inputError('not-a-journal', 'line 1', 'this is not a journal', { value: text, hint: 'the first line of a journal begins with {"twinclock":"journal/1"' });
  }
}

function decodeLine(bytes: Buffer, line: number): string {
  try {
    return UTF8.decode(bytes).replace(/\r$/, '');
  } catch {
    throw inputError('bad-text', `line ${line}`, 'this line is not UTF-8 text', { value: bytes.subarray(0, 40).toString('latin1') });
  }
}

/** Half a line may end in half a character. */
const lossyText = (bytes: Buffer) => bytes.toString('utf8');

function tooLong(line: number, bytes: number): InputError {
  return inputError('line-too-long', `line ${line}`, `this line is longer than any line of a journal (${bytes} bytes and more)`);
}

function unreadable(file: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return error.code === 'ENOENT' ? inputError('no-such-file', '', `there is no file ${file}`) : inputError('cannot-read', '', `cannot read ${file}: ${error.message}`);
}
