// A run as plain tables for people's tools: named columns of equal length, names instead of numbers, with a dictionary
// that says what each column means and in which unit. Here: decisions (one row per candidate of each placement) and
// faults (what went wrong from outside). Times are ms since the epoch, money is dollars.
import { CLOUD, MARKETS } from '../model/states.ts';
import { REFUSALS } from '../model/policy.ts';
import { CANDIDATE_STRIDE, DECISION_STRIDE } from './decision-log.ts';
import * as R from './records.ts';
import { recordSpec } from './record-view.ts';
import type { RunRecord } from './run-record.ts';

/** null: does not apply, or never came. */
export type Cell = string | number | boolean | null;

export interface ColumnMeaning {
  readonly type: 'text' | 'number' | 'flag';
  /** `ms`, `dollars`, `1` for pure numbers; empty for texts and flags. */
  readonly unit: string;
  readonly meaning: string;
}
/** Columns of a table, in order. */
export type TableDictionary = Readonly<Record<string, ColumnMeaning>>;

export interface ColumnTable<D extends TableDictionary = TableDictionary> {
  readonly name: string;
  readonly rows: number;
  /** One array per column of the dictionary, `rows` long. */
  readonly columns: Readonly<Record<Extract<keyof D, string>, readonly Cell[]>>;
  readonly dictionary: D;
}

export const text = (meaning: string): ColumnMeaning => ({ type: 'text', unit: '', meaning });
export const flag = (meaning: string): ColumnMeaning => ({ type: 'flag', unit: '', meaning });
export const number = (unit: string, meaning: string): ColumnMeaning => ({ type: 'number', unit, meaning });

export const DECISION_COLUMNS = {
  decision: number('1', 'number of the decision in the run, from 0; its candidates share it'),
  time: number('ms', 'instant of the decision, since the epoch'),
  task: text('the task that was placed'),
  attempt: number('1', 'number of the attempt that the placement began, from 1'),
  unit: text('the candidate; empty for a VM that was not requested in the end'),
  pool: text('pool of the candidate'),
  market: text('market of the candidate, for cloud pools'),
  fresh: flag('the candidate is a VM that would have to be requested'),
  filter: text('why the candidate was not considered; empty when it was'),
  start: number('ms', 'expected instant of the start, since the epoch'),
  duration: number('ms', 'expected time from start to end'),
  rework: number('ms', 'expected time added by interruptions'),
  cost: number('dollars', 'expected marginal cost'),
  waste: number('1', 'share of free capacity that the placement would leave unusable, 0 to 1'),
  termLatency: number('1', "latency term of the policy's score"),
  termCost: number('1', "cost term of the policy's score"),
  termFragmentation: number('1', "fragmentation term of the policy's score"),
  score: number('1', "the policy's score of the candidate; lower goes first"),
  chosen: flag('the task was placed here'),
} as const satisfies TableDictionary;

export const FAULT_COLUMNS = {
  record: number('1', 'row of the journal, from 0'),
  time: number('ms', 'instant, since the epoch'),
  event: text('what happened: fault-injected, vm-notice, vm-terminated, api-limited or human-away'),
  fault: number('1', 'position in the fault plan, for fault-injected'),
  unit: text('the VM, API or person concerned'),
  pool: text('its pool'),
  life: number('1', 'life of the VM slot, from 1'),
  cause: text('why the VM ended'),
  until: number('ms', 'when the VM will be taken, the API answers again, or the person is expected back, since the epoch; empty when unknown'),
} as const satisfies TableDictionary;

/** What each column of this file's tables means, by table. */
export const JOURNAL_DICTIONARY = { decisions: DECISION_COLUMNS, faults: FAULT_COLUMNS } as const;

/** Makes a table by a function that appends one row; every column of the dictionary must be given in every row. */
export function buildTable<D extends TableDictionary>(
  name: string, dictionary: D, fill: (add: (row: Readonly<Record<Extract<keyof D, string>, Cell>>) => void) => void,
): ColumnTable<D> {
  const names = Object.keys(dictionary) as Extract<keyof D, string>[];
  const columns = Object.fromEntries(names.map((key) => [key, [] as Cell[]])) as Record<Extract<keyof D, string>, Cell[]>;
  let rows = 0;
  fill((row) => {
    for (const key of names) columns[key].push(row[key]);
    rows++;
  });
  return { name, rows, columns, dictionary };
}

/**
 * One row per candidate of each decision, in the order of the decisions. A policy that placed without asking for
 * candidates leaves one row with the place and no figures. Empty for runs made without reasons.
 */
export function decisionsTable(run: RunRecord): ColumnTable<typeof DECISION_COLUMNS> {
  const { problem, decisions: { decisions: d, decisionCount, candidates: c } } = run;
  const placed = unitOfPlacement(run);
  return buildTable('decisions', DECISION_COLUMNS, (add) => {
    for (let k = 0; k < decisionCount; k++) {
      const at = k * DECISION_STRIDE, task = d[at + 1], attempt = d[at + 2], first = d[at + 3], count = d[at + 4];
      if (count === 0) add({ decision: k, time: d[at], task: problem.taskIds[task], attempt, ...UNASKED, ...placed(task, attempt) });
      for (let row = first; row < first + count; row++) {
        const from = row * CANDIDATE_STRIDE, pool = c[from + 1], flags = c[from + 2], filter = c[from + 3];
        add({
          decision: k, time: d[at], task: problem.taskIds[task], attempt, unit: c[from] < 0 ? null : problem.unitIds[c[from]], pool: problem.poolIds[pool],
          market: problem.poolKind[pool] === CLOUD ? MARKETS[flags & 1] : null, fresh: (flags & 2) !== 0, filter: filter === 0 ? null : REFUSALS[filter],
          start: c[from + 4], duration: c[from + 5], rework: c[from + 6], cost: c[from + 7] / 1e6, waste: c[from + 8],
          termLatency: c[from + 9], termCost: c[from + 10], termFragmentation: c[from + 11], score: c[from + 12], chosen: row === d[at + 5],
        });
      }
    }
  });
}

/** Faults injected, notices, VMs taken back or lost, limits hit and people away, in the order of the journal. */
export function faultsTable(run: RunRecord): ColumnTable<typeof FAULT_COLUMNS> {
  const { problem, log: { rows, count } } = run;
  return buildTable('faults', FAULT_COLUMNS, (add) => {
    for (let n = 0; n < count; n++) {
      const at = n * R.STRIDE, code = rows[at], cause = rows[at + 4];
      if (!FAULT_EVENTS.has(code) || (code === R.VM_TERMINATED && cause !== R.CAUSE_INTERRUPTED && cause !== R.CAUSE_LOST)) continue;
      const injected = code === R.FAULT_INJECTED, vm = code === R.VM_NOTICE || code === R.VM_TERMINATED, unit = injected ? -1 : rows[at + 2];
      const until = code === R.VM_NOTICE ? rows[at + 4] : code === R.API_LIMITED ? rows[at + 3] : code === R.HUMAN_AWAY && rows[at + 3] !== 0 ? rows[at + 3] : null;
      add({
        record: n, time: rows[at + 1], event: recordSpec(code).name, fault: injected ? rows[at + 2] : null,
        unit: problem.unitIds[unit] ?? null, pool: problem.poolIds[problem.unitPool[unit]] ?? null,
        life: vm ? rows[at + 3] : null, cause: code === R.VM_TERMINATED ? R.CAUSES[cause] : null, until,
      });
    }
  });
}

const FAULT_EVENTS: ReadonlySet<number> = new Set([R.FAULT_INJECTED, R.VM_NOTICE, R.VM_TERMINATED, R.API_LIMITED, R.HUMAN_AWAY]);

const UNASKED = {
  fresh: null, filter: null, start: null, duration: null, rework: null, cost: null, waste: null,
  termLatency: null, termCost: null, termFragmentation: null, score: null, chosen: true,
} as const;

/** Where an attempt was placed, from the journal; the market is in the decision's VM request, not with the placement. */
function unitOfPlacement({ problem, log }: RunRecord): (task: number, attempt: number) => { unit: string | null; pool: string | null; market: string | null } {
  const units = new Map<string, readonly [unit: number, market: string | null]>(), market = new Map<number, string>();
  for (let at = 0; at < log.length; at += R.STRIDE) {
    const code = log.rows[at], a = log.rows[at + 1], b = log.rows[at + 2], c = log.rows[at + 3];
    if (code === R.REQUEST_VM) market.set(a, MARKETS[c]);
    else if (code === R.PLACE || code === R.OFFER) units.set(`${a}/${b}`, [c, market.get(c) ?? null]);
  }
  return (task, attempt) => {
    const [unit, soldAs] = units.get(`${task}/${attempt}`) ?? [-1, null];
    return { unit: problem.unitIds[unit] ?? null, pool: problem.poolIds[problem.unitPool[unit]] ?? null, market: soldAs };
  };
}
