// A finished run for people at a terminal: what was run, how it ended, its figures beside their bounds, what determined
// its makespan, its jobs and its resources. Long lists are cut to what matters and say so.
import { auditOutcome } from '../../experiment/run-once.ts';
import type { CompletedRun } from '../../experiment/run-once.ts';
import { METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import { jobRows, resourceRows } from '../../metrics/resources.ts';
import type { JobRow, ResourceRow } from '../../metrics/resources.ts';
import { REFUSALS } from '../../model/policy.ts';
import type { Weights } from '../../model/policy.ts';
import { paint, tableText } from '../output/table-text.ts';
import type { TextCell } from '../output/table-text.ts';
import { chainReport } from './chain-report.ts';
import { clockText, countText, dollarText, durationText, epochText, metricText, numberText, shortText, timeUnit } from './measure.ts';
import { plain, right } from './text-columns.ts';

/** Two columns of figures, read downwards. */
const LEFT: readonly MetricKey[] = [
  'objective', 'objectiveLatency', 'objectiveCost', 'objectiveFragmentation', 'makespanMs', 'flowMeanMs', 'costMicroUsd', 'budgetShare', 'deadlineMisses', 'weightedTardinessMs',
  'utilisation', 'humanUtilisation', 'strandedShare',
];
const RIGHT: readonly MetricKey[] = [
  'interruptions', 'lostWorkMs', 'recoveryMs', 'checkpointMs', 'spinUpPaidMs', 'costIdleMicroUsd', 'attempts', 'failures', 'queueWaitMeanMs', 'humanWaitMs', 'rateLimitWaitMs',
  'setupSavedMs', 'decisionMsP99',
];
const ROWS_MAX = 20;

export interface RunReportOptions {
  readonly color: boolean;
  /** How a file was read, for the header. */
  readonly readAs: string | undefined;
  /** Policy with its parameters. */
  readonly policy: string;
}

/** The whole report, without a line end. */
export function runReport(done: CompletedRun, assumptions: readonly string[], options: RunReportOptions): string {
  const { run, fold, audit } = done, { problem } = run, { color } = options, outcome = auditOutcome(audit), good = run.cause === 'finished';
  const tasks = countText(problem.taskCount, 'task'), size = `${tasks} in ${countText(problem.jobCount, 'job')} on ${countText(problem.unitCount, 'unit')}`;
  const ending = `${paint(good ? 'green' : 'red', run.cause, color)} after ${durationText(done.metrics.makespanMs)}, ${fold.completedTasks} of ${tasks} completed`;
  return [
    paint('bold', `${problem.name}: ${size}; times since ${epochText(problem.epochMs)}`, color),
    `policy ${options.policy}, weights ${weightsText(run.weights)}, seed ${run.seed}${options.readAs === undefined ? '' : `, read as ${options.readAs}`}`,
    ...assumptionLines(assumptions), '',
    `${ending}; audit ${paint(outcome === 'clean' ? 'green' : 'red', outcome, color)}`,
    ...(run.explanation === '' ? [] : [`why: ${run.explanation}`]),
    boundLine(done), `journal ${run.hash}, ${countText(run.log.count, 'record')}; decisions refused: ${refusalsText(fold.refusals)}`, '',
    figures(done, color), '', ...chainLines(done, color), jobsText(jobRows(fold), done, color), '', resourcesText(resourceRows(fold), color),
  ].join('\n');
}

function chainLines(done: CompletedRun, color: boolean): string[] {
  const text = chainReport(done, color);
  return text === '' ? [] : [text, ''];
}

/** `0.6 latency, 0.3 cost, 0.1 fragmentation`. */
export function weightsText({ latency, cost, fragmentation }: Weights, digits = 4): string {
  return `${+latency.toFixed(digits)} latency, ${+cost.toFixed(digits)} cost, ${+fragmentation.toFixed(digits)} fragmentation`;
}

function assumptionLines(lines: readonly string[], shown = 8): string[] {
  return [...lines.slice(0, shown).map((line) => `  ${shortText(line, 116)}`), ...(lines.length > shown ? [`  and ${lines.length - shown} more lines of this sort`] : [])];
}

/** What a run that did not finish has left undone would count as a gain. */
const ONLY_FINISHED: ReadonlySet<MetricKey> = new Set(['objective', 'objectiveLatency', 'objectiveCost']);

function boundLine({ run, bounds, metrics }: CompletedRun): string {
  const best = bounds.parts[0], what = best === undefined ? '' : ` (${best.name}${best.detail === '' ? '' : `: ${best.detail}`})`;
  const gapText = (gap: number) => (run.cause === 'finished' ? `, gap ${metricText({ unit: 'share' }, gap)}` : '');
  const makespan = `makespan ≥ ${durationText(bounds.makespanMs)}${what}${gapText(metrics.makespanGap)}`;
  return `bounds of this seed: ${makespan}; cost ≥ ${dollarText(bounds.costMicroUsd)}${bounds.costMicroUsd > 0 ? gapText(metrics.costGap) : ''}`;
}

function refusalsText(refusals: Int32Array): string {
  const found = [...refusals.entries()].filter(([, count]) => count > 0).map(([code, count]) => `${REFUSALS[code]} ${count}`);
  return found.length === 0 ? 'none' : found.join(', ');
}

function figures({ run, metrics }: CompletedRun, color: boolean): string {
  const shown = (key: MetricKey) => (run.cause !== 'finished' && ONLY_FINISHED.has(key) ? '–' : figureText(key, metrics[key]));
  const cell = (key: MetricKey | undefined): TextCell[] => (key === undefined ? ['', ''] : [METRIC_BY_KEY[key].title, shown(key)]);
  const rows = LEFT.map((key, k) => [...cell(key), '   ', ...cell(RIGHT[k])]);
  return tableText([...plain('Figure'), right('value'), ...plain('', 'Figure'), right('value')], rows, { color });
}

function figureText(key: MetricKey, value: number): string {
  return metricText(key === 'budgetShare' ? { unit: 'share' } : METRIC_BY_KEY[key], value, key.startsWith('decisionMs'));
}

/** To the second, for tables. */
const shortClock = (ms: number) => clockText(Math.round(ms / 1000) * 1000);

function jobsText(all: readonly JobRow[], { fold: { problem } }: CompletedRun, color: boolean): string {
  const late = (row: JobRow) => row.completedAt - problem.jobDeadline[problem.jobIds.indexOf(row.job)]!;
  const rows = all.length <= ROWS_MAX ? all : [...all].sort((a, b) => lastly(b.completedAt) - lastly(a.completedAt) || 0).slice(0, ROWS_MAX);
  const table = tableText(
    [...plain('Job', 'outcome', 'tasks'), ...['submitted', 'completed', 'flow time', 'deadline', 'late', 'cost'].map((title) => right(title))],
    rows.map((row) => {
      const j = problem.jobIds.indexOf(row.job), deadline = problem.jobDeadline[j]!;
      return [
        row.job, row.outcome, problem.jobFirst[j + 1]! - problem.jobFirst[j]!, shortClock(row.submittedAt), shortClock(row.completedAt), durationText(row.completedAt - row.submittedAt),
        shortClock(deadline), deadline === Infinity ? '–' : late(row) > 0 ? durationText(late(row)) : late(row) <= 0 ? 'in time' : '–', dollarText(row.costMicroUsd),
      ];
    }), { color });
  return all.length > rows.length ? `${table}\nthe ${rows.length} jobs that ended last; ${all.length - rows.length} more` : table;
}

const lastly = (at: number) => (Number.isNaN(at) ? Infinity : at);

/** Each unit, or each pool when there are many. */
function resourcesText(units: readonly ResourceRow[], color: boolean): string {
  const used = units.filter((row) => row.attempts > 0 || row.offeredMs > 0), rows = used.length <= ROWS_MAX ? used.map((row) => ({ ...row, units: 1 })) : byPool(used);
  const { name: unit, ms: scale } = timeUnit(rows.reduce((longest, row) => Math.max(longest, row.offeredMs), 0)), time = (ms: number) => numberText(ms / scale, 2);
  return tableText(
    [
      ...plain(used.length <= ROWS_MAX ? 'Resource' : 'Pool', 'kind', 'units', 'attempts'), ...['offered', 'busy', 'idle'].map((title) => right(title, unit)),
      right('utilisation', '%'), right('cost', '$'), right('per offered h', '$'),
    ],
    rows.map((row) => [
      row.unit, row.kind, row.units, row.attempts, time(row.offeredMs), time(row.busyMs), time(row.idleMs), numberText(row.utilisation * 100, 1),
      (row.costMicroUsd / 1e6).toFixed(2), (row.costPerHourMicroUsd / 1e6).toFixed(3),
    ]), { color });
}

function byPool(units: readonly ResourceRow[]): (ResourceRow & { readonly units: number })[] {
  const pools = new Map<string, ResourceRow & { readonly units: number }>();
  for (const row of units) {
    const sum = pools.get(row.pool), offeredMs = (sum?.offeredMs ?? 0) + row.offeredMs, costMicroUsd = (sum?.costMicroUsd ?? 0) + row.costMicroUsd;
    const workMs = (sum === undefined ? 0 : sum.utilisation * sum.offeredMs) + row.utilisation * row.offeredMs;
    pools.set(row.pool, {
      unit: row.pool, pool: row.pool, kind: row.kind, units: (sum?.units ?? 0) + 1, attempts: (sum?.attempts ?? 0) + row.attempts, offeredMs, busyMs: (sum?.busyMs ?? 0) + row.busyMs,
      idleMs: (sum?.idleMs ?? 0) + row.idleMs, utilisation: offeredMs > 0 ? workMs / offeredMs : 0, costMicroUsd, costPerHourMicroUsd: offeredMs > 0 ? costMicroUsd * 3_600_000 / offeredMs : 0,
    });
  }
  return [...pools.values()];
}
