// How an attempt ended, as its folder tells: exit status, result, and who ended it. The same for a command of this machine and for
// one whose folder was brought here from a VM.
import type { AttemptEnd, Outcome } from '../../driver-events.ts';
import type { AttemptCard, AttemptFolder, EndedBy } from './attempt-folder.ts';
import type { GroupUsage } from './control-groups.ts';

const OUTCOME_OF: Readonly<Record<EndedBy, Outcome>> = { stop: 'cancelled', timeout: 'timeout', memory: 'task-error' };

export interface Measured {
  readonly peakMiB: number;
  /** Default: from the time stamps of claim and exit status. */
  readonly busyMs?: number;
  /** By its control group, if it was in one. */
  readonly counted?: GroupUsage | undefined;
}

/** The end that the folder of a dead attempt tells of. */
export function endOfFolder(folder: AttemptFolder, { peakMiB, busyMs = workedMs(folder), counted }: Measured): AttemptEnd {
  const status = folder.exitStatus(), endedBy = folder.endedBy() ?? (counted?.outOfMemory === true ? 'memory' : undefined), cpuMs = counted?.cpuMs ?? folder.cpuMs();
  const usage = {
    ...(status === undefined ? {} : { exitCode: status }), ...(peakMiB === 0 ? {} : { maxRssMiB: Math.ceil(peakMiB) }),
    ...(counted?.peakMiB === undefined ? {} : { maxMemoryMiB: Math.ceil(counted.peakMiB) }), ...(cpuMs === undefined ? {} : { cpuMs }),
  };
  if (endedBy !== undefined && status !== 0) return { outcome: OUTCOME_OF[endedBy], busyMs, usage, reason: reasonOf(endedBy, folder.card(), peakMiB) };
  if (status === undefined) return { outcome: 'lost', busyMs, usage, reason: 'its processes are gone without an exit status' };
  if (status !== 0) return { outcome: 'task-error', busyMs, usage, reason: status > 128 ? `ended by signal ${status - 128}` : status === 127 ? 'exit code 127: no such command' : `exit code ${status}` };
  const output = folder.output();
  return 'fault' in output ? { outcome: 'task-error', busyMs, usage, reason: output.fault } : { outcome: 'completed', busyMs, usage, ...(output.value === null ? {} : { output: output.value }) };
}

function workedMs(folder: AttemptFolder): number {
  const started = folder.startedAt();
  return Math.max(0, Math.round((folder.endedAt() || started) - started));
}

function reasonOf(endedBy: EndedBy, card: AttemptCard | undefined, peakMiB: number): string {
  if (endedBy === 'memory' && card?.limited === true) return `took more than the ${card.memoryMiB ?? 0} MiB of memory it demanded`;
  if (endedBy === 'memory') return `took ${Math.ceil(peakMiB)} MiB of memory, ${card?.memoryMiB ?? 0} MiB were demanded`;
  return endedBy === 'timeout' ? `not done after ${(card?.timeoutMs ?? 0) / 1000} s` : 'stopped';
}
