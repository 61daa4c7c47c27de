// Names as Slurm takes them. The name of an attempt or VM is the comment of its job: readable in `squeue -o %k`, on one line, and no
// longer than Slurm takes. A comment that had to be cut still tells attempts apart, but no longer which it is: that stands in
// the attempt's folder.
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

/** A name for the jobs of a run, from any words: a comma would make it a list of names for squeue. Different words give different names. */
export function jobNameOf(words: string): string {
  const plain = words.replace(/[^\w.@:=+-]/g, '_');
  return plain === words ? words : `${plain}~${createHash('sha256').update(words).digest('hex').slice(0, HASH_LENGTH)}`;
}
