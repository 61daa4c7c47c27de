// Which policies: those that are built in, those of the user's library, and any with parameters that the address names.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { splitPolicies } from '../../state/routes/settings.ts';
import type { About } from '../../worker/protocol.ts';
import type { Bench } from '../open-view.ts';
import { ticked } from './ticked.ts';

export interface PolicyPickerProps {
  readonly bench: Bench;
  /** At least one. */
  readonly value: readonly string[];
  /** Told how the choice changes, whatever it is by now. */
  readonly onChange: (change: (now: readonly string[]) => readonly string[]) => void;
}

export function PolicyPicker({ bench, value, onChange }: PolicyPickerProps): JSX.Element {
  const about = bench.about.value.policies, summaries = new Map(about.map(({ name, summary, parameters }) => [name, `${summary}${parametersText(parameters)}`])), known = [...summaries.keys(), ...bench.library.names('policy')];
  const names = [...known, ...value.filter((name) => !known.includes(name))];
  const toggle = (name: string, on: boolean): void => { onChange((now) => ticked(names, now, name, on)); };
  return (
    <div class="field"><span class="name">Policies</span>
      <details class="picker">
        <summary>{value.length} of {names.length}</summary>
        <div class="sheet">
          {names.map((name) => {
            const on = value.includes(name);
            return <label key={name}><input type="checkbox" checked={on} disabled={on && value.length === 1} onChange={(event) => { toggle(name, event.currentTarget.checked); }} /><span>{name}</span><span class="soft">{summaries.get(name) ?? ''}</span></label>;
          })}
          <WithParameters example={about.find(({ parameters }) => Object.keys(parameters).length > 0)} onAdd={(added) => { onChange((now) => [...new Set([...now, ...added])]); }} />
        </div>
      </details>
    </div>
  );
}

/** ` Takes theta (0.85), idle (300).` with what they usually are; empty for none. */
function parametersText(parameters: About['policies'][number]['parameters']): string {
  const all = Object.entries(parameters);
  return all.length === 0 ? '' : ` Takes ${all.map(([name, { default: usual }]) => `${name} (${usual})`).join(', ')}.`;
}

/** The same policy may be there several times, with other parameters. What is wrong with them the workers say. */
function WithParameters({ example, onAdd }: { readonly example: About['policies'][number] | undefined; readonly onAdd: (specs: readonly string[]) => void }): JSX.Element | null {
  const typed = useSignal('');
  if (example === undefined) return null;
  const key = Object.keys(example.parameters)[0]!, add = (): void => { const specs = splitPolicies(typed.value); if (specs.length > 0) { onAdd(specs); typed.value = ''; } };
  return (
    <form class="row" onSubmit={(event) => { event.preventDefault(); add(); }}>
      <input type="text" class="wide" value={typed.value} placeholder={`${example.name}:${key}=${example.parameters[key]!.default}`} aria-label="A policy with parameters" spellcheck={false} onInput={(event) => { typed.value = event.currentTarget.value; }} />
      <button type="submit">Add with parameters</button>
    </form>
  );
}
