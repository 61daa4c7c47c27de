// Which machines need no row: full ones that the task surely comes to later than to one as cheap as any.
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../../engine/kernel/kernel.ts';
import { LeastLine, leastCost } from '../../../engine/kernel/least-line.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';

const problem = compileScenario({
  twinclock: 'scenario/1', name: 'line', jobs: [{ id: 'j', tasks: [{ id: 't', duration: 60 }] }],
  fleet: { local: [{ id: 'box', energyPrice: 3.6 }], cloud: [{ id: 'vm', max: 3, spinUp: 0, onDemand: { price: 3.6 }, billing: { granularity: '1m', minimum: '2m' } }] },
}).problem;
const box = problem.poolIds.indexOf('box'), vm = problem.poolIds.indexOf('vm'), first = problem.poolFirst[vm]!;

/** A kernel at 0 whose VMs are free at these instants, their bills having begun at -10 min. */
function kernelWith(...freeAt: number[]): Kernel {
  const kernel = new Kernel(problem, { policy: { order: () => 0, decide: () => {} }, parameters: {}, weights: DEFAULT_WEIGHTS, random: () => 0 });
  freeAt.forEach((at, k) => { kernel.state.freeAt[first + k] = at; kernel.state.billedFrom[first + k] = -600_000; });
  return kernel;
}

describe('what a placement costs at least', () => {
  const kernel = kernelWith();
  it('is whole units of billing on a VM: 0.001 dollars a second, by the minute', () => {
    expect(leastCost(kernel, vm, 0, 59_999)).toBe(0);
    expect(leastCost(kernel, vm, 0, 150_000)).toBe(120_000);
  });
  it('is all of the time on a local machine', () => { expect(leastCost(kernel, box, 0, 1_500)).toBe(1_500); });
  it('is not known of a part of a millisecond', () => { expect(leastCost(kernel, vm, 0, 150_000.5)).toBe(-1); });
});

describe('a full machine', () => {
  const line = new LeastLine(), kernel = kernelWith(100_000, 100_001, 100_002);
  const beaten = (unit: number, ahead = 0) => line.isBeaten(kernel, first + unit, 0, ahead);

  it('is behind nobody at first, nor behind one that may cost more than it', () => {
    line.begin(120_000);
    expect(beaten(2)).toBe(false);
    line.add(0, 100_000, 180_000, 120_000);
    expect(beaten(2)).toBe(false);
  });

  it('is behind one that costs least from 2 ms later on, with what was put there before the task', () => {
    line.begin(120_000);
    line.add(0, 100_000, 120_000, 120_000);
    expect([beaten(0), beaten(1), beaten(2)]).toEqual([false, false, true]);
    expect(beaten(1, 1)).toBe(true);
  });

  it('is compared with those of its own market and set-up alone', () => {
    line.begin(120_000);
    line.add(1, 0, 0, 0);
    expect(beaten(2)).toBe(false);
  });

  it('is worked out where its bill has not run for the minimum, or it is free in a part of a millisecond', () => {
    line.begin(700_003);
    line.add(0, 0, 0, 0);
    expect(beaten(2)).toBe(false);
    line.begin(700_002);
    line.add(0, 0, 0, 0);
    expect(beaten(2)).toBe(true);
    kernel.state.freeAt[first + 2] = 100_002.5;
    expect(beaten(2)).toBe(false);
  });
});
