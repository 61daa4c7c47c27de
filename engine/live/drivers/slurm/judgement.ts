// What has become of an attempt, from the two who know: its folder, written by its shim, and Slurm. Neither is enough. Slurm ends the
// processes of a job one after the other, so that a shell may take the end of its child for success: no exit status
// counts, not even 0, before Slurm has said that it did not end the job. And a file may show late on a shared file system,
// a controller that was started again has forgotten some seconds: an end without an exit status is believed after a while.
import type { AttemptEnd, Outcome } from '../../driver-events.ts';
import type { AttemptFolder, FolderLook } from '../process/attempt-folder.ts';
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

/** A submission without an answer may be taken up later than a question that was asked after it: so long Slurm must have known of no job before it is made again. */
export const UNSURE_MS = 5000;

/** The end of what was ended by us before it began. */
export const STOPPED: AttemptEnd = { outcome: 'cancelled', busyMs: 0, reason: 'stopped' };

/** Its job was put into the queue again: the attempt has ended, and its job is to be taken out. */
export const REQUEUED = 'requeued in Slurm';

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

/** `seen`: the folder, looked at after Slurm was asked. `job`: as Slurm tells of it; undefined when it surely has none. */
export function judge(folder: AttemptFolder, { claim, endedBy, exitStatus, noticed }: FolderLook, job: SlurmJob | undefined): Judgement {
  const begun = claim !== undefined && claim !== -1, told = endedBy !== undefined;
  if (job === undefined) return begun ? { state: 'over', end: noticed && !told ? interrupted(folder, 'PREEMPTED') : endOfFolder(folder, { doubted: true }), settleMs: exitStatus === undefined ? SETTLE_MS_MAX : 0 } : { state: 'absent' };
  const ended = job.state in INTERRUPTED || job.state === 'COMPLETED' || job.state === 'FAILED';
  if (!ended && begun && job.restarts > 0) return { state: 'over', end: { ...interrupted(folder, 'PREEMPTED'), reason: REQUEUED }, settleMs: 0 };
  if (!ended) return { state: begun || job.state !== 'PENDING' ? 'runs' : 'waits' };
  if (!begun) return { state: 'over', end: told ? STOPPED : neverBegan(job), settleMs: SETTLE_MS };
  if (told) return { state: 'over', end: endOfFolder(folder, { doubted: true }), settleMs: 0 };
  if (job.state in INTERRUPTED) return { state: 'over', end: interrupted(folder, job.state), settleMs: 0 };
  return { state: 'over', end: endOfFolder(folder), settleMs: exitStatus !== undefined ? 0 : job.restarts > 0 ? SETTLE_MS : SETTLE_MS_MAX };
}

function interrupted(folder: AttemptFolder, state: string): AttemptEnd {
  const { busyMs, usage } = endOfFolder(folder);
  return { ...INTERRUPTED[state]!, busyMs, ...(usage === undefined ? {} : { usage }) };
}

function neverBegan({ state, reason }: SlurmJob): AttemptEnd {
  return { outcome: 'refused', busyMs: 0, reason: `its job ended before it began: ${INTERRUPTED[state]?.reason ?? `${state} (${reason})`}` };
}
