// One file, whole or not at all: written beside its place under a hidden name and renamed into it.
import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RunError, inputError } from '../model/errors.ts';
import { isSystemError } from './output/replace-folder.ts';

/** Throws `InputError` `file-exists` unless `force`, and `no-such-folder`: to be called before the work whose result is to be written. */
export async function checkPlace(path: string, force: boolean): Promise<void> {
  if (!force && await stat(path).then(() => true, () => false)) throw inputError('file-exists', '', `will not replace ${path}`, { hint: 'choose another name, or use --force' });
  if (!(await stat(dirname(path)).then((found) => found.isDirectory(), () => false))) throw inputError('no-such-folder', '', `there is no folder ${dirname(path)}`);
}

/** Writes the pieces, in the place of a file that is there. Throws `RunError` `cannot-write` when the disk does not play along. */
export async function writeWholeFile(path: string, pieces: Iterable<string>): Promise<void> {
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
