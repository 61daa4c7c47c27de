// Where everything of a run lies from top to bottom: resources by kind, one row each, with as many lanes as ran side by side.
// An attempt takes the lowest lane that is free when it starts, so bars of a lane never overlap and are in order of time.
// Resources on which nothing happened are left out and counted. Heights are in rows; the painter makes pixels of them.
import { API, CLOUD, HUMAN, LOCAL } from '../../../engine/model/states.ts';
import type { RunPicture } from '../../worker/protocol.ts';

export interface TimelineUnit {
  readonly kind: 'unit';
  readonly unit: number;
  /** In rows from the top. */
  readonly top: number;
  /** Attempts that ran, by lane, in order of time. */
  readonly lanes: readonly Int32Array[];
  /** Attempts that waited here before they started, or never did, by placement. */
  readonly waits: Int32Array;
  /** VM lives, notices, times in which it took nothing: rows of their tables, in order of time. */
  readonly lives: Int32Array;
  readonly notices: Int32Array;
  readonly closed: Int32Array;
}

export interface TimelineHeading {
  readonly kind: 'heading';
  readonly text: string;
  readonly top: number;
}

export interface TimelineLayout {
  readonly items: readonly (TimelineUnit | TimelineHeading)[];
  /** In rows. */
  readonly height: number;
  /** Lane of each attempt, -1 when it never ran; and its place in `items`. */
  readonly laneOf: Int32Array;
  readonly itemOf: Int32Array;
}

const KINDS: readonly (readonly [kind: number, title: string])[] = [[LOCAL, 'machines'], [CLOUD, 'cloud VMs'], [API, 'APIs'], [HUMAN, 'people']];

export function layoutTimeline({ attempts, lives, units, notices, closed }: Pick<RunPicture, 'attempts' | 'lives' | 'units' | 'notices' | 'closed'>): TimelineLayout {
  const unitCount = units.ids.length, attemptsOf = byUnit(attempts.unit, unitCount), livesOf = byUnit(lives.unit, unitCount), noticesOf = byUnit(notices.unit, unitCount), closedOf = byUnit(closed.unit, unitCount);
  const items: (TimelineUnit | TimelineHeading)[] = [], laneOf = new Int32Array(attempts.count).fill(-1), itemOf = new Int32Array(attempts.count).fill(-1);
  let top = 0;
  for (const [kind, title] of KINDS) {
    const own = [...units.ids.keys()].filter((u) => units.poolKind[units.pool[u]!] === kind), used = own.filter((u) => attemptsOf[u]!.length > 0 || livesOf[u]!.length > 0);
    if (own.length === 0) continue;
    items.push({ kind: 'heading', text: used.length === own.length ? title : `${title}, ${used.length} of ${own.length} used`, top });
    top++;
    for (const unit of used) {
      const rows = attemptsOf[unit]!, ran = rows.filter((k) => attempts.endedAt[k]! >= attempts.startedAt[k]!), lanes = assignLanes(ran, attempts.startedAt, attempts.endedAt, laneOf);
      for (const k of rows) itemOf[k] = items.length;
      const waits = rows.filter((k) => !(attempts.startedAt[k]! <= attempts.placedAt[k]!));
      items.push({ kind: 'unit', unit, top, lanes: lanes.map((lane) => Int32Array.from(lane)), waits: Int32Array.from(waits), lives: Int32Array.from(livesOf[unit]!), notices: Int32Array.from(noticesOf[unit]!), closed: Int32Array.from(closedOf[unit]!) });
      top += Math.max(1, lanes.length);
    }
  }
  return { items, height: top, laneOf, itemOf };
}

function byUnit(unit: Int32Array, unitCount: number): number[][] {
  const lists = Array.from({ length: unitCount }, (): number[] => []);
  unit.forEach((u, k) => { lists[u]!.push(k); });
  return lists;
}

function assignLanes(rows: readonly number[], startedAt: Float64Array, endedAt: Float64Array, laneOf: Int32Array): number[][] {
  const lanes: number[][] = [], freeAt: number[] = [];
  for (const k of [...rows].sort((i, j) => startedAt[i]! - startedAt[j]! || endedAt[i]! - endedAt[j]! || i - j)) {
    const free = freeAt.findIndex((at) => at <= startedAt[k]!), lane = free < 0 ? lanes.length : free;
    (lanes[lane] ??= []).push(k);
    freeAt[lane] = endedAt[k]!;
    laneOf[k] = lane;
  }
  return lanes;
}

/** The first place in a list in order of `at` whose value is not before `time`. */
export function firstNotBefore(rows: ArrayLike<number>, at: Float64Array, time: number): number {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[rows[middle]!]! < time) low = middle + 1; else high = middle;
  }
  return low;
}

/** Where an attempt is drawn: its row from the top. */
export function rowOf({ items, itemOf, laneOf }: TimelineLayout, k: number): number {
  return (items[itemOf[k]!]?.top ?? 0) + Math.max(0, laneOf[k]!);
}

/** The unit or heading at a height in rows. */
export function itemAt({ items, height }: TimelineLayout, row: number): TimelineUnit | TimelineHeading | undefined {
  return row < 0 || row >= height ? undefined : items.findLast((item) => item.top <= row);
}

/** The attempt under a point of a unit: one that ran in that lane, or else one that waited there. -1 for none. `slackMs`: how near is near enough. */
export function attemptAt({ lanes, waits, top }: TimelineUnit, { attempts }: Pick<RunPicture, 'attempts'>, time: number, row: number, slackMs: number): number {
  const lane = lanes[Math.min(lanes.length - 1, Math.floor(row - top))];
  if (lane !== undefined) {
    const k = firstNotBefore(lane, attempts.endedAt, time - slackMs);
    if (k < lane.length && attempts.startedAt[lane[k]!]! <= time + slackMs) return lane[k]!;
  }
  return waits.findLast((k) => attempts.placedAt[k]! <= time && time <= (Number.isNaN(attempts.startedAt[k]!) ? attempts.endedAt[k]! : attempts.startedAt[k]!)) ?? -1;
}
