// A comparison, or one run, as a share file. What everybody has goes by its name and hash: scenarios and fault plans of the
// catalogue, policies that are built in. The rest is in the file, so that it stands alone.
import { encodeJournal } from '../../journal/codec.ts';
import type { JournalHeader } from '../../journal/journal-header.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import { compileScenario } from '../../model/compile.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import { DEFAULT_WEIGHTS } from '../../model/policy.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { SHARED_FIGURES, SHARE_VERSION } from '../../model/share.ts';
import type { ShareFile, ShareView, SharedMean } from '../../model/share.ts';
import { catalogNames, loadCatalog } from '../../../scenarios/catalog/index.ts';
import { faultNames, loadFaults } from '../../../scenarios/faults/index.ts';
import type { Comparison, ComparisonRow } from '../compare.ts';
import type { Summary } from '../statistics.ts';
import { planHash } from './open-share.ts';

/** What a comparison does not know of itself. */
export interface ShareOrigin {
  readonly engine: string;
  readonly scenario: ScenarioFile;
  readonly plan?: FaultPlanFile | undefined;
  /** Sources of policies that are not built in, by their names without parameters. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly view?: ShareView;
  readonly journals?: ShareFile['journals'];
}

/** The share file of a comparison. */
export function makeShare(comparison: Comparison, { engine, scenario, plan, texts, view, journals }: ShareOrigin): ShareFile {
  const { setup: { instance: { hash }, weights = DEFAULT_WEIGHTS }, policies, seeds, runs, rows, statement } = comparison, name = scenario.name;
  const known = catalogNames().includes(name) && compileScenario(loadCatalog(name)).hash === hash;
  return {
    twinclock: SHARE_VERSION, engine,
    scenario: { name, hash, ...(known ? {} : { file: scenario }) }, weights,
    ...(plan === undefined ? {} : { faults: { name: plan.name, hash: planHash(plan), ...(isBuiltIn(plan) ? {} : { plan }) } }),
    seeds,
    policies: policies.map((policy, p) => {
      const text = texts?.get(policy.split(':')[0]!);
      return { policy, ...(text === undefined ? {} : { text }), hashes: runs[p]!.map((run) => run.hash), figures: sharedFigures(rows.find((row) => row.policy === policy)!) };
    }),
    ...(policies.length > 1 ? { statement } : {}), ...(view === undefined ? {} : { view }), ...(journals === undefined ? {} : { journals }),
  };
}

/** The journal of a run as a share file carries it. */
export function sharedJournal(policy: string, header: JournalHeader, run: RunRecord): NonNullable<ShareFile['journals']>[number] {
  return { policy, seed: run.seed, lines: [...encodeJournal(header, run)] };
}

/** What a share file states of a policy. */
export function sharedFigures({ metrics }: Pick<ComparisonRow, 'metrics'>): ShareFile['policies'][number]['figures'] {
  return Object.fromEntries(SHARED_FIGURES.map((key) => [key, sharedMean(metrics[key])])) as Record<(typeof SHARED_FIGURES)[number], SharedMean | null>;
}

function sharedMean(summary: Summary | undefined): SharedMean | null {
  return summary === undefined ? null : { mean: summary.mean, halfWidth95: Number.isFinite(summary.halfWidth95) ? summary.halfWidth95 : null };
}

function isBuiltIn(plan: FaultPlanFile): boolean {
  return faultNames().includes(plan.name) && planHash(loadFaults(plan.name)) === planHash(plan);
}
