// The few calls of EC2 that the provider makes, through its SDK, which is loaded only when a pool asks for it. The SDK retries nothing: who
// calls knows what a lost answer means. Its errors come out as what they mean for the request: surely no VM for lack of capacity,
// not known, or surely refused.
import type { Instance, RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { LiveClock } from '../../../clock.ts';
import { UnsureError } from '../../../unsure-error.ts';
import { NoCapacityError } from '../provider.ts';

/** An instance as EC2 describes it. */
export interface Ec2Instance {
  readonly id: string;
  readonly state: string;
  /** `Server.SpotInstanceTermination`, `Client.UserInitiatedShutdown`, ...; empty while nothing has happened to it. */
  readonly reason: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** EC2 has no such instance, or does not know it yet. */
export class NoSuchInstanceError extends Error {
  override readonly name = 'NoSuchInstanceError';
}

export interface Ec2Api {
  /** Throws `NoCapacityError`, `UnsureError`, or anything else when there is surely none. One token gives one instance. */
  run(input: RunInstancesCommandInput): Promise<Ec2Instance>;
  /** Throws `NoSuchInstanceError`. */
  terminate(id: string): Promise<void>;
  /** Every instance with this tag that EC2 still knows; new ones may be missing for a while. */
  withTag(name: string, value: string): Promise<readonly Ec2Instance[]>;
  /** Undefined: EC2 knows none of this name. */
  withId(id: string): Promise<Ec2Instance | undefined>;
  /** Dollars an hour as text, the newest of each zone. */
  spotPrices(instanceType: string, product: string, zone: string | undefined): Promise<readonly string[]>;
  close(): void;
}

/** Surely no instance, and none of this sort for a while: capacity, and the limits of the account. */
const NO_CAPACITY = new Set([
  'InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientCapacity', 'InsufficientReservedInstanceCapacity', 'InsufficientAddressCapacity', 'InsufficientFreeAddressesInSubnet',
  'MaxSpotInstanceCountExceeded', 'InstanceLimitExceeded', 'VcpuLimitExceeded', 'SpotMaxPriceTooLow',
]);
/** Nothing was done; the same call may be made again. */
const BUSY = new Set(['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'EC2ThrottledException']);
const UNKNOWN_INSTANCE = new Set(['InvalidInstanceID.NotFound', 'InvalidInstanceID.NotLinkable']);
const TIMEOUT_MS = 30_000, PAGE = 200;

export async function openEc2(clock: LiveClock, region: string, endpoint: string | undefined): Promise<Ec2Api> {
  const sdk = await import('@aws-sdk/client-ec2');
  const client = new sdk.EC2Client({ region, maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) });
  /** One call, given up after a while. */
  const call = async <T>(send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
    const late = new AbortController(), cancel = clock.after(TIMEOUT_MS, () => { late.abort(new Error(`no answer in ${TIMEOUT_MS} ms`)); });
    try { return await send(late.signal); } catch (error) { throw meaningOf(error); } finally { cancel(); }
  };
  const withTag = async (name: string, value: string): Promise<readonly Ec2Instance[]> => {
    const found: Ec2Instance[] = [], Filters = [{ Name: `tag:${name}`, Values: [value] }];
    for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
      const page = await call((abortSignal) => client.send(new sdk.DescribeInstancesCommand({ Filters, MaxResults: PAGE, ...(NextToken === undefined ? {} : { NextToken }) }), { abortSignal }));
      for (const { Instances = [] } of page.Reservations ?? []) found.push(...Instances.map(plain));
      NextToken = page.NextToken === '' ? undefined : page.NextToken;
    }
    return found;
  };
  return {
    async run(input) {
      const { Instances = [] } = await call((abortSignal) => client.send(new sdk.RunInstancesCommand(input), { abortSignal }));
      if (Instances[0] === undefined) throw new UnsureError('EC2 named no instance');
      return plain(Instances[0]);
    },
    async terminate(id) { await call((abortSignal) => client.send(new sdk.TerminateInstancesCommand({ InstanceIds: [id] }), { abortSignal })); },
    withTag,
    async withId(id) {
      try {
        const { Reservations = [] } = await call((abortSignal) => client.send(new sdk.DescribeInstancesCommand({ InstanceIds: [id] }), { abortSignal }));
        return Reservations.flatMap(({ Instances = [] }) => Instances).map(plain)[0];
      } catch (error) {
        if (error instanceof NoSuchInstanceError) return undefined;
        throw error;
      }
    },
    async spotPrices(instanceType, product, zone) {
      const { SpotPriceHistory = [] } = await call((abortSignal) => client.send(new sdk.DescribeSpotPriceHistoryCommand({
        InstanceTypes: [instanceType as never], ProductDescriptions: [product], StartTime: new Date(clock.wall()), ...(zone === undefined ? {} : { AvailabilityZone: zone }), MaxResults: PAGE,
      }), { abortSignal }));
      const newest = new Map<string, { readonly at: number; readonly price: string }>();
      for (const { AvailabilityZone = '', Timestamp, SpotPrice } of SpotPriceHistory) {
        const at = Timestamp?.getTime() ?? 0;
        if (SpotPrice !== undefined && at >= (newest.get(AvailabilityZone)?.at ?? -Infinity)) newest.set(AvailabilityZone, { at, price: SpotPrice });
      }
      return [...newest.values()].map(({ price }) => price);
    },
    close() { client.destroy(); },
  };
}

function plain({ InstanceId, State, StateReason, Tags = [] }: Instance): Ec2Instance {
  return { id: InstanceId ?? '', state: State?.Name ?? 'pending', reason: StateReason?.Code ?? '', tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])) };
}

/** What an error of the SDK says of the request. */
export function meaningOf(error: unknown): Error {
  const { name = '', message = '', $metadata } = error as { name?: string; message?: string; $metadata?: { httpStatusCode?: number } }, text = `${name}: ${message}`;
  if (NO_CAPACITY.has(name)) return new NoCapacityError(text);
  if (UNKNOWN_INSTANCE.has(name)) return new NoSuchInstanceError(text);
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return new Error(`there are no AWS credentials: ${message}`);
  const status = $metadata?.httpStatusCode;
  if (status === undefined || status >= 500 || BUSY.has(name)) return new UnsureError(text);
  return new Error(text);
}
