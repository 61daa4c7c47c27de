// When there was room at last: looking back from a placement, the latest instant at which something ended without which the
// placement had not fitted. Of a unit: what is placed on it, from placement to end, in every dimension and slot. Of a pool of
// VMs: its slots, from request to end of a life.
import type { RunFold } from './attempts.ts';

export interface RoomRelease {
  /** ms since the epoch. */
  readonly at: number;
  /** The holder that ended then, as the room numbers them; the lowest of several. */
  readonly holder: number;
}

/** Something with room, and what holds parts of it over `[from, to)`. */
export interface Room {
  readonly holders: readonly number[];
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Takes a holder in (1) or out (-1). */
  readonly hold: (holder: number, sign: 1 | -1) => void;
  /** Whether the newcomer fits beside what is held. */
  readonly fits: () => boolean;
}

/** The latest release in `(after, by]`; undefined when there was room all that time. O(holders log holders). */
export function lastRelease({ holders, from, to, hold, fits }: Room, after: number, by: number): RoomRelease | undefined {
  const seen = holders.filter((k) => from[k]! <= by && to[k]! > after);
  for (const k of seen) if (to[k]! > by) hold(k, 1);
  const ends = seen.filter((k) => to[k]! <= by).sort((x, y) => to[y]! - to[x]! || x - y), begins = [...seen].sort((x, y) => from[y]! - from[x]! || x - y);
  for (let e = 0, b = 0; e < ends.length;) {
    const at = to[ends[e]!]!, holder = ends[e]!;
    // Backwards, what began at or after this instant was not there before it.
    for (; b < begins.length && from[begins[b]!]! >= at; b++) if (to[begins[b]!]! > at) hold(begins[b]!, -1);
    for (; e < ends.length && to[ends[e]!] === at; e++) if (from[ends[e]!]! < at) hold(ends[e]!, 1);
    if (!fits()) return { at, holder };
  }
  return undefined;
}

/** Rows of attempts by unit, in the order of the log. */
export function rowsByUnit({ attempts, problem }: RunFold): number[][] {
  const rows = Array.from({ length: problem.unitCount }, (): number[] => []);
  for (let k = 0; k < attempts.count; k++) rows[attempts.unit[k]!]!.push(k);
  return rows;
}

/** The unit of attempt `row` as it was for that attempt: everything placed there before it. */
export function unitRoom({ problem, attempts }: RunFold, rowsOfUnit: readonly number[], row: number): Room {
  const { dimensionCount: dims, demand, capacity, taskProfile } = problem, pool = problem.unitPool[attempts.unit[row]!]!, used = new Float64Array(dims), wanted = taskProfile[attempts.task[row]!]! * dims;
  let load = 0;
  return {
    holders: rowsOfUnit.filter((k) => k < row), from: attempts.placedAt, to: attempts.endedAt,
    hold: (k, sign) => {
      load += sign;
      const own = taskProfile[attempts.task[k]!]! * dims;
      for (let d = 0; d < dims; d++) used[d]! += sign * demand[own + d]!;
    },
    fits: () => {
      for (let d = 0; d < dims; d++) if (used[d]! + demand[wanted + d]! > capacity[pool * dims + d]!) return false;
      return load < problem.poolSlots[pool]!;
    },
  };
}

/** The pool of VM life `life` as it was when that was requested: its slots and the lives that held them. */
export function vmRoom({ problem, lives }: RunFold, life: number): Room {
  const pool = problem.unitPool[lives.unit[life]!]!, slots = problem.poolFirst[pool + 1]! - problem.poolFirst[pool]!, holders: number[] = [];
  for (let k = 0; k < life; k++) if (problem.unitPool[lives.unit[k]!] === pool) holders.push(k);
  let taken = 0;
  return { holders, from: lives.requestedAt, to: lives.endedAt, hold: (_, sign) => { taken += sign; }, fits: () => taken < slots };
}
