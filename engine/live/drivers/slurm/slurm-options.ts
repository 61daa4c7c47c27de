// What the configuration and the task say, as arguments of sbatch. Options that would take the driver its hold of a job
// (its name, its key, its claim to be run once) cannot be given.
import { existsSync } from 'node:fs';
import { inputError, InputError } from '../../../model/errors.ts';
import { joinPath } from '../../../model/fault-path.ts';
import { suggestion } from '../../../model/suggestion.ts';
import type { CloudFile, LocalFile, MemoryText, TaskFile } from '../../../model/scenario.ts';
import { parseDuration, parseMemory } from '../../../model/units.ts';
import type { DriverContext } from '../../driver.ts';
import type { WorkOptions } from '../process/attempt-work.ts';
import { slurmFolder, type SlurmClient } from './slurm-client.ts';

/** Options as in the configuration. */
export interface SlurmOptions extends WorkOptions {
  readonly partition?: string;
  readonly spotPartition?: string;
  readonly wait?: string | number;
  readonly aloneFor?: string | number;
  readonly conf?: string;
  readonly arguments?: readonly string[];
}

const RESERVED = [
  'array', 'begin', 'chdir', 'comment', 'cpus-per-task', 'dependency', 'error', 'export', 'export-file', 'gres', 'hold', 'input', 'job-name', 'mem', 'nodes', 'no-requeue',
  'ntasks', 'output', 'parsable', 'partition', 'quiet', 'requeue', 'signal', 'test-only', 'time', 'wait', 'wrap',
];
/** A minute of Slurm's clock, in which time limits count, and how much of it may pass before the driver must have ended what is late. */
const MINUTE_MS = 60_000, LATE_MS = 60_000;

/** Folder of Slurm's commands. Throws `InputError` when they or their configuration are not there, or an argument is the driver's own. */
export function checkOptions({ arguments: given = [], conf = process.env['SLURM_CONF'] }: SlurmOptions, context: Pick<DriverContext, 'units'>): string {
  const at = poolPath(context), folder = slurmFolder();
  for (const [n, argument] of given.entries()) {
    const name = argument.slice(2).split('=')[0]!;
    if (RESERVED.includes(name)) throw inputError('reserved-argument', `${at}.arguments[${n}]`, `is the driver's own`, { value: argument, hint: 'partition, cores, memory, gpu and time limit come from the pool and the task' });
  }
  if (folder === undefined) throw inputError('no-slurm', at, 'cannot be served: there is no sbatch on the PATH of the daemon', { hint: 'on Debian, install slurm-client' });
  if (conf !== undefined && !existsSync(conf)) throw inputError('no-slurm-configuration', `${at}.conf`, 'is not there', { value: conf, hint: 'the path of slurm.conf, here or in SLURM_CONF' });
  return folder;
}

/** Throws `InputError` for a partition that does not exist; says so when one is smaller than what it is to serve. A silent controller is waited for. */
export async function checkPartitions(client: SlurmClient, options: SlurmOptions, context: DriverContext): Promise<void> {
  const { entries, log } = context;
  const machines = Object.values(entries) as unknown as readonly (LocalFile & CloudFile)[];
  for (const option of ['partition', 'spotPartition'] as const) {
    const name = options[option];
    try {
      const found = name === undefined ? undefined : await client.partition(name);
      if (name !== undefined && found === undefined) throw inputError('unknown-partition', `${poolPath(context)}.${option}`, 'is no partition of Slurm', { value: name, hint: suggestion(name, await client.partitions()) });
      const wanted = machines.reduce((sum, { cores = 0, count, max }) => sum + cores * (count ?? max ?? 1), 0);
      if (found !== undefined && wanted > found.cores) log('warn', `partition ${name} has ${found.cores} processors, ${wanted} are planned with: work will wait in Slurm's queue`);
    } catch (error) {
      if (error instanceof InputError) throw error;
      if (/configuration source/.test((error as Error).message)) throw inputError('no-slurm-configuration', `${poolPath(context)}.conf`, 'is missing', { hint: 'this machine belongs to no Slurm cluster: name the path of slurm.conf, here or in SLURM_CONF' });
      log('warn', `partition ${name} could not be looked at: ${(error as Error).message}`);
    }
  }
}

/** Where the options stand in the configuration. */
export const poolPath = ({ units }: Pick<DriverContext, 'units'>): string => joinPath('pools', units[0]!.entry);

/** What the task demands, and a time limit that ends it should no daemon be there to do so. */
export function jobOptions(task: TaskFile, { partition, arguments: given = [] }: SlurmOptions, graceMs: number): readonly string[] {
  const { timeout } = task.run ?? {};
  return [
    ...partitionOption(partition), ...demandOptions(task),
    ...(timeout === undefined ? [] : [`--time=${Math.ceil((parseDuration(timeout) + graceMs + LATE_MS) / MINUTE_MS)}`]), ...given,
  ];
}

/** What the task demands; one core when it says nothing. Memory that is not demanded is what the partition gives. */
export const demandOptions = ({ demand = {} }: TaskFile): readonly string[] => roomOptions(Number(demand['cores'] ?? 1), demand['memory'], Number(demand['gpu'] ?? 0));

/** A whole machine of a cloud entry. */
export const machineOptions = ({ cores, memory, gpu }: CloudFile): readonly string[] => roomOptions(cores ?? 1, memory, gpu ?? 0);

function roomOptions(cores: number, memory: MemoryText | undefined, gpus: number): readonly string[] {
  return [`--cpus-per-task=${Math.max(1, Math.ceil(cores))}`, ...(memory === undefined ? [] : [`--mem=${Math.max(1, parseMemory(memory))}M`]), ...(gpus > 0 ? [`--gres=gpu:${Math.ceil(gpus)}`] : [])];
}

export const partitionOption = (partition: string | undefined): readonly string[] => (partition === undefined ? [] : [`--partition=${partition}`]);

/** Where Slurm writes its own words about a job: a file of its number. */
export const outputOption = (folder: string): string => `--output=${folder.replaceAll('%', '%%')}/%j`;
