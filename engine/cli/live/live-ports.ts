// What a live run needs of the rest of the program: the catalogue's policies and one's own, the formats that resolve calendars.
import ts from 'typescript';
import { systemClock } from '../../live/clock.ts';
import type { LivePorts } from '../../live/live-engine.ts';
import { compileScenario } from '../../model/compile.ts';
import { CompileMemo } from '../../model/compile-memo.ts';
import type { PolicyChoice } from '../../model/revision.ts';
import { validateScenario } from '../../model/validate.ts';
import { VERSION } from '../../version.ts';
import { parsePolicySpec, policies, policyNamed, readPolicySpec } from '../../../policies/registry.ts';
import { textPolicy } from '../../../policies/text/run-program.ts';
import { translatePolicy } from '../../../policies/text/translate.ts';
import { resolvedScenario } from '../../../scenarios/opening/open-scenario.ts';
import { isPolicyFile } from '../input/load-policy.ts';
import { readFileSync } from 'node:fs';

/** Ports on the machine's own clock. */
export function livePorts(log: LivePorts['log']): LivePorts {
  const memo = new CompileMemo();
  return {
    clock: systemClock, version: VERSION, ...(log === undefined ? {} : { log }),
    compile: (given, soundJobs = 0) => { const file = resolvedScenario(validateScenario(given, { jobless: true, soundJobs }), { isChecked: true, jobless: true }); return { file, instance: compileScenario(file, memo) }; },
    policyOf: ({ name, text }) => (text === undefined ? policyNamed(name) : policyFromText(text, name)),
    policyChoice,
  };
}

const policyFromText = (text: string, name: string) => textPolicy(translatePolicy(ts, text, `${name.replace(/@.*$/, '')}.ts`));

/** `weighted:theta=0.8`, or a policy's file with its parameters; the first of the registry when nothing is said. */
function policyChoice(spec: string | undefined): PolicyChoice {
  const [path = '', list] = (spec ?? '').split(/:(.*)/s);
  if (spec === undefined || !isPolicyFile(path)) {
    const { policy, parameters } = parsePolicySpec(spec ?? policies[0]!.name);
    return { name: policy.name, parameters };
  }
  const text = readFileSync(path, 'utf8'), own = policyFromText(text, path);
  return { name: own.name, parameters: readPolicySpec(list === undefined ? own.name : `${own.name}:${list}`, () => own).parameters, text };
}
