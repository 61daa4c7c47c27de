// Slurm, as a configuration names it.
import type { DriverKind } from '../../driver.ts';

export const slurmKind: DriverKind = {
  name: 'slurm',
  summary: 'submits commands to Slurm, one batch job an attempt; for a cloud entry, a VM is an allocation and attempts are steps in it. What Slurm preempts is placed again with what it has saved',
  serves: ['local', 'cloud'],
  options: {
    partition: { type: 'string', minLength: 1, description: 'Where jobs are submitted; for a cloud entry, those on demand. Default: Slurm\'s own.' },
    spotPartition: { type: 'string', minLength: 1, description: 'Of a cloud entry with spot: the partition whose jobs Slurm takes back.' },
    wait: { $ref: '#/$defs/duration', description: 'A VM that waits longer than this in Slurm\'s queue is refused. Default "5m".' },
    aloneFor: { $ref: '#/$defs/duration', description: 'Of a cloud entry: a VM whose daemon has not been there for so long ends itself. Default "15m".' },
    conf: { type: 'string', minLength: 1, description: 'Path of slurm.conf. Default: SLURM_CONF of the daemon, or Slurm\'s own.' },
    arguments: { type: 'array', items: { type: 'string', pattern: '^--[a-z][a-z-]*(=.*)?$' }, description: 'Further arguments of sbatch: `--account=lab`. Those that are the driver\'s own are refused.' },
    directory: { type: 'string', minLength: 1, description: 'Working folder of commands that name none, as the nodes see it. Default: the folder of the attempt.' },
    grace: { $ref: '#/$defs/duration', description: 'From SIGTERM to SIGKILL. Default "10s".' },
    standIn: { type: 'boolean', description: 'Tasks without a command sleep for their estimated duration, instead of failing: a rehearsal. Default false.' },
    environment: { type: 'object', additionalProperties: { type: 'string' }, description: 'Variables of every command. They see nothing else of the daemon\'s but PATH, HOME, LANG, TZ and TMPDIR, and what Slurm sets.' },
  },
  load: async () => (await import('./slurm-driver.ts')).createSlurmDriver,
};
