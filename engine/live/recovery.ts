// After the journal was replayed: what should run is known, and compared with what does. Each attempt and VM the kernel waits
// for is probed, and its fate told as if its driver had told it; what drivers hold that nobody waits for is ended. An answer
// of UNKNOWN changes nothing: the thing is asked for again until it is known, or, if the run is set up so, held for lost.
import type { LiveClock } from './clock.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { AttemptRef, Driver, Verdict, VmRef, VmVerdict } from './driver.ts';
import { attemptName, vmName, type DriverEvent } from './driver-events.ts';
import type { LiveRun } from './live-run.ts';
import type { Reports } from './reports.ts';
import { CLOUD, RUNNING, SCHEDULED, VM_DRAINING, VM_OFF, VM_READY } from '../model/states.ts';

export interface RecoveryPorts {
  readonly run: LiveRun;
  readonly clock: LiveClock;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly dispatcher: Dispatcher;
  readonly reports: Reports;
  readonly emit: (event: DriverEvent) => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** The kill switch was thrown: nothing is begun. */
  readonly isStopped: () => boolean;
  readonly probeMs: number;
  /** Infinity for never. */
  readonly lostMs: number;
}

/** Attempts asked about at once; requests are answered in between. */
const AT_ONCE = 32;

interface Unknown {
  /** Clock ms. */
  readonly since: number;
  readonly why: string;
}

export class Recovery {
  private readonly ports: RecoveryPorts;
  /** Attempts whose fate is not known, by task. */
  readonly unknown = new Map<string, Unknown>();
  private readonly unknownVms = new Map<string, Unknown>();
  /** Drivers that could not say what they hold. */
  private readonly unswept = new Set<Driver>();
  private cancelTimer: () => void = () => {};
  private closed = false;

  constructor(ports: RecoveryPorts) { this.ports = ports; }

  /** Looks at everything once. Afterwards decisions may be made: what is UNKNOWN still holds its place in the kernel. */
  async reconcile(): Promise<void> {
    await this.sweep(); // first: what is begun again must find its room free
    await this.reconcileVms();
    await this.reconcileAttempts();
    this.askAgainLater();
  }

  close(): void {
    this.closed = true;
    this.cancelTimer();
  }

  // --- VMs first: attempts on a VM that is gone are gone with it ---

  private async reconcileVms(): Promise<void> {
    const { run, dispatcher } = this.ports, { state, problem } = run.kernel;
    const refs = Array.from(problem.unitIds.keys()).filter((u) => problem.unitKind[u] === CLOUD && state.vmState[u] !== VM_OFF).map((u) => dispatcher.vmRefOf(u));
    for (const ref of refs) if (!this.closed) this.vmVerdict(ref, await this.askVm(ref, dispatcher.entryOf(ref.key.unit)));
  }

  private async askVm(ref: VmRef, entry: string): Promise<VmVerdict> {
    try { return await this.ports.dispatcher.driverOf(entry).vms!.probeVm(ref); } catch (error) { return { state: 'UNKNOWN', why: (error as Error).message }; }
  }

  private vmVerdict(ref: VmRef, verdict: VmVerdict): void {
    const { run, dispatcher, emit } = this.ports, { state } = run.kernel, unit = run.indexOf('unit', ref.key.unit);
    if (unit < 0 || !this.ports.reports.isCurrentVm(ref.key)) { this.unknownVms.delete(ref.key.unit); return; }
    if (verdict.state === 'UNKNOWN') { this.keepUnknown(this.unknownVms, ref.key.unit, verdict.why, vmName(ref.key)); return; }
    this.unknownVms.delete(ref.key.unit);
    const draining = state.vmState[unit] === VM_DRAINING, handle = 'handle' in verdict && verdict.handle !== undefined ? { handle: verdict.handle } : {};
    switch (verdict.state) {
      case 'ALIVE':
        emit({ type: verdict.ready ? 'vm-ready' : 'vm-starting', vm: ref.key, ...handle });
        if (verdict.killAt !== undefined) emit({ type: 'vm-notice', vm: ref.key, killAt: verdict.killAt });
        // The release may not have reached the provider. A kill that was announced comes by itself.
        if (draining && state.killAt[unit]! <= run.kernel.now && state.load[unit] === 0) dispatcher.releaseVm(unit, ref.key.life);
        return;
      case 'DEAD':
        emit(verdict.cause === 'refused' ? { type: 'vm-refused', vm: ref.key } : { type: 'vm-terminated', vm: ref.key, cause: verdict.cause });
        return;
      case 'ABSENT':
        // Never begun: begin it now, unless it is to end anyway or was seen to begin.
        if (this.ports.isStopped()) dispatcher.releaseOnce(unit, ref.key.life); // an order that is still on its way must not begin either
        if (draining || dispatcher.isReleased(unit) || state.vmState[unit]! >= VM_READY) emit({ type: 'vm-terminated', vm: ref.key, cause: 'released' });
        else dispatcher.requestVm(unit, ref.key.life, state.market[unit]!);
    }
  }

  // --- attempts ---

  private async reconcileAttempts(): Promise<void> {
    const { run, dispatcher } = this.ports, { problem, state } = run.kernel;
    const refs = Array.from(problem.taskIds.keys()).filter((t) => state.taskState[t] === SCHEDULED || state.taskState[t] === RUNNING).map((t) => dispatcher.refOf(t));
    for (let from = 0; from < refs.length && !this.closed; from += AT_ONCE) {
      const asked = refs.slice(from, from + AT_ONCE), verdicts = await Promise.all(asked.map((ref) => this.ask(ref)));
      asked.forEach((ref, k) => { this.verdict(ref, verdicts[k]!); }); // told in one group
      if (from + AT_ONCE < refs.length) await new Promise<void>((resolve) => { setImmediate(resolve); });
    }
  }

  private async ask(ref: AttemptRef): Promise<Verdict> {
    try { return await this.ports.dispatcher.driverOf(this.ports.dispatcher.entryOf(ref.unit)).probe(ref); } catch (error) { return { state: 'UNKNOWN', why: (error as Error).message }; }
  }

  private verdict(ref: AttemptRef, verdict: Verdict): void {
    const { run, dispatcher, emit, reports } = this.ports, { state } = run.kernel, task = run.indexOf('task', ref.key.task);
    if (!reports.isCurrent(ref.key)) { this.unknown.delete(ref.key.task); return; }
    if (verdict.state === 'UNKNOWN') {
      dispatcher.adopt(task);
      this.keepUnknown(this.unknown, ref.key.task, verdict.why, attemptName(ref.key));
      return;
    }
    this.unknown.delete(ref.key.task);
    switch (verdict.state) {
      case 'ALIVE':
        dispatcher.adopt(task);
        if (verdict.waiting !== true) emit({ type: 'started', key: ref.key, ...(verdict.handle === undefined ? {} : { handle: verdict.handle }) });
        return;
      case 'DEAD':
        dispatcher.adopt(task);
        emit({ type: 'ended', key: ref.key, end: verdict.end });
        return;
      case 'ABSENT':
        if (state.taskState[task] === RUNNING) emit({ type: 'ended', key: ref.key, end: { outcome: 'lost', busyMs: 0, reason: 'nothing is left of it' } });
        else if (this.ports.isStopped()) { // nor may one whose beginning is still on its way
          dispatcher.undo(ref, dispatcher.entryOf(ref.unit));
          dispatcher.neverBegin(ref.key);
        } else dispatcher.sendAbsent(task, ref.key.attempt);
    }
  }

  private keepUnknown(known: Map<string, Unknown>, id: string, why: string, name: string): void {
    const before = known.get(id);
    if (before === undefined) this.ports.log('warn', `nothing is known of ${name}: ${why}`);
    known.set(id, { since: before?.since ?? this.ports.clock.now(), why });
  }

  // --- orphans ---

  /** Ends what drivers hold of this run and nobody waits for. */
  private async sweep(): Promise<void> {
    for (const [driver, entries] of byDriver(this.ports.drivers)) await this.sweepOf(driver, entries);
  }

  /** One that cannot be asked now is asked again later; meanwhile the run goes on. */
  private async sweepOf(driver: Driver, entries: readonly string[]): Promise<void> {
    const { dispatcher, reports, log } = this.ports;
    this.unswept.delete(driver);
    try {
      for (const ref of await driver.list()) {
        if (reports.isCurrent(ref.key)) continue;
        log('info', `ending the orphan ${attemptName(ref.key)}`);
        dispatcher.undo(ref, this.servedBy(driver, entries, ref.unit));
      }
      for (const ref of (await driver.vms?.listVms()) ?? []) {
        if (reports.isCurrentVm(ref.key)) continue;
        log('info', `ending the orphan ${vmName(ref.key)}`);
        dispatcher.endVm(ref, this.servedBy(driver, entries, ref.key.unit));
      }
    } catch (error) {
      log('warn', `what ${entries.join(', ')} holds is not known, asking again: ${(error as Error).message}`);
      this.unswept.add(driver);
    }
  }

  private servedBy(driver: Driver, entries: readonly string[], unit: string): string {
    if (this.ports.run.indexOf('unit', unit) < 0) return entries[0]!;
    const entry = this.ports.dispatcher.entryOf(unit);
    return this.ports.drivers.get(entry) === driver ? entry : entries[0]!;
  }

  // --- asking again ---

  private askAgainLater(): void {
    if (this.closed || this.unknown.size + this.unknownVms.size + this.unswept.size === 0) return;
    this.cancelTimer = this.ports.clock.after(this.ports.probeMs, () => { this.askAgain().catch((error: unknown) => { this.ports.log('error', `asking again: ${(error as Error).message}`); this.askAgainLater(); }); });
  }

  private async askAgain(): Promise<void> {
    const { run, drivers, dispatcher, reports, clock, lostMs, emit, log } = this.ports;
    for (const driver of [...this.unswept]) await this.sweepOf(driver, byDriver(drivers).get(driver)!);
    for (const unit of [...this.unknownVms.keys()]) {
      const index = run.indexOf('unit', unit);
      if (index < 0 || run.kernel.state.vmState[index] === VM_OFF) { this.unknownVms.delete(unit); continue; }
      const ref = dispatcher.vmRefOf(index);
      this.vmVerdict(ref, await this.askVm(ref, dispatcher.entryOf(unit)));
    }
    for (const [id, { since }] of [...this.unknown]) {
      const task = run.indexOf('task', id);
      if (task < 0 || (run.kernel.state.taskState[task] !== SCHEDULED && run.kernel.state.taskState[task] !== RUNNING)) { this.unknown.delete(id); continue; }
      const ref = dispatcher.refOf(task), verdict = await this.ask(ref);
      if (verdict.state !== 'UNKNOWN' || clock.now() - since < lostMs) { this.verdict(ref, verdict); continue; }
      if (!reports.isCurrent(ref.key)) continue;
      log('warn', `${attemptName(ref.key)} is held for lost`);
      this.unknown.delete(id);
      dispatcher.undo(ref, dispatcher.entryOf(ref.unit));
      emit({ type: 'ended', key: ref.key, end: { outcome: 'lost', busyMs: 0, reason: `nothing was heard of it for ${Math.round(lostMs / 1000)} s` } });
    }
    this.askAgainLater();
  }
}

function byDriver(drivers: ReadonlyMap<string, Driver>): ReadonlyMap<Driver, readonly string[]> {
  const grouped = new Map<Driver, string[]>();
  for (const [entry, driver] of drivers) grouped.set(driver, [...(grouped.get(driver) ?? []), entry]);
  return grouped;
}
