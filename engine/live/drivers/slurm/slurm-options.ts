// What the configuration and the task say, as arguments of sbatch. Options that would take the driver its hold of a job
// (its name, its key, its claim to be run once) cannot be given.
import { inputError, InputError } from '../../../model/errors.ts';
import { joinPath } from '../../../model/fault-path.ts';
import { suggestion } from '../../../model/suggestion.ts';
import type { LocalFile, TaskFile } from '../../../model/scenario.ts';
import { parseDuration, parseMemory } from '../../../model/units.ts';
import type { DriverContext } from '../../driver.ts';
import type { WorkOptions } from '../process/attempt-work.ts';
import { slurmFolder, type SlurmClient } from './slurm-client.ts';

/** Options as in the configuration. */
export interface SlurmOptions extends WorkOptions {
  readonly partition?: string;
  readonly conf?: string;
  readonly arguments?: readonly string[];
}

const RESERVED = [
  'array', 'begin', 'chdir', 'comment', 'cpus-per-task', 'dependency', 'error', 'export', 'export-file', 'gres', 'hold', 'input', 'job-name', 'mem', 'nodes', 'no-requeue',
  'ntasks', 'output', 'parsable', 'partition', 'quiet', 'requeue', 'signal', 'test-only', 'time', 'wait', 'wrap',
];
/** A minute of Slurm's clock, in which time limits count, and how much of it may pass before the driver must have ended what is late. */
const MINUTE_MS = 60_000, LATE_MS = 60_000;

/** Folder of Slurm's commands. Throws `InputError` when they are not there, or an argument is the driver's own. */
export function checkOptions({ arguments: given = [] }: SlurmOptions, { units }: Pick<DriverContext, 'units'>): string {
  const at = poolPath(units), folder = slurmFolder();
  for (const [n, argument] of given.entries()) {
    const name = argument.slice(2).split('=')[0]!;
    if (RESERVED.includes(name)) throw inputError('reserved-argument', `${at}.arguments[${n}]`, `is the driver's own`, { value: argument, hint: 'partition, cores, memory, gpu and time limit come from the pool and the task' });
  }
  if (folder === undefined) throw inputError('no-slurm', at, 'cannot be served: there is no sbatch on the PATH of the daemon', { hint: 'on Debian, install slurm-client' });
  return folder;
}

/** Throws `InputError` for a partition that does not exist; says so when it is smaller than what it is to serve. A silent controller is waited for. */
export async function checkPartition(client: SlurmClient, { partition }: SlurmOptions, { units, entries, log }: DriverContext): Promise<void> {
  if (partition === undefined) return;
  try {
    const cores = await client.partitionCores(partition);
    if (cores === undefined) throw inputError('unknown-partition', `${poolPath(units)}.partition`, 'is no partition of Slurm', { value: partition, hint: suggestion(partition, await client.partitions()) });
    const wanted = Object.values(entries).reduce((sum: number, entry) => sum + (((entry as unknown as LocalFile).cores ?? 0) * ((entry as unknown as LocalFile).count ?? 1)), 0);
    if (wanted > cores) log('warn', `partition ${partition} has ${cores} processors, ${wanted} are planned with: attempts will wait in Slurm's queue`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    log('warn', `partition ${partition} could not be looked at: ${(error as Error).message}`);
  }
}

const poolPath = (units: DriverContext['units']): string => joinPath('pools', units[0]!.entry);

/** One task on one node, with what the task demands, announced a second before it is preempted or its time is up. */
export function jobOptions({ demand = {}, run }: TaskFile, { partition, arguments: given = [] }: SlurmOptions, graceMs: number): readonly string[] {
  const { cores, memory, gpu } = demand;
  return [
    '--no-requeue', '--nodes=1-1', '--ntasks=1', '--chdir=/', '--export=ALL', '--signal=B:USR1@1', ...(partition === undefined ? [] : [`--partition=${partition}`]),
    `--cpus-per-task=${Math.max(1, Math.ceil(Number(cores ?? 1)))}`, ...(memory === undefined ? [] : [`--mem=${Math.max(1, parseMemory(memory))}M`]), ...(gpu === undefined || Number(gpu) <= 0 ? [] : [`--gres=gpu:${Math.ceil(Number(gpu))}`]),
    ...(run?.timeout === undefined ? [] : [`--time=${Math.ceil((parseDuration(run.timeout) + graceMs + LATE_MS) / MINUTE_MS)}`]), ...given,
  ];
}
