// What is made to go wrong: nothing, a plan of the catalogue, or one of the user's own.
import type { JSX } from 'preact';
import { isInline } from '../../state/fault-edits.ts';
import type { Bench } from '../open-view.ts';
import { SourceOptions } from './scenario-picker.tsx';

export interface FaultPickerProps {
  readonly bench: Bench;
  /** Empty for none. */
  readonly value: string;
  readonly onChange: (name: string) => void;
}

export function FaultPicker({ bench, value, onChange }: FaultPickerProps): JSX.Element {
  const plans = bench.about.value.faults, byHand = value !== '' && isInline(value);
  return (
    <label class="field"><span class="name">Faults</span>
      <select value={value} title={plans.find(({ name }) => name === value)?.description} onChange={(event) => { onChange(event.currentTarget.value); }}>
        <option value="">none</option>
        {byHand && <option value={value}>put by hand</option>}
        <SourceOptions value={byHand ? '' : value} catalogue={plans.map(({ name }) => name)} mine={bench.library.names('faults')} />
      </select>
    </label>
  );
}
