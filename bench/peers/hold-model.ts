// The hold model, the usual measure of an event list: N events pending, each step takes the first and schedules one an
// exponential time of mean N later (D. W. Jones, "An empirical comparison of priority-queue and event-set
// implementations", CACM 29(4), 1986). Delays come from the table of 65,536 that every peer uses.
import { EventCalendar } from '../../engine/sim/simjs/calendar.ts';
import { EventHeap } from '../../engine/sim/simjs/event-heap.ts';
import { mulberry32 } from './mulberry32.ts';

/** `calendar`: the simulated world's, moved by simjs's clock. `heap`: the bare heap inside it. */
export type HoldQueue = 'calendar' | 'heap';

const TABLE = 65_536;

function delays(): Float64Array {
  const unit = mulberry32(7);
  return Float64Array.from({ length: TABLE }, () => -Math.log(1 - unit()));
}

/** One queue with `pending` events. `run` takes so many steps and returns a hash of the order in which events came. */
export class Hold {
  readonly run: (steps: number) => number;

  constructor(queue: HoldQueue, pending: number) {
    this.run = queue === 'heap' ? heapHold(pending) : calendarHold(pending);
  }
}

function heapHold(pending: number): (steps: number) => number {
  const table = delays(), heap = new EventHeap(pending + 8);
  let next = 0;
  for (let i = 0; i < pending; i++) heap.push(table[next++ & (TABLE - 1)]! * pending, false, 1, i, 0);
  return (steps) => {
    let hash = 0;
    for (let i = 0; i < steps; i++) {
      heap.take();
      hash = (Math.imul(hash, 31) + heap.a) | 0;
      heap.push(heap.time + table[next++ & (TABLE - 1)]! * pending, false, 1, heap.a, 0);
    }
    return hash;
  };
}

function calendarHold(pending: number): (steps: number) => number {
  const table = delays();
  let next = 0, hash = 0;
  const calendar = new EventCalendar((_kind, a, _b, time) => {
    hash = (Math.imul(hash, 31) + a) | 0;
    calendar.schedule(time + table[next++ & (TABLE - 1)]! * pending, 1, a, 0);
  }, pending + 8);
  for (let i = 0; i < pending; i++) calendar.schedule(table[next++ & (TABLE - 1)]! * pending, 1, i, 0);
  return (steps) => {
    hash = 0;
    for (let i = 0; i < steps; i++) calendar.step();
    return hash;
  };
}

/** Steps that are measured; a quarter of them come before, to settle. */
export const HOLD_STEPS = 1_000_000, QUICK_HOLD_STEPS = 20_000;

/** Hash of the order of the measured steps, the same for every right queue, by steps and pending events. */
export const HOLD_HASHES: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  [QUICK_HOLD_STEPS]: { 100: -436744138, 10_000: 580391993, 1_000_000: -1132581336 },
  [HOLD_STEPS]: { 100: 1983639743, 10_000: 1510105642, 1_000_000: 1647410654 },
};
