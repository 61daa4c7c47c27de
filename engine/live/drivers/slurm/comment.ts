// The name of an attempt or VM as the comment of its job: readable in `squeue -o %k`, on one line, and no longer than Slurm takes. A
// comment that had to be cut still tells attempts apart, but no longer which it is: that stands in the attempt's folder.
import { createHash } from 'node:crypto';
import type { AttemptKey, VmKey } from '../../driver-events.ts';

/** Slurm takes 1024 bytes. */
const COMMENT_MAX = 1000, HASH_LENGTH = 32;

/** `name`: as `attemptName` or `vmName` give it. */
export function commentOf(name: string): string {
  const line = encodeURI(name);
  return line.length <= COMMENT_MAX ? line : `${line.slice(0, COMMENT_MAX - HASH_LENGTH - 1)}~${createHash('sha256').update(line).digest('hex').slice(0, HASH_LENGTH)}`;
}

/** Undefined for a comment that is not one of ours, or was cut. */
export function keyOfComment(comment: string): AttemptKey | undefined {
  const [, run, task, epoch, attempt] = /^([^/]+)\/(.*)\/(\d+)\.(\d+)$/.exec(comment) ?? [];
  if (run === undefined) return undefined;
  try { return { run: decodeURI(run), task: decodeURI(task!), epoch: Number(epoch), attempt: Number(attempt) }; } catch { return undefined; }
}

export function vmKeyOfComment(comment: string): VmKey | undefined {
  const key = keyOfComment(comment);
  return key === undefined ? undefined : { run: key.run, unit: key.task, epoch: key.epoch, life: key.attempt };
}
