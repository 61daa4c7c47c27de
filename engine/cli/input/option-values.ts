// Values of options as people write them, checked as they are read. Every one throws an `InputError` that names its option.
import { inputError } from '../../model/errors.ts';
import { METRICS, METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import type { Weights } from '../../model/policy.ts';
import { unknownName } from './unknown-name.ts';

/** `0.6,0.3,0.1`: latency, cost, fragmentation, summing to 1. */
export function parseWeights(text: string): Weights {
  const parts = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [latency, cost, fragmentation] = parts as [number, number, number], sum = parts.reduce((a, b) => a + b, 0);
  if (parts.length !== 3 || parts.some((x) => !(x >= 0 && x < Infinity))) {
    throw inputError('bad-weights', '--weights', 'weights are three numbers of zero or more', { value: text, hint: 'latency, cost, fragmentation, for example 0.6,0.3,0.1' });
  }
  if (Math.abs(sum - 1) > 1e-6) {
    throw inputError('bad-weights', '--weights', 'weights sum to 1', { value: text, hint: sum > 0 ? `for these proportions ${proportions(latency / sum, cost / sum)}` : 'for example 0.6,0.3,0.1' });
  }
  return { latency, cost, fragmentation };
}

function proportions(latency: number, cost: number): string {
  const l = +latency.toFixed(4), c = +cost.toFixed(4);
  return [l, c, Math.max(0, +(1 - l - c).toFixed(4))].join(',');
}

/** A whole number within limits. */
export function parseWhole(name: string, min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const wanted = `a whole number ${max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`}`;
  return (text) => {
    const value = /^-?\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) throw inputError('bad-option', name, value > max ? `a whole number from ${min} to ${max}` : wanted, { value: text });
    return value;
  };
}

/** A figure by its key. */
export function parseMetric(text: string): MetricKey {
  if (Object.hasOwn(METRIC_BY_KEY, text)) return text as MetricKey;
  throw unknownName('unknown-metric', '--metric', 'no figure of this name', text, METRICS.map(({ key }) => key), 'for example objective, makespanMs, costMicroUsd');
}

/** For options that may be given several times. */
export function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}
