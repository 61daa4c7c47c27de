// One file, whole or not at all: written beside its place under a hidden name and renamed into it.
import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RunError, inputError } from '../model/errors.ts';
import { isSystemError } from './output/replace-folder.ts';

/** Writes the pieces. Throws `InputError` `file-exists` unless `force`, and `RunError` `cannot-write` when the disk does not play along. */
export async function writeWholeFile(path: string, pieces: Iterable<string>, options: { readonly force?: boolean } = {}): Promise<void> {
  if (options.force !== true && await stat(path).then(() => true, () => false)) throw inputError('file-exists', '', `will not replace ${path}`, { hint: 'choose another name, or use --force' });
  const fresh = join(dirname(path), `.${basename(path)}.writing-${randomBytes(4).toString('hex')}`);
  try {
    const file = await open(fresh, 'wx');
    try {
      for (const piece of pieces) await file.write(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw isSystemError(error) ? new RunError('cannot-write', `cannot write ${path}: ${error.message}`, { path, system: error.code ?? '' }) : error;
  }
}
