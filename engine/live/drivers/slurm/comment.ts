// The key of an attempt as the comment of its job: readable in `squeue -o %k`, on one line, and no longer than Slurm takes. A
// comment that had to be cut still tells attempts apart, but no longer which it is: that stands in the attempt's folder.
import { createHash } from 'node:crypto';
import { attemptName, type AttemptKey } from '../../driver-events.ts';

/** Slurm takes 1024 bytes. */
const COMMENT_MAX = 1000, HASH_LENGTH = 32;

export function commentOf(key: AttemptKey): string {
  const name = encodeURI(attemptName(key));
  return name.length <= COMMENT_MAX ? name : `${name.slice(0, COMMENT_MAX - HASH_LENGTH - 1)}~${createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH)}`;
}

/** Undefined for a comment that is not one of ours, or was cut. */
export function keyOfComment(comment: string): AttemptKey | undefined {
  const [, run, task, epoch, attempt] = /^([^/]+)\/(.*)\/(\d+)\.(\d+)$/.exec(comment) ?? [];
  if (run === undefined) return undefined;
  try { return { run: decodeURI(run), task: decodeURI(task!), epoch: Number(epoch), attempt: Number(attempt) }; } catch { return undefined; }
}
