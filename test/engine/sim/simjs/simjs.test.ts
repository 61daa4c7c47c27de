// simjs itself: that it is reached without leaving traces, and that our queue changes no order.
import { describe, expect, it } from 'vitest';
import { EventCalendar } from '../../../../engine/sim/simjs/calendar.ts';
import { Sim, type SimQueue, type SimRequest } from '../../../../engine/sim/simjs/simjs.ts';
import { STORM, Streams } from '../../../../engine/sim/random/streams.ts';

describe('the door to simjs', () => {
  it('leaves no window behind where there was none', () => {
    expect('window' in globalThis).toBe(false);
  });

  it('gives a clock that steps through a queue', () => {
    const sim = new Sim(), seen: number[] = [];
    const requests = [3, 8].map((deliverAt) => ({ deliverAt, cancelled: false, deliver: () => { seen.push(sim.time()); } }));
    sim.queue = { remove: () => requests.shift() ?? null };
    expect([sim.step(), sim.step(), sim.step()]).toEqual([true, true, false]);
    expect(seen).toEqual([3, 8]);
    expect(sim.time()).toBe(8);
  });
});

describe('the calendar against simjs alone', () => {
  it('delivers the same events in the same order as simjs with its own queue', () => {
    // Whole times with many ties; every event schedules up to two more. simjs knows no classes and no cancelling without harm, so neither is used.
    const streams = new Streams('twin'), total = 5_000;
    const childrenOf = (id: number) => [0, 1].filter((c) => streams.uniform(STORM, id, c, 0) < 0.55).map((c) => Math.floor(streams.uniform(STORM, id, c, 1) * 20));

    const ours: [number, number][] = [];
    let nextOurs = 100;
    const calendar: EventCalendar = new EventCalendar((_kind, id, _b, time) => {
      ours.push([time, id]);
      for (const delay of childrenOf(id)) if (nextOurs < total) calendar.schedule(time + delay, 0, nextOurs++, 0);
    }, 4);
    for (let id = 0; id < 100; id++) calendar.schedule(id % 10, 0, id, 0);
    while (calendar.step());

    const theirs: [number, number][] = [];
    let nextTheirs = 100;
    const sim = new Sim(), queue = sim.queue as SimQueue & { insert(request: SimRequest): void };
    const insert = (deliverAt: number, id: number): void => queue.insert({ deliverAt, cancelled: false, deliver: () => {
      theirs.push([sim.time(), id]);
      for (const delay of childrenOf(id)) if (nextTheirs < total) insert(sim.time() + delay, nextTheirs++);
    } });
    for (let id = 0; id < 100; id++) insert(id % 10, id);
    while (sim.step());

    expect(ours.length).toBeGreaterThan(1_000);
    expect(ours).toEqual(theirs);
  });
});
