// The journalled heart of a live run: one kernel, its scenario as revised so far, and what rows alone do not say (epochs of
// attempts and VM lives). Synchronous and free of clocks, so that replaying stored groups and living take the same path: the
// same rows in, the same rows out, or `divergence`.
import type { LiveHeader } from './live-header.ts';
import type { DocumentWrite, StoredGroup } from './store.ts';
import { PLACE, OFFER, REQUEST_VM, REVISED, STRIDE, TASK_STARTED, isEvent } from '../journal/records.ts';
import { recordText, recordView } from '../journal/record-view.ts';
import { RecordLog } from '../journal/log.ts';
import type { RowNote } from '../journal/row-notes.ts';
import { renumbered } from '../journal/revisions.ts';
import { Kernel } from '../kernel/kernel.ts';
import { migrate } from '../kernel/migrate.ts';
import { InvariantError, RunError } from '../model/errors.ts';
import { historyFleet, historyInstance, type Stretch } from '../model/fleet-history.ts';
import type { Policy } from '../model/policy.ts';
import type { Instance, Problem } from '../model/problem.ts';
import { revisedScenario, revisionMarks, type Change, type PolicyChoice } from '../model/revision.ts';
import type { FleetFile, ScenarioFile } from '../model/scenario.ts';
import { RUNNING, SCHEDULED } from '../model/states.ts';
import { POLICY, Streams } from '../sim/random/streams.ts';
import type { Json } from './json.ts';

/** What a run needs of the rest of the program: policies and formats live elsewhere. */
export interface RunPorts {
  /**
   * Validates the file, resolves its calendars and compiles it. `soundJobs`: so many of its first jobs stood in a file that was
   * accepted, with the same fleet and settings. Throws `InputError`.
   */
  readonly compile: (file: ScenarioFile, soundJobs?: number) => { readonly file: ScenarioFile; readonly instance: Instance };
  /** Throws `InputError` for a name it does not know. */
  readonly policyOf: (choice: PolicyChoice) => Policy;
}

export interface Placement {
  readonly attempt: number;
  /** Of the daemon that placed it. */
  readonly epoch: number;
  /** Run ms. */
  readonly at: number;
  readonly setupMs: number;
  /** Run ms; undefined before it has started. */
  readonly startedAt?: number;
}

/** A stretch of the journal with one problem. */
export interface Segment {
  /** First row whose numbers are those of `problem`: the `revised` row itself. */
  readonly row: number;
  readonly problem: Problem;
  /** Its calendars are resolved. */
  readonly fleet: FleetFile;
}

export class LiveRun {
  readonly header: LiveHeader;
  readonly kernel: Kernel;
  scenario: ScenarioFile;
  instance: Instance;
  policy: PolicyChoice;
  /** Changes so far; change k stands behind the k-th `revised` row. */
  readonly changes: Change[] = [];
  /** The present or last placement of a task, by its id. */
  readonly placements = new Map<string, Placement>();
  /** Epoch in which the present or last life of a VM was requested, by unit. */
  readonly lifeEpoch = new Map<string, number>();
  readonly segments: Segment[];
  /** By row. */
  readonly notes = new Map<number, RowNote>();
  private readonly ports: RunPorts;
  private told: { readonly of: Instance; readonly history: Instance } | undefined;
  private indices: { readonly problem: Problem; readonly task: ReadonlyMap<string, number>; readonly unit: ReadonlyMap<string, number>; readonly job: ReadonlyMap<string, number> } | undefined;

  constructor(header: LiveHeader, ports: RunPorts) {
    const { file, instance } = ports.compile(header.scenario), { policy, weights } = header, streams = new Streams(header.seed);
    if (instance.hash !== header.scenarioHash) throw new RunError('divergence', `this version compiles the scenario of the run to ${instance.hash}, not ${header.scenarioHash}; use the version that wrote it (${header.engine})`);
    this.header = header;
    this.ports = ports;
    this.scenario = file;
    this.instance = instance;
    this.policy = policy;
    this.kernel = new Kernel(instance.problem, {
      policy: ports.policyOf(policy).prepare(instance.problem, policy.parameters, weights), parameters: policy.parameters, weights,
      random: (a, b) => streams.uniform(POLICY, a >>> 0, b, 0),
    });
    this.segments = [{ row: 0, problem: instance.problem, fleet: file.fleet }];
  }

  /** The policy in force. */
  policyNow(): Policy { return this.ports.policyOf(this.policy); }

  get problem(): Problem { return this.kernel.problem; }
  get log(): RecordLog { return this.kernel.log; }
  get revision(): number { return this.changes.length; }

  /** The names by which row `n` speaks. */
  namesAt(n: number): Problem {
    let k = this.segments.length - 1;
    while (k > 0 && this.segments[k]!.row > n) k--;
    return this.segments[k]!.problem;
  }

  /** The present scenario, and with it all resources that have gone since the run began: its names are all that the rows know. */
  get history(): Instance {
    if (this.told?.of !== this.instance) this.told = { of: this.instance, history: historyInstance(this.scenario, this.instance, this.stretches()) };
    return this.told.history;
  }

  /** The fleet of `history`, undefined when it is that of the scenario. */
  get fleetHistory(): FleetFile | undefined { return this.history === this.instance ? undefined : historyFleet(this.scenario.fleet, this.stretches()); }

  /** The rows in the numbers of `to`, the present problem or that of `history`. A resource that has gone is -1 in the first. */
  rowsIn({ problem }: Instance): RecordLog {
    const revisions = this.changes.map((change, k) => ({ ...this.segments[k + 1]!, change }));
    return renumbered(this.log, this.segments[0]!.problem, revisions, problem);
  }

  private stretches(): Stretch[] { return this.segments.slice(0, -1).map(({ fleet, problem: { unitIds } }) => ({ fleet, unitIds })); }

  /** Index of a task, unit or job by its id, -1 when there is none. */
  indexOf(kind: 'task' | 'unit' | 'job', id: string): number {
    if (this.indices?.problem !== this.problem) {
      const by = (ids: readonly string[]) => new Map(ids.map((name, k) => [name, k]));
      this.indices = { problem: this.problem, task: by(this.problem.taskIds), unit: by(this.problem.unitIds), job: by(this.problem.jobIds) };
    }
    return this.indices[kind].get(id) ?? -1;
  }

  /** The task is placed, and in this attempt. */
  isCurrent(task: number, attempt: number): boolean {
    const { state } = this.kernel;
    return (state.taskState[task] === SCHEDULED || state.taskState[task] === RUNNING) && state.attemptOf(task) === attempt;
  }

  /** What the change would lead to. Throws `InputError` when it is not valid; nothing is changed. */
  prepare(change: Change): PreparedChange {
    const { file, instance } = this.ports.compile(revisedScenario(this.scenario, change), change.fleet === undefined ? this.scenario.jobs.length : 0), policy = change.policy ?? this.policy;
    const prepared = this.ports.policyOf(policy).prepare(instance.problem, policy.parameters, this.kernel.weights);
    return { change, file, instance, policy, move: () => migrate(this.kernel, instance.problem, prepared, policy.parameters) };
  }

  /** Carries out a prepared change at `time`: the `revised` row is written and the kernel moves. Returns the document to keep with it. */
  revise({ change, file, instance, policy, move }: PreparedChange, time: number): DocumentWrite {
    const row = this.log.count, revision = this.changes.length + 1, [mark1, mark2, mark3] = revisionMarks(instance.hash, policy);
    this.kernel.apply(REVISED, time, revision, mark1, mark2, mark3);
    move();
    this.changes.push(change);
    this.scenario = file;
    this.instance = instance;
    this.policy = policy;
    this.segments.push({ row, problem: instance.problem, fleet: file.fleet });
    return { kind: 'revision', id: revisionId(revision), value: change as unknown as Json };
  }

  /** Notes what is known of a row; undefined takes the note back. Returns the document to keep with it. */
  note(row: number, note: RowNote | undefined): DocumentWrite {
    if (note === undefined) this.notes.delete(row); else this.notes.set(row, note);
    return { kind: 'row-note', id: noteId(row), value: note === undefined ? undefined : { ...note } };
  }

  /** Reads the rows from `first` on for what they say of attempts and VM lives; `epoch` is that of their writer. */
  noteRows(first: number, epoch: number): void {
    const { rows, count } = this.log;
    let time = 0;
    for (let n = first; n < count; n++) {
      const at = n * STRIDE, code = rows[at]!;
      if (isEvent(code)) time = rows[at + 1]!;
      if (code === PLACE || code === OFFER) {
        this.placements.set(this.problem.taskIds[rows[at + 1]!]!, { attempt: rows[at + 2]!, epoch, at: time, setupMs: rows[at + 4]! });
      } else if (code === TASK_STARTED) {
        const id = this.problem.taskIds[rows[at + 2]!]!;
        this.placements.set(id, { ...this.placements.get(id)!, startedAt: time });
      } else if (code === REQUEST_VM) this.lifeEpoch.set(this.problem.unitIds[rows[at + 1]!]!, epoch);
    }
  }

  /**
   * Applies a stored group. Throws `RunError` `divergence` when the kernel does not write the very same rows.
   * `changeOf` gives the stored change of a revision.
   */
  replay(group: StoredGroup, changeOf: (revision: number) => Change | undefined): void {
    const { rows } = group, first = this.log.count;
    if (group.first !== first) throw new RunError('divergence', `rows ${first} to ${group.first - 1} are missing in the store`);
    for (let at = 0; at < rows.length;) {
      const code = rows[at]!, n = first + at / STRIDE;
      if (!isEvent(code)) throw this.diverged(n, rows, at, 'a command that nobody gave');
      try {
        if (code === REVISED) this.replayRevision(rows, at, changeOf);
        else this.kernel.apply(code, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!);
      } catch (error) {
        if (!(error instanceof InvariantError)) throw error;
        throw this.diverged(n, rows, at, error.message);
      }
      const written = this.log.rows, to = this.log.length - first * STRIDE;
      for (let k = at; k < to; k++) if (k >= rows.length || !Object.is(written[first * STRIDE + k], rows[k])) throw this.diverged(first + Math.floor(k / STRIDE), rows, k - (k % STRIDE), 'the kernel wrote another row');
      at = to;
    }
    this.noteRows(first, group.epoch);
  }

  private replayRevision(rows: Float64Array, at: number, changeOf: (revision: number) => Change | undefined): void {
    const revision = rows[at + 2]!, change = changeOf(revision);
    if (change === undefined) throw new RunError('divergence', `the change of revision ${revision} is missing in the store`);
    this.revise(this.prepare(change), rows[at + 1]!);
  }

  private diverged(n: number, rows: Float64Array, at: number, why: string): RunError {
    const log = new RecordLog(1), text = (of: RecordLog, k: number) => (k < of.count ? recordText(recordView(this.problem, of, k)) : 'nothing');
    if (at < rows.length) log.append(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!);
    return new RunError('divergence', `row ${n} cannot be replayed: ${why}; stored: ${text(log, 0)}; made: ${text(this.log, n)}; use the version that wrote it (${this.header.engine})`, { row: n });
  }
}

export interface PreparedChange {
  readonly change: Change;
  readonly file: ScenarioFile;
  readonly instance: Instance;
  readonly policy: PolicyChoice;
  readonly move: () => void;
}

const noteId = (row: number): string => String(row).padStart(12, '0');

/** Ids sort as numbers do. */
export const revisionId = (revision: number): string => String(revision).padStart(8, '0');
