// Named random streams with common random numbers. A draw is a pure function of (seed, purpose, entity, attempt, draw
// number): the order of asking never matters, one draw more moves no other, and two policies under one seed meet the same
// durations, kills and failures of the same tasks and machines.
//
// Each purpose has two 32-bit keys from seedrandom's alea generator, seeded with `seed/purpose`. The counter (entity,
// attempt, draw) goes with them through five rounds of a Feistel network (Luby & Rackoff 1988) whose round function is the
// 32-bit mixer of C. Wellons, "Prospecting for hash functions" (2018), as counter-based generators do
// (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The numbers are pinned by tests: they are part
// of what a seed means.
import alea from 'seedrandom/lib/alea.js';
import { assert } from '../../model/errors.ts';

/** What draws are for. The place of a name is its number; the name goes into the key, so names may be added at the end. */
export const PURPOSES = [
  'duration', 'failure', 'spin-up', 'refusal', 'kill', 'response', 'decline', 'api-error', 'latency', 'policy', 'storm', 'resample',
] as const;
export const DURATION = 0, FAILURE = 1, SPIN_UP = 2, REFUSAL = 3, KILL = 4, RESPONSE = 5, DECLINE = 6, API_ERROR = 7, LATENCY = 8, POLICY = 9,
  STORM = 10, RESAMPLE = 11;

export class Streams {
  seed: number | string;
  private readonly keys = new Int32Array(2 * PURPOSES.length);
  private readonly keyed = new Uint8Array(PURPOSES.length);

  /** `7` and `'7'` are the same seed. Cheap: the keys of a purpose are derived when it is first asked for. */
  constructor(seed: number | string) {
    this.seed = seed;
  }

  /** Becomes the streams of another seed. */
  reseed(seed: number | string): void {
    this.seed = seed;
    this.keyed.fill(0);
  }

  /**
   * Uniform in [0, 1), a multiple of 2^-53.
   * @param purpose place in `PURPOSES`
   * @param entity 32-bit key of the task, unit, ... (taken modulo 2^32, like the next two)
   * @param attempt number of the attempt, life, ...
   * @param draw number of the draw within it
   */
  uniform(purpose: number, entity: number, attempt: number, draw: number): number {
    if (this.keyed[purpose] !== 1) this.deriveKeys(purpose);
    const k0 = this.keys[2 * purpose]!, k1 = this.keys[2 * purpose + 1]!;
    let left = k0 ^ entity, right = k1 ^ attempt;
    right ^= mix(left);
    left ^= mix(((right ^ k0) + draw) | 0);
    right ^= mix((left + (k1 ^ ROUND_3)) | 0);
    left ^= mix((right + ROUND_4) | 0);
    right ^= mix((left + ROUND_5) | 0);
    return ((left >>> 5) * 67108864 + (right >>> 6)) * TWO_TO_MINUS_53;
  }

  private deriveKeys(purpose: number): void {
    const name = PURPOSES[purpose];
    assert(name !== undefined, `no stream has number ${purpose}`);
    const generator = alea(`${this.seed}/${name}`);
    this.keys[2 * purpose] = generator.int32();
    this.keys[2 * purpose + 1] = generator.int32();
    this.keyed[purpose] = 1;
  }
}

const TWO_TO_MINUS_53 = 2 ** -53;
/** Multiples of 2^32 / golden ratio, so that no two rounds are alike. */
const ROUND_3 = 0x9e3779b9 | 0, ROUND_4 = 0x3c6ef372, ROUND_5 = 0xdaa66d2b | 0;

/** Wellons' `lowbias32`: a bijection of 32 bits in which each input bit flips each output bit with nearly even odds. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
