// Values of options: what is taken, and with which words the rest is refused.
import { describe, expect, it } from 'vitest';
import { parseMetric, parseWeights, parseWhole } from '../../../../engine/cli/input/option-values.ts';
import { InputError } from '../../../../engine/model/errors.ts';

const refusal = (parse: () => unknown) => { try { return parse(); } catch (error) { return error instanceof InputError ? `${error.code}; ${error.faults[0]!.hint ?? ''}` : error; } };

describe('parseWeights', () => {
  it('takes three that sum to 1', () => {
    expect(parseWeights('0.6,0.3,0.1')).toEqual({ latency: 0.6, cost: 0.3, fragmentation: 0.1 });
    expect(parseWeights(' 1, 0, 0 ')).toEqual({ latency: 1, cost: 0, fragmentation: 0 });
  });
  it.each([['1,1,2', 'bad-weights; for these proportions 0.25,0.25,0.5'], ['1,1,1', 'bad-weights; for these proportions 0.3333,0.3333,0.3334'], ['0,0,0', 'bad-weights; for example 0.6,0.3,0.1']])('helps with %s', (text, words) => {
    expect(refusal(() => parseWeights(text))).toBe(words);
  });
  it.each(['1,0', '1,0,0,0', '2,-1,0', '1,,0', 'a,b,c', '', 'Infinity,0,0'])('refuses %j', (text) => {
    expect(refusal(() => parseWeights(text))).toMatch(/^bad-weights/);
  });
});

describe('others', () => {
  it('whole numbers within limits', () => {
    expect(parseWhole('--seed', 0)('007')).toBe(7);
    for (const text of ['-1', '1.5', '1e3', '', 'x', '99999999999999999999']) expect(refusal(() => parseWhole('--seed', 0)(text)), text).toMatch(/^bad-option/);
    expect(refusal(() => parseWhole('--n', 1, 5)('6'))).toMatch(/^bad-option/);
  });
  it('figures by their keys', () => {
    expect(parseMetric('makespanMs')).toBe('makespanMs');
    expect(refusal(() => parseMetric('makespnMs'))).toBe('unknown-metric; did you mean "makespanMs"?');
    expect(refusal(() => parseMetric('toString'))).toMatch(/^unknown-metric/);
  });
});
