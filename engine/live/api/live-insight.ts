// Insight into a run that lives in this process. A fold over the rows is kept until there are more of them; futures are made
// in slices, between which the daemon does its work.
import { RunForecaster } from '../../experiment/forecast-run.ts';
import { renumbered } from '../../journal/revisions.ts';
import type { RecordLog } from '../../journal/log.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import { foldRun } from '../../metrics/attempts.ts';
import { hourlyCost, HOUR_MS } from '../../metrics/ledger.ts';
import { RunError } from '../../model/errors.ts';
import { observedRun } from '../../sim/forecast.ts';
import type { LiveEngine } from '../live-engine.ts';
import { Kernel } from '../../kernel/kernel.ts';
import type { LiveRun, RunPorts } from '../live-run.ts';
import type { Insight } from './insight.ts';

/** Futures are made for this long before others have their turn, ms. */
const SLICE_MS = 20;

/** `policyOf`: as the engine has it. */
export function liveInsight(engine: LiveEngine, policyOf: RunPorts['policyOf']): Insight {
  return {
    costs: () => {
      const now = engine.status().now, { ledger } = foldRun(recordOf(engine.run, now)), spent = hourlyCost(ledger, now);
      return { total: ledger.total, snapshots: Array.from(spent, (microDollars, hour) => ({ at: Math.min(now, (hour + 1) * HOUR_MS), microDollars })) };
    },
    forecast: async (futures, signal, lose) => {
      const { run } = engine, { instance, policy: { parameters } } = run, { weights } = run.kernel, policy = policyOf(run.policy), now = Math.floor(engine.status().now);
      // A copy: the run goes on while futures are made.
      const kernel = new Kernel(instance.problem, { policy: policy.prepare(instance.problem, parameters, weights), parameters, weights, random: () => 0 });
      kernel.copyFrom(run.kernel);
      const forecaster = new RunForecaster(instance, observedRun(instance, kernel, rowsOf(run), now), now, { policy, parameters, weights, ...(lose === undefined ? {} : { lose }) });
      for (let made = 0; made < futures && !signal.aborted;) {
        const until = performance.now() + SLICE_MS;
        do { forecaster.add(1); made++; } while (made < futures && performance.now() < until);
        await new Promise<void>((resolve) => { setImmediate(resolve); });
      }
      if (signal.aborted) throw new RunError('cancelled', 'whoever asked has gone');
      return forecaster.result();
    },
  };
}

/** The rows in the numbers of the present problem. */
function rowsOf(run: LiveRun): RecordLog {
  const revisions = run.changes.map((change, k) => ({ row: run.segments[k + 1]!.row, change, problem: run.segments[k + 1]!.problem }));
  return renumbered(run.log, run.segments[0]!.problem, revisions, run.problem);
}

/** The run so far as a record to fold over. */
function recordOf(run: LiveRun, now: number): RunRecord {
  const { kernel, policy, header } = run;
  return {
    problem: run.problem, policy: policy.name, parameters: policy.parameters, weights: kernel.weights, seed: header.seed, log: rowsOf(run), decisions: kernel.decisions,
    cause: 'open', explanation: '', endedAt: Math.max(kernel.now, Math.floor(now)), hash: '', decisionMs: new Float64Array(0),
  };
}
