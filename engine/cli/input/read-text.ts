// Text from a file or standard input, unpacked when its bytes say gzip, and never more of it than a stated limit: a file
// that is too large is refused by its size, a stream or a packed file as soon as it has given too much.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { inputError } from '../../model/errors.ts';
import { damagedFile, fileTooLarge, isGzip, notUtf8 } from '../../model/file-text.ts';
import { isSystemError } from '../output/replace-folder.ts';

/** What stands for standard input. */
export const STDIN = '-';

/** The whole text of a file, or of standard input for `-`. Throws `InputError`: no-such-file, not-a-file, cannot-read, file-too-large, damaged-file, bad-text. */
export async function readText(path: string, bytesMax: number): Promise<string> {
  if (path !== STDIN) await checkSize(path, bytesMax);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await collect(path === STDIN ? process.stdin : createReadStream(path), bytesMax));
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** The first characters of a file, unpacked: enough to see what it is. Empty for standard input, which can be read only once. */
export async function headOfFile(path: string): Promise<string> {
  if (path === STDIN || !(await stat(path).catch((error: unknown) => { throw readFailure(path, error); })).isFile()) return '';
  const file = await open(path, 'r').catch((error: unknown) => { throw readFailure(path, error); });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0), bytes = buffer.subarray(0, bytesRead);
    return (isGzip(bytes) ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes).toString('latin1').slice(0, HEAD_BYTES);
  } catch (error) {
    throw readFailure(path, error);
  } finally {
    await file.close();
  }
}

const HEAD_BYTES = 4096;

async function checkSize(path: string, bytesMax: number): Promise<void> {
  const about = await stat(path).catch((error: unknown) => { throw readFailure(path, error); });
  if (about.isDirectory()) throw inputError('not-a-file', '', `${path} is a folder, a file is needed`);
  if (about.size > bytesMax) throw fileTooLarge(bytesMax, about.size);
}

async function collect(source: Readable, bytesMax: number): Promise<Buffer> {
  const bytes = await gather(source, bytesMax);
  if (!isGzip(bytes)) return bytes;
  const gunzip = createGunzip();
  gunzip.end(bytes);
  return gather(gunzip, bytesMax);
}

async function gather(source: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > bytesMax) throw fileTooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Errors of the system, of gzip and of the decoder as faults of the input; others as they are. */
function readFailure(path: string, error: unknown): unknown {
  const code = error instanceof Error ? String((error as NodeJS.ErrnoException).code) : '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return notUtf8();
  if (code.startsWith('Z_')) return damagedFile((error as Error).message);
  if (!isSystemError(error)) return error;
  return error.code === 'ENOENT' ? inputError('no-such-file', '', `there is no file ${path}`) : inputError('cannot-read', '', `cannot read ${path}: ${error.message}`);
}
