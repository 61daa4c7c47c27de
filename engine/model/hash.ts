// Fingerprints: canonical JSON, and a 128-bit streaming hash of words, texts and IEEE 754 numbers. Not cryptographic:
// it tells apart what differs by accident, it does not resist an enemy.
//
// Four 32-bit lanes take turns; each word is scrambled as in MurmurHash3 (Appleby 2011), added to the oldest lane together
// with its neighbour, and the lanes are mixed at the end. A step is a bijection of the state, so what has differed once
// stays different until another difference meets it.
import { assert } from './errors.ts';

const EMPTY = new Float64Array(0), ONE = new Float64Array(1), BITS_OF_ONE = new Int32Array(ONE.buffer);
/** Words hashed in one call of the inner function, a multiple of four. */
const BLOCK = 192;

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
    const { bits, lanes } = this, end = to * 2, whole = end - (end - from * 2) % 4;
    for (let at = from * 2; at < whole; at += BLOCK) addBlock(lanes, bits, at, Math.min(at + BLOCK, whole));
    this.words += whole - from * 2;
    for (let at = whole; at < end; at++) this.addWord(bits[at]!);
  }

  /** The words, as `addWord` would take them one by one. */
  addWords(words: Int32Array): void {
    const { lanes } = this, whole = words.length - words.length % 4;
    for (let at = 0; at < whole; at += BLOCK) addBlock(lanes, words, at, Math.min(at + BLOCK, whole));
    this.words += whole;
    for (let at = whole; at < words.length; at++) this.addWord(words[at]!);
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
 * Hashes a multiple of four words: after four steps every lane is in its place again, so none has to be moved. Few at a time,
 * and in a function of its own: of a long loop V8 keeps the code that it made while the loop ran, in which nothing is known to
 * be an integer, three times as slow.
 */
function addBlock(lanes: Int32Array, bits: Int32Array, from: number, to: number): void {
  let h0 = lanes[0]!, h1 = lanes[1]!, h2 = lanes[2]!, h3 = lanes[3]!;
  for (let i = from | 0; i < to; i = (i + 4) | 0) {
    const w0 = scrambled(bits[i]!), w1 = scrambled(bits[(i + 1) | 0]!), w2 = scrambled(bits[(i + 2) | 0]!), w3 = scrambled(bits[(i + 3) | 0]!);
    h0 = mixed(h0 ^ w0, h1); h1 = mixed(h1 ^ w1, h2); h2 = mixed(h2 ^ w2, h3); h3 = mixed(h3 ^ w3, h0);
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

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');

assert(new Uint32Array(Float64Array.of(1).buffer)[1] === 0x3ff00000, 'the hash of numbers is defined on little-endian machines');
