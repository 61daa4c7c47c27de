// Requests that change the run: checked against its state in their turn, written as journal events, answered when they are
// durable. A request with an idempotency key is done once; its answer is kept with it, in the same durable group.
import type { Json } from './json.ts';
import type { LiveRun, PreparedChange } from './live-run.ts';
import type { Adjustment, RequestOptions, Submission, Submitted } from './operations.ts';
import type { Store } from './store.ts';
import type { Turn, TurnLoop } from './turn-loop.ts';
import * as R from '../journal/records.ts';
import { InputError, RunError, fault, inputError, nearestName, type Fault } from '../model/errors.ts';
import { canonicalJson, hashText128 } from '../model/hash.ts';
import type { Weights } from '../model/policy.ts';
import type { Change } from '../model/revision.ts';
import type { FleetFile, JobFile } from '../model/scenario.ts';
import { CANCELLED, CLOUD, COMPLETED, FAILED, VM_OFF } from '../model/states.ts';
import { parseDuration } from '../model/units.ts';
import { numberedUnits } from './fleet-units.ts';

/** Keys are kept this long. */
const KEY_MS = 24 * 3_600_000;

interface KeptAnswer {
  readonly request: string;
  readonly answer: Json;
  /** ms since 1970. */
  readonly at: number;
}

export class Requests {
  private readonly run: LiveRun;
  private readonly loop: TurnLoop;
  private readonly store: Store;
  private readonly answers = new Map<string, KeptAnswer>();

  constructor(run: LiveRun, loop: TurnLoop, store: Store) {
    this.run = run;
    this.loop = loop;
    this.store = store;
  }

  /** Reads the answers given so far. */
  async load(): Promise<void> {
    for (const { id, value } of await this.store.list('idempotency')) this.answers.set(id, value as unknown as KeptAnswer);
  }

  submit(submission: Submission, options?: RequestOptions): Promise<Submitted> {
    const jobs = submission.jobs.map(({ id }) => id);
    return this.request('submit', submission as unknown as Json, options, (turn) => {
      if (submission.jobs.length === 0) throw inputError('empty-list', 'jobs', 'has no jobs');
      const before = this.run.scenario.jobs.length;
      this.apply(this.prepared({ jobs: submission.jobs.map((job) => sinceEpoch(job, turn.now)), ...(submission.batches === undefined ? {} : { batches: submission.batches }) }, before), turn);
      return { jobs, revision: this.run.revision, at: turn.now };
    }, true) as unknown as Promise<Submitted>;
  }

  async cancelJob(job: string, options?: RequestOptions): Promise<void> {
    await this.request('cancel-job', job, options, (turn) => {
      const index = this.run.indexOf('job', job);
      if (index < 0) throw noSuch('job', job, this.run.problem.jobIds);
      if (this.run.kernel.state.jobOpen[index] === 0) throw new RunError('has-ended', `job ${job} has ended`);
      turn.apply(R.JOB_CANCELLED, index, 0, 0, 0);
      return null;
    });
  }

  async cancelTask(task: string, options?: RequestOptions): Promise<void> {
    await this.request('cancel-task', task, options, (turn) => {
      const index = this.run.indexOf('task', task);
      if (index < 0) throw noSuch('task', task, this.run.problem.taskIds);
      if (this.run.kernel.state.taskState[index]! >= COMPLETED) throw new RunError('has-ended', `task ${task} has ended`);
      turn.apply(R.TASK_CANCELLED, index, 0, 0, 0);
      return null;
    });
  }

  /** `settle` sets the phase that goes with it. */
  async pause(settle: (turn: Turn) => void, name: string, options?: RequestOptions): Promise<void> {
    await this.request(name, null, options, (turn) => { turn.apply(R.PAUSED, 0, 0, 0, 0); settle(turn); return null; });
  }

  async resume(settle: (turn: Turn) => void, options?: RequestOptions): Promise<void> {
    await this.request('resume', null, options, (turn) => { turn.apply(R.RESUMED, 0, 0, 0, 0); settle(turn); return null; });
  }

  /**
   * Weights, budget and a revision in one turn. Everything is checked before anything is applied; `change` is made in the turn and
   * may throw `InputError`; undefined for no revision.
   */
  async adjust({ weights, budget }: Pick<Adjustment, 'weights' | 'budget'>, change: (() => Change) | undefined, name: string, body: Json, options?: RequestOptions): Promise<void> {
    await this.request(name, body, options, (turn) => {
      const found: Fault[] = [], ppm = weights === undefined ? undefined : collected(found, () => weightsPpm(weights));
      if (budget !== undefined && (!Number.isInteger(budget) || budget < 0)) found.push(fault('bad-budget', 'budget', 'is not a whole number of micro-dollars', { value: budget }));
      const prepared = change === undefined ? undefined : collected(found, () => this.prepared(change(), 0));
      if (found.length > 0) throw new InputError(found);
      if (prepared !== undefined) this.apply(prepared, turn); // the first row of its group
      if (ppm !== undefined) turn.apply(R.WEIGHTS_CHANGED, ...ppm, 0);
      if (budget !== undefined) turn.apply(R.BUDGET_CHANGED, budget, 0, 0, 0);
      return null;
    }, change !== undefined);
  }

  /** Throws `InputError` `fleet-in-use` when the new fleet lacks what is in use. */
  checkFleetInUse(fleet: FleetFile): void {
    const { problem, state } = this.run.kernel, stays = numberedUnits(fleet), missing: string[] = [];
    for (let u = 0; u < problem.unitCount; u++) {
      const inUse = state.load[u]! > 0 || (problem.unitKind[u] === CLOUD && state.vmState[u] !== VM_OFF);
      if (inUse && stays.get(problem.unitIds[u]!) !== problem.unitKind[u]) missing.push(problem.unitIds[u]!);
    }
    if (missing.length > 0) throw inputError('fleet-in-use', 'fleet', `lacks ${missing.slice(0, 12).join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} in use`, { hint: 'drain first, or leave them in' });
  }

  // --- revisions ---

  /** Paths of faults are those of the submission: the jobs before it are not the caller's. */
  private prepared(change: Change, jobsBefore: number): PreparedChange {
    let prepared: PreparedChange;
    try {
      prepared = this.run.prepare(change);
    } catch (error) {
      if (!(error instanceof InputError) || jobsBefore === 0) throw error;
      throw new InputError(error.faults.map((f) => ({ ...f, path: f.path.replace(/^jobs\[(\d+)\]/, (_, k: string) => `jobs[${Number(k) - jobsBefore}]`) })));
    }
    this.refuseEndedPredecessors(change.jobs ?? []);
    return prepared;
  }

  private apply(prepared: PreparedChange, turn: Turn): void {
    turn.write(this.run.revise(prepared, turn.now));
  }

  /** A task whose predecessor has failed or was cancelled could never run. */
  private refuseEndedPredecessors(jobs: readonly JobFile[]): void {
    const { taskState } = this.run.kernel.state;
    for (const [j, job] of jobs.entries()) {
      for (const [t, task] of job.tasks.entries()) {
        for (const [k, edge] of (task.after ?? []).entries()) {
          const id = typeof edge === 'string' ? edge : edge.task, state = taskState[this.run.indexOf('task', id)];
          if (state === FAILED || state === CANCELLED) throw inputError('predecessor-ended', `jobs[${j}].tasks[${t}].after[${k}]`, `has ${state === FAILED ? 'failed' : 'been cancelled'}`, { value: id, hint: 'the task could never run' });
        }
      }
    }
  }

  // --- once for each key ---

  /** Does `act` in a turn, once for each key; `body` is what the request is known by, its answer that of `act`. */
  request(name: string, body: Json, options: RequestOptions = {}, act: (turn: Turn) => Json | Submitted, boundary = false): Promise<Json> {
    const { idempotencyKey: key, by } = options, request = key === undefined ? '' : hashText128(`${name} ${canonicalJson(body)}`);
    return new Promise((resolve, failed) => {
      let answer: Json = null;
      this.loop.add({
        boundary,
        act: (turn) => {
          const kept = key === undefined ? undefined : this.answers.get(key);
          if (kept !== undefined && kept.request !== request) throw new RunError('idempotency-conflict', `the key ${key} was used for another request`);
          if (kept !== undefined) { answer = kept.answer; return; }
          answer = turn.signed(by, () => act(turn)) as Json;
          if (key === undefined) return;
          this.forgetOld(turn);
          const value: KeptAnswer = { request, answer, at: turn.wall };
          this.answers.set(key, value);
          turn.write({ kind: 'idempotency', id: key, value: { ...value, name, ...(by === undefined ? {} : { by }) } as Json });
        },
        done: () => resolve(answer), failed,
      });
    });
  }

  private forgetOld(turn: Turn): void {
    for (const [key, { at }] of this.answers) {
      if (turn.wall - at < KEY_MS) break; // in the order of their age
      this.answers.delete(key);
      turn.write({ kind: 'idempotency', id: key, value: undefined });
    }
  }
}

/** Latency, cost and fragmentation in parts per million. Throws `InputError` `bad-weights`. */
function weightsPpm(weights: Weights): readonly [number, number, number] {
  const { latency, cost, fragmentation } = weights;
  if (![latency, cost, fragmentation].every((part) => part >= 0 && part <= 1)) throw inputError('bad-weights', 'weights', 'are not all from 0 to 1', { value: weights });
  if (Math.abs(latency + cost + fragmentation - 1) > 1e-6) throw inputError('bad-weights', 'weights', 'do not sum to 1', { value: weights });
  const latencyPpm = Math.round(latency * 1e6), costPpm = Math.round(cost * 1e6);
  return [latencyPpm, costPpm, 1_000_000 - latencyPpm - costPpm];
}

/** What `make` gives; its input faults are added to `found` instead of thrown. */
function collected<T>(found: Fault[], make: () => T): T | undefined {
  try { return make(); } catch (error) {
    if (!(error instanceof InputError)) throw error;
    found.push(...error.faults);
    return undefined;
  }
}

function noSuch(what: 'job' | 'task', id: string, known: readonly string[]): RunError {
  const near = nearestName(id, known.slice(0, 10_000));
  return new RunError(`no-such-${what}`, `there is no ${what} ${id}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** The job with release and deadline counted from the epoch instead of the submission, in whole ms. */
function sinceEpoch(job: JobFile, now: number): JobFile {
  const shifted = (value: string | number) => `${now + parseDuration(value)}ms`;
  return { ...job, release: shifted(job.release ?? 0), ...(job.deadline === undefined ? {} : { deadline: shifted(job.deadline) }) };
}

