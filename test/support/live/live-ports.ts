// What a live run needs of the rest of the program, for tests: the real policies and compiler, a clock of the test's choice.
import type { LiveClock } from '../../../engine/live/clock.ts';
import type { LivePorts } from '../../../engine/live/live-engine.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { CompileMemo } from '../../../engine/model/compile-memo.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { validateScenario } from '../../../engine/model/validate.ts';
import { parsePolicySpec, policyNamed } from '../../../policies/registry.ts';
import { resolveCalendars } from '../../../scenarios/formats/calendars.ts';

export function livePorts(clock: LiveClock, more: Partial<LivePorts> = {}): LivePorts {
  const memo = new CompileMemo();
  return {
    clock, version: 'test',
    compile: (file: ScenarioFile, soundJobs = 0) => { const resolved = resolveCalendars(validateScenario(file, { jobless: true, soundJobs })); return { file: resolved, instance: compileScenario(resolved, memo) }; },
    policyOf: ({ name }) => policyNamed(name),
    policyChoice: (text = 'weighted') => { const { policy, parameters } = parsePolicySpec(text); return { name: policy.name, parameters }; },
    ...more,
  };
}
