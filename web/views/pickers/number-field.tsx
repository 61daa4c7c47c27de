// A number that takes effect when its field is left or Enter is pressed, if it may be what was typed; else it is again what it
// was. Until it has taken effect it stands as it is typed, however often what is around it is drawn anew.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

export interface NumberFieldProps {
  readonly value: number;
  readonly min: number;
  readonly max?: number;
  readonly step?: 'any';
  readonly label?: string;
  readonly labelledBy?: string;
  readonly isValid: (value: number) => boolean;
  readonly onCommit: (value: number) => void;
}

export function NumberField({ value, min, max, step, label, labelledBy, isValid, onCommit }: NumberFieldProps): JSX.Element {
  const typed = useSignal<string | undefined>(undefined);
  useEffect(() => { typed.value = undefined; }, [value]);
  return (
    <input type="number" min={min} max={max} step={step} aria-label={label} aria-labelledby={labelledBy} value={typed.value ?? value}
      onInput={(event) => { typed.value = event.currentTarget.value; }}
      onChange={(event) => {
        const given = event.currentTarget.valueAsNumber;
        if (given !== value && isValid(given)) { onCommit(given); return; } // what is typed stands until it is drawn
        typed.value = undefined;
        event.currentTarget.value = String(value);
      }} />
  );
}

/** Whole numbers from `min` to `max`. */
export const isWhole = (min: number, max = Number.MAX_SAFE_INTEGER) => (value: number): boolean => Number.isSafeInteger(value) && value >= min && value <= max;
