// Settings that several views have in their addresses: how each is read (every fault is reported, a default shown in its
// place) and written. Names of scenarios, policies and fault plans are checked where they are looked up, not here.
import { METRICS, METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import { fault, nearestName } from '../../../engine/model/errors.ts';
import type { Fault } from '../../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Weights } from '../../../engine/model/policy.ts';

/** Writes one setting, unless it is what the address means without it. */
export type Put = (key: string, value: string, usual?: string) => void;

/** How the route of one view is read and written. `read(write(route))` is the route. */
export interface RouteKind<R extends { readonly view: string }> {
  readonly view: R['view'];
  /** Of the settings, in the order they are read and written. */
  readonly keys: readonly string[];
  /** What an address without settings shows. */
  readonly usual: R;
  readonly read: (given: URLSearchParams, faults: Fault[]) => R;
  readonly write: (route: R, put: Put) => void;
  /** The route for one who comes from another view, with what that view was about. */
  readonly enter: (carried: Carried) => R;
}

/** What a step from one view to another takes along. */
export interface Carried {
  readonly scenario?: string;
  readonly weights?: Weights;
  readonly policies?: readonly string[];
  readonly policy?: string;
  readonly seed?: number;
  readonly faults?: string;
}

export const DEFAULT_SCENARIO = 'feature-120';
export const DEFAULT_POLICIES: readonly string[] = ['weighted', 'critical-path', 'heft', 'spot-only', 'cheapest', 'fifo'];
export const SEEDS_MAX = 100_000;
/** What stands for no fault plan. */
export const NO_FAULTS = '';

/** `0.6,0.3,0.1`. */
export function weightsText({ latency, cost, fragmentation }: Weights): string {
  return [latency, cost, fragmentation].map((x) => String(+x.toFixed(6))).join(',');
}

/** The weights of three numbers, or what is wrong with them. */
export function checkWeights(numbers: readonly number[]): Weights | Fault {
  const [latency = NaN, cost = NaN, fragmentation = NaN] = numbers, sum = latency + cost + fragmentation;
  if (numbers.length !== 3 || numbers.some((x) => !(x >= 0 && x <= 1))) {
    return fault('bad-weights', 'weights', 'weights are three numbers from 0 to 1', { value: numbers.map(String).join(', '), hint: 'latency, cost, fragmentation, for example 0.6, 0.3, 0.1' });
  }
  if (Math.abs(sum - 1) > 1e-6) return fault('bad-weights', 'weights', 'weights sum to 1', { value: `sum ${+sum.toFixed(6)}`, hint: sum > 1 ? `take ${+(sum - 1).toFixed(6)} away` : `add ${+(1 - sum).toFixed(6)}` });
  return { latency, cost, fragmentation };
}

/** `weighted:theta=0.8,idle=300,fifo` is two policies: a piece `key=value` goes with the policy before it. */
export function splitPolicies(text: string): string[] {
  const specs: string[] = [];
  for (const piece of text.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    if (/^[^:]*=/.test(piece) && specs.length > 0) specs.push(`${specs.pop()!},${piece}`);
    else specs.push(piece);
  }
  return specs;
}

/** What the command line takes too: `fifo` if it is there, else the first. */
export function usualBaseline(policies: readonly string[]): string {
  return policies.includes('fifo') ? 'fifo' : policies[0] ?? '';
}

/** Each once; at least one. */
export function readPolicies(given: URLSearchParams, usual: readonly string[], faults: Fault[]): readonly string[] {
  const policies = [...new Set(splitPolicies(given.get('policies') ?? usual.join(',')))];
  if (policies.length > 0) return policies;
  faults.push(fault('no-policies', 'policies', 'there is nothing to compare', { hint: 'name at least one policy' }));
  return usual;
}

export function readWeights(text: string | null, faults: Fault[]): Weights {
  if (text === null) return DEFAULT_WEIGHTS;
  const read = checkWeights(text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part))));
  if (!('code' in read)) return read;
  faults.push(read);
  return DEFAULT_WEIGHTS;
}

/** A figure that has a better and a worse. */
export function readMetric(text: string | null, faults: Fault[]): MetricKey {
  if (text === null) return 'objective';
  if (Object.hasOwn(METRIC_BY_KEY, text) && METRIC_BY_KEY[text as MetricKey].better !== 'none') return text as MetricKey;
  const near = nearestName(text, METRICS.filter(({ better }) => better !== 'none').map(({ key }) => key));
  faults.push(fault('unknown-metric', 'metric', 'no figure of this name that has a better and a worse', { value: text, hint: near === undefined ? 'for example objective, makespanMs, costMicroUsd' : `did you mean "${near}"?` }));
  return 'objective';
}

export function readWhole(given: URLSearchParams, key: string, min: number, max: number, usual: number, faults: Fault[]): number {
  const text = given.get(key);
  if (text === null) return usual;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  faults.push(fault('bad-number', key, `a whole number from ${min} to ${max}`, { value: text }));
  return usual;
}
