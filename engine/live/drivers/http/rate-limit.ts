// One axis of a published rate limit, kept by the client: the generic cell rate algorithm (ITU-T I.371), whose whole state is
// one instant. `burst` units may pass at once, then `perMinute` evenly; it is the same bucket the kernel counts on.
// Instants are ms of the clock given; nothing is read from anywhere else.

export class RateLimit {
  private readonly perUnitMs: number;
  private readonly burst: number;
  /** Theoretical arrival time: when the bucket will be full again. */
  private fullAt = -Infinity;

  /** `burst` defaults to one minute's worth. */
  constructor(perMinute: number, burst: number = perMinute) {
    this.perUnitMs = 60_000 / perMinute;
    this.burst = burst;
  }

  /** ms until `amount` may pass, 0 for now, Infinity when it never can. */
  waitFor(amount: number, now: number): number {
    if (amount > this.burst) return Infinity;
    return Math.max(0, Math.max(now, this.fullAt) + (amount - this.burst) * this.perUnitMs - now);
  }

  take(amount: number, now: number): void {
    this.fullAt = Math.max(now, this.fullAt) + amount * this.perUnitMs;
  }

  /** What was taken and not used, at most: never more than a full bucket. */
  giveBack(amount: number, now: number): void {
    this.fullAt = Math.max(now, this.fullAt - amount * this.perUnitMs);
  }

  /** The server says that only so much is left: believed when it is less than we thought, for it may have other clients. */
  atMost(left: number, now: number): void {
    this.fullAt = Math.max(this.fullAt, now + (this.burst - Math.max(0, left)) * this.perUnitMs);
  }

  /** Units that could pass now. */
  left(now: number): number {
    return Math.max(0, this.burst - Math.max(0, this.fullAt - now) / this.perUnitMs);
  }
}
