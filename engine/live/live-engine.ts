// A live run: store, kernel, drivers and clock put together. It starts where the run was left, keeps the promises of README.md,
// and answers `LiveOperations`. All changes go through the turn loop; all looks are at the state between turns.
import { join } from 'node:path';
import { mkdirSync, readdirSync } from 'node:fs';
import type { LiveClock } from './clock.ts';
import { checkPools, entryKinds, type LiveFile } from './config.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Collected, Driver, DriverKind } from './driver.ts';
import type { DriverEvent } from './driver-events.ts';
import { DriverNotesOf } from './driver-notes.ts';
import { DRIVER_KINDS } from './drivers/registry.ts';
import { Handles } from './handles.ts';
import { Inspector } from './inspector.ts';
import type { Json } from './json.ts';
import { liveJournal } from './live-journal.ts';
import type { LiveHeader } from './live-header.ts';
import type { LiveRun, RunPorts } from './live-run.ts';
import { keepHeader, newHeader, removeEmpty, removeRun } from './new-run.ts';
import { directoryOf, storeAddress } from './paths.ts';
import type { Adjustment, AttemptRecord, Injectable, Injection, JobStatus, LiveOperations, Preview, RecordBatch, RehearsalStatus, RequestOptions, ResourceStatus, RunPhase, RunStatus, Submission, Submitted, TaskStatus, Waiting } from './operations.ts';
import { replayedRun } from './read-run.ts';
import { Recovery } from './recovery.ts';
import { Reports, attemptId, lateWords } from './reports.ts';
import { FaultDesk } from './rehearsal/fault-desk.ts';
import { rehearsalStatus } from './rehearsal/rehearsal-status.ts';
import { Requests } from './requests.ts';
import type { Store } from './store.ts';
import { openStore } from './stores/open-store.ts';
import { TurnLoop, type Turn } from './turn-loop.ts';
import { recordView, type RecordView } from '../journal/record-view.ts';
import { InputError, RunError, inputError, type Fault } from '../model/errors.ts';
import type { FaultPlanFile } from '../model/fault-plan.ts';
import type { Weights } from '../model/policy.ts';
import type { Change, PolicyChoice } from '../model/revision.ts';
import type { FleetFile, ScenarioFile } from '../model/scenario.ts';
import { CLOUD, RUNNING, SCHEDULED, VM_DRAINING, VM_OFF } from '../model/states.ts';
import { parseDuration } from '../model/units.ts';

export interface LivePorts extends RunPorts {
  readonly clock: LiveClock;
  /** Of the engine. */
  readonly version: string;
  /** `"weighted:theta=0.8"` as a choice with all parameters; the default policy for undefined. Throws `InputError`. */
  readonly policyChoice: (text: string | undefined) => PolicyChoice;
  readonly kinds?: readonly DriverKind[];
  /** Default: what `store` and `directory` of the configuration say. */
  readonly openStore?: () => Promise<Store>;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string, details?: Readonly<Record<string, Json>>) => void;
}

const DEFAULT_PROBE = '10s';
/** How long after its announced end a VM that is still there is released. */
const SPARED_MS = 60_000;

/** Rows told of at once. */
const PAGE_ROWS = 1_000;

interface Listener {
  /** The next row it is told of. */
  at: number;
  readonly tell: (batch: RecordBatch) => void;
}

export class LiveEngine implements LiveOperations {
  readonly run: LiveRun;
  private readonly file: LiveFile;
  private readonly ports: LivePorts;
  private readonly store: Store;
  private readonly loop: TurnLoop;
  private readonly drivers = new Map<string, Driver>();
  private readonly driverNames = new Map<string, string>();
  private readonly handles = new Handles();
  private readonly dispatcher: Dispatcher;
  private readonly reports: Reports;
  private readonly recovery: Recovery;
  private readonly requests: Requests;
  private readonly inspector: Inspector;
  private readonly desk: FaultDesk;
  private readonly listeners = new Set<Listener>();
  /** VMs that will be looked at when their announced end is past. */
  private readonly sparedTimers = new Set<string>();
  private phase: RunPhase = 'running';
  private readonly rehearsal: Injection | undefined;
  /** Decisions are made. */
  private begun = false;
  private reason = '';
  private refusedReports = 0;
  /** Wall ms of decisions, the last ones. */
  readonly decisionMs: number[] = [];
  private readonly brokenListeners: ((error: unknown) => void)[] = [];

  /**
   * Opens the run of the configuration and begins: `prepare`, then `begin`. Resolves when everything that runs has been looked at.
   * Throws what they throw; nothing is left open then.
   */
  static async open(file: LiveFile, scenario: ScenarioFile, ports: LivePorts, rehearsal?: Injection): Promise<LiveEngine> {
    const engine = await LiveEngine.prepare(file, scenario, ports, rehearsal);
    try { await engine.begin(); } catch (error) { await engine.close(); throw error; }
    return engine;
  }

  /**
   * The run of the configuration, to be asked but not begun: made from the scenario, or as it was left (then the scenario given is
   * not looked at). Nothing is decided or started before `begin`. Throws `InputError` for a configuration that does not
   * fit, or a `rehearsal` that cannot be injected, `RunError` `locked` when another daemon has it, `divergence` when its journal cannot be replayed by this version.
   * A run that was refused leaves nothing behind.
   */
  static async prepare(file: LiveFile, scenario: ScenarioFile, ports: LivePorts, rehearsal?: Injection): Promise<LiveEngine> {
    const folder = directoryOf(file), made = mkdirSync(folder, { recursive: true, mode: 0o700 }), there = new Set(readdirSync(folder));
    const store = await (ports.openStore ?? (() => openStore(storeAddress(file), file.name)))().catch((error: unknown) => { removeEmpty(folder, made); throw error; });
    let engine: LiveEngine | undefined, isNew = false;
    try {
      const known = (await store.get('run', 'header')) as LiveHeader | undefined;
      isNew = known === undefined;
      const header = known ?? newHeader(file, scenario, ports), run = await replayedRun(store, header, ports);
      checkPools(file.pools, run.scenario.fleet, ports.kinds, { spare: run.revision > 0 });
      engine = new LiveEngine(file, ports, store, run, rehearsal);
      await engine.wakeUp();
      if (isNew) await keepHeader(store, header, ports);
      engine.loop.start();
      return engine;
    } catch (error) {
      const leave = (): Promise<void> => (isNew ? store.remove() : store.close());
      await (engine === undefined ? leave() : engine.shut(leave)).catch((failure: unknown) => { ports.log?.('error', `what the run has left: ${(failure as Error).message}`); });
      if (isNew) removeRun(folder, there, made);
      throw error;
    }
  }

  private constructor(file: LiveFile, ports: LivePorts, store: Store, run: LiveRun, rehearsal: Injection | undefined) {
    const { clock } = ports, emit = (event: DriverEvent) => this.receive(event), log = ports.log ?? (() => {});
    this.file = file;
    this.ports = ports;
    this.store = store;
    this.run = run;
    this.rehearsal = rehearsal;
    this.loop = new TurnLoop({
      run, store, clock, epochWall: run.problem.epochMs,
      beforeDecision: (turn) => { this.settlePhase(turn); this.desk.turn(turn); }, durable: (from, to) => this.durable(from, to), broken: (error) => this.breakDown(error), decided: (ms) => this.noteDecision(ms),
    });
    this.dispatcher = new Dispatcher({ run, store, clock, drivers: this.drivers, handles: this.handles, emit, log });
    this.reports = new Reports(run, (wall) => this.loop.runMs(wall), this.handles);
    this.recovery = new Recovery({
      run, clock, drivers: this.drivers, dispatcher: this.dispatcher, reports: this.reports, emit, log, isStopped: () => this.phase === 'stopped',
      probeMs: parseDuration(file.probeEvery ?? DEFAULT_PROBE), lostMs: file.lostAfter === undefined ? Infinity : parseDuration(file.lostAfter),
    });
    this.requests = new Requests(run, this.loop, store);
    this.inspector = new Inspector(run);
    this.desk = new FaultDesk({ run, store, clock, loop: this.loop, dispatcher: this.dispatcher, drivers: this.drivers, driverName: (entry) => this.driverNames.get(entry) ?? '', log });
  }

  /** What an earlier daemon kept, and the drivers; that what is to be injected can be. */
  private async wakeUp(): Promise<void> {
    const { store, file, ports, rehearsal } = this;
    this.phase = ((await store.get('run', 'phase')) as RunPhase | undefined) ?? 'running';
    await this.requests.load();
    await this.loadHandles();
    await this.makeDrivers(file, ports.kinds ?? DRIVER_KINDS);
    for (const driver of new Set(this.drivers.values())) await driver.open();
    await this.desk.load();
    if (rehearsal !== undefined) this.desk.check(rehearsal);
  }

  /** Looks at everything that runs, then lets the kernel decide; what is asked meanwhile is done. To be called once. Throws what `injectFaults` throws. */
  async begin(): Promise<void> {
    const { store, ports, run, rehearsal } = this;
    await this.recovery.reconcile();
    if (rehearsal !== undefined) await this.injectFaults(rehearsal); // there from the first decision on
    this.begun = true;
    this.loop.decide();
    await this.settled();
    ports.log?.('info', `${run.header.run} is ${this.phase}: ${run.log.count} rows, daemon ${store.epoch}`);
  }

  /** Resolves when what is in the queue now is durable. */
  settled(): Promise<void> {
    return new Promise((done, failed) => { this.loop.add({ act: () => {}, done, failed }); });
  }

  private async loadHandles(): Promise<void> {
    const { run, store } = this, { state, problem } = run.kernel;
    for (let t = 0; t < problem.taskCount; t++) {
      if (state.taskState[t] !== SCHEDULED && state.taskState[t] !== RUNNING) continue;
      const { key } = this.dispatcher.refOf(t), record = (await store.get('attempt', attemptId(key))) as { readonly handle?: Json } | undefined;
      if (record?.handle !== undefined) this.handles.keepAttempt(key, record.handle);
    }
    for (let u = 0; u < problem.unitCount; u++) {
      if (problem.unitKind[u] !== CLOUD || state.vmState[u] === VM_OFF) continue;
      const { key } = this.dispatcher.vmRefOf(u), record = (await store.get('vm', key.unit)) as { readonly life: number; readonly handle: Json } | undefined;
      if (record?.life === key.life) this.handles.keepVm(key, record.handle);
    }
  }

  /** One driver for all entries that are served with the same options. */
  private async makeDrivers(file: LiveFile, kinds: readonly DriverKind[]): Promise<void> {
    const made = new Map<string, Driver>(), known = entryKinds(this.run.scenario.fleet);
    for (const [entry, { driver: name, ...options }] of Object.entries(file.pools)) {
      if (!known.has(entry)) continue;
      const same = JSON.stringify([name, options]);
      let driver = made.get(same);
      if (driver === undefined) {
        const served = Object.entries(file.pools).filter(([, { driver: other, ...given }]) => JSON.stringify([other, given]) === same).map(([id]) => id);
        made.set(same, driver = await this.makeDriver(kinds.find((kind) => kind.name === name)!, served, options));
      }
      this.drivers.set(entry, driver);
      this.driverNames.set(entry, name);
    }
  }

  private async makeDriver(kind: DriverKind, served: readonly string[], options: Readonly<Record<string, Json>>): Promise<Driver> {
    const { run, ports, store, file } = this, create = await kind.load(), label = `${kind.name}-${served[0]!}`, directory = join(directoryOf(file), label);
    mkdirSync(directory, { recursive: true });
    const { fleet } = run.scenario, entries = [...(fleet.local ?? []), ...(fleet.cloud ?? []), ...(fleet.api ?? []), ...(fleet.human ?? [])].filter(({ id }) => served.includes(id));
    const units = run.problem.unitIds.map((id, u) => ({ id, entry: served.includes(id) ? id : run.problem.poolIds[run.problem.unitPool[u]!]! })).filter(({ entry }) => served.includes(entry));
    return create({
      run: run.header.run, epoch: run.problem.epochMs, clock: ports.clock, directory, units, entries: Object.fromEntries(entries.map((entry) => [entry.id, entry as unknown as Json])),
      money: () => ({ budget: run.kernel.budget, spent: run.kernel.spent() }), emit: (event) => this.receive(event), notes: new DriverNotesOf(store, label, ports.clock), log: (level, message, details) => { ports.log?.(level, `${label}: ${message}`, ...(details === undefined ? [] : [details])); },
    }, options);
  }

  // --- what happens ---

  private receive(event: DriverEvent): void {
    this.loop.add({
      act: (turn) => {
        if (turn.signed('by' in event ? event.by : undefined, () => this.reports.receive(event, turn)) !== 'stale') return;
        this.refusedReports++;
        this.ports.log?.('info', lateWords(event));
      },
    });
  }

  /** What follows from draining, at every turn until it is so; and VMs whose announced end did not come. */
  private settlePhase(turn: Turn): void {
    const { state } = this.run.kernel;
    this.releaseSpared(turn.now);
    if (this.phase !== 'draining') return;
    const busy = state.taskState.some((s) => s === SCHEDULED || s === RUNNING);
    if (busy) return;
    if (this.run.kernel.vmCount === 0) this.setPhase('drained', turn);
    else this.releaseAllVms();
  }

  /** A VM that was announced to die and did not takes no more work, and nobody else would end it. */
  private releaseSpared(now: number): void {
    const { kernel } = this.run, { state } = kernel;
    for (let k = 0; k < kernel.vmCount; k++) {
      const unit = state.vms[k]!;
      if (state.vmState[unit] !== VM_DRAINING || state.load[unit]! > 0) continue;
      const spared = state.killAt[unit]! + SPARED_MS;
      if (spared <= now) this.dispatcher.releaseOnce(unit, state.vmLife[unit]!);
      else if (!this.sparedTimers.has(kernel.problem.unitIds[unit]!)) {
        const id = kernel.problem.unitIds[unit]!;
        this.sparedTimers.add(id);
        this.ports.clock.after(spared - now, () => { this.sparedTimers.delete(id); this.loop.add({ act: () => {} }); });
      }
    }
  }

  private setPhase(phase: RunPhase, turn: Turn): void {
    this.phase = phase;
    turn.write({ kind: 'run', id: 'phase', value: phase });
  }

  /** Ends every VM that is up. */
  private releaseAllVms(): void {
    const { kernel } = this.run;
    for (let k = 0; k < kernel.vmCount; k++) { const unit = kernel.state.vms[k]!; this.dispatcher.releaseOnce(unit, kernel.state.vmLife[unit]!); }
  }

  private durable(from: number, to: number): void {
    this.dispatcher.carryOut(from, to);
    this.desk.act();
    if (this.phase === 'stopped') { this.dispatcher.killAll(); this.releaseAllVms(); }
    if (to === from) return;
    for (const listener of [...this.listeners]) this.tell(listener, to);
  }

  /** A large group goes out in pages, other work in between. */
  private tell(listener: Listener, to: number): void {
    if (listener.at >= to) return;
    const from = listener.at, end = Math.min(to, from + PAGE_ROWS);
    listener.at = end;
    listener.tell({ from, records: this.records(from, end - from), wall: this.ports.clock.wall() });
    if (end < to) setImmediate(() => { if (this.listeners.has(listener)) this.tell(listener, to); });
  }

  private breakDown(error: unknown): void {
    this.phase = 'failed';
    this.reason = (error as Error).message;
    this.dispatcher.close();
    this.ports.log?.('error', `the run cannot go on: ${this.reason}`);
    for (const tell of this.brokenListeners) tell(error);
  }

  /** Calls `tell` if the run cannot go on: the daemon should end, and be started again. */
  onBroken(tell: (error: unknown) => void): void { this.brokenListeners.push(tell); }

  private noteDecision(ms: number): void {
    this.decisionMs.push(ms);
    if (this.decisionMs.length > 4096) this.decisionMs.splice(0, 2048);
  }

  // --- requests ---

  submit(submission: Submission, options?: RequestOptions): Promise<Submitted> { return this.requests.submit(submission, options); }
  cancelJob(job: string, options?: RequestOptions): Promise<void> { return this.requests.cancelJob(job, options); }
  cancelTask(task: string, options?: RequestOptions): Promise<void> { return this.requests.cancelTask(task, options); }
  pause(options?: RequestOptions): Promise<void> { return this.requests.pause((turn) => this.setPhase('paused', turn), 'pause', options); }
  resume(options?: RequestOptions): Promise<void> { return this.requests.resume((turn) => this.setPhase('running', turn), options); }
  drain(options?: RequestOptions): Promise<void> { return this.requests.pause((turn) => this.setPhase('draining', turn), 'drain', options); }
  kill(options?: RequestOptions): Promise<void> { return this.requests.pause((turn) => this.setPhase('stopped', turn), 'kill', options); }
  setWeights(weights: Weights, options?: RequestOptions): Promise<void> { return this.requests.adjust({ weights }, undefined, 'set-weights', { ...weights }, options); }
  setBudget(budget: number, options?: RequestOptions): Promise<void> { return this.requests.adjust({ budget }, undefined, 'set-budget', budget, options); }
  setPolicy({ name, parameters = {} }: NonNullable<Adjustment['policy']>, options?: RequestOptions): Promise<void> { return this.requests.adjust({}, () => this.change({ policy: { name, parameters } }), 'set-policy', { name, parameters }, options); }
  setFleet(fleet: FleetFile, options?: RequestOptions): Promise<void> { return this.requests.adjust({}, () => this.change({ fleet }), 'set-fleet', fleet as unknown as Json, options); }

  async adjust(adjustment: Adjustment, options?: RequestOptions): Promise<void> {
    const { policy, fleet } = adjustment, revised = policy !== undefined || fleet !== undefined;
    if (Object.keys(adjustment).length === 0) throw inputError('nothing-to-change', '', 'nothing was said to be changed', { hint: 'give weights, budget, policy or fleet' });
    await this.requests.adjust(adjustment, revised ? () => this.change(adjustment) : undefined, 'adjust', adjustment as unknown as Json, options);
  }

  /** Another policy, another fleet, or both. Throws `InputError` with the faults of both. */
  private change({ policy, fleet }: Pick<Adjustment, 'policy' | 'fleet'>): Change {
    const found: Fault[] = [], check = <T>(make: () => T): T | undefined => { try { return make(); } catch (error) { if (!(error instanceof InputError)) throw error; found.push(...error.faults); return undefined; } };
    const given = Object.entries(policy?.parameters ?? {}).map(([key, value]) => `${key}=${value}`).join(',');
    const choice = policy === undefined ? undefined : check(() => this.ports.policyChoice(given === '' ? policy.name : `${policy.name}:${given}`));
    if (fleet !== undefined) check(() => { this.checkFleet(fleet); });
    if (found.length > 0) throw new InputError(found);
    return { ...(choice === undefined ? {} : { policy: choice }), ...(fleet === undefined ? {} : { fleet }) };
  }

  private checkFleet(fleet: FleetFile): void {
    this.requests.checkFleetInUse(fleet);
    checkPools(this.file.pools, fleet, this.ports.kinds, { spare: true });
    const strangers = [...entryKinds(fleet).keys()].filter((entry) => !this.drivers.has(entry));
    if (strangers.length > 0) throw inputError('no-driver', 'fleet', `has entries whose driver was not started: ${strangers.join(', ')}`, { hint: 'start the daemon again: a driver is made for each pool of the configuration' });
  }

  // --- rehearsals ---

  async injectFaults({ plan, stop = [], atStart = false }: Injection, options?: RequestOptions): Promise<number> {
    return await this.requests.request('inject-faults', { plan, stop: [...stop] } as Json, options, (turn) => this.desk.inject({ plan, stop, atStart }, options?.by, turn).id) as number;
  }

  async withdrawFaults(reason: string, options?: RequestOptions): Promise<void> {
    await this.requests.request('withdraw-faults', null, options, (turn) => { this.desk.withdrawAll(reason, turn); return null; });
  }

  checkedPlan(plan: unknown): FaultPlanFile {
    this.desk.refuseFinished();
    return this.desk.checked(plan);
  }

  injectable(): readonly Injectable[] { return this.desk.injectable(); }
  rehearsals(): readonly RehearsalStatus[] { return rehearsalStatus(this.desk.rehearsals, this.desk.faults); }
  heldFaults(): Promise<readonly string[]> { return this.desk.held(); }

  // --- looks ---

  status(): RunStatus {
    return this.inspector.status({
      phase: this.phase === 'running' && !this.begun ? 'recovering' : this.phase, reason: this.reason, now: this.loop.now(), daemonEpoch: this.store.epoch, rows: this.store.count, unknown: this.recovery.unknown.size,
      refusedReports: this.refusedReports, nextDecision: this.loop.nextDecision,
    });
  }
  jobs(): readonly JobStatus[] { return this.inspector.jobs(this.loop.now()); }
  tasks(filter?: { readonly job?: string; readonly state?: string }): readonly TaskStatus[] { return this.inspector.tasks(this.recovery.unknown, filter); }
  task(id: string): TaskStatus { return this.inspector.task(id, this.recovery.unknown); }
  resources(): readonly ResourceStatus[] { return this.inspector.resources(this.loop.now(), (unit) => this.driverNames.get(this.dispatcher.entryOf(unit)) ?? ''); }
  waiting(task: string): Waiting { return this.inspector.waiting(task, this.loop.now()); }
  preview(): Preview { return this.inspector.preview(this.loop.now()); }

  async attempts(task: string): Promise<readonly AttemptRecord[]> {
    this.inspector.taskIndex(task);
    return (await this.store.list('attempt', { prefix: `${task}/` })).map(({ value }) => value as unknown as AttemptRecord);
  }

  async collect(task: string, attempt?: number): Promise<Collected> {
    const index = this.inspector.taskIndex(task), last = this.run.kernel.state.attemptOf(index), wanted = attempt ?? last;
    const record = (await this.attempts(task)).find((entry) => entry.attempt === wanted);
    if (record === undefined && (wanted !== last || last === 0)) throw new RunError('no-such-attempt', `task ${task} has no attempt ${wanted}`);
    const epoch = record === undefined ? this.run.placements.get(task)!.epoch : Number(record.token.split('.')[0]), unit = record?.unit ?? this.run.problem.unitIds[this.run.kernel.state.unitOf(index)]!;
    return this.dispatcher.driverOf(this.dispatcher.entryOf(unit)).collect({ key: { run: this.run.header.run, task, epoch, attempt: wanted }, unit, ...(record?.handle === undefined ? {} : { handle: record.handle }) });
  }

  records(from: number, limit: number): readonly RecordView[] {
    const to = Math.min(from + limit, this.store.count);
    return Array.from({ length: Math.max(0, to - from) }, (_, k) => ({ ...recordView(this.run.namesAt(from + k), this.run.log, from + k), ...this.run.notes.get(from + k) }));
  }

  subscribe(from: number, tell: (batch: RecordBatch) => void): () => void {
    const listener = { at: from, tell };
    this.listeners.add(listener);
    this.tell(listener, this.store.count);
    return () => { this.listeners.delete(listener); };
  }

  journal(): Iterable<string> { return liveJournal(this.run, this.ports.version, this.store.count, this.desk.plan()); }
  scenario(): ScenarioFile { return this.run.scenario; }
  fleetHistory(): FleetFile | undefined { return this.run.fleetHistory; }

  driver(entry: string): Driver {
    const driver = this.drivers.get(entry);
    if (driver === undefined) throw new RunError('no-such-entry', `the fleet has no entry ${entry}`);
    return driver;
  }

  close(): Promise<void> { return this.shut(() => this.store.close()); }

  /** `leave`: what becomes of the store once nobody writes to it. */
  private async shut(leave: () => Promise<void>): Promise<void> {
    this.desk.close();
    this.recovery.close();
    this.dispatcher.close();
    try {
      await this.loop.stop();
      for (const driver of new Set(this.drivers.values())) await driver.close();
    } finally { await leave(); }
  }
}
