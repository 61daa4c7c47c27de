// A clock moved by hand: time stands still between two calls of `advance`, and timers fire in the order of their instants.
import type { LiveClock } from '../../../engine/live/clock.ts';

interface Timer { readonly at: number; readonly order: number; readonly due: () => void }

export class ManualClock implements LiveClock {
  private time = 0;
  private timers: Timer[] = [];
  private order = 0;
  private readonly start: number;

  /** `start`: ms since 1970 of time zero. */
  constructor(start = Date.UTC(2026, 0, 5)) { this.start = start; }

  now(): number { return this.time; }
  wall(): number { return this.start + this.time; }

  after(ms: number, due: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), order: this.order++, due };
    this.timers.push(timer);
    return () => { this.timers = this.timers.filter((other) => other !== timer); };
  }

  /** Instant of the next timer; Infinity without one. */
  next(): number { return Math.min(Infinity, ...this.timers.map(({ at }) => at)); }

  /** Forgets all timers, as the death of the process does. */
  dropTimers(): void { this.timers = []; }

  /** Moves to `to`, letting everything settle after each timer that fires on the way. */
  async advanceTo(to: number): Promise<void> {
    await settle();
    for (let at = this.next(); at <= to; at = this.next()) {
      this.time = Math.max(this.time, at);
      const due = this.timers.filter((timer) => timer.at <= this.time).sort((a, b) => a.at - b.at || a.order - b.order)[0]!;
      this.timers = this.timers.filter((timer) => timer !== due);
      due.due();
      await settle();
    }
    this.time = Math.max(this.time, to);
  }
}

/** Lets promises that wait for nothing outside run to their end. */
export async function settle(): Promise<void> {
  for (let k = 0; k < 3; k++) await new Promise((resolve) => { setImmediate(resolve); });
}
