// Fault plans as they are edited by hand: times that mean what they say, edits that change one thing, plans in addresses.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { parseDuration } from '../../../engine/model/units.ts';
import { validateFaultPlan } from '../../../engine/model/validate.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { EMPTY_PLAN, FAULT_KINDS, changedFault, edited, faultSpan, freshFault, inlinePlan, isInline, movedFault, pickedBy, planSetting, planText, shortSetting, timeMs, timeText, withFault, withoutFault } from '../../../web/state/fault-edits.ts';
import { Library } from '../../../web/state/library.ts';
import { faultSource } from '../../../web/state/sources.ts';
import type { Targets } from '../../../web/state/fault-edits.ts';

const targets: Targets = { vms: ['gpu/0', 'gpu/1'], pools: ['cpu', 'gpu'], people: ['dana'], apis: ['llm'], resources: ['workstation', 'gpu'] };

describe('times', () => {
  it('are written so that they mean exactly the millisecond they are', () => {
    fc.assert(fc.property(fc.nat(4e11), (ms) => { expect(parseDuration(timeText(ms))).toBe(ms); }));
    expect([timeText(0), timeText(90_000), timeText(316_800_000), timeText(1)]).toEqual(['0s', '1m30s', '3d16h', '1ms']);
    expect([timeMs('soon'), timeMs(undefined), timeMs(90)]).toEqual([NaN, NaN, 90_000]);
  });
});

describe('edits', () => {
  const plan = loadFaults('storm-evening');

  it('make a plan of one’s own, one fault at a time, and leave the old one alone', () => {
    const before = planText(plan), more = withFault(plan, { kind: 'price', at: '1d', factor: 3 });
    expect(more.faults).toHaveLength(2);
    expect([more.name, more.description]).toEqual(['my storm-evening', undefined]);
    expect(withoutFault(more, 0).faults).toEqual([{ kind: 'price', at: '1d', factor: 3 }]);
    expect(changedFault(plan, 0, { killsPerHour: 9, notice: undefined }).faults[0]).toEqual({ kind: 'storm', at: '3d16h', for: '6h', killsPerHour: 9 });
    expect(movedFault(plan, 0, 3_600_000).faults[0]).toMatchObject({ at: '1h', for: '6h' });
    expect(movedFault(loadFaults('storm-all-spot'), 0, 5)).toEqual(loadFaults('storm-all-spot'));
    expect(planText(plan)).toBe(before);
  });

  it('are of what is there, or of nothing', () => {
    const storm = plan.faults[0]!, price = { kind: 'price', at: '1d', factor: 3 } as const, more = edited(plan, { kind: 'add', fault: price });
    expect(more.faults).toEqual([storm, price]);
    expect(edited(more, { kind: 'remove', at: 0 }).faults).toEqual([price]);
    expect(edited(more, { kind: 'change', at: 1, change: { factor: 2 } }).faults).toEqual([storm, { ...price, factor: 2 }]);
    expect(edited(more, { kind: 'move', at: 1, from: 3_600_000 }).faults).toEqual([storm, { ...price, at: '1h' }]);
    for (const at of [-1, 2]) for (const edit of [{ kind: 'remove', at }, { kind: 'move', at, from: 0 }, { kind: 'change', at, change: {} }] as const) expect(edited(more, edit)).toBe(more);
    expect([pickedBy({ kind: 'add', fault: price }, more), pickedBy({ kind: 'remove', at: 1 }, more), pickedBy({ kind: 'move', at: 1, from: 0 }, more)]).toEqual([2, -1, 1]);
  });

  it('lie in addresses as they are', () => {
    expect(inlinePlan(planSetting(plan))).toEqual(plan);
    expect([inlinePlan('storm-evening'), inlinePlan('{"faults":'), inlinePlan('{"faults":3}'), inlinePlan('')]).toEqual([undefined, undefined, undefined, EMPTY_PLAN]);
  });

  it('are packed when they are long, and come out of the address as they went in', async () => {
    const long = { ...EMPTY_PLAN, faults: Array.from({ length: 60 }, (_, k) => ({ kind: 'terminate', at: `${k}h`, vm: 'gpu/0' }) as const) }, setting = await shortSetting(long), library = new Library(() => Promise.reject(new Error('no library here')));
    expect(setting).toMatch(/^packed:[\w-]+$/);
    expect(setting.length).toBeLessThan(planSetting(long).length / 3);
    expect(inlinePlan(setting)).toEqual(long);
    expect(JSON.parse((await faultSource(library, setting) as { text: string }).text)).toEqual(long);
    expect([await shortSetting(plan), isInline(setting), isInline('storm-evening'), isInline('mine/a')]).toEqual([planSetting(plan), true, false, false]);
    await expect(faultSource(library, 'packed:AAAA')).rejects.toThrow();
  });

  it.each(FAULT_KINDS.map(([kind]) => kind))('a fresh %s is valid for feature-120', (kind) => {
    const fault = freshFault(kind, targets, 86_400_000, 1200)!;
    expect(validateFaultPlan(withFault(EMPTY_PLAN, fault), loadCatalog('feature-120')).faults).toEqual([fault]);
  });

  it('offers nothing where there is nothing to strike', () => {
    const none: Targets = { vms: [], pools: [], people: [], apis: [], resources: [] };
    expect(FAULT_KINDS.filter(([kind]) => freshFault(kind, none, 0, 1) !== undefined).map(([kind]) => kind)).toEqual(['budget']);
  });

  it('knows from when to when each is', () => {
    const plans: FaultPlanFile[] = ['storm-evening', 'spot-price-x3', 'budget-cut', 'storm-all-spot'].map(loadFaults);
    expect(plans.map(({ faults }) => faultSpan(faults[0]!))).toEqual([
      { from: 316_800_000, to: 338_400_000 }, { from: 172_800_000, to: Infinity }, { from: 216_000_000, to: Infinity }, { from: NaN, to: NaN },
    ]);
  });
});
