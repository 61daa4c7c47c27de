// The journal's records in their flat form: one row of STRIDE numbers each, in the order in which things happened.
// Events: [code, time, a, b, c, d]. Commands and refusals: [code, a, b, c, d, e], at the time of the event before them.
// The row is what is hashed; the JSON Lines form (codec.ts) is a view of it.

export const STRIDE = 6;

// Events: what the world tells the kernel.
export const JOB_SUBMITTED = 1, JOB_CANCELLED = 2, TICK = 3, TASK_STARTED = 4, TASK_PROGRESS = 5, TASK_CHECKPOINTED = 6, TASK_COMPLETED = 7,
  TASK_FAILED = 8, VM_STARTED = 9, VM_IS_READY = 10, VM_REFUSED = 11, VM_NOTICE = 12, VM_TERMINATED = 13, PRICE_CHANGED = 14, HUMAN_AVAILABLE = 15,
  HUMAN_AWAY = 16, HUMAN_ACCEPTED = 17, HUMAN_DECLINED = 18, API_LIMITED = 19, API_RESTORED = 20, RATE_CHANGED = 21, BUDGET_CHANGED = 22,
  WEIGHTS_CHANGED = 23, FAULT_INJECTED = 24, PAUSED = 25, RESUMED = 26, TASK_CANCELLED = 27, REVISED = 28, FAULT_ENDED = 29, FAULT_STRUCK = 30;
// Commands: what the kernel tells the world.
export const PLACE = 64, REVOKE = 65, CHECKPOINT = 66, REQUEST_VM = 67, RELEASE_VM = 68, OFFER = 69, ARCHIVE_JOB = 70;
// A decision of the policy that the kernel refused. Written, counted, changes nothing.
export const REFUSED = 96;

export const isCommand = (code: number) => code >= PLACE && code < REFUSED;
export const isEvent = (code: number) => code < PLACE;

/** Kinds of fields, for the codec: how each number of a row is written for people. */
export type FieldKind = 'task' | 'job' | 'unit' | 'pool' | 'int' | 'time' | 'market' | 'cause' | 'refusal' | 'axis';
export interface RecordSpec {
  readonly code: number;
  readonly name: string;
  /** In row order, after code (and time, for events). */
  readonly fields: readonly (readonly [name: string, kind: FieldKind])[];
}

/** Why a VM's life ended (`VM_TERMINATED`) or an attempt failed (`TASK_FAILED`). Index = code. */
export const CAUSES = ['released', 'interrupted', 'refused', 'task-error', 'api-error', 'timeout', 'rate-limited', 'cancelled', 'lost', 'declined'] as const;
export const CAUSE_RELEASED = 0, CAUSE_INTERRUPTED = 1, CAUSE_REFUSED = 2, CAUSE_TASK_ERROR = 3, CAUSE_API_ERROR = 4, CAUSE_TIMEOUT = 5,
  CAUSE_RATE_LIMITED = 6, CAUSE_CANCELLED = 7, CAUSE_LOST = 8, CAUSE_DECLINED = 9;
export const AXES = ['requests', 'tokens', 'concurrency'] as const;

const taskAttempt = [['task', 'task'], ['attempt', 'int']] as const;
const vmLife = [['unit', 'unit'], ['life', 'int']] as const;

export const RECORDS: readonly RecordSpec[] = [
  { code: JOB_SUBMITTED, name: 'job-submitted', fields: [['job', 'job']] },
  { code: JOB_CANCELLED, name: 'job-cancelled', fields: [['job', 'job']] },
  { code: TICK, name: 'tick', fields: [] },
  { code: TASK_STARTED, name: 'task-started', fields: [...taskAttempt, ['unit', 'unit']] },
  /** ppm: parts per million of the task's work done, over all attempts. */
  { code: TASK_PROGRESS, name: 'task-progress', fields: [...taskAttempt, ['ppm', 'int']] },
  { code: TASK_CHECKPOINTED, name: 'task-checkpointed', fields: [...taskAttempt, ['ppm', 'int']] },
  /** busyMs: time really worked, without pauses of a calendar. */
  { code: TASK_COMPLETED, name: 'task-completed', fields: [...taskAttempt, ['busyMs', 'int']] },
  { code: TASK_FAILED, name: 'task-failed', fields: [...taskAttempt, ['cause', 'cause'], ['busyMs', 'int']] },
  { code: VM_STARTED, name: 'vm-starting', fields: vmLife },
  { code: VM_IS_READY, name: 'vm-ready', fields: vmLife },
  { code: VM_REFUSED, name: 'vm-refused', fields: vmLife },
  { code: VM_NOTICE, name: 'vm-notice', fields: [...vmLife, ['killAt', 'time']] },
  { code: VM_TERMINATED, name: 'vm-terminated', fields: [...vmLife, ['cause', 'cause']] },
  { code: PRICE_CHANGED, name: 'price-changed', fields: [['pool', 'pool'], ['market', 'market'], ['microDollarsPerHour', 'int']] },
  { code: HUMAN_AVAILABLE, name: 'human-available', fields: [['unit', 'unit']] },
  /** until: when the person is expected back; 0 when unknown. */
  { code: HUMAN_AWAY, name: 'human-away', fields: [['unit', 'unit'], ['until', 'time']] },
  { code: HUMAN_ACCEPTED, name: 'human-accepted', fields: [...taskAttempt, ['unit', 'unit']] },
  { code: HUMAN_DECLINED, name: 'human-declined', fields: [...taskAttempt, ['unit', 'unit']] },
  { code: API_LIMITED, name: 'api-limited', fields: [['unit', 'unit'], ['until', 'time']] },
  { code: API_RESTORED, name: 'api-restored', fields: [['unit', 'unit']] },
  { code: RATE_CHANGED, name: 'rate-changed', fields: [['unit', 'unit'], ['axis', 'axis'], ['perMinute', 'int']] },
  { code: BUDGET_CHANGED, name: 'budget-changed', fields: [['microDollars', 'int']] },
  { code: WEIGHTS_CHANGED, name: 'weights-changed', fields: [['latencyPpm', 'int'], ['costPpm', 'int'], ['fragmentationPpm', 'int']] },
  { code: FAULT_INJECTED, name: 'fault-injected', fields: [['fault', 'int']] },
  { code: PAUSED, name: 'paused', fields: [] },
  { code: RESUMED, name: 'resumed', fields: [] },
  { code: TASK_CANCELLED, name: 'task-cancelled', fields: [['task', 'task']] },
  /** From here on another scenario or policy is in force: the change is data beside the row, the marks tell what it came to (model/revision.ts). */
  { code: REVISED, name: 'revised', fields: [['revision', 'int'], ['mark1', 'int'], ['mark2', 'int'], ['mark3', 'int']] },
  /** Live: nothing of the fault is left injected; whoever injected it has said so. */
  { code: FAULT_ENDED, name: 'fault-ended', fields: [['fault', 'int']] },
  /** Live: the fault takes this life of a VM; its notice, or its end without one, follows. */
  { code: FAULT_STRUCK, name: 'fault-struck', fields: [['fault', 'int'], ...vmLife] },
  /** dataReadyAt: no start before its inputs are there. checkpointMs: work between checkpoints, 0 for none. */
  { code: PLACE, name: 'place', fields: [...taskAttempt, ['unit', 'unit'], ['setupMs', 'int'], ['dataReadyAt', 'time']] },
  { code: REVOKE, name: 'revoke', fields: [...taskAttempt, ['unit', 'unit']] },
  { code: CHECKPOINT, name: 'checkpoint', fields: [...taskAttempt, ['unit', 'unit']] },
  { code: REQUEST_VM, name: 'request-vm', fields: [...vmLife, ['market', 'market']] },
  { code: RELEASE_VM, name: 'release-vm', fields: vmLife },
  { code: OFFER, name: 'offer', fields: [...taskAttempt, ['unit', 'unit'], ['setupMs', 'int'], ['dataReadyAt', 'time']] },
  { code: ARCHIVE_JOB, name: 'archive-job', fields: [['job', 'job']] },
  { code: REFUSED, name: 'refused', fields: [['refusal', 'refusal'], ['task', 'task'], ['unit', 'unit']] },
];

/** `RECORD_BY_CODE[code]`, undefined for a code that is not used. */
export const RECORD_BY_CODE: readonly (RecordSpec | undefined)[] = (() => {
  const table: (RecordSpec | undefined)[] = new Array<RecordSpec | undefined>(128).fill(undefined);
  for (const spec of RECORDS) table[spec.code] = spec;
  return table;
})();
