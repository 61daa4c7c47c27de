// The clock of a live run, handed to everything that waits: real in the daemon, moved by hand in tests. `now` is monotonic
// within a process and decides; `wall` is a label for people, and what tells how long the daemon was away.

export interface LiveClock {
  /** Monotonic ms since an origin of its own; never goes back. May have a fraction. */
  now(): number;
  /** ms since 1970 by the machine's calendar clock: may jump. */
  wall(): number;
  /** Calls `due` once, `ms` from now at the soonest. The function returned cancels it; cancelling twice is harmless. */
  after(ms: number, due: () => void): () => void;
}

/** Node's timers take no more than this. */
const TIMER_MS_MAX = 2_000_000_000;

/** The machine's own clock. */
export const systemClock: LiveClock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, due) {
    let timer: NodeJS.Timeout;
    const wait = (left: number) => { timer = setTimeout(() => (left > TIMER_MS_MAX ? wait(left - TIMER_MS_MAX) : due()), Math.max(0, Math.min(left, TIMER_MS_MAX))); };
    wait(ms);
    return () => clearTimeout(timer);
  },
};
