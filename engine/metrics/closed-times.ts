// When a unit took nothing although it was there: an API that answered 429, a person who was away. From the log alone.
import * as R from '../journal/records.ts';
import type { RunRecord } from '../journal/run-record.ts';
import type { RunFold } from './attempts.ts';

/** ms since the epoch, half-open. */
export interface ClosedTime { readonly from: number; readonly to: number }

/** By unit, in order of time. What was not called off lasts as long as was announced, and at most to the end of the run. */
export function closedTimes({ log: { rows, length } }: RunRecord, { endedAt }: RunFold): Map<number, ClosedTime[]> {
  const closed = new Map<number, ClosedTime[]>(), since = new Map<number, ClosedTime>();
  const end = (unit: number, at: number): void => {
    const open = since.get(unit);
    if (open === undefined) return;
    since.delete(unit);
    if (!closed.has(unit)) closed.set(unit, []);
    closed.get(unit)!.push({ from: open.from, to: Math.min(open.to, at) });
  };
  const begin = (unit: number, from: number, to: number): void => {
    const open = since.get(unit);
    if (open !== undefined && open.to >= from) { since.set(unit, { from: open.from, to: Math.max(open.to, to) }); return; }
    end(unit, from);
    since.set(unit, { from, to });
  };
  for (let r = 0; r < length; r += R.STRIDE) {
    const code = rows[r]!, at = rows[r + 1]!, unit = rows[r + 2]!, until = rows[r + 3]!;
    if (code === R.API_LIMITED || code === R.HUMAN_AWAY) begin(unit, at, until === 0 ? Infinity : until);
    else if (code === R.API_RESTORED || code === R.HUMAN_AVAILABLE) end(unit, at);
  }
  for (const unit of [...since.keys()]) end(unit, endedAt);
  return closed;
}
