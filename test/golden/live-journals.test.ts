// Journals of live runs kept from earlier, revised on the way: every later version reads them and comes to the same commands, or
// says exactly which row it would have written otherwise.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeJournal } from '../../engine/journal/codec.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { validateScenario } from '../../engine/model/validate.ts';
import { replay } from '../../engine/sim/replay.ts';
import { policyNamed } from '../../policies/registry.ts';

const FOLDER = new URL('live/', import.meta.url), NAMES = readdirSync(FOLDER).sort();

it('there are some', () => expect(NAMES.length).toBeGreaterThanOrEqual(2));

describe.each(NAMES)('%s', (name) => {
  it('replays to the same commands', () => {
    const lines = readFileSync(new URL(name, FOLDER), 'utf8').split('\n').slice(0, -1);
    const { header, instance, rows, revisions, footer } = decodeJournal(lines, ({ scenario }) => compileScenario(validateScenario(scenario, { jobless: true }))), { policy, weights, seed } = header;
    const again = replay(instance, rows, {
      policy: policyNamed(policy.name), parameters: policy.parameters, weights, seed,
      revisions: revisions.map(({ header: { policy: now }, instance: revised }) => ({ instance: revised, policy: policyNamed(now.name), parameters: now.parameters })),
    });
    expect(header.options.live).toBe(true);
    expect(revisions.length).toBeGreaterThan(0);
    expect({ objection: again.objection, divergesAt: again.divergesAt, hash: again.hash }).toEqual({ objection: '', divergesAt: -1, hash: footer!.hash });
  });
});
