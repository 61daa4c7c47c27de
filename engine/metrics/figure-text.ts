// Figures as people read them, the same in the terminal and on the page: one unit for a whole column, a mean with its
// half-width, an instant since the epoch. What does not exist (NaN) is an en dash, never a zero.
import type { MetricSpec } from './metric-registry.ts';

export interface TimeUnit {
  readonly name: 's' | 'min' | 'h';
  readonly ms: number;
}

const UNITS: readonly TimeUnit[] = [{ name: 'h', ms: 3_600_000 }, { name: 'min', ms: 60_000 }, { name: 's', ms: 1000 }];

/** The unit in which durations up to `longestMs` read best. */
export function timeUnit(longestMs: number): TimeUnit {
  return UNITS.find(({ ms }) => longestMs >= 2 * ms) ?? UNITS[2]!;
}

/** A number with this many digits after the point, en dash for NaN. Digits are for figures below 1000; above there is at most one. */
export function numberText(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(Math.abs(value) >= 1000 ? Math.min(1, digits) : digits).replace(/^-(0(\.0*)?)$/, '$1') : '–';
}

/** `152.3 ±1.2`; the mean alone when its half-width is not known. */
export function meanText(mean: number, halfWidth: number, digits: number, signed = false): string {
  if (!Number.isFinite(mean)) return '–';
  const text = numberText(mean, digits), sign = signed && mean > 0 && Number(text) !== 0 ? '+' : '';
  return sign + text + (Number.isFinite(halfWidth) ? ` ±${numberText(halfWidth, digits)}` : '');
}

/** A figure with its unit: `198.3 h`, `$1449.70`, `80.5 %`, `12`. */
export function metricText({ unit }: Pick<MetricSpec, 'unit'>, value: number, wallClock = false): string {
  if (!Number.isFinite(value)) return '–';
  switch (unit) {
    case 'ms': return wallClock ? `${value.toFixed(3)} ms` : durationText(value);
    case 'micro-dollars': return dollarText(value);
    case 'share': return `${numberText(value * 100, 1)} %`;
    case 'ratio': return numberText(value, 3);
    case 'count': return String(+value.toFixed(2));
  }
}

/** `198.3 h`, `12.5 min`, `8.25 s`. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms === 0) return '0 s';
  const { name, ms: scale } = timeUnit(Math.abs(ms));
  return `${numberText(ms / scale, name === 's' ? 2 : 1)} ${name}`;
}

/** `$12.34`; four digits below a dollar. */
export function dollarText(micro: number): string {
  if (!Number.isFinite(micro)) return '–';
  const dollars = Math.abs(micro / 1e6);
  return `${micro < 0 ? '-' : ''}$${dollars.toFixed(dollars < 1 && micro !== 0 ? 4 : 2)}`;
}

/** Time since the epoch: `1d 14:05:30`, with milliseconds when it has any. */
export function clockText(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const pad = (x: number, width = 2) => String(x).padStart(width, '0'), s = Math.floor(ms / 1000), rest = ms % 1000;
  const time = `${pad(Math.floor(s / 3600) % 24)}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}${rest === 0 ? '' : '.' + pad(rest, 3)}`;
  return s >= 86_400 ? `${Math.floor(s / 86_400)}d ${time}` : time;
}

/** `1 task`, `2 tasks`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
