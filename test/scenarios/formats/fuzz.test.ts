// Files cut short and scribbled over: a reader either refuses them as bad input or makes a scenario that validates and
// whose graph holds together.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { readScenarioText } from '../../../scenarios/formats/detect.ts';
import type { ImportedScenario } from '../../../scenarios/formats/imported.ts';
import { DOT, FAJSP, PSPLIB, RCP, STG, STG_PROTOTYPE, wfFormat } from './samples.ts';
import { scenarioGraph } from './scenario-graph.ts';

const FILES: readonly (readonly [name: string, text: string])[] = [
  ['sample.sm', PSPLIB], ['sample.rcp', RCP], ['sample.stg', STG], ['prototype.stg', STG_PROTOTYPE], ['2p_sample.dot', DOT], ['sample.dot', DOT],
  ['sample.fajsp', FAJSP], ['sample.txt', FAJSP], ['old.json', wfFormat('0.2')], ['middle.json', wfFormat('1.4')], ['new.json', wfFormat('1.5')],
];

const SCRIBBLES = [
  '', '', ' ', '\n', '0', '1', '7', '99999999', '-1', '1.5', '1e308', 'x', '"', '\\', '{', '}', '[', ']', ',', ':', ';', '=', '->', '--', '+',
  '<', '>', '#', '/*',
  'null', 'true', '""', '{}', '[]', '"__proto__"', '\u0000', 'é', '*****', 'subgraph', 'node', 'edge', 'Weight', 'PRECEDENCE RELATIONS:',
  '"id"', '"parents"', '"a.bin"',
];

/** Up to four cuts of up to twelve characters with something put in their place, then perhaps an early end. */
const damage = fc.record({
  edits: fc.array(fc.record({ at: fc.nat({ max: 9999 }), cut: fc.nat({ max: 12 }), put: fc.constantFrom(...SCRIBBLES) }), { maxLength: 4 }),
  end: fc.option(fc.nat({ max: 9999 }), { freq: 3 }),
});

function damaged(text: string, { edits, end }: typeof damage extends fc.Arbitrary<infer T> ? T : never): string {
  for (const { at, cut, put } of edits) {
    const from = Math.floor((at / 10_000) * text.length);
    text = text.slice(0, from) + put + text.slice(from + cut);
  }
  return end === null ? text : text.slice(0, Math.floor((end / 10_000) * text.length));
}

/** What is read, or the refusal; any other error passes. */
function attempt(text: string, name: string): ImportedScenario | InputError {
  try { return readScenarioText(text, name); }
  catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

describe('damaged files', () => {
  it.each(FILES)('%s is refused as bad input or read whole', { timeout: 60_000 }, (name, text) => {
    let read = 0, refused = 0;
    fc.assert(fc.property(damage, (harm) => {
      const outcome = attempt(damaged(text, harm), name);
      if (outcome instanceof InputError) {
        expect(outcome.faults.length).toBeGreaterThan(0);
        expect(outcome.source).toBe(name);
        refused++;
      } else {
        const { scenario, report } = outcome, { tasks, edges, work } = scenarioGraph(validateScenario(scenario));
        expect(report.counts).toMatchObject({ tasks, edges });
        expect(Number.isFinite(work)).toBe(true);
        read++;
      }
    }), { seed: 20_260_105, numRuns: 1000 });
    // Both ends of the property were met.
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(100);
  });
});
