// A run as a Chrome JSON trace that opens in ui.perfetto.dev: a process per pool, a track per unit (and one for the lives
// of its VM), a slice per attempt. Only nested complete events (X), counters (C), flows (s, f) and metadata (M) are used,
// and slices of one track nest or follow each other, never overlap: tasks that run side by side on a unit get a lane each.
// Format: "Trace Event Format" (Google, catapult project). Times in it are microseconds; `ts` 0 is the scenario's epoch.
import { MARKETS } from '../model/states.ts';
import { CAUSES, FAULT_INJECTED, STRIDE, VM_NOTICE } from './records.ts';
import type { RunRecord } from './run-record.ts';

/** The rows to draw, as columns; times in ms, NaN for what never came. */
export interface TimelineTables {
  readonly attempts: {
    readonly count: number;
    readonly task: ArrayLike<number>; readonly attempt: ArrayLike<number>; readonly unit: ArrayLike<number>;
    /** Index into MARKETS, -1 when not on a VM. */
    readonly market: ArrayLike<number>;
    /** Index into `outcomes`. */
    readonly outcome: ArrayLike<number>;
    readonly startedAt: ArrayLike<number>; readonly endedAt: ArrayLike<number>;
    readonly setupMs: ArrayLike<number>; readonly lostMs: ArrayLike<number>;
  };
  readonly outcomes: readonly string[];
  readonly lives: {
    readonly count: number;
    readonly unit: ArrayLike<number>; readonly life: ArrayLike<number>; readonly market: ArrayLike<number>;
    /** Index into CAUSES; anything else means that the run ended first. */
    readonly cause: ArrayLike<number>;
    readonly requestedAt: ArrayLike<number>; readonly startedAt: ArrayLike<number>; readonly readyAt: ArrayLike<number>; readonly endedAt: ArrayLike<number>;
  };
  readonly counters: readonly TimelineCounter[];
}

/** A quantity over time: value k holds from time k on. */
export interface TimelineCounter {
  readonly name: string;
  readonly unit: string;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

interface Notice { readonly at: number; readonly killAt: number }
interface Track { readonly pid: number; readonly tid: number }
type TraceEvent = Readonly<Record<string, unknown>>;

/** The trace as pieces of one JSON text, to be concatenated; one event a line. */
export function* perfettoTrace(run: RunRecord, tables: TimelineTables): Generator<string, void, void> {
  const about = { scenario: run.problem.name, policy: run.policy, seed: String(run.seed), hash: run.hash };
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(about)},"traceEvents":[`;
  let separator = '\n';
  for (const event of traceEvents(run, tables)) {
    yield separator + JSON.stringify(event);
    separator = ',\n';
  }
  yield '\n]}\n';
}

function* traceEvents(run: RunRecord, tables: TimelineTables): Generator<TraceEvent, void, void> {
  const { problem } = run, lanes = assignLanes(tables.attempts, problem.unitCount), scheduler = problem.poolCount + 1;
  // Perfetto takes thread ids as global, and a thread whose id is its process's as the main one: all ids differ.
  let nextTid = scheduler + 1;
  yield metadata('process_name', { pid: scheduler, tid: 0 }, { name: 'scheduler' });
  yield metadata('process_sort_index', { pid: scheduler, tid: 0 }, { sort_index: 0 });
  const firstLane = new Int32Array(problem.unitCount), livesOf = rowsByUnit(tables.lives), notices = noticesByUnit(run);
  for (let pool = 0; pool < problem.poolCount; pool++) {
    const pid = pool + 1;
    yield metadata('process_name', { pid, tid: 0 }, { name: problem.poolIds[pool] });
    yield metadata('process_sort_index', { pid, tid: 0 }, { sort_index: pid });
    for (let unit = problem.poolFirst[pool]; unit < problem.poolFirst[pool + 1]; unit++) {
      const name = problem.unitIds[unit];
      const lives = livesOf.get(unit);
      if (lives !== undefined) {
        const track = { pid, tid: nextTid++ };
        yield* trackName(track, `${name} VM`);
        yield* lifeSlices(tables, lives, notices.get(unit) ?? [], track);
      }
      firstLane[unit] = nextTid;
      for (let lane = 0; lane < lanes.perUnit[unit]; lane++) yield* trackName({ pid, tid: nextTid++ }, lane === 0 ? name : `${name} · ${lane + 1}`);
    }
  }
  const trackOf = (row: number): Track => ({ pid: problem.unitPool[tables.attempts.unit[row]] + 1, tid: firstLane[tables.attempts.unit[row]] + lanes.ofRow[row] });
  yield* attemptSlices(run, tables, trackOf);
  yield* flows(run, tables, trackOf);
  yield* faultSlices(run, { pid: scheduler, tid: nextTid });
  for (const { name, unit, times, values } of tables.counters) {
    for (let k = 0; k < times.length; k++) yield { ph: 'C', name, pid: scheduler, ts: micros(times[k]), args: { [unit]: values[k] } };
  }
}

function* lifeSlices({ lives }: TimelineTables, rows: readonly number[], notices: readonly Notice[], track: Track): Generator<TraceEvent, void, void> {
  for (const k of rows) {
    const end = lives.endedAt[k], started = orElse(lives.startedAt[k], end), ready = orElse(lives.readyAt[k], end);
    const args = { market: MARKETS[lives.market[k]], ended: CAUSES[lives.cause[k]] ?? 'still up' };
    yield slice(`life ${lives.life[k]} (${args.market})`, 'vm', track, lives.requestedAt[k], end, args);
    for (const [name, from, to] of [['requested', lives.requestedAt[k], started], ['spin-up', started, ready], ['ready', ready, end]] as const) {
      if (to <= from) continue;
      yield slice(name, 'vm', track, from, to, {});
      let shownUntil = from;
      for (const { at, killAt } of notices) {
        if (at < shownUntil || at >= to) continue;
        shownUntil = Math.min(killAt, to);
        yield slice('notice', 'vm', track, at, shownUntil, { killAtMs: killAt });
      }
    }
  }
}

function* attemptSlices({ problem }: RunRecord, { attempts, outcomes }: TimelineTables, trackOf: (row: number) => Track): Generator<TraceEvent, void, void> {
  for (let k = 0; k < attempts.count; k++) {
    const from = attempts.startedAt[k], to = attempts.endedAt[k], setup = Math.min(attempts.setupMs[k], to - from);
    if (!(to >= from)) continue;
    yield slice(problem.taskIds[attempts.task[k]], problem.taskKinds[attempts.task[k]] || 'task', trackOf(k), from, to, {
      attempt: attempts.attempt[k], outcome: outcomes[attempts.outcome[k]], lostMs: attempts.lostMs[k],
      ...(attempts.market[k] < 0 ? {} : { market: MARKETS[attempts.market[k]] }),
    });
    if (setup > 0) yield slice('set-up', 'set-up', trackOf(k), from, from + setup, {});
  }
}

/** Arrows from each predecessor's end to a task's first start, and from each attempt that failed or was taken to the next. */
function* flows({ problem }: RunRecord, { attempts, outcomes }: TimelineTables, trackOf: (row: number) => Track): Generator<TraceEvent, void, void> {
  const completed = outcomes.indexOf('completed'), completedRow = new Int32Array(problem.taskCount).fill(-1), lastRow = new Int32Array(problem.taskCount).fill(-1);
  for (let k = 0; k < attempts.count; k++) if (attempts.outcome[k] === completed) completedRow[attempts.task[k]] = k;
  let id = 0;
  function* arrow(name: string, from: number, to: number): Generator<TraceEvent, void, void> {
    const left = micros(attempts.endedAt[from]) - 1;
    if (left < micros(attempts.startedAt[from])) return; // nothing is open in a slice of no length
    id++;
    yield { ph: 's', name, cat: name, id, ...trackOf(from), ts: left };
    yield { ph: 'f', bp: 'e', name, cat: name, id, ...trackOf(to), ts: micros(attempts.startedAt[to]) };
  }
  for (let k = 0; k < attempts.count; k++) {
    const task = attempts.task[k];
    if (!(attempts.endedAt[k] >= attempts.startedAt[k])) continue;
    if (lastRow[task] >= 0) yield* arrow('retry', lastRow[task], k);
    else {
      for (let p = problem.predecessorFirst[task]; p < problem.predecessorFirst[task + 1]; p++) {
        const before = completedRow[problem.predecessors[p]];
        if (before >= 0) yield* arrow('precedence', before, k);
      }
    }
    lastRow[task] = k;
  }
}

function* faultSlices({ log }: RunRecord, track: Track): Generator<TraceEvent, void, void> {
  let named = false;
  for (let at = 0; at < log.length; at += STRIDE) {
    if (log.rows[at] !== FAULT_INJECTED) continue;
    if (!named) yield* trackName(track, 'faults');
    named = true;
    yield slice(`fault ${log.rows[at + 2]}`, 'fault', track, log.rows[at + 1], log.rows[at + 1], {});
  }
}

/** Lanes of each unit: an attempt takes the lowest lane that is free when it starts. */
function assignLanes(attempts: TimelineTables['attempts'], unitCount: number): { ofRow: Int32Array; perUnit: Int32Array } {
  const ofRow = new Int32Array(attempts.count), perUnit = new Int32Array(unitCount), freeAt = new Map<number, number[]>();
  const order = Array.from({ length: attempts.count }, (_, k) => k).filter((k) => attempts.endedAt[k] >= attempts.startedAt[k])
    .sort((i, j) => attempts.startedAt[i] - attempts.startedAt[j] || attempts.endedAt[i] - attempts.endedAt[j] || i - j);
  for (const k of order) {
    const unit = attempts.unit[k], ends = freeAt.get(unit) ?? [], free = ends.findIndex((end) => end <= attempts.startedAt[k]), lane = free < 0 ? ends.length : free;
    ends[lane] = attempts.endedAt[k];
    freeAt.set(unit, ends);
    ofRow[k] = lane;
    perUnit[unit] = Math.max(perUnit[unit], lane + 1);
  }
  return { ofRow, perUnit };
}

function noticesByUnit({ log }: RunRecord): ReadonlyMap<number, readonly Notice[]> {
  const notices = new Map<number, Notice[]>();
  for (let at = 0; at < log.length; at += STRIDE) {
    if (log.rows[at] === VM_NOTICE) append(notices, log.rows[at + 2], { at: log.rows[at + 1], killAt: log.rows[at + 4] });
  }
  return notices;
}

function rowsByUnit(lives: TimelineTables['lives']): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>();
  for (let k = 0; k < lives.count; k++) append(rows, lives.unit[k], k);
  return rows;
}

function append<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]); else list.push(value);
}

/** Whole microseconds, from the two ends apart, so that neighbours still meet after rounding. */
const micros = (ms: number) => Math.round(ms * 1000);
const orElse = (x: number, other: number) => (Number.isNaN(x) ? other : x);

function slice(name: string, cat: string, track: Track, from: number, to: number, args: Readonly<Record<string, unknown>>): TraceEvent {
  return { ph: 'X', name, cat, ...track, ts: micros(from), dur: micros(to) - micros(from), args };
}

function metadata(name: string, track: Track, args: Readonly<Record<string, unknown>>): TraceEvent {
  return { ph: 'M', name, ...track, args };
}

function* trackName(track: Track, name: string): Generator<TraceEvent, void, void> {
  yield metadata('thread_name', track, { name });
  yield metadata('thread_sort_index', track, { sort_index: track.tid });
}
