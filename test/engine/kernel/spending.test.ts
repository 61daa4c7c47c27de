// The sum that is kept of what is spent, where little room is left between the two: one VM, and nothing else that costs.
import { describe, expect, it } from 'vitest';
import * as R from '../../../engine/journal/records.ts';
import { Kernel } from '../../../engine/kernel/kernel.ts';
import type { View } from '../../../engine/kernel/view.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Policy } from '../../../engine/model/policy.ts';
import type { CloudFile } from '../../../engine/model/scenario.ts';
import { ON_DEMAND, SPOT } from '../../../engine/model/states.ts';
import { Simulation, simulate } from '../../../engine/sim/run.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';
import { seeing, viewWith } from '../../support/view-with.ts';

const DOLLAR = 1_000_000, MINUTE = 60_000, HOUR = 60 * MINUTE, FAR = 1000 * DOLLAR;
const oneVm = (more: Partial<CloudFile>) => ({ cloud: [{ id: 'vm', max: 1, spinUp: 60, ...(more.spot === undefined ? { onDemand: { price: 1 } } : {}), ...more }] });

/** A task of an hour in a kernel that is told what happens. */
function told(more: Partial<CloudFile>) {
  const { problem } = compileScenario(smallScenario([{ id: 'a', duration: '1h', on: ['cloud'] }], oneVm(more), { budget: 1000 }));
  const kernel = new Kernel(problem, { policy: plainPolicy.prepare(problem, {}, DEFAULT_WEIGHTS), parameters: {}, weights: DEFAULT_WEIGHTS, random: () => 0 });
  const apply = (code: number, time: number, a = 0, b = 0, c = 0) => { kernel.apply(code, time, a, b, c, 0); };
  apply(R.JOB_SUBMITTED, 0);
  apply(R.TICK, 0);
  return { kernel, apply, spending: kernel.view.spending };
}

describe('the sum', () => {
  it('is what was said, a unit of billing more for each VM, and grows by the hour', () => {
    const { kernel, apply, spending } = told({}), more = 4 + DOLLAR / 3600; // billed by the second
    apply(R.VM_STARTED, 0, 0, 1);
    expect(spending.left()).toBe(FAR - kernel.spent());
    expect(spending.atMost() - kernel.spent()).toBeCloseTo(more, 6);
    apply(R.TICK, 30 * MINUTE);
    expect(spending.atMost() - kernel.spent()).toBeCloseTo(more + DOLLAR / 2, 6);
  });

  it('is not known when a life begins to be billed, a price changes or an attempt begins late', () => {
    const { kernel, apply, spending } = told({ spot: { price: 1 } });
    expect(kernel.state.market[0]).toBe(SPOT);
    const known = (): boolean => { const is = !Number.isNaN(spending.atMost()); spending.left(); return is; };
    spending.left();
    apply(R.VM_STARTED, 1, 0, 1);
    const begun = known();
    apply(R.PRICE_CHANGED, 2, 0, SPOT, 8 * DOLLAR);
    const dearer = known();
    apply(R.VM_IS_READY, 20 * MINUTE, 0, 1);
    expect(known()).toBe(true); // time alone
    apply(R.TASK_STARTED, 20 * MINUTE, 0, 1, 0);
    expect([begun, dearer, known()]).toEqual([false, false, false]);
  });

  it('is not known in another run', () => {
    const simulation = new Simulation(compileScenario(smallScenario([{ id: 'a', duration: 60, on: ['cloud'] }], oneVm({}), { budget: 1000 })), { policy: plainPolicy });
    simulation.run(1);
    simulation.kernel.view.spending.left();
    simulation.begin(2);
    expect(simulation.kernel.view.spending.atMost()).toBeNaN();
  });

  it('holds where every hour of a bill begins while a task is late, and none while it is expected to run', () => {
    // Each is expected from a minute past the hour to a minute before the next, which costs nothing, and ends two minutes late: the bill grows by a dollar.
    const tasks = Array.from({ length: 12 }, (_, k) => ({ id: `t${String(k).padStart(2, '0')}`, duration: k === 0 ? '61m' : '60m', estimate: k === 0 ? '61m' : '58m', on: ['cloud' as const] }));
    const wrong: string[] = [];
    let known = 0;
    const asking: Policy = { ...plainPolicy, prepare: (...given) => {
      const prepared = plainPolicy.prepare(...given);
      return { ...prepared, decide(view) {
        const { spending } = view as View;
        if (view.now === 61 * MINUTE) spending.left();
        prepared.decide(view);
        if (spending.atMost() === spending.atMost()) known++;
        if (spending.atMost() < view.spent()) wrong.push(`${view.now / MINUTE}: ${view.spent()}, not ${spending.atMost()}`);
      } };
    } };
    const instance = compileScenario(smallScenario(tasks, { cloud: [{ id: 'vm', max: 1, slots: 1, spinUp: 0, onDemand: { price: 1 }, billing: { granularity: '1h', minimum: '0s' } }] }, { budget: 1000 }));
    const { endedAt } = simulate(instance, { policy: asking, seed: 1 });
    expect([endedAt / HOUR > 12, known > 5, wrong]).toEqual([true, true, []]);
  });
});

describe('placements whose cost is rounded to nothing', () => {
  // Each lengthens the VM's life by a second at 0.49 micro-dollars, and is expected to cost none of them: what all cost is 20 in the end.
  const second = (k: number) => ({ id: `t${String(k).padStart(2, '0')}`, duration: `${k}s`, on: ['cloud' as const], after: ['first'] });
  const instance = compileScenario(smallScenario([{ id: 'first', duration: '1s', on: ['cloud'] }, ...Array.from({ length: 40 }, (_, k) => second(k + 1))], {
    cloud: [{ id: 'vm', max: 1, spinUp: 0, onDemand: { price: 0.00176 }, billing: { granularity: '1s', minimum: '0s' } }],
  }, { budget: 10 / DOLLAR }));
  const watched = (look: (spending: View['spending'], spent: number) => void): Policy => seeing(plainPolicy, (view) => viewWith(view, { place: (task, k) => {
    const refusal = view.place(task, k);
    look((view as View).spending, view.spent());
    return refusal;
  } }));

  it('are in the sum', () => {
    const wrong: string[] = [];
    simulate(instance, { policy: watched((spending, spent) => { if (spending.atMost() < spent) wrong.push(`${spent}, not ${spending.atMost()}`); }), seed: 1 });
    expect(wrong).toEqual([]);
  });

  it('end where they would, were the kernel asked after each', () => {
    const { cause, hash } = simulate(instance, { policy: plainPolicy, seed: 1 });
    expect([cause, hash]).toEqual(['budget-exhausted', simulate(instance, { policy: watched((spending) => { spending.left(); }), seed: 1 }).hash]);
  });
});

it('allows what is left, and no more', () => {
  const { kernel, apply, spending } = told({});
  apply(R.VM_STARTED, 0, 0, 1);
  const left = FAR - kernel.spent();
  expect([spending.allows(left), spending.allows(left + 1), kernel.priceOf(0, ON_DEMAND)]).toEqual([true, false, DOLLAR]);
});
