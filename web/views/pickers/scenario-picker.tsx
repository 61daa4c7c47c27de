// Which scenario: those of the catalogue and those of the user's library.
import type { JSX } from 'preact';
import type { ScenarioFacts } from '../../worker/protocol.ts';
import type { Bench } from '../open-view.ts';

export interface ScenarioPickerProps {
  readonly bench: Bench;
  readonly value: string;
  readonly facts?: ScenarioFacts | undefined;
  readonly onChange: (name: string) => void;
}

export function ScenarioPicker({ bench, value, facts, onChange }: ScenarioPickerProps): JSX.Element {
  return (
    <label class="field"><span class="name">Scenario</span>
      <select value={value} title={facts?.description} onChange={(event) => { onChange(event.currentTarget.value); }}>
        <SourceOptions value={value} catalogue={bench.about.value.scenarios} mine={bench.library.names('scenario')} />
      </select>
    </label>
  );
}

/** Names of the catalogue, then the user's own; a name that is in neither stands at the top. */
export function SourceOptions({ value, catalogue, mine }: { readonly value: string; readonly catalogue: readonly string[]; readonly mine: readonly string[] }): JSX.Element {
  return (
    <>
      {value !== '' && !catalogue.includes(value) && !mine.includes(value) && <option value={value}>{value}</option>}
      {catalogue.map((name) => <option key={name} value={name}>{name}</option>)}
      {mine.length > 0 && <optgroup label="My own">{mine.map((name) => <option key={name} value={name}>{name}</option>)}</optgroup>}
    </>
  );
}
