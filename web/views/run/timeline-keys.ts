// From one attempt to the next by arrow key: left and right in order of time on the same resource, up and down to the
// attempt nearest in time on the next resource that has any. Without a selection any arrow goes to the very first attempt.
import type { AttemptTable } from '../../worker/protocol.ts';
import type { TimelineLayout, TimelineUnit } from './timeline-layout.ts';

/** Row of an attempt, -1 when there is none that way. */
export function nextAttempt({ items, itemOf }: TimelineLayout, { count, startedAt, placedAt }: Pick<AttemptTable, 'count' | 'startedAt' | 'placedAt'>, selected: number, direction: 'left' | 'right' | 'up' | 'down'): number {
  const begin = (k: number): number => (Number.isNaN(startedAt[k]!) ? placedAt[k]! : startedAt[k]!);
  const inOrder = (unit: TimelineUnit): number[] => [...new Set([...unit.lanes.flatMap((lane) => [...lane]), ...unit.waits])].sort((a, b) => begin(a) - begin(b) || a - b);
  if (selected < 0) return Array.from({ length: count }, (_, k) => k).reduce((first, k) => (first < 0 || begin(k) < begin(first) ? k : first), -1);
  const at = itemOf[selected]!;
  if (direction === 'left' || direction === 'right') {
    const rows = inOrder(items[at] as TimelineUnit);
    return rows[rows.indexOf(selected) + (direction === 'left' ? -1 : 1)] ?? -1;
  }
  const step = direction === 'up' ? -1 : 1;
  for (let i = at + step; i >= 0 && i < items.length; i += step) {
    const item = items[i]!;
    if (item.kind !== 'unit') continue;
    const rows = inOrder(item);
    if (rows.length > 0) return rows.reduce((best, k) => (Math.abs(begin(k) - begin(selected)) < Math.abs(begin(best) - begin(selected)) ? k : best));
  }
  return -1;
}
