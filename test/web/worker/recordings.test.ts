// Recorded live runs as the page shows them: with all that came in later, as what they were, and changed only as a "what if".
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decodeJournal } from '../../../engine/journal/codec.ts';
import { compiled } from '../../../engine/experiment/recording.ts';
import { hashText128 } from '../../../engine/model/hash.ts';
import { Answers } from '../../../web/worker/answers.ts';
import type { Answer, Question, RunRequest, WhatIfChange } from '../../../web/worker/protocol.ts';

const text = readFileSync(new URL('../../golden/live/storm-26.jsonl', import.meta.url), 'utf8'), answers = new Answers();

function value<Q extends Question>(question: Q): Answer<Q['kind']> {
  const reply = answers.answer(question as never);
  if (!reply.ok) throw Object.assign(new Error(reply.error.message), { code: reply.error.code });
  return reply.value as Answer<Q['kind']>;
}

const facts = value({ kind: 'recording', text }), request: RunRequest = { study: facts.study, policy: facts.policies[0]!, seed: facts.seed, journal: { from: 'text', name: 'storm', hash: hashText128(text), text } };
const changed = (change: Partial<WhatIfChange>): RunRequest => ({ ...request, whatIf: { policy: '', weights: undefined, without: [], ...change } });

it('a live run is one, and has the tasks of every revision', () => {
  const { revisions, footer } = decodeJournal(text.trimEnd().split('\n'), compiled), last = revisions.at(-1)!.instance.problem, { hash, tasks, units } = value({ kind: 'run', ...request });
  expect([facts.live, facts.identical, facts.revisions, hash]).toEqual([true, true, revisions.length, footer!.hash]);
  expect([...tasks.ids]).toEqual(last.taskIds);
  expect(units.ids).toEqual(expect.arrayContaining([...last.unitIds]));
});

it('is told with every policy it was under, and as begun with the first', () => {
  const { header, revisions } = decodeJournal(text.trimEnd().split('\n'), compiled), names = [header, ...revisions.map((one) => one.header)].map(({ policy }) => policy.name);
  expect(facts.policies.map((spec) => spec.split(':')[0])).toEqual(names.filter((name, k) => name !== names[k - 1]));
  expect(new Set(facts.policies).size).toBeGreaterThan(1);
});

it('a change of it is the changed run, beside the model\'s own of the record; what did not go wrong cannot be left out', () => {
  const { recorded, modelled, changed: after, provenance } = value({ kind: 'what-if', ...changed({ weights: { latency: 0, cost: 1, fragmentation: 0 } }) }), picture = value({ kind: 'run', ...changed({ weights: { latency: 0, cost: 1, fragmentation: 0 } }) });
  expect(picture.metrics).toEqual(after);
  expect(recorded).toEqual(value({ kind: 'run', ...request }).metrics);
  expect(modelled).toEqual(value({ kind: 'what-if', ...changed({ without: [] }) }).changed);
  expect(provenance.heldFixed.length).toBeGreaterThan(0);
  expect(() => value({ kind: 'what-if', ...changed({ without: [facts.faults.length + 1] }) })).toThrow(/the run has faults|nothing went wrong/);
});
