// The events to come, in order of (time, class, running number): a binary min-heap in typed arrays, no object per event.
// The heap moves only a time and a slot number; what an event carries lies still in the slot, and so does its rank
// (class and running number), which is looked at only when two times are equal.
//
// Two things make it fast. Taking the first event leaves a hole at the top, which the next `push` fills with one pass
// downwards; most events schedule another. And the smaller of two children is chosen by arithmetic on integers, not by a
// branch that the processor could guess only half of the time (hence the `| 0` and the unary plus).
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

export class EventHeap {
  /** The event that `take` took last. */
  time = 0;
  kind = 0;
  a = 0;
  b = 0;

  // By place in the heap; one place more than there are slots, for a sentinel of Infinity behind the last.
  private times: Float64Array;
  private slots: Int32Array;
  // By slot. In a free slot `slotA` is the next free one.
  private ranks: Float64Array;
  private kinds: Uint8Array;
  private slotA: Int32Array;
  private slotB: Float64Array;

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
    this.ranks = new Float64Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.slotA = new Int32Array(capacity);
    this.slotB = new Float64Array(capacity);
  }

  /** Events that will still happen. */
  get size(): number { return this.count - this.cancelled - (this.hole ? 1 : 0); }

  /** Events for which there is room before the arrays have to grow. */
  get capacity(): number { return this.ranks.length; }

  /**
   * Adds an event and returns its handle, a whole number in [0, 2^53). `last` puts it behind all events of its time that
   * are not `last`. A handle is never confused with another's, unless 2^29 events later its slot is used again.
   */
  push(time: number, last: boolean, kind: number, a: number, b: number): number {
    let slot = this.firstFree;
    if (slot >= 0) this.firstFree = this.slotA[slot]!;
    else slot = this.nextSlot();
    const number = this.running++, rank = last ? number + CLASS_STEP : number;
    this.ranks[slot] = rank;
    this.kinds[slot] = kind;
    this.slotA[slot] = a;
    this.slotB[slot] = b;
    if (this.hole) {
      this.hole = false;
      this.siftDown(0, time, slot);
      if (this.cancelled > 0) this.dropCancelled();
    } else this.siftUp(this.count++, time, slot, rank);
    return (number & HANDLE_NUMBERS) * HANDLE_SLOTS + slot;
  }

  /** Takes the first event into `time`, `kind`, `a`, `b`. False when there is none. */
  take(): boolean {
    if (this.hole) this.closeHole();
    if (this.count === 0) return false;
    const slot = this.slots[0]!;
    this.time = this.times[0]!;
    this.kind = this.kinds[slot]!;
    this.a = this.slotA[slot]!;
    this.b = this.slotB[slot]!;
    this.free(slot);
    this.hole = true;
    return true;
  }

  /** Time of the first event, Infinity when there is none. */
  nextTime(): number {
    if (this.hole) this.closeHole();
    return this.count === 0 ? Infinity : this.times[0]!;
  }

  /** The event will not happen. False when it has happened, or was cancelled before. */
  cancel(handle: number): boolean {
    const number = Math.floor(handle / HANDLE_SLOTS), slot = handle - number * HANDLE_SLOTS;
    if (!(slot < this.slotsUsed && this.kinds[slot]! < NO_EVENT) || (this.ranks[slot]! & HANDLE_NUMBERS) !== number) return false;
    this.kinds[slot] = NO_EVENT;
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
  }

  /** Becomes a copy of `other`: the same events, the same handles, the same order of ties to come. */
  copyFrom(other: EventHeap): void {
    other.nextTime();
    while (this.ranks.length < other.slotsUsed) this.grow();
    this.times.set(other.times.subarray(0, other.count));
    this.slots.set(other.slots.subarray(0, other.count));
    this.ranks.set(other.ranks.subarray(0, other.slotsUsed));
    this.kinds.set(other.kinds.subarray(0, other.slotsUsed));
    this.slotA.set(other.slotA.subarray(0, other.slotsUsed));
    this.slotB.set(other.slotB.subarray(0, other.slotsUsed));
    this.count = other.count;
    this.hole = false;
    this.cancelled = other.cancelled;
    this.firstFree = other.firstFree;
    this.slotsUsed = other.slotsUsed;
    this.running = other.running;
  }

  private siftUp(from: number, time: number, slot: number, rank: number): void {
    const times = this.times, slots = this.slots, ranks = this.ranks, key = +time;
    let place = from | 0;
    while (place > 0) {
      const parent = (place - 1) >> 1, t = times[parent]!;
      if (t < key || (t === key && ranks[slots[parent]!]! < rank)) break;
      times[place] = t;
      slots[place] = slots[parent]!;
      place = parent;
    }
    times[place] = key;
    slots[place] = slot;
  }

  private siftDown(from: number, time: number, slot: number): void {
    const times = this.times, slots = this.slots, ranks = this.ranks, count = this.count | 0, key = +time;
    times[count] = Infinity;
    let place = from | 0, child = (2 * place + 1) | 0;
    while (child < count) {
      const left = times[child]!, right = times[child + 1]!;
      let least = (child + (+(right < left) | 0)) | 0;
      if (left === right && ranks[slots[child + 1]!]! < ranks[slots[child]!]!) least = (child + 1) | 0;
      const t = times[least]!;
      if (t > key || (t === key && ranks[slots[least]!]! > ranks[slot]!)) break;
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
    while (this.cancelled > 0 && this.kinds[this.slots[0]!] === NO_EVENT) {
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
      if (this.kinds[slot] === NO_EVENT) this.free(slot);
      else { this.times[kept] = this.times[place]!; this.slots[kept++] = slot; }
    }
    this.count = kept;
    this.hole = false;
    this.cancelled = 0;
    for (let place = (kept >> 1) - 1; place >= 0; place--) this.siftDown(place, this.times[place]!, this.slots[place]!);
  }

  private nextSlot(): number {
    const slot = this.slotsUsed++;
    if (slot === this.ranks.length) this.grow();
    return slot;
  }

  private free(slot: number): void {
    this.kinds[slot] = NO_EVENT;
    this.slotA[slot] = this.firstFree;
    this.firstFree = slot;
  }

  private grow(): void {
    const capacity = this.ranks.length * 2;
    assert(capacity <= HANDLE_SLOTS, `more than ${this.ranks.length} events are pending: no more fit`);
    const times = new Float64Array(capacity + 1), slots = new Int32Array(capacity + 1), ranks = new Float64Array(capacity);
    const kinds = new Uint8Array(capacity), slotA = new Int32Array(capacity), slotB = new Float64Array(capacity);
    times.set(this.times); slots.set(this.slots); ranks.set(this.ranks); kinds.set(this.kinds); slotA.set(this.slotA); slotB.set(this.slotB);
    this.times = times; this.slots = slots; this.ranks = ranks; this.kinds = kinds; this.slotA = slotA; this.slotB = slotB;
  }
}
