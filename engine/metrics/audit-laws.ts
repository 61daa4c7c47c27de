// The laws that every journal obeys, by name. A broken one is reported with the row that breaks it.

export const LAWS = {
  record: 'every row has a known code, and its numbers name tasks, jobs, units and pools that exist',
  'time-order': 'time never goes back, and nothing happens after the end of the run',
  'task-state': 'tasks move only along the transitions of the state machine, each event for the attempt that is under way',
  'vm-state': 'VM slots move only along the transitions of their state machine; lives are numbered 1, 2, 3, ...; only empty VMs are released',
  'completed-once': 'a completed task is completed once',
  attempts: 'attempts of a task are numbered 1, 2, 3, ...',
  release: 'nothing of a job is placed before the job is released and submitted',
  precedence: 'a task is placed only after all its predecessors completed',
  data: 'a task starts only when its inputs have arrived',
  placement: 'a task is placed where its profile allows: the right class and skills, the right market, a VM that is up or coming, and starts on one that is ready',
  capacity: 'tasks placed on a unit never need more of a dimension than it has',
  slots: 'no unit holds more tasks at once than it has slots: a person works on one thing at a time unless said otherwise',
  'rate-limit': 'published buckets of requests and tokens never go below zero, and nothing is placed on an API that asked to wait',
  calendar: 'people start work in their published hours and not while they are away',
  setup: 'a set-up is paid in full unless the unit is warm for the batch key, and then not at all',
  'busy-time': 'a machine or API is busy with an attempt from its start to its end; a person for the working time in between',
  'lost-work': 'busy time = set-up + checkpoints + kept + lost work, none of them negative; checkpointed progress never falls and ends at the whole',
  archive: 'a job is archived once, exactly when its last task has ended',
  ending: 'a run that says it finished has no task left open',
  money: 'the charges of units, of jobs with what is nobody\'s, and of the kernel add up to the same total',
  budget: 'the cost stays within the budget in force (a warning: work under way may cost more than was expected)',
} as const;

export type Law = keyof typeof LAWS;

export interface BrokenLaw {
  readonly law: Law;
  /** One line for people, with ids. */
  readonly detail: string;
  /** Row of the log, from 0; -1 for the run as a whole. */
  readonly row: number;
}

export interface AuditResult {
  /** No law is broken. Warnings do not count. */
  readonly clean: boolean;
  /** In order of rows, at most BROKEN_MAX. */
  readonly broken: readonly BrokenLaw[];
  readonly warnings: readonly BrokenLaw[];
}

/** An audit stops collecting here: one early fault can break every row behind it. */
export const BROKEN_MAX = 50;
