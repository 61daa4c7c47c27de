// The heap below the calendar: what events carry, growth, sweeping, handles.
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../../engine/model/errors.ts';
import { EventHeap } from '../../../../engine/sim/simjs/event-heap.ts';

const drain = (heap: EventHeap): number[] => { const seen: number[] = []; while (heap.take()) seen.push(heap.a); return seen; };

describe('EventHeap', () => {
  it('keeps what an event carries, extremes included', () => {
    const heap = new EventHeap(1);
    heap.push(2 ** 53, false, 254, -(2 ** 31), 2 ** 31 - 1);
    heap.push(0.25, true, 0, 2 ** 31 - 1, -(2 ** 31));
    expect(heap.take()).toBe(true);
    expect([heap.time, heap.kind, heap.a, heap.b]).toEqual([0.25, 0, 2 ** 31 - 1, -(2 ** 31)]);
    expect(heap.take()).toBe(true);
    expect([heap.time, heap.kind, heap.a, heap.b]).toEqual([2 ** 53, 254, -(2 ** 31), 2 ** 31 - 1]);
    expect(heap.take()).toBe(false);
  });

  it('grows from one place to many', () => {
    const heap = new EventHeap(1), n = 1_000;
    for (let i = 0; i < n; i++) heap.push((i * 617) % n, false, 1, (i * 617) % n, 0);
    expect(heap.capacity).toBe(1_024);
    expect(drain(heap)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it('does not grow however many events are scheduled and cancelled', () => {
    const heap = new EventHeap(256);
    for (let i = 0; i < 10; i++) heap.push(1e9, false, 0, i, 0);
    for (let i = 0; i < 20_000; i++) expect(heap.cancel(heap.push(1_000 + (i % 7), false, 0, -1, 0))).toBe(true);
    const handles = Array.from({ length: 100 }, (_, i) => heap.push(5_000 - i, false, 0, -1, 0));
    for (const handle of handles) heap.cancel(handle);
    expect([heap.size, heap.capacity]).toEqual([10, 256]);
    expect(drain(heap)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('sweeps cancelled events out while an event is being handled, and keeps the rest in order', () => {
    const heap = new EventHeap();
    const handles = Array.from({ length: 200 }, (_, i) => heap.push(10 + (i % 20), false, 0, i, 0));
    heap.push(1, false, 0, -1, 0);
    expect(heap.take()).toBe(true);
    for (let i = 0; i < 200; i++) if (i % 4 !== 0) heap.cancel(handles[i]!);
    expect(heap.size).toBe(50);
    const kept = Array.from({ length: 50 }, (_, k) => 4 * k).sort((x, y) => (x % 20) - (y % 20) || x - y);
    expect(drain(heap)).toEqual(kept);
  });

  it('gives each event its own handle, a whole number from 0 to 2^53 - 1', () => {
    const heap = new EventHeap(4), seen = new Set<number>();
    for (let i = 0; i < 5_000; i++) {
      const handle = heap.push(i, false, 0, 0, 0);
      expect(Number.isSafeInteger(handle) && handle >= 0).toBe(true);
      seen.add(handle);
      if (i % 3 !== 0) heap.take();
    }
    expect(seen.size).toBe(5_000);
  });

  it('takes nothing for the handle of an event that happened, was cancelled, or never was', () => {
    const heap = new EventHeap(2), first = heap.push(1, false, 0, 1, 0);
    heap.take();
    expect(heap.cancel(first)).toBe(false);
    const second = heap.push(2, false, 0, 2, 0); // in the slot of the first
    expect(heap.cancel(first)).toBe(false);
    for (const never of [-1, second + 1, 2 ** 53 - 1, 0.5, NaN]) expect(heap.cancel(never)).toBe(false);
    expect(heap.size).toBe(1);
    expect([heap.cancel(second), heap.cancel(second)]).toEqual([true, false]);
    expect([heap.size, heap.nextTime(), heap.take()]).toEqual([0, Infinity, false]);
  });

  it('refuses a capacity it cannot have', () => {
    for (const capacity of [0, -1, NaN, 2 ** 24 + 1]) expect(() => new EventHeap(capacity)).toThrow(InvariantError);
  });
});
