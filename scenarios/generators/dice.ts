// Seeded choices for generators. One `Dice` per named thing (a feature, a person), keyed by seed and name, so that asking
// for more features never changes the earlier ones. Only exact integer arithmetic: the same scenario on every JS engine.
//
// Source: SplitMix (Steele, Lea, Flood, OOPSLA 2014) on 32 bits with the finaliser of MurmurHash3.
import { hashString32 } from '../../engine/model/ids.ts';

export interface Dice {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  unit(): number;
  /** Uniform integer in [min, max], both included. */
  int(min: number, max: number): number;
  /** One of the items, all equally likely. */
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
}

/** The dice of one named thing under a seed. */
export function dice(seed: number, ...name: readonly (string | number)[]): Dice {
  let state = hashString32(`${seed}/${name.join('/')}`);
  const unit = (): number => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 0x1_0000_0000;
  };
  const int = (min: number, max: number): number => min + Math.floor(unit() * (max - min + 1));
  return { unit, int, pick: (items) => items[int(0, items.length - 1)]!, chance: (probability) => unit() < probability };
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
