// The ready queues: whatever comes and goes, the first task offered is the first by (key, task number) of the groups still open; and
// the places of tasks in a fixed order.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReadyQueues } from '../../../engine/kernel/ready-queues.ts';
import { KernelState, capacityFor } from '../../../engine/kernel/state.ts';
import { TaskPlaces } from '../../../engine/kernel/task-places.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { groupOf } from '../../../engine/model/problem.ts';
import { dice } from '../../../scenarios/generators/dice.ts';
import { smallScenario } from '../../support/small-scenario.ts';

// Three groups in turn, each over more than one word of words.
const TASKS = 6000, GROUPS = [['local'], ['cloud'], ['local', 'cloud']] as const;
const { problem } = compileScenario(smallScenario(
  Array.from({ length: TASKS }, (_, k) => ({ id: `t${String(k).padStart(4, '0')}`, duration: 1, on: [...GROUPS[k % 3]!] })),
  { local: [{ id: 'pc' }], cloud: [{ id: 'vm', max: 1, spinUp: 1, onDemand: { price: 1 } }] },
));

type Step = { readonly add: number } | { readonly remove: number } | 'head' | 'round' | 'close';
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ add: fc.nat(TASKS - 1) }) }, { weight: 2, arbitrary: fc.record({ remove: fc.nat(TASKS - 1) }) },
  { weight: 4, arbitrary: fc.constant('head' as const) }, { weight: 1, arbitrary: fc.constant('round' as const) }, { weight: 1, arbitrary: fc.constant('close' as const) },
);
/** Few keys for many ties; keys from all over, or spread out, or in crowds far from each other. */
const keysOf = fc.tuple(fc.constantFrom('ties', 'all', 'endless', 'spread', 'crowds'), fc.nat()).map(([kind, seed]) => {
  const d = dice(seed, kind), few = kind === 'endless' ? [-Infinity, -1, Infinity] : [-1, -0, 0, 0.5, 1e9];
  return Array.from({ length: TASKS }, () => {
    switch (kind) {
      case 'all': return (d.unit() - 0.5) * 10 ** d.int(-300, 300);
      case 'spread': return d.unit() * 1000 - 500;
      case 'crowds': return d.int(0, 3) * 1e6 + d.unit();
      default: return d.pick(few);
    }
  });
});

it.each(['told when a task becomes eligible', 'fixed'])('offers the first of the open groups, in an order that is %s', (order) => {
  fc.assert(fc.property(keysOf, fc.array(step, { maxLength: 400, size: 'max' }), (given, steps) => {
    const keys = Float64Array.from(given), policy = order === 'fixed' ? { keys } : {}, state = new KernelState(capacityFor(problem, policy));
    state.reset(problem);
    const queues = new ReadyQueues(problem, state, policy), there = new Set<number>(), open = new Set<number>();
    const goesBefore = (a: number, b: number) => keys[a]! < keys[b]! || (keys[a] === keys[b] && a < b);
    const head = () => [...there].filter((task) => open.has(groupOf(problem, task))).reduce((best, task) => (best < 0 || goesBefore(task, best) ? task : best), -1);
    const remove = (task: number) => { queues.remove(task, groupOf(problem, task)); there.delete(task); };
    const leftOf = (group: number) => [...there].filter((task) => groupOf(problem, task) === group).length;
    for (const next of steps) {
      if (next === 'round') { queues.startRound(); open.clear(); for (const task of there) open.add(groupOf(problem, task)); }
      else if (next === 'close') { const task = queues.head(); if (task >= 0) { queues.closeGroup(task); open.delete(groupOf(problem, task)); } }
      else if (next === 'head') { const task = queues.head(); if (task >= 0) remove(task); }
      else if ('remove' in next) { if (there.size > 0) remove([...there][next.remove % there.size]!); }
      else if (!there.has(next.add)) {
        const group = groupOf(problem, next.add);
        if (leftOf(group) === 0) open.delete(group); // one that was empty opens with the next round
        if (queues.inPlaces) queues.addInPlace(next.add, group); else queues.add(next.add, group, keys[next.add]!);
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

it('gives every task its place in its group, whatever the keys', () => {
  fc.assert(fc.property(keysOf, (given) => {
    const keys = Float64Array.from(given), { task, placeOf } = new TaskPlaces(problem, keys);
    const sorted = [...keys.keys()].sort((a, b) => groupOf(problem, a) - groupOf(problem, b) || (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
    expect([...task]).toEqual(sorted);
    expect([...placeOf]).toEqual([...keys.keys()].map((t) => task.indexOf(t)));
  }), { numRuns: 20 });
});
