// A plan meets reality: on time, late, and with a VM lost.
import { describe, expect, test } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FaultFile } from '../../../engine/model/fault-plan.ts';
import type { FleetFile, TaskFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import * as R from '../../../engine/journal/records.ts';
import { Kernel } from '../../../engine/kernel/kernel.ts';
import { defaultedParameters, simulate } from '../../../engine/sim/run.ts';
import { heft } from '../../../policies/heft.ts';
import { gantt, narrate } from '../../support/narrate.ts';

function run(tasks: readonly TaskFile[], fleet: FleetFile, faults: readonly FaultFile[] = []) {
  const instance = compileScenario({ twinclock: 'scenario/1', name: 'plan', mode: 'event', jobs: [{ id: 'j', tasks }], fleet });
  return simulate(instance, { policy: heft, seed: 1, faults: compileFaults({ twinclock: 'faults/1', name: 'f', faults }, instance.problem) });
}

describe('the order of a unit', () => {
  // Planned: p on one 0-10; then on two a 10-30, and b, for which the gap before a is too short, 30-42.
  const boxes: FleetFile = { local: [{ id: 'one', slots: 1 }, { id: 'two', slots: 1 }] };
  const tasks = (p: number): TaskFile[] => [
    { id: 'p', duration: p, estimate: 10, on: ['one'] }, { id: 'a', duration: 20, on: ['two'], after: ['p'] }, { id: 'b', duration: 12, on: ['two'] },
  ];

  test('on time the unit stands idle for the task that was planned first', () => {
    expect(gantt(run(tasks(10), boxes))).toEqual(['p one 0-10', 'a two 10-30', 'b two 30-42']);
  });

  test('late, another takes its turn once its own planned start has come', () => {
    expect(gantt(run(tasks(50), boxes))).toEqual(['p one 0-50', 'b two 30-42', 'a two 50-70']);
  });
});

test('a task behind others that will never come is not forgotten', () => {
  // Planned on one unit: a 0-10, b and c after it 10-20 and 20-30, and d, of the lowest rank, 30-38. a fails for
  // good, b and c are cancelled: nothing happens any more that could bring d its turn but the clock.
  const record = run([
    { id: 'a', duration: 10, on: ['pc'], failureRate: 1, attempts: 1 }, { id: 'b', duration: 10, on: ['pc'], after: ['a'] }, { id: 'c', duration: 10, on: ['pc'], after: ['b'] }, { id: 'd', duration: 8, on: ['pc'] },
  ], { local: [{ id: 'pc', slots: 1 }] });
  expect(record.cause).toBe('task-failed');
  expect(gantt(record)).toEqual(['d pc 30-38']);
});

describe('when a VM is lost', () => {
  const fleet: FleetFile = { local: [{ id: 'box', slots: 1, speed: 0.1 }], cloud: [{ id: 'vm', max: 2, slots: 1, spinUp: 5, onDemand: { price: 1 }, billing: { granularity: 1, minimum: 0 } }] };
  const tasks: readonly TaskFile[] = [{ id: 'a', duration: 20 }, { id: 'b', duration: 20 }];

  test('its task goes where it is then expected to end first', () => {
    // a on vm/0, b on vm/1, 5-25. vm/0 is gone at 15: a new VM (15 + 5 + 20) beats waiting for nothing and the slow box.
    expect(gantt(run(tasks, fleet, [{ kind: 'terminate', at: 15, vm: 'vm/0', notice: 0 }]))).toEqual(['b vm/1 5-25', 'a vm/0 20-40']);
  });

  test('tasks planned on it later still run', () => {
    const record = run([{ id: 'a', duration: 20, on: ['vm'] }, { id: 'b', duration: 20, on: ['vm'], after: ['a'] }], fleet, [{ kind: 'terminate', at: 25, vm: 'vm/0', notice: 0 }]);
    expect(record.cause).toBe('finished');
    expect(gantt(record).map((bar) => bar.split(' ')[0])).toEqual(['a', 'b']);
  });
});

test('planned VMs are requested on demand, in the order of their first use', () => {
  const record = run([{ id: 'a', duration: 20 }, { id: 'b', duration: 40 }], { cloud: [{ id: 'vm', max: 5, slots: 1, spinUp: 5, onDemand: { price: 3 }, spot: { price: 1 } }] });
  expect(narrate(record, 'request-vm')).toEqual(['0 request-vm vm/0 1 on-demand', '0 request-vm vm/1 1 on-demand']);
  // b has the higher rank.
  expect(gantt(record)).toEqual(['a vm/1 5-25', 'b vm/0 5-45']);
});

test('a task that was cancelled before its turn does not keep those behind it', () => {
  // One machine, one slot; planned a, b, c, as they are long. a runs, b is cancelled while it waits: c must follow a.
  const { problem } = compileScenario({
    twinclock: 'scenario/1', name: 'plan', mode: 'event', fleet: { local: [{ id: 'pc', slots: 1 }] },
    jobs: [{ id: 'j', tasks: [{ id: 'a', duration: 30, on: ['pc'] }, { id: 'b', duration: 20, on: ['pc'] }, { id: 'c', duration: 10, on: ['pc'] }] }],
  });
  const weights = { latency: 0.6, cost: 0.3, fragmentation: 0.1 }, parameters = defaultedParameters(heft, {});
  const kernel = new Kernel(problem, { policy: heft.prepare(problem, parameters, weights), parameters, weights, random: () => 0 });
  const [a, b, c] = [0, 1, 2] as const, placed = () => Array.from({ length: kernel.log.count }, (_, n) => kernel.log.rows.subarray(n * R.STRIDE, n * R.STRIDE + 2)).filter(([code]) => code === R.PLACE).map(([, task]) => task);
  kernel.apply(R.JOB_SUBMITTED, 0, 0, 0, 0, 0);
  kernel.apply(R.TICK, 0, 0, 0, 0, 0);
  kernel.apply(R.TASK_STARTED, 0, a, 1, 0, 0);
  kernel.apply(R.TASK_CANCELLED, 10_000, b, 0, 0, 0);
  kernel.apply(R.TASK_COMPLETED, 30_000, a, 1, 30_000, 0);
  kernel.apply(R.TICK, kernel.nextTick(30_000), 0, 0, 0, 0);
  expect(placed()).toEqual([a, c]);
});
