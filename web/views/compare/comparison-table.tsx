// Policies against the baseline, best first: means with 95 % half-widths, paired differences, verdicts, and each seed as a
// cell that opens its run. The rows are the judgement's; before there is one, the policies stand there with dashes.
import type { JSX } from 'preact';
import { meanText, numberText, timeUnit } from '../../../engine/metrics/figure-text.ts';
import type { ComparisonRow } from '../../../engine/experiment/compare.ts';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import type { ComparisonState } from '../../state/comparison-desk.ts';
import { enterView, writeRoute } from '../../state/route.ts';
import { Swatch, policyMark } from '../policy-mark.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { metricScale } from './metric-scale.ts';
import { SeedStrip } from './seed-strip.tsx';

interface Column {
  readonly title: string;
  readonly unit: string;
  readonly explained: string;
  readonly cell: (row: ComparisonRow) => JSX.Element | string;
}

export function ComparisonTable({ state }: { readonly state: ComparisonState }): JSX.Element {
  const { judgement, route, store } = state, metric = judgement?.metric ?? route.metric, rows = judgement?.rows ?? [], shown = columns(state);
  const pending = judgement === undefined ? route.policies : route.policies.filter((name) => !rows.some((row) => row.policy === name));
  const runOf = (policy: string, seed: number): string => writeRoute(enterView('run', { scenario: route.scenario, weights: route.weights, policy, seed, faults: route.faults }));
  const better = METRIC_BY_KEY[metric].better;
  return (
    <ScrollBox label="Comparison">
      <table id="comparison">
        <caption class="visually-hidden">{METRIC_BY_KEY[metric].title}: means over seeds with 95 % half-widths, and differences to {judgement?.baseline ?? route.baseline}, seed by seed</caption>
        <thead>
          <tr>
            <th scope="col" class="text">policy</th>
            {shown.map(({ title, unit, explained }) => <th scope="col" key={title} title={explained}>{title}{unit !== '' && <span class="unit"> {unit}</span>}</th>)}
            <th scope="col" class="text" title="Difference to the baseline at each seed, seed 1 first; click one to open its run">each seed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.policy} class={row.policy === judgement!.winner ? 'winner' : ''} data-policy={row.policy}>
              <th scope="row"><Swatch mark={policyMark(route.policies.indexOf(row.policy))} />
                <a href={runOf(row.policy, medianSeed(state, row.policy, metric))} title={`open the run of the median seed, ${medianSeed(state, row.policy, metric)}`}>{row.policy}</a></th>
              {shown.map(({ title, cell }) => <td key={title}>{cell(row)}</td>)}
              <td class="wide">{row.policy === judgement!.baseline ? <svg class="strip" aria-hidden="true" />
                : <SeedStrip seeds={judgement!.seeds} differences={judgement!.seeds.map((seed) => store.value(row.policy, seed, metric) - store.value(judgement!.baseline, seed, metric))}
                  failures={judgement!.seeds.map((seed) => store.failure(row.policy, seed))} higherIsBetter={better === 'higher'} linkOf={(seed) => runOf(row.policy, seed)} scale={metricScale(metric, largest(rows, metric))} />}</td>
            </tr>
          ))}
          {pending.map((name) => (
            <tr key={name} data-policy={name}>
              <th scope="row"><Swatch mark={policyMark(route.policies.indexOf(name))} />{name}</th>
              {shown.map(({ title }) => <td key={title} class="soft">–</td>)}
              <td class="wide"><svg class="strip" aria-hidden="true" /></td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft caption">{captionOf(state)}</p>
    </ScrollBox>
  );
}

/** What the short titles mean; the long ones are on the titles themselves. */
function captionOf({ route: { weights, baseline }, judgement }: ComparisonState): string {
  const metric = judgement?.metric ?? 'objective', { latency, cost, fragmentation } = weights;
  const J = metric === 'objective' ? `J: ${latency} × makespan over its lower bound + ${cost} × cost over the budget + ${fragmentation} × stranded share. ` : '';
  return `${J}Every policy meets the same worlds; Δ and each seed: less that of ${baseline} on the same seed, blue better, orange worse. gap: makespan above the bound. cuts: attempts the spot market interrupted. lost: work done twice. late: jobs past their deadline.`;
}

/** Failed runs by policy and sort, with the first of each in its own words. */
export function FailedRuns({ state: { judgement, store } }: { readonly state: ComparisonState }): JSX.Element | null {
  const failing = judgement?.rows.filter((row) => row.failed > 0) ?? [];
  if (failing.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="failed-title">
      <h2 id="failed-title">Failed runs <span class="soft">not in the means; no policy with more of them than all have can win</span></h2>
      <ul>
      {failing.map(({ policy, failed, failures }) => {
        const seed = judgement!.seeds.find((one) => store.failure(policy, one) !== '')!;
        return <li key={policy}>{policy}: {failed} failed ({Object.entries(failures).map(([cause, count]) => `${cause} ${count}`).join(', ')}), the first at seed {seed}: {store.failure(policy, seed)}</li>;
      })}
      </ul>
    </section>
  );
}

/** The seed whose value is the middle one (the lower of two), or the first seed when nothing succeeded. */
function medianSeed({ judgement, store }: ComparisonState, policy: string, metric: MetricKey): number {
  const values = judgement!.seeds.map((seed) => [store.value(policy, seed, metric), seed] as const).filter(([value]) => Number.isFinite(value)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return values[Math.floor((values.length - 1) / 2)]?.[1] ?? 1;
}

const largest = (rows: readonly ComparisonRow[], key: MetricKey): number => Math.max(0, ...rows.map((row) => Math.abs(row.metrics[key]?.mean ?? 0)));

function columns({ judgement, route }: ComparisonState): Column[] {
  const metric = judgement?.metric ?? route.metric, rows = judgement?.rows ?? [], baseline = judgement?.baseline ?? route.baseline, spec = METRIC_BY_KEY[metric];
  const { unit, scale, digits } = metricScale(metric, largest(rows, metric)), time = timeUnit(largest(rows, 'makespanMs')), lost = timeUnit(largest(rows, 'lostWorkMs'));
  const mean = (row: ComparisonRow, key: MetricKey): number => row.metrics[key]?.mean ?? NaN, half = (row: ComparisonRow, key: MetricKey): number => row.metrics[key]?.halfWidth95 ?? NaN;
  const money = largest(rows, 'costMicroUsd') >= 1e9 ? 0 : 2, about = (key: MetricKey): string => METRIC_BY_KEY[key].definition;
  const figure = (key: MetricKey, title: string, inUnit: string, text: (row: ComparisonRow) => JSX.Element | string): Column[] => (key === metric ? [] : [{ title, unit: inUnit, explained: about(key), cell: text }]);
  return [
    { title: 'runs', unit: '', explained: 'Runs that succeeded, which all figures are over', cell: (row) => (row.failed === 0 ? String(row.n) : `${row.n}/${row.n + row.failed}`) },
    { title: metric === 'objective' ? 'objective J' : spec.title.toLowerCase(), unit, explained: spec.definition, cell: (row) => interval(meanText(row.mean / scale, row.halfWidth95 / scale, digits)) },
    { title: `Δ to ${baseline}`, unit, explained: `Less that of ${baseline}, seed by seed (paired t)`, cell: (row) => (row.policy === baseline ? 'baseline' : interval(meanText(row.pairedDifference.mean / scale, row.pairedDifference.halfWidth95 / scale, digits, true))) },
    { title: 'verdict', unit: '', explained: 'At the 5 % level', cell: (row) => (row.policy === baseline ? '' : <span class={row.pairedDifference.verdict}>{row.pairedDifference.verdict}</span>) },
    { title: 'won–lost', unit: '', explained: 'Seeds at which it is better, (the same,) worse', cell: (row) => (row.policy === baseline ? '' : wonLost(row.pairedDifference.winTieLoss)) },
    ...figure('makespanMs', 'makespan', time.name, (row) => interval(meanText(mean(row, 'makespanMs') / time.ms, half(row, 'makespanMs') / time.ms, 1))),
    ...figure('makespanGap', 'gap', '%', (row) => numberText(mean(row, 'makespanGap') * 100, 0)),
    ...figure('costMicroUsd', 'cost', '$', (row) => interval(meanText(mean(row, 'costMicroUsd') / 1e6, half(row, 'costMicroUsd') / 1e6, money))),
    ...(rows.some((row) => row.metrics.budgetShare !== undefined) || rows.length === 0 ? figure('budgetShare', 'budget', '%', (row) => numberText(mean(row, 'budgetShare') * 100, 0)) : []),
    ...figure('interruptions', 'cuts', '', (row) => numberText(mean(row, 'interruptions'), 1)),
    ...figure('lostWorkMs', 'lost', lost.name, (row) => numberText(mean(row, 'lostWorkMs') / lost.ms, 1)),
    ...figure('deadlineMisses', 'late', 'jobs', (row) => numberText(mean(row, 'deadlineMisses'), 1)),
  ];
}

/** `46–4`; with ties in between where there are any. */
function wonLost([won, tied, lost]: readonly [number, number, number]): string {
  return tied === 0 ? `${won}–${lost}` : `${won}–${tied}–${lost}`;
}

/** `0.907 ±0.044` with its half-width in a softer colour. */
function interval(text: string): JSX.Element {
  const [mean, half] = text.split(' ');
  return <>{mean}{half !== undefined && <span class="half">&nbsp;{half}</span>}</>;
}
