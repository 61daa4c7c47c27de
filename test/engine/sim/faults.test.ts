// What a storm is drawn by: its name, or what it is; never its place in the plan.
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FaultFile } from '../../../engine/model/fault-plan.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const { problem } = compileScenario(smallScenario([{ id: 'a', duration: 10, on: ['cloud'] }], { cloud: ['x', 'y'].map((id) => ({ id, max: 2, spinUp: 60, spot: { price: 1 } })) }));
const storm = (change: object = {}): FaultFile => ({ kind: 'storm', at: '1h', for: '2h', killsPerHour: 3, ...change });
const keys = (...faults: readonly FaultFile[]): number[] => compileFaults({ twinclock: 'faults/1', name: 'plan', faults }, problem).flatMap((f) => (f.kind === 'storm' ? [f.key] : []));

describe('the draws of a storm', () => {
  it('do not hang on its place, nor on how its times are written', () => {
    const [alone] = keys(storm());
    expect(keys({ kind: 'budget', at: 0, budget: 1 }, storm({ pool: 'x' }), storm())[1]).toBe(alone);
    expect(keys(storm({ at: '60m' }))).toEqual([alone]);
    expect(keys({ kind: 'storm', at: 3600, for: 7200, killsPerHour: 3 })).toEqual([alone]);
  });

  it('differ between storms that differ, and between storms that are the same', () => {
    const all = keys(storm(), storm(), storm({ pool: 'x' }), storm({ pool: 'y' }), storm({ killsPerHour: 4 }), storm({ at: '2h' }), storm({ notice: '5s' }), storm({ name: 'gale' }));
    expect(new Set(all).size).toBe(all.length);
  });

  it('stay while the name stays, whatever else changes', () => {
    expect(keys(storm({ name: 'gale' }))).toEqual(keys(storm({ name: 'gale', killsPerHour: 9, pool: 'x', at: '5h' })));
  });
});
