// The event calendar: events of our own heap on simjs's clock. simjs's `Sim` takes each event, sets its clock and delivers
// it; nothing else moves time. One request object stands for whichever event is being delivered.
//
// Order: time; then ordinary events before the last ones of the same time, and these before the final one (the decision);
// then the order of scheduling.
// Of simjs 2.0.3 this mends: the event lost when a run is paused (only `step` is used), the clock moved by a cancelled
// request, cancelled requests that stay for ever, and delays that are negative or not a number.
import { InvariantError } from '../../model/errors.ts';
import { EventHeap, NO_EVENT } from './event-heap.ts';
import { Sim, type SimClock, type SimRequest } from './simjs.ts';

/** Called with what was scheduled, at `time`. It may schedule and cancel; it must not call `step`. */
export type EventHandler = (kind: number, a: number, b: number, time: number) => void;

/** The event that the heap gave last, as simjs's loop wants to see it. */
class Delivery implements SimRequest {
  readonly cancelled = false;
  private readonly heap: EventHeap;
  private readonly handler: EventHandler;

  constructor(heap: EventHeap, handler: EventHandler) {
    this.heap = heap;
    this.handler = handler;
  }

  get deliverAt(): number { return this.heap.time; }

  deliver(): void {
    const { heap, handler } = this;
    handler(heap.kind, heap.a, heap.b, heap.time);
  }
}

/** simjs's queue: the next live event, or null. */
class DeliveryQueue {
  private readonly heap: EventHeap;
  private readonly delivery: Delivery;

  constructor(heap: EventHeap, delivery: Delivery) {
    this.heap = heap;
    this.delivery = delivery;
  }

  remove(): SimRequest | null { return this.heap.take() ? this.delivery : null; }
}

export class EventCalendar {
  private readonly heap: EventHeap;
  private readonly sim: SimClock;

  /** `capacity`: events pending at once for which no array has to grow. */
  constructor(handler: EventHandler, capacity = 256) {
    this.heap = new EventHeap(capacity);
    this.sim = new Sim();
    this.sim.queue = new DeliveryQueue(this.heap, new Delivery(this.heap, handler));
  }

  /** The time of the last event that happened, 0 before the first. */
  get now(): number { return this.sim.time(); }

  /** Events that will still happen. */
  get size(): number { return this.heap.size; }

  /** When the next event happens; Infinity when there is none. The clock does not move. */
  nextTime(): number { return this.heap.nextTime(); }

  /**
   * An ordinary event at `time`, not before `now`. `kind` is a whole number below 255, `a` and `b` are 32-bit signed
   * integers. Returns a handle for `cancel`: a whole number from 0 to 2^53 - 1 (a Float64Array keeps it).
   */
  schedule(time: number, kind: number, a: number, b: number): number {
    if (!(time >= this.sim.time() && time < Infinity && (kind >>> 0) < NO_EVENT)) this.refuse(time, kind);
    return this.heap.push(time, false, kind, a, b);
  }

  /** As `schedule`, but it comes after all ordinary events of that time, those scheduled later included. */
  scheduleLast(time: number, kind: number, a: number, b: number): number {
    if (!(time >= this.sim.time() && time < Infinity && (kind >>> 0) < NO_EVENT)) this.refuse(time, kind);
    return this.heap.push(time, true, kind, a, b);
  }

  /**
   * The final event of its time: it comes after all others, those of `scheduleLast` included. There is one at most; another
   * takes its place. It carries no numbers and is not cancelled.
   */
  scheduleFinal(time: number, kind: number): void {
    if (!(time >= this.sim.time() && time < Infinity && (kind >>> 0) < NO_EVENT)) this.refuse(time, kind);
    this.heap.setFinal(time, kind);
  }

  /** The event will not happen, nor move the clock. False (and no effect) when it has happened or was cancelled before. */
  cancel(handle: number): boolean { return this.heap.cancel(handle); }

  /** Lets the next event happen: the clock moves to it, then the handler is called. False when there is none. */
  step(): boolean { return this.sim.step(); }

  /** As new, with the arrays kept. Handles given before are void. */
  clear(): void {
    this.heap.clear();
    this.sim.simTime = 0;
  }

  /** Becomes a copy of `other`, handles and clock included; the handler stays its own. */
  copyFrom(other: EventCalendar): void {
    this.heap.copyFrom(other.heap);
    this.sim.simTime = other.sim.simTime;
  }

  private refuse(time: number, kind: number): never {
    throw new InvariantError(`event of kind ${kind} at ${time} cannot be scheduled at ${this.now}: it must lie between now and forever, its kind below ${NO_EVENT}`);
  }
}
