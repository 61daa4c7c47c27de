// A rehearsal for people at a terminal: the two runs side by side, where they part, what each fault hit, the jobs, and the
// card over all storms. Long lists are cut to what matters and say so.
import type { JudgedHypothesis, RehearsalCard } from '../../experiment/rehearsal/card.ts';
import type { CutOff } from '../../experiment/rehearsal/cut-offs.ts';
import type { StormFigures } from '../../experiment/rehearsal/figures.ts';
import { FIGURE_BY_KEY } from '../../experiment/rehearsal/figure-registry.ts';
import type { FigureKey } from '../../experiment/rehearsal/figure-registry.ts';
import { hypothesisTitle } from '../../experiment/rehearsal/hypothesis.ts';
import { difference, felt, gained, recoveryText, stormSpread } from '../../experiment/rehearsal/rehearsal-text.ts';
import type { Rehearsal } from '../../experiment/rehearsal/rehearse.ts';
import { METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import { DEFAULT_WEIGHTS } from '../../model/policy.ts';
import { formatPolicySpec } from '../../../policies/registry.ts';
import type { LoadedRehearsal } from '../input/load-rehearsal.ts';
import { paint, tableText } from '../output/table-text.ts';
import { clockText, countText, dollarText, durationText, epochText, metricText } from './measure.ts';
import type { RehearsalResult } from './rehearsal-json.ts';
import { weightsText } from './run-report.ts';
import { plain, right } from './text-columns.ts';

const SIDE_BY_SIDE: readonly MetricKey[] = [
  'makespanMs', 'costMicroUsd', 'objective', 'deadlineMisses', 'weightedTardinessMs', 'interruptions', 'lostWorkMs', 'attempts', 'vmLives', 'costIdleMicroUsd',
  'utilisation', 'queueWaitMeanMs', 'tasksCompleted',
];
const OVER_STORMS: readonly FigureKey[] = ['makespanMs', 'costMicroUsd', 'extraMakespanMs', 'extraCostMicroUsd', 'extraCostShare', 'extraDeadlineMisses', 'lostToFaultsMs', 'recoveryP95Ms', 'catchUpMs', 'tasksArchived'];
const ROWS_MAX = 12;

/** The whole report, without a line end. */
export function rehearsalReport(loaded: LoadedRehearsal, { rehearsal, alone, storms, card }: RehearsalResult, color: boolean): string {
  const { scenario: { instance: { problem } }, choice, weights = DEFAULT_WEIGHTS, plan } = loaded;
  return [
    paint('bold', `${problem.name} under ${formatPolicySpec(choice)}, with and without ${plan.name}; times since ${epochText(problem.epochMs)}`, color),
    ...(plan.description === undefined ? [] : [plan.description]), `weights ${weightsText(weights)}; seed ${rehearsal.seed}`, '',
    ...rehearsalLines(rehearsal, alone, color), '', ...cardLines(card, storms, color),
  ].join('\n');
}

/** One rehearsal: both runs, where they part, what was hit, and the jobs. `alone` may be empty. */
export function rehearsalLines(rehearsal: Rehearsal, alone: RehearsalResult['alone'], color: boolean): string[] {
  return [sideBySide(rehearsal, color), '', ...partingLines(rehearsal, color), '', hitsText(rehearsal, alone, color), ...cutOffLines(rehearsal.cutOffs, color), '', jobsText(rehearsal, color)];
}

function sideBySide(rehearsal: Rehearsal, color: boolean): string {
  const { baseline, faulted } = rehearsal;
  const shown = (key: MetricKey, value: number) => metricText(METRIC_BY_KEY[key], value);
  const rows = SIDE_BY_SIDE.map((key) => [METRIC_BY_KEY[key].title, shown(key, baseline.metrics[key]), shown(key, faulted.metrics[key]), gained(METRIC_BY_KEY[key], difference(key, rehearsal))]);
  const table = tableText([...plain('Figure'), right('without faults'), right('with faults'), right('difference')], [['Outcome', baseline.cause, faulted.cause, ''], ...rows], { color });
  return [table, ...[baseline, faulted].filter(({ explanation }) => explanation !== '').map(({ explanation }) => paint('red', explanation, color))].join('\n');
}

function partingLines({ parting }: Rehearsal, color: boolean): string[] {
  if (parting === null) return ['the two runs are the same to the byte: the faults struck nothing'];
  const { event, decision } = parting;
  const side = (mark: string, entry: { readonly t: number; readonly words: string } | null) => `  ${mark} ${entry === null ? 'no more decisions' : `${clockText(entry.t)}  ${entry.words}`}`;
  const otherwise = decision === null ? ['no decision differs']
    : [`first decided otherwise, after ${countText(decision.same, 'decision')} alike:`, side('without', decision.baseline), side('with   ', decision.faulted)];
  return [
    paint('bold', `the runs part at ${clockText(parting.t)}, row ${parting.row}`, color),
    event === null ? 'nothing happens otherwise: the faults struck nothing' : `first happens otherwise: ${clockText(event.t)}  ${event.words}`, ...otherwise,
  ];
}

function hitsText({ hits, figures }: Rehearsal, alone: RehearsalResult['alone'], color: boolean): string {
  const extra = (values: StormFigures['values']) => [gained(FIGURE_BY_KEY.extraMakespanMs, values.extraMakespanMs), gained(FIGURE_BY_KEY.extraCostMicroUsd, values.extraCostMicroUsd)];
  const rows = hits.map((hit, k) => [
    hit.words, Number.isNaN(hit.from) ? 'never' : clockText(Math.round(hit.from / 1000) * 1000), felt(hit),
    hit.lostMs === 0 ? '' : durationText(hit.lostMs), hit.lostMicroUsd === 0 ? '' : dollarText(hit.lostMicroUsd), recoveryText(hit.recovery), ...(alone.length === 0 ? [] : extra(alone[k]!.figures.values)),
  ]);
  const all = ['all together', '', '', durationText(figures.values.lostToFaultsMs), dollarText(figures.values.lostToFaultsMicroUsd), '', ...extra(figures.values)];
  return tableText([
    ...plain('Fault', 'from', 'what it hit'), right('work lost'), right('worth'), right('recovery p50 / p95'), ...(alone.length === 0 ? [] : [right('alone: makespan'), right('cost')]),
  ], alone.length === 0 ? rows : [...rows, all], { color });
}

function cutOffLines(cuts: readonly CutOff[], color: boolean): string[] {
  if (cuts.length === 0) return [];
  const after = (at: number, stopped: number) => (Number.isNaN(at) ? 'never' : durationText(at - stopped));
  const rows = cuts.slice(0, ROWS_MAX).map((c) => [c.task, c.attempt, c.unit, clockText(c.at), durationText(c.lostMs), dollarText(c.lostMicroUsd), after(c.againAt, c.at), after(c.redoneAt, c.at)]);
  const table = tableText([...plain('Cut off', 'attempt', 'on', 'stopped at'), right('lost'), right('worth'), right('works again after'), right('recovered after')], rows, { color });
  return ['', table, ...(cuts.length > ROWS_MAX ? [`the first ${ROWS_MAX} of ${cuts.length}`] : [])];
}

function jobsText({ jobs }: Rehearsal, color: boolean): string {
  const shown = jobs.length <= ROWS_MAX ? jobs : [...jobs].sort((a, b) => lastly(b.delayMs) - lastly(a.delayMs) || 0).slice(0, ROWS_MAX);
  const end = (row: { readonly outcome: string; readonly completedAt: number }) => (row.outcome === 'completed' ? clockText(Math.round(row.completedAt / 1000) * 1000) : row.outcome);
  const rows = shown.map((job) => [
    job.job, Number.isFinite(job.deadline) ? clockText(job.deadline) : '–', end(job.baseline), end(job.faulted),
    gained(METRIC_BY_KEY.makespanMs, job.delayMs), gained(METRIC_BY_KEY.costMicroUsd, job.extraCostMicroUsd), job.newlyLate ? 'in addition' : '',
  ]);
  const table = tableText([...plain('Job'), right('deadline'), right('without faults'), right('with faults'), right('later by'), right('extra cost'), ...plain('deadline missed')], rows, { color });
  return jobs.length > shown.length ? `${table}\nthe ${shown.length} most delayed of ${jobs.length} jobs` : table;
}

/** `2 of 5 hypotheses fail`. */
export function failedText({ hypotheses }: RehearsalCard): string {
  const failed = hypotheses.filter(({ pass }) => !pass).length;
  return `${failed} of ${hypotheses.length} ${hypotheses.length === 1 ? 'hypothesis' : 'hypotheses'} ${failed === 1 ? 'fails' : 'fail'}`;
}

const lastly = (ms: number): number => (Number.isNaN(ms) ? Infinity : ms);

function cardLines(card: RehearsalCard, storms: readonly StormFigures[], color: boolean): string[] {
  const { seeds, hypotheses, unfinished, unfinishedWithout } = card, verdict = ({ pass }: JudgedHypothesis) => (pass ? 'pass' : 'FAIL');
  const spread = OVER_STORMS.map((key) => { const { title, min, median, p95, max, worst } = stormSpread(key, storms); return [title, min, median, p95, max, worst]; });
  const judged = hypotheses.map((h) => [
    hypothesisTitle(h), `${h.held}/${h.storms}`, `${+(h.low * 100).toFixed(1)}–${+(h.high * 100).toFixed(1)} %`, `${+(h.share * 100).toFixed(1)} %`, verdict(h),
    h.worst === null ? '' : `${h.worst.seed}${h.worst.finished ? ` (${metricText(FIGURE_BY_KEY[h.figure], h.worst.value)})` : ' (did not finish)'}`,
  ]);
  const some = `${unfinished.slice(0, 8).join(', ')}${unfinished.length > 8 ? ', ...' : ''}`;
  return [
    paint('bold', `${countText(card.storms, 'storm')}: the plan under seeds ${seeds[0]} to ${seeds.at(-1)}`, color),
    tableText([...plain('Figure'), right('least'), right('median'), right('p95'), right('most'), right('worst seed')], spread, { color }),
    ...(unfinished.length === 0 ? [] : [paint('red', `${unfinished.length} of ${card.storms} did not finish (seeds ${some}); they are not in this table`, color)]),
    ...(unfinishedWithout.length === 0 ? [] : [`${unfinishedWithout.length} of ${card.storms} do not finish without the faults either`]), '',
    ...(hypotheses.length === 0 ? ['no hypotheses: state some with --expect "extraCost <= 20% in 95%"'] : [
      tableText([...plain('Hypothesis'), right('held in'), right('95 % interval'), right('wanted'), ...plain('verdict', 'worst seed')], judged, { color }),
      paint(card.pass ? 'green' : 'red', card.pass ? 'every hypothesis passes' : failedText(card), color),
    ]),
  ];
}
