// Fingerprints: canonical JSON, and a 128-bit streaming hash of words, texts and IEEE 754 numbers. Not cryptographic:
// it tells apart what differs by accident, it does not resist an enemy.
//
// Four 32-bit lanes take turns; each word is scrambled as in MurmurHash3 (Appleby 2011), added to the oldest lane together
// with its neighbour, and the lanes are mixed at the end. A step is a bijection of the state, so what has differed once
// stays different until another difference meets it.
import { assert } from './errors.ts';

const C1 = 0xcc9e2d51, C2 = 0x1b873593, ADDEND = 0xe6546b64 | 0;
const EMPTY = new Float64Array(0);

/** Collects words, numbers and texts; `digest` may be asked at any time and changes nothing. */
export class Hash128 {
  private h0 = 0x243f6a88;
  private h1 = 0x85a308d3 | 0;
  private h2 = 0x13198a2e;
  private h3 = 0x03707344;
  private words = 0;
  /** The bits of the array hashed last: a growing log is hashed piece by piece without allocating. */
  private viewed: Float64Array = EMPTY;
  private bits: Uint32Array = new Uint32Array(0);

  addWord(word: number): void {
    const t = this.h0 ^ scrambled(word);
    this.h0 = this.h1;
    this.h1 = this.h2;
    this.h2 = this.h3;
    this.h3 = (Math.imul((((t << 13) | (t >>> 19)) + this.h0) | 0, 5) + ADDEND) | 0;
    this.words++;
  }

  /** The numbers `values[from] .. values[to - 1]`, low word first. */
  addNumbers(values: Float64Array, from: number, to: number): void {
    if (this.viewed !== values) {
      this.bits = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
      this.viewed = values;
    }
    const bits = this.bits;
    let h0 = this.h0, h1 = this.h1, h2 = this.h2, h3 = this.h3, i = from * 2;
    // Four words at a time: after four steps every lane is in its place again, so none has to be moved.
    for (const end = to * 2 - 3; i < end; i += 4) {
      h0 ^= scrambled(bits[i]!); h0 = (Math.imul((((h0 << 13) | (h0 >>> 19)) + h1) | 0, 5) + ADDEND) | 0;
      h1 ^= scrambled(bits[i + 1]!); h1 = (Math.imul((((h1 << 13) | (h1 >>> 19)) + h2) | 0, 5) + ADDEND) | 0;
      h2 ^= scrambled(bits[i + 2]!); h2 = (Math.imul((((h2 << 13) | (h2 >>> 19)) + h3) | 0, 5) + ADDEND) | 0;
      h3 ^= scrambled(bits[i + 3]!); h3 = (Math.imul((((h3 << 13) | (h3 >>> 19)) + h0) | 0, 5) + ADDEND) | 0;
    }
    this.h0 = h0; this.h1 = h1; this.h2 = h2; this.h3 = h3;
    this.words += i - from * 2;
    for (const end = to * 2; i < end; i++) this.addWord(bits[i]!);
  }

  /** The text with its length, so that `"ab", "c"` and `"a", "bc"` differ. */
  addText(text: string): void {
    this.addWord(text.length);
    for (let i = 0; i < text.length; i += 2) this.addWord(text.charCodeAt(i) | ((i + 1 < text.length ? text.charCodeAt(i + 1) : 0) << 16));
  }

  /** 32 lower-case hexadecimal digits. */
  digest(): string {
    let a = this.h0 ^ this.words, b = this.h1 ^ this.words, c = this.h2 ^ this.words, d = this.h3 ^ this.words;
    a = (a + b + c + d) | 0; b = (b + a) | 0; c = (c + a) | 0; d = (d + a) | 0;
    a = avalanche(a); b = avalanche(b); c = avalanche(c); d = avalanche(d);
    a = (a + b + c + d) | 0; b = (b + a) | 0; c = (c + a) | 0; d = (d + a) | 0;
    return hex(a) + hex(b) + hex(c) + hex(d);
  }
}

/** The digest of one text. */
export function hashText128(text: string): string {
  const hash = new Hash128();
  hash.addText(text);
  return hash.digest();
}

/** JSON with the keys of every object in code order and no white space; keys whose value is undefined are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const object = value as Readonly<Record<string, unknown>>;
    const entries = Object.keys(object).sort().filter((key) => object[key] !== undefined);
    return `{${entries.map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`).join(',')}}`;
  }
  assert(typeof value !== 'number' || Number.isFinite(value), 'canonical JSON has no infinite numbers');
  return JSON.stringify(value ?? null);
}

function scrambled(word: number): number {
  const k = Math.imul(word, C1);
  return Math.imul((k << 15) | (k >>> 17), C2);
}

/** The finaliser of MurmurHash3. */
function avalanche(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');

assert(new Uint32Array(Float64Array.of(1).buffer)[1] === 0x3ff00000, 'the hash of numbers is defined on little-endian machines');
