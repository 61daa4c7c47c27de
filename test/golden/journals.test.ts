// Journals kept from earlier: they must still be read, still replay to the same commands, and the same scenario, policy and
// seed must still give the same bytes. A difference is a change that every user sees, wanted or not.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeJournal } from '../../engine/journal/codec.ts';
import { divergenceText, firstDivergence } from '../../engine/journal/divergence.ts';
import { journalHash } from '../../engine/journal/journal-hash.ts';
import { RecordLog } from '../../engine/journal/log.ts';
import { STRIDE, TASK_STARTED } from '../../engine/journal/records.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { replay } from '../../engine/sim/replay.ts';
import { policyNamed } from '../../policies/registry.ts';
import { GOLDEN_RUNS, HASHES, journalOf, journalText, makeGolden, makeHashes } from './golden-runs.ts';

const IF_MEANT = 'if the change is meant, run `npx tsx test/golden/update.ts` and say so in the changelog';

const read = (text: string) => decodeJournal(text.split('\n').slice(0, -1), (header) => compileScenario(header.scenario));

/** The first thing that differs, for people; empty when nothing does. */
function difference(stored: string, made: string): string {
  if (stored === made) return '';
  const was = stored.split('\n'), is = made.split('\n'), n = was.findIndex((line, k) => line !== is[k]);
  if (n === 0) return `the header differs (${headerKeys(was[0]!, is[0]!).join(', ')}); ${IF_MEANT}`;
  const old = read(stored), divergence = firstDivergence(old.instance.problem, old.rows, read(made).rows);
  return `${divergence === undefined ? `line ${n + 1}\n  - ${was[n]}\n  + ${is[n]}` : divergenceText(divergence)}\n${IF_MEANT}`;
}

/** Keys of two header lines whose values differ. */
function headerKeys(a: string, b: string): string[] {
  const one = JSON.parse(a) as Record<string, unknown>, two = JSON.parse(b) as Record<string, unknown>;
  return [...new Set([...Object.keys(one), ...Object.keys(two)])].filter((key) => JSON.stringify(one[key]) !== JSON.stringify(two[key]));
}

describe.each(GOLDEN_RUNS.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
  const stored = readFileSync(journalOf(golden), 'utf8');

  it('is read, and replays to the same commands', () => {
    const { header: { policy: { name, parameters }, weights, seed }, instance, rows, footer } = read(stored);
    const again = replay(instance, rows, { policy: policyNamed(name), parameters, weights, seed }), divergence = firstDivergence(instance.problem, rows, again.kernel.log);
    expect(again.objection).toBe('');
    if (!again.identical) expect.fail(`${divergence === undefined ? '' : divergenceText(divergence)}\n${IF_MEANT}`);
    expect(again.hash).toBe(footer!.hash);
  });

  it('is made again to the byte', () => {
    const told = difference(stored, journalText(makeGolden(golden)));
    if (told !== '') expect.fail(told);
  });

  it('is short enough to be read', () => expect(stored.length).toBeLessThan(60_000));
});

it('keeps no journal of a run that is made no more', () => {
  expect(readdirSync(new URL('journals/', import.meta.url)).sort()).toEqual(GOLDEN_RUNS.map(({ name }) => `${name}.jsonl`).sort());
});

it('runs of feature-120 keep their hashes under every policy', () => {
  const stored = JSON.parse(readFileSync(HASHES, 'utf8')) as Record<string, string>, made = makeHashes();
  const moved = Object.keys({ ...stored, ...made }).filter((name) => stored[name] !== made[name]).map((name) => `${name}: ${stored[name] ?? 'none'} -> ${made[name] ?? 'none'}`);
  if (moved.length > 0) expect.fail(`${moved.join('\n')}\n${IF_MEANT}`);
});

// A test that cannot fail proves nothing: an event one ms later must be found and named.
it('tells the first difference', () => {
  const made = makeGolden(GOLDEN_RUNS[0]!), { run, header } = made, { parameters, weights, seed } = run, log = new RecordLog(run.log.count);
  log.rows.set(run.log.rows.subarray(0, run.log.length));
  log.length = run.log.length;
  const start = run.log.rows.findIndex((code, at) => at % STRIDE === 0 && code === TASK_STARTED), { instance } = read(journalText(made));
  log.rows[start + 1]! += 1;
  const moved = journalText({ header, run: { ...run, log, hash: journalHash(instance.hash, run.policy, parameters, weights, seed, log) } });
  const told = difference(journalText(made), moved);
  expect(told).toContain(`first difference in row ${start / STRIDE} at t=${run.log.rows[start + 1]} (t)`);
  expect(told).toContain(IF_MEANT);
  expect(difference(moved, moved)).toBe('');
  expect(difference(moved, moved.replace('"seed":1', '"seed":2'))).toContain('the header differs (seed)');
});
