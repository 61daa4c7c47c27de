// A number that takes effect when its field is left or Enter is pressed, if it may be what was typed; else it is again what it was.
import type { JSX } from 'preact';
import { useTyped } from './typed.ts';

export interface NumberFieldProps {
  readonly value: number;
  readonly min: number;
  readonly max?: number;
  readonly step?: 'any';
  readonly label?: string;
  readonly labelledBy?: string;
  /** See `useTyped`. */
  readonly of?: string;
  readonly isValid: (value: number) => boolean;
  readonly onCommit: (value: number) => void;
}

export function NumberField({ value, min, max, step, label, labelledBy, of, isValid, onCommit }: NumberFieldProps): JSX.Element {
  const typed = useTyped(String(value), of);
  return (
    <input type="number" min={min} max={max} step={step} aria-label={label} aria-labelledby={labelledBy} value={typed.text}
      onInput={(event) => { typed.type(event.currentTarget.value); }}
      onChange={(event) => {
        const given = event.currentTarget.valueAsNumber;
        // Also the number that is drawn: an earlier one may be on its way.
        if (isValid(given)) { typed.commit(String(given)); onCommit(given); return; }
        typed.drop();
        event.currentTarget.value = String(value);
      }} />
  );
}

/** Whole numbers from `min` to `max`. */
export const isWhole = (min: number, max = Number.MAX_SAFE_INTEGER) => (value: number): boolean => Number.isSafeInteger(value) && value >= min && value <= max;
