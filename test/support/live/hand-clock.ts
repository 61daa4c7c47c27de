// A clock that goes when it is told to: what waits for it is called in order of time, then of asking.
import type { LiveClock } from '../../../engine/live/clock.ts';

export class HandClock implements LiveClock {
  private time = 0;
  private readonly start: number;
  private timers: { readonly at: number; readonly due: () => void }[] = [];

  /** `start`: ms since 1970 at its zero. */
  constructor(start = 1_700_000_000_000) { this.start = start; }

  now(): number { return this.time; }
  wall(): number { return this.start + this.time; }

  after(ms: number, due: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), due };
    this.timers.push(timer);
    return () => { this.timers = this.timers.filter((other) => other !== timer); };
  }

  /** Instant of the next timer; Infinity without one. */
  get next(): number { return Math.min(Infinity, ...this.timers.map(({ at }) => at)); }

  /** Goes on by `ms`; timers set on the way that fall into it are called too. */
  advance(ms: number): void {
    const end = this.time + ms;
    while (this.next <= end) {
      const at = this.next, timer = this.timers.find((one) => one.at === at)!;
      this.timers = this.timers.filter((other) => other !== timer);
      this.time = Math.max(this.time, at);
      timer.due();
    }
    this.time = end;
  }
}
