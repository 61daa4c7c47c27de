// What has become of an attempt, from the two who know: its folder, written by its shim, and Slurm. Each lags behind the other: a
// file may show late on a shared file system, and a controller that was started again forgets some seconds. So a job that has
// ended without an exit status counts as over only after a while, and a command that failed is only blamed for it once
// Slurm has said that it did not end it.
import type { AttemptEnd, Outcome } from '../../driver-events.ts';
import type { AttemptFolder } from '../process/attempt-folder.ts';
import { endOfFolder } from '../process/attempt-work.ts';
import type { SlurmJob } from './slurm-client.ts';

/** `absent`: nothing was or will be run. `over`: to be believed when it has been so for `settleMs`. */
export type Judgement =
  | { readonly state: 'absent' | 'waits' | 'runs' }
  | { readonly state: 'over'; readonly end: AttemptEnd; readonly settleMs: number };

/**
 * How long files may take to show; and how long when the script must have written its end, for Slurm says it ended by itself,
 * or when Slurm has forgotten the job: then its nodes end what still runs of it.
 */
const SETTLE_MS = 2000, SETTLE_MS_MAX = 60_000;

/** Ends that are not the command's own doing, unless the driver asked for them. */
const INTERRUPTED: Readonly<Record<string, { readonly outcome: Outcome; readonly reason: string }>> = {
  PREEMPTED: { outcome: 'lost', reason: 'preempted by Slurm' },
  CANCELLED: { outcome: 'lost', reason: 'cancelled in Slurm by somebody else' },
  NODE_FAIL: { outcome: 'lost', reason: 'its node failed' },
  BOOT_FAIL: { outcome: 'lost', reason: 'its node did not start' },
  REVOKED: { outcome: 'lost', reason: 'its job was revoked' },
  TIMEOUT: { outcome: 'timeout', reason: 'not done within the time limit of its job' },
  DEADLINE: { outcome: 'timeout', reason: 'not done before the deadline of its job' },
  OUT_OF_MEMORY: { outcome: 'task-error', reason: 'took more memory than its job was given' },
};

/** What the folder alone tells: an end that needs nobody's word, or undefined. */
export function ownEnd(folder: AttemptFolder): AttemptEnd | undefined {
  const status = folder.exitStatus();
  if (status === undefined || (status === 0 && folder.noticed()) || (status !== 0 && folder.endedBy() === undefined)) return undefined;
  return endOfFolder(folder);
}

/** `job`: as Slurm tells of it now; undefined when it surely has none. */
export function judge(folder: AttemptFolder, job: SlurmJob | undefined): Judgement {
  const claim = folder.claim(), begun = claim !== undefined && claim !== -1, own = ownEnd(folder);
  if (own !== undefined) return { state: 'over', end: own, settleMs: 0 };
  if (job === undefined) {
    const end = (): AttemptEnd => (folder.noticed() ? interrupted(folder, 'PREEMPTED') : endOfFolder(folder));
    return begun ? { state: 'over', end: end(), settleMs: folder.exitStatus() === undefined ? SETTLE_MS_MAX : 0 } : { state: 'absent' };
  }
  const ended = job.state in INTERRUPTED || job.state === 'COMPLETED' || job.state === 'FAILED';
  if (!ended && begun && job.restarts > 0) return { state: 'over', end: { ...interrupted(folder, 'PREEMPTED'), reason: 'requeued in Slurm' }, settleMs: 0 };
  if (!ended) return { state: begun || job.state !== 'PENDING' ? 'runs' : 'waits' };
  if (!begun) return { state: 'over', end: neverBegan(folder, job), settleMs: SETTLE_MS };
  if (job.state in INTERRUPTED && folder.endedBy() === undefined) return { state: 'over', end: interrupted(folder, job.state), settleMs: 0 };
  const byItself = !(job.state in INTERRUPTED) && job.restarts === 0 && folder.endedBy() === undefined;
  return { state: 'over', end: endOfFolder(folder), settleMs: folder.exitStatus() !== undefined ? 0 : byItself ? SETTLE_MS_MAX : SETTLE_MS };
}

function interrupted(folder: AttemptFolder, state: string): AttemptEnd {
  const { busyMs, usage } = endOfFolder(folder);
  return { ...INTERRUPTED[state]!, busyMs, ...(usage === undefined ? {} : { usage }) };
}

function neverBegan(folder: AttemptFolder, { state, reason }: SlurmJob): AttemptEnd {
  if (folder.endedBy() !== undefined) return { outcome: 'cancelled', busyMs: 0, reason: 'stopped' };
  return { outcome: 'refused', busyMs: 0, reason: `its job ended before it began: ${INTERRUPTED[state]?.reason ?? `${state} (${reason})`}` };
}
