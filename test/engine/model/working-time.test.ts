// Working time by a small calendar, solved by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { intervalAt, intervalNear, sameCalendar, workedBefore, workingUntil, worksAt } from '../../../engine/model/working-time.ts';
import type { Problem } from '../../../engine/model/problem.ts';
import { smallScenario } from '../../support/small-scenario.ts';

// A person who works [10, 20) and [30, 50) ms; another who always works.
const { problem } = compileScenario(smallScenario([{ id: 't', duration: 1, on: ['human'] }], {
  human: [{ id: 'ana', calendar: { intervals: [[10, 20], [30, 50]] } }, { id: 'bo', calendar: { always: true }, skills: ['x'] }],
}));
const ana = problem.unitIds.indexOf('ana'), bo = problem.unitIds.indexOf('bo');

describe('working time', () => {
  it('counts the work done before an instant', () => {
    expect([0, 10, 15, 20, 25, 30, 40, 50, 99].map((at) => workedBefore(problem, ana, at))).toEqual([0, 0, 5, 10, 10, 10, 20, 30, 30]);
    expect(workedBefore(problem, bo, 77)).toBe(77);
  });

  it('finds when work is done, pausing between the intervals', () => {
    expect(workingUntil(problem, ana, 0, 5)).toBe(15);
    expect(workingUntil(problem, ana, 12, 8)).toBe(20); // ends with the interval, not at the start of the next
    expect(workingUntil(problem, ana, 12, 9)).toBe(31);
    expect(workingUntil(problem, ana, 25, 20)).toBe(50);
    expect(workingUntil(problem, ana, 25, 21)).toBe(Infinity);
    expect(workingUntil(problem, ana, 60, 0)).toBe(Infinity);
    expect(workingUntil(problem, bo, 25, 21)).toBe(46);
  });

  it('with no work to do answers when the person next works', () => {
    expect([0, 10, 19, 20, 29, 30].map((at) => workingUntil(problem, ana, at, 0))).toEqual([10, 10, 19, 30, 30, 30]);
  });

  it('is half-open', () => {
    expect([9, 10, 19, 20, 30, 50].map((at) => worksAt(problem, ana, at))).toEqual([false, true, true, false, true, false]);
  });
});

it('finds an interval from wherever it begins to look', () => {
  const intervals = Array.from({ length: 12 }, (_, k): [number, number] => [10 * k, 10 * k + 5]), long = problemOf(intervals), first = long.calendarFirst[0]!;
  fc.assert(fc.property(fc.nat(130), fc.integer({ min: -2, max: 14 }), (at, near) => { expect(intervalNear(long, 0, at, first + near)).toBe(intervalAt(long, 0, at)); }));
});

it('knows who of a pool works alike', () => {
  const { problem: team } = compileScenario(smallScenario([{ id: 't', duration: 1, on: ['human'] }], {
    human: [['ana', 50], ['bo', 60], ['cy', 50], ['di', 60]].map(([id, until]) => ({ id: String(id), calendar: { intervals: [[10, 20], [30, Number(until)]] } })),
  }));
  expect([...sameCalendar(team)].map((unit) => team.unitIds[unit])).toEqual(['ana', 'bo', 'ana', 'bo']);
});

const problemOf = (intervals: readonly (readonly [number, number])[]) =>
  compileScenario(smallScenario([{ id: 'a', duration: 1, on: ['human'] }], { human: [{ id: 'ada', calendar: { intervals } }] })).problem;

/** The same question answered interval by interval. */
function steppedUntil({ calendarStart, calendarEnd }: Problem, from: number, work: number): number {
  let left = work, at = from;
  for (let k = 0; k < calendarStart.length; k++) {
    if (calendarEnd[k]! <= from) continue;
    at = Math.max(at, calendarStart[k]!);
    if (left <= calendarEnd[k]! - at) return at + left;
    left -= calendarEnd[k]! - at;
  }
  return Infinity;
}

describe('work', () => {
  it('goes on where it paused', () => {
    const problem = problemOf([[100, 200], [300, 400]]);
    expect([workingUntil(problem, 0, 0, 100), workingUntil(problem, 0, 150, 60), workingUntil(problem, 0, 250, 0), workingUntil(problem, 0, 350, 51)]).toEqual([200, 310, 300, Infinity]);
    expect([0, 150, 200, 400].map((at) => workingUntil(problem, 0, at, 0))).toEqual([100, 150, 300, Infinity]);
  });

  it('ends where counting interval by interval says', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(gaps, fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 200 }), (lengths, from, work) => {
      let at = 0;
      const problem = problemOf(lengths.map(([pause, span]) => { const start = at + pause; at = start + span; return [start, at] as const; }));
      expect(workingUntil(problem, 0, from, work)).toBe(steppedUntil(problem, from, work));
    }), { seed: 90_210, numRuns: 300 });
  });
});
