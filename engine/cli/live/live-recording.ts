// The journal of a live run, from its daemon or from where the run is kept, be that a file or a database: for the commands that
// read any journal.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LIVE_VERSION } from '../../live/config-schema.ts';
import type { LiveFile } from '../../live/config.ts';
import { storeAddress } from '../../live/paths.ts';
import { InputError, inputError } from '../../model/errors.ts';
import { SMALL_FILE_BYTES_MAX, parseJsonText } from '../../model/file-text.ts';
import { readText } from '../input/read-text.ts';
import { connect } from './client.ts';
import { LIVE_FOLDER, livingDaemon } from './daemon-file.ts';

const STORE = 'run.sqlite';

/**
 * The lines of the journal, or undefined when `source` names no live run: a name below ./twinclock-live, its folder, its configuration,
 * or the address of its daemon. Throws `InputError` `no-journal` for a run whose journal is in a database nobody here can name.
 */
export async function liveJournalLines(source: string): Promise<Iterable<string> | undefined> {
  if (/^https?:\/\//.test(source)) return daemonLines(source);
  const file = await configuration(source);
  if (file !== undefined) return storedLines(storeAddress(file), file.name);
  for (const folder of [source, join(LIVE_FOLDER, source)]) {
    const path = join(folder, STORE);
    if (await stat(path).then((found) => found.isFile(), () => false)) return storedLines(path);
    if (await livingDaemon(folder) !== undefined) return daemonLines(folder);
  }
  const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);
  if (await isThere(source) || !await isThere(join(LIVE_FOLDER, source))) return undefined;
  throw inputError('no-journal', '', 'the run keeps its journal in a database, and has no daemon now', { value: source, hint: 'name its configuration instead, which says where: my-live.json' });
}

async function configuration(source: string): Promise<LiveFile | undefined> {
  const value = source.endsWith('.json') ? await readText(source, SMALL_FILE_BYTES_MAX).then((text) => parseJsonText(text) as { readonly twinclock?: unknown }, () => undefined) : undefined;
  if (value?.twinclock !== LIVE_VERSION) return undefined;
  const { validateLive } = await import('../../live/config.ts');
  try { return validateLive(value); } catch (error) { throw error instanceof InputError ? error.from(source) : error; }
}

async function daemonLines(run: string): Promise<Iterable<string>> {
  return linesOf(await textOf(await (await connect(run, {})).stream('/v1/journal', new AbortController().signal)));
}

/** `name`: of a store that holds several runs. */
async function storedLines(address: string, name?: string): Promise<Iterable<string>> {
  const [{ readStore }, { readRun, storedFaults }, { livePorts }, { liveJournal }, { VERSION }] = await Promise.all([
    import('../../live/stores/open-store.ts'), import('../../live/read-run.ts'), import('./live-ports.ts'), import('../../live/live-journal.ts'), import('../../version.ts'),
  ]);
  const store = await readStore(address, name);
  try {
    const run = await readRun(store, livePorts(undefined));
    if (run === undefined) throw inputError('no-run', '', `there is no run in ${name ?? address}`);
    return [...liveJournal(run, VERSION, run.log.count, await storedFaults(store))];
  } finally { await store.close(); }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

const linesOf = (text: string): string[] => text.trimEnd().split('\n');
