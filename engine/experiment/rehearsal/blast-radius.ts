// What a plan of faults may reach, before it is injected: the same futures with it and without it (common random numbers), from
// where a live run stands or from its beginning; which tasks, VMs, people and APIs it hits, and what it adds in time, money and
// lateness. Drawn from what a scheduler may know, never from the hidden truth.
import { RecordLog } from '../../journal/log.ts';
import { renumbered } from '../../journal/revisions.ts';
import { FAULT_ENDED, FAULT_INJECTED, FAULT_STRUCK, STRIDE } from '../../journal/records.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import { RunFold } from '../../metrics/attempts.ts';
import { assert } from '../../model/errors.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import { faultWords } from '../../model/fault-words.ts';
import type { Instance, Problem } from '../../model/problem.ts';
import { compileFaults, type CompiledFault } from '../../sim/faults.ts';
import { knownInstance, type ForkSource } from '../../sim/forecast.ts';
import { Simulation, type SimulationOptions } from '../../sim/run.ts';
import { bandOf, type Band } from '../forecast-run.ts';
import { cutOffs } from './cut-offs.ts';
import { faultHits } from './hits.ts';
import { strikesOf } from './strikes.ts';

/** Where the futures go on from: a run under way with its rows in the numbers of the present problem. */
export interface Present {
  readonly source: ForkSource;
  readonly at: number;
  /** Its rows so far, in the numbers of `history`, which also knows what has gone since. */
  readonly log: RecordLog;
  readonly history: Instance;
}

/** Share of the futures in which it is hit. */
export interface Reached { readonly name: string; readonly share: number }

export interface BlastRadius {
  readonly at: number;
  readonly futures: number;
  /** Futures that reach their end without the faults, and with them. Bands and jobs are of pairs in which both do. */
  readonly finished: { readonly without: number; readonly with: number };
  /** ms, micro-dollars. */
  readonly extraMs: Band;
  readonly extraMicroUsd: Band;
  readonly tasks: readonly Reached[];
  readonly vms: readonly Reached[];
  readonly people: readonly Reached[];
  readonly apis: readonly Reached[];
  readonly jobs: readonly BlastedJob[];
  /** In the order of the plan: in what share of the futures it strikes anything. */
  readonly faults: readonly Reached[];
}

export interface BlastedJob {
  readonly job: string;
  readonly delayMs: Band;
  /** ms since the epoch; -1 for none. */
  readonly deadline: number;
  /** Share of all futures in which the deadline is met; -1 without one. */
  readonly onTimeWithout: number;
  readonly onTimeWith: number;
}

/** Grows: `add` futures, look at `result`. */
export class BlastRadiusForecaster {
  private readonly instance: Instance;
  private readonly plan: FaultPlanFile;
  private readonly faults: readonly CompiledFault[];
  private readonly present: Present | undefined;
  private readonly past: RecordLog;
  private readonly without: Simulation;
  private readonly with: Simulation;
  /** What the past and the futures are told in. */
  private readonly told: Problem;
  private readonly fold: RunFold;
  private readonly reached = { tasks: new Map<string, number>(), vms: new Map<string, number>(), people: new Map<string, number>(), apis: new Map<string, number>(), faults: new Map<string, number>() };
  private readonly extraMs: number[] = [];
  private readonly extraMicroUsd: number[] = [];
  private readonly delays: number[][];
  private readonly onTime: { readonly without: number[]; readonly with: number[] };
  private readonly finished = { without: 0, with: 0 };
  private made = 0;

  /** `present` undefined: from the beginning. Times of the plan are since the epoch. Throws `InputError` for a plan that does not fit. */
  constructor(instance: Instance, plan: FaultPlanFile, present: Present | undefined, options: Pick<SimulationOptions, 'policy' | 'parameters' | 'weights'>) {
    const known = knownInstance(instance), { problem } = instance;
    this.instance = instance;
    this.plan = plan;
    this.told = (present?.history ?? instance).problem;
    this.faults = compileFaults(plan, this.told);
    this.present = present;
    this.past = present === undefined ? new RecordLog(1) : withoutFaultRows(present.log);
    this.without = new Simulation(known, { ...options, reasons: false });
    this.with = new Simulation(known, { ...options, faults: compileFaults(plan, problem), reasons: false });
    this.fold = new RunFold(this.told);
    this.delays = problem.jobIds.map(() => []);
    this.onTime = { without: problem.jobIds.map(() => 0), with: problem.jobIds.map(() => 0) };
  }

  /** Makes the next `count` pairs of futures. */
  add(count: number): void {
    for (const last = this.made + count; this.made < last;) {
      const seed = ++this.made, before = this.future(this.without, seed), jobsBefore = Array.from(this.fold.jobCompletedAt);
      const after = this.future(this.with, seed), both = before.cause === 'finished' && after.cause === 'finished';
      if (before.cause === 'finished') this.finished.without++;
      if (after.cause === 'finished') this.finished.with++;
      if (both) { this.extraMs.push(after.endedAt - before.endedAt); this.extraMicroUsd.push(after.costMicroUsd - before.costMicroUsd); }
      this.compareJobs(jobsBefore, both);
      this.noteReached(after.run);
    }
  }

  result(): BlastRadius {
    const { made, reached, instance: { problem } } = this;
    assert(made > 0, 'a forecast has at least one future');
    const shares = (counts: ReadonlyMap<string, number>): Reached[] => [...counts].map(([name, count]) => ({ name, share: count / made })).sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
    return {
      at: this.present?.at ?? 0, futures: made, finished: { ...this.finished }, extraMs: bandOf(this.extraMs), extraMicroUsd: bandOf(this.extraMicroUsd),
      tasks: shares(reached.tasks), vms: shares(reached.vms), people: shares(reached.people), apis: shares(reached.apis),
      jobs: problem.jobIds.map((job, j) => {
        const due = problem.jobDeadline[j]! < Infinity;
        return { job, delayMs: bandOf(this.delays[j]!), deadline: due ? problem.jobDeadline[j]! : -1, onTimeWithout: due ? this.onTime.without[j]! / made : -1, onTimeWith: due ? this.onTime.with[j]! / made : -1 };
      }),
      faults: this.plan.faults.map((file, k) => ({ name: faultWords(file), share: (reached.faults.get(String(k)) ?? 0) / made })),
    };
  }

  /** One future; its tables are in `fold` until the next. */
  private future(simulation: Simulation, seed: number): { readonly run: RunRecord; readonly cause: string; readonly endedAt: number; readonly costMicroUsd: number } {
    const { present } = this, made = present === undefined ? simulation.run(seed) : simulation.runFork(present.source, seed), run = { ...made, problem: this.told, log: this.whole(made.log) };
    this.fold.fold(run);
    return { run, cause: made.cause, endedAt: made.endedAt, costMicroUsd: simulation.kernel.spent() };
  }

  /** The rows of a future behind those of the past. */
  private whole(made: RecordLog): RecordLog {
    const { told, instance: { problem } } = this, future = told === problem ? made : renumbered(made, problem, [], told);
    if (this.past.length === 0) return future;
    const log = new RecordLog(this.past.count + future.count);
    log.rows.set(this.past.rows.subarray(0, this.past.length));
    log.rows.set(future.rows.subarray(0, future.length), this.past.length);
    log.length = this.past.length + future.length;
    return log;
  }

  private compareJobs(before: readonly number[], both: boolean): void {
    const { jobDeadline } = this.instance.problem, after = this.fold.jobCompletedAt;
    before.forEach((end, j) => {
      if (both && after[j]! >= 0 && end >= 0) this.delays[j]!.push(after[j]! - end);
      if (end <= jobDeadline[j]!) this.onTime.without[j]!++;
      if (after[j]! <= jobDeadline[j]!) this.onTime.with[j]!++;
    });
  }

  private noteReached(run: RunRecord): void {
    const { fold, faults, reached } = this, strikes = strikesOf(run, fold, faults), hits = faultHits(fold, this.plan.faults, faults, strikes, cutOffs(fold, faults, strikes));
    const count = (into: Map<string, number>, names: Iterable<string>): void => { for (const name of new Set(names)) into.set(name, (into.get(name) ?? 0) + 1); };
    count(reached.tasks, hits.flatMap(({ tasks }) => tasks));
    count(reached.vms, hits.flatMap(({ vms }) => vms));
    count(reached.people, hits.flatMap(({ people }) => people));
    count(reached.apis, hits.flatMap(({ apis }) => apis));
    count(reached.faults, hits.filter(({ from }) => !Number.isNaN(from)).map(({ fault }) => String(fault)));
  }
}

/** What was rehearsed earlier has numbers of another plan. */
function withoutFaultRows(log: RecordLog): RecordLog {
  const kept = new RecordLog(Math.max(1, log.count)), { rows } = log;
  for (let at = 0; at < log.length; at += STRIDE) {
    const code = rows[at]!;
    if (code !== FAULT_INJECTED && code !== FAULT_STRUCK && code !== FAULT_ENDED) kept.append(code, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!);
  }
  return kept;
}
