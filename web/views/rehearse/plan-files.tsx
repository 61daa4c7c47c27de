// The plan and the rehearsal as files: opened, saved in this browser, downloaded; and the command that does the same in a
// terminal. The file is the one that `--faults` takes.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { planText } from '../../state/fault-edits.ts';
import { MINE, isMine } from '../../state/library.ts';
import type { PlanEdits, ShownPlan } from '../../state/plan-edits.ts';
import { readFile } from '../../state/read-file.ts';
import type { RehearseRoute } from '../../state/routes/rehearse.ts';
import { fileNameOf, saveFile, textFile } from '../../state/save-file.ts';
import { workErrorData } from '../../state/worker-pool.ts';
import type { ErrorData } from '../../worker/protocol.ts';
import { ErrorBox } from '../fault-list.tsx';
import type { Bench } from '../open-view.ts';
import { commandOf, opened, planFileName, rehearsalText } from './rehearsal-files.ts';

export interface PlanFilesProps {
  readonly bench: Bench;
  readonly edits: PlanEdits;
  readonly route: RehearseRoute;
  readonly shown: ShownPlan;
}

const JSON_TYPE = 'application/json';

export function PlanFiles({ bench, edits, route, shown }: PlanFilesProps): JSX.Element {
  const { library } = bench, { plan } = shown, [name, setName] = useState(''), [error, setError] = useState<ErrorData | undefined>(undefined);
  const own = isMine(route.faults) ? route.faults.slice(MINE.length) : plan.name, wanted = name.trim() === '' ? own : name.trim();
  const attempt = (work: () => Promise<void>): void => { setError(undefined); work().catch((cause: unknown) => { setError(workErrorData(cause)); }); };
  const save = async (): Promise<void> => {
    const latest = await edits.latest(shown), entry = await library.save('faults', wanted, planText({ ...latest.plan, name: wanted }));
    setName('');
    await edits.goOn(latest, MINE + entry.name);
  };
  const open = (file: File | undefined): void => { if (file !== undefined) attempt(async () => { const part = await opened(library, await readFile(file)); bench.turn('rehearse', () => part); }); };
  const downloadPlan = async (): Promise<void> => { const { plan: latest } = await edits.latest(shown); saveFile(textFile(planFileName(latest), planText(latest), JSON_TYPE)); };
  const download = async (): Promise<void> => {
    const { plan: latest } = await edits.latest(shown), now = bench.routeNow('rehearse') ?? route; // also what has just been typed beside the plan
    saveFile(textFile(`${fileNameOf(latest.name, 'rehearsal')}.json`, await rehearsalText(library, now, latest), JSON_TYPE));
  };
  return (
    <section class="panel plan-files" aria-labelledby="files-title" onDragOver={(event) => { event.preventDefault(); }} onDrop={(event) => { event.preventDefault(); open(event.dataTransfer?.files[0]); }}>
      <h2 id="files-title" class="visually-hidden">Files</h2>
      <form class="row acts" onSubmit={(event) => { event.preventDefault(); attempt(save); }}>
        <label class="row"><span class="soft">plan as</span>
          <input type="text" value={name} placeholder={own} aria-label="Name to save the plan under" onInput={(event) => { setName(event.currentTarget.value); }} />
        </label>
        <button type="submit">Save</button>
        <button type="button" id="download-plan" onClick={() => { attempt(downloadPlan); }}>Download faults</button>
        <button type="button" id="download-rehearsal" title="scenario, plan, hypotheses and storms: twinclock rehearse takes it, with a policy of your own beside it" onClick={() => { attempt(download); }}>Download rehearsal</button>
        <label class="button">Open …
          <input type="file" accept=".json,.gz,application/json" class="visually-hidden" onChange={(event) => { open(event.currentTarget.files?.[0]); event.currentTarget.value = ''; }} />
        </label>
      </form>
      <p class="soft command">in a terminal: <code id="command">{commandOf(route, plan)}</code></p>
      {error !== undefined && <ErrorBox error={error} />}
    </section>
  );
}
