// Where two runs of one scenario, policy and seed part: the first row that differs, the first thing that happened in one of
// them only, and the first decision that was taken otherwise, in words. Everything later may follow from it.
import { firstDivergence } from '../../journal/divergence.ts';
import * as R from '../../journal/records.ts';
import { recordView, timeOfRow } from '../../journal/record-view.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import type { Problem } from '../../model/problem.ts';
import { CLOUD, MARKETS } from '../../model/states.ts';
import { decisionWords, eventWords } from './record-words.ts';

export interface Parted {
  /** First row that differs, and its instant: the earlier one, when they differ in that. */
  readonly row: number;
  readonly t: number;
  /** What happened, and only with the faults, or first otherwise; null when the runs differ in nothing but the faults named. */
  readonly event: { readonly row: number; readonly t: number; readonly words: string } | null;
  /** The first decision that differs; null when all are the same. */
  readonly decision: PartedDecision | null;
}

/** One side is null when that run took no more decisions. */
export interface PartedDecision {
  /** Decisions before it, the same in both. */
  readonly same: number;
  readonly baseline: { readonly row: number; readonly t: number; readonly words: string } | null;
  readonly faulted: { readonly row: number; readonly t: number; readonly words: string } | null;
}

/** Undefined when the journals are the same to the byte. O(rows). */
export function partingOf(baseline: RunRecord, faulted: RunRecord): Parted | undefined {
  const first = firstDivergence(baseline.problem, baseline.log, faulted.log);
  if (first === undefined) return undefined;
  const t = Math.min(...[baseline, faulted].filter(({ log }) => first.row < log.count).map(({ log }) => timeOfRow(log, first.row)));
  return { row: first.row, t, event: firstEvent(baseline, faulted), decision: firstDecision(baseline, faulted) };
}

/** The marks of faults, and ticks, which are given when something has changed, are no events of their own. */
const isHappening = (code: number): boolean => R.isEvent(code) && code !== R.FAULT_INJECTED && code !== R.TICK;
const isDecision = (code: number): boolean => R.isCommand(code) && code !== R.ARCHIVE_JOB;

function firstEvent(baseline: RunRecord, faulted: RunRecord): Parted['event'] {
  const pair = firstDifferent(baseline, faulted, isHappening), row = pair?.faulted ?? -1;
  if (pair === undefined) return null;
  if (row < 0) return { row: pair.baseline, t: rowAt(baseline, pair.baseline).t, words: `without the faults: ${eventWords(rowAt(baseline, pair.baseline))}` };
  const view = rowAt(faulted, row);
  return { row, t: view.t, words: eventWords(view) };
}

function firstDecision(baseline: RunRecord, faulted: RunRecord): PartedDecision | null {
  const pair = firstDifferent(baseline, faulted, isDecision);
  if (pair === undefined) return null;
  return { same: pair.same, baseline: said(baseline, pair.baseline), faulted: said(faulted, pair.faulted) };
}

function said(run: RunRecord, row: number): PartedDecision['baseline'] {
  if (row < 0) return null;
  const view = rowAt(run, row);
  return { row, t: view.t, words: decisionWords(view, marketAt(run, row)) };
}

/** The market of the VM that the command in this row names: of its request, or of the last request of the unit before. */
function marketAt({ log, problem }: RunRecord, row: number): string {
  const at = row * R.STRIDE, unit = log.rows[at] === R.REQUEST_VM || log.rows[at] === R.RELEASE_VM ? log.rows[at + 1]! : log.rows[at + 3]!;
  if (!isVm(problem, unit)) return '';
  for (let k = at; k >= 0; k -= R.STRIDE) if (log.rows[k] === R.REQUEST_VM && log.rows[k + 1] === unit) return MARKETS[log.rows[k + 3]! as 0 | 1];
  return '';
}

const isVm = (problem: Problem, unit: number): boolean => problem.unitKind[unit] === CLOUD;
const rowAt = (run: RunRecord, row: number): RecordView => recordView(run.problem, run.log, row);

/** Rows (-1: none left) of the first records of a sort that are not the same, time included; undefined when all are. */
function firstDifferent(a: RunRecord, b: RunRecord, counts: (code: number) => boolean): { readonly same: number; readonly baseline: number; readonly faulted: number } | undefined {
  const left = new Cursor(a, counts), right = new Cursor(b, counts);
  for (let same = 0; ; same++) {
    left.next();
    right.next();
    if (left.row < 0 && right.row < 0) return undefined;
    if (left.row < 0 || right.row < 0 || !left.equals(right)) return { same, baseline: left.row, faulted: right.row };
  }
}

/** Goes over the rows of a sort, with the time of each. */
class Cursor {
  row = -1;
  private at = 0;
  private time = 0;
  private readonly run: RunRecord;
  private readonly counts: (code: number) => boolean;

  constructor(run: RunRecord, counts: (code: number) => boolean) {
    this.run = run;
    this.counts = counts;
  }

  next(): void {
    const { rows, length } = this.run.log;
    for (; this.at < length; this.at += R.STRIDE) {
      const code = rows[this.at]!;
      if (R.isEvent(code)) this.time = rows[this.at + 1]!;
      if (!this.counts(code)) continue;
      this.row = this.at / R.STRIDE;
      this.at += R.STRIDE;
      return;
    }
    this.row = -1;
  }

  equals(other: Cursor): boolean {
    const a = this.run.log.rows, b = other.run.log.rows;
    for (let k = 0; k < R.STRIDE; k++) if (!Object.is(a[this.row * R.STRIDE + k], b[other.row * R.STRIDE + k])) return false;
    return this.time === other.time;
  }
}
