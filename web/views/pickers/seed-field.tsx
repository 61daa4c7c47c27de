// One seed: typed, or the one before or behind.
import type { JSX } from 'preact';

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
        <input type="number" min={0} aria-labelledby={id} value={value} onChange={(event) => {
          const seed = event.currentTarget.valueAsNumber;
          if (Number.isSafeInteger(seed) && seed >= 0) onChange(() => seed); else event.currentTarget.value = String(value);
        }} />
        <button type="button" aria-label="Next seed" onClick={() => { onChange((now) => now + 1); }}>▸</button>
      </span>
    </div>
  );
}
