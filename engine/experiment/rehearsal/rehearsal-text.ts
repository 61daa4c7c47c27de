// What came of a rehearsal in short texts, the same in the terminal and on the page.
import { countText, dollarText, durationText, metricText } from '../../metrics/figure-text.ts';
import type { MetricSpec } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import type { FaultHit, Recovery } from './hits.ts';
import type { Rehearsal } from './rehearse.ts';
import { FIGURE_BY_KEY } from './figure-registry.ts';
import type { FigureKey } from './figure-registry.ts';
import type { StormFigures } from './figures.ts';

/** A difference with its sign, `same` for none, `≈ same` for one too small to be shown, an en dash for one that does not exist. */
export function gained(spec: Pick<MetricSpec, 'unit'>, difference: number): string {
  const text = metricText(spec, Math.abs(difference));
  return difference === 0 ? 'same' : text === '–' ? text : !/[1-9]/.test(text) ? '≈ same' : `${difference > 0 ? '+' : '−'}${text}`;
}

/** What a run that did not finish has left undone would count as a gain: of such a pair only these are compared. */
const OF_ANY_RUN: ReadonlySet<MetricKey> = new Set(['deadlineMisses', 'jobsCompleted', 'jobsUnfinished', 'tasksCompleted']);

/** How much more of a figure there is with the faults; NaN where the two cannot be compared. */
export function difference(key: MetricKey, { baseline, faulted }: Pick<Rehearsal, 'baseline' | 'faulted'>): number {
  const finished = baseline.cause === 'finished' && faulted.cause === 'finished';
  return finished || OF_ANY_RUN.has(key) ? faulted.metrics[key] - baseline.metrics[key] : NaN;
}

/** `5 VMs, 4 attempts of 3 tasks`; `nothing`. */
export function felt(hit: FaultHit): string {
  const { vms, attempts, tasks, takenBack, people, apis, refusedRequests, awayMs, surchargeMicroUsd, budgetMicroUsd } = hit, parts: string[] = [];
  if (vms.length > 0) parts.push(new Set(vms).size === 1 ? `${vms[0]}${vms.length > 1 ? ` ${vms.length} times` : ''}` : countText(vms.length, 'VM'));
  if (attempts > 0) parts.push(`${countText(attempts, 'attempt')} of ${countText(tasks.length, 'task')}`);
  if (takenBack > 0) parts.push(`${countText(takenBack, 'placement')} taken back`);
  if (refusedRequests > 0) parts.push(`${countText(refusedRequests, 'request')} refused`);
  if (people.length > 0) parts.push(`${people.join(', ')} away for ${durationText(awayMs)} of working time`);
  if (surchargeMicroUsd !== 0) parts.push(surchargeMicroUsd > 0 ? `${dollarText(surchargeMicroUsd)} dearer` : `${dollarText(-surchargeMicroUsd)} cheaper`);
  if (budgetMicroUsd !== null) parts.push(`budget ${dollarText(budgetMicroUsd)}`);
  if (apis.length > 0 && attempts === 0) parts.push('no call');
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** `2.2 min / 32.5 min`; empty when nothing was cut off, `never` for what did not recover. */
export function recoveryText({ cutOff, p50Ms, p95Ms }: Recovery): string {
  const text = (ms: number): string => (ms === Infinity ? 'never' : durationText(ms));
  return cutOff === 0 ? '' : `${text(p50Ms)} / ${text(p95Ms)}`;
}

export interface SpreadTexts {
  readonly title: string;
  readonly min: string;
  readonly median: string;
  readonly p95: string;
  readonly max: string;
  /** The seed; empty when all storms are alike. */
  readonly worst: string;
}

/** One figure over the storms that finished, order statistics by nearest rank. */
export function stormSpread(key: FigureKey, storms: readonly StormFigures[]): SpreadTexts {
  const spec = FIGURE_BY_KEY[key], told = storms.filter(({ cause, values }) => cause === 'finished' && !Number.isNaN(values[key]));
  const sign = spec.better === 'higher' ? -1 : 1, sorted = Float64Array.from(told, ({ values }) => values[key]).sort();
  const at = (p: number): string => (sorted.length === 0 ? '–' : figureText(spec, sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!));
  const worst = told.reduce<StormFigures | undefined>((last, storm) => (last === undefined || sign * storm.values[key] > sign * last.values[key] ? storm : last), undefined);
  const alike = sorted[0] === sorted[sorted.length - 1];
  return { title: spec.title, min: at(0), median: at(0.5), p95: at(0.95), max: at(1), worst: worst === undefined || alike ? '' : String(worst.seed) };
}

/** With its unit; below zero it is a difference. */
function figureText(spec: Pick<MetricSpec, 'unit'>, value: number): string {
  return value === Infinity ? 'never' : value < 0 ? gained(spec, value) : metricText(spec, value);
}
