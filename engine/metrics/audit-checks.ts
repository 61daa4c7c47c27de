// What the audit (audit.ts) asks of the numbers in many rows: whether they name a task, an attempt, a unit or a life that there is.
import { VM_OFF } from '../model/states.ts';
import * as say from './audit-reports.ts';
import type { AuditState } from './audit-state.ts';
import { ATTEMPT, LIFE, PLACED, STATE, TASK_I, UNIT_I, VM_STATE } from './audit-state.ts';

/** The index at `at`, -1 when there is none among `count`. */
export const known = (s: AuditState, at: number, count: number): number => {
  const given = s.rows[at]!, index = given | 0;
  if (index === given && (index >>> 0) < count) return index;
  say.unknownIndex(s, at, count);
  return -1;
};

/** The task at `at`, -1 unless the attempt behind it is under way in that state. */
export const underWay = (s: AuditState, at: number, state: number, code: number): number => {
  const { rows, taskI } = s, task = known(s, at, s.taskCount), attempt = rows[at + 1]!, row = (task & s.taskMask) << TASK_I;
  if (task < 0) return -1;
  if (taskI[row + STATE] === state && taskI[row + ATTEMPT] === attempt) return task;
  say.notUnderWay(s, task, at, code);
  return -1;
};

export function isPlaced(s: AuditState, at: number): boolean {
  return s.taskI[(s.rows[at]! << TASK_I) + STATE] === PLACED;
}

/** The VM at `at`, -1 unless the life behind it is under way. */
export function lives(s: AuditState, at: number, code: number): number {
  const { rows, unitI } = s, unit = known(s, at, s.unitCount), life = rows[at + 1]!, row = (unit & s.unitMask) << UNIT_I;
  if (unit < 0 || (unitI[row + LIFE] === life && unitI[row + VM_STATE] !== VM_OFF)) return unit;
  say.notAlive(s, unit, at, code);
  return -1;
}
