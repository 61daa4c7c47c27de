// What a scenario says of itself as a whole.
import type { JSX } from 'preact';
import { SCENARIO_SCHEMA } from '../../../engine/model/schema.ts';
import { valueAt } from '../../state/document-path.ts';
import type { ScenarioDesk, ScenarioState } from '../../state/scenario-desk.ts';
import { ValueField } from './value-field.tsx';

const FIELDS: readonly { readonly key: string; readonly label: string; readonly width: number; readonly isText: boolean; readonly usual: string }[] = [
  { key: 'name', label: 'Name', width: 26, isText: true, usual: '' }, { key: 'description', label: 'Description', width: 44, isText: true, usual: '' },
  { key: 'budget', label: 'Budget, $', width: 10, isText: false, usual: 'none' }, { key: 'epoch', label: 'Epoch', width: 26, isText: true, usual: '2026-01-05T00:00:00Z' },
  { key: 'horizon', label: 'Horizon', width: 10, isText: false, usual: '3650d' }, { key: 'tick', label: 'Tick', width: 10, isText: false, usual: '30s' },
];

export function GeneralFields({ desk, state }: { readonly desk: ScenarioDesk; readonly state: ScenarioState }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="general-title">
      <h2 id="general-title">In general</h2>
      <div class="pairs-form">
        {FIELDS.map(({ key, label, width, isText, usual }) => (
          <label key={key}><span class="soft">{label}</span><ValueField desk={desk} state={state} path={key} label={label} width={width} isText={isText} title={SCENARIO_SCHEMA.properties?.[key]?.description} placeholder={usual} /></label>
        ))}
        <label><span class="soft">Decides</span>
          <select value={String(valueAt(state.document, 'mode') ?? 'tick')} onChange={(event) => { desk.set('mode', event.currentTarget.value); }}>
            <option value="tick">on the grid of ticks</option><option value="event">at every change</option>
          </select>
        </label>
      </div>
    </section>
  );
}
