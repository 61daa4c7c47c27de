// Billing rules to the micro-dollar, the sharing of machines among tasks, and the hourly snapshots.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as R from '../../../engine/journal/records.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { hourlyCost, Ledger } from '../../../engine/metrics/ledger.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { CloudFile } from '../../../engine/model/scenario.ts';
import { PC, spotExample, spotRun, VM } from '../../support/spot-example.ts';
import { numberOf, writtenRun } from '../../support/written-run.ts';

/** Cost and billed ms of a VM that lived `ms` at 3.6 $/h (1 micro-dollar a ms) on demand, or 1.8 $/h on spot. */
function life(billing: CloudFile['billing'], ms: number, market: 0 | 1, cause: number): [cost: number, billed: number] {
  const { problem } = compileScenario({
    twinclock: 'scenario/1', name: 'x', jobs: [{ id: 'j', tasks: [{ id: 't', duration: 1, on: ['cloud'] }] }],
    fleet: { cloud: [{ id: 'vm', max: 1, spinUp: 0, onDemand: { price: 3.6 }, spot: { price: 1.8 }, ...(billing === undefined ? {} : { billing }) }] },
  });
  const fold = foldRun(writtenRun(problem, [[R.JOB_SUBMITTED, 0, 0], [R.REQUEST_VM, 0, 1, market], [R.VM_STARTED, 1000, 0, 1], [R.VM_TERMINATED, 1000 + ms, 0, 1, cause]]));
  expect(fold.lives.cost[0]).toBe(fold.ledger.total);
  return [fold.ledger.total, fold.lives.billedMs[0]!];
}

describe('a VM life', () => {
  it('is rounded up to the granularity, and to the minimum', () => {
    expect(life({ granularity: '1s', minimum: '60s' }, 90_500, 0, R.CAUSE_RELEASED)).toEqual([91_000, 91_000]);
    expect(life({ granularity: '1s', minimum: '60s' }, 10_000, 0, R.CAUSE_RELEASED)).toEqual([60_000, 60_000]);
    expect(life({ granularity: '1h', minimum: '0s' }, 3_600_001, 0, R.CAUSE_RELEASED)).toEqual([7_200_000, 7_200_000]);
    expect(life({ granularity: '1s', minimum: '0s' }, 0, 0, R.CAUSE_RELEASED)).toEqual([0, 0]);
  });

  it('is free when spot is interrupted early enough, and only then', () => {
    const billing = { granularity: '1s', minimum: '0s', freeIfInterruptedWithin: '1h' };
    expect(life(billing, 3_599_999, 1, R.CAUSE_INTERRUPTED)).toEqual([0, 0]);
    expect(life(billing, 3_600_000, 1, R.CAUSE_INTERRUPTED)).toEqual([1_800_000, 3_600_000]);
    expect(life(billing, 1_000_000, 1, R.CAUSE_RELEASED)).toEqual([500_000, 1_000_000]);
    expect(life(billing, 1_000_000, 0, R.CAUSE_INTERRUPTED)).toEqual([1_000_000, 1_000_000]);
  });

  it('forgiven takes back the segments it had charged', () => {
    const ledger = new Ledger(spotExample.problem);
    ledger.vmStarted(VM, 0, 3_600_000);
    ledger.priceChanged(VM, 1000, 7_200_000);
    ledger.charge(PC, -1, 0, 500, 77);
    ledger.priceChanged(VM, 2000, 0);
    expect(ledger.total).toBe(3077);
    const free = { ...spotExample.problem, poolFreeIfInterruptedWithin: new Float64Array(spotExample.problem.poolCount).fill(10_000) };
    const forgiving = new Ledger(free);
    forgiving.vmStarted(VM, 0, 3_600_000);
    forgiving.priceChanged(VM, 1000, 7_200_000);
    forgiving.charge(PC, -1, 0, 500, 77);
    expect(forgiving.vmEnded(VM, 2000, 1, true)).toBe(0);
    expect(forgiving.total).toBe(77);
    expect(forgiving.unitCost[VM]).toBe(0);
    expect(Array.from(forgiving.chargeAmount.subarray(0, forgiving.chargeCount))).toEqual([0, 77, 0]);
  });
});

describe('the spot example', () => {
  // Spot: 120 s at 1.8 $/h = 60,000, then 20 s at 3.6 $/h = 20,000. On demand: 95 s at 3.6 $/h = 95,000. Energy: 30 s at 0.36 $/h = 3,000.
  it('is charged by segments of constant price, lives and busy periods', () => {
    const { ledger } = foldRun(spotRun());
    const charges = Array.from({ length: ledger.chargeCount }, (_, k) => [ledger.chargeUnit[k], ledger.chargeFrom[k]! / 1000, ledger.chargeTo[k]! / 1000, ledger.chargeAmount[k]]);
    expect(charges).toEqual([[VM, 0, 120, 60_000], [VM, 120, 140, 20_000], [VM, 140, 235, 95_000], [PC, 235, 265, 3000]]);
    expect(ledger.total).toBe(178_000);
    expect([ledger.unitCost[VM], ledger.unitCost[PC]]).toEqual([175_000, 3000]);
  });

  // Of the 140 s of the first life something ran in 75: 80,000 x 75 / 140 = 42,857.1 are shared 75 : 50 by running time.
  it('is shared among attempts by the time they ran; boot and idle time are nobody\'s', () => {
    const { attempts, ledger } = foldRun(spotRun());
    expect(Array.from(attempts.cost.subarray(0, 4))).toEqual([25_714, 17_142, 35_000, 3000]);
    expect(ledger.jobCost[0]).toBe(25_714 + 17_142 + 35_000 + 3000);
    expect(ledger.unattributed).toBe(80_000 - 25_714 - 17_142 + 60_000);
  });
});

describe('calls and people', () => {
  const { problem } = compileScenario({
    twinclock: 'scenario/1', name: 'x', fleet: { api: [{ id: 'llm', pricePerCall: 0.002, pricePerToken: 0.000003 }], human: [{ id: 'ana', costPerHour: 90 }] },
    jobs: [{ id: 'j', tasks: [{ id: 'call', duration: 10, on: ['api'], tokens: 1001 }, { id: 'look', duration: 60, on: ['human'] }] }],
  });
  const call = numberOf(problem.taskIds, 'call'), look = numberOf(problem.taskIds, 'look'), llm = numberOf(problem.unitIds, 'llm'), ana = numberOf(problem.unitIds, 'ana');
  const cost = (...rows: number[][]) => foldRun(writtenRun(problem, [[R.JOB_SUBMITTED, 0, 0], ...rows])).ledger.jobCost[0];
  const placed = (task: number, unit: number) => [[R.PLACE, task, 1, unit], [R.TASK_STARTED, 0, task, 1, unit]];

  it('cost per call and token when they end, well or not', () => {
    expect(cost(...placed(call, llm), [R.TASK_COMPLETED, 10_000, call, 1, 10_000])).toBe(5003);
    expect(cost(...placed(call, llm), [R.TASK_FAILED, 4000, call, 1, R.CAUSE_API_ERROR, 4000])).toBe(5003);
  });
  it('turned away by a 429 or 503 are not billed', () => {
    expect(cost(...placed(call, llm), [R.TASK_FAILED, 0, call, 1, R.CAUSE_RATE_LIMITED, 0])).toBe(0);
    expect(cost(...placed(call, llm), [R.TASK_FAILED, 0, call, 1, R.CAUSE_REFUSED, 0])).toBe(0);
  });
  it('cost working time, not pauses', () => {
    expect(cost(...placed(look, ana), [R.TASK_COMPLETED, 86_400_000, look, 1, 60_000])).toBe(1_500_000);
  });
});

describe('hourly cost', () => {
  it('accrues each charge evenly over the time it covers', () => {
    const ledger = new Ledger(spotExample.problem);
    ledger.charge(VM, -1, 1_800_000, 9_000_000, 40_000); // half an hour, an hour, half an hour
    ledger.charge(PC, -1, 3_600_000, 3_600_000, 7); // an instant belongs to the hour that it begins
    expect(Array.from(hourlyCost(ledger, 9_000_000))).toEqual([10_000, 30_007, 40_007]);
  });

  it('ends with the whole cost and never falls', () => {
    const charge = fc.tuple(fc.nat(20_000_000), fc.nat(9_000_000), fc.nat(1_000_000));
    fc.assert(fc.property(fc.array(charge, { minLength: 1, maxLength: 20 }), (charges) => {
      const ledger = new Ledger(spotExample.problem);
      let end = 1;
      for (const [from, length, amount] of charges) { ledger.charge(VM, -1, from, from + length, amount); end = Math.max(end, from + length); }
      const hours = hourlyCost(ledger, end);
      for (let h = 1; h < hours.length; h++) expect(hours[h]).toBeGreaterThanOrEqual(hours[h - 1]!);
      expect(hours.at(-1)).toBe(ledger.total);
    }), { seed: 20260301, numRuns: 200 });
  });
});
