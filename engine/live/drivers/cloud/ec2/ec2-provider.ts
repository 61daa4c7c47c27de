// EC2 as a provider of VMs. A request is written down before it is made and carries a token that follows from the VM's key, so that
// asked twice it gives one instance; the instance carries the key in its tags. EC2's own view lags behind: what it does not show yet is
// not gone, and what it shows of a VM we ended is ended again. A VM runs the agent (../agent) that its user data brings.
//
// Nothing is left billed: instances of this run that should not be there are ended at every look, those that never report or
// have fallen silent too, and each VM ends itself when it cannot reach the daemon.
import { createHash, randomUUID } from 'node:crypto';
import { inputError } from '../../../../model/errors.ts';
import type { CloudFile } from '../../../../model/scenario.ts';
import { parseDollars, parseDuration } from '../../../../model/units.ts';
import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { DriverContext, VmRef, VmSpec } from '../../../driver.ts';
import { vmName, type VmKey } from '../../../driver-events.ts';
import type { Json } from '../../../json.ts';
import { UnsureError } from '../../../unsure-error.ts';
import { AgentFleet } from '../agent/agent-fleet.ts';
import { ownCertificate } from '../agent/own-certificate.ts';
import { patienceMs, userData } from '../agent/user-data.ts';
import { CloudDriver } from '../cloud-driver.ts';
import type { NoticeReader } from '../notices/notice.ts';
import { NoCapacityError, type AttemptRunner, type CloudProvider, type FoundVm } from '../provider.ts';
import { VmBook, vmId, type VmCause, type VmEntry } from '../vm-book.ts';
import { NoSuchInstanceError, openEc2, type Ec2Api, type Ec2Instance } from './ec2-api.ts';
import { objection } from './ec2-limits.ts';
import { TAG_PREFIX, readOptions, type Ec2Options } from './ec2-options.ts';
import { Ec2Rehearsal } from './ec2-rehearsal.ts';

const OWNER = `${TAG_PREFIX}owner`, RUN = `${TAG_PREFIX}run`, UNIT = `${TAG_PREFIX}unit`, LIFE = `${TAG_PREFIX}life`, ENTRY = `${TAG_PREFIX}entry`;
/** EC2's limits: characters of a tag's value, bytes of user data. */
const TAG_MAX = 256, USER_DATA_MAX = 16_384;
/** After this a VM that EC2 does not show is not new any more. */
const UNSEEN_MS = 600_000;
const BOOT_FAILURES_MAX = 3;
/** The reason of a VM that shut itself down: one that never reported could not be prepared. */
const OWN_END = 'Client.InstanceInitiatedShutdown';
/** Why an instance ended that was never let run. */
const LAUNCH_FAILURES = new Set(['Server.InsufficientInstanceCapacity', 'Server.InternalError', 'Client.InternalError', 'Client.VolumeLimitExceeded', 'Client.InvalidSnapshot.NotFound']);

export function createEc2Driver(context: DriverContext, options: Readonly<Record<string, Json>>): CloudDriver {
  return new CloudDriver(context, new Ec2Provider(context, readOptions(options)));
}

export class Ec2Provider implements CloudProvider {
  readonly pollMs: number;
  readonly noCapacityMs: number;
  readonly attempts: AttemptRunner;
  readonly rehearsal: Ec2Rehearsal;
  private readonly context: DriverContext;
  private readonly options: Ec2Options;
  private readonly book: VmBook;
  private readonly fleet: AgentFleet;
  private readonly prices = new Map<string, number>();
  private api: Ec2Api | undefined;
  private certificate: string | undefined;
  private owner = '';
  private bootFailures = 0;
  /** Of VMs that a rehearsal will have ended. */
  private readonly cancelKills = new Map<string, () => void>();

  constructor(context: DriverContext, options: Ec2Options) {
    const long = [context.run, ...context.units.map(({ id }) => id)].find((name) => name.length > TAG_MAX);
    if (long !== undefined) throw inputError('name-too-long', 'fleet', `has a name that does not fit a tag of ${TAG_MAX} characters`, { value: long });
    this.context = context;
    this.options = options;
    this.pollMs = options.pollMs;
    this.noCapacityMs = options.noCapacityMs;
    this.book = new VmBook(context.notes, context.clock);
    this.rehearsal = new Ec2Rehearsal(context, ({ key }, noticeMs) => this.doom(vmId(key), noticeMs));
    const { agents } = options;
    this.fleet = new AgentFleet(context, this.book, {
      ...options.attempts, url: agents.url, pollMs: options.agentPollMs, archiveBytes: options.archiveBytes, onHello: () => { this.bootFailures = 0; },
      where: async () => {
        const tls = agents.files ?? (agents.tls === 'self-signed' ? await ownCertificate(context.directory, agents.url) : undefined);
        if (agents.tls === 'self-signed') this.certificate = tls!.cert.toString('utf8');
        return { address: agents.address, port: agents.port, ...(tls === undefined ? {} : { tls }) };
      },
    });
    this.attempts = { ...this.fleet.attempts, open: () => this.listen() };
  }

  async open(): Promise<void> {
    await this.book.load();
    await this.rehearsal.load();
    // Names of runs and of VMs are used again; what this is part of is not: it tells our VMs from all others of the account.
    this.owner = ((await this.context.notes.get('owner')) as string | undefined) ?? randomUUID();
    await this.context.notes.put('owner', this.owner);
    this.api = await openEc2(this.context.clock, this.options.region, this.options.endpoint);
    for (const [id] of this.book.present()) this.killLater(id);
  }

  async close(): Promise<void> {
    for (const cancel of this.cancelKills.values()) cancel();
    this.api?.close();
  }

  /** What VMs will be given is known once their agents can be listened to: one that is too long is refused before anything is asked for. */
  private async listen(): Promise<void> {
    const { attempts } = this.fleet;
    await attempts.open();
    try { this.userDataOf({ run: this.context.run, unit: '', epoch: 0, life: 0 }); } catch (error) {
      await attempts.close();
      throw error;
    }
  }

  // --- asking ---

  async request(spec: VmSpec): Promise<void> {
    const id = vmId(spec.key), before = this.book.get(id);
    if (before?.ended === true || before?.gone !== undefined) throw new Error('the request was taken back');
    if (before?.instance !== undefined) return;
    if (before === undefined) { // what was asked for already is counted already
      if (this.rehearsal.refuses(spec.entry, spec.market)) throw new NoCapacityError('no spot capacity, by a rehearsal');
      this.checkLimits(spec);
      await this.book.set({ key: spec.key, entry: spec.entry, market: spec.market, askedAt: this.context.clock.wall(), placement: 0 });
    }
    try { await this.ask(id); } catch (error) {
      if (!(error instanceof UnsureError)) await this.setGone(id, 'refused');
      throw error;
    }
  }

  private async ask(id: string): Promise<void> {
    const { subnets } = this.options.instance;
    let refusal: Error | undefined;
    for (let { placement } = this.book.get(id)!; placement < subnets.length; placement++) {
      await this.book.note(id, { placement }); // asked again, it begins here: those before have surely refused
      try {
        const { id: instance } = await this.api!.run(this.instanceOf(this.book.get(id)!));
        await this.book.note(id, { instance });
        return;
      } catch (error) {
        if (!(error instanceof NoCapacityError)) throw error;
        refusal = error;
      }
    }
    throw refusal!;
  }

  private instanceOf({ key, entry, market, placement }: VmEntry): RunInstancesCommandInput {
    const { instance } = this.options, subnet = instance.subnets[placement], { instanceProfile, securityGroups, publicAddress, keyName } = instance;
    const tags = { ...instance.tags, Name: `twinclock ${this.context.run} ${key.unit}`.slice(0, TAG_MAX), [OWNER]: this.owner, [RUN]: key.run, [UNIT]: key.unit, [LIFE]: `${key.epoch}.${key.life}`, [ENTRY]: entry };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return {
      ImageId: instance.image, InstanceType: instance.instanceType as never, MinCount: 1, MaxCount: 1,
      ClientToken: createHash('sha256').update(`${this.owner} ${vmName(key)} ${placement}`).digest('hex'),
      UserData: Buffer.from(this.userDataOf(key)).toString('base64'),
      TagSpecifications: [{ ResourceType: 'instance', Tags }, { ResourceType: 'volume', Tags }],
      InstanceInitiatedShutdownBehavior: 'terminate', // a VM that ends itself is not to be kept and paid for
      MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
      ...(market === 'spot' ? { InstanceMarketOptions: { MarketType: 'spot' as const, SpotOptions: { SpotInstanceType: 'one-time' as const, InstanceInterruptionBehavior: 'terminate' as const } } } : {}),
      ...(publicAddress === undefined
        ? { ...(subnet === undefined ? {} : { SubnetId: subnet }), ...(securityGroups.length === 0 ? {} : { SecurityGroupIds: [...securityGroups] }) }
        : { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: publicAddress, ...(subnet === undefined ? {} : { SubnetId: subnet }), ...(securityGroups.length === 0 ? {} : { Groups: [...securityGroups] }) }] }),
      ...(keyName === undefined ? {} : { KeyName: keyName }),
      ...(instanceProfile === undefined ? {} : { IamInstanceProfile: instanceProfile.startsWith('arn:') ? { Arn: instanceProfile } : { Name: instanceProfile } }),
    };
  }

  /** Throws `InputError` when it is longer than EC2 takes; of all VMs of a pool it is equally long. */
  private userDataOf(key: VmKey): string {
    const { setUp, agentPollMs, noticeMs, aloneMs, bootMs, attempts } = this.options;
    const script = userData({ ...this.fleet.introduction(key), certificate: this.certificate, setUp, setUpMs: bootMs, pollMs: agentPollMs, noticeMs, aloneMs, graceMs: parseDuration(attempts.grace ?? '10s') });
    const bytes = Buffer.byteLength(script);
    if (bytes > USER_DATA_MAX) throw inputError('set-up-too-long', 'setUp', `makes user data of ${bytes} bytes, EC2 takes ${USER_DATA_MAX}`, { hint: 'put it into the AMI, or fetch it' });
    return script;
  }

  private checkLimits({ entry, market }: VmSpec): void {
    if (this.bootFailures >= BOOT_FAILURES_MAX) throw new Error(`${this.bootFailures} VMs in a row never reported: look at image, setUp, security groups and agents.url, and start the daemon again`);
    const { maxVms, maxHourly, headroomMs } = this.options, { budget, spent } = this.context.money?.() ?? { budget: Infinity, spent: 0 };
    const up = this.book.present().filter(([, { gone }]) => gone === undefined).map(([, vm]) => this.rateOf(vm.entry, vm.market));
    const why = objection({ up, wanted: this.rateOf(entry, market), maxVms, maxHourly, headroomMs, budgetLeft: budget - spent });
    if (why !== undefined) throw new Error(why);
  }

  /** Micro-dollars an hour: of spot the last price that EC2 told, else what the scenario says. */
  private rateOf(entry: string, market: 'on-demand' | 'spot'): number | undefined {
    const { onDemand, spot } = (this.context.entries[entry] ?? {}) as unknown as Partial<CloudFile>, stated = typeof spot?.price === 'number' ? spot.price : onDemand?.price;
    const price = market === 'spot' ? stated : onDemand?.price;
    return (market === 'spot' ? this.prices.get(entry) : undefined) ?? (price === undefined ? undefined : parseDollars(price));
  }

  // --- ending ---

  async release({ key, handle }: VmRef): Promise<void> {
    const id = vmId(key), known = this.book.get(id);
    if (known?.gone !== undefined) return;
    if (known === undefined) await this.book.set({ key, entry: '', market: 'on-demand', askedAt: this.context.clock.wall(), placement: 0, ended: true });
    else await this.book.note(id, { ended: true });
    const instance = known?.instance ?? (handle as { readonly instance?: string } | undefined)?.instance ?? (await this.instances()).find(({ key: other }) => vmId(other) === id)?.instance.id;
    if (instance !== undefined) await this.end(instance);
    await this.setGone(id, 'released'); // should it show up later, it is ended then
  }

  private async end(instance: string): Promise<void> {
    try { await this.api!.terminate(instance); } catch (error) { if (!(error instanceof NoSuchInstanceError)) throw error; }
  }

  private async setGone(id: string, gone: VmCause): Promise<void> {
    await this.book.note(id, { gone, goneAt: this.context.clock.wall() });
    this.fleet.over(id);
  }

  // --- ending for a rehearsal ---

  /** Kept with the VM: its end comes whatever becomes of the daemon or of the rehearsal. */
  private async doom(id: string, noticeMs: number): Promise<void> {
    const entry = this.book.get(id);
    if (entry === undefined || entry.gone !== undefined || entry.killAt !== undefined) return;
    await this.book.note(id, { killAt: this.context.clock.wall() + noticeMs });
    this.killLater(id);
  }

  private killLater(id: string): void {
    const { clock, log } = this.context, killAt = this.book.get(id)?.killAt;
    if (killAt === undefined) return;
    this.cancelKills.set(id, clock.after(Math.max(0, killAt - clock.wall()), () => {
      this.cancelKills.delete(id);
      this.kill(id).catch((error: unknown) => { log('warn', `a VM could not be ended for a rehearsal: ${(error as Error).message}`); });
    }));
  }

  /** Ends a VM whose announced end has come; one that cannot be ended now is tried again at every look. */
  private async kill(id: string): Promise<void> {
    const due = (): boolean => { const { killAt = Infinity, ended, gone } = this.book.get(id) ?? {}; return killAt <= this.context.clock.wall() && ended !== true && gone === undefined; };
    const instance = this.book.get(id)?.instance;
    if (instance === undefined || !due() || !await this.tryToEnd(instance) || !due()) return;
    await this.setGone(id, 'interrupted');
  }

  // --- looking ---

  async describe(): Promise<readonly FoundVm[]> {
    const found: FoundVm[] = [], shown = new Set<string>();
    for (const { key, instance } of await this.instances()) {
      shown.add(vmId(key));
      const vm = await this.take(key, instance);
      if (vm !== undefined) found.push(vm);
    }
    for (const [id, entry] of this.book.present()) if (!shown.has(id)) found.push(...await this.unseen(id, entry));
    return found;
  }

  forget(key: VmKey): void {
    this.book.told(vmId(key)).catch((error: unknown) => { this.context.log('warn', `what is known of old VMs could not be dropped: ${(error as Error).message}`); });
  }

  async find({ key }: VmRef): Promise<FoundVm | undefined> {
    const entry = this.book.get(vmId(key));
    if (entry?.gone !== undefined) return seen(entry, 'gone');
    return (await this.describe()).find((vm) => vmId(vm.key) === vmId(key));
  }

  /** Every instance of this pool, by the key in its tags. */
  private async instances(): Promise<readonly { readonly key: VmKey; readonly instance: Ec2Instance }[]> {
    return (await this.api!.withTag(OWNER, this.owner)).flatMap((instance) => {
      const [epoch, life] = (instance.tags[LIFE] ?? '').split('.').map(Number), { [RUN]: run, [UNIT]: unit, [ENTRY]: entry } = instance.tags;
      if (run === undefined || unit === undefined || life === undefined || entry === undefined || !Object.hasOwn(this.context.entries, entry)) return [];
      return [{ key: { run, unit, epoch: epoch!, life }, instance }];
    });
  }

  /** What an instance means; ends it when it should not be there. Undefined for what is no VM, or one whose end has been told. */
  private async take(key: VmKey, instance: Ec2Instance): Promise<FoundVm | undefined> {
    const id = vmId(key), before = this.book.get(id);
    const lives = instance.state === 'pending' || instance.state === 'running', stopped = instance.state === 'stopping' || instance.state === 'stopped';
    if (before === undefined || before.gone !== undefined || before.ended === true || stopped) {
      if (lives || stopped) await this.endStray(key, instance.id);
      if (before === undefined || !this.book.isPresent(id)) return undefined;
      if (before.gone === undefined && (!lives || stopped)) await this.setGone(id, before.ended === true ? 'released' : 'interrupted');
    } else if (!lives) {
      if (before.helloAt === undefined && instance.reason === OWN_END) this.bootFailures++;
      await this.setGone(id, before.helloAt === undefined && LAUNCH_FAILURES.has(instance.reason) ? 'refused' : 'interrupted');
    } else {
      await this.book.note(id, { instance: instance.id });
      await this.kill(id);
      if (this.book.get(id)?.gone === undefined) await this.endSilent(id, before, instance.id);
    }
    const entry = this.book.get(id)!;
    return !this.book.isPresent(id) ? undefined : seen(entry, entry.gone !== undefined ? 'gone' : entry.helloAt === undefined ? 'starting' : 'ready');
  }

  private async endStray(key: VmKey, instance: string): Promise<void> {
    this.context.log('info', `ending ${instance}, which was ${vmName(key)}`);
    await this.tryToEnd(instance);
  }

  /** False when it must be tried again: one VM that cannot be ended hides no others. */
  private async tryToEnd(instance: string): Promise<boolean> {
    try { await this.end(instance); return true; } catch (error) {
      this.context.log('warn', `${instance} could not be ended, trying again: ${(error as Error).message}`);
      return false;
    }
  }

  /** A VM that does not report costs money for nothing. */
  private async endSilent(id: string, { key, helloAt, askedAt }: VmEntry, instance: string): Promise<void> {
    const { bootMs, aloneMs, agentPollMs } = this.options, silent = this.fleet.silentFor(id);
    const late = helloAt === undefined ? this.context.clock.wall() - askedAt > bootMs : silent > aloneMs + patienceMs(aloneMs) + 2 * agentPollMs; // by then its agent has ended it, if there is one
    if (!late) return;
    this.context.log('warn', helloAt === undefined ? `${vmName(key)} never reported, ending it` : `${vmName(key)} has not been heard for ${Math.round(silent / 1000)} s, ending it`);
    if (!await this.tryToEnd(instance) || this.book.get(id)?.gone !== undefined) return; // another look may have been quicker
    if (helloAt === undefined) this.bootFailures++;
    await this.setGone(id, 'interrupted');
  }

  /** One that EC2 does not show: too new, left out of a list, or gone for long. Gone is only what EC2, asked by its name, does not know and nobody hears. */
  private async unseen(id: string, entry: VmEntry): Promise<readonly FoundVm[]> {
    if (entry.gone === undefined) {
      if (entry.instance === undefined) return []; // its request may be on its way
      if (this.context.clock.wall() - entry.askedAt > UNSEEN_MS && !this.fleet.hears(id)) {
        const instance = await this.api!.withId(entry.instance), vm = instance && await this.take(entry.key, instance);
        if (vm !== undefined) return [vm];
        await this.setGone(id, entry.ended === true ? 'released' : 'interrupted');
      }
    }
    const now = this.book.get(id)!;
    return [seen(now, now.gone !== undefined ? 'gone' : now.helloAt === undefined ? 'starting' : 'ready')];
  }

  /** What EC2 announces, and what a rehearsal does: the earlier counts. */
  notices({ key }: FoundVm): NoticeReader {
    const id = vmId(key), { pauseMs, read } = this.fleet.notices(id);
    return {
      pauseMs,
      read: async (stop) => {
        const reading = await read(stop), killAt = this.book.get(id)?.killAt ?? -Infinity;
        return killAt <= this.context.clock.wall() || (reading.notice?.killAt ?? Infinity) <= killAt ? reading : { ...reading, notice: { id: 'rehearsal', killAt } };
      },
    };
  }

  async spotPrice(entry: string): Promise<number | undefined> {
    if ((this.context.entries[entry] as unknown as CloudFile | undefined)?.spot === undefined) return undefined;
    const { instance, product, zone } = this.options, found = await this.api!.spotPrices(instance.instanceType, product, zone);
    if (found.length === 0) return undefined;
    const dearest = Math.max(...found.map((price) => parseDollars(Number(price))));
    this.prices.set(entry, dearest);
    return dearest;
  }
}

function seen({ key, gone, instance }: VmEntry, state: FoundVm['state']): FoundVm {
  return { key, state, handle: { instance: instance ?? null }, ...(state === 'gone' && gone !== undefined ? { cause: gone } : {}) };
}
