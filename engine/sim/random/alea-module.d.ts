// The published types of seedrandom cover its main entry only.
declare module 'seedrandom/lib/alea.js' {
  /** Uniform in [0, 1) with 32 bits; `int32` gives the same 32 bits as a signed whole number. */
  interface AleaGenerator {
    (): number;
    int32(): number;
  }
  export default function alea(seed: string): AleaGenerator;
}
