// A series cut to what can be seen of it: the points within a window, and of many points in one pixel the first, the last,
// the lowest and the highest, so that no peak is lost and a picture never has more than four points a pixel.
import type { Series } from '../../worker/protocol.ts';
import type { TimeWindow } from './time-window.ts';

/** `stepped`: a value holds until the next time; else the points are joined. `x` in pixels from the left end. */
export function seriesPath({ times, values }: Series, { from, to }: TimeWindow, width: number, stepped: boolean): { readonly x: number[]; readonly y: number[] } {
  const x: number[] = [], y: number[] = [], perMs = width / (to - from);
  let k = lastAtOrBefore(times, from), column = NaN, low = 0, high = 0, last = 0;
  const put = (px: number, value: number): void => { if (stepped && y.length > 0 && y.at(-1) !== value) { x.push(px); y.push(y.at(-1)!); } x.push(px); y.push(value); };
  const flush = (): void => { if (column === column) { if (low !== last) put(column, low); if (high !== last) put(column, high); put(column, last); } };
  for (k = Math.max(0, k); k < times.length; k++) {
    const px = Math.min(width + 1, Math.max(-1, (times[k]! - from) * perMs)), at = Math.round(px), value = values[k]!;
    if (at === column) { low = Math.min(low, value); high = Math.max(high, value); last = value; continue; }
    flush();
    column = at; low = high = last = value;
    if (times[k]! > to) break;
  }
  flush();
  return { x, y };
}

/** The value at an instant; NaN before the first. */
export function seriesAt({ times, values }: Series, at: number, stepped: boolean): number {
  const k = lastAtOrBefore(times, at);
  if (k < 0) return NaN;
  if (stepped || k + 1 === times.length) return values[k]!;
  const share = (at - times[k]!) / (times[k + 1]! - times[k]!);
  return values[k]! + share * (values[k + 1]! - values[k]!);
}

/** Index of the last time at or before `at`; -1 for none. */
function lastAtOrBefore(times: Float64Array, at: number): number {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}
