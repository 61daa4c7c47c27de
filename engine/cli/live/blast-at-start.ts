// What a plan of faults would reach in a run that has not begun.
import { BlastRadiusForecaster } from '../../experiment/rehearsal/blast-radius.ts';
import type { LiveFile } from '../../live/config.ts';
import { newHeader } from '../../live/new-run.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import type { BlastJson } from '../report/blast-report.ts';
import { livePorts } from './live-ports.ts';

const FUTURES = 100;

/** Throws `InputError` for a configuration or plan that does not fit. */
export function blastAtStart(file: LiveFile, scenario: ScenarioFile, plan: FaultPlanFile): BlastJson {
  const ports = livePorts(undefined), header = newHeader(file, scenario, ports), { instance } = ports.compile(header.scenario), { policy: { parameters }, weights } = header;
  const forecaster = new BlastRadiusForecaster(instance, plan, undefined, { policy: ports.policyOf(header.policy), parameters, weights });
  forecaster.add(FUTURES);
  const { finished, extraMs, extraMicroUsd, jobs, ...rest } = forecaster.result();
  return { ...rest, finishedWithout: finished.without, finishedWith: finished.with, extraTime: extraMs, extraCost: extraMicroUsd, jobs: jobs.map(({ delayMs, ...job }) => ({ ...job, delay: delayMs })) };
}
