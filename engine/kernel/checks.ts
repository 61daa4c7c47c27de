// The kernel's own checks: no task or VM goes where its state machine does not, no event speaks of an attempt or a life
// that is over. A breach is a bug of ours or of a world, and raises with what, from, to and by which event.
import { InvariantError } from '../model/errors.ts';
import { TASK_STATES, TASK_TRANSITIONS, VM_OFF, VM_STATES, VM_TRANSITIONS } from '../model/states.ts';
import * as R from '../journal/records.ts';
import type { Kernel } from './kernel.ts';

export const setTaskState = (kernel: Kernel, task: number, to: number, event: number): void => {
  const from = kernel.state.taskState[task]!;
  if ((TASK_TRANSITIONS[from]! >> to & 1) === 0) noTransition(`task ${kernel.problem.taskIds[task]}`, TASK_STATES[from]!, TASK_STATES[to]!, event);
  kernel.state.taskState[task] = to;
};

export const setVmState = (kernel: Kernel, unit: number, to: number, event: number): void => {
  const from = kernel.state.vmState[unit]!;
  if ((VM_TRANSITIONS[from]! >> to & 1) === 0) noTransition(`VM ${kernel.problem.unitIds[unit]}`, VM_STATES[from]!, VM_STATES[to]!, event);
  kernel.state.vmState[unit] = to;
};

function noTransition(what: string, from: string, to: string, event: number): never {
  fail(`${what}: ${from} -> ${to} by ${R.RECORD_BY_CODE[event]?.name} is not a transition`);
}

export const checkAttempt = (kernel: Kernel, task: number, attempt: number, state: number, event: number): void => {
  const s = kernel.state;
  if (s.attemptOf(task) !== attempt || s.taskState[task] !== state) wrongAttempt(kernel, task, attempt, event);
};

function wrongAttempt({ problem, state: s }: Kernel, task: number, attempt: number, event: number): never {
  fail(`${R.RECORD_BY_CODE[event]?.name} for attempt ${attempt} of task ${problem.taskIds[task]}, which is ${TASK_STATES[s.taskState[task]!]} in attempt ${s.attemptOf(task)}`);
}

export const checkLife = (kernel: Kernel, unit: number, life: number, event: number): void => {
  const s = kernel.state;
  if (s.vmLife[unit] !== life || s.vmState[unit] === VM_OFF) {
    fail(`${R.RECORD_BY_CODE[event]?.name} for life ${life} of VM ${kernel.problem.unitIds[unit]}, which is ${VM_STATES[s.vmState[unit]!]} in life ${s.vmLife[unit]}`);
  }
};

/** Conditions are written out where they are checked, so that no message is built unless it is needed. */
export function fail(message: string): never {
  throw new InvariantError(message);
}
