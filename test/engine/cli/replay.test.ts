// `twinclock replay` and `explain` on recorded runs: whole, cut off, and tampered with.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { onlyJson, twinclock, workFolder } from '../../support/built-cli.ts';

const home = workFolder(), dir = join(home, 'run');
let lines: readonly string[], hash: string;
const journal = (name: string, content: readonly string[]) => {
  const path = join(home, name), text = content.join('\n');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
};

beforeAll(async () => {
  const { stdout } = await twinclock(['run', 'feature-120', '--policy', 'weighted', '--seed', '7', '--faults', 'storm-all-spot', '--out', dir, '--json']);
  hash = onlyJson(stdout).journalHash;
  lines = gunzipSync(readFileSync(join(dir, 'journal.jsonl.gz'))).toString('utf8').split('\n');
});

describe('replay', () => {
  it('finds a recorded run identical, from its folder or its file, packed or not', async () => {
    for (const path of [dir, join(dir, 'journal.jsonl.gz'), journal('plain.jsonl', lines)]) {
      const { code, stdout, stderr } = await twinclock(['replay', path, '--json']);
      expect([code, stderr]).toEqual([0, '']);
      expect(onlyJson(stdout)).toMatchObject({ identical: true, journalHash: hash, firstDivergence: null, records: lines.length - 3 });
    }
    expect((await twinclock(['replay', dir])).stdout).toBe(`identical: ${lines.length - 3} records, ${lines.filter((line) => line.startsWith('{"n":')).length} events of feature-120 under weighted, seed 7\njournal ${hash}\n`);
  });

  it('names the first row that differs, with what led to it, when a decision was altered', async () => {
    const at = lines.findIndex((line) => line.startsWith('{"command":"place"') && line.includes('"unit":"workstation"'));
    const altered = journal('altered.jsonl', lines.map((line, k) => (k === at ? line.replace('"workstation"', '"staging"') : line)));
    const { code, stdout, stderr } = await twinclock(['replay', altered, '--json']);
    expect(code).toBe(1);
    expect(onlyJson(stdout)).toMatchObject({
      identical: false, tampered: expect.stringContaining('[hash-mismatch]'),
      firstDivergence: { row: at - 1, fields: ['unit'], expected: { name: 'place', fields: { unit: 'staging' } }, actual: { name: 'place', fields: { unit: 'workstation' } } },
    });
    expect(onlyJson(stdout).firstDivergence.before).toHaveLength(3);
    expect(onlyJson(stderr).error).toMatchObject({ code: 'diverged', message: `the replay parts from the journal at row ${at - 1}` });
    expect((await twinclock(['replay', altered])).stdout).toMatch(/^not identical: .*\n.*hash-mismatch.*\nfirst difference in row/);
    expect((await twinclock(['explain', altered, '--task', 'f1-plan-1'])).stderr).toMatch(/^error \[diverged\]/);
  });

  it('is not taken in by an altered seed, or by an end record that counts otherwise', async () => {
    const seed = await twinclock(['replay', journal('seed.jsonl', lines.map((line, k) => (k === 0 ? line.replace('"seed":7', '"seed":8') : line))), '--json']);
    expect([seed.code, onlyJson(seed.stdout).identical]).toEqual([1, false]);
    const count = await twinclock(['replay', journal('count.jsonl', lines.map((line) => (line.startsWith('{"end"') ? line.replace(/"records":\d+/, '"records":3') : line)))]);
    expect([count.code, count.stdout]).toEqual([1, expect.stringMatching(/count-mismatch.*\nevery row comes out the same all the same/)]);
  });

  it('refuses a journal that was cut off, and replays what is there on demand', async () => {
    for (const kept of [2, 101, lines.length - 2]) {
      const path = journal('cut.jsonl', [...lines.slice(0, kept), lines[kept]!.slice(0, 9)]);
      const refused = await twinclock(['replay', path, '--json']);
      expect([refused.code, refused.stdout, onlyJson(refused.stderr).error.code]).toEqual([2, '', 'truncated-journal']);
      const partial = await twinclock(['replay', path, '--partial', '--json']);
      expect([partial.code, partial.stderr]).toEqual([0, '']);
      expect(onlyJson(partial.stdout)).toMatchObject({ identical: true, partial: true, records: kept - 1 });
    }
    const packed = join(home, 'cut.jsonl.gz');
    writeFileSync(packed, readFileSync(join(dir, 'journal.jsonl.gz')).subarray(0, 9000));
    expect((await twinclock(['replay', packed])).stderr).toMatch(/^error \[truncated-journal\] .*cut\.jsonl\.gz: line \d+: the journal was cut off/);
    expect((await twinclock(['replay', packed, '--partial'])).stdout).toMatch(/^identical: .*\njournal cut off, replayed as far as it goes/);
  });

  it('says what is wrong with a file that is no journal of this version', async () => {
    const errors = async (path: string) => { const { code, stderr } = await twinclock(['replay', path, '--json']); return [code, onlyJson(stderr).error.code]; };
    expect(await errors(join(home, 'nothing.jsonl'))).toEqual([2, 'no-such-file']);
    expect(await errors(home)).toEqual([2, 'not-a-run-folder']);
    expect(await errors(join(dir, 'metrics.json'))).toEqual([2, 'not-a-journal']);
    expect(await errors(journal('future.jsonl', lines.map((line, k) => (k === 0 ? line.replace('journal/1', 'journal/9') : line))))).toEqual([2, 'unsupported-version']);
    expect(await errors(journal('other.jsonl', lines.map((line, k) => (k === 0 ? line.replace('"name":"weighted"', '"name":"wieghted"') : line))))).toEqual([2, 'unknown-policy']);
    expect(await errors(journal('parameters.jsonl', lines.map((line, k) => (k === 0 ? line.replace('"idle":', '"idel":') : line))))).toEqual([2, 'other-parameters']);
    expect(await errors(journal('scenario.jsonl', lines.map((line, k) => (k === 0 ? line.replace('"budget":', '"budget":1') : line))))).toEqual([2, 'scenario-mismatch']);
  });
});

describe('explain', () => {
  it('tells the story of a task, attempt by attempt', async () => {
    const interrupted = readFileSync(join(dir, 'attempts.csv'), 'utf8').split('\n').map((line) => line.split(',')).find((cells) => cells[12] === 'interrupted')!, task = interrupted[4]!;
    const { code, stdout } = await twinclock(['explain', dir, '--task', task, '--json']), story = onlyJson(stdout);
    expect(code).toBe(0);
    expect(story).toMatchObject({ scenario: 'feature-120', policy: 'weighted', seed: 7, journalHash: hash, task, attempts: expect.any(Array) });
    expect(story.attempts[0]).toMatchObject({ attempt: 1, unit: interrupted[7], decision: { weights: { latency: 0.6, cost: 0.3, fragmentation: 0.1 } } });
    expect(story.attempts.length).toBeGreaterThan(1);
    const text = (await twinclock(['explain', dir, '--task', task])).stdout;
    for (const part of [/^feature-120 under weighted, seed 7; times since 2026-03-02 00:00 UTC/, /eligible at .*, when .* completed/, /attempt 1 on .* \(spot\): interrupted/, /waited .* for the VM to boot/, /→ /, /weights 0\.6 latency, 0\.3 cost/]) expect(text).toMatch(part);
    const second = await twinclock(['explain', dir, '--task', task, '--attempt', '2', '--json']);
    expect(onlyJson(second.stdout).attempts.map((a: { attempt: number }) => a.attempt)).toEqual([2]);
  });

  it('explains what is there of a journal that was cut off', async () => {
    const path = journal('cut.jsonl', lines.slice(0, 60));
    expect((await twinclock(['explain', path, '--task', 'f1-plan-1'])).code).toBe(2);
    expect((await twinclock(['explain', path, '--task', 'f1-plan-1', '--partial'])).stdout).toMatch(/attempt 1 on dana/);
  });

  it('refuses tasks and attempts that are not there', async () => {
    expect((await twinclock(['explain', dir, '--task', 'f1-paln-1'])).stderr).toBe('error [unknown-task] --task: the scenario has no such task ("f1-paln-1"); did you mean "f1-plan-1"?\n');
    expect((await twinclock(['explain', dir, '--task', 'f1-plan-1', '--attempt', '9'])).stderr).toMatch(/^error \[unknown-attempt\]/);
    expect((await twinclock(['explain', dir])).stderr).toMatch(/^error \[missing-mandatory-option-value\] required option '--task <id>'/);
  });
});
