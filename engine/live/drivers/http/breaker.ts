// Whether an API is down: after some failures in a row it is left alone, for twice as long each time; the first call that
// gets through ends it.

const FIRST_MS = 5_000, LONGEST_MS = 300_000;

export class Breaker {
  private readonly threshold: number;
  private inARow = 0;
  private times = 0;

  constructor(threshold: number) {
    this.threshold = threshold;
  }

  /** Another call failed. Returns the ms to leave the API alone, 0 while it does not count as down. */
  failed(): number {
    if (++this.inARow < this.threshold) return 0;
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** this.times++);
  }

  /** A call got through. Returns whether the API had counted as down. */
  succeeded(): boolean {
    const wasDown = this.times > 0;
    this.inARow = 0;
    this.times = 0;
    return wasDown;
  }
}
