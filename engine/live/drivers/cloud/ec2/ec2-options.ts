// Options of an EC2 pool, read: defaults filled in, durations in ms, money in micro-dollars. What the schema cannot say is checked here.
import { readFileSync } from 'node:fs';
import { inputError } from '../../../../model/errors.ts';
import { parseDollars, parseDuration } from '../../../../model/units.ts';
import type { Json } from '../../../json.ts';
import type { AttemptOptions } from '../agent/agent-attempts.ts';

type Duration = string | number;

/** As in the configuration; ec2-kind.ts says what each means. */
interface Ec2File extends AttemptOptions {
  readonly region: string;
  readonly image: string;
  readonly instanceType: string;
  readonly subnets?: readonly string[];
  readonly securityGroups?: readonly string[];
  readonly publicAddress?: boolean;
  readonly keyName?: string;
  readonly instanceProfile?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly setUp?: string;
  readonly agents: { readonly url: string; readonly address?: string; readonly port?: number; readonly tls?: Tls; readonly certificate?: string; readonly key?: string };
  readonly maxVms?: number;
  readonly maxHourly?: number;
  readonly headroom?: Duration;
  readonly aloneFor?: Duration;
  readonly bootTimeout?: Duration;
  readonly noCapacityFor?: Duration;
  readonly pollEvery?: Duration;
  readonly agentPoll?: Duration;
  readonly noticeEvery?: Duration;
  readonly checkpointMiB?: number;
  readonly zone?: string;
  readonly product?: string;
  readonly endpoint?: string;
}

export type Tls = 'self-signed' | 'files' | 'proxy' | 'none';

/** What an instance is made of. */
export interface InstanceOptions {
  readonly image: string;
  readonly instanceType: string;
  /** One at least; undefined is the default subnet. */
  readonly subnets: readonly (string | undefined)[];
  readonly securityGroups: readonly string[];
  readonly publicAddress: boolean | undefined;
  readonly keyName: string | undefined;
  readonly instanceProfile: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Ec2Options {
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly instance: InstanceOptions;
  readonly attempts: AttemptOptions;
  readonly agents: { readonly url: string; readonly address: string; readonly port: number; readonly tls: Tls; readonly files: { readonly cert: Buffer; readonly key: Buffer } | undefined };
  readonly setUp: string;
  readonly maxVms: number;
  /** Micro-dollars an hour. */
  readonly maxHourly: number;
  readonly headroomMs: number;
  readonly aloneMs: number;
  readonly bootMs: number;
  readonly noCapacityMs: number;
  readonly pollMs: number;
  readonly agentPollMs: number;
  readonly noticeMs: number;
  readonly archiveBytes: number;
  readonly zone: string | undefined;
  readonly product: string;
}

const MIB = 1_048_576, PORT = 7400, CHECKPOINT_MIB = 64;
/** EC2 allows 50 tags and keeps keys that begin with "aws:" for itself; those that begin so are ours. */
export const TAG_PREFIX = 'twinclock:';

export function readOptions(given: Readonly<Record<string, Json>>): Ec2Options {
  const file = given as unknown as Ec2File, { directory, environment, grace, memory, standIn } = file;
  const ms = (name: 'headroom' | 'aloneFor' | 'bootTimeout' | 'noCapacityFor' | 'pollEvery' | 'agentPoll' | 'noticeEvery', fallback: Duration): number => {
    const value = parseDuration(file[name] ?? fallback);
    if (value === 0) throw inputError('bad-duration', name, 'is zero', { value: file[name], hint: `the default is "${fallback}"` });
    return value;
  };
  const bad = Object.keys(file.tags ?? {}).find((name) => name.startsWith(TAG_PREFIX) || name.startsWith('aws:'));
  if (bad !== undefined) throw inputError('reserved-tag', 'tags', 'names a tag that is not free', { value: bad });
  return {
    region: file.region, endpoint: file.endpoint, setUp: file.setUp ?? '', agents: agentsOf(file.agents),
    instance: {
      image: file.image, instanceType: file.instanceType, subnets: file.subnets === undefined || file.subnets.length === 0 ? [undefined] : file.subnets, securityGroups: file.securityGroups ?? [],
      publicAddress: file.publicAddress, keyName: file.keyName, instanceProfile: file.instanceProfile, tags: file.tags ?? {},
    },
    attempts: {
      ...(directory === undefined ? {} : { directory }), ...(environment === undefined ? {} : { environment }), ...(grace === undefined ? {} : { grace }),
      ...(memory === undefined ? {} : { memory }), ...(standIn === undefined ? {} : { standIn }),
    },
    maxVms: file.maxVms ?? Infinity, maxHourly: file.maxHourly === undefined ? Infinity : parseDollars(file.maxHourly), headroomMs: ms('headroom', '10m'),
    aloneMs: ms('aloneFor', '15m'), bootMs: ms('bootTimeout', '10m'), noCapacityMs: ms('noCapacityFor', '3m'), pollMs: ms('pollEvery', '5s'), agentPollMs: ms('agentPoll', '2s'), noticeMs: ms('noticeEvery', '5s'),
    archiveBytes: (file.checkpointMiB ?? CHECKPOINT_MIB) * MIB, zone: file.zone, product: file.product ?? 'Linux/UNIX',
  };
}

/** The scheme of the address says what agents speak, so the two must agree: nobody is to lose TLS by a slip of the pen. */
function agentsOf({ url, address = '127.0.0.1', port = PORT, tls = 'self-signed', certificate, key }: Ec2File['agents']): Ec2Options['agents'] {
  const secure = url.startsWith('https://');
  if (!secure && !url.startsWith('http://')) throw inputError('bad-url', 'agents.url', 'is no address', { value: url, hint: 'as VMs reach the daemon: "https://host:7400"' });
  if (secure !== (tls !== 'none')) throw inputError('tls-mismatch', 'agents.tls', secure ? 'is "none", but the address is https' : 'is not "none", but the address is http', { value: tls, hint: secure ? 'leave tls out for a certificate of our own' : 'https, or "tls": "none" within a network you trust' });
  if (tls !== 'files') return { url: url.replace(/\/$/, ''), address, port, tls, files: undefined };
  return { url: url.replace(/\/$/, ''), address, port, tls, files: { cert: pem(certificate, 'certificate'), key: pem(key, 'key') } };
}

function pem(path: string | undefined, name: string): Buffer {
  if (path === undefined) throw inputError('no-file', `agents.${name}`, 'is missing', { hint: '"tls": "files" needs certificate and key' });
  try { return readFileSync(path); } catch (error) { throw inputError('no-file', `agents.${name}`, `cannot be read: ${(error as Error).message}`, { value: path }); }
}
