// Several of something at once: a sheet of boxes to tick. One always stays ticked.
import type { JSX } from 'preact';
import { ticked } from './ticked.ts';

export interface MorePickerProps {
  /** What there is to tick, for screen readers. */
  readonly label: string;
  readonly all: readonly string[];
  readonly value: readonly string[];
  /** Told how the choice changes, whatever it is by now. In the order of `all`. */
  readonly onChange: (change: (now: readonly string[]) => readonly string[]) => void;
}

export function MorePicker({ label, all, value, onChange }: MorePickerProps): JSX.Element {
  const names = [...value.filter((name) => !all.includes(name)), ...all];
  return (
    <details class="picker more">
      <summary aria-label={`${label}, ${value.length} ticked`}>{value.length === 1 ? '+' : `${value.length} at once`}</summary>
      <div class="sheet narrow">
        {names.map((name) => {
          const on = value.includes(name);
          return <label key={name}><input type="checkbox" checked={on} disabled={on && value.length === 1} onChange={(event) => { const { checked: isTicked } = event.currentTarget; onChange((now) => ticked(names, now, name, isTicked)); }} /><span>{name.replaceAll(',', ' / ')}</span></label>;
        })}
      </div>
    </details>
  );
}
