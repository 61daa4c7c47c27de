// Attempts on their way to their drivers: those of one decision may be ten thousand, and beginning one can take the processor for
// milliseconds. They are let through in order, so many under way at a driver at once, and so few in one turn of the event loop that
// requests are answered in between: fewer when turns have become long, more when they are short.
import type { LiveClock } from './clock.ts';

/** Beginnings under way at one driver. */
const AT_ONCE = 32;
/** Beginnings in one turn of the event loop: doubled while turns take less than the shorter time, halved when they take the longer. */
const A_TURN_MIN = 2, A_TURN_MAX = 256, SHORT_MS = 10, LONG_MS = 40;

interface Line {
  readonly waiting: (() => Promise<void>)[];
  /** The next of `waiting`. */
  next: number;
  underWay: number;
}

export class Handover {
  private readonly clock: LiveClock;
  private readonly lines = new Map<object, Line>();
  private aTurn = 16;
  private left = 0;
  /** The turn of the event loop under way is counted. */
  private counting = false;
  private woken = false;

  constructor(clock: LiveClock) { this.clock = clock; }

  /** Calls `begin` when it is its turn at this driver; it counts as under way until its promise settles. It must not reject. */
  add(driver: object, begin: () => Promise<void>): void {
    const line = this.lines.get(driver) ?? { waiting: [], next: 0, underWay: 0 };
    this.lines.set(driver, line);
    line.waiting.push(begin);
    this.wake();
  }

  /** Everything added in the same step is there before the first is let through. */
  private wake(): void {
    if (this.woken) return;
    this.woken = true;
    queueMicrotask(() => { this.woken = false; this.letThrough(); });
  }

  private letThrough(): void {
    this.countTurn();
    for (let any = true; any;) {
      any = false;
      for (const [driver, line] of this.lines) {
        if (line.next === line.waiting.length) { if (line.underWay === 0) this.lines.delete(driver); continue; }
        if (line.underWay >= AT_ONCE) continue;
        if (this.left === 0) return;
        this.left--;
        any = true;
        this.begin(line);
      }
    }
  }

  private begin(line: Line): void {
    const begin = line.waiting[line.next]!;
    line.next++;
    if (line.next === line.waiting.length) { line.waiting.length = 0; line.next = 0; }
    line.underWay++;
    void begin().finally(() => { line.underWay--; this.wake(); });
  }

  /** A new allowance for this turn, if it has none yet; the next turn looks again whether something waits. */
  private countTurn(): void {
    if (this.counting) return;
    this.counting = true;
    this.left = this.aTurn;
    const began = this.clock.now();
    setImmediate(() => {
      const took = this.clock.now() - began;
      if (this.left === 0) this.aTurn = took > LONG_MS ? Math.max(A_TURN_MIN, this.aTurn >> 1) : took < SHORT_MS ? Math.min(A_TURN_MAX, this.aTurn * 2) : this.aTurn;
      this.counting = false;
      if (this.mayGo()) this.letThrough();
    });
  }

  /** Somebody waits who need not wait for an end, which looks by itself. */
  private mayGo(): boolean { return [...this.lines.values()].some((line) => line.next < line.waiting.length && line.underWay < AT_ONCE); }
}
