// Commands that are durable, carried out. Calls about one attempt or VM stand in line, in the order of the commands; nothing is
// started on a unit before what was ended there is gone, so that no two attempts ever share room the kernel counts once.
// What must end is asked to end until it has; what could not start is told to the kernel after a growing pause. Drivers get what
// there is a few at a time (handover.ts): a decision of ten thousand placements keeps nobody else waiting.
import type { LiveClock } from './clock.ts';
import type { AttemptRef, AttemptSpec, Driver, VmRef } from './driver.ts';
import { attemptName, vmName, type AttemptKey, type DriverEvent, type VmKey } from './driver-events.ts';
import type { Handles } from './handles.ts';
import { Handover } from './handover.ts';
import type { Json } from './json.ts';
import { Lines } from './lines.ts';
import type { LiveRun } from './live-run.ts';
import type { StoreReader } from './store.ts';
import * as R from '../journal/records.ts';
import { optionOf, workLeft } from '../kernel/estimates.ts';
import { API, MARKETS, CLOUD, SCHEDULED, VM_READY } from '../model/states.ts';
import type { TaskFile } from '../model/scenario.ts';

/** Pause before a failed start is told, and before an ending is tried again: doubled each time. */
const PAUSE_MS = 1000, PAUSE_MS_MAX = 60_000;

export interface DispatcherPorts {
  readonly run: LiveRun;
  readonly store: StoreReader;
  readonly clock: LiveClock;
  /** By id of the fleet entry. */
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly handles: Pick<Handles, 'ofAttempt' | 'ofVm'>;
  readonly emit: (event: DriverEvent) => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

interface Sent {
  readonly ref: AttemptRef;
  readonly entry: string;
  /** An earlier daemon began it. */
  readonly adopted: boolean;
  /** Its driver has heard of it, now or from an earlier daemon. */
  begun: boolean;
  /** The kill switch has asked for its end. */
  killed: boolean;
}

export class Dispatcher {
  private readonly ports: DispatcherPorts;
  /** What drivers were given and the kernel still waits for, by task. */
  private readonly sent = new Map<string, Sent>();
  private readonly lines = new Lines();
  /** Attempts that are being ended, by unit. */
  private readonly leaving = new Map<string, Set<Promise<void>>>();
  /** The last life of a VM that was asked to end, by unit. */
  private readonly released = new Map<string, string>();
  private readonly pauses = new Map<string, number>();
  private readonly beginnings: Handover;
  private readonly endings: Handover;
  private closed = false;
  /** Tasks of the first `jobsKnown` jobs of the scenario, which only ever gets more. */
  private readonly tasks = new Map<string, { readonly task: TaskFile; readonly job: string }>();
  private jobsKnown = 0;

  constructor(ports: DispatcherPorts) {
    this.ports = ports;
    this.beginnings = new Handover(ports.clock);
    this.endings = new Handover(ports.clock);
  }

  /** Carries out the rows from `from` to `to - 1`, which are durable. */
  carryOut(from: number, to: number): void {
    const { run } = this.ports, { rows } = run.log;
    for (let n = from; n < to; n++) {
      const at = n * R.STRIDE, code = rows[at]!, first = R.isEvent(code) ? at + 2 : at + 1, a = rows[first]!, b = rows[first + 1]!, c = rows[first + 2]!;
      switch (code) {
        case R.PLACE: case R.OFFER: if (this.isUp(c)) this.send(a, b); break;
        case R.REVOKE: this.takeBack(run.problem.taskIds[a]!, b); break;
        case R.CHECKPOINT: this.checkpoint(run.problem.taskIds[a]!, b); break;
        case R.REQUEST_VM: this.requestVm(a, b, c); break;
        case R.RELEASE_VM: this.releaseVm(a, b); break;
        case R.VM_IS_READY: this.unitReady(a); break;
        case R.VM_TERMINATED: case R.VM_REFUSED: this.unitGone(run.problem.unitIds[a]!); break;
        case R.TASK_COMPLETED: case R.TASK_FAILED: case R.HUMAN_DECLINED: this.over(run.problem.taskIds[a]!, b); break;
        default: break;
      }
    }
  }

  /** Nothing more is begun or ended; what runs goes on, and the next daemon sees to it. */
  close(): void { this.closed = true; }

  driverOf(entry: string): Driver { return this.ports.drivers.get(entry)!; }

  entryOf(unit: string): string {
    const { run } = this.ports, index = run.indexOf('unit', unit);
    return this.entryOfUnit(index);
  }

  private entryOfUnit(unit: number): string { return entryOfUnit(this.ports.run, unit, this.ports.drivers); }

  // --- attempts ---

  refOf(task: number): AttemptRef {
    const { run, handles } = this.ports, { state, problem } = run.kernel, id = problem.taskIds[task]!, unit = state.unitOf(task);
    const key: AttemptKey = { run: run.header.run, task: id, epoch: run.placements.get(id)!.epoch, attempt: state.attemptOf(task) }, handle = handles.ofAttempt(key);
    return { key, unit: problem.unitIds[unit]!, ...(handle === undefined ? {} : { handle }), ...(problem.unitKind[unit] === CLOUD ? { vm: this.vmRefOf(unit) } : {}) };
  }

  /** The unit can take attempts now: anything but a VM that is not ready. */
  private isUp(unit: number): boolean {
    const { problem, state } = this.ports.run.kernel;
    return problem.unitKind[unit] !== CLOUD || state.vmState[unit] === VM_READY;
  }

  /** A placed attempt goes to its driver when its turn has come, unless a later command of the same decision took it back. */
  send(task: number, attempt: number): void {
    const { state, problem } = this.ports.run.kernel;
    if (state.taskState[task] !== SCHEDULED || state.attemptOf(task) !== attempt) return;
    const sent: Sent = { ref: this.refOf(task), entry: this.entryOfUnit(state.unitOf(task)), adopted: false, begun: false, killed: false };
    this.sent.set(problem.taskIds[task]!, sent);
    this.handOver(sent);
  }

  private handOver(sent: Sent): void {
    const leaving = [...this.leaving.get(sent.ref.unit) ?? []];
    if (leaving.length > 0) void Promise.all(leaving).then(() => { this.handOver(sent); });
    else this.beginnings.add(this.driverOf(sent.entry), () => this.begin(sent));
  }

  /** Resolves when the driver has it, or has failed to take it. */
  private async begin(sent: Sent): Promise<void> {
    const { ref, entry } = sent, { key } = ref, { run } = this.ports, task = run.indexOf('task', key.task);
    if (this.closed || sent.killed || this.sent.get(key.task) !== sent || !run.isCurrent(task, key.attempt)) return;
    if ((this.leaving.get(ref.unit)?.size ?? 0) > 0) { this.handOver(sent); return; }
    sent.begun = true;
    const about = this.about(task, ref, entry), name = attemptName(key);
    let failure: string | undefined;
    await this.line(name, async () => {
      if (this.sent.get(key.task) !== sent || this.closed) return;
      const spec: AttemptSpec = { ...about.spec, inputs: await this.results(about.predecessors), ...(await this.checkpointOf(key.task, about.spec.progressPpm)) };
      try {
        await this.driverOf(entry).start(spec);
        this.pauses.delete(entry);
      } catch (error) { failure = (error as Error).message; }
    });
    const reason = failure;
    if (reason === undefined) return;
    this.ports.log('warn', `${name} did not start: ${reason}`);
    void this.line(name, async () => {
      await this.pause(entry);
      this.ports.emit({ type: 'ended', key, end: { outcome: 'refused', busyMs: 0, reason } });
    });
  }

  /** What its driver is told of a placed task, and whose results it needs. */
  private about(task: number, ref: AttemptRef, entry: string): { readonly spec: Omit<AttemptSpec, 'inputs'>; readonly predecessors: readonly string[] } {
    const { run } = this.ports, { state, problem } = run.kernel, unit = state.unitOf(task), { task: file, job } = this.taskFile(ref.key.task), { setupMs } = run.placements.get(ref.key.task)!;
    return {
      spec: {
        ...ref, task: file, job, entry, market: MARKETS[state.market[unit]!]!, setupMs, progressPpm: state.ppmOf(task),
        estimateMs: setupMs + workLeft(run.kernel, task, optionOf(problem, task, problem.unitPool[unit]!)),
      },
      predecessors: Array.from(problem.predecessors.subarray(problem.predecessorFirst[task]!, problem.predecessorFirst[task + 1]!), (t) => problem.taskIds[t]!),
    };
  }

  /** Takes over an attempt that runs already. */
  adopt(task: number): void {
    const ref = this.refOf(task);
    this.sent.set(ref.key.task, { ref, entry: this.entryOf(ref.unit), adopted: true, begun: true, killed: false });
  }

  /** An attempt that no earlier daemon began is begun, unless this one has done so meanwhile, or its VM is not ready. */
  sendAbsent(task: number, attempt: number): void {
    const { problem, state } = this.ports.run.kernel, sent = this.sent.get(problem.taskIds[task]!);
    if (sent?.adopted === false && sent.ref.key.attempt === attempt) return;
    this.sent.delete(problem.taskIds[task]!);
    if (this.isUp(state.unitOf(task))) this.send(task, attempt);
  }

  /** Ends every attempt that was sent; each is asked once. */
  killAll(): void {
    for (const sent of this.sent.values()) {
      if (sent.killed) continue;
      sent.killed = true;
      const { ref, entry, begun } = sent;
      if (begun) void this.line(attemptName(ref.key), () => this.paced(entry, () => this.driverOf(entry).signal(ref, 'kill')));
      else this.neverBegin(ref.key);
    }
  }

  /** Tells the end of a placed attempt that the kill switch was quicker than. */
  neverBegin(key: AttemptKey): void {
    this.ports.emit({ type: 'ended', key, end: { outcome: 'cancelled', busyMs: 0, reason: 'the kill switch came before it began' } });
  }

  private async results(tasks: readonly string[]): Promise<Record<string, Json>> {
    const found = await Promise.all(tasks.map(async (id) => [id, ((await this.ports.store.get('result', id)) as { readonly output: Json } | undefined)?.output ?? null] as const));
    return Object.fromEntries(found);
  }

  private async checkpointOf(task: string, ppm: number): Promise<{ checkpoint?: Json }> {
    if (ppm === 0) return {};
    const { checkpoint } = ((await this.ports.store.get('checkpoint', task)) ?? {}) as { readonly checkpoint?: Json };
    return checkpoint === undefined ? {} : { checkpoint };
  }

  private taskFile(id: string): { readonly task: TaskFile; readonly job: string } {
    const { jobs } = this.ports.run.scenario;
    for (; this.jobsKnown < jobs.length; this.jobsKnown++) for (const task of jobs[this.jobsKnown]!.tasks) this.tasks.set(task.id, { task, job: jobs[this.jobsKnown]!.id });
    return this.tasks.get(id)!;
  }

  private checkpoint(task: string, attempt: number): void {
    const sent = this.sent.get(task);
    if (sent?.ref.key.attempt === attempt && sent.begun) void this.line(attemptName(sent.ref.key), () => this.driverOf(sent.entry).signal(sent.ref, 'checkpoint'));
  }

  private over(task: string, attempt: number): void {
    if (this.sent.get(task)?.ref.key.attempt === attempt) this.sent.delete(task);
  }

  private takeBack(task: string, attempt: number): void {
    const sent = this.sent.get(task);
    if (sent?.ref.key.attempt !== attempt) return; // it was never sent
    this.forget(sent);
  }

  /** It is not waited for any more: what its driver has heard of is ended. */
  private forget({ ref, entry, begun }: Sent): void {
    this.sent.delete(ref.key.task);
    if (begun) this.undo(ref, entry);
  }

  /** Ends what may run under this key, and tries until it has. A machine takes nothing new before. */
  undo(ref: AttemptRef, entry: string): void {
    const done = this.line(attemptName(ref.key), () => this.paced(entry, () => this.insist(`ending ${attemptName(ref.key)}`, () => this.driverOf(entry).undo(ref))));
    if (this.ports.run.problem.unitKind[this.ports.run.indexOf('unit', ref.unit)]! >= API) return;
    const ofUnit = this.leaving.get(ref.unit) ?? new Set();
    this.leaving.set(ref.unit, ofUnit.add(done));
    void done.then(() => { ofUnit.delete(done); });
  }

  // --- VMs ---

  vmRefOf(unit: number): VmRef {
    const { run, handles } = this.ports, id = run.problem.unitIds[unit]!;
    const key: VmKey = { run: run.header.run, unit: id, epoch: run.lifeEpoch.get(id)!, life: run.kernel.state.vmLife[unit]! }, handle = handles.ofVm(key);
    return handle === undefined ? { key } : { key, handle };
  }

  requestVm(unit: number, life: number, market: number): void {
    const { run } = this.ports;
    if (run.kernel.state.vmLife[unit] !== life) return;
    const ref = this.vmRefOf(unit), entry = this.entryOfUnit(unit);
    this.line(vmName(ref.key), async () => {
      try {
        await this.driverOf(entry).vms!.requestVm({ ...ref, entry, market: MARKETS[market]! });
        this.pauses.delete(entry);
      } catch (error) {
        const reason = (error as Error).message;
        this.ports.log('warn', `${vmName(ref.key)} was not requested: ${reason}`);
        await this.pause(entry);
        this.ports.emit({ type: 'vm-refused', vm: ref.key, reason });
      }
    });
  }

  /** Ends the present life of a VM. */
  releaseVm(unit: number, life: number): void {
    const { run } = this.ports;
    if (run.kernel.state.vmLife[unit] !== life) return;
    const ref = this.vmRefOf(unit);
    this.released.set(ref.key.unit, vmName(ref.key));
    this.endVm(ref, this.entryOfUnit(unit));
  }

  /** The same, for those who come back to it at every turn: asked again for the same life, it does nothing. */
  releaseOnce(unit: number, life: number): void {
    if (!this.isReleased(unit)) this.releaseVm(unit, life);
  }

  /** The present life of the VM was asked to end. */
  isReleased(unit: number): boolean {
    const { key } = this.vmRefOf(unit);
    return this.released.get(key.unit) === vmName(key);
  }

  /** Ends a VM, whoever knows it, and tries until it has. */
  endVm(ref: VmRef, entry: string): void {
    void this.line(vmName(ref.key), () => this.insist(`releasing ${vmName(ref.key)}`, () => this.driverOf(entry).vms!.releaseVm(ref)));
  }

  /** What was placed on the VM begins, in the order of placement. */
  private unitReady(unit: number): void {
    const { state } = this.ports.run.kernel, placed: number[] = [];
    if (state.vmState[unit] !== VM_READY) return;
    for (let t = state.firstOnUnit(unit); t >= 0; t = state.nextOnUnit(t)) if (state.taskState[t] === SCHEDULED) placed.unshift(t);
    for (const t of placed) if (!this.isSent(t)) this.send(t, state.attemptOf(t));
  }

  private isSent(task: number): boolean {
    const { state, problem } = this.ports.run.kernel;
    return this.sent.get(problem.taskIds[task]!)?.ref.key.attempt === state.attemptOf(task);
  }

  private unitGone(unit: string): void {
    const { run } = this.ports;
    for (const [id, sent] of this.sent) if (sent.ref.unit === unit && !run.isCurrent(run.indexOf('task', id), sent.ref.key.attempt)) this.forget(sent);
  }

  // --- lines and pauses ---

  /** Makes the call when its turn among the endings at this driver has come. */
  private async paced(entry: string, call: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => { this.endings.add(this.driverOf(entry), async () => { resolve(); }); });
    await call();
  }

  /** Calls of one name follow each other; one that fails is logged and does not stop the next. */
  private line(name: string, call: () => Promise<void>): Promise<void> {
    return this.lines.add(name, call).catch((error: unknown) => { this.ports.log('error', `${name}: ${(error as Error).message}`); });
  }

  private async insist(what: string, call: () => Promise<void>): Promise<void> {
    for (let pause = PAUSE_MS; !this.closed; pause = Math.min(PAUSE_MS_MAX, pause * 2)) {
      try { await call(); return; } catch (error) { this.ports.log('warn', `${what} failed, trying again: ${(error as Error).message}`); }
      await this.wait(pause);
    }
  }

  private async pause(entry: string): Promise<void> {
    const ms = this.pauses.get(entry) ?? PAUSE_MS;
    this.pauses.set(entry, Math.min(PAUSE_MS_MAX, ms * 2));
    await this.wait(ms);
  }

  private wait(ms: number): Promise<void> { return new Promise((resolve) => { this.ports.clock.after(ms, resolve); }); }
}

/** Fleet entry of a unit: its pool, or for people who share one, the person. */
export function entryOfUnit(run: LiveRun, unit: number, entries: { has(id: string): boolean }): string {
  const { problem } = run, id = problem.unitIds[unit]!;
  return entries.has(id) ? id : problem.poolIds[problem.unitPool[unit]!]!;
}
