// Faults of a rehearsal, injected into a live run and taken back. What is injected is a row of the journal before a driver hears of
// it, and is over by a row after the driver has said that nothing is left: `fault-injected` without `fault-ended` is still on.
// The scheduler sees none of it but its consequences, so the journal replays like any other.
import type { Dispatcher } from '../dispatcher.ts';
import type { Driver } from '../driver.ts';
import { vmName } from '../driver-events.ts';
import type { LiveFault } from '../driver-faults.ts';
import type { Json } from '../json.ts';
import type { Injectable, Injection } from '../operations.ts';
import type { Store } from '../store.ts';
import type { Turn } from '../turn-loop.ts';
import { BUDGET_CHANGED, FAULT_ENDED, FAULT_INJECTED, FAULT_STRUCK } from '../../journal/records.ts';
import { RunError, inputError } from '../../model/errors.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { Problem } from '../../model/problem.ts';
import { compileFaults, type CompiledFault } from '../../sim/faults.ts';
import { nextPoisson } from '../../sim/random/poisson.ts';
import { STORM, Streams } from '../../sim/random/streams.ts';
import { documentOf, faultsOf, isOver, readStates, rehearsalOf, sinceEpoch, wholePlan, type InjectedFault, type Rehearsal, type RehearsalDocument } from './injected-plan.ts';
import { FaultCalls, type FaultCallPorts } from './fault-calls.ts';
import { actOf, entriesOf, injectableKinds, injectablePlan, type InjectablePorts } from './injectable.ts';
import { parseStopConditions } from './stop-conditions.ts';
import { StopWatch } from './stop-watch.ts';
import { exposed, isDoomed, isGone, targetsOf, workingVms } from './targets.ts';

export interface FaultDeskPorts extends FaultCallPorts {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly driverName: (entry: string) => string;
}

type Of<K extends CompiledFault['kind']> = Extract<CompiledFault, { readonly kind: K }>;

export class FaultDesk {
  private readonly ports: FaultDeskPorts;
  readonly rehearsals: Rehearsal[] = [];
  /** By their numbers. */
  readonly faults: InjectedFault[] = [];
  private compiled: { readonly problem: Problem; readonly byNumber: Map<number, CompiledFault | undefined> } | undefined;
  /** To be done when the group of this turn is durable. */
  private acts: (() => void)[] = [];
  private cancelTimer: () => void = () => {};
  private readonly streams: Streams;
  private readonly watch: StopWatch;
  private readonly calls: FaultCalls;
  private loaded = false;

  constructor(ports: FaultDeskPorts) {
    this.ports = ports;
    this.streams = new Streams(ports.run.header.seed);
    this.calls = new FaultCalls(ports);
    this.watch = new StopWatch(ports, (rehearsal, reason) => { ports.loop.add({ act: (turn) => { this.breakOff(rehearsal, reason, turn); } }); });
  }

  close(): void {
    this.calls.close();
    this.cancelTimer();
    this.watch.close();
  }

  /** Reads what an earlier daemon left, puts on again what is on, and has everything taken back that should not be. To be called before anything runs. */
  async load(): Promise<void> {
    for (const { value } of await this.ports.store.list('rehearsal')) this.keep(rehearsalOf(value as unknown as RehearsalDocument));
    readStates(this.ports.run, this.faults);
    const wanted = new Set<string>();
    for (const fault of this.faults) {
      const c = this.compiledOf(fault);
      if (fault.rehearsal.phase !== 'running' && fault.state === 'waiting') fault.state = 'over';
      if (fault.state !== 'on' || c === undefined) continue;
      if (fault.rehearsal.phase !== 'running') fault.state = 'ending';
      if (c.kind === 'storm') this.drawNextKill(fault, c, this.ports.loop.now());
      for (const { driver, id, fault: asked } of this.asksOf(fault, c)) {
        wanted.add(id);
        fault.asked.set(id, { driver, fault: asked, row: fault.row });
        await this.calls.hold(fault, id);
      }
    }
    for (const driver of new Set(this.ports.drivers.values())) {
      for (const id of await heldBy(driver, this.ports.log)) if (!wanted.has(id)) void this.calls.withdraw(driver, id, () => {});
    }
    this.loaded = true;
  }

  // --- what is asked for ---

  /** Checks the plan and takes it on, in a turn; its times count from now. Throws `InputError`. */
  inject({ plan: value, stop = [], atStart = false }: Injection, by: string | undefined, turn: Turn): Rehearsal {
    const again = atStart ? this.rehearsals.find((one) => one.atStart) : undefined;
    if (again !== undefined) return again; // a daemon that is started again goes on with it
    this.refuseFinished();
    const { run } = this.ports, plan = sinceEpoch(this.checked(value), turn.now);
    const rehearsal = this.keep({ id: this.rehearsals.length + 1, plan, first: this.faults.length, from: turn.now, stop: parseStopConditions(stop, 'stop'), phase: 'running', reason: '', budgetBefore: {}, atStart, ...(by === undefined ? {} : { by }) });
    this.save(rehearsal, turn);
    this.ports.log('info', `rehearsal ${rehearsal.id} of ${run.header.run}: ${plan.name}, ${plan.faults.length} faults`);
    return rehearsal;
  }

  /** Throws `InputError` for what could not be injected now. A rehearsal that came with an earlier start goes on. */
  check({ plan, stop = [], atStart = false }: Injection): void {
    if (atStart && this.rehearsals.some((one) => one.atStart)) return;
    this.refuseFinished();
    this.checked(plan);
    parseStopConditions(stop, 'stop');
  }

  /** Throws `InputError` `run-finished`. */
  refuseFinished(): void {
    const { kernel, problem } = this.ports.run;
    if (kernel.finished && problem.taskCount > 0) throw inputError('run-finished', '', 'every task of the run has ended: there is nothing that faults could strike', { hint: 'submit work first: twinclock submit' });
  }

  /** The plan as it may be injected now. Throws `InputError`. */
  checked(value: unknown): FaultPlanFile { return injectablePlan(value, this.ports.run.scenario, this.injectablePorts()); }

  /** What there is to choose from. */
  injectable(): Injectable[] { return injectableKinds(this.injectablePorts()); }

  private injectablePorts(): InjectablePorts {
    const { run, dispatcher, drivers, driverName } = this.ports, { problem } = run;
    return {
      problem, budget: run.kernel.budget, drivers, driverName, entryOf: (unit) => dispatcher.entryOf(problem.unitIds[unit]!),
      budgetTaken: this.faults.some(({ file, state }) => file.kind === 'budget' && !isOver(state)),
    };
  }

  /** Takes back everything that is on, and begins nothing more. Throws `RunError` `nothing-injected`. */
  withdrawAll(reason: string, turn: Turn): void {
    const running = this.rehearsals.filter(({ phase }) => phase === 'running');
    if (running.length === 0 && this.left().length === 0) throw new RunError('nothing-injected', 'nothing is injected into this run');
    for (const rehearsal of running) this.breakOff(rehearsal, reason, turn);
  }

  private breakOff(rehearsal: Rehearsal, reason: string, turn: Turn): void {
    if (rehearsal.phase !== 'running') return;
    rehearsal.phase = 'withdrawn';
    rehearsal.reason = reason;
    this.save(rehearsal, turn);
    this.ports.log('warn', `rehearsal ${rehearsal.id} is broken off: ${reason}`);
    for (const fault of this.of(rehearsal)) this.bringToEnd(fault, turn);
  }

  /** Faults that are on, or on their way out. */
  left(): readonly InjectedFault[] { return this.faults.filter(({ state }) => state === 'on' || state === 'ending'); }

  /** What the drivers say that is still on. */
  async held(): Promise<readonly string[]> {
    const all = await Promise.all([...new Set(this.ports.drivers.values())].map((driver) => driver.faults?.held() ?? Promise.resolve([])));
    return all.flat().sort();
  }

  /** Every fault ever injected, as one plan, or undefined. */
  plan(): FaultPlanFile | undefined { return wholePlan(this.ports.run.header.run, this.rehearsals); }

  // --- turns ---

  /** What is due, in the turn and before its decision. */
  turn(turn: Turn): void {
    if (!this.loaded) return;
    for (const fault of this.faults) {
      if (isOver(fault.state)) continue;
      const c = this.compiledOf(fault);
      if (c === undefined) this.bringToEnd(fault, turn); // the fleet has changed, and what it strikes is no more
      else if (fault.state === 'waiting' && startOf(fault, c) <= turn.now) this.begin(fault, c, turn);
      if (c !== undefined && fault.state === 'on') this.goOn(fault, c, turn);
      if (fault.state === 'on') this.takeBack(fault, false);
      if (fault.state === 'ending') this.finish(fault, turn);
    }
    for (const rehearsal of this.rehearsals) if (rehearsal.phase === 'running') this.settle(rehearsal, turn);
    this.setTimer(turn.now);
  }

  /** The turn is durable: drivers are asked. */
  act(): void { for (const act of this.acts.splice(0)) act(); }

  private begin(fault: InjectedFault, c: CompiledFault, turn: Turn): void {
    if ('until' in c && c.until <= turn.now) { fault.state = 'missed'; return; }
    fault.state = 'on';
    switch (c.kind) {
      case 'storm': this.drawNextKill(fault, c, turn.now); return;
      case 'terminate-working': return;
      case 'terminate': this.said(fault, turn); for (const unit of targetsOf(this.ports.run.kernel, c)) this.strike(fault, unit, this.warning(c.notice, unit), turn); return;
      case 'budget':
        this.said(fault, turn);
        fault.rehearsal.budgetBefore = { ...fault.rehearsal.budgetBefore, [fault.number]: this.ports.run.kernel.budget };
        this.save(fault.rehearsal, turn);
        turn.apply(BUDGET_CHANGED, c.budget, 0, 0, 0);
        return;
      default:
        this.said(fault, turn);
        for (const { driver, id, fault: asked } of this.asksOf(fault, c)) this.ask(fault, driver, id, asked);
    }
  }

  private goOn(fault: InjectedFault, c: CompiledFault, turn: Turn): void {
    const { kernel } = this.ports.run;
    switch (c.kind) {
      case 'terminate': fault.state = 'ending'; return;
      case 'terminate-working': this.strikeWorking(fault, c, turn); return;
      case 'storm':
        for (; fault.nextKill <= turn.now && fault.nextKill < c.until; fault.nextKill = nextPoisson(fault.nextKill, c.killsPerHour, this.streams, STORM, c.key, fault.kills++)) {
          const up = exposed(kernel, c.pools), unit = up[Math.floor(this.streams.uniform(STORM, c.key, fault.kills, 1) * up.length)];
          if (unit === undefined || isDoomed(kernel, unit)) continue;
          this.said(fault, turn);
          this.strike(fault, unit, this.warning(c.notice, unit), turn);
        }
        if (c.until <= turn.now) fault.state = 'ending';
        return;
      default: if ('until' in c && c.until <= turn.now) this.bringToEnd(fault, turn);
    }
  }

  /** The first kill of the storm after `now`: those before it, while no daemon was there, are not made up for. */
  private drawNextKill(fault: InjectedFault, c: Of<'storm'>, now: number): void {
    fault.kills = 0;
    for (fault.nextKill = c.at; fault.nextKill <= now && fault.nextKill < c.until;) fault.nextKill = nextPoisson(fault.nextKill, c.killsPerHour, this.streams, STORM, c.key, fault.kills++);
  }

  /** Each life of a VM once, as long as its slot has lives left to lose. */
  private strikeWorking(fault: InjectedFault, c: Of<'terminate-working'>, turn: Turn): void {
    const { run } = this.ports, { problem, state } = run.kernel, setupOf = (task: number): number => run.placements.get(problem.taskIds[task]!)?.setupMs ?? 0;
    for (const { unit, at } of workingVms(run.kernel, c, setupOf)) {
      const ofUnit = fault.struck.filter((struck) => struck.unit === problem.unitIds[unit]), warning = this.warning(c.notice, unit);
      if (ofUnit.length >= c.times || ofUnit.some(({ life }) => life === state.vmLife[unit]) || at - warning > turn.now) continue;
      this.said(fault, turn);
      this.strike(fault, unit, Math.max(0, at - turn.now), turn);
    }
  }

  private said(fault: InjectedFault, turn: Turn): void {
    fault.injections++;
    fault.row = this.ports.run.log.count;
    turn.apply(FAULT_INJECTED, fault.number, 0, 0, 0);
  }

  private strike(fault: InjectedFault, unit: number, noticeMs: number, turn: Turn): void {
    const { run, dispatcher } = this.ports, vm = dispatcher.vmRefOf(unit), { key } = vm, entry = dispatcher.entryOf(key.unit);
    fault.struck.push({ unit: key.unit, life: key.life, key });
    turn.apply(FAULT_STRUCK, fault.number, unit, run.kernel.state.vmLife[unit]!, 0);
    this.ask(fault, this.ports.drivers.get(entry)!, `${fault.number} ${vmName(key)}`, { kind: 'terminate', entry, vm, noticeMs });
  }

  private ask(fault: InjectedFault, driver: Driver, id: string, asked: LiveFault): void {
    fault.asked.set(id, { driver, fault: asked, row: fault.row });
    this.acts.push(() => { void this.calls.hold(fault, id); });
  }

  /** No more of it is begun, what is on is taken back. */
  private bringToEnd(fault: InjectedFault, turn: Turn): void {
    if (fault.state === 'waiting') { fault.state = 'over'; return; }
    if (fault.state !== 'on') return;
    fault.state = 'ending';
    const before = fault.rehearsal.budgetBefore[fault.number], c = this.compiledOf(fault);
    // Another budget than the fault's was set by somebody meanwhile, and stays.
    if (before !== undefined && c?.kind === 'budget' && this.ports.run.kernel.budget === c.budget) turn.apply(BUDGET_CHANGED, before, 0, 0, 0);
    this.finish(fault, turn);
  }

  /** Has drivers take back what is over: VMs that are gone and, where `all` of it is to end, whatever else they were asked. */
  private takeBack(fault: InjectedFault, all: boolean): void {
    const { run } = this.ports, isUp = (id: string): boolean => fault.struck.some(({ unit, life, key }) => id.endsWith(` ${vmName(key)}`) && !isGone(run.kernel, run.indexOf('unit', unit), life));
    for (const [id, { driver, fault: { kind } }] of fault.asked) {
      if (kind === 'terminate' ? isUp(id) : !all) continue;
      fault.asked.delete(id);
      fault.leaving.set(id, '');
      this.acts.push(() => { void this.calls.withdraw(driver, id, (reason) => { if (reason === undefined) fault.leaving.delete(id); else fault.leaving.set(id, reason); }); });
    }
  }

  /** Over as soon as no driver holds it and every VM it took is gone. */
  private finish(fault: InjectedFault, turn: Turn): void {
    this.takeBack(fault, true);
    if (fault.asked.size > 0 || fault.leaving.size > 0) return;
    fault.state = fault.failures.size > 0 ? 'failed' : 'over';
    if (fault.injections > 0) turn.apply(FAULT_ENDED, fault.number, 0, 0, 0);
  }

  /** A rehearsal has ended when all of it is over; what has no end of its own is over when the work is. */
  private settle(rehearsal: Rehearsal, turn: Turn): void {
    const own = this.of(rehearsal), { run } = this.ports, idle = run.kernel.finished && run.problem.taskCount > 0;
    if (idle) for (const fault of own) if (isEndless(this.compiledOf(fault))) this.bringToEnd(fault, turn);
    if (own.some(({ state }) => !isOver(state))) { this.watch.look(rehearsal); return; }
    rehearsal.phase = 'ended';
    this.save(rehearsal, turn);
    this.ports.log('info', `rehearsal ${rehearsal.id} is over: nothing of it is left injected`);
  }

  private setTimer(now: number): void {
    this.cancelTimer();
    let next = Infinity;
    for (const fault of this.faults) {
      const c = fault.state === 'waiting' || fault.state === 'on' ? this.compiledOf(fault) : undefined;
      if (c !== undefined) next = Math.min(next, this.nextInstant(fault, c, now));
    }
    if (next < Infinity) this.cancelTimer = this.ports.clock.after(Math.max(1, next - now), () => { this.ports.loop.add({ act: () => {} }); });
  }

  private nextInstant(fault: InjectedFault, c: CompiledFault, now: number): number {
    if (fault.state === 'waiting') return startOf(fault, c);
    if (c.kind === 'storm') return Math.min(fault.nextKill, c.until);
    if (c.kind !== 'terminate-working') return 'until' in c ? c.until : Infinity;
    const { run } = this.ports, due = workingVms(run.kernel, c, (task) => run.placements.get(run.problem.taskIds[task]!)?.setupMs ?? 0).map(({ unit, at }) => at - this.warning(c.notice, unit));
    return Math.min(Infinity, ...due.filter((at) => at > now));
  }

  // --- helpers ---

  private of(rehearsal: Rehearsal): InjectedFault[] { return this.faults.slice(rehearsal.first, rehearsal.first + rehearsal.plan.faults.length); }

  private keep(rehearsal: Rehearsal): Rehearsal {
    this.rehearsals.push(rehearsal);
    this.faults.push(...faultsOf(rehearsal));
    return rehearsal;
  }

  private save(rehearsal: Rehearsal, turn: Turn): void {
    turn.write({ kind: 'rehearsal', id: String(rehearsal.id).padStart(6, '0'), value: documentOf(rehearsal) as Json });
  }

  /** In the numbers of the present problem; undefined when what it strikes is not in the fleet any more. */
  private compiledOf(fault: InjectedFault): CompiledFault | undefined {
    const { problem } = this.ports.run;
    if (this.compiled?.problem !== problem) this.compiled = { problem, byNumber: new Map() };
    const { byNumber } = this.compiled;
    if (!byNumber.has(fault.number)) {
      let compiled: CompiledFault | undefined;
      try { compiled = compileFaults({ twinclock: 'faults/1', name: fault.rehearsal.plan.name, faults: [fault.file] }, problem)[0]; } catch { /* said above */ }
      byNumber.set(fault.number, compiled);
    }
    return byNumber.get(fault.number);
  }

  /** What drivers have to be asked for it to be on now. */
  private asksOf(fault: InjectedFault, c: CompiledFault): { readonly driver: Driver; readonly id: string; readonly fault: LiveFault }[] {
    const { run, dispatcher, drivers } = this.ports, { problem, kernel } = run;
    if (c.kind === 'budget') return [];
    if (actOf(c) === 'terminate') {
      const living = fault.struck.filter(({ unit, life }) => !isGone(kernel, run.indexOf('unit', unit), life));
      return living.map(({ unit, key }) => {
        const entry = dispatcher.entryOf(unit), notice = 'notice' in c ? this.warning(c.notice, run.indexOf('unit', unit)) : 0;
        return { driver: drivers.get(entry)!, id: `${fault.number} ${vmName(key)}`, fault: { kind: 'terminate', entry, vm: dispatcher.vmRefOf(run.indexOf('unit', unit)), noticeMs: notice } };
      });
    }
    return entriesOf(c, { problem, entryOf: (unit) => dispatcher.entryOf(problem.unitIds[unit]!) }).map((entry) => ({ driver: drivers.get(entry)!, id: `${fault.number} ${entry}`, fault: this.lasting(c, entry) }));
  }

  private lasting(c: CompiledFault, entry: string): LiveFault {
    const { run, loop } = this.ports;
    switch (c.kind) {
      case 'away': return { kind: 'away', entry, unit: run.problem.unitIds[c.unit]!, until: c.until === Infinity ? Infinity : loop.wallOf(c.until) };
      case 'outage': return { kind: 'outage', entry, unit: run.problem.unitIds[c.unit]! };
      case 'price': case 'slow-down': return { kind: c.kind, entry, factor: c.factor };
      default: return { kind: 'no-capacity', entry };
    }
  }

  private warning(notice: number, unit: number): number {
    const { problem } = this.ports.run;
    return notice < 0 ? problem.poolNotice[problem.unitPool[unit]!]! : notice;
  }
}

/** What a driver holds, as far as it can say now. */
async function heldBy(driver: Driver, log: FaultDeskPorts['log']): Promise<readonly string[]> {
  try { return await driver.faults?.held() ?? []; } catch (error) { log('error', `a driver cannot say what it holds: ${(error as Error).message}`); return []; }
}

const startOf = (fault: InjectedFault, c: CompiledFault): number => ('at' in c ? c.at : fault.rehearsal.from);

/** It lasts until it is taken back. */
const isEndless = (c: CompiledFault | undefined): boolean => c !== undefined && (c.kind === 'budget' || c.kind === 'terminate-working' || ('until' in c && c.until === Infinity));
