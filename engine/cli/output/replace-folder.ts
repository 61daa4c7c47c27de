// Puts a finished folder in the place of another one, and never half of it: the new one is written beside it under a
// hidden name and renamed. A run folder is replaced; anything else is left alone unless forced, and then it is set aside
// under another name, not deleted: the worst that a wrong path can do is to rename.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { inputError, RunError } from '../../model/errors.ts';
import { MANIFEST_VERSION } from './manifest.ts';
import type { Manifest } from './manifest.ts';

export interface ReplaceOptions {
  /** Also take the place of a folder that is not a run of ours, which is set aside. */
  readonly force?: boolean;
}

export interface ReplacedFolder {
  /** Absolute path. */
  readonly dir: string;
  /** Where a foreign folder was put, when there was one. */
  readonly setAside: string | undefined;
}

/** Calls `write` with an empty folder and puts that in the place of `dir`. On any error nothing is left behind. */
export async function replaceFolder(path: string, write: (folder: string) => Promise<void>, options: ReplaceOptions = {}): Promise<ReplacedFolder> {
  const dir = await realpath(path).catch(() => resolve(path)), before = await whatIsThere(dir);
  if (before.kind !== 'nothing' && isInside(process.cwd(), dir)) {
    throw inputError('folder-in-use', '', `will not replace ${dir}: this command runs in it`, { hint: 'name a new folder' });
  }
  if (before.kind === 'foreign' && options.force !== true) {
    throw inputError('folder-not-empty', '', `will not replace ${dir}: ${before.reason}`, { hint: 'choose another folder, or use --force to set this one aside' });
  }
  const beside = (what: string) => join(dirname(dir), `.${basename(dir)}.${what}-${randomBytes(4).toString('hex')}`);
  const fresh = beside('writing');
  try {
    await makeFolder(fresh);
    await write(fresh);
    return { dir, setAside: await exchange(dir, fresh, before.kind, beside('replaced')) };
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw isSystemError(error) ? cannotWrite(dir, error) : error;
  }
}

/** With the folders above it. Node's own `recursive` never returns where the system answers ENOENT for ever, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  try { await mkdir(path); } catch (error) {
    const above = dirname(path), code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' || await stat(above).catch(() => undefined) !== undefined) throw error;
    await makeFolder(above);
    await mkdir(path);
  }
}

type Found = { readonly kind: 'nothing' | 'empty' | 'run' } | { readonly kind: 'foreign'; readonly reason: string };

async function exchange(dir: string, fresh: string, before: Found['kind'], replaced: string): Promise<string | undefined> {
  if (before === 'nothing') await rename(fresh, dir);
  else {
    const aside = before === 'foreign' ? await freeName(`${dir}.replaced`) : replaced;
    await rename(dir, aside);
    try {
      await rename(fresh, dir);
    } catch (error) {
      await rename(aside, dir);
      throw error;
    }
    if (before === 'foreign') return aside;
    await rm(aside, { recursive: true, force: true });
  }
  return undefined;
}

/** A folder is a run of ours when its manifest says so and names everything else in it. */
async function whatIsThere(dir: string): Promise<Found> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return { kind: 'nothing' };
    if (isSystemError(error) && error.code === 'ENOTDIR') throw inputError('not-a-folder', '', `${dir} is a file, a folder is needed`);
    throw isSystemError(error) ? cannotWrite(dir, error) : error;
  }
  if (names.length === 0) return { kind: 'empty' };
  const manifest = await readManifest(dir);
  if (manifest === undefined) return { kind: 'foreign', reason: 'it is not empty and not a Twinclock run' };
  const ours = new Set(['manifest.json', ...manifest.files.map((file) => file.name)]);
  const extra = names.find((name) => !ours.has(name));
  return extra === undefined ? { kind: 'run' } : { kind: 'foreign', reason: `its run did not write ${extra}` };
}

/** The manifest of a run folder; undefined when there is none that can be read. */
export async function readManifest(dir: string): Promise<Manifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as Manifest;
    return manifest.twinclock === MANIFEST_VERSION && Array.isArray(manifest.files) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

async function freeName(base: string): Promise<string> {
  for (let k = 1; ; k++) {
    const name = `${base}-${k}`;
    if (await stat(name).then(() => false, () => true)) return name;
  }
}

function cannotWrite(dir: string, error: NodeJS.ErrnoException): RunError {
  const hint = error.code === 'EBUSY' || error.code === 'EXDEV' ? '; a mount point cannot be replaced, name a folder inside it' : '';
  return new RunError('cannot-write', `cannot write ${dir}: ${error.message}${hint}`, { path: dir, system: error.code ?? '' });
}

const isInside = (path: string, dir: string) => path === dir || !/^(\.\.([/\\]|$)|[A-Za-z]:)/.test(relative(dir, path));

/** An error of the operating system, such as ENOENT or ENOSPC. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
