// EC2, as a configuration names it.
import type { DriverKind } from '../../../driver.ts';
import type { JsonSchema } from '../../../../model/schema.ts';

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });
const texts = (description: string): JsonSchema => ({ type: 'array', items: { type: 'string', minLength: 1 }, description });
const duration = (description: string): JsonSchema => ({ $ref: '#/$defs/duration', description });

export const ec2Kind: DriverKind = {
  name: 'ec2',
  summary: 'starts EC2 instances, spot and on demand, and runs commands on them through an agent that their user data brings; it needs the AWS credentials of the usual places (environment, ~/.aws, instance role)',
  serves: ['cloud'],
  options: {
    region: text('"eu-west-1".'),
    image: text('The AMI: Linux with cloud-init, sh, curl, tar, awk and ps, such as Amazon Linux 2023, Ubuntu or Debian.'),
    instanceType: text('"c7i.2xlarge". What the fleet entry says of cores, memory and on-demand price must be true of it.'),
    subnets: texts('Tried in this order when one has no capacity. Default: the default subnet.'),
    securityGroups: texts('Ids. They need no way in, only a way out to the agents\' address. Default: that of the VPC.'),
    publicAddress: { type: 'boolean', description: 'Whether a VM gets a public address. Default: what the subnet says.' },
    keyName: text('A key pair, for people who want to log in. Default: none.'),
    instanceProfile: text('Name or ARN of the instance profile: what commands may do in AWS. Default: none.'),
    tags: { type: 'object', additionalProperties: { type: 'string' }, description: 'Tags of every VM beside our own.' },
    setUp: text('Lines of a shell script that prepares the VM before it takes work, as root. A VM on which they fail, or take longer than bootTimeout, ends itself.'),
    agents: {
      type: 'object', additionalProperties: false, required: ['url'],
      description: 'Where the agents of the VMs report. Each VM has a token of its own.',
      properties: {
        url: text('As VMs reach it: "https://scheduler.example.com:7400". "{port}" stands for the port.'),
        address: text('Where the daemon listens for them. Default "127.0.0.1", for a tunnel or a proxy.'),
        port: { type: 'integer', minimum: 0, maximum: 65535, description: 'Default 7400; 0 for any that is free, the same after a restart. Each EC2 pool with options of its own needs its own.' },
        tls: { enum: ['self-signed', 'files', 'proxy', 'none'], description: '"self-signed": a certificate for the host of url is made (with the openssl program) and VMs trust that one only. "files": certificate and key below. "proxy": something in front of the daemon ends TLS. "none": results and tokens can be read on the way; only within a network you trust. Default "self-signed".' },
        certificate: text('A PEM file, for "files".'),
        key: text('A PEM file, for "files".'),
      },
    },
    maxVms: { type: 'integer', minimum: 1, description: 'VMs of this pool at once, those of which nothing is known yet among them. Default: what the fleet says.' },
    maxHourly: { type: 'number', exclusiveMinimum: 0, description: 'Dollars an hour that the VMs of this pool may cost together, spot counted at its last price. Default: no limit but the budget.' },
    headroom: duration('A VM is only asked for if what is left of the run\'s budget pays for it and for all of this pool that are up for so long. Default "10m".'),
    aloneFor: duration('A VM that has not reached the daemon for so long ends itself, and is ended. Default "15m".'),
    bootTimeout: duration('A VM whose agent has not reported so long after its request is ended; after three in a row no more are asked for. Default "10m".'),
    noCapacityFor: duration('A market in which EC2 had no capacity is not asked for again for so long. Default "3m".'),
    pollEvery: duration('How often EC2 is asked about the VMs. Default "5s".'),
    agentPoll: duration('How often an agent asks what to do. Default "2s".'),
    noticeEvery: duration('How often an agent looks for the announcement of an interruption. Default "5s".'),
    checkpointMiB: { type: 'integer', minimum: 1, description: 'Of a checkpoint folder, packed, at most. It is kept with the daemon and brought to the next VM. Default 64.' },
    zone: text('The availability zone whose spot price counts. Default: the dearest of the region.'),
    product: text('As EC2 names the price of the operating system. Default "Linux/UNIX".'),
    endpoint: text('Of an EC2 that is not at its usual address.'),
    directory: text('Working folder of commands that name none. Default: the folder of the attempt.'),
    grace: duration('From SIGTERM to SIGKILL. Default "10s".'),
    memory: { enum: ['kill', 'report'], description: 'What happens to an attempt that takes more memory than its task demands. Default "kill".' },
    standIn: { type: 'boolean', description: 'Tasks without a command sleep for their estimated duration, instead of failing: a rehearsal. Default false.' },
    environment: { type: 'object', additionalProperties: { type: 'string' }, description: 'Variables of every command.' },
  },
  required: ['region', 'image', 'instanceType', 'agents'],
  load: async () => (await import('./ec2-provider.ts')).createEc2Driver,
};
