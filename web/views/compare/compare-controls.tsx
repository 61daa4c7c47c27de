// What is compared: scenario, weights, policies, baseline, metric, seeds. Every choice is a new address.
import type { JSX } from 'preact';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import type { CompareRoute } from '../../state/routes/compare.ts';
import { SEEDS_MAX, usualBaseline, weightsText } from '../../state/routes/settings.ts';
import type { ScenarioFacts } from '../../worker/protocol.ts';
import type { Bench } from '../open-view.ts';
import { FaultPicker } from '../pickers/fault-picker.tsx';
import { MorePicker } from '../pickers/more-picker.tsx';
import { NumberField, isWhole } from '../pickers/number-field.tsx';
import { PolicyPicker } from '../pickers/policy-picker.tsx';
import { ScenarioPicker } from '../pickers/scenario-picker.tsx';
import { WeightInputs } from '../pickers/weight-inputs.tsx';

export interface CompareControlsProps {
  readonly bench: Bench;
  readonly route: CompareRoute;
  readonly facts: ScenarioFacts | undefined;
}

const GOALS = METRICS.filter(({ key, better }) => better !== 'none' && !key.startsWith('decisionMs'));

/** Settings worth a comparison; any other one is typed. */
const WEIGHT_SETTINGS = ['0.6,0.3,0.1', '0.8,0.1,0.1', '0.34,0.33,0.33', '0.2,0.7,0.1', '1,0,0', '0,1,0', '0,0,1'];

export function CompareControls({ bench, route, facts }: CompareControlsProps): JSX.Element {
  const change = (make: (now: CompareRoute) => Partial<CompareRoute>): void => { bench.turn('compare', make); }, another = (part: Partial<CompareRoute>): void => { change(() => part); };
  return (
    <section class="panel controls" aria-label="What is compared">
      <div class="beside">
        <ScenarioPicker bench={bench} value={route.scenario} facts={facts} onChange={(scenario) => { change((now) => lookingAt({ ...now, scenarios: now.scenarios.map((name) => (name === now.scenario ? scenario : name)) }, scenario, now.weights)); }} />
        <MorePicker label="Compare on several" all={[...bench.about.value.scenarios, ...bench.library.names('scenario')]} value={route.scenarios} onChange={(among) => { change((now) => lookingAt({ ...now, scenarios: among(now.scenarios) }, now.scenario, now.weights)); }} />
      </div>
      <PolicyPicker bench={bench} value={route.policies} onChange={(among) => { change((now) => { const policies = among(now.policies); return { policies, baseline: policies.includes(now.baseline) ? now.baseline : usualBaseline(policies) }; }); }} />
      <label class="field"><span class="name">Baseline</span>
        <select value={route.baseline} onChange={(event) => { another({ baseline: event.currentTarget.value }); }}>
          {route.policies.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <label class="field"><span class="name">Metric</span>
        <select value={route.metric} onChange={(event) => { another({ metric: event.currentTarget.value as MetricKey }); }}>
          {GOALS.map(({ key, title, definition }) => <option key={key} value={key} title={definition}>{title}</option>)}
        </select>
      </label>
      <div class="beside">
        <WeightInputs weights={route.weights} onChange={(weights) => { change((now) => lookingAt({ ...now, weightSets: now.weightSets.map((one) => (weightsText(one) === weightsText(now.weights) ? weights : one)) }, now.scenario, weights)); }} />
        <MorePicker label="Compare by several weights" all={WEIGHT_SETTINGS} value={route.weightSets.map(weightsText)} onChange={(among) => { change((now) => lookingAt({ ...now, weightSets: among(now.weightSets.map(weightsText)).map(weightsOf) }, now.scenario, now.weights)); }} />
      </div>
      <label class="field"><span class="name">Seeds, from 1</span>
        <NumberField min={1} max={SEEDS_MAX} value={route.seeds} isValid={isWhole(1, SEEDS_MAX)} onCommit={(seeds) => { another({ seeds }); }} />
      </label>
      <FaultPicker bench={bench} value={route.faults} onChange={(faults) => { another({ faults }); }} />
    </section>
  );
}

/** The route with what is looked at among its lists, each name and setting once. */
function lookingAt(route: CompareRoute, scenario: string, weights: Weights): CompareRoute {
  const scenarios = [...new Set(route.scenarios)], weightSets = [...new Set(route.weightSets.map(weightsText))].map(weightsOf), same = (one: Weights): boolean => weightsText(one) === weightsText(weights);
  return { ...route, scenarios, weightSets, scenario: scenarios.includes(scenario) ? scenario : scenarios[0]!, weights: weightSets.some(same) ? weights : weightSets[0]! };
}

function weightsOf(text: string): Weights {
  const [latency, cost, fragmentation] = text.split(',').map(Number) as [number, number, number];
  return { latency, cost, fragmentation };
}
