// Edits of the plan in an address, made one behind the other: of those that were made on one picture of the plan none is lost,
// whether the address takes the plan as it is or packed.
import { describe, expect, it } from 'vitest';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
import { EMPTY_PLAN, inlinePlan, planSetting } from '../../../web/state/fault-edits.ts';
import { PlanEdits } from '../../../web/state/plan-edits.ts';

const away = (hour: number) => ({ kind: 'away', at: `${hour}h`, for: '1h', human: 'dana' }) as const;
const planOf = (hours: number): FaultPlanFile => ({ ...EMPTY_PLAN, faults: Array.from({ length: hours }, (_, k) => away(k)) });

/** An address by itself. */
function begun(setting: string) {
  const steps = [setting], place = { leads: true }, edits = new PlanEdits({ now: () => (place.leads ? steps.at(-1) : undefined), goOn: (next) => { steps.push(next); } });
  return { edits, steps, place, hours: () => inlinePlan(steps.at(-1)!)?.faults.map((fault) => ('at' in fault ? fault.at : '')) };
}

describe.each([['as it is', 4], ['packed', 40]])('a plan that lies in the address %s', (_how, count) => {
  const plan = planOf(count), shown = { setting: planSetting(plan), plan };

  it('takes all edits of one picture of it, each as a step', async () => {
    const { edits, steps, hours } = begun(shown.setting);
    const picked = await Promise.all([
      edits.make({ kind: 'remove', at: 0 }, shown), edits.make({ kind: 'change', at: 2, change: { at: '90h' } }, shown), edits.make({ kind: 'add', fault: away(91) }, shown), edits.make({ kind: 'remove', at: 0 }, shown), edits.make({ kind: 'move', at: 3, from: 0 }, shown),
    ]);
    expect(picked).toEqual([-1, 1, count - 1, undefined, 2]);
    expect(steps).toHaveLength(5);
    expect(hours()).toEqual(['1h', '90h', '0s', ...Array.from({ length: count - 4 }, (_, k) => `${k + 4}h`), '91h']);
    expect(await edits.latest(shown)).toEqual({ setting: steps.at(-1)!, plan: inlinePlan(steps.at(-1)!) });
  });

  it('is not edited by places of another one', async () => {
    const { edits, steps } = begun(planSetting(planOf(count + 1)));
    expect([await edits.make({ kind: 'remove', at: 0 }, shown), await edits.make({ kind: 'change', at: 1, change: { at: '90h' } }, shown), steps.length]).toEqual([undefined, undefined, 1]);
  });

  it('goes on under the name it was saved by, if it was not edited meanwhile', async () => {
    const { edits, steps } = begun(shown.setting), saved = await edits.latest(shown);
    await Promise.all([edits.make({ kind: 'remove', at: 0 }, shown), edits.goOn(saved, 'mine/early')]);
    expect(steps).toHaveLength(2);
    await edits.goOn(await edits.latest(shown), 'mine/late');
    expect(steps.at(-1)).toBe('mine/late');
  });

  it('is left alone where another one was chosen in the meantime', async () => {
    const { edits, steps, place } = begun(shown.setting), made = edits.make({ kind: 'remove', at: 0 }, shown);
    steps.push('storm-evening');
    expect([await made, await edits.make({ kind: 'remove', at: 0 }, shown)]).toEqual([undefined, undefined]);
    place.leads = false;
    expect([await edits.make({ kind: 'add', fault: away(1) }, shown), steps.length, await edits.latest(shown)]).toEqual([undefined, 2, shown]);
  });
});

it('a plan by name is the one that is shown', async () => {
  const plan = loadFaults('storm-evening'), { edits, steps, hours } = begun('storm-evening'), shown = { setting: 'storm-evening', plan };
  expect(await edits.latest(shown)).toEqual(shown);
  await Promise.all([edits.make({ kind: 'add', fault: away(5) }, shown), edits.make({ kind: 'add', fault: away(6) }, shown)]);
  expect([steps.length, hours()]).toEqual([3, ['3d16h', '5h', '6h']]);
});
