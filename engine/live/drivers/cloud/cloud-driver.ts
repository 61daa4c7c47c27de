// VMs of a cloud, and the attempts that run on them. The provider tells what VMs there are; this driver asks it again and again,
// tells the runtime what has changed, watches each VM for the announcement of its end, and passes attempts on to it.
//
// A VM is told once for each step of its life, and forgotten when its end is told. An offering (fleet entry and market) without
// capacity is not asked for again for a while. An attempt whose VM is gone has no end of its own.
import { inputError } from '../../../model/errors.ts';
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, Verdict, VmProvider, VmRef, VmSpec, VmVerdict } from '../../driver.ts';
import type { DriverFaults } from '../../driver-faults.ts';
import { vmName, type VmKey } from '../../driver-events.ts';
import type { Json } from '../../json.ts';
import { UnsureError } from '../../unsure-error.ts';
import { NoticeWatch } from './notices/notice-watch.ts';
import { NoCapacityError, type CloudProvider, type FoundVm } from './provider.ts';
import { StandInProvider } from './stand-in/stand-in-provider.ts';

/** The interval of peers' offering caches (Karpenter's unavailable offerings). */
const NO_CAPACITY_MS = 180_000, PRICE_MS = 300_000;

type Told = 'nothing' | 'starting' | 'ready' | 'gone';

interface Vm {
  told: Told;
  watch: NoticeWatch | undefined;
  /** Number of the last look that had begun when its end was told: what that look finds may be from before. */
  goneAt: number;
}

export function createCloudDriver(context: DriverContext, options: Readonly<Record<string, Json>>): CloudDriver {
  const { provider, ...more } = options;
  if (provider === 'stand-in') return new CloudDriver(context, new StandInProvider(context, more));
  throw inputError('unknown-provider', 'provider', 'is not there', { value: provider });
}

export class CloudDriver implements Driver {
  readonly provider: CloudProvider;
  readonly vms: VmProvider;
  readonly faults?: DriverFaults;
  private readonly context: DriverContext;
  /** Those that may be there, and those whose end was told a moment ago. */
  private readonly known = new Map<string, Vm>();
  private looks = 0;
  /** Requests of which it is not known whether they got through. */
  private readonly unsure = new Map<string, VmSpec>();
  /** Clock ms until which an offering is left alone. */
  private readonly closedUntil = new Map<string, number>();
  private cancelPoll: () => void = () => {};
  private cancelPrices: () => void = () => {};
  private failing = false;
  private closed = false;

  constructor(context: DriverContext, provider: CloudProvider) {
    this.context = context;
    this.provider = provider;
    if (provider.rehearsal !== undefined) this.faults = provider.rehearsal;
    this.vms = {
      requestVm: (spec) => this.requestVm(spec), releaseVm: (ref) => this.releaseVm(ref), probeVm: (ref) => this.probeVm(ref),
      listVms: async () => await provider.list?.() ?? (await provider.describe()).filter(({ state }) => state !== 'gone').map(({ key, handle }) => ({ key, handle })),
    };
  }

  async open(): Promise<void> {
    await this.provider.open();
    await this.provider.attempts.open();
    // What ended while nobody looked is asked about by the runtime, which knows what it waits for.
    await this.look((vm) => { if (vm.state === 'gone') this.over(vm.key); else this.tell(vm); });
    this.pollLater();
    void this.prices();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelPoll();
    this.cancelPrices();
    for (const { watch } of this.known.values()) watch?.stop();
    await this.provider.attempts.close();
    await this.provider.close();
  }

  // --- attempts ---

  start(spec: AttemptSpec): Promise<void> { return this.provider.attempts.start(spec); }
  probe(ref: AttemptRef): Promise<Verdict> { return this.provider.attempts.probe(ref); }
  signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> { return this.provider.attempts.signal(ref, signal); }
  collect(ref: AttemptRef): Promise<Collected> { return this.provider.attempts.collect(ref); }
  undo(ref: AttemptRef): Promise<void> { return this.provider.attempts.undo(ref); }
  list(): Promise<readonly AttemptRef[]> { return this.provider.attempts.list(); }

  // --- VMs ---

  /** `again`: an earlier request may have got through, so the cloud itself must say whether there is a VM. */
  private async requestVm(spec: VmSpec, again = false): Promise<void> {
    const { clock, emit } = this.context, offering = `${spec.entry} ${spec.market}`, name = vmName(spec.key);
    if (this.vm(spec.key).told !== 'nothing') { this.unsure.delete(name); return; }
    if (!again && (this.closedUntil.get(offering) ?? -Infinity) > clock.now()) throw new Error(`there was no ${spec.market} capacity for ${spec.entry} a moment ago`);
    try {
      await this.provider.request(spec);
      this.unsure.delete(name);
    } catch (error) {
      if (error instanceof UnsureError) { this.unsure.set(name, spec); return; }
      this.unsure.delete(name);
      this.over(spec.key); // whoever asked is told
      if (!(error instanceof NoCapacityError)) throw error;
      this.closedUntil.set(offering, clock.now() + (this.provider.noCapacityMs ?? NO_CAPACITY_MS));
      emit({ type: 'vm-refused', vm: spec.key, reason: error.message });
    }
  }

  private async releaseVm(ref: VmRef): Promise<void> {
    this.unsure.delete(vmName(ref.key));
    await this.provider.release(ref);
    const found = await this.provider.find(ref);
    if (found !== undefined) this.tell(found);
  }

  private async probeVm(ref: VmRef): Promise<VmVerdict> {
    const found = await this.provider.find(ref);
    if (found === undefined) return this.unsure.has(vmName(ref.key)) ? { state: 'UNKNOWN', why: 'its request may have got through' } : { state: 'ABSENT' };
    if (found.state === 'gone') return { state: 'DEAD', cause: found.cause ?? 'interrupted' };
    if (found.state === 'requested') return { state: 'UNKNOWN', why: 'its request stands in a line' };
    const killAt = this.known.get(vmName(ref.key))?.watch?.notice?.killAt;
    return { state: 'ALIVE', ready: found.state === 'ready', handle: found.handle, ...(killAt === undefined ? {} : { killAt }) };
  }

  private vm(key: VmKey): Vm {
    const name = vmName(key);
    let vm = this.known.get(name);
    if (vm === undefined) this.known.set(name, vm = { told: 'nothing', watch: undefined, goneAt: 0 });
    return vm;
  }

  private over(key: VmKey): void {
    const vm = this.vm(key);
    vm.watch?.stop();
    vm.told = 'gone';
    vm.goneAt = this.looks;
    this.provider.forget(key);
  }

  /** Tells what is new of a VM. */
  private tell({ key, state, handle, cause = 'interrupted' }: FoundVm): void {
    const vm = this.vm(key), { emit } = this.context;
    if (this.closed || state === 'requested' || vm.told === 'gone' || vm.told === state) return;
    if (state === 'gone') {
      this.over(key);
      emit(cause === 'refused' ? { type: 'vm-refused', vm: key, reason: 'it never ran' } : { type: 'vm-terminated', vm: key, cause });
      return;
    }
    if (vm.told === 'nothing') emit({ type: 'vm-starting', vm: key, handle });
    vm.told = state;
    if (state !== 'ready') return;
    emit({ type: 'vm-ready', vm: key, handle });
    const reader = this.provider.notices?.({ key, state, handle });
    if (reader === undefined) return;
    vm.watch = new NoticeWatch({
      clock: this.context.clock, reader, onNotice: ({ killAt }) => { emit({ type: 'vm-notice', vm: key, killAt }); },
      log: (level, message) => { this.context.log(level, `${vmName(key)}: ${message}`); },
    });
  }

  // --- looking ---

  private pollLater(): void {
    this.cancelPoll = this.context.clock.after(this.provider.pollMs, () => {
      void this.look((vm) => { this.tell(vm); }).then(() => this.askAgain()).finally(() => { if (!this.closed) this.pollLater(); });
    });
  }

  /** A cloud that cannot be reached is said once; its VMs stay what they were. */
  private async look(take: (vm: FoundVm) => void): Promise<void> {
    const look = ++this.looks;
    try {
      for (const vm of await this.provider.describe()) { this.unsure.delete(vmName(vm.key)); take(vm); }
      for (const [name, { told, goneAt }] of this.known) if (told === 'gone' && goneAt < look) this.known.delete(name);
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.context.log('warn', `the VMs cannot be listed: ${(error as Error).message}`);
      this.failing = true;
    }
  }

  private async askAgain(): Promise<void> {
    for (const spec of [...this.unsure.values()]) { // until there is an answer it stays unsure
      await this.requestVm(spec, true).catch((error: unknown) => { this.context.emit({ type: 'vm-refused', vm: spec.key, reason: (error as Error).message }); });
    }
  }

  private async prices(): Promise<void> {
    const { provider, context } = this;
    if (provider.spotPrice === undefined) return;
    for (const entry of Object.keys(context.entries)) {
      try {
        const microDollarsPerHour = await provider.spotPrice(entry);
        if (microDollarsPerHour !== undefined && !this.closed) context.emit({ type: 'price', entry, microDollarsPerHour });
      } catch (error) { context.log('warn', `the spot price of ${entry} is not known: ${(error as Error).message}`); }
    }
    if (!this.closed) this.cancelPrices = context.clock.after(PRICE_MS, () => { void this.prices(); });
  }
}
