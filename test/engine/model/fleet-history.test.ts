// A fleet that still has what is gone: every unit there ever was, once, and the entries of today as they are.
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { historyInstance, withRetired } from '../../../engine/model/fleet-history.ts';
import type { FleetFile, ScenarioFile } from '../../../engine/model/scenario.ts';

const scenario = (fleet: FleetFile): ScenarioFile => ({ twinclock: 'scenario/1', name: 'x', fleet, jobs: [{ id: 'j', tasks: [{ id: 't', duration: '1m' }] }] });
const stretch = (fleet: FleetFile) => ({ fleet, unitIds: compileScenario(scenario(fleet)).problem.unitIds });
/** Units of the history of a run that had these fleets, one after the other. */
function units(...fleets: FleetFile[]): readonly string[] {
  const last = fleets.at(-1)!;
  return historyInstance(scenario(last), compileScenario(scenario(last)), fleets.slice(0, -1).map(stretch)).problem.unitIds;
}
const vm = (max: number) => ({ id: 'vm', max, spinUp: '1m', onDemand: { price: 1 } });

describe('the fleet of a history', () => {
  it('is that of today when nothing has gone', () => {
    const file = scenario({ local: [{ id: 'a', count: 3 }, { id: 'b' }] }), last = compileScenario(file);
    expect(historyInstance(file, last, [stretch({ local: [{ id: 'a', count: 2 }] })])).toBe(last);
  });

  it.each<[string, FleetFile[], string[]]>([
    ['an entry', [{ local: [{ id: 'a' }, { id: 'b' }] }, { local: [{ id: 'a' }] }], ['a', 'b']],
    ['an entry of every kind', [{ local: [{ id: 'a' }], cloud: [vm(1)], api: [{ id: 'llm' }], human: [{ id: 'ann' }] }, { local: [{ id: 'b' }] }], ['a', 'b', 'vm/0', 'llm', 'ann']],
    ['machines of an entry', [{ local: [{ id: 'a', count: 3 }] }, { local: [{ id: 'a', count: 2 }] }], ['a/0', 'a/1', 'a/2']],
    ['VMs of an entry', [{ cloud: [vm(3)] }, { cloud: [vm(1)] }, { cloud: [vm(2)] }], ['vm/0', 'vm/1', 'vm/2']],
    ['one machine that became two', [{ local: [{ id: 'a' }] }, { local: [{ id: 'a', count: 2 }] }], ['a', 'a/0', 'a/1']],
    ['two machines that became one', [{ local: [{ id: 'a', count: 2 }] }, { local: [{ id: 'a' }] }], ['a', 'a/0', 'a/1']],
    ['one of two who shared a pool', [{ local: [{ id: 'a' }], human: [{ id: 'ann' }, { id: 'bo' }] }, { local: [{ id: 'a' }], human: [{ id: 'bo' }] }], ['a', 'ann', 'bo']],
    ['what came and went', [{ local: [{ id: 'a' }] }, { local: [{ id: 'a' }, { id: 'b' }] }, { local: [{ id: 'c' }] }], ['a', 'b', 'c']],
  ])('still has %s', (_, fleets, wanted) => {
    expect([...units(...fleets)].sort()).toEqual([...wanted].sort());
  });

  it('has the entries of today as they are today', () => {
    expect(withRetired({ local: [{ id: 'a', cores: 8, count: 2 }] }, { local: [{ id: 'a', cores: 4, count: 3 }], dimensions: ['licence'] })).toEqual({ local: [{ id: 'a', cores: 8, count: 3 }], dimensions: ['licence'] });
  });
});
