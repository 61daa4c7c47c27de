// The folder of a run: journal, tables, timeline, metrics and the manifest that says what made them. Everything is written
// beside the target and renamed into place at the end, so whoever sees the folder sees all of it.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { csvLines } from '../../export/csv.ts';
import { parquetBytes } from '../../export/parquet.ts';
import { aboutRun, runTables } from '../../export/run-tables.ts';
import { runTimeline } from '../../export/run-timeline.ts';
import { encodeJournal } from '../../journal/codec.ts';
import type { JournalHeader } from '../../journal/journal-header.ts';
import { perfettoTrace } from '../../journal/perfetto.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import type { TableDictionary } from '../../journal/tables.ts';
import type { RunFold } from '../../metrics/attempts.ts';
import { buildManifest, jsonText } from './manifest.ts';
import type { Manifest, ManifestFile, RunCircumstances } from './manifest.ts';
import { replaceFolder } from './replace-folder.ts';
import type { ReplacedFolder, ReplaceOptions } from './replace-folder.ts';

export const JOURNAL_FILE = 'journal.jsonl.gz';
/** The text of a policy that is not built in; the journal has it too. */
export const POLICY_FILE = 'policy.ts';

export interface RunFolderContents {
  readonly header: JournalHeader;
  readonly run: RunRecord;
  /** `foldRun(run)`. */
  readonly fold: RunFold;
  /** Figures by name; those that do not apply (NaN) are written as null. */
  readonly metrics: object;
  readonly audit: unknown;
  readonly circumstances: RunCircumstances;
}

export interface WrittenRunFolder extends ReplacedFolder {
  readonly manifest: Manifest;
}

/** Text goes out in pieces of about this many characters. */
const PIECE = 1 << 16;

/**
 * Writes the folder. A run folder in its place is replaced; a folder that is not empty and not a run of ours is refused
 * (`folder-not-empty`) unless `force`, which sets it aside. Throws `RunError` `cannot-write` when the disk does not play along.
 */
export async function writeRunFolder(dir: string, contents: RunFolderContents, options: ReplaceOptions = {}): Promise<WrittenRunFolder> {
  let manifest: Manifest | undefined;
  const replaced = await replaceFolder(dir, async (folder) => { manifest = await writeFiles(folder, contents); }, options);
  return { ...replaced, manifest: manifest! };
}

async function writeFiles(folder: string, { header, run, fold, metrics, audit, circumstances }: RunFolderContents): Promise<Manifest> {
  const files: ManifestFile[] = [], tables: Record<string, { rows: number; columns: TableDictionary }> = {};
  const write = async (name: string, content: string, pieces: Iterable<string | Uint8Array>) => { files.push(await writeFile(folder, name, content, pieces)); };
  const about = aboutRun(header, run);

  await write(JOURNAL_FILE, 'every event and command, replayable', lines(encodeJournal(header, run)));
  if (header.policy.text !== undefined) await write(POLICY_FILE, 'the policy that decided', [header.policy.text]);
  for (const table of runTables(run, fold)) {
    tables[table.name] = { rows: table.rows, columns: table.dictionary };
    await write(`${table.name}.parquet`, `table of ${table.name}`, [parquetBytes(table, about)]);
    await write(`${table.name}.csv`, `table of ${table.name}`, csvLines(table));
  }
  await write('timeline.perfetto.json', 'timeline for ui.perfetto.dev', perfettoTrace(run, runTimeline(fold)));
  await write('metrics.json', 'figures of the run', [jsonText(metrics)]);
  const manifest = buildManifest(header, run, circumstances, audit, tables, files);
  await writeFile(folder, 'manifest.json', 'this file', [jsonText(manifest)]);
  return manifest;
}

/** Streams a file to the disk (through gzip for names that end in .gz), and forces it there. */
async function writeFile(folder: string, name: string, content: string, pieces: Iterable<string | Uint8Array>): Promise<ManifestFile> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  async function* counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of source) {
      sha256.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const source = Readable.from(inBytes(pieces)), target = createWriteStream(join(folder, name), { flush: true });
  if (name.endsWith('.gz')) await pipeline(source, createGzip(), counted, target);
  else await pipeline(source, counted, target);
  return { name, bytes, sha256: sha256.digest('hex'), content };
}

function* inBytes(pieces: Iterable<string | Uint8Array>): Generator<Uint8Array, void, void> {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece !== 'string') { yield piece; continue; }
    text += piece;
    if (text.length < PIECE) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  if (text !== '') yield Buffer.from(text, 'utf8');
}

function* lines(texts: Iterable<string>): Generator<string, void, void> {
  for (const text of texts) yield text + '\n';
}
