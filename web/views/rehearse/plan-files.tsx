// The plan and the rehearsal as files: opened, saved in this browser, downloaded; and the command that does the same in a
// terminal. The file is the one that `--faults` takes.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ErrorData } from '../../worker/protocol.ts';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { InputError } from '../../../engine/model/errors.ts';
import { SMALL_FILE_BYTES_MAX, parseJsonText } from '../../../engine/model/file-text.ts';
import { REHEARSAL_VERSION } from '../../../engine/model/rehearsal.ts';
import { validateFaultPlan } from '../../../engine/model/validate.ts';
import { isInline, planText } from '../../state/fault-edits.ts';
import { MINE, isMine } from '../../state/library.ts';
import { readFile, titleOf } from '../../state/read-file.ts';
import { weightsText } from '../../state/routes/settings.ts';
import type { RehearseRoute } from '../../state/routes/rehearse.ts';
import { fileNameOf, saveFile, textFile } from '../../state/save-file.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import { ErrorBox } from '../fault-list.tsx';
import type { Bench } from '../open-view.ts';

export interface PlanFilesProps {
  readonly bench: Bench;
  readonly route: RehearseRoute;
  readonly plan: FaultPlanFile;
  /** A plan by its name, or opened from a file. */
  readonly onFaults: (faults: string) => void;
}

export function PlanFiles({ bench, route, plan, onFaults }: PlanFilesProps): JSX.Element {
  const [name, setName] = useState(''), [error, setError] = useState<ErrorData | undefined>(undefined), own = isMine(route.faults) ? route.faults.slice(MINE.length) : plan.name;
  const attempt = (work: () => Promise<void>): void => { setError(undefined); work().catch((cause: unknown) => { setError(dataOf(cause)); }); };
  const save = (): void => { attempt(async () => { const entry = await bench.library.save('faults', name.trim() === '' ? own : name, planText({ ...plan, name: name.trim() === '' ? own : name.trim() })); onFaults(MINE + entry.name); setName(''); }); };
  const open = (file: File | undefined): void => {
    if (file === undefined) return;
    attempt(async () => {
      const { text, name: from } = await readFile(file, SMALL_FILE_BYTES_MAX);
      try { validateFaultPlan(parseJsonText(text)); } catch (cause) { throw cause instanceof InputError ? cause.from(from) : cause; }
      const entry = await bench.library.save('faults', bench.library.freeName('faults', titleOf(from)), text);
      onFaults(MINE + entry.name);
    });
  };
  return (
    <section class="panel plan-files" aria-labelledby="files-title" onDragOver={(event) => { event.preventDefault(); }} onDrop={(event) => { event.preventDefault(); open(event.dataTransfer?.files[0]); }}>
      <h2 id="files-title" class="visually-hidden">Files</h2>
      <form class="row acts" onSubmit={(event) => { event.preventDefault(); save(); }}>
        <label class="row"><span class="soft">plan as</span><input type="text" value={name} placeholder={own} aria-label="Name to save the plan under" onInput={(event) => { setName(event.currentTarget.value); }} /></label>
        <button type="submit">Save</button>
        <button type="button" id="download-plan" onClick={() => { saveFile(textFile(`${fileNameOf(plan.name, 'faults')}.json`, planText(plan), 'application/json')); }}>Download faults</button>
        <button type="button" id="download-rehearsal" title={isMine(route.policy) ? 'scenario, plan, hypotheses and storms; put the exported policy beside it' : 'scenario, plan, hypotheses and storms: twinclock rehearse takes it'}
          onClick={() => { attempt(async () => { saveFile(textFile(`${fileNameOf(plan.name, 'rehearsal')}.json`, await rehearsalText(bench, route, plan), 'application/json')); }); }}>Download rehearsal</button>
        <label class="button">Open …<input type="file" accept=".json,application/json" class="visually-hidden" onChange={(event) => { open(event.currentTarget.files?.[0]); event.currentTarget.value = ''; }} /></label>
      </form>
      <p class="soft command">in a terminal: <code id="command">{command(route)}</code></p>
      {error !== undefined && <ErrorBox error={error} />}
    </section>
  );
}

function dataOf(cause: unknown): ErrorData {
  if (cause instanceof InputError) return { code: cause.code, message: cause.message, faults: cause.faults, ...(cause.source === undefined ? {} : { source: cause.source }) };
  return { code: 'internal', message: String(cause), faults: [] };
}

/** The rehearsal as the command line takes it: a scenario of one's own lies in it, a policy of one's own is a file beside it. */
async function rehearsalText({ library }: Bench, { scenario, policy, weights, storms, expect }: RehearseRoute, plan: FaultPlanFile): Promise<string> {
  const own = isMine(scenario) ? JSON.parse((await library.read('scenario', scenario)).text) as object : scenario, [name = policy, ...parameters] = policy.split(':');
  const file = { twinclock: REHEARSAL_VERSION, name: plan.name, scenario: own, policy: isMine(policy) ? [`./${fileNameOf(name.slice(MINE.length))}.ts`, ...parameters].join(':') : policy, weights, faults: plan, storms, firstSeed: 1, hypotheses: expect };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** What gives the same figures in a terminal, with the plan as a file beside it unless it has a name there. */
function command({ scenario, policy, weights, faults, storms, expect }: RehearseRoute): string {
  const plan = isInline(faults) || isMine(faults) ? 'faults.json' : faults, usual = weightsText(weights) === weightsText(DEFAULT_WEIGHTS);
  return ['twinclock rehearse', isMine(scenario) ? 'scenario.json' : scenario, `--faults ${plan}`, `--policy ${isMine(policy) ? 'policy.ts' : policy}`, ...(usual ? [] : [`--weights ${weightsText(weights)}`]), `--storms ${storms}`, ...expect.map((text) => `--expect '${text}'`)].join(' ');
}
