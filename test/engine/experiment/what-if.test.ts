// Counterfactuals: nothing changed gives the record again where nothing is left to chance; a fault left out, by hand; faults
// found in a journal are those that were put in.
import { describe, expect, it } from 'vitest';
import { lowerBounds } from '../../../engine/bounds/bounds.ts';
import { reviewRun } from '../../../engine/experiment/run-once.ts';
import { whatIf } from '../../../engine/experiment/what-if.ts';
import type { Change, WhatIf } from '../../../engine/experiment/what-if.ts';
import { RunFold } from '../../../engine/metrics/attempts.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FaultFile } from '../../../engine/model/fault-plan.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { parsePolicySpec, policyNamed } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';

function ask(file: ScenarioFile, faults: readonly FaultFile[], change: Change, policy = 'weighted', seed = 3): WhatIf {
  const instance = compileScenario(file), chosen = policyNamed(policy), bounds = lowerBounds(instance);
  const run = simulate(instance, { policy: chosen, seed, faults: compileFaults({ twinclock: 'faults/1', name: 'test', faults }, instance.problem) });
  const { fold, metrics } = reviewRun(run, new RunFold(instance.problem), bounds, bounds);
  return whatIf(instance, { run, fold, metrics }, chosen, change);
}

/** One train task of an hour on a spot VM that is ready at once; nothing is left to chance but what the faults do. */
const train: ScenarioFile = {
  twinclock: 'scenario/1', name: 'train', mode: 'event', jobs: [{ id: 'j', tasks: [{ id: 't', duration: { uniform: { min: '50m', max: '70m' } }, estimate: '1h', on: ['cloud'] }] }],
  fleet: { cloud: [{ id: 'gpu', max: 2, spinUp: 0, spot: { price: 1, notice: '2m' }, billing: { granularity: '1s', minimum: '0s' } }] },
};

describe('what if', () => {
  it('nothing had been changed: the record again', () => {
    const { recorded, modelled, faults } = ask(train, [], {});
    expect(faults).toEqual([]);
    expect(modelled.run.cause).toBe('finished');
    expect(modelled.metrics.makespanMs).toBeCloseTo(recorded.makespanMs, -1);
    expect(modelled.metrics.costMicroUsd).toBeCloseTo(recorded.costMicroUsd, -2);
  });

  it('a kill had not come: the work is that of the record, without what was lost', () => {
    const kill: FaultFile = { kind: 'terminate', at: '30m', vm: 'gpu/0', notice: '2m' }, quiet = ask(train, [], {}), { recorded, modelled, changed, faults } = ask(train, [kill], { without: [1] });
    expect(faults).toEqual([{ kind: 'terminate', at: '30m', vm: 'gpu/0', notice: '2m' }]);
    expect(recorded.interruptions).toBe(1);
    expect(modelled.metrics.makespanMs).toBeCloseTo(recorded.makespanMs, -1);
    expect(changed.metrics.interruptions).toBe(0);
    expect(changed.metrics.makespanMs).toBeCloseTo(quiet.recorded.makespanMs, -1); // the same draw of work
    expect(recorded.makespanMs - changed.metrics.makespanMs).toBeGreaterThan(29 * 60_000);
  });

  it('feature-120 under a storm, with nothing changed, is near the record; with another policy it keeps the laws', () => {
    const storm: FaultFile = { kind: 'storm', at: '10h', for: '60h', killsPerHour: 0.5 }, { recorded, modelled, changed, provenance } = ask(loadCatalog('feature-120'), [storm], { policy: parsePolicySpec('critical-path') });
    expect(modelled.run.cause).toBe('finished');
    expect(Math.abs(modelled.metrics.makespanMs / recorded.makespanMs - 1)).toBeLessThan(0.15);
    expect(changed.run.policy).toBe('critical-path');
    for (const { audit } of [modelled, changed]) expect(audit.broken).toEqual([]);
    expect(provenance.heldFixed[0]).toMatch(/^\d+ tasks: the same work$/);
  });

  it('says which faults there are when one is named that is not', () => {
    expect(() => ask(train, [], { without: [1] })).toThrow(/nothing went wrong in this run.*no-such-fault/);
  });
});
