// What one can ask of a live run: the one interface under the command line, REST, gRPC and the page. Everything that changes
// the run is a request: it becomes journal events (and documents), is durable before it acts and before its promise resolves,
// and is done once for each idempotency key. Everything that only looks, looks at the state after the last durable group.
import type { Driver } from './driver.ts';
import type { Json } from './json.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { FaultPlanFile } from '../model/fault-plan.ts';
import type { ParameterValues, Weights } from '../model/policy.ts';
import type { FleetFile, JobFile, ScenarioFile } from '../model/scenario.ts';

export interface RequestOptions {
  /** The same key with the same request gets the first answer again; with another request it is refused (`idempotency-conflict`). Kept 24 h at least. */
  readonly idempotencyKey?: string;
  /** Who asks, for the record. */
  readonly by?: string;
}

/** Jobs to add. `release` and `deadline` count from the instant of the submission. Ids must be new to the run. */
export interface Submission {
  readonly jobs: readonly JobFile[];
  /** Set-ups of batch keys the run does not know yet. */
  readonly batches?: ScenarioFile['batches'];
}

export interface Submitted {
  readonly jobs: readonly string[];
  /** Number of the revision they came in with. */
  readonly revision: number;
  /** Run ms of the submission. */
  readonly at: number;
}

export type RunPhase = 'recovering' | 'running' | 'paused' | 'draining' | 'drained' | 'stopped' | 'failed';

export interface RunStatus {
  readonly run: string;
  readonly phase: RunPhase;
  /** Why it is `failed`, or what recovery waits for. */
  readonly reason?: string;
  /** Instant of run ms 0, ISO 8601. */
  readonly epoch: string;
  /** Starts of the daemon so far. */
  readonly daemonEpoch: number;
  /** Run ms. */
  readonly now: number;
  readonly policy: { readonly name: string; readonly parameters: ParameterValues };
  readonly weights: Weights;
  /** Micro-dollars; -1 for none. */
  readonly budget: number;
  /** Micro-dollars spent, and with what is committed for work under way. */
  readonly spent: number;
  readonly spentAndCommitted: number;
  readonly revision: number;
  /** Durable rows of the journal. */
  readonly rows: number;
  readonly tasks: Readonly<Record<'queued' | 'eligible' | 'scheduled' | 'running' | 'completed' | 'archived' | 'failed' | 'cancelled', number>>;
  readonly jobs: { readonly open: number; readonly ended: number };
  readonly vms: number;
  /** Attempts whose fate is not known at present. */
  readonly unknown: number;
  /** Words about attempts nobody waited for, refused by their token, since the daemon started. */
  readonly refusedReports: number;
  /** Run ms of the next decision if nothing happens before; -1 for none. */
  readonly nextDecision: number;
}

export interface JobStatus {
  readonly id: string;
  readonly submitted: boolean;
  readonly release: number;
  /** -1 for none. */
  readonly deadline: number;
  readonly tasks: number;
  readonly open: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Expected run ms of its end from what is placed and the longest remaining path; -1 when it has ended. A rough figure, not a forecast. */
  readonly expectedEnd: number;
}

export interface TaskStatus {
  readonly id: string;
  readonly job: string;
  readonly kind: string;
  /** A name of TASK_STATES. */
  readonly state: string;
  readonly attempt: number;
  readonly failures: number;
  readonly interruptions: number;
  readonly progressPpm: number;
  /** Of the present or last attempt. */
  readonly unit?: string;
  readonly token?: string;
  /** Run ms: start of the present or last attempt, expected while it waits; when it was placed, if it ended before it started; 0 before the first. */
  readonly since: number;
  /** Run ms: expected or actual end of a placed or completed task. */
  readonly finish?: number;
  /** Its fate is not known at present, and why. */
  readonly unknown?: string;
  readonly reason?: string;
}

export interface ResourceStatus {
  readonly unit: string;
  readonly entry: string;
  readonly kind: string;
  readonly driver: string;
  /** VM: a name of VM_STATES. Person: `available`, `away`, `off` (outside their calendar). API: `open`, `limited`. Local: `up`. */
  readonly state: string;
  readonly market?: 'on-demand' | 'spot';
  readonly placed: number;
  readonly running: number;
  /** Of running tasks, by dimension, in the engine's units (MiB, milli-cores). */
  readonly used: Readonly<Record<string, number>>;
  readonly capacity: Readonly<Record<string, number>>;
  /** Micro-dollars: of the VM's present life so far, and per hour now. */
  readonly cost?: number;
  readonly price?: number;
  /** Run ms: announced kill, limit, return. */
  readonly until?: number;
  /** Of an API's published allowance, now and when it is full; -1 without one. */
  readonly requestsLeft?: number;
  readonly tokensLeft?: number;
  readonly requestsBurst?: number;
  readonly tokensBurst?: number;
}

/** What the policy would do at once, were it asked now: nothing of it is done. */
export interface Preview {
  readonly at: number;
  readonly placements: readonly { readonly task: string; readonly unit: string; readonly start: number; readonly finish: number; readonly cost: number }[];
  readonly vms: readonly { readonly unit: string; readonly market: string; readonly pricePerHour: number }[];
  readonly released: readonly string[];
  /** Expected micro-dollars of all of it. */
  readonly cost: number;
  readonly spent: number;
  readonly budget: number;
}

/** Why an eligible task is not placed yet: each place it could go, and what keeps it from there. */
export interface Waiting {
  readonly task: string;
  readonly state: string;
  /** Predecessors that have not ended. */
  readonly after: readonly string[];
  readonly places: readonly { readonly place: string; readonly market: string; readonly fresh: boolean; readonly refusal: string; readonly start: number; readonly cost: number }[];
}

/** Rows that became durable, in one group; of a large one, a page. */
export interface RecordBatch {
  readonly from: number;
  readonly records: readonly RecordView[];
  readonly wall: number;
}

export interface AttemptRecord {
  readonly task: string;
  readonly attempt: number;
  readonly token: string;
  readonly unit: string;
  /** Run ms. */
  readonly placedAt: number;
  readonly endedAt?: number;
  readonly outcome?: string;
  readonly reason?: string;
  readonly output?: Json;
  readonly usage?: Readonly<Record<string, number>>;
  readonly handle?: Json;
  readonly checkpoint?: Json;
  /** Who said that it ended so, where a person did. */
  readonly by?: string;
}

/** What is to be other from now on; what is not given stays. */
export interface Adjustment {
  readonly weights?: Weights;
  /** Micro-dollars for the whole run. */
  readonly budget?: number;
  readonly policy?: { readonly name: string; readonly parameters?: ParameterValues };
  readonly fleet?: FleetFile;
}

/** Faults to make happen. Throws `InputError` `cannot-inject` for each that no driver can do. */
export interface Injection {
  /** A fault plan, `faults/1`; its times count from the injection. */
  readonly plan: unknown;
  /** When to break off: "cost > 5usd", "failed > 0", "on-time < 80%". */
  readonly stop?: readonly string[];
  /** It belongs to the start of the run: a daemon that is started again goes on with it. */
  readonly atStart?: boolean;
}

export interface FaultStatus {
  /** In the journal. */
  readonly number: number;
  readonly kind: string;
  readonly words: string;
  /** waiting, on, failing: it is on, and a driver that could not make it so goes on trying; ending, over, missed, failed: over, and never whole. */
  readonly state: string;
  /** Why it fails or has failed, or has not been taken back yet; empty for nothing. */
  readonly reason: string;
  /** VMs it takes or took. */
  readonly vms: readonly string[];
  /** How often it took effect. */
  readonly injections: number;
}

export interface RehearsalStatus {
  readonly id: number;
  readonly name: string;
  /** running, ended, withdrawn; and why it was broken off. */
  readonly phase: string;
  readonly reason: string;
  /** Run ms of its injection. */
  readonly from: number;
  readonly stop: readonly string[];
  /** Who asked for it; empty when it came with the start of the daemon. */
  readonly by: string;
  readonly faults: readonly FaultStatus[];
}

/** A kind of fault on what it would strike. */
export interface Injectable {
  /** As in a fault plan. */
  readonly kind: string;
  /** Of the fleet; empty for the run itself. */
  readonly entry: string;
  /** Why it cannot be injected; undefined when it can. */
  readonly refusal: string | undefined;
}

/** A live run. All methods may be called at any time between `start` and `close`. */
export interface LiveOperations {
  submit(submission: Submission, options?: RequestOptions): Promise<Submitted>;
  cancelJob(job: string, options?: RequestOptions): Promise<void>;
  cancelTask(task: string, options?: RequestOptions): Promise<void>;
  /** No further decisions; what runs goes on. */
  pause(options?: RequestOptions): Promise<void>;
  resume(options?: RequestOptions): Promise<void>;
  /** Pauses, lets what runs end, then releases every VM. Resolves when the request is durable; the phase tells when it is done. */
  drain(options?: RequestOptions): Promise<void>;
  /** Kill switch: pauses, ends every attempt by force and every VM at once. The work is kept: `resume` places it again. */
  kill(options?: RequestOptions): Promise<void>;
  /** All of it in one step, durable together; or nothing, when one part is refused. Throws `InputError` with every fault. */
  adjust(adjustment: Adjustment, options?: RequestOptions): Promise<void>;
  setWeights(weights: Weights, options?: RequestOptions): Promise<void>;
  /** Micro-dollars for the whole run. */
  setBudget(microDollars: number, options?: RequestOptions): Promise<void>;
  setPolicy(choice: { readonly name: string; readonly parameters?: ParameterValues }, options?: RequestOptions): Promise<void>;
  /** Another fleet. Entries in use must stay; `fleet-in-use` names those that cannot go yet. */
  setFleet(fleet: FleetFile, options?: RequestOptions): Promise<void>;

  /** Rehearses faults; resolves with the number of the rehearsal. */
  injectFaults(injection: Injection, options?: RequestOptions): Promise<number>;
  /** Takes every fault back that is on, and begins no more. Throws `RunError` `nothing-injected`. */
  withdrawFaults(reason: string, options?: RequestOptions): Promise<void>;
  /** The plan, if it could be injected now. Throws `InputError`. */
  checkedPlan(plan: unknown): FaultPlanFile;
  /** Every kind of fault on every entry that it could strike. */
  injectable(): readonly Injectable[];
  rehearsals(): readonly RehearsalStatus[];
  /** What the drivers say is still injected. */
  heldFaults(): Promise<readonly string[]>;

  status(): RunStatus;
  jobs(): readonly JobStatus[];
  tasks(filter?: { readonly job?: string; readonly state?: string }): readonly TaskStatus[];
  task(id: string): TaskStatus;
  resources(): readonly ResourceStatus[];
  waiting(task: string): Waiting;
  preview(): Preview;
  attempts(task: string): Promise<readonly AttemptRecord[]>;
  /** Output of an attempt, the last one by default. */
  collect(task: string, attempt?: number): Promise<import('./driver.ts').Collected>;
  /** Durable rows from number `from` on, at most `limit`. */
  records(from: number, limit: number): readonly RecordView[];
  /** Calls `listener` with every durable row from `from` on, group by group and large groups in pages, in order, none twice. Returns the end of it. */
  subscribe(from: number, listener: (batch: RecordBatch) => void): () => void;
  /** The lines of the run's journal file as of now: `twinclock replay`, `explain` and the page read it like any other. */
  journal(): Iterable<string>;
  /** The scenario as revised so far. */
  scenario(): ScenarioFile;
  /** Its fleet and every resource that has gone since the run began; undefined when none has. */
  fleetHistory(): FleetFile | undefined;
  /** The driver that serves a fleet entry; the inbox is that of the `people` driver. */
  driver(entry: string): Driver;
  /** Stops the daemon's part: what runs goes on, and is taken up by the next start. */
  close(): Promise<void>;
}
