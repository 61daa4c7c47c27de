// What may be asked for: never more VMs, dollars an hour, or money of the run than was stated. Counted are all VMs that may exist,
// those of which nothing is known yet among them. A price nobody knows is no price of zero: then nothing is asked for under a limit.
import { formatDollars } from '../../../../model/units.ts';

const HOUR_MS = 3_600_000;

export interface LimitsAsked {
  /** Micro-dollars an hour of each VM that may be up, and of the one to be asked for; undefined when not known. */
  readonly up: readonly (number | undefined)[];
  readonly wanted: number | undefined;
  readonly maxVms: number;
  /** Micro-dollars an hour; Infinity for none. */
  readonly maxHourly: number;
  /** Micro-dollars left of the run's budget; Infinity for none. */
  readonly budgetLeft: number;
  readonly headroomMs: number;
}

/** Why the VM may not be asked for; undefined when it may. */
export function objection({ up, wanted, maxVms, maxHourly, budgetLeft, headroomMs }: LimitsAsked): string | undefined {
  if (up.length >= maxVms) return `there may be ${maxVms} VMs of this pool at once, and there are`;
  if (maxHourly === Infinity && budgetLeft === Infinity) return undefined;
  const rates = [...up, wanted];
  if (rates.includes(undefined)) return 'a price is not known, and there is a limit to what may be spent';
  const hourly = (rates as number[]).reduce((sum, rate) => sum + rate, 0), ahead = Math.ceil(hourly * headroomMs / HOUR_MS);
  if (hourly > maxHourly) return `the VMs of this pool would cost ${formatDollars(hourly)} an hour, ${formatDollars(maxHourly)} are allowed`;
  if (ahead > budgetLeft) return `${formatDollars(Math.max(0, budgetLeft))} are left of the budget, and all VMs of this pool would cost ${formatDollars(ahead)} within ${headroomMs / 60_000} min`;
  return undefined;
}
