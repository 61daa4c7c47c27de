// Local processes, as a configuration names them.
import type { DriverKind } from '../../driver.ts';

export const processKind: DriverKind = {
  name: 'process',
  summary: 'runs commands on this machine, each in its own process group; they outlive the daemon',
  serves: ['local'],
  options: {
    directory: { type: 'string', minLength: 1, description: 'Working folder of commands that name none. Default: the folder of the attempt.' },
    grace: { $ref: '#/$defs/duration', description: 'From SIGTERM to SIGKILL. Default "10s".' },
    memory: { enum: ['kill', 'report'], description: 'What happens to an attempt that takes more memory than its task demands. Default "kill".' },
    controlGroups: { enum: ['auto', 'off'], description: 'Whether each attempt gets a control group where Linux allows it: its memory is then limited and its use measured by the kernel, and nothing it started is left behind. Default "auto".' },
    standIn: { type: 'boolean', description: 'Tasks without a command sleep for their estimated duration, instead of failing: a rehearsal. Default false.' },
    environment: { type: 'object', additionalProperties: { type: 'string' }, description: 'Variables of every command. They see nothing else of the daemon\'s but PATH, HOME, LANG, TZ and TMPDIR.' },
  },
  load: async () => (await import('./process-driver.ts')).createProcessDriver,
};
