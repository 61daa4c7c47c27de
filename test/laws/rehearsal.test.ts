// Laws of rehearsals, for every policy on random scenarios: without faults nothing differs, what is hit adds up, and a fault
// that strikes nothing moves no draw of another.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../engine/experiment/rehearsal/card.ts';
import { REHEARSAL_KEYS } from '../../engine/experiment/rehearsal/figure-registry.ts';
import { parseHypotheses } from '../../engine/experiment/rehearsal/rehearsal-file.ts';
import { Rehearser } from '../../engine/experiment/rehearsal/rehearse.ts';
import type { Rehearsal } from '../../engine/experiment/rehearsal/rehearse.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { FaultFile } from '../../engine/model/fault-plan.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { policies } from '../../policies/registry.ts';
import { arbitraryScenario } from '../support/random-scenario.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261123), RUNS = Number(process.env.TWINCLOCK_LAW_RUNS ?? 12);

function rehearse(file: ScenarioFile, policy: (typeof policies)[number], seed: number, faults: readonly FaultFile[]): Rehearsal {
  return new Rehearser({ instance: compileScenario(file), policy, plan: { twinclock: 'faults/1', name: 'law', faults } }).rehearse(seed).rehearsal;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const storm = (at: number, killsPerHour: number): FaultFile => ({ kind: 'storm', at, for: '2h', killsPerHour, notice: 10 });

describe.each(policies.map((policy) => [policy.name, policy] as const))('%s', (_name, policy) => {
  it('without faults: the same run twice', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.nat(1000), (file, seed) => {
      const { parting, cutOffs, catchUp, jobs, figures, baseline, faulted } = rehearse(file, policy, seed, []), finished = baseline.cause === 'finished';
      expect([parting, cutOffs, faulted.hash]).toEqual([null, [], baseline.hash]);
      expect([catchUp.behindMs, catchUp.peakTasks]).toEqual([0, 0]);
      for (const key of REHEARSAL_KEYS) if (key !== 'tasksArchived' && key !== 'catchUpMs' && (finished || !key.startsWith('extra'))) expect([key, figures.values[key] || 0]).toEqual([key, 0]);
      expect(jobs.filter(({ delayMs, extraCostMicroUsd, newlyLate }) => delayMs > 0 || extraCostMicroUsd !== 0 || newlyLate)).toEqual([]);
    }), { seed: SEED, numRuns: RUNS });
  });

  it('in a storm: parts add up, nothing recovers before it was cut off, and both runs keep the audit', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.nat(1000), fc.integer({ min: 10, max: 200 }), (file, seed, rate) => {
      fc.pre((file.fleet.cloud ?? []).length > 0);
      const { hits, cutOffs, jobs, figures, baseline, faulted, parting } = rehearse(file, policy, seed, [storm(60, rate), { kind: 'terminate-working', atProgress: 0.3 }]), { values } = figures;
      expect([figures.audit, hits.length]).toEqual(['clean', 2]);
      expect(sum(hits.map(({ attempts }) => attempts))).toBe(cutOffs.length);
      expect(values.lostToFaultsMs).toBe(sum(cutOffs.map(({ lostMs }) => lostMs)));
      expect(values.lostToFaultsMs).toBeLessThanOrEqual(faulted.metrics.lostWorkMs);
      expect(values.cutOff).toBeLessThanOrEqual(faulted.metrics.interruptions);
      for (const { at, againAt, redoneAt, startedAt } of cutOffs) { expect(at).toBeGreaterThanOrEqual(startedAt); expect(Number.isNaN(redoneAt) || (againAt >= at && redoneAt >= againAt)).toBe(true); }
      if (faulted.cause === 'finished') expect(cutOffs.filter(({ redoneAt }) => Number.isNaN(redoneAt))).toEqual([]);
      if (baseline.cause === 'finished' && faulted.cause === 'finished') expect(values.extraMakespanMs).toBe(faulted.metrics.makespanMs - baseline.metrics.makespanMs);
      expect(sum(jobs.map(({ newlyLate }) => Number(newlyLate)))).toBeGreaterThanOrEqual(values.extraDeadlineMisses);
      if (cutOffs.length > 0) expect(parting?.decision).not.toBe(null);
    }), { seed: SEED, numRuns: RUNS });
  });

  it('a fault that strikes nothing, put before the others, changes nothing but their numbers', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.nat(1000), fc.integer({ min: 10, max: 200 }), (file, seed, rate) => {
      fc.pre((file.fleet.cloud ?? []).length > 0);
      const late: FaultFile = { kind: 'budget', at: '3600d', budget: 1 }, without = rehearse(file, policy, seed, [storm(60, rate), storm(30, rate)]), also = rehearse(file, policy, seed, [late, storm(30, rate), storm(60, rate)]);
      expect(also.faulted.metrics).toEqual(without.faulted.metrics);
      expect(also.cutOffs.map(({ fault, ...rest }) => ({ ...rest, fault: [NaN, 1, 0][fault] }))).toEqual(without.cutOffs);
    }), { seed: SEED, numRuns: RUNS });
  });
});

describe('cards', () => {
  it('count what each storm alone would say', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.integer({ min: 1, max: 12 }), (file, n) => {
      const rehearser = new Rehearser({ instance: compileScenario(file), policy: policies[0]!, plan: { twinclock: 'faults/1', name: 'law', faults: [storm(60, 60)] } });
      const hypotheses = parseHypotheses(['extraMakespan <= 1m', 'tasks = all', 'cutOff >= 1', 'recovery p95 <= 5m']), storms = Array.from({ length: n }, (_, k) => rehearser.storm(k + 1)), card = cardOf(hypotheses, storms);
      card.hypotheses.forEach((judged, h) => {
        expect(judged.held).toBe(sum(storms.map((one) => cardOf([hypotheses[h]!], [one]).hypotheses[0]!.held)));
        expect([judged.low <= judged.held / n + 1e-12, judged.high >= judged.held / n - 1e-12, judged.pass]).toEqual([true, true, judged.held === n]);
        if (judged.held < n) expect(judged.worst!.held).toBe(false);
      });
    }), { seed: SEED, numRuns: RUNS });
  });
});
