// A world for drivers that never sleeps: attempts and VMs that live on while the daemon is dead, and misbehave by a seed. It
// knows the truth, so it can tell what a runtime got wrong: two attempts in one place, one started twice, something left over.
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, DriverKind, Verdict, VmProvider, VmRef, VmSpec, VmVerdict } from '../../../engine/live/driver.ts';
import { attemptName, vmName, type AttemptEnd, type AttemptKey, type DriverEvent, type VmKey } from '../../../engine/live/driver-events.ts';
import type { DriverFaults, LiveFault } from '../../../engine/live/driver-faults.ts';
import type { ManualClock } from './manual-clock.ts';

/** Uniform in [0, 1). */
export type Draw = () => number;

interface FakeAttempt {
  readonly key: AttemptKey;
  readonly unit: string;
  readonly cores: number;
  readonly vm: string | undefined;
  state: 'waiting' | 'running' | 'ended';
  end: AttemptEnd | undefined;
  told: boolean;
}

interface FakeVm {
  readonly key: VmKey;
  state: 'starting' | 'ready' | 'ended';
  killAt: number | undefined;
  cause: 'released' | 'interrupted' | 'refused';
}

export interface Mischief {
  /** Probabilities of each kind of trouble; set to zero to let everything calm down. */
  trouble: number;
}

export class FakeWorld {
  readonly attempts = new Map<string, FakeAttempt>();
  readonly vms = new Map<string, FakeVm>();
  readonly faults: string[] = [];
  /** Faults of a rehearsal that are on, by id: they outlive the daemon, as files of a driver do. */
  readonly injected = new Map<string, LiveFault>();
  /** Names of attempts whose work was truly done. */
  readonly done = new Set<string>();
  /** Cores of each unit. */
  readonly capacity = new Map<string, number>();
  mischief: Mischief = { trouble: 1 };
  /** Its drivers fail to inject anything. */
  refusesInjections = false;
  /** How long an injection takes its drivers, ms. */
  injectionMs = 0;
  private readonly clock: ManualClock;
  private readonly draw: Draw;
  private listener: ((event: DriverEvent) => void) | undefined;

  constructor(clock: ManualClock, draw: Draw) {
    this.clock = clock;
    this.draw = draw;
  }

  /** The daemon that hears of things from now on; nobody when undefined. */
  connect(listener: ((event: DriverEvent) => void) | undefined): void { this.listener = listener; }

  async pass(ms: number): Promise<void> { if (ms > 0) await new Promise<void>((done) => { this.clock.after(ms, done); }); }

  /** Never resolves for a driver of a daemon that is dead: its calls under way died with it. */
  async heard(listener: (event: DriverEvent) => void): Promise<void> { if (this.listener !== listener) await new Promise(() => {}); }

  chance(p: number): boolean { return this.draw() < p * this.mischief.trouble; }
  between(low: number, high: number): number { return Math.round(low + (high - low) * this.draw()); }
  later(ms: number, due: () => void): void { this.clock.after(ms, due); }

  /** Tells the daemon, if there is one; sometimes late, sometimes twice. */
  tell(event: DriverEvent): void {
    const tell = () => { this.listener?.(event); };
    if (this.chance(0.1)) this.later(this.between(1, 90_000), tell); else tell();
    if (this.chance(0.1)) this.later(this.between(0, 60_000), tell);
  }

  // --- attempts ---

  start(spec: AttemptSpec): void {
    const name = attemptName(spec.key);
    if (this.attempts.has(name)) return;
    const attempt: FakeAttempt = {
      key: spec.key, unit: spec.unit, cores: Number(spec.task.demand?.['cores'] ?? 0), vm: spec.vm === undefined ? undefined : vmName(spec.vm.key), state: 'waiting', end: undefined, told: false,
    };
    this.attempts.set(name, attempt);
    this.checkRoom(attempt);
    if (attempt.vm !== undefined && this.vms.get(attempt.vm)?.state !== 'ready') { this.finish(attempt, { outcome: 'lost', busyMs: 0 }, 0); return; }
    const human = spec.unit === 'ada', answer = human ? this.between(1000, 40_000) : this.between(0, 400);
    if (human && this.chance(0.3)) { this.later(answer, () => { if (attempt.state === 'waiting') { attempt.state = 'ended'; attempt.end = { outcome: 'cancelled', busyMs: 0 }; this.tell({ type: 'declined', key: spec.key }); } }); return; }
    this.later(answer, () => this.begin(attempt, spec, human));
  }

  private begin(attempt: FakeAttempt, spec: AttemptSpec, human: boolean): void {
    if (attempt.state !== 'waiting') return;
    if (human && this.isAway(spec.unit)) { this.later(5000, () => this.begin(attempt, spec, human)); return; }
    attempt.state = 'running';
    if (human) this.tell({ type: 'accepted', key: spec.key });
    if (!this.chance(0.1)) this.tell({ type: 'started', key: spec.key, handle: { pid: 1 } });
    const ms = Math.round(spec.estimateMs * (0.3 + 1.5 * this.draw())), limited = spec.unit === 'llm' && this.chance(0.3);
    if (this.chance(0.2)) this.later(ms / 2, () => this.tell({ type: 'progress', key: spec.key, ppm: 500_000 }));
    this.later(limited ? 10 : ms, () => {
      if (attempt.state !== 'running') return;
      if (limited) { this.tell({ type: 'limited', unit: 'llm', until: this.clock.wall() + 20_000 }); this.finish(attempt, { outcome: 'rate-limited', busyMs: 0 }, 0); return; }
      if (this.chance(0.1)) { this.finish(attempt, { outcome: 'task-error', busyMs: ms, reason: 'exit code 1' }, 0); return; }
      this.done.add(attemptName(spec.key));
      this.finish(attempt, { outcome: 'completed', busyMs: ms, output: attemptName(spec.key) }, 0);
    });
  }

  private finish(attempt: FakeAttempt, end: AttemptEnd, after: number): void {
    attempt.state = 'ended';
    attempt.end = end;
    this.later(after, () => this.tell({ type: 'ended', key: attempt.key, end }));
  }

  /** All that hold room on one unit must fit in it at once. */
  private checkRoom(attempt: FakeAttempt): void {
    const capacity = this.capacity.get(attempt.unit.split('/')[0]!);
    let used = 0;
    for (const other of this.attempts.values()) if (other.unit === attempt.unit && other.vm === attempt.vm && other.state !== 'ended') used += other.cores;
    if (capacity !== undefined && used > capacity) this.faults.push(`${this.clock.now()}: ${attempt.unit} holds ${used} cores of ${capacity} when ${attemptName(attempt.key)} starts beside ${[...this.attempts.values()].filter((other) => other.unit === attempt.unit && other.vm === attempt.vm && other.state !== 'ended').map(({ key }) => attemptName(key)).join(' ')}`);
  }

  endAttempt(name: string, tell: boolean): void {
    const attempt = this.attempts.get(name);
    if (attempt === undefined || attempt.state === 'ended') return;
    attempt.state = 'ended';
    attempt.end = { outcome: 'cancelled', busyMs: 0 };
    if (tell) this.tell({ type: 'ended', key: attempt.key, end: attempt.end });
  }

  checkpoint(key: AttemptKey): void {
    const attempt = this.attempts.get(attemptName(key));
    this.later(this.between(5_000, 20_000), () => { if (attempt?.state === 'running') this.tell({ type: 'checkpointed', key, ppm: this.between(0, 999_999), checkpoint: { at: this.clock.now() } }); });
  }

  // --- VMs ---

  request(spec: VmSpec): void {
    const name = vmName(spec.key);
    if (this.vms.has(name)) return;
    const vm: FakeVm = { key: spec.key, state: 'starting', killAt: undefined, cause: 'released' };
    this.vms.set(name, vm);
    const drought = [...this.injected.values()].some((fault) => fault.kind === 'no-capacity' && fault.entry === spec.entry);
    if (this.chance(0.2) || (drought && spec.market === 'spot')) { vm.state = 'ended'; vm.cause = 'refused'; this.tell({ type: 'vm-refused', vm: spec.key }); return; }
    if (!this.chance(0.1)) this.tell({ type: 'vm-starting', vm: spec.key, handle: { id: name } });
    this.later(this.between(5000, 90_000), () => { if (vm.state === 'starting') { vm.state = 'ready'; this.tell({ type: 'vm-ready', vm: spec.key }); } });
    if (spec.market === 'spot' && this.chance(0.6)) this.later(this.between(10_000, 600_000), () => this.doom(vm));
  }

  /** A notice, perhaps; then the kill, perhaps. */
  private doom(vm: FakeVm): void {
    if (vm.state === 'ended') return;
    const notice = this.chance(0.2) ? 0 : 120_000;
    if (notice > 0) { vm.killAt = this.clock.wall() + notice; this.tell({ type: 'vm-notice', vm: vm.key, killAt: vm.killAt }); }
    if (!this.chance(0.15)) this.later(notice, () => this.endVm(vmName(vm.key), 'interrupted'));
  }

  endVm(name: string, cause: 'released' | 'interrupted'): void {
    const vm = this.vms.get(name);
    if (vm === undefined || vm.state === 'ended') return;
    vm.state = 'ended';
    vm.cause = cause;
    for (const attempt of this.attempts.values()) if (attempt.vm === name && attempt.state !== 'ended') { attempt.state = 'ended'; attempt.end = { outcome: 'lost', busyMs: 0 }; }
    this.tell({ type: 'vm-terminated', vm: vm.key, cause });
  }

  /** For a rehearsal; told twice, done once. */
  inject(id: string, fault: LiveFault): void {
    const known = this.injected.has(id);
    this.injected.set(id, fault);
    if (fault.kind === 'away') this.listener?.({ type: 'away', unit: fault.unit, ...(fault.until < Infinity ? { until: fault.until } : {}) });
    if (fault.kind === 'price') this.tell({ type: 'price', entry: fault.entry, microDollarsPerHour: 1e6 * fault.factor });
    const vm = fault.kind === 'terminate' ? this.vms.get(vmName(fault.vm.key)) : undefined;
    if (known || vm === undefined || vm.state === 'ended' || fault.kind !== 'terminate') return;
    vm.killAt = this.clock.wall() + fault.noticeMs;
    this.tell({ type: 'vm-notice', vm: vm.key, killAt: vm.killAt });
    this.later(fault.noticeMs, () => this.endVm(vmName(vm.key), 'interrupted'));
  }

  private isAway(unit: string): boolean { return [...this.injected.values()].some((fault) => fault.kind === 'away' && fault.unit === unit); }

  withdraw(id: string): void {
    const fault = this.injected.get(id);
    this.injected.delete(id);
    if (fault?.kind === 'away' && !this.isAway(fault.unit)) this.listener?.({ type: 'available', unit: fault.unit });
    if (fault?.kind === 'price') this.tell({ type: 'price', entry: fault.entry, microDollarsPerHour: 1e6 });
  }

  /** What still runs or is billed. */
  leftOver(): string[] {
    return [...[...this.attempts.values()].filter(({ state }) => state !== 'ended').map(({ key }) => attemptName(key)), ...[...this.vms.values()].filter(({ state }) => state !== 'ended').map(({ key }) => vmName(key))];
  }
}

/** A driver that serves everything from the world. */
class FakeDriver implements Driver {
  readonly vms: VmProvider;
  readonly faults: DriverFaults;
  private readonly world: FakeWorld;
  private readonly context: DriverContext;

  constructor(world: FakeWorld, context: DriverContext) {
    this.world = world;
    this.context = context;
    this.faults = {
      refusal: (kind) => (kind === 'slow-down' ? 'this world has its own pace' : undefined),
      inject: async (id, fault) => { await world.heard(context.emit); if (world.refusesInjections) throw new Error('no route'); await world.pass(world.injectionMs); world.inject(id, fault); },
      withdraw: async (id) => { await world.heard(context.emit); if (world.chance(0.3)) throw new Error('no route'); world.withdraw(id); },
      held: async () => [...world.injected].filter(([, { entry }]) => context.entries[entry] !== undefined).map(([id]) => id),
    };
    this.vms = {
      requestVm: async (spec) => { await world.heard(context.emit); if (!world.vms.has(vmName(spec.key)) && world.chance(0.1)) throw new Error('no such image'); world.request(spec); },
      releaseVm: async (ref) => { await world.heard(context.emit); if (world.chance(0.2)) throw new Error('the provider is away'); world.endVm(vmName(ref.key), 'released'); },
      probeVm: async (ref) => this.probeVm(ref),
      listVms: async () => [...world.vms.values()].filter(({ state }) => state !== 'ended').map(({ key }): VmRef => ({ key })),
    };
  }

  async open(): Promise<void> { this.world.connect(this.context.emit); }
  async close(): Promise<void> { this.world.connect(undefined); }

  async start(spec: AttemptSpec): Promise<void> {
    await this.world.heard(this.context.emit);
    if (!this.world.attempts.has(attemptName(spec.key)) && this.world.chance(0.05)) throw new Error('no processes left');
    this.world.start(spec);
  }

  async probe(ref: AttemptRef): Promise<Verdict> {
    if (this.world.chance(0.3)) return { state: 'UNKNOWN', why: 'no route' };
    const attempt = this.world.attempts.get(attemptName(ref.key));
    if (attempt === undefined) return { state: 'ABSENT' };
    return attempt.state === 'ended' ? { state: 'DEAD', end: attempt.end! } : { state: 'ALIVE', waiting: attempt.state === 'waiting' };
  }

  async signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> {
    await this.world.heard(this.context.emit);
    if (signal === 'checkpoint') this.world.checkpoint(ref.key); else this.world.endAttempt(attemptName(ref.key), true);
  }

  async collect(): Promise<Collected> { return { files: {} }; }

  async undo(ref: AttemptRef): Promise<void> {
    await this.world.heard(this.context.emit);
    if (this.world.chance(0.2)) throw new Error('the machine is away');
    this.world.endAttempt(attemptName(ref.key), this.world.chance(0.5));
  }

  async list(): Promise<readonly AttemptRef[]> {
    return [...this.world.attempts.values()].filter(({ state }) => state !== 'ended').map(({ key, unit }) => ({ key, unit }));
  }

  private async probeVm(ref: VmRef): Promise<VmVerdict> {
    if (this.world.chance(0.3)) return { state: 'UNKNOWN', why: 'no route' };
    const vm = this.world.vms.get(vmName(ref.key));
    if (vm === undefined) return { state: 'ABSENT' };
    return vm.state === 'ended' ? { state: 'DEAD', cause: vm.cause } : { state: 'ALIVE', ready: vm.state === 'ready', ...(vm.killAt === undefined ? {} : { killAt: vm.killAt }) };
  }
}

/** The kind of driver that serves any entry from this world. */
export const fakeKind = (world: FakeWorld): DriverKind => ({
  name: 'fake', summary: 'a world of the test', serves: ['local', 'cloud', 'api', 'human'], options: {}, load: async () => (context) => new FakeDriver(world, context),
});
