// The columns of candidate rows (policy.ts), for whoever keeps rows of their own. A row is the same index in each of them.

/** By how many ms a row must be behind another to be left out for it: far more than sums of instants are rounded by. */
export const SURELY_LATER_MS = 2;

export class CandidateColumns {
  readonly unit: Int32Array; readonly pool: Int32Array; readonly market: Uint8Array; readonly fresh: Uint8Array; readonly filter: Uint8Array;
  readonly start: Float64Array; readonly duration: Float64Array; readonly rework: Float64Array; readonly cost: Float64Array; readonly waste: Float64Array;
  readonly setup: Float64Array; readonly termLatency: Float64Array; readonly termCost: Float64Array; readonly termFragmentation: Float64Array; readonly score: Float64Array;

  /** Room for so many rows. */
  constructor(rows: number) {
    this.unit = new Int32Array(rows); this.pool = new Int32Array(rows);
    this.market = new Uint8Array(rows); this.fresh = new Uint8Array(rows); this.filter = new Uint8Array(rows);
    this.start = new Float64Array(rows); this.duration = new Float64Array(rows); this.rework = new Float64Array(rows); this.cost = new Float64Array(rows);
    this.waste = new Float64Array(rows); this.setup = new Float64Array(rows);
    this.termLatency = new Float64Array(rows); this.termCost = new Float64Array(rows); this.termFragmentation = new Float64Array(rows); this.score = new Float64Array(rows);
  }
}
