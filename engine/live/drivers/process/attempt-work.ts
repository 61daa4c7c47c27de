// What an attempt with a folder is, whoever starts its shim: its command, its environment, its card, and what its files tell
// while it runs and when it has ended. Nothing here starts or ends anything.
import { join, resolve } from 'node:path';
import type { AttemptSpec, Collected } from '../../driver.ts';
import type { AttemptEnd, AttemptKey, DriverEvent, Outcome } from '../../driver-events.ts';
import { attemptVariables } from '../attempt-environment.ts';
import { parseDuration, parseMemory } from '../../../model/units.ts';
import type { GroupUsage } from './control-groups.ts';
import type { AttemptCard, AttemptFolder, EndedBy, FolderLook } from './attempt-folder.ts';

const TAIL_BYTES = 65_536;
/** What a command sees of the daemon's own environment. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'USER', 'SHELL'];
export const OUTCOME_OF: Readonly<Record<EndedBy, Outcome>> = { stop: 'cancelled', timeout: 'timeout', memory: 'task-error' };

/** Options that every driver of commands has, as in the configuration. */
export interface WorkOptions {
  readonly directory?: string;
  readonly grace?: string | number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly standIn?: boolean;
}

export const graceOf = ({ grace }: WorkOptions): number => parseDuration(grace ?? '10s');

/** Program and arguments; undefined for a task that has none. */
export function commandOf({ task: { run }, estimateMs }: AttemptSpec, { standIn }: WorkOptions): readonly string[] | undefined {
  if (run?.command !== undefined) return run.command;
  if (run?.shell !== undefined) return ['/bin/sh', '-c', run.shell];
  return standIn === true ? ['sleep', String(estimateMs / 1000)] : undefined;
}

/** The end of an attempt whose task has nothing to run. */
export const NO_COMMAND: AttemptEnd = { outcome: 'task-error', busyMs: 0, reason: 'the task has no command for this machine' };

/** `limited`: what runs it keeps it to the memory it demands. */
export function cardOf({ key, unit, vm, task }: AttemptSpec): AttemptCard {
  return {
    key, unit, ...(vm === undefined ? {} : { vm: vm.key }),
    ...(task.checkpoint === undefined ? {} : { checkpointSignal: task.run?.checkpointSignal ?? 'SIGUSR1' }),
    ...(task.run?.timeout === undefined ? {} : { timeoutMs: parseDuration(task.run.timeout) }),
    ...(task.demand?.['memory'] === undefined ? {} : { memoryMiB: parseMemory(task.demand['memory']) }),
  };
}

/** The folder the command works in. */
export function workFolder({ task }: AttemptSpec, { directory }: WorkOptions, folder: AttemptFolder): string {
  return resolve(task.run?.directory ?? directory ?? folder.path);
}

export function environmentOf(spec: AttemptSpec, { environment }: WorkOptions, folder: AttemptFolder): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(inherited), ...environment, ...spec.task.run?.env, ...attemptVariables(spec, folder.files) };
}

/** What the command wrote of its progress and checkpoints, told once each. */
export class ShareTeller {
  private progress = -1;
  private checkpointed = -1;

  /** `seen`: default what the folder says now. */
  tell(key: AttemptKey, folder: AttemptFolder, emit: (event: DriverEvent) => void, seen: Pick<FolderLook, 'progress' | 'checkpointed'> = { checkpointed: folder.share('checkpointed'), progress: folder.share('progress') }): void {
    const { checkpointed: saved, progress: done } = seen;
    if (saved !== undefined && saved !== this.checkpointed) emit({ type: 'checkpointed', key, ppm: this.checkpointed = saved, checkpoint: { folder: folder.files.checkpoint } });
    if (done !== undefined && done !== this.progress) emit({ type: 'progress', key, ppm: this.progress = done });
  }
}

/**
 * The end that the folder of a dead attempt tells of. What it left running in its control group ends with it. One that was told to
 * end, and ended well all the same, has done its work, unless `doubted`: where signals reach its processes one after the other,
 * the last may take the end of the others for success. `busyMs`: default from the time stamps of claim and exit status.
 */
export function endOfFolder(folder: AttemptFolder, { peakMiB = 0, busyMs = workedMs(folder), doubted = false }: { readonly peakMiB?: number; readonly busyMs?: number; readonly doubted?: boolean } = {}): AttemptEnd {
  const counted = settle(folder), status = folder.exitStatus(), endedBy = folder.endedBy() ?? (counted.outOfMemory ? 'memory' : undefined), cpuMs = counted.cpuMs ?? folder.cpuMs();
  const usage = {
    ...(status === undefined ? {} : { exitCode: status }), ...(peakMiB === 0 ? {} : { maxRssMiB: Math.ceil(peakMiB) }),
    ...(counted.peakMiB === undefined ? {} : { maxMemoryMiB: Math.ceil(counted.peakMiB) }), ...(cpuMs === undefined ? {} : { cpuMs }),
  };
  if (endedBy !== undefined && (status !== 0 || doubted)) return { outcome: OUTCOME_OF[endedBy], busyMs, usage, reason: reasonOf(endedBy, folder.card(), peakMiB) };
  if (status === undefined) return { outcome: 'lost', busyMs, usage, reason: 'its processes are gone without an exit status' };
  if (status !== 0) return { outcome: 'task-error', busyMs, usage, reason: status > 128 ? `ended by signal ${status - 128}` : status === 127 ? 'exit code 127: no such command' : `exit code ${status}` };
  const output = folder.output();
  return 'fault' in output ? { outcome: 'task-error', busyMs, usage, reason: output.fault } : { outcome: 'completed', busyMs, usage, ...(output.value === null ? {} : { output: output.value }) };
}

function workedMs(folder: AttemptFolder): number {
  const started = folder.startedAt();
  return Math.max(0, Math.round((folder.endedAt() || started) - started));
}

/** Ends what is left of a dead attempt, and keeps what its control group counted. */
function settle(folder: AttemptFolder): GroupUsage {
  const kept = folder.usage();
  if (kept !== undefined) return kept;
  const group = folder.group(), usage = group.usage();
  group.kill();
  folder.setUsage(usage);
  group.remove();
  return usage;
}

function reasonOf(endedBy: EndedBy, card: AttemptCard | undefined, peakMiB: number): string {
  if (endedBy === 'memory' && card?.limited === true) return `took more than the ${card.memoryMiB ?? 0} MiB of memory it demanded`;
  if (endedBy === 'memory') return `took ${Math.ceil(peakMiB)} MiB of memory, ${card?.memoryMiB ?? 0} MiB were demanded`;
  return endedBy === 'timeout' ? `not done after ${(card?.timeoutMs ?? 0) / 1000} s` : 'stopped';
}

export function collectFolder(folder: AttemptFolder): Collected {
  const [stdout, stderr] = (['stdout', 'stderr'] as const).map((name) => folder.tail(name, TAIL_BYTES));
  return { stdout: stdout!, stderr: stderr!, files: { folder: folder.path, stdout: join(folder.path, 'stdout'), stderr: join(folder.path, 'stderr') } };
}
