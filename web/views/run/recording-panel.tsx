// A recorded run: what it is, whether the engine here makes the same of its events, and what may be asked about it. The record
// itself cannot be edited: every change is a "what if", made in the world that the journal showed, with what that stands on.
import type { JSX } from 'preact';
import { countText, metricText } from '../../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import { asksWhatIf } from '../../state/routes/run.ts';
import type { RunRoute } from '../../state/routes/run.ts';
import { weightsText } from '../../state/routes/settings.ts';
import type { RecordingFacts, WhatIfFacts } from '../../worker/protocol.ts';
import type { Bench } from '../open-view.ts';
import { SourceOptions } from '../pickers/scenario-picker.tsx';
import { WeightInputs } from '../pickers/weight-inputs.tsx';

export interface RecordingPanelProps {
  readonly bench: Bench;
  readonly route: RunRoute;
  readonly recording: RecordingFacts;
  readonly whatIf: WhatIfFacts | undefined;
}

/** Of an address: nothing of the journal's run is changed. */
const UNCHANGED = { ifPolicy: '', ifWeights: undefined, without: [], task: '', attempt: 0, window: undefined, at: undefined } as const;

export function RecordingPanel({ bench, route, recording, whatIf }: RecordingPanelProps): JSX.Element {
  const { identical, records, hash, engine, cutOff, revisions, live, where, study: { scenario } } = recording, asked = asksWhatIf(route);
  return (
    <section class={`panel recording ${identical ? 'same' : 'other'}`} aria-label="Recorded run">
      <p><strong>{live ? 'A live run, as it was recorded.' : 'A run, as it was recorded.'}</strong> {scenario.from === 'text' && <>It is of <strong>{scenario.name}</strong> under {asItWas(recording)}. </>}It is what {live ? 'really happened' : 'was simulated'} and cannot be edited; what may be asked is what would have been.</p>
      <p role="status" data-replay={identical ? 'identical' : 'different'}>
        {identical ? <><strong class="better">Identical</strong>: the replay of this recorded run makes the same {countText(records, 'record')}{cutOff && ', as far as the journal goes (it was cut off)'}</>
          : <><strong class="worse">Not identical</strong>: the replay parts from this journal of {countText(records, 'record')}</>}.
        {revisions > 0 && ` It was changed ${countText(revisions, 'time')} while it ran.`} <span class="soft">journal <code>{hash}</code>, written by engine {engine}</span>
      </p>
      {where !== '' && <pre>{where}</pre>}
      {identical && <Questions bench={bench} route={route} recording={recording} />}
      {asked && <Answer bench={bench} route={route} recording={recording} whatIf={whatIf} />}
    </section>
  );
}

const asItWas = ({ policies }: RecordingFacts): string => policies.join(', then ');

/** Another policy, other weights, without something that went wrong. */
function Questions({ bench, route, recording }: Omit<RecordingPanelProps, 'whatIf'>): JSX.Element {
  const { study, faults } = recording;
  const ask = (part: (now: RunRoute) => Partial<RunRoute>): void => { bench.turn('run', (now) => ({ ...UNCHANGED, ifPolicy: now.ifPolicy, ifWeights: now.ifWeights, without: now.without, ...part(now) })); };
  const leaveOut = (fault: number, out: boolean): void => { ask(({ without }) => ({ without: [...without.filter((n) => n !== fault), ...(out ? [fault] : [])].sort((a, b) => a - b) })); };
  return (
    <div class="row questions" role="group" aria-label="What if">
      <strong>What if …</strong>
      <label class="field"><span class="name">Policy</span>
        <select value={route.ifPolicy} onChange={(event) => { const ifPolicy = event.currentTarget.value; ask(() => ({ ifPolicy })); }}>
          <option value="">as it was ({asItWas(recording)})</option>
          <SourceOptions value={route.ifPolicy} catalogue={bench.about.value.policies.map(({ name }) => name)} mine={bench.library.names('policy')} />
        </select>
      </label>
      <WeightInputs weights={route.ifWeights ?? study.weights} onChange={(weights) => { ask(() => ({ ifWeights: weightsText(weights) === weightsText(study.weights) ? undefined : weights })); }} />
      <details class="picker">
        <summary>{faults.length === 0 ? 'Nothing went wrong' : `Without ${route.without.length} of ${faults.length} that went wrong`}</summary>
        <div class="sheet">{faults.map((words, k) => (
          <label key={k}><input type="checkbox" checked={route.without.includes(k + 1)} onChange={(event) => { leaveOut(k + 1, event.currentTarget.checked); }} /><span>{k + 1}</span><span>{words}</span></label>
        ))}</div>
      </details>
      <button type="button" class="push" onClick={() => { bench.turn('run', () => ({ ...UNCHANGED, journal: '' })); }} title="A new run of its scenario, drawn from the model; nothing of the record but its settings">Simulate its scenario anew</button>
    </div>
  );
}

const SHOWN: readonly MetricKey[] = ['objective', 'makespanMs', 'costMicroUsd', 'deadlineMisses', 'interruptions', 'lostWorkMs', 'queueWaitMeanMs', 'utilisation'];

function Answer({ bench, route, recording, whatIf }: RecordingPanelProps): JSX.Element {
  const { faults } = recording, changes = [
    ...(route.ifPolicy === '' ? [] : [`${route.ifPolicy} instead of ${asItWas(recording)}`]), ...(route.ifWeights === undefined ? [] : [`weights ${weightsText(route.ifWeights)}`]), ...route.without.map((n) => `without "${faults[n - 1] ?? n}"`),
  ];
  return (
    <div class="what-if" data-what-if={whatIf === undefined ? 'busy' : 'known'}>
      <div class="row"><strong class="worse">What is shown below did not happen: {changes.join(', ')}.</strong><button type="button" class="push" onClick={() => { bench.turn('run', () => UNCHANGED); }}>Back to the record</button></div>
      {whatIf !== undefined && (
        <div class="row reach-tables">
          <table id="what-if-figures">
            <caption class="visually-hidden">Figures of the record, of the model's run of it, and of the changed run</caption>
            <thead><tr><th scope="col" class="text">figure</th><th scope="col">recorded</th><th scope="col" title="The model's own run of the record, with nothing changed">modelled</th><th scope="col">changed</th><th scope="col" title="Changed against modelled: what the model gets wrong stands on both sides">difference</th></tr></thead>
            <tbody>{SHOWN.map((key) => <FigureLine key={key} metric={key} {...whatIf} />)}</tbody>
          </table>
          <dl class="facts">
            {([['held fixed', whatIf.provenance.heldFixed], ['drawn anew', whatIf.provenance.resampled], ['cannot be known', whatIf.provenance.unknowable]] as const).map(([title, lines]) => lines.length > 0 && <><dt key={title}>{title}</dt><dd>{lines.join('; ')}</dd></>)}
          </dl>
        </div>
      )}
    </div>
  );
}

function FigureLine({ metric, recorded, modelled, changed }: WhatIfFacts & { readonly metric: MetricKey }): JSX.Element {
  const spec = METRIC_BY_KEY[metric], text = (value: number): string => metricText(spec, value), by = changed[metric] - modelled[metric], better = spec.better === 'none' || by === 0 ? '' : (by < 0) === (spec.better === 'lower') ? 'better' : 'worse';
  return <tr data-figure={metric}><th scope="row">{spec.title}</th><td>{text(recorded[metric])}</td><td>{text(modelled[metric])}</td><td>{text(changed[metric])}</td><td class={better}>{Number.isNaN(by) || by === 0 ? '' : `${by > 0 ? '+' : '−'}${text(Math.abs(by))}`}</td></tr>;
}
