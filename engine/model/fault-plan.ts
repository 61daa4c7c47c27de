// The fault file: what is made to go wrong, as data. The same file is applied under the simulated and the live clock.
// Times are since the epoch. The scheduler never sees it; it sees only the events it causes.
import type { DurationText } from './scenario.ts';

/** Which VM of a pool, by its position: `"gpu/2"` is the third VM slot of pool `gpu`. */
export type VmName = string;

export type FaultFile = FaultKindFile & {
  /** For people; and a storm is drawn by its name: it keeps its draws while it keeps the name. */
  readonly name?: string;
};

export type FaultKindFile =
  /** Kill one VM, `count` VMs of a pool (lowest numbers first), or the VM that runs a task, if one does. */
  | { readonly kind: 'terminate'; readonly at: DurationText; readonly vm: VmName; readonly notice?: DurationText }
  | { readonly kind: 'terminate'; readonly at: DurationText; readonly pool: string; readonly count?: number; readonly notice?: DurationText }
  | { readonly kind: 'terminate'; readonly at: DurationText; readonly runningTask: string; readonly notice?: DurationText }
  /** Kill each spot VM once (the first `times` lives of each slot), when the first task it runs has done this share of its work. */
  | { readonly kind: 'terminate-working'; readonly market?: 'spot' | 'any'; readonly pool?: string; readonly atProgress?: number; readonly times?: number; readonly notice?: DurationText }
  /** Poisson kills of spot VMs, so many an hour in all, drawn from the run's seed and the storm's name (without one: from what it is). */
  | { readonly kind: 'storm'; readonly at: DurationText; readonly for: DurationText; readonly killsPerHour: number; readonly pool?: string; readonly notice?: DurationText }
  /** No spot VM to be had from a pool (default: all). */
  | { readonly kind: 'no-capacity'; readonly at: DurationText; readonly for: DurationText; readonly pool?: string }
  | { readonly kind: 'price'; readonly at: DurationText; readonly for?: DurationText; readonly pool?: string; readonly factor: number }
  | { readonly kind: 'away'; readonly at: DurationText; readonly for: DurationText; readonly human: string }
  | { readonly kind: 'outage'; readonly at: DurationText; readonly for: DurationText; readonly api: string }
  /** Work started on the resource (a fleet id) in the window takes `factor` times as long. */
  | { readonly kind: 'slow-down'; readonly at: DurationText; readonly for: DurationText; readonly resource: string; readonly factor: number }
  /** Dollars. */
  | { readonly kind: 'budget'; readonly at: DurationText; readonly budget: number };

export interface FaultPlanFile {
  readonly twinclock: 'faults/1';
  readonly name: string;
  readonly description?: string;
  readonly faults: readonly FaultFile[];
}

export const FAULT_PLAN_VERSION = 'faults/1';
