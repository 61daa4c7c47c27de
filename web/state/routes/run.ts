// The address of one run: `#/run?policy=weighted&seed=7&faults=storm-all-spot&task=f2-train-13`. A window is two
// instants in ms since the scenario's epoch, `window=3600000,7200000`.
import { fault } from '../../../engine/model/errors.ts';
import type { Fault } from '../../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { DEFAULT_SCENARIO, NO_FAULTS, readWeights, readWhole, weightsText } from './settings.ts';
import type { RouteKind } from './settings.ts';

export interface RunRoute {
  readonly view: 'run';
  readonly scenario: string;
  readonly weights: Weights;
  readonly policy: string;
  readonly seed: number;
  readonly faults: string;
  /** A journal of the library whose rows are shown, instead of a run made here; empty for none. */
  readonly journal: string;
  /** What is changed of the journal's run, to see what would have been: another policy (empty for its own), other weights, things that went wrong and do not, by number from 1. */
  readonly ifPolicy: string;
  readonly ifWeights: Weights | undefined;
  readonly without: readonly number[];
  /** The task whose decisions are shown; empty for none. */
  readonly task: string;
  /** Number of the attempt that was picked, 0 for none. */
  readonly attempt: number;
  /** The stretch of time that is shown, ms since the epoch; undefined: all of it. */
  readonly window: RouteWindow | undefined;
  /** The instant at which the run is looked at; undefined: its end. */
  readonly at: number | undefined;
}

export interface RouteWindow {
  readonly from: number;
  readonly to: number;
}

export const DEFAULT_RUN: RunRoute = { view: 'run', scenario: DEFAULT_SCENARIO, weights: DEFAULT_WEIGHTS, policy: 'weighted', seed: 1, faults: NO_FAULTS, journal: '', ifPolicy: '', ifWeights: undefined, without: [], task: '', attempt: 0, window: undefined, at: undefined };

export const RUN_ROUTE: RouteKind<RunRoute> = {
  view: 'run', keys: ['scenario', 'weights', 'policy', 'seed', 'faults', 'journal', 'if-policy', 'if-weights', 'without', 'task', 'attempt', 'window', 'at'], usual: DEFAULT_RUN,
  read: (given, faults) => ({
    view: 'run', scenario: given.get('scenario') ?? DEFAULT_SCENARIO, weights: readWeights(given.get('weights'), faults), policy: given.get('policy') ?? DEFAULT_RUN.policy,
    seed: readWhole(given, 'seed', 0, Number.MAX_SAFE_INTEGER, DEFAULT_RUN.seed, faults), faults: given.get('faults') ?? NO_FAULTS, journal: given.get('journal') ?? '',
    ifPolicy: given.get('if-policy') ?? '', ifWeights: given.has('if-weights') ? readWeights(given.get('if-weights'), faults) : undefined, without: readNumbers(given.get('without'), faults),
    task: given.get('task') ?? '', attempt: readWhole(given, 'attempt', 0, 1_000_000, 0, faults),
    window: readWindow(given.get('window'), faults), at: given.has('at') ? readWhole(given, 'at', 0, Number.MAX_SAFE_INTEGER, 0, faults) : undefined,
  }),
  write: (route, put) => {
    put('scenario', route.scenario, DEFAULT_SCENARIO);
    put('weights', weightsText(route.weights), weightsText(DEFAULT_WEIGHTS));
    put('policy', route.policy);
    put('seed', String(route.seed));
    put('faults', route.faults, NO_FAULTS);
    put('journal', route.journal, '');
    put('if-policy', route.ifPolicy, '');
    put('if-weights', route.ifWeights === undefined ? '' : weightsText(route.ifWeights), '');
    put('without', route.without.join(','), '');
    put('task', route.task, '');
    put('attempt', String(route.attempt), '0');
    put('window', route.window === undefined ? '' : `${route.window.from},${route.window.to}`, '');
    put('at', route.at === undefined ? '' : String(route.at), '');
  },
  enter: ({ scenario = DEFAULT_SCENARIO, weights = DEFAULT_WEIGHTS, policies = [], policy = policies[0] ?? DEFAULT_RUN.policy, seed = DEFAULT_RUN.seed, faults = NO_FAULTS }) => ({ ...DEFAULT_RUN, scenario, weights, policy, seed, faults }),
};

/** Whether something is changed of the journal's run. */
export const asksWhatIf = ({ journal, ifPolicy, ifWeights, without }: RunRoute): boolean => journal !== '' && (ifPolicy !== '' || ifWeights !== undefined || without.length > 0);

function readNumbers(text: string | null, faults: Fault[]): readonly number[] {
  if (text === null) return [];
  if (/^\d{1,6}(,\d{1,6})*$/.test(text)) return text.split(',').map(Number);
  faults.push(fault('bad-number', 'without', 'are numbers of what went wrong, with commas between', { value: text, hint: 'for example 1,3' }));
  return [];
}

function readWindow(text: string | null, faults: Fault[]): RouteWindow | undefined {
  if (text === null) return undefined;
  const [from = NaN, to = NaN] = /^-?\d{1,15},-?\d{1,15}$/.test(text) ? text.split(',').map(Number) : [];
  if (from < to) return { from, to };
  faults.push(fault('bad-window', 'window', 'a window is two instants in ms since the epoch, the earlier first', { value: text, hint: 'for example 3600000,7200000' }));
  return undefined;
}
