// VMs of a cloud, as a configuration names them.
import type { DriverKind } from '../../driver.ts';

export const cloudKind: DriverKind = {
  name: 'cloud',
  summary: 'starts VMs and runs commands on them; stand-in VMs are process groups of this machine that start, announce their interruption and die as VMs of a cloud do',
  serves: ['cloud'],
  options: {
    provider: { enum: ['stand-in'], description: 'Whose VMs. "stand-in": process groups of this machine.' },
    spinUp: { $ref: '#/$defs/duration', description: 'From the request of a stand-in VM to its being ready. Default "2s".' },
    interruptAfter: { type: 'array', items: { $ref: '#/$defs/duration' }, description: 'The first spot stand-in VMs are interrupted so long after they were ready, in the order of their requests, with the notice of their fleet entry. Default: none is.' },
    metadata: { enum: ['aws', 'gcp', 'azure'], description: 'Whose way of announcing an interruption a stand-in VM has. Default "aws".' },
    directory: { type: 'string', minLength: 1, description: 'Working folder of commands that name none. Default: the folder of the attempt.' },
    grace: { $ref: '#/$defs/duration', description: 'From SIGTERM to SIGKILL. Default "10s".' },
    memory: { enum: ['kill', 'report'], description: 'What happens to an attempt that takes more memory than its task demands. Default "kill".' },
    standIn: { type: 'boolean', description: 'Tasks without a command sleep for their estimated duration, instead of failing: a rehearsal. Default false.' },
    environment: { type: 'object', additionalProperties: { type: 'string' }, description: 'Variables of every command.' },
  },
  required: ['provider'],
  load: async () => (await import('./cloud-driver.ts')).createCloudDriver,
};
