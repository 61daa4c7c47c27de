// What is mapped: scenario, policies, the figure that colours the map, whose it is, seeds, faults. Every choice is a new address.
import type { JSX } from 'preact';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import { MAP_SEEDS_MAX } from '../../state/routes/weights.ts';
import type { Borders, MapColour, WeightsRoute } from '../../state/routes/weights.ts';
import type { ScenarioFacts } from '../../worker/protocol.ts';
import type { Bench } from '../open-view.ts';
import { FaultPicker } from '../pickers/fault-picker.tsx';
import { NumberField, isWhole } from '../pickers/number-field.tsx';
import { PolicyPicker } from '../pickers/policy-picker.tsx';
import { ScenarioPicker } from '../pickers/scenario-picker.tsx';

const FIGURES = METRICS.filter(({ key }) => !key.startsWith('decisionMs'));

export function WeightControls({ bench, route, facts }: { readonly bench: Bench; readonly route: WeightsRoute; readonly facts: ScenarioFacts | undefined }): JSX.Element {
  const change = (part: Partial<WeightsRoute>): void => { bench.turn('weights', () => part); };
  return (
    <section class="panel controls map-controls" aria-label="What is mapped">
      <ScenarioPicker bench={bench} value={route.scenario} facts={facts} onChange={(scenario) => { change({ scenario }); }} />
      <PolicyPicker bench={bench} value={route.policies} onChange={(among) => { bench.turn('weights', (now) => withPolicies(now, among(now.policies))); }} />
      <label class="field"><span class="name">Colour</span>
        <select value={route.colour} onChange={(event) => { change({ colour: event.currentTarget.value as MapColour }); }}>
          <option value="winner" disabled={route.policies.length < 2}>Which policy is best</option>
          {FIGURES.map(({ key, title, definition }) => <option key={key} value={key} title={definition}>{title}</option>)}
        </select>
      </label>
      <label class="field"><span class="name">Policy shown</span>
        <select value={route.policy} disabled={route.policies.length < 2} onChange={(event) => { change({ policy: event.currentTarget.value }); }}>
          {route.policies.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <label class="field"><span class="name">Lines</span>
        <select value={route.borders} onChange={(event) => { change({ borders: event.currentTarget.value as Borders }); }}>
          {route.colour === 'winner' ? <option value={route.borders === 'none' ? 'here' : route.borders}>another one leads</option>
            : <><option value="here">same run as here</option><option value="this-seed">every change of it</option><option value="any-seed">changes at any seed</option></>}
          <option value="none">none</option>
        </select>
      </label>
      <label class="field"><span class="name">Seeds, from 1</span>
        <NumberField min={1} max={MAP_SEEDS_MAX} value={route.seeds} isValid={isWhole(1, MAP_SEEDS_MAX)} onCommit={(seeds) => { change({ seeds }); }} />
      </label>
      <FaultPicker bench={bench} value={route.faults} onChange={(faults) => { change({ faults }); }} />
    </section>
  );
}

/** What is shown is among them, and one alone leads nothing. */
function withPolicies(now: WeightsRoute, policies: readonly string[]): Partial<WeightsRoute> {
  return { policies, policy: policies.includes(now.policy) ? now.policy : policies[0]!, ...(policies.length === 1 && now.colour === 'winner' ? { colour: 'objective' } : {}) };
}
