// Working time by a small calendar, solved by hand.
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { workedBefore, workingUntil, worksAt } from '../../../engine/kernel/working-time.ts';
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
