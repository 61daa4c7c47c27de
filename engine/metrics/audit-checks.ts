// What the audit (audit.ts) asks of the numbers in many rows: whether they name a task, an attempt, a unit or a life that there is.
import { VM_OFF } from '../model/states.ts';
import * as say from './audit-reports.ts';
import type { AuditState } from './audit-state.ts';
import { ATTEMPT, INDEX, LIFE, STATE, TASK_I, UNIT_I, VM_STATE } from './audit-state.ts';

/** The number at `at`, which is `index` when it is whole, is none of `count` things: that is reported. */
export const unknown = (s: AuditState, at: number, index: number, count: number): boolean => {
  if (index === s.rows[at] && (index >>> 0) < count) return false;
  say.unknownIndex(s, at, count);
  return true;
};

/** The task at `at` is in that state, in the attempt behind it; if not, or if there is no such task, that is reported. */
export const underWay = (s: AuditState, at: number, task: number, state: number, code: number): boolean => {
  if (unknown(s, at, task, s.taskCount)) return false;
  const { rows, taskI } = s, row = (task & INDEX) << TASK_I;
  if (taskI[row + STATE] === state && taskI[row + ATTEMPT] === rows[at + 1]) return true;
  say.notUnderWay(s, task, at, code);
  return false;
};

/** The VM at `at` is in the life behind it; if not, or if there is no such unit, that is reported. */
export const alive = (s: AuditState, at: number, unit: number, code: number): boolean => {
  if (unknown(s, at, unit, s.unitCount)) return false;
  const { rows, unitI } = s, row = (unit & INDEX) << UNIT_I;
  if (unitI[row + LIFE] === rows[at + 1] && unitI[row + VM_STATE] !== VM_OFF) return true;
  say.notAlive(s, unit, at, code);
  return false;
};
