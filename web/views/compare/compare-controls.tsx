// What is compared: scenario, weights, policies, baseline, metric, seeds. Every choice is a new address.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { countText } from '../../../engine/metrics/figure-text.ts';
import { METRICS } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import { faultLine } from '../../../engine/model/errors.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { SEEDS_MAX, checkWeights, usualBaseline } from '../../state/route.ts';
import type { CompareRoute, Route } from '../../state/route.ts';
import type { About, ScenarioFacts } from '../../worker/protocol.ts';

export interface CompareControlsProps {
  readonly about: About;
  readonly route: CompareRoute;
  readonly facts: ScenarioFacts | undefined;
  readonly onGo: (route: Route) => void;
}

const GOALS = METRICS.filter(({ key, better }) => better !== 'none' && !key.startsWith('decisionMs'));

export function CompareControls({ about, route, facts, onGo }: CompareControlsProps): JSX.Element {
  const scenarios = about.scenarios.includes(route.scenario) ? about.scenarios : [route.scenario, ...about.scenarios];
  return (
    <section class="panel controls" aria-label="What is compared">
      <label class="field"><span class="name">Scenario</span>
        <select value={route.scenario} title={facts?.description} onChange={(event) => { onGo({ ...route, scenario: event.currentTarget.value }); }}>
          {scenarios.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <PolicyPicker about={about} route={route} onGo={onGo} />
      <label class="field"><span class="name">Baseline</span>
        <select value={route.baseline} onChange={(event) => { onGo({ ...route, baseline: event.currentTarget.value }); }}>
          {route.policies.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <label class="field"><span class="name">Metric</span>
        <select value={route.metric} onChange={(event) => { onGo({ ...route, metric: event.currentTarget.value as MetricKey }); }}>
          {GOALS.map(({ key, title, definition }) => <option key={key} value={key} title={definition}>{title}</option>)}
        </select>
      </label>
      <WeightInputs weights={route.weights} onChange={(weights) => { onGo({ ...route, weights }); }} />
      <label class="field"><span class="name">Seeds, from 1</span>
        <input type="number" min={1} max={SEEDS_MAX} value={route.seeds} onChange={(event) => {
          const seeds = event.currentTarget.valueAsNumber;
          if (Number.isInteger(seeds) && seeds >= 1 && seeds <= SEEDS_MAX) onGo({ ...route, seeds }); else event.currentTarget.value = String(route.seeds);
        }} />
      </label>
      <span class="soft push">{facts === undefined ? ' ' : `${countText(facts.tasks, 'task')} · ${countText(facts.jobs, 'job')} · ${countText(facts.units, 'unit')}`}</span>
    </section>
  );
}

function PolicyPicker({ about, route, onGo }: Omit<CompareControlsProps, 'facts'>): JSX.Element {
  const names = about.policies.map(({ name }) => name), extra = route.policies.filter((name) => !names.includes(name)), summaries = new Map(about.policies.map(({ name, summary }) => [name, summary]));
  const toggle = (name: string, on: boolean): void => {
    const policies = [...names, ...extra].filter((other) => (other === name ? on : route.policies.includes(other)));
    if (policies.length > 0) onGo({ ...route, policies, baseline: policies.includes(route.baseline) ? route.baseline : usualBaseline(policies) });
  };
  return (
    <div class="field"><span class="name">Policies</span>
      <details class="picker">
        <summary>{route.policies.length} of {names.length + extra.length}</summary>
        <div class="sheet">
          {[...names, ...extra].map((name) => {
            const on = route.policies.includes(name);
            return <label key={name}><input type="checkbox" checked={on} disabled={on && route.policies.length === 1} onChange={(event) => { toggle(name, event.currentTarget.checked); }} /><span>{name}</span><span class="soft">{summaries.get(name) ?? ''}</span></label>;
          })}
        </div>
      </details>
    </div>
  );
}

const PARTS = ['latency', 'cost', 'fragmentation'] as const;

/** Three numbers that take effect once they sum to 1. */
function WeightInputs({ weights, onChange }: { readonly weights: Weights; readonly onChange: (weights: Weights) => void }): JSX.Element {
  const texts = useSignal<readonly string[]>([]);
  useEffect(() => { texts.value = PARTS.map((part) => String(+weights[part].toFixed(6))); }, [weights.latency, weights.cost, weights.fragmentation]);
  const read = checkWeights(texts.value.map((text) => (text.trim() === '' ? NaN : Number(text)))), wrong = texts.value.length > 0 && 'code' in read;
  const commit = (): void => { if (!('code' in read) && PARTS.some((part) => read[part] !== weights[part])) onChange(read); };
  return (
    <fieldset class="field">
      <legend>Weights, sum 1 {wrong && <span class="worse" role="alert">{'code' in read ? (read.hint ?? faultLine(read)) : ''}</span>}</legend>
      <div class="row" onFocusOut={(event) => { if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) commit(); }}>
        {PARTS.map((part, k) => (
          <label key={part}><span class="soft">{part}</span>
            <input type="number" min={0} max={1} step={0.05} value={texts.value[k] ?? ''} aria-invalid={wrong}
              onInput={(event) => { texts.value = texts.value.map((text, i) => (i === k ? event.currentTarget.value : text)); }}
              onKeyDown={(event) => { if (event.key === 'Enter') commit(); }} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
