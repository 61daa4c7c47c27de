// The 128-bit hash: known answers (every journal hash rests on them), framing, spread, collisions.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { canonicalJson, Hash128, hashText128 } from '../../../engine/model/hash.ts';

const SEED = 20260105;
const ofNumbers = (...values: number[]) => { const h = new Hash128(); h.addNumbers(Float64Array.from(values), 0, values.length); return h.digest(); };

describe('Hash128', () => {
  test('known answers', () => {
    expect([hashText128(''), hashText128('a'), hashText128('twinclock'), ofNumbers(), ofNumbers(0), ofNumbers(1, 2, 3), ofNumbers(-0)]).toMatchInlineSnapshot(`
      [
        "8123ce13cb7438e957ac0297c65550ef",
        "b85ae27759a3d30986818dd992b3213b",
        "4a96978e448c14df2e6f49fcb30e92bd",
        "1020c03736c6b0dc9859ab13b4002412",
        "3ef5fb9deff352edc996ce90bcd6beeb",
        "5bf653fcec56ff08cffd33a3175fd15b",
        "155bed73b819221f5d9ad22961f20955",
      ]
    `);
  });

  test('a log hashed in pieces is the log hashed at once, word by word too', () => {
    // Small integers, whose low words are zero, take a way of their own.
    const number = fc.oneof(fc.double(), fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 2 ** 48 }), fc.constant(0));
    fc.assert(fc.property(fc.array(number, { minLength: 1, maxLength: 120 }), fc.nat(120), (list, cut) => {
      const values = Float64Array.from(list), at = Math.min(cut, list.length), words = new Uint32Array(values.buffer);
      const pieces = new Hash128(), single = new Hash128();
      pieces.addNumbers(values, 0, at);
      pieces.addNumbers(values, at, list.length);
      for (const word of words) single.addWord(word);
      expect(pieces.digest()).toBe(ofNumbers(...list));
      expect(single.digest()).toBe(ofNumbers(...list));
    }), { seed: SEED });
  });

  test('so is one of several blocks', () => {
    const values = Float64Array.from({ length: 2500 }, (_, k) => (k % 3 === 0 ? k : k / 7)), pieces = new Hash128(), single = new Hash128();
    pieces.addNumbers(values, 0, 700);
    pieces.addNumbers(values, 700, values.length);
    for (const word of new Uint32Array(values.buffer)) single.addWord(word);
    expect(pieces.digest()).toBe(single.digest());
    expect(ofNumbers(...values)).toBe(single.digest());
  });

  test('an array that has grown into another keeps its hash', () => {
    const small = Float64Array.of(1, 2, 3, 4), large = Float64Array.of(1, 2, 3, 4, 5, 6), hash = new Hash128();
    hash.addNumbers(small, 0, 4);
    hash.addNumbers(large, 4, 6);
    expect(hash.digest()).toBe(ofNumbers(1, 2, 3, 4, 5, 6));
  });

  test('hashes a view that does not begin at the start of its buffer', () => {
    const values = Float64Array.of(9, 1, 2, 3), hash = new Hash128();
    hash.addNumbers(values.subarray(1), 0, 3);
    expect(hash.digest()).toBe(ofNumbers(1, 2, 3));
  });

  test('the digest may be asked in between and changes nothing', () => {
    const hash = new Hash128();
    hash.addText('one');
    const before = hash.digest();
    expect(hash.digest()).toBe(before);
    hash.addText('two');
    expect(hash.digest()).not.toBe(before);
  });

  test('texts are framed: the same letters cut elsewhere differ', () => {
    const two = (a: string, b: string) => { const h = new Hash128(); h.addText(a); h.addText(b); return h.digest(); };
    expect(new Set([two('ab', 'c'), two('a', 'bc'), two('abc', ''), two('', 'abc'), hashText128('abc'), hashText128('abc\0')]).size).toBe(6);
  });

  test('one flipped bit changes about half of the digest, wherever it is', () => {
    const words = 64, bitsOf = (digest: string) => [...digest].flatMap((c) => [...Number.parseInt(c, 16).toString(2).padStart(4, '0')]);
    const digestWith = (flip: number) => {
      const hash = new Hash128();
      for (let w = 0; w < words; w++) hash.addWord((w === flip >> 5 ? 1 << (flip & 31) : 0) ^ Math.imul(w, 0x9e3779b9));
      return bitsOf(hash.digest());
    };
    const base = digestWith(-1);
    let total = 0, least = 128, most = 0;
    for (let flip = 0; flip < words * 32; flip++) {
      const changed = digestWith(flip).filter((bit, i) => bit !== base[i]).length;
      total += changed; least = Math.min(least, changed); most = Math.max(most, changed);
    }
    expect(total / (words * 32)).toBeGreaterThan(62);
    expect(total / (words * 32)).toBeLessThan(66);
    expect(least).toBeGreaterThan(36);
    expect(most).toBeLessThan(92);
  });

  test('no collision, in any 32 of its bits more than chance, among many short inputs', () => {
    const digests = Array.from({ length: 50_000 }, (_, i) => ofNumbers(i));
    expect(new Set(digests).size).toBe(50_000);
    for (const at of [0, 8, 16, 24]) expect(new Set(digests.map((d) => d.slice(at, at + 8))).size).toBeGreaterThan(49_990);
  });
});

describe('canonicalJson', () => {
  test('sorts keys at every depth, keeps the order of lists, drops what is undefined', () => {
    expect(canonicalJson({ b: [2, { z: 1, a: null }], a: 'x"y', c: undefined, B: true })).toBe('{"B":true,"a":"x\\"y","b":[2,{"a":null,"z":1}]}');
    expect(canonicalJson([undefined, -0, 1e21])).toBe('[null,0,1e+21]');
  });
  test('reads back as the value', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }), { seed: SEED });
  });
  test('has no infinite numbers', () => {
    expect(() => canonicalJson({ a: Infinity })).toThrow('infinite');
  });
});
