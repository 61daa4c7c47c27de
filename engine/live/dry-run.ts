// What a run would do first, without a store, a driver or a trace: a kernel on its own, told of the jobs that are there at the
// beginning, and asked.
import type { LiveFile } from './config.ts';
import { Inspector } from './inspector.ts';
import type { LivePorts } from './live-engine.ts';
import { LiveRun } from './live-run.ts';
import { newHeader } from './new-run.ts';
import type { Preview } from './operations.ts';
import { JOB_SUBMITTED } from '../journal/records.ts';
import type { ScenarioFile } from '../model/scenario.ts';

/** Throws `InputError` for a configuration that does not fit. */
export function previewOf(file: LiveFile, scenario: ScenarioFile, ports: LivePorts): Preview {
  const run = new LiveRun(newHeader(file, scenario, ports), ports), { problem } = run;
  for (let j = 0; j < problem.jobCount; j++) if (problem.jobRelease[j] === 0) run.kernel.apply(JOB_SUBMITTED, 0, j, 0, 0, 0);
  return new Inspector(run).preview(0);
}
