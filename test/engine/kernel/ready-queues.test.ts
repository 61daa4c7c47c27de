// The ready queues: whatever comes and goes, the first task offered is the first by (key, task number) of the groups still open.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReadyQueues } from '../../../engine/kernel/ready-queues.ts';
import { KernelState, capacityFor } from '../../../engine/kernel/state.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { groupOf } from '../../../engine/model/problem.ts';
import { smallScenario } from '../../support/small-scenario.ts';

// Three groups in turn.
const TASKS = 300, GROUPS = [['local'], ['cloud'], ['local', 'cloud']] as const;
const { problem } = compileScenario(smallScenario(
  Array.from({ length: TASKS }, (_, k) => ({ id: `t${String(k).padStart(4, '0')}`, duration: 1, on: [...GROUPS[k % 3]!] })),
  { local: [{ id: 'pc' }], cloud: [{ id: 'vm', max: 1, spinUp: 1, onDemand: { price: 1 } }] },
));

type Step = { readonly add: number } | { readonly remove: number } | 'head' | 'round' | 'close';
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ add: fc.nat(TASKS - 1) }) }, { weight: 2, arbitrary: fc.record({ remove: fc.nat(TASKS - 1) }) },
  { weight: 4, arbitrary: fc.constant('head' as const) }, { weight: 1, arbitrary: fc.constant('round' as const) }, { weight: 1, arbitrary: fc.constant('close' as const) },
);
/** Few keys for many ties, or keys that no two tasks share. */
const keysOf = fc.oneof(
  fc.array(fc.constantFrom(-Infinity, -1, -0, 0, 0.5, 1e9, Infinity), { minLength: TASKS, maxLength: TASKS }),
  fc.infiniteStream(fc.double({ noNaN: true })).map((stream) => Array.from({ length: TASKS }, () => stream.next().value as number)),
);

it('offers the first of the open groups', () => {
  fc.assert(fc.property(keysOf, fc.array(step, { maxLength: 400 }), (given, steps) => {
    const keys = Float64Array.from(given), state = new KernelState(capacityFor(problem, 0));
    state.reset(problem);
    const queues = new ReadyQueues(problem, state), there = new Set<number>(), open = new Set<number>();
    const goesBefore = (a: number, b: number) => keys[a]! < keys[b]! || (keys[a] === keys[b] && a < b);
    const head = () => [...there].filter((task) => open.has(groupOf(problem, task))).reduce((best, task) => (best < 0 || goesBefore(task, best) ? task : best), -1);
    const remove = (task: number) => { queues.remove(task, groupOf(problem, task)); there.delete(task); };
    const leftOf = (group: number) => [...there].filter((task) => groupOf(problem, task) === group).length;
    for (const next of steps) {
      if (next === 'round') { queues.startRound(); open.clear(); for (const task of there) open.add(groupOf(problem, task)); }
      else if (next === 'close') { const task = queues.head(); if (task >= 0) { queues.closeGroup(task); open.delete(groupOf(problem, task)); } }
      else if (next === 'head') { const task = queues.head(); if (task >= 0) remove(task); }
      else if ('remove' in next) { if (there.has(next.remove)) remove(next.remove); }
      else if (!there.has(next.add)) {
        const group = groupOf(problem, next.add);
        if (leftOf(group) === 0) open.delete(group); // one that was empty opens with the next round
        queues.add(next.add, group, keys[next.add]!);
        there.add(next.add);
      }
      for (const group of open) if (leftOf(group) === 0) open.delete(group);
      expect(queues.head()).toBe(head());
      expect(queues.eligible).toBe(there.size);
    }
    const seen: number[] = [];
    queues.forEach((task) => { seen.push(task); });
    expect(seen).toEqual([...there].sort((a, b) => a - b));
  }), { numRuns: 60 });
});
