// Counts of task states: by hand, and by law against the tables they come from.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOnce } from '../../../engine/experiment/run-once.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { COUNTED_STATES } from '../../../engine/metrics/columns.ts';
import { stateCounts } from '../../../engine/metrics/state-counts.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { handWrittenRun } from '../../support/hand-written-run.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';

describe('state counts', () => {
  it('of the hand-written run', () => {
    const { times, counts } = stateCounts(foldRun(handWrittenRun())), rows = [...times].map((at, k) => [at, ...counts.map((list) => list[k])]);
    // completed, running, scheduled, eligible, queued, gone
    expect(rows).toEqual([
      [0, 0, 1, 0, 0, 2, 0], [60_000, 1, 0, 1, 0, 1, 0], [90_000, 1, 1, 0, 0, 1, 0], [300_000, 1, 1, 0, 0, 1, 0], [420_000, 1, 0, 1, 0, 1, 0], [510_000, 1, 1, 0, 0, 1, 0],
      [900_000, 2, 0, 1, 0, 0, 0], [920_000, 2, 1, 0, 0, 0, 0], [925_000.5, 3, 0, 0, 0, 0, 0], [925_000.5, 3, 0, 0, 0, 0, 0],
    ]);
  });

  it('sum to the tasks that have come in, never fall below zero, and end as the run did', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.constantFrom('weighted', 'fifo', 'cheapest'), fc.nat(50), (file, policy, seed) => {
      const { fold } = runOnce(compileScenario(file), { policy: policyNamed(policy), seed }), { times, counts } = stateCounts(fold), { problem } = fold;
      times.forEach((at, k) => {
        const there = [...problem.taskJob].filter((job) => fold.jobSubmittedAt[job]! <= at).length;
        expect(counts.reduce((sum, list) => sum + list[k]!, 0)).toBe(there);
        expect(counts.every((list) => list[k]! >= 0)).toBe(true);
        expect(k === 0 || at >= times[k - 1]!).toBe(true);
      });
      expect(counts[COUNTED_STATES.indexOf('completed')]!.at(-1)).toBe(fold.completedTasks);
    }), { seed: 5, numRuns: 60 });
  });
});
