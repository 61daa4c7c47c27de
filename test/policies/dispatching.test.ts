// List policies on cases that fit on paper: which task goes first, and where.
import { describe, expect, test } from 'vitest';
import { compileScenario } from '../../engine/model/compile.ts';
import type { FleetFile, JobFile, TaskFile } from '../../engine/model/scenario.ts';
import { simulate } from '../../engine/sim/run.ts';
import { policyNamed } from '../../policies/registry.ts';
import { gantt, narrate } from '../support/narrate.ts';

const box: FleetFile = { local: [{ id: 'box', slots: 1 }] };
const run = (policy: string, tasks: readonly TaskFile[], fleet: FleetFile, more: Partial<JobFile> = {}) =>
  simulate(compileScenario({ twinclock: 'scenario/1', name: 'case', mode: 'event', jobs: [{ id: 'j', tasks, ...more }], fleet }), { policy: policyNamed(policy), seed: 1 });
const orderOf = (policy: string, tasks: readonly TaskFile[], fleet: FleetFile = box) => gantt(run(policy, tasks, fleet)).map((bar) => bar.split(' ')[0]).join(' ');

describe('which task goes first on one slot', () => {
  //  a 30 s, b 10 s -> d 50 s, c 20 s, so ranks are a 30, b 60, c 20, d 50
  const tasks: readonly TaskFile[] = [{ id: 'a', duration: 30 }, { id: 'b', duration: 10 }, { id: 'c', duration: 20 }, { id: 'd', duration: 50, after: ['b'] }];

  test.each([
    ['fifo', 'a b c d'], ['shortest-processing-time', 'b c a d'], ['critical-path', 'b d a c'], ['earliest-due-date', 'b d a c'], ['min-min', 'b c a d'], ['max-min', 'a c b d'],
    ['weighted', 'b d a c'], ['heft', 'b d a c'], ['cheapest', 'b d a c'], ['fastest', 'b d a c'],
  ])('%s: %s', (policy, order) => expect(orderOf(policy, tasks)).toBe(order));

  test.each(['fifo', 'shortest-processing-time', 'critical-path', 'min-min', 'max-min'])('%s: user priority breaks ties', (policy) => {
    expect(orderOf(policy, [{ id: 'a', duration: 10 }, { id: 'b', duration: 10, priority: 1 }, { id: 'c', duration: 10, priority: 2 }])).toBe('c b a');
  });

  test('weighted: user priority goes before rank', () => expect(orderOf('weighted', [...tasks, { id: 'e', duration: 5, priority: 1 }])).toBe('e b d a c'));

  test('fifo: what becomes eligible later goes later, whatever its number', () => {
    // a2 has the lowest number, but is eligible only when z1 has ended.
    expect(orderOf('fifo', [{ id: 'a2', duration: 10, after: ['z1'] }, { id: 'm', duration: 10 }, { id: 'n', duration: 10 }, { id: 'z1', duration: 10 }])).toBe('m n z1 a2');
  });

  test('earliest-due-date: the job that is due first goes first', () => {
    const jobs: readonly JobFile[] = [{ id: 'a', deadline: 100, tasks: [{ id: 'a1', duration: 30 }] }, { id: 'b', deadline: 50, tasks: [{ id: 'b1', duration: 10 }] }];
    const record = simulate(compileScenario({ twinclock: 'scenario/1', name: 'due', mode: 'event', jobs, fleet: box }), { policy: policyNamed('earliest-due-date'), seed: 1 });
    expect(gantt(record)).toEqual(['b1 box 0-10', 'a1 box 10-40']);
  });
});

describe('where it goes', () => {
  const twoBoxes: FleetFile = { local: [{ id: 'fast', slots: 1, speed: 2 }, { id: 'slow', slots: 1 }] };
  const three: readonly TaskFile[] = ['a', 'b', 'c'].map((id) => ({ id, duration: 10 }));

  test('min-min and max-min look at completions, not at durations alone', () => {
    // On fast a 3, b 2 (exact), on slow a 4, b 9. min-min: b first on fast (2); then only slow is open to a (4).
    // max-min: best completions a 3, b 2, so a goes first, on fast; b on slow until 9.
    const tasks: readonly TaskFile[] = [{ id: 'a', duration: { by: { fast: 3, slow: 4 } } }, { id: 'b', duration: { by: { fast: 2, slow: 9 } } }];
    expect(gantt(run('min-min', tasks, twoBoxes))).toEqual(['a slow 0-4', 'b fast 0-2']);
    expect(gantt(run('max-min', tasks, twoBoxes))).toEqual(['a fast 0-3', 'b slow 0-9']);
  });

  test('the earliest finish among what is open, not among what would be better later', () => {
    expect(gantt(run('critical-path', three, twoBoxes))).toEqual(['a fast 0-5', 'b slow 0-10', 'c fast 5-10']);
  });

  const cloud: FleetFile = {
    local: [{ id: 'box', slots: 1 }],
    cloud: [{ id: 'vm', slots: 2, max: 3, spinUp: 5, onDemand: { price: 3.6 }, spot: { price: 0.36 }, billing: { granularity: 1, minimum: 0 } }],
  };

  test('a VM is requested only when no unit that is up or coming has room, and holds what fits', () => {
    // a on the box, b asks for the first VM, c shares it while it spins up, d asks for the next one.
    const record = run('fifo', ['a', 'b', 'c', 'd'].map((id) => ({ id, duration: 10 })), cloud);
    expect(gantt(record)).toEqual(['a box 0-10', 'b vm/0 5-15', 'c vm/0 5-15', 'd vm/1 5-15']);
    expect(narrate(record, 'request-vm')).toEqual(['0 request-vm vm/0 1 spot', '0 request-vm vm/1 1 spot']);
  });

  test('fastest does not mind what it costs to request one', () => {
    // The box would take 40 s, a fresh VM of speed 10 takes 5 + 4.
    const quick: FleetFile = { ...cloud, cloud: [{ ...cloud.cloud![0]!, speed: 10 }] };
    expect(gantt(run('fastest', [{ id: 'a', duration: 40 }], quick))).toEqual(['a vm/0 5-9']);
    expect(gantt(run('critical-path', [{ id: 'a', duration: 40 }], quick))).toEqual(['a box 0-40']);
  });

  test('cheapest waits for the box that costs nothing', () => {
    expect(gantt(run('cheapest', three, cloud))).toEqual(['a box 0-10', 'b box 10-20', 'c box 20-30']);
  });

  test('on-demand-only and spot-only keep to their market, and give way where a task cannot use it', () => {
    const onlyVm: FleetFile = { cloud: cloud.cloud! }, spotPool: FleetFile = { cloud: [{ id: 'vm', max: 1, spinUp: 5, spot: { price: 1 } }] };
    const markets = (policy: string, task: Partial<TaskFile>, fleet: FleetFile) => narrate(run(policy, [{ id: 'a', duration: 10, on: ['vm'], ...task }], fleet), 'request-vm').map((line) => line.split(' ').at(-1));
    expect([markets('spot-only', {}, onlyVm), markets('on-demand-only', {}, onlyVm)]).toEqual([['spot'], ['on-demand']]);
    expect([markets('spot-only', { interruptible: false }, onlyVm), markets('on-demand-only', {}, spotPool)]).toEqual([['on-demand'], ['spot']]);
  });
});

test('a job without money for it holds up no other job of the same kind', () => {
  // a1 goes first by its rank, but its job cannot pay for a VM; b1 and b2 have the same needs.
  const pay = { on: ['vm'], duration: 3600 } as const;
  const jobs: readonly JobFile[] = [
    { id: 'a', budget: 1, tasks: [{ id: 'a1', ...pay }, { id: 'a2', duration: 3600, on: ['vm'], after: ['a1'] }] }, { id: 'b', tasks: [{ id: 'b1', ...pay }, { id: 'b2', ...pay }] },
  ];
  const fleet: FleetFile = { cloud: [{ id: 'vm', slots: 1, max: 2, spinUp: 0, onDemand: { price: 3.6 } }] };
  const record = simulate(compileScenario({ twinclock: 'scenario/1', name: 'poor', mode: 'event', jobs, fleet }), { policy: policyNamed('critical-path'), seed: 1 });
  expect(gantt(record)).toEqual(['b1 vm/0 0-3600', 'b2 vm/1 0-3600']);
  expect(record.cause).toBe('budget-exhausted');
});
