// The folder of a run: complete, readable by other tools, the same bytes for the same run, and never at the cost of
// anybody's files.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../engine/cli/output/manifest.ts';
import { writeRunFolder } from '../../../../engine/cli/output/output-folder.ts';
import type { RunFolderContents } from '../../../../engine/cli/output/output-folder.ts';
import { readJournal } from '../../../../engine/cli/output/read-journal.ts';
import { encodeJournal } from '../../../../engine/journal/codec.ts';
import { firstDivergence } from '../../../../engine/journal/divergence.ts';
import { journalHeader } from '../../../../engine/journal/journal-header.ts';
import { foldRun } from '../../../../engine/metrics/attempts.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import { replay } from '../../../../engine/sim/replay.ts';
import { simulate } from '../../../../engine/sim/run.ts';
import { policyNamed } from '../../../../policies/registry.ts';
import { SPOT_1 } from '../../../../scenarios/catalog/teaching.ts';
import { handWrittenHeader, handWrittenInstance, handWrittenRun } from '../../../support/hand-written-run.ts';

const run = handWrittenRun(), header = handWrittenHeader(run);
const contents: RunFolderContents = {
  header, run, fold: foldRun(run), metrics: { makespanMs: 925_000.5, costGap: NaN }, audit: { violations: [] },
  circumstances: {
    packageVersion: '0.1.0', command: ['twinclock', 'run', 'by-hand.json'], startedAt: '2026-01-05T09:00:00Z', endedAt: '2026-01-05T09:00:01Z', runtime: { node: process.version },
  },
};

let home: string;
beforeEach(async () => { home = await mkdtemp(join(tmpdir(), 'twinclock-output-')); });
afterEach(async () => { await rm(home, { recursive: true, force: true }); });
const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as unknown;

describe('writeRunFolder', () => {
  it('writes every file, and a manifest that knows them', async () => {
    const dir = join(home, 'new', 'run'), written = await writeRunFolder(dir, contents);
    const manifest = await readJson(join(dir, 'manifest.json')) as Manifest;
    expect(manifest).toEqual(JSON.parse(JSON.stringify(written.manifest)));
    expect((await readdir(dir)).sort()).toEqual(['manifest.json', ...manifest.files.map((file) => file.name)].sort());
    for (const file of manifest.files) {
      const bytes = await readFile(join(dir, file.name));
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')], file.name).toEqual([file.bytes, file.sha256]);
    }
    expect(manifest).toMatchObject({
      twinclock: 'manifest/1', engine: '0.1.0', seed: 42, scenario: { name: 'by hand', hash: handWrittenInstance.hash }, policy: { name: 'fifo', textHash: null }, faults: null,
      result: { end: 'finished', hash: run.hash, records: 31 }, audit: { violations: [] }, command: ['twinclock', 'run', 'by-hand.json'],
    });
    expect(Object.keys(manifest.tables)).toEqual(['attempts', 'decisions', 'resources', 'vm-lives', 'jobs', 'faults']);
    expect(await readJson(join(dir, 'metrics.json'))).toEqual({ makespanMs: 925_000.5, costGap: null });
    expect(await readdir(home)).toEqual(['new']);
    expect(await readdir(join(home, 'new'))).toEqual(['run']);
  });

  it('keeps the journal, the tables and the timeline readable by others', async () => {
    const dir = join(home, 'run');
    await writeRunFolder(dir, contents);
    const journal = gunzipSync(await readFile(join(dir, 'journal.jsonl.gz'))).toString('utf8');
    expect(journal.split('\n').slice(0, -1)).toEqual([...encodeJournal(header, run)]);
    const decoded = await readJournal(dir, () => handWrittenInstance);
    expect([...decoded.rows.rows.subarray(0, decoded.rows.length)]).toEqual([...run.log.rows.subarray(0, run.log.length)]);
    const parquet = await readFile(join(dir, 'attempts.parquet'));
    const rows = await parquetReadObjects({ file: parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.length) as ArrayBuffer });
    expect(rows.map((row) => [row.task, row.outcome, row.startedAt])).toEqual([
      ['f1-build', 'completed', 0], ['f1-train', 'interrupted', 90_000], ['f1-train', 'completed', 510_000], ['f1-ask', 'rate-limited', 900_000], ['f1-ask', 'completed', 920_000],
    ]);
    expect((await readFile(join(dir, 'attempts.csv'), 'utf8')).split('\n')).toHaveLength(rows.length + 2);
    expect((await readJson(join(dir, 'timeline.perfetto.json')) as { traceEvents: unknown[] }).traceEvents.length).toBeGreaterThan(20);
  });

  it('holds a simulated run that replays to the same commands', async () => {
    const instance = compileScenario(SPOT_1), policy = policyNamed('spot-only'), simulated = simulate(instance, { policy, seed: 5 });
    await writeRunFolder(join(home, 'run'), {
      ...contents, run: simulated, fold: foldRun(simulated), header: journalHeader(simulated, { engine: '0.1.0', scenario: SPOT_1, scenarioHash: instance.hash }),
    });
    const read = await readJournal(join(home, 'run'), (h) => compileScenario(h.scenario)), { policy: { parameters }, weights, seed } = read.header;
    const again = replay(read.instance, read.rows, { policy, parameters, weights, seed });
    expect(firstDivergence(read.instance.problem, read.rows, again.kernel.log)).toBeUndefined();
    expect([again.identical, again.hash]).toEqual([true, simulated.hash]);
  });

  it('gives the same bytes for the same run, but for the manifest', async () => {
    const one = await writeRunFolder(join(home, 'a'), contents), two = await writeRunFolder(join(home, 'b'), contents);
    expect(two.manifest.files).toEqual(one.manifest.files);
  });

  it('replaces a run, an empty folder, and the folder behind a link', async () => {
    const dir = join(home, 'run'), link = join(home, 'latest');
    await mkdir(dir);
    await writeRunFolder(dir, contents);
    await symlink(dir, link);
    const again = await writeRunFolder(link, { ...contents, metrics: { makespanMs: 1 } });
    expect(again.setAside).toBeUndefined();
    expect(await readJson(join(dir, 'metrics.json'))).toEqual({ makespanMs: 1 });
    expect((await readdir(home)).sort()).toEqual(['latest', 'run']);
  });

  it('never deletes what is not its own', async () => {
    const dir = join(home, 'precious');
    await mkdir(dir);
    await writeFile(join(dir, 'thesis.tex'), 'years of work');
    await expect(writeRunFolder(dir, contents)).rejects.toMatchObject({ code: 'folder-not-empty' });
    const forced = await writeRunFolder(dir, contents, { force: true });
    expect(forced.setAside).toBe(`${forced.dir}.replaced-1`);
    expect(await readFile(join(forced.setAside!, 'thesis.tex'), 'utf8')).toBe('years of work');

    await writeFile(join(dir, 'notes.md'), 'added by hand');
    await expect(writeRunFolder(dir, contents)).rejects.toThrow('its run did not write notes.md');
    expect(await readFile(join(dir, 'notes.md'), 'utf8')).toBe('added by hand');
  });

  it('refuses a file, and the folder the command runs in', async () => {
    await writeFile(join(home, 'file'), '');
    await expect(writeRunFolder(join(home, 'file'), contents)).rejects.toMatchObject({ code: 'not-a-folder' });
    await expect(writeRunFolder('.', contents)).rejects.toMatchObject({ code: 'folder-in-use' });
  });

  it('leaves nothing behind when writing fails, and the old run as it was', async () => {
    const dir = join(home, 'run');
    await writeRunFolder(dir, contents);
    const before = await readFile(join(dir, 'manifest.json'), 'utf8');
    const broken = { ...contents, header: { ...header, seed: 7 } };
    await expect(writeRunFolder(dir, broken)).rejects.toThrow('the header describes another run');
    expect(await readdir(home)).toEqual(['run']);
    expect(await readFile(join(dir, 'manifest.json'), 'utf8')).toBe(before);
    await writeFile(join(home, 'file'), '');
    await expect(writeRunFolder(join(home, 'file', 'below'), contents)).rejects.toMatchObject({ code: 'not-a-folder' });
  });
});
