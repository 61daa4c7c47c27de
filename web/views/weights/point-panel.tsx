// The point that is looked at: its weights, what each policy does there over the seeds, and one run there beside the same
// run at the mission's weights.
import type { JSX } from 'preact';
import { meanText, metricText } from '../../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { enterView, writeRoute } from '../../state/route.ts';
import { weightsText } from '../../state/routes/settings.ts';
import type { WeightsRoute } from '../../state/routes/weights.ts';
import type { Theme } from '../../state/theme.ts';
import { isMarked } from '../../state/weights-desk.ts';
import type { PointRuns } from '../../state/weights-desk.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { metricScale } from '../compare/metric-scale.ts';
import { ErrorBox } from '../fault-list.tsx';
import type { Bench } from '../open-view.ts';
import { NumberField, isWhole } from '../pickers/number-field.tsx';
import { WeightInputs } from '../pickers/weight-inputs.tsx';
import { Swatch, policyMark } from '../policy-mark.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { MiniRun } from './mini-run.tsx';

export interface PointPanelProps {
  readonly bench: Bench;
  readonly route: WeightsRoute;
  readonly at: Weights;
  readonly point: PointRuns;
  readonly theme: Theme;
  readonly onMove: (weights: Weights) => void;
}

export function PointPanel({ bench, route, at, point, theme, onMove }: PointPanelProps): JSX.Element {
  const { scenario, policy, seed, faults, policies } = route, { here, marked, error } = point;
  return (
    <div class="point-side">
      <section class="panel" aria-labelledby="point-title">
        <h2 id="point-title" class="row">At {weightsText(at).replaceAll(',', ' / ')} <a class="push" href={writeRoute(enterView('compare', { scenario, weights: at, faults, ...(policies.length > 1 ? { policies } : {}) }))}>Compare here</a></h2>
        <WeightInputs weights={at} onChange={onMove} />
        <PointTable route={route} point={point} />
      </section>
      <section class="panel" aria-labelledby="run-title">
        <h2 id="run-title" class="row">{policy}, seed
          <NumberField min={0} label="Seed of the run" value={seed} isValid={isWhole(0)} onCommit={(next) => { bench.turn('weights', () => ({ seed: next })); }} />
          <a class="push" href={writeRoute(enterView('run', { scenario, weights: at, policy, seed, faults }))}>Open this run</a>
        </h2>
        {error !== undefined && <ErrorBox error={error} />}
        {here === undefined || marked === undefined ? <p class="placeholder" style={{ height: '14rem' }}>{error === undefined ? 'Simulating …' : ''}</p> : <RunPair here={here} at={point.at} marked={marked} theme={theme} />}
      </section>
    </div>
  );
}

const COLUMNS: readonly MetricKey[] = ['objective', 'makespanMs', 'costMicroUsd', 'strandedShare'];
/** Names and digits that fit beside the map. */
const SHORT: Readonly<Partial<Record<MetricKey, readonly [name: string, digits: number]>>> = { objective: ['J', 3], makespanMs: ['makespan', 1], costMicroUsd: ['cost', 0], strandedShare: ['stranded', 1] };

/** Means with 95 % half-widths, as `compare` with these weights says them. */
function PointTable({ route, point: { judgement, nearest } }: Pick<PointPanelProps, 'route' | 'point'>): JSX.Element {
  const rows = judgement?.rows ?? [], scales = COLUMNS.map((key) => metricScale(key, Math.max(0, ...rows.map((row) => row.metrics[key]?.mean ?? 0))));
  return (
    <>
      <ScrollBox label="Policies at this point">
        <table id="point-table" data-point={nearest}>
          <thead><tr><th class="text" scope="col">policy</th><th scope="col">runs</th>{COLUMNS.map((key, c) => <th key={key} scope="col" title={METRIC_BY_KEY[key].definition}>{SHORT[key]![0]} {scales[c]!.unit !== '' && <span class="unit">{scales[c]!.unit}</span>}</th>)}</tr></thead>
          <tbody>
            {route.policies.map((name) => {
              const row = rows.find(({ policy }) => policy === name);
              return (
                <tr key={name} data-policy={name} class={judgement?.winner === name && rows.length > 1 ? 'winner' : undefined}>
                  <th class="text" scope="row" title={name}><Swatch mark={policyMark(route.policies.indexOf(name))} />{name}</th>
                  <td>{row === undefined ? '–' : row.failed === 0 ? row.n : `${row.n}/${row.n + row.failed}`}</td>
                  {COLUMNS.map((key, c) => { const summary = row?.metrics[key], { scale } = scales[c]!; return <td key={key}>{summary === undefined ? '–' : meanText(summary.mean / scale, summary.halfWidth95 / scale, SHORT[key]![1])}</td>; })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
      {judgement !== undefined && route.policies.length > 1 && <p class="soft">{judgement.statement}</p>}
    </>
  );
}

const FIGURES: readonly MetricKey[] = ['objective', 'makespanMs', 'costMicroUsd', 'strandedShare', 'interruptions', 'deadlineMisses', 'utilisation', 'queueWaitMeanMs'];

function RunPair({ here, at, marked, theme }: { readonly here: RunPicture; readonly at: Weights; readonly marked: RunPicture; readonly theme: Theme }): JSX.Element {
  const until = Math.max(here.endedAt - here.startedAt, marked.endedAt - marked.startedAt), atMark = isMarked(at);
  return (
    <>
      <MiniRun title={`here, ${weightsText(at).replaceAll(',', ' / ')}`} picture={here} until={until} theme={theme} />
      <MiniRun title="at the mission's 0.6 / 0.3 / 0.1" picture={marked} until={until} theme={theme} />
      <table class="pair-table">
        <thead><tr><th class="text" scope="col">figure</th><th scope="col">here</th><th scope="col">at 0.6 / 0.3 / 0.1</th><th scope="col">difference</th></tr></thead>
        <tbody>
          {FIGURES.map((key) => {
            const spec = METRIC_BY_KEY[key], a = here.metrics[key], b = marked.metrics[key], less = a - b, sign = less > 0 ? '+' : less < 0 ? '−' : '';
            // Objectives by different weights are different questions.
            const judged = less === 0 || key === 'objective' || spec.better === 'none' ? '' : less < 0 === (spec.better === 'lower') ? 'better' : 'worse';
            return (
              <tr key={key} data-metric={key}>
                <th class="text" scope="row" title={spec.definition}>{spec.title}</th><td>{metricText(spec, a)}</td><td>{metricText(spec, b)}</td>
                <td class={judged}>{atMark ? '' : key === 'objective' ? 'other weights' : `${sign}${metricText(spec, Math.abs(less))}${judged === '' ? '' : ` ${judged}`}`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="soft">{here.cause !== 'finished' && <strong class="worse">{here.cause}: {here.explanation}. </strong>}journal <code id="point-hash">{here.hash}</code></p>
    </>
  );
}
