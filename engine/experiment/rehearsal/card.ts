// The rehearsal card: stated hypotheses against N storms, the same plan under another seed each. Counts with their Wilson
// intervals, and the seed of the worst storm, to be opened. A storm that did not finish bears no hypothesis out.
import { quantile } from '../../metrics/quantile.ts';
import { wilson } from '../statistics.ts';
import type { StormFigures } from './figures.ts';
import { holds } from './hypothesis.ts';
import type { Hypothesis } from './hypothesis.ts';

export interface JudgedHypothesis extends Hypothesis {
  /** Storms in which it holds, of how many; `low` and `high`: 95 % interval of the share (Wilson 1927). */
  readonly held: number;
  readonly storms: number;
  readonly low: number;
  readonly high: number;
  /** Whether it holds in the share of the storms that was asked for. */
  readonly pass: boolean;
  /** Figure over the storms that finished; null when none did. */
  readonly spread: { readonly min: number; readonly median: number; readonly max: number } | null;
  /** The storm that speaks against it most: one that did not finish, else the one with the worst figure. Null without storms. */
  readonly worst: { readonly seed: number; readonly value: number; readonly finished: boolean; readonly held: boolean } | null;
}

export interface RehearsalCard {
  readonly storms: number;
  readonly seeds: readonly number[];
  /** Seeds of storms that did not finish, and of runs that do not even without the faults. */
  readonly unfinished: readonly number[];
  readonly unfinishedWithout: readonly number[];
  readonly hypotheses: readonly JudgedHypothesis[];
  /** All of them pass. True without hypotheses. */
  readonly pass: boolean;
}

/** The card over these storms. */
export function cardOf(hypotheses: readonly Hypothesis[], storms: readonly StormFigures[]): RehearsalCard {
  const judged = hypotheses.map((hypothesis) => judge(hypothesis, storms));
  const seedsWhere = (wanted: (storm: StormFigures) => boolean): number[] => storms.filter(wanted).map(({ seed }) => seed);
  return {
    storms: storms.length, seeds: storms.map(({ seed }) => seed),
    unfinished: seedsWhere(({ cause }) => cause !== 'finished'), unfinishedWithout: seedsWhere(({ baselineCause }) => baselineCause !== 'finished'),
    hypotheses: judged, pass: judged.every(({ pass }) => pass),
  };
}

function judge(hypothesis: Hypothesis, storms: readonly StormFigures[]): JudgedHypothesis {
  const { figure, share } = hypothesis, n = storms.length, heldIn = (storm: StormFigures): boolean => storm.cause === 'finished' && holds(hypothesis, storm.values[figure], storm.tasks);
  const held = storms.filter(heldIn).length, { low, high } = wilson(held, n), finished = storms.filter(({ cause }) => cause === 'finished');
  const sorted = Float64Array.from(finished.map(({ values }) => values[figure]).filter((x) => !Number.isNaN(x))).sort();
  const worst = storms.reduce<StormFigures | undefined>((last, storm) => (last === undefined || isWorse(hypothesis, storm, last) ? storm : last), undefined);
  return {
    ...hypothesis, held, storms: n, low, high,
    // Counted in storms, so that a share of 0.95 of 20 is 19, whatever its binary digits.
    pass: n > 0 && held >= Math.ceil(share * n - 1e-9),
    spread: sorted.length === 0 ? null : { min: sorted[0]!, median: quantile(sorted, 0.5), max: sorted[sorted.length - 1]! },
    worst: worst === undefined ? null : { seed: worst.seed, value: worst.values[figure], finished: worst.cause === 'finished', held: heldIn(worst) },
  };
}

/** Unfinished before finished, a figure that does not exist before one that does, then by how far it goes the wrong way. */
function isWorse({ figure, relation, value }: Hypothesis, storm: StormFigures, than: StormFigures): boolean {
  const badness = ({ cause, values, tasks }: StormFigures): number => {
    const x = values[figure], wanted = value === 'all' ? tasks : value;
    if (cause !== 'finished') return Infinity;
    if (Number.isNaN(x)) return Number.MAX_VALUE;
    const wrongWay = relation === '=' ? Math.abs(x - wanted) : relation === '<=' || relation === '<' ? x : -x;
    return Math.min(wrongWay, Number.MAX_VALUE);
  };
  return badness(storm) > badness(than);
}
