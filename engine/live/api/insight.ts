// What the API tells beyond the run's own state: costs by the hour, and futures. Both are folds over the recording.
import type { RunForecast } from '../../experiment/forecast-run.ts';
import type { BlastRadius } from '../../experiment/rehearsal/blast-radius.ts';

export interface CostSnapshot {
  /** Run ms. */
  readonly at: number;
  /** Micro-dollars spent until then. */
  readonly microDollars: number;
}

export interface Insight {
  costs(): { readonly snapshots: readonly CostSnapshot[]; readonly total: number };
  /** `lose`: a VM whose loss is forecast too; `InputError` `unknown-vm` or `vm-not-up` when it cannot be lost. */
  forecast(futures: number, signal: AbortSignal, lose?: string): Promise<RunForecast>;
  /** What a fault plan whose times count from now would reach. Throws `InputError` when it cannot be injected. */
  blastRadius(plan: unknown, futures: number, signal: AbortSignal): Promise<BlastRadius>;
}
