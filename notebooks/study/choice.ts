// Which of many weight settings to take for a budget: the one with the least mean makespan of those whose spending the
// budget covers. Settings with a failed run are no candidates. Times are ms, money micro-dollars, as the engine has them.
import { tickStep } from 'd3';
import { holm, pairedComparison } from '../../engine/experiment/paired-comparison.ts';
import { quantile, summarize } from '../../engine/experiment/statistics.ts';
import type { Summary } from '../../engine/experiment/statistics.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { Sweep } from '../sweep/sweep.ts';

/** What a budget has to cover: what projects cost on average, or what nine of ten cost at most. */
export type Cover = 'average' | 'nine of ten';

export interface Candidate {
  /** Place among the settings of the sweep. */
  readonly setting: number;
  readonly weights: Weights;
  readonly makespanMs: Summary;
  readonly costMicroUsd: Summary;
  /** The least budget that covers it. */
  readonly spend: number;
}

/** The settings of a sweep that can be chosen, in their order; those without runs yet are left out. */
export function candidatesOf({ settings, runs }: Sweep, cover: Cover): Candidate[] {
  return settings.flatMap(({ weights }, setting) => {
    const own = runs[setting]!;
    if (own.length === 0 || own.some(({ failure }) => failure !== '')) return [];
    const costs = own.map(({ metrics }) => metrics.costMicroUsd), costMicroUsd = summarize(costs);
    const spend = cover === 'average' ? costMicroUsd.mean : quantile(costs, 0.9);
    return [{ setting, weights, makespanMs: summarize(own.map(({ metrics }) => metrics.makespanMs)), costMicroUsd, spend }];
  });
}

/** Those that no other beats in both spending and mean makespan, from cheap to quick; of equals the first. */
export function frontOf(candidates: readonly Candidate[]): Candidate[] {
  const front: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => a.spend - b.spend || a.makespanMs.mean - b.makespanMs.mean)) {
    if (front.length === 0 || candidate.makespanMs.mean < front.at(-1)!.makespanMs.mean) front.push(candidate);
  }
  return front;
}

/** The quickest that the budget covers; undefined when it covers none. */
export function bestWithin(front: readonly Candidate[], budget: number): Candidate | undefined {
  return front.filter(({ spend }) => spend <= budget).at(-1);
}

/** Error rate kept over all comparisons with the best. */
const LEVEL = 0.05;

/**
 * The candidates within the budget that are not shown to be slower than the best: paired t tests seed by seed, their
 * p-values adjusted for their number (Holm 1979). The best itself is among them. For a complete sweep.
 */
export function notShownSlower({ runs }: Sweep, candidates: readonly Candidate[], best: Candidate, budget: number): Candidate[] {
  const makespans = ({ setting }: Candidate): number[] => runs[setting]!.map(({ metrics }) => metrics.makespanMs);
  const rivals = candidates.filter((candidate) => candidate !== best && candidate.spend <= budget), reference = makespans(best);
  const pValues = holm(rivals.map((rival) => pairedComparison(makespans(rival), reference).pValue));
  return [best, ...rivals.filter((_, k) => pValues[k]! >= LEVEL)];
}

/** Those of `others` that no candidate of the front matches or beats in both spending and mean makespan. */
export function notBeaten(others: readonly Candidate[], front: readonly Candidate[]): Candidate[] {
  return others.filter(({ spend, makespanMs: { mean } }) => !front.some((own) => own.spend <= spend && own.makespanMs.mean <= mean));
}

/** About eight round budgets, from the first that covers the cheapest of the front to the first that covers all of it. */
export function roundBudgets(front: readonly Candidate[]): number[] {
  if (front.length === 0) return [];
  const least = front[0]!.spend, most = front.at(-1)!.spend, step = Math.max(1, tickStep(least, Math.max(most, least + 1), 8));
  const first = Math.ceil(least / step), last = Math.ceil(most / step);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}
