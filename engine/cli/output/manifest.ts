// manifest.json of a run folder: all that is needed to make the run again and to know that it is the same, and what lies
// in the folder. Wall-clock instants are labels for people; nothing depends on them.
import { journalFooter } from '../../journal/codec.ts';
import type { JournalFooter, JournalHeader } from '../../journal/journal-header.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import type { TableDictionary } from '../../journal/tables.ts';
import { METRICS } from '../../metrics/metric-registry.ts';
import { canonicalJson, hashText128 } from '../../model/hash.ts';

export const MANIFEST_VERSION = 'manifest/1';

export interface ManifestFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly content: string;
}

/** Who ran it, how and when. */
export interface RunCircumstances {
  readonly packageVersion: string;
  /** The command line, program first. */
  readonly command: readonly string[];
  /** ISO 8601 instants of the wall clock. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** `process.version` and the like: informative. */
  readonly runtime: Readonly<Record<string, string>>;
}

export interface Manifest extends RunCircumstances {
  readonly twinclock: typeof MANIFEST_VERSION;
  readonly engine: string;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly policy: { readonly name: string; readonly parameters: Readonly<Record<string, number>>; readonly textHash: string | null };
  readonly weights: JournalHeader['weights'];
  readonly seed: number;
  readonly faults: { readonly name: string; readonly hash: string } | null;
  readonly options: JournalHeader['options'];
  /** How it ended, with the journal's hash. */
  readonly result: JournalFooter;
  /** What the audit of the journal said. */
  readonly audit: unknown;
  /** Rows and data dictionary of each table. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly columns: TableDictionary }>>;
  /** What each figure of metrics.json means. */
  readonly metrics: Readonly<Record<string, { readonly unit: string; readonly better: string; readonly meaning: string }>>;
  readonly files: readonly ManifestFile[];
}

/** The manifest as it is written. */
export function buildManifest(
  header: JournalHeader, run: RunRecord, circumstances: RunCircumstances, audit: unknown, tables: Manifest['tables'], files: readonly ManifestFile[],
): Manifest {
  const { policy, faults } = header;
  return {
    twinclock: MANIFEST_VERSION,
    engine: header.engine,
    packageVersion: circumstances.packageVersion,
    scenario: { name: header.scenario.name, hash: header.scenarioHash },
    policy: { name: policy.name, parameters: policy.parameters, textHash: policy.text === undefined ? null : hashText128(policy.text) },
    weights: header.weights, seed: header.seed,
    faults: faults === undefined ? null : { name: faults.name, hash: hashText128(canonicalJson(faults)) },
    options: header.options,
    result: journalFooter(run),
    audit,
    command: circumstances.command, startedAt: circumstances.startedAt, endedAt: circumstances.endedAt, runtime: circumstances.runtime,
    tables,
    metrics: Object.fromEntries(METRICS.map(({ key, unit, better, definition }) => [key, { unit, better, meaning: definition }])),
    files,
  };
}

/** JSON for people, two spaces deep; figures that do not exist (NaN, Infinity) are null. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, x: unknown) => (typeof x === 'number' && !Number.isFinite(x) ? null : x), 2) + '\n';
}
