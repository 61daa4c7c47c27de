// The runs whose journals are kept as text beside this file: small enough to read, and among them everything a journal can
// tell of one feature: people, an API, batches, checkpoints, a notice, a kill and the way back.
import { encodeJournal } from '../../engine/journal/codec.ts';
import { journalHeader } from '../../engine/journal/journal-header.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { compileFaults } from '../../engine/sim/faults.ts';
import { simulate } from '../../engine/sim/run.ts';
import { parsePolicySpec } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { loadFaults } from '../../scenarios/faults/index.ts';

export interface GoldenRun {
  /** Name of the file in `journals/`, without its ending. */
  readonly name: string;
  readonly scenario: string;
  /** As on the command line: `weighted:theta=0.8`. */
  readonly policy: string;
  readonly seed: number;
  readonly faults?: string;
}

export const GOLDEN_RUNS: readonly GoldenRun[] = [
  { name: 'spot-1-weighted-1', scenario: 'spot-1', policy: 'weighted', seed: 1 },
  { name: 'heft-10-heft-1', scenario: 'heft-10', policy: 'heft', seed: 1 },
  { name: 'feature-12-weighted-1', scenario: 'feature-12', policy: 'weighted', seed: 1 },
  { name: 'feature-12-critical-path-storm-2', scenario: 'feature-12', policy: 'critical-path', seed: 2, faults: 'storm-all-spot' },
];

/** The file of a golden run. */
export const journalOf = (golden: GoldenRun): URL => new URL(`journals/${golden.name}.jsonl`, import.meta.url);

/** Makes the run, and its journal as text. The header names no engine version: a release alone moves no golden journal. */
export function makeGolden({ scenario, policy, seed, faults }: GoldenRun): { readonly run: RunRecord; readonly text: string } {
  const file = loadCatalog(scenario), instance = compileScenario(file), plan = faults === undefined ? undefined : loadFaults(faults);
  const run = simulate(instance, { ...parsePolicySpec(policy), seed, ...(plan === undefined ? {} : { faults: compileFaults(plan, instance.problem) }) });
  const header = journalHeader(run, { engine: 'golden', scenario: file, scenarioHash: instance.hash, ...(plan === undefined ? {} : { faults: plan }) });
  return { run, text: [...encodeJournal(header, run), ''].join('\n') };
}
