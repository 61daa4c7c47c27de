// Which policy is written, what it is called, where it goes; and what it is run against, on what.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { MINE } from '../../state/library.ts';
import type { PolicyDesk, WrittenPolicy } from '../../state/policy-desk.ts';
import { WRITING_SEEDS_MAX } from '../../state/routes/policy.ts';
import type { PolicyRoute } from '../../state/routes/policy.ts';
import type { Bench } from '../open-view.ts';
import { FaultPicker } from '../pickers/fault-picker.tsx';
import { NumberField, isWhole } from '../pickers/number-field.tsx';
import { PolicyPicker } from '../pickers/policy-picker.tsx';
import { ScenarioPicker } from '../pickers/scenario-picker.tsx';
import { WeightInputs } from '../pickers/weight-inputs.tsx';

export interface PolicyControlsProps {
  readonly bench: Bench;
  readonly desk: PolicyDesk;
  readonly route: PolicyRoute;
}

/** Whether a text is safe. */
function savedText({ text, saved }: WrittenPolicy, lasting: boolean | undefined): string {
  if (saved === undefined) return 'an example, saved when it is changed or run';
  return saved !== text ? 'saving …' : lasting === false ? 'kept until this tab is closed' : 'saved in this browser';
}

export function PolicyControls({ bench, desk }: Omit<PolicyControlsProps, 'route'>): JSX.Element {
  const written = desk.written.value, names = bench.library.names('policy'), current = written?.saved === undefined ? '' : MINE + written.name;
  return (
    <section class="panel controls" aria-label="The policy">
      <label class="field"><span class="name">Policy</span>
        <select value={current} disabled={names.length === 0} onChange={(event) => { const policy = event.currentTarget.value; bench.turn('policy', () => ({ policy })); }}>
          {(current === '' || !names.includes(current)) && <option value={current}>{written?.name ?? ''}</option>}
          {names.map((name) => <option key={name} value={name}>{name.slice(MINE.length)}</option>)}
        </select>
      </label>
      <NameField name={written?.name ?? ''} onRename={(name) => { void desk.rename(name); }} />
      <label class="field"><span class="name">New, from</span>
        <select value="" onChange={(event) => {
          const example = desk.examples.value.find(({ name }) => name === event.currentTarget.value);
          event.currentTarget.value = '';
          if (example !== undefined) void desk.create(example.name, example.text);
        }}>
          <option value="">choose …</option>
          {desk.examples.value.map(({ name, title }) => <option key={name} value={name}>{name}: {title}</option>)}
        </select>
      </label>
      <div class="row">
        <OpenFile desk={desk} />
        <button type="button" disabled={written === undefined} title="A file that twinclock run --policy runs unchanged" onClick={() => { exportPolicy(written!.name, written!.text); }}>Export .ts</button>
        <button type="button" disabled={written === undefined} onClick={() => { if (confirm(`Delete ${written!.name} from this browser?`)) void desk.remove(); }}>Delete</button>
      </div>
      <span class="soft saved" role="status">{written === undefined ? '' : savedText(written, bench.library.lasting.value)}</span>
    </section>
  );
}

/** What the policy is run against. */
export function RunControls({ bench, desk, route }: PolicyControlsProps): JSX.Element {
  const go = (change: Partial<PolicyRoute>): void => { bench.turn('policy', () => change); }, state = desk.comparison.state.value;
  const busy = desk.run.value?.status === 'trying' || (desk.run.value?.status === 'tried' && state?.status === 'running');
  return (
    <section class="panel controls run-controls" aria-label="What it is run against">
      <ScenarioPicker bench={bench} value={route.scenario} onChange={(scenario) => { go({ scenario }); }} />
      <PolicyPicker bench={bench} value={route.policies} onChange={(change) => { bench.turn('policy', (now) => ({ policies: change(now.policies) })); }} />
      <label class="field"><span class="name">Seeds, from 1</span>
        <NumberField min={1} max={WRITING_SEEDS_MAX} value={route.seeds} isValid={isWhole(1, WRITING_SEEDS_MAX)} onCommit={(seeds) => { go({ seeds }); }} />
      </label>
      <FaultPicker bench={bench} value={route.faults} onChange={(faults) => { go({ faults }); }} />
      <WeightInputs weights={route.weights} onChange={(weights) => { go({ weights }); }} />
      {busy ? <button type="button" onClick={() => { desk.stop(); }}>Cancel</button>
        : <button type="button" class="primary" disabled={desk.written.value === undefined} title="Ctrl+Enter in the editor" onClick={() => { void desk.start(); }}>Run</button>}
    </section>
  );
}

function NameField({ name, onRename }: { readonly name: string; readonly onRename: (name: string) => void }): JSX.Element {
  const text = useSignal(name);
  useEffect(() => { text.value = name; }, [name]);
  const commit = (): void => { if (text.value.trim() === '') text.value = name; else if (text.value.trim() !== name) onRename(text.value); };
  return (
    <label class="field"><span class="name">Name</span>
      <input type="text" value={text.value} onInput={(event) => { text.value = event.currentTarget.value; }} onBlur={commit} onKeyDown={(event) => { if (event.key === 'Enter') commit(); }} />
    </label>
  );
}

function OpenFile({ desk }: { readonly desk: PolicyDesk }): JSX.Element {
  return (
    <label class="file-button"><span>Open a file …</span>
      <input type="file" accept=".ts,.js,.mts,.mjs" class="visually-hidden" onChange={(event) => {
        const file = event.currentTarget.files?.[0];
        event.currentTarget.value = '';
        if (file !== undefined) void openPolicyFile(desk, file);
      }} />
    </label>
  );
}

/** A file that was chosen or dropped, as a policy of its own. */
export async function openPolicyFile(desk: PolicyDesk, file: File): Promise<void> {
  await desk.create(file.name.replace(/\.[^.]*$/, ''), await file.text());
}

function exportPolicy(name: string, text: string): void {
  const link = document.createElement('a'), address = URL.createObjectURL(new Blob([text], { type: 'text/typescript' }));
  link.href = address;
  link.download = `${name}.ts`;
  link.click();
  URL.revokeObjectURL(address);
}
