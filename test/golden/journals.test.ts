// Journals kept from earlier: they must still be read, still replay to the same commands, and the same scenario, policy and
// seed must still give the same bytes. A difference is a change that every user sees, wanted or not.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeJournal } from '../../engine/journal/codec.ts';
import { divergenceText, firstDivergence } from '../../engine/journal/divergence.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { replay } from '../../engine/sim/replay.ts';
import { policyNamed } from '../../policies/registry.ts';
import { GOLDEN_RUNS, journalOf, makeGolden } from './golden-runs.ts';

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
    const told = difference(stored, makeGolden(golden).text);
    if (told !== '') expect.fail(told);
  });

  it('is short enough to be read', () => expect(stored.length).toBeLessThan(60_000));
});

it('keeps no journal of a run that is made no more', () => {
  expect(readdirSync(new URL('journals/', import.meta.url)).sort()).toEqual(GOLDEN_RUNS.map(({ name }) => `${name}.jsonl`).sort());
});

// A golden test that cannot fail proves nothing: one changed instant must be found and named.
it('tells the first difference', () => {
  const { text } = makeGolden(GOLDEN_RUNS[0]!), moved = text.replace(/("event":"task-started")/, '$1 ');
  expect(difference(text, text)).toBe('');
  expect(difference(text, moved)).toContain(IF_MEANT);
});
