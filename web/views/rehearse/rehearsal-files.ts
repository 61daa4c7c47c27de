// Plans and rehearsals as files, and the command that does in a terminal what the page does. What is written here the command
// line reads, and the other way round.
import { validateRehearsal } from '../../../engine/experiment/rehearsal/rehearsal-file.ts';
import { InputError, inputError } from '../../../engine/model/errors.ts';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { parseJsonText } from '../../../engine/model/file-text.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import { DEFAULT_STORMS, REHEARSAL_VERSION } from '../../../engine/model/rehearsal.ts';
import { validateFaultPlan } from '../../../engine/model/validate.ts';
import { isInline, shortSetting } from '../../state/fault-edits.ts';
import { MINE, isMine } from '../../state/library.ts';
import type { Library } from '../../state/library.ts';
import { titleOf } from '../../state/read-file.ts';
import type { ReadFile } from '../../state/read-file.ts';
import type { RehearseRoute } from '../../state/routes/rehearse.ts';
import { weightsText } from '../../state/routes/settings.ts';
import { fileNameOf } from '../../state/save-file.ts';

export function planFileName({ name }: FaultPlanFile): string {
  return `${fileNameOf(name)}.json`;
}

/** The route with what a file holds: a fault plan, kept under the file's name, or a whole rehearsal. Rejects with `InputError`. */
export async function opened(library: Library, { name, text, sort }: ReadFile): Promise<Partial<RehearseRoute>> {
  try {
    if (sort === 'rehearsal') return await openedRehearsal(library, text);
    validateFaultPlan(parseJsonText(text));
    const entry = await library.save('faults', library.freeName('faults', titleOf(name)), text);
    return { faults: MINE + entry.name };
  } catch (error) {
    throw error instanceof InputError ? error.from(name) : error;
  }
}

async function openedRehearsal(library: Library, text: string): Promise<Partial<RehearseRoute>> {
  const { scenario: given, policy, weights = DEFAULT_WEIGHTS, faults, storms = DEFAULT_STORMS, firstSeed = 1, hypotheses = [] } = validateRehearsal(parseJsonText(text));
  if (firstSeed !== 1) throw inputError('unsupported-seed', 'firstSeed', 'storms of the page have the seeds from 1 on', { value: firstSeed, hint: 'run it with twinclock rehearse, or set firstSeed to 1' });
  const scenario = typeof given === 'string' ? given : MINE + (await library.save('scenario', library.freeName('scenario', given.name), `${JSON.stringify(given, null, 2)}\n`)).name;
  return { scenario, policy, weights, faults: typeof faults === 'string' ? faults : await shortSetting(faults), storms, expect: hypotheses };
}

/** The rehearsal as the command line takes it: a scenario of one's own lies in it, a policy of one's own is a file beside it. */
export async function rehearsalText(library: Library, { scenario, policy, weights, storms, expect }: RehearseRoute, plan: FaultPlanFile): Promise<string> {
  const own = isMine(scenario) ? JSON.parse((await library.read('scenario', scenario)).text) as object : scenario;
  const file = { twinclock: REHEARSAL_VERSION, name: plan.name, scenario: own, policy: policyFile(policy), weights, faults: plan, storms, firstSeed: 1, hypotheses: expect };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** `mine/a:theta=1` is `./a.ts:theta=1` in a terminal. */
function policyFile(policy: string): string {
  const [name = policy, ...parameters] = policy.split(':');
  return isMine(policy) ? [`./${fileNameOf(name.slice(MINE.length))}.ts`, ...parameters].join(':') : policy;
}

/** What gives the same figures in a terminal, with the plan as a file beside it unless it has a name there. */
export function commandOf({ scenario, policy, weights, faults, storms, expect }: RehearseRoute, plan: FaultPlanFile): string {
  const usual = weightsText(weights) === weightsText(DEFAULT_WEIGHTS), source = isMine(scenario) ? `${fileNameOf(scenario.slice(MINE.length))}.json` : scenario;
  return [
    `twinclock rehearse ${source}`, `--faults ${isInline(faults) || isMine(faults) ? planFileName(plan) : faults}`, `--policy ${policyFile(policy)}`,
    ...(usual ? [] : [`--weights ${weightsText(weights)}`]), `--storms ${storms}`, ...expect.map((text) => `--expect '${text}'`),
  ].join(' ');
}
