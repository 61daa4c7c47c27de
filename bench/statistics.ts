// Order statistics and slopes of small samples of times.

/** The middle value; the mean of the two middle ones of an even number. NaN of nothing. */
export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}

/** Quantile with linear interpolation between order statistics. NaN of nothing. */
export function quantile(values: Iterable<number>, q: number): number {
  const sorted = Float64Array.from(values).sort(), at = (sorted.length - 1) * q, below = Math.floor(at);
  return sorted.length === 0 ? NaN : sorted[below]! + (at - below) * (sorted[Math.ceil(at)]! - sorted[below]!);
}

/** Least-squares slope of ln(y) over ln(x): 1 when y grows in proportion to x. NaN with fewer than two different x. */
export function logLogSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const), mean = (k: 0 | 1) => logs.reduce((sum, p) => sum + p[k], 0) / logs.length;
  const meanX = mean(0), meanY = mean(1);
  let over = 0, under = 0;
  for (const [x, y] of logs) { over += (x - meanX) * (y - meanY); under += (x - meanX) ** 2; }
  return under === 0 ? NaN : over / under;
}
