// Fingerprints: canonical JSON, and a 128-bit streaming hash of words, texts and IEEE 754 numbers. Not cryptographic:
// it tells apart what differs by accident, it does not resist an enemy.
//
// Four 32-bit lanes take turns; each word is scrambled as in MurmurHash3 (Appleby 2011), added to the oldest lane together
// with its neighbour, and the lanes are mixed at the end. A step is a bijection of the state, so what has differed once
// stays different until another difference meets it.
import { assert } from './errors.ts';

const ONE = new Float64Array(1), BITS_OF_ONE = new Int32Array(ONE.buffer);
/** Words that a step of the inner loop takes, three to a lane, and those it is given at a time. */
const STEP = 12, BLOCK = 170 * STEP;
/**
 * They are copied here first: of an array that is a constant, and an index that stays below a constant, V8 knows that it is within
 * bounds, which would otherwise be looked up for each word. Somewhat longer than a block, for V8 also counts a step too far.
 */
const WORDS = new Int32Array(2048 + 2 * STEP), NUMBERS = new Float64Array(WORDS.buffer);
/** The two hexadecimal digits of a byte. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Collects words, numbers and texts; `digest` may be asked at any time and changes nothing. */
export class Hash128 {
  /** The oldest first, as integers to the compiler: a class field with 32 bits would be a number on the heap. */
  private readonly lanes = Int32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
  private words = 0;

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
    for (let at = from; at < to; at += BLOCK / 2) {
      const end = Math.min(at + BLOCK / 2, to);
      NUMBERS.set(values.subarray(at, end));
      this.addBlock(2 * (end - at));
    }
  }

  /** The words, as `addWord` would take them one by one. */
  addWords(words: Int32Array): void {
    for (let at = 0; at < words.length; at += BLOCK) {
      const end = Math.min(at + BLOCK, words.length);
      WORDS.set(words.subarray(at, end));
      this.addBlock(end - at);
    }
  }

  /** The first `count` of WORDS. */
  private addBlock(count: number): void {
    const whole = count - count % STEP;
    addSteps(this.lanes, whole);
    this.words += whole;
    for (let at = whole; at < count; at++) this.addWord(WORDS[at]!);
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
 * Hashes the first `count` of WORDS, a multiple of twelve: after four words every lane is in its place again, so none has to be moved.
 * Twelve are a row of a log. Most of its numbers are small integers, whose low words are zero, and a zero scrambled is zero. A
 * function of its own for a block: of a long loop V8 keeps the code that it made while the loop ran, in which nothing is
 * known to be an integer, three times as slow. For the common row `scrambled` and `mixed` are written out: V8 does not inline so many calls.
 */
function addSteps(lanes: Int32Array, count: number): void {
  const end = count & 2047;
  let h0 = lanes[0]!, h1 = lanes[1]!, h2 = lanes[2]!, h3 = lanes[3]!, w = 0;
  for (let i = 0; i < end; i += 12) {
    if ((WORDS[i]! | WORDS[i + 4]! | WORDS[i + 6]! | WORDS[i + 8]!) === 0) {
      h0 = (Math.imul((((h0 << 13) | (h0 >>> 19)) + h1) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 1]!, 0xcc9e2d51); h1 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h1 = (Math.imul((((h1 << 13) | (h1 >>> 19)) + h2) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 2]!, 0xcc9e2d51); h2 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h2 = (Math.imul((((h2 << 13) | (h2 >>> 19)) + h3) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 3]!, 0xcc9e2d51); h3 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h3 = (Math.imul((((h3 << 13) | (h3 >>> 19)) + h0) | 0, 5) - 0x19ab949c) | 0;
      h0 = (Math.imul((((h0 << 13) | (h0 >>> 19)) + h1) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 5]!, 0xcc9e2d51); h1 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h1 = (Math.imul((((h1 << 13) | (h1 >>> 19)) + h2) | 0, 5) - 0x19ab949c) | 0;
      h2 = (Math.imul((((h2 << 13) | (h2 >>> 19)) + h3) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 7]!, 0xcc9e2d51); h3 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h3 = (Math.imul((((h3 << 13) | (h3 >>> 19)) + h0) | 0, 5) - 0x19ab949c) | 0;
      h0 = (Math.imul((((h0 << 13) | (h0 >>> 19)) + h1) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 9]!, 0xcc9e2d51); h1 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h1 = (Math.imul((((h1 << 13) | (h1 >>> 19)) + h2) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 10]!, 0xcc9e2d51); h2 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h2 = (Math.imul((((h2 << 13) | (h2 >>> 19)) + h3) | 0, 5) - 0x19ab949c) | 0;
      w = Math.imul(WORDS[i + 11]!, 0xcc9e2d51); h3 ^= Math.imul((w << 15) | (w >>> 17), 0x1b873593); h3 = (Math.imul((((h3 << 13) | (h3 >>> 19)) + h0) | 0, 5) - 0x19ab949c) | 0;
    } else {
      for (let k = i; k < i + 12; k += 4) {
        h0 = mixed(h0 ^ scrambled(WORDS[k]!), h1); h1 = mixed(h1 ^ scrambled(WORDS[k + 1]!), h2);
        h2 = mixed(h2 ^ scrambled(WORDS[k + 2]!), h3); h3 = mixed(h3 ^ scrambled(WORDS[k + 3]!), h0);
      }
    }
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
