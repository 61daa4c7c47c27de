// How four figures are spread over the seeds: a tick for each run, a row for each policy, the mean with its 95 % interval on
// top. Rows are in the order of the table in all four.
import { axisX, axisY, dot, plot, ruleY, tickX } from '@observablehq/plot';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import type { ComparisonState } from '../../state/comparison-desk.ts';
import type { Judgement } from '../../worker/protocol.ts';
import { PlotFigure } from '../plot-figure.tsx';
import { policyMark } from '../policy-mark.tsx';
import { metricScale } from './metric-scale.ts';

const SHOWN: readonly MetricKey[] = ['objective', 'makespanMs', 'costMicroUsd', 'lostWorkMs', 'weightedTardinessMs'];
const PANELS = 4;

export function Distributions({ state }: { readonly state: ComparisonState }): JSX.Element {
  const { judgement, route } = state, first = judgement?.metric ?? route.metric, metrics = [first, ...SHOWN.filter((key) => key !== first)].slice(0, PANELS);
  const height = `max(11rem, ${1.2 * route.policies.length + 2.6}rem, calc((100vh - 37.5rem) / 2))`;
  return (
    <section class="panel" aria-labelledby="spread-title">
      <h2 id="spread-title">Spread over seeds <span class="soft">a tick is a run; dot and line: mean, 95 %</span></h2>
      <div class="multiples">{metrics.map((metric) => <Spread key={metric} metric={metric} judgement={judgement} state={state} height={height} />)}</div>
    </section>
  );
}

function Spread({ metric, judgement, state: { store, route }, height }: { readonly metric: MetricKey; readonly judgement: Judgement | undefined; readonly state: ComparisonState; readonly height: string }): JSX.Element {
  const draw = useMemo(() => (width: number, tall: number) => {
    if (judgement === undefined) return undefined;
    const { scale } = metricScale(metric, largest(judgement, metric)), colourOf = (policy: string): string => policyMark(route.policies.indexOf(policy)).colour;
    const runs = judgement.rows.flatMap(({ policy }) => judgement.seeds.map((seed) => ({ policy, colour: colourOf(policy), x: store.value(policy, seed, metric) / scale })).filter(({ x }) => Number.isFinite(x)));
    // An interval is not drawn where no run can be.
    const least = runs.some(({ x }) => x < 0) ? -Infinity : 0;
    const means = judgement.rows.flatMap(({ policy, metrics }) => {
      const found = metrics[metric];
      if (found === undefined) return [];
      const x = found.mean / scale, half = Number.isFinite(found.halfWidth95) ? found.halfWidth95 / scale : 0;
      return [{ policy, colour: colourOf(policy), x, low: Math.max(least, x - half), high: x + half }];
    });
    // What is the same in every run still needs an axis.
    const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.86, domain = runs.every(({ x }) => x === runs[0]?.x) ? { domain: [Math.min(0, runs[0]?.x ?? 0), Math.max(1, 2 * (runs[0]?.x ?? 0))] } : {};
    return plot({
      width, height: tall, marginLeft: 8.6 * size, marginRight: size, marginTop: 4, marginBottom: 2 * size, style: { fontSize: `${size}px`, background: 'none', color: 'var(--text)' },
      x: { nice: true, label: null, ...domain }, y: { domain: judgement.rows.map(({ policy }) => policy), label: null, padding: 0.15 },
      marks: [
        axisY({ label: null, fontSize: size, tickSize: 0, tickFormat: (name: string) => (name.length > 16 ? `${name.slice(0, 15)}…` : name) }), axisX({ label: null, ticks: 4, fontSize: size }),
        tickX(runs, { x: 'x', y: 'policy', stroke: 'colour', strokeOpacity: 0.4, strokeWidth: 1 }),
        ruleY(means, { x1: 'low', x2: 'high', y: 'policy', stroke: 'var(--text)', strokeWidth: 2 }),
        dot(means, { x: 'x', y: 'policy', r: size * 0.3, fill: 'colour', stroke: 'var(--text)' }),
      ],
    });
  }, [judgement, metric, store, route.policies]);
  const { title, unit } = { ...METRIC_BY_KEY[metric], unit: judgement === undefined ? '' : metricScale(metric, largest(judgement, metric)).unit };
  return (
    <div>
      <h3>{title}{unit !== '' && <span class="soft">, {unit}</span>}</h3>
      <PlotFigure label={`Spread of ${title} over seeds, a row for each policy`} height={height} draw={draw} />
    </div>
  );
}

function largest({ rows }: Judgement, metric: MetricKey): number {
  return Math.max(0, ...rows.map(({ metrics }) => Math.abs(metrics[metric]?.mean ?? 0)));
}
