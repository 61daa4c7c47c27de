// What a command is told of its attempt, whatever runs it: one set of environment variables for local processes, VMs and Slurm.
import { attemptName, tokenOf } from '../driver-events.ts';
import type { AttemptSpec } from '../driver.ts';

/** Where the files of an attempt are, as the command sees them. */
export interface AttemptFiles {
  /** JSON of the predecessors' results by task id; there before the command starts. */
  readonly inputs: string;
  /** The command may write its result here, as JSON of at most 64 KiB. */
  readonly output: string;
  /** The command may write the share of its work done, 0 to 1, as often as it likes. */
  readonly progress: string;
  /** A folder kept from attempt to attempt of the task. */
  readonly checkpoint: string;
  /** Written (by rename) by the command when a checkpoint is safe: the share of the work saved. */
  readonly checkpointed: string;
}

/** The variables, without those of the task itself. */
export function attemptVariables(spec: AttemptSpec, files: AttemptFiles): Record<string, string> {
  return {
    TWINCLOCK_RUN: spec.key.run, TWINCLOCK_TASK: spec.key.task, TWINCLOCK_JOB: spec.job, TWINCLOCK_UNIT: spec.unit, TWINCLOCK_ATTEMPT: String(spec.key.attempt),
    TWINCLOCK_TOKEN: tokenOf(spec.key), TWINCLOCK_KEY: attemptName(spec.key),
    TWINCLOCK_INPUTS: files.inputs, TWINCLOCK_OUTPUT: files.output, TWINCLOCK_PROGRESS: files.progress,
    TWINCLOCK_CHECKPOINT: files.checkpoint, TWINCLOCK_CHECKPOINTED: files.checkpointed, TWINCLOCK_RESUME: String(spec.progressPpm / 1e6),
  };
}
