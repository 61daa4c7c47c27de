// The event calendar: order, cancellation, pauses, errors; and as a law, against a sorted list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../../engine/model/errors.ts';
import { EventCalendar } from '../../../../engine/sim/simjs/calendar.ts';

const SEED = 20260117;

/** A calendar that notes down `[time, a]` of each event. */
function recording(capacity?: number): { calendar: EventCalendar; seen: [number, number][] } {
  const seen: [number, number][] = [];
  return { calendar: new EventCalendar((_kind, a, _b, time) => { seen.push([time, a]); }, capacity), seen };
}
const drain = (calendar: EventCalendar): void => { while (calendar.step()); };

describe('EventCalendar', () => {
  it('hands the handler what was scheduled, with the clock already there', () => {
    const seen: number[][] = [];
    const calendar: EventCalendar = new EventCalendar((kind, a, b, time) => { seen.push([kind, a, b, time, calendar.now]); });
    calendar.schedule(2 ** 52 + 1, 7, -3, -25);
    calendar.schedule(12, 3, 4, 2 ** 31 - 1);
    expect([calendar.now, calendar.size, calendar.nextTime()]).toEqual([0, 2, 12]);
    drain(calendar);
    expect(seen).toEqual([[3, 4, 2 ** 31 - 1, 12, 12], [7, -3, -25, 2 ** 52 + 1, 2 ** 52 + 1]]);
    expect([calendar.now, calendar.size, calendar.nextTime(), calendar.step()]).toEqual([2 ** 52 + 1, 0, Infinity, false]);
  });

  it('keeps the order of scheduling among equals', () => {
    const { calendar, seen } = recording(8);
    for (let i = 0; i < 1_000; i++) calendar.schedule(5 * (i % 2), 0, i, 0);
    drain(calendar);
    expect(seen.map(([, a]) => a)).toEqual([...Array.from({ length: 500 }, (_, i) => 2 * i), ...Array.from({ length: 500 }, (_, i) => 2 * i + 1)]);
  });

  it('puts the last event of an instant behind ordinary ones, those scheduled during it included', () => {
    //  t = 10:  2 (schedules 4 for now)  3  4  then the decisions 1 and 5;  0 at t = 11
    const order: number[] = [];
    const calendar: EventCalendar = new EventCalendar((_kind, a, _b, time) => { order.push(a); if (a === 2) calendar.schedule(time, 0, 4, 0); });
    calendar.schedule(11, 0, 0, 0);
    calendar.scheduleLast(10, 0, 1, 0);
    calendar.schedule(10, 0, 2, 0);
    calendar.schedule(10, 0, 3, 0);
    calendar.scheduleLast(10, 0, 5, 0);
    drain(calendar);
    expect(order).toEqual([2, 3, 4, 1, 5, 0]);
  });

  it('does not let a cancelled event move the clock or delay the end', () => {
    const { calendar, seen } = recording();
    calendar.schedule(10, 0, 1, 0);
    const timeout = calendar.schedule(1_000, 0, 2, 0), early = calendar.schedule(4, 0, 3, 0);
    expect([calendar.cancel(timeout), calendar.cancel(early), calendar.cancel(early)]).toEqual([true, true, false]);
    expect([calendar.size, calendar.nextTime()]).toEqual([1, 10]);
    drain(calendar);
    expect(seen).toEqual([[10, 1]]);
    expect(calendar.now).toBe(10);
  });

  it('cancels from within a handler, its own event being past already', () => {
    const order: number[] = [];
    let other = -1, own = -1;
    const outcome: boolean[] = [];
    const calendar: EventCalendar = new EventCalendar((_kind, a) => { order.push(a); if (a === 1) outcome.push(calendar.cancel(own), calendar.cancel(other)); });
    own = calendar.schedule(5, 0, 1, 0);
    other = calendar.schedule(5, 0, 2, 0);
    calendar.schedule(5, 0, 3, 0);
    drain(calendar);
    expect(order).toEqual([1, 3]);
    expect(outcome).toEqual([false, true]);
  });

  it('resumes after a pause without losing an event', () => {
    const { calendar, seen } = recording();
    for (const t of [1, 5, 9]) calendar.schedule(t, 0, t, 0);
    const runUntil = (end: number): void => { while (calendar.nextTime() <= end) calendar.step(); };
    runUntil(3);
    expect([seen.length, calendar.now, calendar.nextTime()]).toEqual([1, 1, 5]);
    runUntil(20);
    expect(seen).toEqual([[1, 1], [5, 5], [9, 9]]);
  });

  it('goes on after a handler has thrown', () => {
    const order: number[] = [];
    const calendar = new EventCalendar((_kind, a) => { order.push(a); if (a === 1) throw new Error('from the handler'); });
    calendar.schedule(1, 0, 1, 0);
    calendar.schedule(2, 0, 2, 0);
    expect(() => calendar.step()).toThrow('from the handler');
    drain(calendar);
    expect(order).toEqual([1, 2]);
  });

  it('refuses times before now, times that are no time, and kinds it cannot keep', () => {
    const { calendar } = recording();
    calendar.schedule(10, 0, 0, 0);
    drain(calendar);
    for (const time of [9.999, -1, NaN, Infinity]) {
      expect(() => calendar.schedule(time, 0, 0, 0)).toThrow(InvariantError);
      expect(() => calendar.scheduleLast(time, 0, 0, 0)).toThrow(InvariantError);
    }
    for (const kind of [255, -1, 256]) expect(() => calendar.schedule(11, kind, 0, 0)).toThrow(InvariantError);
    expect(calendar.size).toBe(0);
  });

  it('is as new after clear, and old handles are void', () => {
    const { calendar, seen } = recording(4);
    const play = (): [number, number][] => {
      seen.length = 0;
      for (let i = 0; i < 50; i++) calendar.schedule((i * 7) % 10, 0, i, 0);
      calendar.scheduleLast(3, 0, 99, 0);
      drain(calendar);
      return [...seen];
    };
    const first = play();
    calendar.schedule(calendar.now + 5, 0, 1, 0);
    const old = calendar.schedule(calendar.now + 6, 0, 2, 0);
    calendar.clear();
    expect([calendar.now, calendar.size, calendar.nextTime()]).toEqual([0, 0, Infinity]);
    calendar.schedule(0, 0, 0, 0);
    calendar.schedule(0, 0, 0, 0);
    expect(calendar.cancel(old)).toBe(false);
    calendar.clear();
    expect(play()).toEqual(first);
  });
});

// --- laws ---

type Operation =
  | { readonly do: 'schedule'; readonly after: number; readonly last: boolean }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'step' | 'next' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('schedule' as const), after: fc.oneof(fc.nat(3), fc.double({ min: 0, max: 1e12, noNaN: true })), last: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('step' as const, 'next' as const) }) },
);

/** The calendar as anyone would write it: a list, sorted by (time, class, number) whenever something is taken. */
class SortedList {
  now = 0;
  readonly seen: [number, number][] = [];
  private events: { time: number; last: boolean; number: number }[] = [];
  private count = 0;

  schedule(time: number, last: boolean): number { this.events.push({ time, last, number: this.count }); return this.count++; }
  cancel(number: number): boolean {
    const before = this.events.length;
    this.events = this.events.filter((e) => e.number !== number);
    return this.events.length < before;
  }
  get size(): number { return this.events.length; }
  nextTime(): number { return Math.min(Infinity, ...this.events.map((e) => e.time)); }
  step(): boolean {
    this.events.sort((x, y) => x.time - y.time || Number(x.last) - Number(y.last) || x.number - y.number);
    const first = this.events.shift();
    if (first === undefined) return false;
    this.now = first.time;
    this.seen.push([first.time, first.number]);
    return true;
  }
}

describe('laws of the calendar', () => {
  it('any sequence of operations gives what a sorted list gives', () => {
    fc.assert(fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const { calendar, seen } = recording(1), list = new SortedList(), handles: number[] = [];
      for (const o of operations) {
        if (o.do === 'schedule') {
          const number = list.schedule(list.now + o.after, o.last), time = calendar.now + o.after;
          handles.push(o.last ? calendar.scheduleLast(time, 0, number, 0) : calendar.schedule(time, 0, number, 0));
        } else if (o.do === 'cancel') {
          const number = handles.length === 0 ? -1 : o.which % handles.length;
          expect(calendar.cancel(handles[number] ?? -1)).toBe(list.cancel(number));
        } else if (o.do === 'step') expect(calendar.step()).toBe(list.step());
        else expect(calendar.nextTime()).toBe(list.nextTime());
        expect([calendar.now, calendar.size]).toEqual([list.now, list.size]);
      }
      while (list.step());
      drain(calendar);
      expect(seen).toEqual(list.seen);
    }), { seed: SEED, numRuns: 400 });
  });

  it('a copy runs on exactly as the original, and neither moves the other', () => {
    fc.assert(fc.property(fc.array(operation, { maxLength: 120 }), fc.array(operation, { maxLength: 120 }), (before, after) => {
      const original = recording(2), copy = recording(1), handles: number[] = [];
      copy.calendar.schedule(1, 0, -1, 0); // must be forgotten
      const play = (calendar: EventCalendar, operations: readonly Operation[], own: number[]): void => {
        for (const o of operations) {
          if (o.do === 'schedule') own.push(o.last ? calendar.scheduleLast(calendar.now + o.after, 0, own.length, 0) : calendar.schedule(calendar.now + o.after, 0, own.length, 0));
          else if (o.do === 'cancel') calendar.cancel(own[o.which % Math.max(1, own.length)] ?? -1);
          else if (o.do === 'step') calendar.step();
        }
      };
      play(original.calendar, before, handles);
      copy.calendar.copyFrom(original.calendar);
      expect([copy.calendar.now, copy.calendar.size, copy.calendar.nextTime()]).toEqual([original.calendar.now, original.calendar.size, original.calendar.nextTime()]);
      original.seen.length = 0;
      const copied = [...handles];
      play(copy.calendar, after, copied);
      drain(copy.calendar);
      play(original.calendar, after, handles);
      drain(original.calendar);
      expect(copied).toEqual(handles);
      expect(copy.seen).toEqual(original.seen);
    }), { seed: SEED, numRuns: 300 });
  });
});
