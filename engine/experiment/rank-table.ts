// Many policies over the same seeds, ranked by mean. A table always has a first row; it has a winner only when the first
// is better than every other policy in paired tests, Holm-adjusted over all pairs (the leader was picked by the data, so
// only its own pairs would be too few). Otherwise the honest answer is "no winner yet".
import { inputError } from '../model/errors.ts';
import { direction, holm, pairedComparison } from './paired-comparison.ts';
import type { ComparisonOptions, PairedComparison, Verdict } from './paired-comparison.ts';
import { summarize } from './statistics.ts';
import type { Summary } from './statistics.ts';

/** Error rate kept over all pairs of the table together. */
const LEVEL = 0.05;

/** One policy's metric, value k from the same seed for all. */
export interface Sample {
  readonly name: string;
  readonly values: readonly number[];
}

export interface RankRow {
  readonly name: string;
  /** 1 is best by mean; equal means keep the given order. */
  readonly rank: number;
  readonly summary: Summary;
  /** Mean over the best mean. */
  readonly ratioToBest: number;
  /** Mean place over the seeds (1 = best; ties share the mean of their places). */
  readonly meanPlace: number;
  /** Policies that this one is better or worse than after adjustment. */
  readonly betterThan: readonly string[];
  readonly worseThan: readonly string[];
}

export interface RankedPair {
  readonly a: string;
  readonly b: string;
  readonly comparison: PairedComparison;
  readonly adjustedPValue: number;
  /** Of a against b, by the adjusted p-value. */
  readonly verdict: Verdict;
}

export interface RankTable {
  readonly rows: readonly RankRow[];
  readonly pairs: readonly RankedPair[];
  /** Undefined: no winner yet. */
  readonly winner: string | undefined;
  /** One sentence for people. */
  readonly statement: string;
}

/** Ranks two or more policies. Throws `InputError` on unequal seeds, unfinished runs, or a name used twice. */
export function rankTable(samples: readonly Sample[], options: ComparisonOptions = {}): RankTable {
  const names = samples.map((s) => s.name);
  if (samples.length < 2) throw inputError('too-few-policies', '', 'a ranking needs at least two policies', { value: names });
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) throw inputError('name-used-twice', '', 'two policies of a ranking have one name', { value: twice });

  const pairs = comparePairs(samples, options);
  const sign = options.higherIsBetter === true ? -1 : 1;
  const places = meanPlaces(samples, sign);
  const ranked = samples.map((sample, k) => ({ name: sample.name, summary: summarize(sample.values), meanPlace: places[k] }))
    .sort((x, y) => sign * (x.summary.mean - y.summary.mean));
  const rows = ranked.map((row, k): RankRow => ({
    ...row, rank: k + 1, ratioToBest: row.summary.mean === ranked[0].summary.mean ? 1 : row.summary.mean / ranked[0].summary.mean,
    betterThan: others(pairs, row.name, 'better'), worseThan: others(pairs, row.name, 'worse'),
  }));
  const leader = rows[0], open = rows.slice(1).map((row) => row.name).filter((name) => !leader.betterThan.includes(name));
  return {
    rows, pairs,
    winner: open.length === 0 ? leader.name : undefined,
    statement: open.length === 0
      ? `${leader.name} is better than every other policy (n = ${leader.summary.n}, Holm-adjusted paired t tests at 5 %)`
      : `no winner yet: ${leader.name} leads, but is not shown to be better than ${open.join(', ')} (n = ${leader.summary.n})`,
  };
}

function comparePairs(samples: readonly Sample[], options: ComparisonOptions): RankedPair[] {
  const compared = samples.flatMap((a, i) => samples.slice(i + 1).map((b) => ({ a: a.name, b: b.name, comparison: pairedComparison(a.values, b.values, options) })));
  const adjusted = holm(compared.map((pair) => pair.comparison.pValue));
  return compared.map((pair, k) => ({
    ...pair, adjustedPValue: adjusted[k],
    verdict: adjusted[k] < LEVEL ? direction(pair.comparison.meanDifference, options) : 'undecided',
  }));
}

function others(pairs: readonly RankedPair[], name: string, verdict: 'better' | 'worse'): string[] {
  const opposite = verdict === 'better' ? 'worse' : 'better';
  return pairs.flatMap((pair) => (pair.a === name && pair.verdict === verdict ? [pair.b] : pair.b === name && pair.verdict === opposite ? [pair.a] : []));
}

/** For each policy the mean of its places seed by seed. */
function meanPlaces(samples: readonly Sample[], sign: number): number[] {
  const seeds = samples[0].values.length;
  return samples.map((own) => {
    let total = 0;
    for (let k = 0; k < seeds; k++) {
      let ahead = 0, equal = 0;
      for (const other of samples) {
        const lead = sign * (own.values[k] - other.values[k]);
        if (lead > 0) ahead++; else if (lead === 0) equal++;
      }
      total += ahead + (equal + 1) / 2;
    }
    return total / seeds;
  });
}
