// The user's library, kept in memory here and in Chromium's database in the end-to-end tests: what is saved is read back byte
// for byte, names stay usable in addresses, and what is missing is named.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText128 } from '../../../engine/model/hash.ts';
import { MemoryStore } from '../../../web/state/document-store.ts';
import { Library } from '../../../web/state/library.ts';
import { faultSource, studyKey, studyOf } from '../../../web/state/sources.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';

const library = (): Library => new Library(() => Promise.resolve(new MemoryStore()));

describe('the library', () => {
  it('gives back what was saved, with its hash', async () => {
    const mine = library();
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
      await mine.save('policy', 'a', text);
      expect(await mine.read('policy', 'mine/a')).toEqual({ kind: 'policy', name: 'a', hash: hashText128(text), length: text.length, text });
    }), { seed: 7 });
  });

  it('lists by kind and name, and outlives the object when its store does', async () => {
    const store = new MemoryStore(), one = new Library(() => Promise.resolve(store)), other = new Library(() => Promise.resolve(store));
    await one.save('scenario', 'b', '{}');
    await one.save('scenario', 'a', '{}');
    await one.save('faults', 'z', '{}');
    expect(other.entries.value).toEqual([]);
    await other.load();
    expect(other.entries.value.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['faults z', 'scenario a', 'scenario b']);
    expect(other.names('scenario')).toEqual(['mine/a', 'mine/b']);
    expect(other.lasting.value).toBe(false);
  });

  it('renames, but not over another document', async () => {
    const mine = library();
    await mine.save('policy', 'a', '1');
    await mine.save('policy', 'b', '2');
    await mine.save('scenario', 'c', '3');
    await expect(mine.rename('policy', 'a', 'b')).rejects.toMatchObject({ faults: [{ code: 'name-taken' }] });
    await mine.rename('policy', 'mine/a', 'c');
    expect(mine.names('policy')).toEqual(['mine/b', 'mine/c']);
    expect((await mine.read('policy', 'c')).text).toBe('1');
    await mine.remove('policy', 'mine/c');
    await expect(mine.read('policy', 'c')).rejects.toMatchObject({ faults: [{ code: 'unknown-document' }] });
    expect((await mine.read('scenario', 'c')).text).toBe('3');
  });

  it('names what is like a name that it does not have', async () => {
    const mine = library();
    await expect(mine.read('faults', 'mine/storm')).rejects.toMatchObject({ faults: [{ code: 'unknown-document', value: '"mine/storm"', hint: 'none is kept in this browser' }] });
    await mine.save('faults', 'storms', '{}');
    await expect(mine.read('faults', 'mine/storm')).rejects.toMatchObject({ faults: [{ hint: 'did you mean "mine/storms"?' }] });
  });

  it.each(['', ' a', 'a,b', 'a:b', 'a;b', 'a/b', 'x'.repeat(81)])('refuses the name "%s"', async (name) => {
    await expect(library().save('policy', name, '')).rejects.toMatchObject({ faults: [{ code: 'bad-name' }] });
  });

  it('finds a free name for any file', async () => {
    const mine = library();
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), async (name) => {
      const free = mine.freeName('scenario', name);
      expect(mine.entries.value.some((entry) => entry.name === free)).toBe(false);
      await mine.save('scenario', free, '{}');
    }), { seed: 7, numRuns: 60 });
  });
});

describe('a study', () => {
  it('brings the texts of what is the user\'s own, and the names of what is not', async () => {
    const mine = library();
    await mine.save('scenario', 's', '{"a":1}');
    await mine.save('policy', 'p', 'text');
    const study = await studyOf(mine, { scenario: 'mine/s', weights: DEFAULT_WEIGHTS, faults: 'budget-cut', policies: ['fifo', 'mine/p:x=1', 'mine/p'] });
    expect(study).toEqual({
      scenario: { from: 'text', name: 'mine/s', hash: hashText128('{"a":1}'), text: '{"a":1}' }, weights: DEFAULT_WEIGHTS, faults: { from: 'catalog', name: 'budget-cut' },
      texts: [{ from: 'text', name: 'mine/p', hash: hashText128('text'), text: 'text' }],
    });
    await expect(studyOf(mine, { scenario: 'mine/t', weights: DEFAULT_WEIGHTS, policies: [] })).rejects.toMatchObject({ faults: [{ code: 'unknown-document' }] });
  });

  it('may have its plan of faults in the address itself', async () => {
    expect(await faultSource(library(), '{"a":1}')).toMatchObject({ from: 'text', text: '{"a":1}' });
    expect(await faultSource(library(), '')).toBeUndefined();
  });

  it('is another one when a document has changed', async () => {
    const mine = library(), key = async (): Promise<string> => studyKey(await studyOf(mine, { scenario: 'mine/s', weights: DEFAULT_WEIGHTS, faults: 'mine/f', policies: [] }));
    await mine.save('scenario', 's', '1');
    await mine.save('faults', 'f', '1');
    const first = await key();
    expect(await key()).toBe(first);
    await mine.save('scenario', 's', '2');
    const second = await key();
    await mine.save('faults', 'f', '2');
    expect(new Set([first, second, await key()]).size).toBe(3);
  });
});
