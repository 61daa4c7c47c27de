// The picture of two runs: which resources it shows, where faults lie on it, and what a click or a drag makes of them.
import { describe, expect, it } from 'vitest';
import type { FaultFile } from '../../../../engine/model/fault-plan.ts';
import { validateFaultPlan } from '../../../../engine/model/validate.ts';
import { loadCatalog } from '../../../../scenarios/catalog/index.ts';
import { faultAt, faultPlaces, lowerBudget, snapped, targetsOf } from '../../../../web/views/rehearse/fault-places.ts';
import type { Place } from '../../../../web/views/rehearse/fault-places.ts';
import { layoutPair, pairAt } from '../../../../web/views/rehearse/pair-layout.ts';
import { pairTracks } from '../../../../web/views/rehearse/pair-tracks.ts';
import { Answers } from '../../../../web/worker/answers.ts';
import type { Question } from '../../../../web/worker/protocol.ts';
import type { RehearsalAnswer } from '../../../../web/worker/rehearse.ts';

const ask: Question<'rehearse'> = {
  kind: 'rehearse', policy: 'weighted', seed: 7,
  study: { scenario: { from: 'catalog', name: 'feature-120' }, weights: { latency: 0.6, cost: 0.3, fragmentation: 0.1 }, faults: { from: 'catalog', name: 'storm-evening' } },
};
const reply = new Answers().answer(ask), answer = reply.ok ? reply.value : (undefined as unknown as RehearsalAnswer), { baseline, faulted } = answer, { units } = baseline;
const unit = (name: string): number => units.ids.indexOf(name);

describe('the layout', () => {
  it('shows every resource that either run used, each run below the other, without overlap', () => {
    const { items, height } = layoutPair(baseline, faulted, false, new Set()), shown = items.flatMap((item) => (item.kind === 'unit' ? [units.ids[item.unit]] : []));
    expect(new Set(shown)).toEqual(new Set([baseline, faulted].flatMap(({ attempts, lives }) => [...attempts.unit, ...lives.unit].map((u) => units.ids[u]))));
    let bottom = 0;
    for (const item of items) {
      expect(item.top).toBe(bottom);
      bottom = item.kind === 'unit' ? item.bottom : item.top + 1;
      if (item.kind === 'unit') expect([item.middle - item.top, item.bottom - item.middle]).toEqual([Math.max(1, item.baseline.lanes.length), Math.max(1, item.faulted.lanes.length)]);
    }
    expect(height).toBe(bottom);
    expect(pairAt({ items, height } as never, height)).toBe(undefined);
  });

  it('can leave out what is the same, but for what a fault is on', () => {
    const same = layoutPair(baseline, baseline, true, new Set(['dana'])).items;
    expect(same.flatMap((item) => (item.kind === 'unit' ? [units.ids[item.unit]] : []))).toEqual(['dana']);
    const few = layoutPair(baseline, faulted, true, new Set()).items.filter(({ kind }) => kind === 'unit').length, all = layoutPair(baseline, faulted, false, new Set()).items.filter(({ kind }) => kind === 'unit').length;
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(all);
  });

  it('ends its tracks where the runs end', () => {
    const [completed, cost] = pairTracks(answer);
    expect(completed!.track.areas[0]!.series.values.at(-1)).toBe(completed!.track.limit!.values.at(-1));
    expect(cost!.track.areas[0]!.series.values.at(-1)).toBe(faulted.metrics.costMicroUsd);
  });
});

describe('faults put by hand', () => {
  const at = (place: Place, from: number, to = from): FaultFile => faultAt(place, from, to, faulted)!;
  const H = 3_600_000;

  it.each<[string, Place, number, FaultFile]>([
    ['a click on a VM', { on: 'unit', unit: unit('gpu/0') }, 0, { kind: 'terminate', at: '2d', vm: 'gpu/0' }],
    ['a drag on a VM', { on: 'unit', unit: unit('gpu/0') }, 6 * H, { kind: 'storm', at: '2d', for: '6h', killsPerHour: 3, pool: 'gpu' }],
    ['a click on a person', { on: 'unit', unit: unit('dana') }, 0, { kind: 'away', at: '2d', for: '1d', human: 'dana' }],
    ['a drag on a person', { on: 'unit', unit: unit('dana') }, 9 * H, { kind: 'away', at: '2d', for: '9h', human: 'dana' }],
    ['a click on an API', { on: 'unit', unit: unit('llm') }, 0, { kind: 'outage', at: '2d', for: '20m', api: 'llm' }],
    ['a drag on a machine', { on: 'unit', unit: unit('workstation') }, 2 * H, { kind: 'slow-down', at: '2d', for: '2h', resource: 'workstation', factor: 2 }],
    ['a drag on a price', { on: 'track', target: { of: 'price', pool: 'gpu' } }, 24 * H, { kind: 'price', at: '2d', for: '1d', pool: 'gpu', factor: 3 }],
    ['a click on the cost', { on: 'track', target: { of: 'cost' } }, 0, { kind: 'budget', at: '2d', budget: lowerBudget(faulted) }],
    ['a drag on the strip', { on: 'strip' }, 3 * H, { kind: 'storm', at: '2d', for: '3h', killsPerHour: 3 }],
  ])('%s', (_, place, lasts, expected) => {
    const fault = at(place, 48 * H, 48 * H + lasts);
    expect(fault).toEqual(expected);
    expect(validateFaultPlan({ twinclock: 'faults/1', name: 'x', faults: [fault] }, loadCatalog('feature-120')).faults).toHaveLength(1);
  });

  it('lie on what they strike', () => {
    const places = faultPlaces({ twinclock: 'faults/1', name: 'x', faults: [at({ on: 'unit', unit: unit('dana') }, 0, H), at({ on: 'track', target: { of: 'price', pool: 'gpu' } }, H, 2 * H), { kind: 'price', at: 0, factor: 2 }, { kind: 'terminate-working' }] }, faulted);
    expect(places).toMatchObject([{ from: 0, to: H, units: [unit('dana')] }, { units: [], tracks: [{ of: 'price', pool: 'gpu' }] }, { to: Infinity }, { from: NaN, units: [], tracks: [] }]);
    expect(places[2]!.tracks).toHaveLength(units.poolIds.length);
  });

  it('fall on the clock, as coarsely as the picture is', () => {
    expect([snapped(3_599_000, 500), snapped(3_599_400, 70_000), snapped(3_500_000, 20 * 60_000), snapped(-5, 1000)]).toEqual([3_599_000, 3_600_000, 3_600_000, 0]);
  });

  it('know what there is to strike', () => {
    expect(targetsOf(baseline)).toMatchObject({ pools: ['cpu', 'gpu'], people: expect.arrayContaining(['dana']), apis: expect.arrayContaining(['llm']), vms: expect.arrayContaining(['gpu/0']) });
  });
});
