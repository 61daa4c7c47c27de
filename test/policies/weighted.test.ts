// `weighted` on cases that can be solved on paper: what it waits for, what it pays for, and that its terms are what it decides on.
import { describe, expect, test } from 'vitest';
import { CANDIDATE_STRIDE, DECISION_STRIDE } from '../../engine/journal/decision-log.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { CloudFile, FleetFile, JobFile, TaskFile } from '../../engine/model/scenario.ts';
import { simulate } from '../../engine/sim/run.ts';
import { SCAN_MAX, weighted } from '../../policies/weighted.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { gantt, narrate } from '../support/narrate.ts';

const runJobs = (jobs: readonly JobFile[], fleet: FleetFile, parameters: Record<string, number> = {}, budget?: number): RunRecord =>
  simulate(compileScenario({ twinclock: 'scenario/1', name: 'case', mode: 'event', jobs, fleet, ...(budget === undefined ? {} : { budget }) }), { policy: weighted, parameters, seed: 1 });
const run = (tasks: readonly TaskFile[], fleet: FleetFile, parameters: Record<string, number> = {}) => runJobs([{ id: 'j', tasks }], fleet, parameters);
const alike = (count: number, task: Omit<TaskFile, 'id'>): TaskFile[] => Array.from({ length: count }, (_, k) => ({ id: `t${k + 1}`, ...task }));

describe('waiting for a better unit', () => {
  const boxes: FleetFile = { local: [{ id: 'fast', slots: 1, speed: 4 }, { id: 'slow', slots: 1 }] };

  test('the second task waits 10 s for the fast box instead of 40 s on the slow one', () => {
    expect(gantt(run(alike(2, { duration: 40 }), boxes))).toEqual(['t1 fast 0-10', 't2 fast 10-20']);
  });

  test('but not when it would have to wait longer than it may', () => {
    expect(gantt(run(alike(2, { duration: 40 }), boxes, { maxWait: 9 }))).toEqual(['t1 fast 0-10', 't2 slow 0-40']);
  });

  test('those that wait are in the way of those behind them', () => {
    // On fast the five end at 10, 20, 30, 40 and 50 s; the last one ends sooner on slow.
    expect(gantt(run(alike(5, { duration: 40 }), boxes))).toEqual(['t1 fast 0-10', 't5 slow 0-40', 't2 fast 10-20', 't3 fast 20-30', 't4 fast 30-40']);
  });
});

describe('delay against money', () => {
  // The box is free of charge and takes long; a VM costs 1 dollar for an hour of work.
  const fleet: FleetFile = { local: [{ id: 'box', slots: 1, speed: 0.5 }], cloud: [{ id: 'vm', max: 1, slots: 1, spinUp: 0, onDemand: { price: 1 }, billing: { granularity: 1, minimum: 0 } }] };
  const hour = 3600, task = { id: 'b', duration: hour };

  test('a task on the longest path buys an hour, one with slack does not', () => {
    expect(gantt(runJobs([{ id: 'j', tasks: [task] }], fleet, {}, 10))).toEqual([`b vm/0 0-${hour}`]);
    // Beside a job of 20 hours on its own machine, the 2 hours on the box do no harm.
    const long: JobFile = { id: 'k', tasks: [{ id: 'long', duration: 20 * hour, on: ['other'] }] };
    const record = runJobs([{ id: 'j', tasks: [task] }, long], { ...fleet, local: [...fleet.local!, { id: 'other', slots: 1 }] }, {}, 10);
    expect(gantt(record)).toEqual([`b box 0-${2 * hour}`, `long other 0-${20 * hour}`]);
  });

  test('and not when money is dearer than time', () => {
    // d 3600 s, slack 1.3 x 5400 - 3600 s, so D = 1846 s; L = D / 5400 s = 0.342. C = 1 dollar of 10.
    const instance = compileScenario({ twinclock: 'scenario/1', name: 'dear', mode: 'event', budget: 10, jobs: [{ id: 'j', tasks: [task] }], fleet });
    expect(gantt(simulate(instance, { policy: weighted, weights: { latency: 0.3, cost: 0.7, fragmentation: 0 }, seed: 1 }))).toEqual([`b vm/0 0-${hour}`]);
    expect(gantt(simulate(instance, { policy: weighted, weights: { latency: 0.2, cost: 0.8, fragmentation: 0 }, seed: 1 }))).toEqual([`b box 0-${2 * hour}`]);
  });
});

test('a refused spot request is worth waiting for: on demand costs three times as much', () => {
  const vm: CloudFile = {
    id: 'vm', max: 1, spinUp: 0, onDemand: { price: 3 }, spot: { price: 1, availability: [[0, 0], [60_000, 1]] }, billing: { granularity: 1, minimum: 0 },
  };
  // Refused at 0 and left alone for 180 s.
  const jobs: readonly JobFile[] = [{ id: 'j', deadline: 40_000, tasks: [{ id: 'a', duration: 7200, on: ['vm'] }] }];
  const record = runJobs(jobs, { cloud: [vm] }, {}, 10);
  expect(narrate(record, 'request-vm').map((line) => line.split(' ').at(-1))).toEqual(['spot', 'spot']);
  expect(gantt(record)).toEqual(['a vm/0 180-7380']);
});

test('people take one thing after the other: those who wait for one push the rest to another', () => {
  // Ada answers at once and is twice as fast. Three reviews of 60 s: 0-30, 30-60 with her; the third would end at 90, with Bo at 60.
  const fleet: FleetFile = { human: [{ id: 'ada', speed: 2 }, { id: 'bo', costPerHour: 1 }] };
  expect(gantt(run(alike(3, { duration: 60, on: ['human'] }), fleet)).map((bar) => bar.split(' ')[1]).sort()).toEqual(['ada', 'ada', 'bo']);
});

describe('many like tasks', () => {
  const cloud: CloudFile = { id: 'vm', cores: 4, max: 8, spinUp: 30, onDemand: { price: 1 }, billing: { granularity: 1, minimum: 0 } };
  const tasks = alike(3 * SCAN_MAX, { duration: 60, demand: { cores: 1 } });

  test('above SCAN_MAX the queue of a group still brings up VMs', () => {
    const record = run(tasks, { local: [{ id: 'box', cores: 4 }], cloud: [cloud] });
    expect(record.cause).toBe('finished');
    expect(narrate(record, 'request-vm').length).toBe(8);
    // 36 cores for 192 tasks of a minute; 48 minutes on the box alone.
    expect(record.endedAt).toBeLessThan(8 * 60_000);
  });
});

test('the terms shown are those decided on, in [0, 1], and the chosen row has the least score of those that were open', () => {
  const instance = compileScenario(loadCatalog('feature-120')), record = simulate(instance, { policy: weighted, seed: 1 }), { decisions, candidates, decisionCount } = record.decisions;
  expect(decisionCount).toBeGreaterThan(120);
  for (let n = 0; n < decisionCount; n++) {
    const at = n * DECISION_STRIDE, first = decisions[at + 3]!, count = decisions[at + 4]!, chosen = decisions[at + 5]!;
    const row = (k: number) => candidates.subarray(k * CANDIDATE_STRIDE, (k + 1) * CANDIDATE_STRIDE);
    expect(chosen).toBeGreaterThanOrEqual(first);
    const [latency, cost, fragmentation, score] = row(chosen).subarray(9);
    for (const term of [latency, cost, fragmentation]) expect(term! >= 0 && term! <= 1).toBe(true);
    expect(score).toBeCloseTo(0.6 * latency! + 0.3 * cost! + 0.1 * fragmentation!, 12);
    for (let k = first; k < first + count; k++) if (row(k)[3] === 0) expect(row(k)[12]).toBeGreaterThanOrEqual(score!);
  }
});
