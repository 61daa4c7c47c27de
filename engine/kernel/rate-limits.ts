// The published token buckets of APIs: refilled continuously, full at the start. Looking never changes a number; only
// events do, so that a replay, which looks as often as the run did, computes the same bits.
import type { Kernel } from './kernel.ts';

/** Requests in an API's published bucket at `at` >= now: refilled continuously up to the burst. */
export const requestLevelAt = (kernel: Kernel, unit: number, at: number): number => {
  const s = kernel.state;
  return Math.min(kernel.problem.poolRequestBurst[kernel.problem.unitPool[unit]!]!, s.requestLevel[unit]! + (at - s.levelAt[unit]!) * s.requestRate[unit]!);
};

/** Tokens likewise. */
export const tokenLevelAt = (kernel: Kernel, unit: number, at: number): number => {
  const s = kernel.state;
  return Math.min(kernel.problem.poolTokenBurst[kernel.problem.unitPool[unit]!]!, s.tokenLevel[unit]! + (at - s.levelAt[unit]!) * s.tokenRate[unit]!);
};

/** Brings the buckets to now. Only events do kernel, so that looking never changes a number. */
export const refill = (kernel: Kernel, unit: number): void => {
  const s = kernel.state;
  if (s.levelAt[unit] === kernel.now) return;
  s.requestLevel[unit] = requestLevelAt(kernel, unit, kernel.now);
  s.tokenLevel[unit] = tokenLevelAt(kernel, unit, kernel.now);
  s.levelAt[unit] = kernel.now;
};

export function rateChanged(kernel: Kernel, unit: number, axis: number, perMinute: number): void {
  refill(kernel, unit);
  if (axis === 0) kernel.state.requestRate[unit] = perMinute / 60_000;
  else if (axis === 1) kernel.state.tokenRate[unit] = perMinute / 60_000;
  kernel.dirty = true;
}
