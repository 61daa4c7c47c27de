// Runs that are kept. The journals of a few small ones as text, to be read: people, an API, a batch, checkpoints, a notice,
// a kill and the way back. Of feature-120, where everything is drawn at random, only the hash under each policy.
import { encodeJournal } from '../../engine/journal/codec.ts';
import { journalHeader } from '../../engine/journal/journal-header.ts';
import type { JournalHeader } from '../../engine/journal/journal-header.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { Policy } from '../../engine/model/policy.ts';
import { compileFaults } from '../../engine/sim/faults.ts';
import { simulate } from '../../engine/sim/run.ts';
import { parsePolicySpec, policies } from '../../policies/registry.ts';
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
  { name: 'feature-12-spot-only-storm-2', scenario: 'feature-12', policy: 'spot-only', seed: 2, faults: 'storm-all-spot' },
];

/** The scenario and the seeds of which only hashes are kept, under every policy. */
const HASHED_SCENARIO = 'feature-120', HASHED_SEEDS = [1, 2];

/** The file of a run whose journal is kept, and that of all kept hashes: `{ [name]: hash }`. */
export const journalOf = (golden: GoldenRun): URL => new URL(`journals/${golden.name}.jsonl`, import.meta.url);
export const HASHES = new URL('hashes.json', import.meta.url);

export interface MadeRun {
  readonly run: RunRecord;
  readonly header: JournalHeader;
}

/** Makes the run. Its header names no engine version: a release alone moves no golden journal. */
export function makeGolden({ scenario, policy, seed, faults }: GoldenRun): MadeRun {
  const file = loadCatalog(scenario), instance = compileScenario(file), plan = faults === undefined ? undefined : loadFaults(faults);
  const run = simulate(instance, { ...parsePolicySpec(policy), seed, ...(plan === undefined ? {} : { faults: compileFaults(plan, instance.problem) }) });
  return { run, header: journalHeader(run, { engine: 'golden', scenario: file, scenarioHash: instance.hash, ...(plan === undefined ? {} : { faults: plan }) }) };
}

/** The journal as it is kept. */
export function journalText({ run, header }: MadeRun): string {
  return [...encodeJournal(header, run), ''].join('\n');
}

/** Hashes of the runs that are too long to keep: `{ "feature-120 weighted 1": hash }`. */
export function makeHashes(): Record<string, string> {
  const instance = compileScenario(loadCatalog(HASHED_SCENARIO));
  const hashOf = (policy: Policy, seed: number): string => simulate(instance, { policy, seed, reasons: false }).hash;
  return Object.fromEntries(policies.flatMap((policy) => HASHED_SEEDS.map((seed) => [`${HASHED_SCENARIO} ${policy.name} ${seed}`, hashOf(policy, seed)])));
}
