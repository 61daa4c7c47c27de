// The events to come, in order of (time, class, running number): a binary min-heap in typed arrays, no object per event.
// The heap moves only a time and a slot number; what an event carries lies still in the slot, and so does its rank
// (class and running number), which is looked at only when two times are equal.
//
// Two things make it fast. Taking the first event leaves a hole at the top, which the next `push` fills with one pass
// downwards; most events schedule another. And the smaller of two children is chosen by arithmetic on integers, not by a
// branch that the processor could guess only half of the time (hence the `| 0` and the unary plus).
//
// One event, the final one, lies beside the heap: it comes after all others of its time. A decision that is due at every
// instant of a grid would else go through the whole heap each time.
//
// A cancelled event keeps its place until it comes to the top, or until such events are more than half of the heap and
// are swept out together. Invariant: unless the hole is open, the event at the top is a live one.
import { assert } from '../../model/errors.ts';

/** Kind of a slot that holds no live event: it is free, or its event was cancelled. Kinds of events are below this. */
export const NO_EVENT = 255;

/** Added to the rank of an event of class 1: it comes after every event of class 0 at the same time. */
const CLASS_STEP = 2 ** 52;
const HANDLE_SLOTS = 2 ** 24;
const HANDLE_NUMBERS = 2 ** 29 - 1;
const SWEEP_MIN = 64;
const RANK = 0, KIND = 1, A = 2, B = 3;
/** Binary logarithm of the numbers in a row: `slot << ROW | KIND` needs no check for overflow. */
const ROW = 2;

export class EventHeap {
  /** The event that `take` took last. */
  time = 0;
  kind = 0;
  a = 0;
  b = 0;

  // By place in the heap; one place more than there are slots, for a sentinel of Infinity behind the last.
  private times: Float64Array;
  private slots: Int32Array;
  /** A row a slot (RANK, KIND, A, B), half a line of cache. In a free slot A is the next free one. */
  private rows: Float64Array;
  private finalTime = Infinity;
  private finalKind = 0;

  private count = 0;
  private hole = false;
  private cancelled = 0;
  private firstFree = -1;
  private slotsUsed = 0;
  private running = 0;

  constructor(capacity = 256) {
    assert(capacity >= 1 && capacity <= HANDLE_SLOTS, `an event heap has room for between 1 and ${HANDLE_SLOTS} events, not ${capacity}`);
    this.times = new Float64Array(capacity + 1);
    this.slots = new Int32Array(capacity + 1);
    this.rows = new Float64Array(capacity << ROW);
  }

  /** Events that will still happen. */
  get size(): number { return this.count - this.cancelled - (this.hole ? 1 : 0) + (this.finalTime < Infinity ? 1 : 0); }

  /** Events for which there is room before the arrays have to grow. */
  get capacity(): number { return this.slots.length - 1; }

  /**
   * Adds an event and returns its handle, a whole number in [0, 2^53). `last` puts it behind all events of its time that
   * are not `last`. A handle is never confused with another's, unless 2^29 events later its slot is used again.
   */
  push(time: number, last: boolean, kind: number, a: number, b: number): number {
    let slot = this.firstFree;
    if (slot >= 0) this.firstFree = this.rows[slot << ROW | A]! | 0;
    else slot = this.nextSlot();
    const number = this.running++, rank = last ? number + CLASS_STEP : number, { rows } = this, row = slot << ROW;
    rows[row | RANK] = rank;
    rows[row | KIND] = kind;
    rows[row | A] = a;
    rows[row | B] = b;
    if (this.hole) {
      this.hole = false;
      this.siftDown(0, time, slot);
      if (this.cancelled > 0) this.dropCancelled();
    } else this.siftUp(this.count++, time, slot, rank);
    return (number & HANDLE_NUMBERS) * HANDLE_SLOTS + slot;
  }

  /** Puts the final event at `time`, after all others of that time; the one that was pending is forgotten. Infinity: there is none. */
  setFinal(time: number, kind: number): void {
    this.finalTime = time;
    this.finalKind = kind;
  }

  /** Takes the first event into `time`, `kind`, `a`, `b`. False when there is none. */
  take(): boolean {
    if (this.hole) this.closeHole();
    const time = this.count === 0 ? Infinity : this.times[0]!;
    if (this.finalTime < time) {
      this.time = this.finalTime; this.kind = this.finalKind; this.a = 0; this.b = 0;
      this.finalTime = Infinity;
      return true;
    }
    if (time === Infinity) return false;
    const slot = this.slots[0]!, { rows } = this, row = slot << ROW;
    this.time = time;
    this.kind = rows[row | KIND]! | 0;
    this.a = rows[row | A]! | 0;
    this.b = rows[row | B]! | 0;
    this.free(slot);
    this.hole = true;
    return true;
  }

  /** Time of the first event, Infinity when there is none. */
  nextTime(): number {
    if (this.hole) this.closeHole();
    return this.count === 0 ? this.finalTime : Math.min(this.times[0]!, this.finalTime);
  }

  /** The event will not happen. False when it has happened, or was cancelled before. */
  cancel(handle: number): boolean {
    const number = Math.floor(handle / HANDLE_SLOTS), slot = handle - number * HANDLE_SLOTS;
    const { rows } = this, row = slot << ROW;
    if (!(slot < this.slotsUsed && rows[row | KIND]! < NO_EVENT) || (rows[row | RANK]! & HANDLE_NUMBERS) !== number) return false;
    rows[row | KIND] = NO_EVENT;
    this.cancelled++;
    if (this.cancelled > SWEEP_MIN && this.cancelled * 2 > this.count) this.sweep();
    else if (!this.hole) this.dropCancelled();
    return true;
  }

  /** Forgets all events; the arrays stay. */
  clear(): void {
    this.count = this.cancelled = this.slotsUsed = 0;
    this.hole = false;
    this.firstFree = -1;
    this.finalTime = Infinity;
  }

  /** Becomes a copy of `other`: the same events, the same handles, the same order of ties to come. */
  copyFrom(other: EventHeap): void {
    other.nextTime();
    while (this.capacity < other.slotsUsed) this.grow();
    this.times.set(other.times.subarray(0, other.count));
    this.slots.set(other.slots.subarray(0, other.count));
    this.rows.set(other.rows.subarray(0, other.slotsUsed << ROW));
    this.finalTime = other.finalTime;
    this.finalKind = other.finalKind;
    this.count = other.count;
    this.hole = false;
    this.cancelled = other.cancelled;
    this.firstFree = other.firstFree;
    this.slotsUsed = other.slotsUsed;
    this.running = other.running;
  }

  private siftUp(from: number, time: number, slot: number, rank: number): void {
    const times = this.times, slots = this.slots, rows = this.rows, key = +time;
    let place = from | 0;
    while (place > 0) {
      const parent = (place - 1) >> 1, t = times[parent]!;
      if (t < key || (t === key && rows[slots[parent]! << ROW | RANK]! < rank)) break;
      times[place] = t;
      slots[place] = slots[parent]!;
      place = parent;
    }
    times[place] = key;
    slots[place] = slot;
  }

  private siftDown(from: number, time: number, slot: number): void {
    const times = this.times, slots = this.slots, rows = this.rows, count = this.count | 0, key = +time;
    times[count] = Infinity;
    let place = from | 0, child = (2 * place + 1) | 0;
    while (child < count) {
      const left = times[child]!, right = times[child + 1]!;
      let least = (child + (+(right < left) | 0)) | 0;
      if (left === right && rows[slots[child + 1]! << ROW | RANK]! < rows[slots[child]! << ROW | RANK]!) least = (child + 1) | 0;
      const t = times[least]!;
      if (t > key || (t === key && rows[slots[least]! << ROW | RANK]! > rows[slot << ROW | RANK]!)) break;
      times[place] = t;
      slots[place] = slots[least]!;
      place = least;
      child = (2 * place + 1) | 0;
    }
    times[place] = key;
    slots[place] = slot;
  }

  /** Fills the place of the event taken last with the last of the heap. */
  private closeHole(): void {
    this.hole = false;
    this.removeTop();
    if (this.cancelled > 0) this.dropCancelled();
  }

  private removeTop(): void {
    const last = --this.count;
    if (last > 0) this.siftDown(0, this.times[last]!, this.slots[last]!);
  }

  /** Restores the invariant that the event at the top is a live one. */
  private dropCancelled(): void {
    while (this.cancelled > 0 && this.rows[this.slots[0]! << ROW | KIND] === NO_EVENT) {
      this.free(this.slots[0]!);
      this.cancelled--;
      this.removeTop();
    }
  }

  /** Takes all cancelled events out and builds the heap anew (Floyd), in time linear in its size. */
  private sweep(): void {
    let kept = 0;
    for (let place = this.hole ? 1 : 0; place < this.count; place++) {
      const slot = this.slots[place]!;
      if (this.rows[slot << ROW | KIND] === NO_EVENT) this.free(slot);
      else { this.times[kept] = this.times[place]!; this.slots[kept++] = slot; }
    }
    this.count = kept;
    this.hole = false;
    this.cancelled = 0;
    for (let place = (kept >> 1) - 1; place >= 0; place--) this.siftDown(place, this.times[place]!, this.slots[place]!);
  }

  private nextSlot(): number {
    const slot = this.slotsUsed++;
    if (slot === this.capacity) this.grow();
    return slot;
  }

  private free(slot: number): void {
    this.rows[slot << ROW | KIND] = NO_EVENT;
    this.rows[slot << ROW | A] = this.firstFree;
    this.firstFree = slot;
  }

  private grow(): void {
    const capacity = this.capacity * 2;
    assert(capacity <= HANDLE_SLOTS, `more than ${this.capacity} events are pending: no more fit`);
    const times = new Float64Array(capacity + 1), slots = new Int32Array(capacity + 1), rows = new Float64Array(capacity << ROW);
    times.set(this.times); slots.set(this.slots); rows.set(this.rows);
    this.times = times; this.slots = slots; this.rows = rows;
  }
}
