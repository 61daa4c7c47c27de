// Some of all tasks in a fixed order: as sorting them would put them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { TaskOrder } from '../../../policies/shared/task-order.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const TASKS = 100;
const { problem } = compileScenario(smallScenario(Array.from({ length: TASKS }, (_, k) => ({ id: `t${k}`, duration: 1, on: ['local'] })), { local: [{ id: 'pc' }] }));

it('is that of the keys, ties by number, and what was taken is forgotten', () => {
  const rounds = fc.array(fc.uniqueArray(fc.nat(TASKS - 1)), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: TASKS, maxLength: TASKS }), rounds, (keys, chosen) => {
    const key = Float64Array.from(keys), order = new TaskOrder(problem, key), out = new Int32Array(TASKS);
    for (const tasks of chosen) {
      for (const task of tasks) order.add(task);
      const count = order.take(out);
      expect([...out.subarray(0, count)]).toEqual([...tasks].sort((a, b) => key[a]! - key[b]! || a - b));
    }
  }));
});
