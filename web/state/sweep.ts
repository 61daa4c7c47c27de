// Makes the runs that a store lacks, in batches over all workers of a pool. Batches grow until one takes about a tenth of a
// second: small enough to be stopped and shown, large enough that messages cost nothing.
import type { Study } from '../worker/protocol.ts';
import { runKey } from './run-store.ts';
import type { Batch, RunStore } from './run-store.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface SweepRequest {
  readonly study: Study;
  readonly policies: readonly string[];
  /** Seeds 1 .. seedCount. */
  readonly seedCount: number;
}

export interface SweepProgress {
  /** Runs there are, and runs wanted. */
  readonly done: number;
  readonly total: number;
  /** Expected; NaN while nothing is known. */
  readonly msLeft: number;
}

export interface SweepOptions {
  readonly signal: AbortSignal;
  /** A wall clock in ms. */
  readonly now: () => number;
  readonly onProgress: (progress: SweepProgress) => void;
}

const BATCH_MS = 100;
const RUNS_MAX = 400;

/** Resolves when all runs are in the store. Rejects with `WorkError`; what was made until then stays in the store. */
export async function sweep(pool: WorkerPool, store: RunStore, { study, policies, seedCount }: SweepRequest, { signal, now, onProgress }: SweepOptions): Promise<void> {
  const total = policies.length * seedCount, missing = store.missing(policies, seedCount), began = now(), taken = new Set<string>();
  let made = 0, runs = policies.length, failed = false;
  const report = (): void => {
    const left = missing - made;
    onProgress({ done: total - left, total, msLeft: left === 0 ? 0 : made === 0 ? NaN : (now() - began) / made * left });
  };
  const next = (): Batch | undefined => {
    const batch = store.nextBatch(policies, seedCount, runs, taken);
    for (const seed of batch?.seeds ?? []) for (const policy of batch!.policies) taken.add(runKey(policy, seed));
    return batch;
  };
  const lane = async (): Promise<void> => {
    for (let batch = next(); batch !== undefined && !signal.aborted && !failed; batch = next()) {
      const asked = now(), count = batch.seeds.length * batch.policies.length;
      store.add(await pool.ask({ kind: 'runs', study, ...batch }, { signal }));
      made += count;
      // The time includes the wait for a free worker, which only makes batches smaller.
      runs = Math.max(1, Math.min(RUNS_MAX, 2 * count, Math.round(count * BATCH_MS / Math.max(1, now() - asked))));
      report();
    }
  };
  report();
  await Promise.all(Array.from({ length: pool.size + 1 }, () => lane().catch((error: unknown) => { failed = true; throw error; })));
}
