// Whether the runs of a share file come out as it says: every hash, every figure, the verdict. Where a run differs and its
// journal is carried, the first row in which the two part.
import { firstDivergence } from '../../journal/divergence.ts';
import type { Divergence } from '../../journal/divergence.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import { SHARED_FIGURES } from '../../model/share.ts';
import type { SharedFigure, SharedMean } from '../../model/share.ts';
import { formatPolicySpec } from '../../../policies/registry.ts';
import { comparedRun, comparisonOf } from '../compare.ts';
import type { ComparedRun, Comparison, ComparisonProgress } from '../compare.ts';
import { RunWorkspace, Runner, runOnce } from '../run-once.ts';
import { sharedFigures } from './make-share.ts';
import type { OpenedShare } from './open-share.ts';

/** A run that is not the published one. */
export interface DifferentRun {
  readonly policy: string;
  readonly seed: number;
  readonly published: string;
  readonly made: string;
  /** Where they part; undefined when the file does not carry the journal. */
  readonly divergence: Divergence | undefined;
}

/** A figure that is not the one stated. */
export interface DifferentFigure {
  readonly policy: string;
  readonly figure: SharedFigure;
  readonly published: SharedMean | null;
  readonly made: SharedMean | null;
}

export interface ShareVerdict {
  /** Nothing differs. */
  readonly identical: boolean;
  readonly runs: number;
  readonly different: readonly DifferentRun[];
  readonly figures: readonly DifferentFigure[];
  /** When it is another than the one stated. */
  readonly statement: { readonly published: string; readonly made: string } | undefined;
  /** The comparison as it came out here. */
  readonly comparison: Comparison;
}

/** Makes every run again and judges the file by them. */
export function verifyShare(share: OpenedShare, onProgress?: (progress: ComparisonProgress) => void): ShareVerdict {
  const { instance, choices, faults, file: { weights, seeds, policies } } = share, workspace = new RunWorkspace(instance), total = seeds.length * choices.length;
  const runners = choices.map((choice) => new Runner(instance, { ...choice, weights, faults, reasons: false }, workspace));
  let done = 0;
  const bySeed = seeds.map((seed) => {
    const bounds = workspace.seedBounds.of(seed, faults);
    return runners.map((runner, p) => {
      const run = comparedRun(runner.run(seed, bounds));
      onProgress?.({ done: ++done, total, policy: policies[p]!.policy, seed });
      return run;
    });
  });
  return judgeShare(share, choices.map((_, p) => bySeed.map((runs) => runs[p]!)));
}

/** Judges the file by runs that were made of it; `runs[p][k]` is its policy p at its k-th seed. */
export function judgeShare(share: OpenedShare, runs: readonly (readonly ComparedRun[])[]): ShareVerdict {
  const { file: { seeds, policies, statement }, journals } = share, comparison = comparisonOfShare(share, runs);
  const different = policies.flatMap(({ policy, hashes }, p) => seeds.flatMap((seed, k): DifferentRun[] => {
    const made = runs[p]![k]!.hash, published = hashes[k]!;
    if (made === published) return [];
    const journal = journals.find((kept) => kept.policy === policy && kept.seed === seed);
    return [{ policy, seed, published, made, divergence: journal === undefined ? undefined : divergenceOf(share, p, seed, journal.rows) }];
  }));
  const figures = policies.flatMap(({ policy, figures: stated }, p) => {
    const made = sharedFigures(comparison.rows.find((row) => row.policy === comparison.policies[p])!);
    return SHARED_FIGURES.filter((figure) => !sameMean(stated[figure], made[figure])).map((figure) => ({ policy, figure, published: stated[figure], made: made[figure] }));
  });
  const said = statement === undefined || statement === comparison.statement ? undefined : { published: statement, made: comparison.statement };
  return { identical: different.length === 0 && figures.length === 0 && said === undefined, runs: seeds.length * policies.length, different, figures, statement: said, comparison };
}

/** Under the names of the file: a text may give itself another one. */
function comparisonOfShare({ instance, choices, file: { weights, seeds, policies, view } }: OpenedShare, runs: readonly (readonly ComparedRun[])[]): Comparison {
  const named = choices.map(({ policy, parameters }, p) => ({ policy: { ...policy, name: policies[p]!.policy.split(':')[0]! }, parameters }));
  const baseline = policies.findIndex(({ policy }) => policy === view?.baseline);
  const setup = { instance, policies: named, weights, ...(view?.metric === undefined ? {} : { metric: view.metric as MetricKey }), ...(baseline < 0 ? {} : { baseline: formatPolicySpec(named[baseline]!) }) };
  return comparisonOf(setup, seeds, runs);
}

function divergenceOf({ instance, choices, faults, file: { weights } }: OpenedShare, p: number, seed: number, published: Parameters<typeof firstDivergence>[1]): Divergence | undefined {
  return firstDivergence(instance.problem, published, runOnce(instance, { ...choices[p]!, weights, faults, seed }).run.log);
}

const sameMean = (a: SharedMean | null, b: SharedMean | null): boolean => a === b || (a !== null && b !== null && a.mean === b.mean && a.halfWidth95 === b.halfWidth95);
