// The free capacity of one unit over time, as a plan fills it: segments in ascending order, each with what is free in every
// dimension and in slots; the last one never ends. Finding the earliest gap and taking it is HEFT's insertion, here for
// units that hold several tasks at once. On a unit with one slot it is exactly the published rule.
//
// Invariant: what is free is never negative. Only the latest SEGMENTS_KEPT segments are searched; older gaps count as
// taken, which bounds a query for plans of 100,000 tasks and changes nothing for small ones.

export const SEGMENTS_KEPT = 512;

/** When work begun or resumed at `start` is done; Infinity when never. */
export type EndOfWork = (start: number) => number;

export class Timeline {
  private at = new Float64Array(8);
  private free: Int32Array;
  private count = 1;
  private readonly width: number;

  /** `capacity`: what is free at first, one number a dimension, slots included. `from`: nothing starts before. */
  constructor(capacity: Int32Array, from = 0) {
    this.width = capacity.length;
    this.free = new Int32Array(8 * this.width);
    this.free.set(capacity);
    this.at[0] = from;
  }

  /** The earliest instant at or after `ready` at which `demand` is free until `endOf(instant)`; Infinity when never. */
  earliest(ready: number, demand: Int32Array, endOf: EndOfWork): number {
    let start = Math.max(ready, this.at[0]!);
    let end = endOf(start);
    for (let k = this.segmentAt(start); k < this.count && end < Infinity; k++) {
      if (this.at[k]! >= end && this.at[k]! > start) return start;
      if (this.fits(k, demand)) continue;
      if (k === this.count - 1) return Infinity;
      start = this.at[k + 1]!;
      end = endOf(start);
    }
    return end < Infinity ? start : Infinity;
  }

  /** Takes `demand` during [start, end). The caller has asked `earliest`. */
  take(start: number, end: number, demand: Int32Array): void {
    if (end <= start) return;
    const first = this.split(start), last = this.split(end);
    for (let k = first; k < last; k++) for (let d = 0; d < this.width; d++) this.free[k * this.width + d]! -= demand[d]!;
    if (this.count > 2 * SEGMENTS_KEPT) this.forget(this.count - SEGMENTS_KEPT);
  }

  private fits(k: number, demand: Int32Array): boolean {
    for (let d = 0; d < this.width; d++) if (this.free[k * this.width + d]! < demand[d]!) return false;
    return true;
  }

  /** The segment in which `time` >= the first segment's begin falls. */
  private segmentAt(time: number): number {
    let low = 0, high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.at[middle]! <= time) low = middle; else high = middle - 1;
    }
    return low;
  }

  /** The segment that begins at `time`, made if there is none. */
  private split(time: number): number {
    const k = this.segmentAt(time), { width } = this;
    if (this.at[k] === time) return k;
    if (this.count === this.at.length) this.grow();
    this.at.copyWithin(k + 2, k + 1, this.count);
    this.free.copyWithin((k + 2) * width, (k + 1) * width, this.count * width);
    this.free.copyWithin((k + 1) * width, k * width, (k + 1) * width);
    this.at[k + 1] = time;
    this.count++;
    return k + 1;
  }

  private grow(): void {
    const at = new Float64Array(2 * this.at.length), free = new Int32Array(2 * this.free.length);
    at.set(this.at); free.set(this.free);
    this.at = at; this.free = free;
  }

  private forget(segments: number): void {
    this.at.copyWithin(0, segments, this.count);
    this.free.copyWithin(0, segments * this.width, this.count * this.width);
    this.count -= segments;
  }
}
