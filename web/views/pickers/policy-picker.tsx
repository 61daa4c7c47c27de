// Which policies: those that are built in, those of the user's library, and any with parameters that the address names.
import type { JSX } from 'preact';
import type { Bench } from '../open-view.ts';

export interface PolicyPickerProps {
  readonly bench: Bench;
  /** At least one. */
  readonly value: readonly string[];
  readonly onChange: (policies: readonly string[]) => void;
}

export function PolicyPicker({ bench, value, onChange }: PolicyPickerProps): JSX.Element {
  const summaries = new Map(bench.about.value.policies.map(({ name, summary }) => [name, summary])), known = [...summaries.keys(), ...bench.library.names('policy')];
  const names = [...known, ...value.filter((name) => !known.includes(name))];
  const toggle = (name: string, on: boolean): void => {
    const policies = names.filter((other) => (other === name ? on : value.includes(other)));
    if (policies.length > 0) onChange(policies);
  };
  return (
    <div class="field"><span class="name">Policies</span>
      <details class="picker">
        <summary>{value.length} of {names.length}</summary>
        <div class="sheet">
          {names.map((name) => {
            const on = value.includes(name);
            return <label key={name}><input type="checkbox" checked={on} disabled={on && value.length === 1} onChange={(event) => { toggle(name, event.currentTarget.checked); }} /><span>{name}</span><span class="soft">{summaries.get(name) ?? ''}</span></label>;
          })}
        </div>
      </details>
    </div>
  );
}
