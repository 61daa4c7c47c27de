// Values by path, lines that stand for rules and distributions, texts packed for an address: each read back as it was written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, typedText, typedValue, valueAt, withValue } from '../../../web/state/document-path.ts';
import { distributionText, readDistribution } from '../../../web/state/distribution-line.ts';
import { packText, unpackText } from '../../../web/state/packed-text.ts';
import { readFile, sortOf, titleOf } from '../../../web/state/read-file.ts';
import { fileNameOf } from '../../../web/state/save-file.ts';
import { hoursText, readHours } from '../../../web/state/weekly-hours.ts';

describe('values by path', () => {
  const document = { fleet: { cloud: [{ id: 'gpu', spot: { price: 1 } }, { id: 'cpu' }] } };

  it('are found, changed and taken away; the rest is shared', () => {
    expect(valueAt(document, 'fleet.cloud[0].spot.price')).toBe(1);
    expect(valueAt(document, 'fleet.local[3].id')).toBeUndefined();
    const changed = withValue(document, 'fleet.cloud[1].spot.price', 2) as typeof document;
    expect(changed).toEqual({ fleet: { cloud: [{ id: 'gpu', spot: { price: 1 } }, { id: 'cpu', spot: { price: 2 } }] } });
    expect(changed.fleet.cloud[0]).toBe(document.fleet.cloud[0]);
    expect(withValue(document, 'fleet.cloud[0]', undefined)).toEqual({ fleet: { cloud: [{ id: 'cpu' }] } });
    expect(withValue(document, 'fleet.cloud[0].spot.price', undefined)).toEqual({ fleet: { cloud: [{ id: 'gpu', spot: {} }, { id: 'cpu' }] } });
    expect(withValue({}, 'fleet.api[0].id', 'llm')).toEqual({ fleet: { api: [{ id: 'llm' }] } });
    expect(withValue({ batches: { 'a b': 1 } }, 'batches["a b"]', 2)).toEqual({ batches: { 'a b': 2 } });
  });

  it('keep the order of the keys that are there', () => {
    expect(JSON.stringify(withValue({ a: 1, b: 2, c: 3 }, 'b', 9))).toBe('{"a":1,"b":9,"c":3}');
  });

  it('know what lies within them', () => {
    expect([isWithin('a.b[0]', 'a.b'), isWithin('a.bc', 'a.b'), isWithin('a.b', 'a.b')]).toEqual([true, false, true]);
  });

  it('are typed as numbers, JSON or texts', () => {
    expect(['', '12', '0.5', '90s', '{"a":1}', '{a', 'true'].map(typedValue)).toEqual([undefined, 12, 0.5, '90s', { a: 1 }, '{a', true]);
    expect([undefined, 3, 'x', [1]].map(typedText)).toEqual(['', '3', 'x', '[1]']);
  });
});

describe('lines', () => {
  it('of weekly hours are read back', () => {
    const rules = [{ days: ['MO', 'TU', 'WE'], from: '09:00', to: '12:30' }, { days: ['MO', 'TU', 'WE'], from: '13:15', to: '17:45' }, { days: ['SA', 'SU'], from: '10:00', to: '14:00' }];
    expect(hoursText(rules)).toBe('MO-WE 09:00-12:30, 13:15-17:45; SA,SU 10:00-14:00');
    expect(readHours(hoursText(rules))).toEqual(rules);
    expect(readHours('mo-fr 9:00-17:00')).toEqual([{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' }]);
    expect(['', 'MO', '09:00-17:00', 'FR-MO 09:00-17:00', 'MO 9-17'].map(readHours)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('of distributions are read back', () => {
    const values = ['90s', 90, { lognormal: { mean: '95s', sigma: 0.35 } }, { triangular: { min: '3m', mode: '6m', max: '20m' } }, { empirical: [50, 60, '70s'] }, { fixed: '5m' }, { exponential: { mean: 30 } }];
    for (const value of values) expect(readDistribution(distributionText(value))).toEqual(value);
    expect(distributionText(values[2])).toBe('lognormal mean=95s sigma=0.35');
    expect(readDistribution('soon and later')).toBe('soon and later');
  });
});

describe('texts', () => {
  it('survive an address', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 2000 }), async (text) => {
      const packed = await packText(text);
      expect(packed).toMatch(/^[\w-]*$/);
      expect(await unpackText(packed)).toBe(text);
    }), { seed: 7, numRuns: 50 });
  });

  it('that were cut off or changed are refused', async () => {
    const packed = await packText('twinclock '.repeat(100) + 'ends here');
    await expect(unpackText(packed.slice(0, -6))).rejects.toMatchObject({ code: 'damaged-file' });
    await expect(unpackText('no base64!')).rejects.toMatchObject({ code: 'damaged-file' });
  });

  it('of files are unpacked, sorted and named', async () => {
    const gz = new Uint8Array(await new Response(new Blob(['digraph {}']).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer());
    expect(await readFile(new File([gz], 'pair.dot.gz'))).toEqual({ name: 'pair.dot.gz', text: 'digraph {}', sort: 'scenario' });
    await expect(readFile(new File([gz.slice(0, 12)], 'half.gz'))).rejects.toMatchObject({ code: 'damaged-file', source: 'half.gz' });
    await expect(readFile(new File([new Uint8Array([0xff, 0xfe])], 'x.json'))).rejects.toMatchObject({ code: 'bad-text' });
    await expect(readFile(new File(['0123456789'], 'x.json'), 5)).rejects.toMatchObject({ code: 'file-too-large' });
    const sorts: readonly (readonly [string, string])[] = [['{"twinclock":"journal/1"', 'a'], ['{ "twinclock": "share/1"', 'a'], ['{"twinclock":"faults/1"', 'a'], ['{"twinclock":"scenario/1"', 'a'], ['BEGIN:VCALENDAR', 'a'], ['export const x', 'mine.ts'], ['{"workflow":{}}', 'a.json']];
    expect(sorts.map(([text, name]) => sortOf(text, name))).toEqual(['journal', 'share', 'faults', 'scenario', 'calendar', 'policy', 'scenario']);
    expect([titleOf('a/b.json.gz'), titleOf('x'), fileNameOf('mine/a b', 7, 'théta=0.8')]).toEqual(['b', 'x', 'mine-a-b-7-th-ta=0.8']);
  });
});
