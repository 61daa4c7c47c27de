// The journal of a live run, from its daemon or from where the run is kept: for the commands that read any journal.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from '../../model/errors.ts';
import { connect } from './client.ts';
import { LIVE_FOLDER } from './daemon-file.ts';

const STORE = 'run.sqlite';

/** The lines of the journal, or undefined when `source` names no live run: a name below ./twinclock-live, its folder, or the address of its daemon. */
export async function liveJournalLines(source: string): Promise<Iterable<string> | undefined> {
  if (/^https?:\/\//.test(source)) return linesOf(await textOf(await (await connect(source, {})).stream('/v1/journal', new AbortController().signal)));
  for (const folder of [source, join(LIVE_FOLDER, source)]) {
    const file = join(folder, STORE);
    if (await stat(file).then((found) => found.isFile(), () => false)) return storedLines(file);
  }
  return undefined;
}

async function storedLines(file: string): Promise<Iterable<string>> {
  const [{ readStore }, { readRun, storedFaults }, { livePorts }, { liveJournal }, { VERSION }] = await Promise.all([
    import('../../live/stores/open-store.ts'), import('../../live/read-run.ts'), import('./live-ports.ts'), import('../../live/live-journal.ts'), import('../../version.ts'),
  ]);
  const store = await readStore(file);
  try {
    const run = await readRun(store, livePorts(undefined));
    if (run === undefined) throw inputError('no-run', '', `there is no run in ${file}`);
    return [...liveJournal(run, VERSION, run.log.count, await storedFaults(store))];
  } finally { await store.close(); }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

const linesOf = (text: string): string[] => text.trimEnd().split('\n');
