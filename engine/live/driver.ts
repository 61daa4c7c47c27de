// The contract between the runtime and what really runs things. A driver serves the units of one fleet entry (or several):
// it starts attempts, says what became of them, and, for a cloud entry, starts and ends VMs. It decides nothing: every
// decision is the kernel's, every fact a driver learns goes to `emit` and becomes one journal event.
//
// What every driver keeps:
//   - `start` and `requestVm` are idempotent by key: called twice with one key, the thing runs once at most.
//   - What it started outlives the daemon. After a restart `list` and `probe` find it again, by key alone.
//   - DEAD is said on proof only (the process is gone, the provider says terminated). What cannot be reached is UNKNOWN.
//   - It retries nothing that may have run: an attempt ends once, and the kernel places the task again.
//   - Nothing is charged, started or ended that was not asked for by key; `undo` leaves nothing running.
import type { AttemptEnd, AttemptKey, DriverEvent, VmKey } from './driver-events.ts';
import type { LiveClock } from './clock.ts';
import type { DriverFaults } from './driver-faults.ts';
import type { Json } from './json.ts';
import type { ResourceKind, TaskFile } from '../model/scenario.ts';
import type { JsonSchema } from '../model/schema.ts';

/** An attempt as the runtime knows it: its key, and the handle its driver gave with `started`, if that was recorded. */
export interface AttemptRef {
  readonly key: AttemptKey;
  readonly unit: string;
  readonly handle?: Json;
  /** On a cloud unit: the life of the VM it runs on. */
  readonly vm?: VmRef;
}

export interface VmRef {
  readonly key: VmKey;
  readonly handle?: Json;
}

/** One attempt to run a task, with all that a driver may need. */
export interface AttemptSpec extends AttemptRef {
  /** The task as it stands in the scenario; what to run is its `run` part. */
  readonly task: TaskFile;
  readonly job: string;
  /** Id of the fleet entry the unit belongs to. */
  readonly entry: string;
  readonly market: 'on-demand' | 'spot';
  /** Set-up the kernel counts on, ms; 0 when the unit is warm for the task's batch key. */
  readonly setupMs: number;
  /** Expected ms from start to end, set-up included. */
  readonly estimateMs: number;
  /** Checkpointed progress, parts per million of the task, and what the driver said of that checkpoint. */
  readonly progressPpm: number;
  readonly checkpoint?: Json;
  /** Results of the predecessors, by task id. */
  readonly inputs: Readonly<Record<string, Json>>;
}

/** A VM to be started. */
export interface VmSpec extends VmRef {
  readonly entry: string;
  readonly market: 'on-demand' | 'spot';
}

/** What is known of an attempt. `absent`: it was never started, and if its start is still under way it will not happen after this answer. */
export type Verdict =
  | { readonly state: 'ALIVE'; readonly handle?: Json; /** It waits for a person or a token and has not begun. */ readonly waiting?: boolean }
  | { readonly state: 'DEAD'; readonly end: AttemptEnd }
  | { readonly state: 'ABSENT' }
  | { readonly state: 'UNKNOWN'; readonly why: string };

export type VmVerdict =
  | { readonly state: 'ALIVE'; readonly ready: boolean; readonly handle?: Json; /** ms since 1970; a kill that was announced. */ readonly killAt?: number }
  | { readonly state: 'DEAD'; readonly cause: 'released' | 'interrupted' | 'refused' }
  | { readonly state: 'ABSENT' }
  | { readonly state: 'UNKNOWN'; readonly why: string };

/** What can be read of an attempt, ended or not: the last bytes of its output, and where the whole of it is. */
export interface Collected {
  readonly stdout?: string;
  readonly stderr?: string;
  /** Named files or addresses. */
  readonly files: Readonly<Record<string, string>>;
}

/** Asks of a driver, in the order of its life: `open`, then the others in any order, then `close`. */
export interface Driver {
  /** Takes up what an earlier daemon left: after this, `list` and `probe` are true. */
  open(): Promise<void>;
  /**
   * Starts the attempt, or makes sure it has been. Returns when it will surely run or wait (a person was asked, a call stands
   * in line); `started` follows by event. Throws only if it surely did not start: the runtime takes that for an end with outcome
   * `refused`. When that is not known (a time-out), it does not throw, and finds out by itself. A few are called
   * at once (handover.ts): while it does not return, others of this driver may wait.
   */
  start(spec: AttemptSpec): Promise<void>;
  probe(ref: AttemptRef): Promise<Verdict>;
  /**
   * `checkpoint`: write one now, answer with a `checkpointed` event. `stop`: end it gently, by force after the driver's grace.
   * `kill`: at once. Its end comes by event, and is welcome even when the kernel no longer waits for it. Unknown keys are no error.
   */
  signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void>;
  /** Output so far. */
  collect(ref: AttemptRef): Promise<Collected>;
  /** Ends the attempt if it runs and takes back what it holds (an offer, a place in a line). Idempotent. Returns when nothing of it runs. */
  undo(ref: AttemptRef): Promise<void>;
  /** Every attempt of this run the driver can find that may still run or wait, whoever started it. For adoption and the sweep of orphans. */
  list(): Promise<readonly AttemptRef[]>;
  /** Stops watching. What runs goes on. */
  close(): Promise<void>;
  /** Present exactly when it serves cloud entries. */
  readonly vms?: VmProvider;
  /** What it can make go wrong, for rehearsals. Absent: nothing. */
  readonly faults?: DriverFaults;
}

/** The part of a driver that starts and ends VMs. Events: vm-starting, vm-ready, vm-refused, vm-notice, vm-terminated, price. */
export interface VmProvider {
  /** Requests the VM, or makes sure it has been. Answers by event: `vm-starting` (billing begins) or `vm-refused`, then `vm-ready`. */
  requestVm(spec: VmSpec): Promise<void>;
  /** Ends it; `vm-terminated` with cause `released` follows. Idempotent. */
  releaseVm(ref: VmRef): Promise<void>;
  probeVm(ref: VmRef): Promise<VmVerdict>;
  /** Every VM of this run that may still be billed, whoever started it. */
  listVms(): Promise<readonly VmRef[]>;
}

/** Small durable notes of a driver, by name (an inbox item, an instance id); gone only when deleted. Each write is durable when it returns. */
export interface DriverNotes {
  get(name: string): Promise<Json | undefined>;
  put(name: string, value: Json): Promise<void>;
  /** All of them or none; undefined deletes. */
  putAll(notes: readonly (readonly [name: string, value: Json | undefined])[]): Promise<void>;
  delete(name: string): Promise<void>;
  /** Names in alphabetical order. */
  list(prefix: string): Promise<readonly { readonly name: string; readonly value: Json }[]>;
}

/** A unit as its driver sees it. */
export interface UnitInfo {
  readonly id: string;
  /** Id of its fleet entry. */
  readonly entry: string;
}

/** What the runtime gives a driver. */
export interface DriverContext {
  /** Id of the run: part of every key, and of the tags of whatever is started. */
  readonly run: string;
  /** Instant of run ms 0, ms since 1970: what calendars of the scenario count from. */
  readonly epoch: number;
  readonly clock: LiveClock;
  /** Hands a fact to the runtime. Safe at any time after `open` was called; order is kept. Never throws. */
  readonly emit: (event: DriverEvent) => void;
  readonly notes: DriverNotes;
  /** Money of the run now, micro-dollars: `budget` is Infinity when there is none. Not there where no run stands behind the driver. */
  readonly money?: () => { readonly budget: number; readonly spent: number };
  /** A folder of the driver's own, which exists; kept over restarts. */
  readonly directory: string;
  /** The units it serves, and their fleet entries as in the scenario. */
  readonly units: readonly UnitInfo[];
  /** Fleet entries by id, as in the scenario file. */
  readonly entries: Readonly<Record<string, Json>>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, details?: Readonly<Record<string, Json>>) => void;
}

/** A kind of driver, as `drivers/registry.ts` lists it: light; the code behind `load` comes in when a pool asks for it. */
export interface DriverKind {
  /** The value of `driver` in the live configuration. */
  readonly name: string;
  readonly summary: string;
  /** Kinds of fleet entries it can serve. */
  readonly serves: readonly ResourceKind[];
  /** JSON Schemas of its options beside `driver`, by name; each with a description that names the default. */
  readonly options: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** Makes the driver; `options` have passed the schema. Throws `InputError` for options that cannot be met on this machine. */
  readonly load: () => Promise<(context: DriverContext, options: Readonly<Record<string, Json>>) => Driver>;
}
