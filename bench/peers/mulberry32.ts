// The generator that the peers' common case draws from: a 32-bit counter through two multiply-xor rounds.
// Source: T. Ettinger, "Mulberry32" (public domain), as the peers' model description names it.

/** Uniform in [0, 1), a multiple of 2^-32. */
export function mulberry32(seed: number): () => number {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x6d2b79f5) | 0;
    const once = Math.imul(counter ^ (counter >>> 15), counter | 1);
    const twice = once ^ (once + Math.imul(once ^ (once >>> 7), once | 61));
    return ((twice ^ (twice >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
