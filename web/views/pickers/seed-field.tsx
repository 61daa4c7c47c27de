// One seed: typed, or the one before or behind.
import type { JSX } from 'preact';
import { NumberField, isWhole } from './number-field.tsx';

export interface SeedFieldProps {
  readonly name: string;
  /** Of the name, in the document. */
  readonly id: string;
  readonly value: number;
  /** Told how the seed changes, whatever it is by now. */
  readonly onChange: (change: (now: number) => number) => void;
}

export function SeedField({ name, id, value, onChange }: SeedFieldProps): JSX.Element {
  return (
    <div class="field"><span class="name" id={id}>{name}</span>
      <span class="row">
        <button type="button" aria-label="Seed before" disabled={value <= 0} onClick={() => { onChange((now) => Math.max(0, now - 1)); }}>◂</button>
        <NumberField min={0} labelledBy={id} value={value} isValid={isWhole(0)} onCommit={(seed) => { onChange(() => seed); }} />
        <button type="button" aria-label="Next seed" onClick={() => { onChange((now) => now + 1); }}>▸</button>
      </span>
    </div>
  );
}
