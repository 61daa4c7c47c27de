// Fingerprints: canonical JSON, and a 128-bit streaming hash of words, texts and IEEE 754 numbers. Not cryptographic:
// it tells apart what differs by accident, it does not resist an enemy.
//
// Four 32-bit lanes take turns; each word is scrambled as in MurmurHash3 (Appleby 2011), added to the oldest lane together
// with its neighbour, and the lanes are mixed at the end. A step is a bijection of the state, so what has differed once
// stays different until another difference meets it.
import { assert } from './errors.ts';

const EMPTY = new Float64Array(0), ONE = new Float64Array(1), BITS_OF_ONE = new Int32Array(ONE.buffer);
/** Words that a step of the inner loop takes, three to a lane, and those of one call of the inner function. */
const STEP = 12, BLOCK = 16 * STEP;
/** The two hexadecimal digits of a byte. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Collects words, numbers and texts; `digest` may be asked at any time and changes nothing. */
export class Hash128 {
  /** The oldest first, as integers to the compiler: a class field with 32 bits would be a number on the heap. */
  private readonly lanes = Int32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
  private words = 0;
  /** The bits of the array hashed last: a growing log is hashed piece by piece without allocating. */
  private viewed: Float64Array = EMPTY;
  private bits: Int32Array = new Int32Array(0);

  addWord(word: number): void {
    const { lanes } = this, next = mixed(lanes[0]! ^ scrambled(word), lanes[1]!);
    lanes[0] = lanes[1]!; lanes[1] = lanes[2]!; lanes[2] = lanes[3]!; lanes[3] = next;
    this.words++;
  }

  addNumber(value: number): void {
    ONE[0] = value;
    this.addWord(BITS_OF_ONE[0]!);
    this.addWord(BITS_OF_ONE[1]!);
  }

  /** The numbers `values[from] .. values[to - 1]`, low word first. */
  addNumbers(values: Float64Array, from: number, to: number): void {
    if (this.viewed !== values) {
      this.bits = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
      this.viewed = values;
    }
    this.addRange(this.bits, from * 2, to * 2);
  }

  /** The words, as `addWord` would take them one by one. */
  addWords(words: Int32Array): void {
    this.addRange(words, 0, words.length);
  }

  private addRange(words: Int32Array, from: number, to: number): void {
    const { lanes } = this, whole = to - (to - from) % STEP;
    for (let at = from; at < whole; at += BLOCK) addBlock(lanes, words, at, Math.min(at + BLOCK, whole));
    this.words += whole - from;
    for (let at = whole; at < to; at++) this.addWord(words[at]!);
  }

  /** Goes on from where another one is. */
  copyFrom(other: Hash128): void {
    this.lanes.set(other.lanes);
    this.words = other.words;
  }

  /** The text with its length, so that `"ab", "c"` and `"a", "bc"` differ. */
  addText(text: string): void {
    this.addWord(text.length);
    for (let i = 0; i < text.length; i += 2) this.addWord(wordAt(text, i));
  }

  /** 32 lower-case hexadecimal digits. */
  digest(): string {
    const { lanes, words } = this;
    let a = lanes[0]! ^ words, b = lanes[1]! ^ words, c = lanes[2]! ^ words, d = lanes[3]! ^ words;
    a = (a + b + c + d) | 0; b = (b + a) | 0; c = (c + a) | 0; d = (d + a) | 0;
    a = avalanche(a); b = avalanche(b); c = avalanche(c); d = avalanche(d);
    a = (a + b + c + d) | 0; b = (b + a) | 0; c = (c + a) | 0; d = (d + a) | 0;
    return hex(a) + hex(b) + hex(c) + hex(d);
  }
}

/** The words that `addText` adds. */
export function wordsOfText(text: string): Int32Array {
  const words = new Int32Array(1 + Math.ceil(text.length / 2));
  words[0] = text.length;
  for (let i = 0; i < text.length; i += 2) words[1 + i / 2] = wordAt(text, i);
  return words;
}

const wordAt = (text: string, i: number): number => text.charCodeAt(i) | ((i + 1 < text.length ? text.charCodeAt(i + 1) : 0) << 16);

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

/**
 * Hashes a multiple of twelve words, as `addWord` would: after four steps every lane is in its place again, so none has to be
 * moved. Twelve are a row of a log, whose numbers are mostly small integers: the low words of those are zero, and so is a
 * zero scrambled. Few at a time, and in a function of its own: of a long loop V8 keeps the code that it made while the loop ran, in
 * which nothing is known to be an integer, three times as slow. `scrambled` and `mixed` are written out: so many calls V8
 * does not inline.
 */
function addBlock(lanes: Int32Array, words: Int32Array, from: number, to: number): void {
  let h0 = lanes[0]!, h1 = lanes[1]!, h2 = lanes[2]!, h3 = lanes[3]!;
  for (let i = from | 0; i < to; i = (i + 12) | 0) {
    let a = words[i]!, b = words[(i + 4) | 0]!, c = words[(i + 6) | 0]!, d = words[(i + 8) | 0]!;
    if ((a | b | c | d) !== 0) {
      a = Math.imul(a, 0xcc9e2d51); a = Math.imul((a << 15) | (a >>> 17), 0x1b873593);
      b = Math.imul(b, 0xcc9e2d51); b = Math.imul((b << 15) | (b >>> 17), 0x1b873593);
      c = Math.imul(c, 0xcc9e2d51); c = Math.imul((c << 15) | (c >>> 17), 0x1b873593);
      d = Math.imul(d, 0xcc9e2d51); d = Math.imul((d << 15) | (d >>> 17), 0x1b873593);
    }
    let k = Math.imul(words[(i + 1) | 0]!, 0xcc9e2d51), l = Math.imul(words[(i + 2) | 0]!, 0xcc9e2d51), m = Math.imul(words[(i + 3) | 0]!, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593); l = Math.imul((l << 15) | (l >>> 17), 0x1b873593); m = Math.imul((m << 15) | (m >>> 17), 0x1b873593);
    h0 ^= a; h0 = (Math.imul((((h0 << 13) | (h0 >>> 19)) + h1) | 0, 5) - 0x19ab949c) | 0;
    h1 ^= k; h1 = (Math.imul((((h1 << 13) | (h1 >>> 19)) + h2) | 0, 5) - 0x19ab949c) | 0;
    h2 ^= l; h2 = (Math.imul((((h2 << 13) | (h2 >>> 19)) + h3) | 0, 5) - 0x19ab949c) | 0;
    h3 ^= m; h3 = (Math.imul((((h3 << 13) | (h3 >>> 19)) + h0) | 0, 5) - 0x19ab949c) | 0;
    k = Math.imul(words[(i + 5) | 0]!, 0xcc9e2d51); l = Math.imul(words[(i + 7) | 0]!, 0xcc9e2d51); m = Math.imul(words[(i + 9) | 0]!, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593); l = Math.imul((l << 15) | (l >>> 17), 0x1b873593); m = Math.imul((m << 15) | (m >>> 17), 0x1b873593);
    h0 ^= b; h0 = (Math.imul((((h0 << 13) | (h0 >>> 19)) + h1) | 0, 5) - 0x19ab949c) | 0;
    h1 ^= k; h1 = (Math.imul((((h1 << 13) | (h1 >>> 19)) + h2) | 0, 5) - 0x19ab949c) | 0;
    h2 ^= c; h2 = (Math.imul((((h2 << 13) | (h2 >>> 19)) + h3) | 0, 5) - 0x19ab949c) | 0;
    h3 ^= l; h3 = (Math.imul((((h3 << 13) | (h3 >>> 19)) + h0) | 0, 5) - 0x19ab949c) | 0;
    k = Math.imul(words[(i + 10) | 0]!, 0xcc9e2d51); l = Math.imul(words[(i + 11) | 0]!, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593); l = Math.imul((l << 15) | (l >>> 17), 0x1b873593);
    h0 ^= d; h0 = (Math.imul((((h0 << 13) | (h0 >>> 19)) + h1) | 0, 5) - 0x19ab949c) | 0;
    h1 ^= m; h1 = (Math.imul((((h1 << 13) | (h1 >>> 19)) + h2) | 0, 5) - 0x19ab949c) | 0;
    h2 ^= k; h2 = (Math.imul((((h2 << 13) | (h2 >>> 19)) + h3) | 0, 5) - 0x19ab949c) | 0;
    h3 ^= l; h3 = (Math.imul((((h3 << 13) | (h3 >>> 19)) + h0) | 0, 5) - 0x19ab949c) | 0;
  }
  lanes[0] = h0; lanes[1] = h1; lanes[2] = h2; lanes[3] = h3;
}

/** The new value of a lane, from its word's and its neighbour's. The constants are MurmurHash3's, in place: a variable of the module is read anew. */
function mixed(lane: number, neighbour: number): number {
  return (Math.imul((((lane << 13) | (lane >>> 19)) + neighbour) | 0, 5) - 0x19ab949c) | 0;
}

function scrambled(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

/** The finaliser of MurmurHash3. */
function avalanche(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const hex = (word: number) => BYTES[word >>> 24]! + BYTES[(word >>> 16) & 0xff]! + BYTES[(word >>> 8) & 0xff]! + BYTES[word & 0xff]!;

assert(new Uint32Array(Float64Array.of(1).buffer)[1] === 0x3ff00000, 'the hash of numbers is defined on little-endian machines');
