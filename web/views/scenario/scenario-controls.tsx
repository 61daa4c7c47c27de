// Where a scenario comes from, and where it goes: choose, open, generate; save, download, compare, run.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { enterView } from '../../state/route.ts';
import { readFile } from '../../state/read-file.ts';
import type { ReadFile } from '../../state/read-file.ts';
import { fileNameOf, saveFile, textFile } from '../../state/save-file.ts';
import type { ScenarioDesk, ScenarioState } from '../../state/scenario-desk.ts';
import { workErrorData } from '../../state/worker-pool.ts';
import type { ErrorData } from '../../worker/protocol.ts';
import type { ScenarioQuestions } from '../../worker/scenario-protocol.ts';
import { ErrorBox } from '../fault-list.tsx';
import type { Bench } from '../open-view.ts';
import { ScenarioPicker } from '../pickers/scenario-picker.tsx';
import { FilePick } from '../file-pick.tsx';

export interface ScenarioControlsProps {
  readonly bench: Bench;
  readonly desk: ScenarioDesk;
  readonly state: ScenarioState;
}

export function ScenarioControls({ bench, desk, state }: ScenarioControlsProps): JSX.Element {
  const error = useSignal<ErrorData | undefined>(undefined), title = useSignal(state.title);
  useEffect(() => { title.value = state.title; }, [state.title]);
  const attempt = (work: Promise<unknown>): void => { error.value = undefined; work.catch((thrown: unknown) => { error.value = workErrorData(thrown); }); };
  const sound = state.status === 'sound', saved = async (): Promise<string> => { const now = desk.state.peek() ?? state; return now.changed ? desk.save(title.value) : now.route.scenario; };
  const save = async (): Promise<void> => { bench.go({ view: 'scenario', scenario: await desk.save(title.value) }); };
  const onTo = async (view: 'compare' | 'run'): Promise<void> => { bench.go(enterView(view, { scenario: await saved() })); };
  return (
    <>
      <section class="panel controls" aria-label="Which scenario">
        <ScenarioPicker bench={bench} value={state.route.scenario} onChange={(scenario) => { bench.go({ view: 'scenario', scenario }); }} />
        <OpenForm desk={desk} onError={(thrown) => { error.value = workErrorData(thrown); }} />
        <GenerateForm bench={bench} desk={desk} />
        <label class="field push"><span class="name">Save as</span>
          <input type="text" value={title.value} onInput={(event) => { title.value = event.currentTarget.value; }} />
        </label>
        <div class="row">
          <button type="button" disabled={!sound} onClick={() => { attempt(save()); }}>Save</button>
          <button type="button" disabled={state.text === ''} onClick={() => { saveFile(textFile(`${fileNameOf(title.value)}.json`, (desk.state.peek() ?? state).text, 'application/json')); }}>Download</button>
          <button type="button" disabled={!sound} title={state.changed ? 'Saves it first' : ''} onClick={() => { attempt(onTo('compare')); }}>Compare with it</button>
          <button type="button" disabled={!sound} title={state.changed ? 'Saves it first' : ''} onClick={() => { attempt(onTo('run')); }}>Run it</button>
        </div>
      </section>
      {error.value !== undefined && <ErrorBox error={error.value} />}
    </>
  );
}

/** A file of any format, with what can be said about those that bring no resources. */
function OpenForm({ desk, onError }: { readonly desk: ScenarioDesk; readonly onError: (error: unknown) => void }): JSX.Element {
  const processors = useSignal(''), fleet = useSignal<ReadFile | undefined>(undefined);
  const open = async (file: File): Promise<void> => {
    const count = /^\d+$/.test(processors.value) ? Number(processors.value) : undefined;
    await desk.open(await readFile(file), { ...(count === undefined ? {} : { processors: count }), ...(fleet.value === undefined ? {} : { fleet: fleet.value }) });
  };
  return (
    <div class="field"><span class="name">From a file</span>
      <div class="row">
        <FilePick label="Open …" name="Open a scenario file" onPick={(file) => { open(file).catch(onError); }} />
        <details class="picker">
          <summary>On</summary>
          <div class="sheet form">
            <p>Scenarios of ours, WfFormat, PSPLIB (.sm), Patterson (.rcp), STG, DOT, flexible job shops; .gz too. Or drop the file anywhere on the page, an iCalendar (.ics) as well.</p>
            <label class="pair"><span>Processors</span><input type="number" min={1} value={processors.value} placeholder="–" onInput={(event) => { processors.value = event.currentTarget.value; }} /><span class="soft">for bare task graphs (STG, DOT): identical processors</span></label>
            <div class="pair"><span>Fleet</span><FilePick label="Choose …" name="Fleet file" onPick={(file) => { readFile(file).then((read) => { fleet.value = read; }, onError); }} />
              <span class="soft">{fleet.value === undefined ? 'run on this fleet (JSON) instead of its own' : <>{fleet.value.name} <button type="button" class="plain" aria-label="Forget the fleet" onClick={() => { fleet.value = undefined; }}>✕</button></>}</span></div>
          </div>
        </details>
      </div>
    </div>
  );
}

type Generators = ScenarioQuestions['generators']['answer'];

function GenerateForm({ bench, desk }: { readonly bench: Bench; readonly desk: ScenarioDesk }): JSX.Element {
  const generators = useSignal<Generators>([]), chosen = useSignal(''), values = useSignal<Readonly<Record<string, string>>>({});
  const load = (): void => { if (generators.value.length === 0) bench.pool.ask({ kind: 'generators' }, { urgent: true }).then((found) => { generators.value = found; }, () => { /* asked again when it is opened again */ }); };
  const generator = generators.value.find(({ name }) => name === chosen.value) ?? generators.value[0];
  return (
    <div class="field"><span class="name">New</span>
      <details class="picker" onToggle={load}>
        <summary>Generate</summary>
        <form class="sheet form" aria-label="Generate a scenario" onSubmit={(event) => {
          event.preventDefault();
          const own = new Set(generator!.parameters.map(({ key }) => key));
          void desk.generate(generator!.name, Object.fromEntries(Object.entries(values.value).filter(([key]) => own.has(key))));
        }}>
          <label class="pair"><span>Kind</span>
            <select value={generator?.name} onChange={(event) => { chosen.value = event.currentTarget.value; }}>{generators.value.map(({ name }) => <option key={name} value={name}>{name}</option>)}</select>
            <span class="soft">{generator?.summary}</span></label>
          {generator?.parameters.map(({ key, label, usual, meaning, limits }) => (
            <label class="pair" key={key}><span>{label}</span>
              <input type="text" placeholder="–" value={values.value[key] ?? usual} onInput={(event) => { values.value = { ...values.value, [key]: event.currentTarget.value }; }} />
              <span class="soft">{meaning}{limits !== undefined && ` ${limits[0]} to ${limits[1]}.`}</span></label>
          ))}
          <div><button type="submit" disabled={generator === undefined}>Generate</button></div>
        </form>
      </details>
    </div>
  );
}
