// Working time as plans reckon with it: as the kernel does.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workingUntil } from '../../../engine/kernel/working-time.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { nextWorking, workedUntil } from '../../../policies/shared/working-time.ts';

const problemOf = (intervals: readonly (readonly [number, number])[]) => compileScenario({
  twinclock: 'scenario/1', name: 'calendar', jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 1, on: ['human'] }] }], fleet: { human: [{ id: 'ada', calendar: { intervals } }] },
}).problem;

test('work goes on where it paused', () => {
  const problem = problemOf([[100, 200], [300, 400]]);
  expect([workedUntil(problem, 0, 0, 100), workedUntil(problem, 0, 150, 60), workedUntil(problem, 0, 250, 0), workedUntil(problem, 0, 350, 51)]).toEqual([200, 310, 300, Infinity]);
  expect([nextWorking(problem, 0, 0), nextWorking(problem, 0, 150), nextWorking(problem, 0, 200), nextWorking(problem, 0, 400)]).toEqual([100, 150, 300, Infinity]);
});

test('plans reckon with working time as the kernel does', () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(gaps, fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 200 }), (lengths, from, work) => {
    let at = 0;
    const problem = problemOf(lengths.map(([pause, span]) => { const start = at + pause; at = start + span; return [start, at] as const; }));
    expect(workedUntil(problem, 0, from, work)).toBe(workingUntil(problem, 0, from, work));
  }), { seed: 90_210, numRuns: 300 });
});
