// How much of a run was closed for good: what an operator asks first, and what a finished run has all of.
import { ARCHIVE_JOB, STRIDE } from '../journal/records.ts';
import type { CompletedRun } from './run-once.ts';

/** Completed tasks of jobs that were archived: in a finished run all of them. */
export function archivedTasks({ run: { log: { rows, length }, problem: { jobFirst } }, fold }: Pick<CompletedRun, 'run' | 'fold'>): number {
  let archived = 0;
  for (let at = 0; at < length; at += STRIDE) {
    if (rows[at] !== ARCHIVE_JOB) continue;
    const job = rows[at + 1]!;
    for (let t = jobFirst[job]!; t < jobFirst[job + 1]!; t++) if (!Number.isNaN(fold.taskCompletedAt[t]!)) archived++;
  }
  return archived;
}
