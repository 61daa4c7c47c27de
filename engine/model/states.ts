// The state machines of tasks and VMs: names, codes and the transitions that are allowed. Every other transition is a
// bug of ours and raises at once.

export const TASK_STATES = ['QUEUED', 'ELIGIBLE', 'SCHEDULED', 'RUNNING', 'COMPLETED', 'ARCHIVED', 'FAILED', 'CANCELLED'] as const;
export type TaskStateName = (typeof TASK_STATES)[number];
export const QUEUED = 0, ELIGIBLE = 1, SCHEDULED = 2, RUNNING = 3, COMPLETED = 4, ARCHIVED = 5, FAILED = 6, CANCELLED = 7;

const bits = (...states: number[]) => states.reduce((mask, s) => mask | (1 << s), 0);

/** `TASK_TRANSITIONS[from]` is the bit mask of the states a task may go to. */
export const TASK_TRANSITIONS = Uint8Array.from([
  /* QUEUED    */ bits(ELIGIBLE, CANCELLED),
  /* ELIGIBLE  */ bits(SCHEDULED, CANCELLED),
  /* SCHEDULED */ bits(RUNNING, ELIGIBLE, FAILED, CANCELLED),
  /* RUNNING   */ bits(COMPLETED, ELIGIBLE, FAILED, CANCELLED),
  /* COMPLETED */ bits(ARCHIVED),
  /* ARCHIVED  */ 0,
  /* FAILED    */ 0,
  /* CANCELLED */ 0,
]);

export const VM_STATES = ['OFF', 'REQUESTED', 'STARTING', 'READY', 'DRAINING'] as const;
/** A VM slot is OFF before its first life and after each one ends (TERMINATED); the next life has the next number. */
export const VM_OFF = 0, VM_REQUESTED = 1, VM_STARTING = 2, VM_READY = 3, VM_DRAINING = 4;

export const VM_TRANSITIONS = Uint8Array.from([
  /* OFF       */ bits(VM_REQUESTED),
  /* REQUESTED */ bits(VM_STARTING, VM_OFF),
  /* STARTING  */ bits(VM_READY, VM_DRAINING, VM_OFF),
  /* READY     */ bits(VM_DRAINING, VM_OFF),
  /* DRAINING  */ bits(VM_OFF),
]);

export const RESOURCE_KINDS = ['local', 'cloud', 'api', 'human'] as const;
export const LOCAL = 0, CLOUD = 1, API = 2, HUMAN = 3;

export const MARKETS = ['on-demand', 'spot'] as const;
export const ON_DEMAND = 0, SPOT = 1;
