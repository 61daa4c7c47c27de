// What is on the screen, as the fragment of the address: `#/compare?scenario=feature-120&...`, `#/run?...`. Versioned,
// because links are kept. Reading is strict about what is there (every fault is reported) and lenient about what is not
// (defaults); writing leaves defaults out, so that `read(write(route))` is the route and the shortest address says it.
import { METRICS, METRIC_BY_KEY } from '../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import { fault, nearestName } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import type { Weights } from '../../engine/model/policy.ts';

export interface CompareRoute {
  readonly view: 'compare';
  readonly scenario: string;
  readonly weights: Weights;
  readonly policies: readonly string[];
  readonly baseline: string;
  readonly metric: MetricKey;
  /** Seeds 1 .. seeds. */
  readonly seeds: number;
}

export interface RunRoute {
  readonly view: 'run';
  readonly scenario: string;
  readonly weights: Weights;
  readonly policy: string;
  readonly seed: number;
  /** The task whose decisions are shown; empty for none. */
  readonly task: string;
  /** Number of the attempt that was picked, 0 for none. */
  readonly attempt: number;
}

export type Route = CompareRoute | RunRoute;

export interface ReadRoute {
  readonly route: Route;
  readonly faults: readonly Fault[];
}

export const DEFAULT_POLICIES: readonly string[] = ['weighted', 'critical-path', 'heft', 'spot-only', 'cheapest', 'fifo'];
export const DEFAULT_COMPARE: CompareRoute = { view: 'compare', scenario: 'feature-120', weights: DEFAULT_WEIGHTS, policies: DEFAULT_POLICIES, baseline: 'fifo', metric: 'objective', seeds: 50 };
export const DEFAULT_RUN: RunRoute = { view: 'run', scenario: 'feature-120', weights: DEFAULT_WEIGHTS, policy: 'weighted', seed: 1, task: '', attempt: 0 };
export const SEEDS_MAX = 100_000;

const VERSION = '1';
const KEYS = { compare: ['v', 'scenario', 'weights', 'policies', 'baseline', 'metric', 'seeds'], run: ['v', 'scenario', 'weights', 'policy', 'seed', 'task', 'attempt'] } as const;

/** Reads `location.hash`. Names of scenarios and policies are checked by the worker that looks them up. */
export function readRoute(fragment: string): ReadRoute {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split(/\?(.*)/s), faults: Fault[] = [];
  const view = path === '' || path === '/' || path === '/compare' ? 'compare' : path === '/run' ? 'run' : undefined;
  if (view === undefined) return { route: DEFAULT_COMPARE, faults: [fault('unknown-view', 'address', 'no view of this name', { value: path, hint: 'one of /compare, /run' })] };
  const given = new URLSearchParams(query);
  checkKeys(given, KEYS[view], faults);
  if ((given.get('v') ?? VERSION) !== VERSION) faults.push(fault('unknown-version', 'v', 'this link was written by a later version', { value: given.get('v'), hint: `this one reads version ${VERSION}` }));
  const scenario = given.get('scenario') ?? DEFAULT_COMPARE.scenario, weights = readWeights(given.get('weights'), faults);
  return { route: view === 'compare' ? readCompare(given, scenario, weights, faults) : readRun(given, scenario, weights, faults), faults };
}

/** The fragment with its `#`. */
export function writeRoute(route: Route): string {
  const query = new URLSearchParams(), put = (key: string, value: string, usual: string): void => { if (value !== usual) query.set(key, value); };
  put('scenario', route.scenario, DEFAULT_COMPARE.scenario);
  put('weights', weightsText(route.weights), weightsText(DEFAULT_WEIGHTS));
  if (route.view === 'compare') {
    put('policies', route.policies.join(','), DEFAULT_POLICIES.join(','));
    put('baseline', route.baseline, usualBaseline(route.policies));
    put('metric', route.metric, DEFAULT_COMPARE.metric);
    put('seeds', String(route.seeds), String(DEFAULT_COMPARE.seeds));
  } else {
    query.set('policy', route.policy);
    query.set('seed', String(route.seed));
    put('task', route.task, '');
    put('attempt', String(route.attempt), '0');
  }
  query.set('v', VERSION);
  return `#/${route.view}?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
}

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

function readCompare(given: URLSearchParams, scenario: string, weights: Weights, faults: Fault[]): CompareRoute {
  const policies = [...new Set(splitPolicies(given.get('policies') ?? DEFAULT_POLICIES.join(',')))];
  if (policies.length === 0) { faults.push(fault('no-policies', 'policies', 'there is nothing to compare', { hint: 'name at least one policy' })); policies.push(...DEFAULT_POLICIES); }
  const baseline = given.get('baseline') ?? usualBaseline(policies), known = policies.includes(baseline);
  if (!known) faults.push(fault('unknown-baseline', 'baseline', 'the baseline is none of the policies', { value: baseline, hint: `one of ${policies.join(', ')}` }));
  return {
    view: 'compare', scenario, weights, policies, baseline: known ? baseline : usualBaseline(policies), metric: readMetric(given.get('metric'), faults),
    seeds: readWhole(given, 'seeds', 1, SEEDS_MAX, DEFAULT_COMPARE.seeds, faults),
  };
}

function readRun(given: URLSearchParams, scenario: string, weights: Weights, faults: Fault[]): RunRoute {
  return {
    view: 'run', scenario, weights, policy: given.get('policy') ?? DEFAULT_RUN.policy, seed: readWhole(given, 'seed', 0, Number.MAX_SAFE_INTEGER, DEFAULT_RUN.seed, faults),
    task: given.get('task') ?? '', attempt: readWhole(given, 'attempt', 0, 1_000_000, 0, faults),
  };
}

function checkKeys(given: URLSearchParams, known: readonly string[], faults: Fault[]): void {
  for (const key of given.keys()) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    faults.push(fault('unknown-key', 'address', 'no setting of this name', { value: key, hint: near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?` }));
  }
}

function readWeights(text: string | null, faults: Fault[]): Weights {
  if (text === null) return DEFAULT_WEIGHTS;
  const read = checkWeights(text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part))));
  if (!('code' in read)) return read;
  faults.push(read);
  return DEFAULT_WEIGHTS;
}

function readMetric(text: string | null, faults: Fault[]): MetricKey {
  if (text === null) return DEFAULT_COMPARE.metric;
  if (Object.hasOwn(METRIC_BY_KEY, text) && METRIC_BY_KEY[text as MetricKey].better !== 'none') return text as MetricKey;
  const near = nearestName(text, METRICS.filter(({ better }) => better !== 'none').map(({ key }) => key));
  faults.push(fault('unknown-metric', 'metric', 'no figure of this name that has a better and a worse', { value: text, hint: near === undefined ? 'for example objective, makespanMs, costMicroUsd' : `did you mean "${near}"?` }));
  return DEFAULT_COMPARE.metric;
}

function readWhole(given: URLSearchParams, key: string, min: number, max: number, usual: number, faults: Fault[]): number {
  const text = given.get(key);
  if (text === null) return usual;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  faults.push(fault('bad-number', key, `a whole number from ${min} to ${max}`, { value: text }));
  return usual;
}
