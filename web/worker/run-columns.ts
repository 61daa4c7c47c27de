// Runs as typed columns and back. A round trip loses nothing: metrics bit for bit, hashes, causes, failures.
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import { END_CAUSES } from '../../engine/journal/run-record.ts';
import { METRICS } from '../../engine/metrics/metric-registry.ts';
import type { Metrics } from '../../engine/metrics/metrics.ts';
import type { RunColumns } from './protocol.ts';

const WORDS = 4;

/** `runs[p][k]` is policy p at seed k. */
export function packRuns(policies: readonly string[], seeds: readonly number[], runs: readonly (readonly ComparedRun[])[]): RunColumns {
  const flat = runs.flat(), rows = flat.length, metrics = new Float64Array(METRICS.length * rows);
  METRICS.forEach(({ key }, m) => { for (let r = 0; r < rows; r++) metrics[m * rows + r] = flat[r]!.metrics[key]; });
  return {
    policies, seeds, metrics, hash: packHashes(flat.map((run) => run.hash)), cause: Float64Array.from(flat, (run) => END_CAUSES.indexOf(run.cause)),
    failures: flat.flatMap(({ failure, audit }, row) => (failure === '' ? [] : [{ row, audit, failure }])),
  };
}

/** Texts of 32 hexadecimal digits as words, four each. */
export function packHashes(hashes: readonly string[]): Uint32Array {
  return Uint32Array.from({ length: WORDS * hashes.length }, (_, i) => Number.parseInt(hashes[Math.floor(i / WORDS)]!.slice(8 * (i % WORDS), 8 * (i % WORDS) + 8), 16));
}

/** The inverse of `packRuns`. */
export function unpackRuns(columns: RunColumns): ComparedRun[][] {
  const { policies, seeds } = columns, failed = new Map(columns.failures.map((entry) => [entry.row, entry]));
  return policies.map((_, p) => seeds.map((seed, k) => {
    const row = p * seeds.length + k, { audit, failure } = failed.get(row) ?? { audit: 'clean', failure: '' };
    return { seed, cause: END_CAUSES[columns.cause[row]!]!, audit, failure, hash: hashText(columns, row), metrics: metricsAt(columns, row) };
  }));
}

/** 32 hexadecimal digits. */
export function hashText({ hash }: Pick<RunColumns, 'hash'>, row: number): string {
  return Array.from(hash.subarray(WORDS * row, WORDS * row + WORDS), (word) => word.toString(16).padStart(8, '0')).join('');
}

function metricsAt({ metrics, cause }: RunColumns, row: number): Metrics {
  return Object.fromEntries(METRICS.map(({ key }, m) => [key, metrics[m * cause.length + row]!])) as unknown as Metrics;
}
