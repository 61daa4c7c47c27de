// Insight into a run that lives in this process. A fold over the rows is kept until there are more of them; futures are made
// in slices, between which the daemon does its work.
import { RunForecaster } from '../../experiment/forecast-run.ts';
import { renumberedDecisions } from '../../journal/revisions.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import { foldRun } from '../../metrics/attempts.ts';
import { hourlyCost, HOUR_MS } from '../../metrics/ledger.ts';
import { RunError } from '../../model/errors.ts';
import { faultWords } from '../../model/fault-words.ts';
import { observedRun, type ForkSource } from '../../sim/forecast.ts';
import type { SimulationOptions } from '../../sim/run.ts';
import type { Instance } from '../../model/problem.ts';
import { BlastRadiusForecaster } from '../../experiment/rehearsal/blast-radius.ts';
import { sinceEpoch } from '../rehearsal/injected-plan.ts';
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
      const { instance, source, now, options } = presentOf(engine, policyOf), forecaster = new RunForecaster(instance, source, now, { ...options, ...(lose === undefined ? {} : { lose }) });
      await inSlices(forecaster, futures, signal);
      return forecaster.result();
    },
    blastRadius: async (value, futures, signal) => {
      const { run } = engine, plan = engine.checkedPlan(value), { instance, source, now, options } = presentOf(engine, policyOf);
      const forecaster = new BlastRadiusForecaster(instance, sinceEpoch(plan, now), { source, log: run.rowsIn(run.history), history: run.history, at: now }, options);
      await inSlices(forecaster, futures, signal);
      const { faults, ...rest } = forecaster.result();
      return { ...rest, faults: faults.map(({ share }, k) => ({ name: faultWords(plan.faults[k]!), share })) }; // times as they were asked for, from the injection on
    },
  };
}

/** Where the run stands, in a copy: it goes on while futures are made. */
function presentOf(engine: LiveEngine, policyOf: RunPorts['policyOf']): Present {
  const { run } = engine, { instance, policy: { parameters } } = run, { weights } = run.kernel, policy = policyOf(run.policy), now = Math.floor(engine.status().now);
  const kernel = new Kernel(instance.problem, { policy: policy.prepare(instance.problem, parameters, weights), parameters, weights, random: () => 0 });
  kernel.copyFrom(run.kernel);
  return { instance, source: observedRun(instance, kernel, run.rowsIn(instance), now), now, options: { policy, parameters, weights } };
}

interface Present {
  readonly instance: Instance;
  readonly source: ForkSource;
  readonly now: number;
  readonly options: Pick<SimulationOptions, 'policy' | 'parameters' | 'weights'>;
}

/** Others have their turn between slices. Throws `RunError` `cancelled`. */
async function inSlices(forecaster: { add(count: number): void }, futures: number, signal: AbortSignal): Promise<void> {
  for (let made = 0; made < futures && !signal.aborted;) {
    const until = performance.now() + SLICE_MS;
    do { forecaster.add(1); made++; } while (made < futures && performance.now() < until);
    await new Promise<void>((resolve) => { setImmediate(resolve); });
  }
  if (signal.aborted) throw new RunError('cancelled', 'whoever asked has gone');
}

/** The run so far as a record to fold over. */
function recordOf(run: LiveRun, now: number): RunRecord {
  const { kernel, policy, header, history } = run;
  return {
    problem: history.problem, policy: policy.name, parameters: policy.parameters, weights: kernel.weights, seed: header.seed, log: run.rowsIn(history), decisions: renumberedDecisions(kernel.decisions, run.problem, history.problem),
    cause: 'open', explanation: '', endedAt: Math.max(kernel.now, Math.floor(now)), hash: '', decisionMs: new Float64Array(0),
  };
}
