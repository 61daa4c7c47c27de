// Order statistics by nearest rank: always a value that was observed, the same on every machine.

/** The smallest value with at least a share `p` of the sorted values at or below it; 0 when there are none. */
export function quantile(sorted: Float64Array, p: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
}
