// What each fault of a plan struck, read from the journal. A journal names a fault when it takes effect, not the VM it
// takes: a kill is held to be the fault's when the notice came with it, with the warning that the fault gives. Kills of the
// market itself, before or beside, are nobody's. A live run names the VM too (`fault-struck`), for its notice comes when it comes.
import * as R from '../../journal/records.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import type { RunFold } from '../../metrics/attempts.ts';
import type { CompiledFault } from '../../sim/faults.ts';

/** One time a fault took effect. */
export interface Strike {
  /** Number of the fault in its plan. */
  readonly fault: number;
  /** ms since the epoch: of the notice, for a VM; else of the fault. */
  readonly at: number;
  /** Row in the table of VM lives, -1 when it struck no VM. */
  readonly life: number;
  /** When the VM was to be taken; it may have been gone by then. NaN without a VM. */
  readonly killAt: number;
}

/** Every time a fault of the plan took effect on something, in order of time. O(rows). */
export function strikesOf(run: RunRecord, fold: RunFold, faults: readonly CompiledFault[]): Strike[] {
  const reader = new StrikeReader(fold, faults), { rows, length } = run.log;
  for (let at = 0; at < length; at += R.STRIDE) reader.read(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!);
  return reader.strikes;
}

type Kill = Extract<CompiledFault, { kind: 'terminate' | 'storm' }>;

class StrikeReader {
  readonly strikes: Strike[] = [];
  private readonly fold: RunFold;
  private readonly faults: readonly CompiledFault[];
  /** Kills of this instant whose notices are still to be read. */
  private open: { readonly fault: number; readonly kill: Kill; readonly at: number; left: number }[] = [];
  /** VM lives that are to be cut off while they work. */
  private readonly planned: { readonly fault: number; readonly life: number; readonly at: number }[] = [];
  /** The fault that takes a VM life, where the journal says so. */
  private readonly struck = new Map<number, number>();
  private readonly unitOfTask: Int32Array;
  /** Row of the unit's present life, -1 for none; and when it was last said to end. */
  private readonly lifeOf: Int32Array;
  private readonly killAt: Float64Array;
  private requests = 0;
  /** Where a task has just started. */
  private startedOn = -1;

  constructor(fold: RunFold, faults: readonly CompiledFault[]) {
    this.fold = fold;
    this.faults = faults;
    this.unitOfTask = new Int32Array(fold.problem.taskCount).fill(-1);
    this.lifeOf = new Int32Array(fold.problem.unitCount).fill(-1);
    this.killAt = new Float64Array(fold.lives.count).fill(NaN);
  }

  /** One row: an event is (time, fields), a command its fields. */
  read(code: number, a: number, b: number, c: number, d: number): void {
    switch (code) {
      case R.PLACE: case R.OFFER: this.unitOfTask[a] = c; return;
      case R.REQUEST_VM: this.lifeOf[a] = this.requests++; return;
      case R.TASK_STARTED: this.startedOn = d; return;
      case R.FAULT_INJECTED: this.injected(b, a); return;
      case R.FAULT_STRUCK: this.struck.set(this.lifeOf[c]!, b); return;
      case R.VM_NOTICE: this.announced(b, a, d); return;
      // Without a notice of its own.
      case R.VM_TERMINATED: if (d === R.CAUSE_INTERRUPTED && this.killAt[this.lifeOf[b]!] !== a) this.announced(b, a, a); return;
    }
  }

  private injected(index: number, now: number): void {
    const fault = this.faults[index]!;
    if (fault.kind === 'terminate' || fault.kind === 'storm') {
      this.open = this.open.filter(({ at }) => at === now);
      this.open.push({ fault: index, kill: fault, at: now, left: fault.kind === 'terminate' && fault.pool >= 0 ? fault.count : 1 });
    } else if (fault.kind === 'terminate-working') this.planned.push({ fault: index, life: this.lifeOf[this.startedOn]!, at: now });
    else this.strikes.push({ fault: index, at: now, life: -1, killAt: NaN });
  }

  private announced(unit: number, now: number, killAt: number): void {
    const life = this.lifeOf[unit]!, named = this.struck.get(life);
    if (named !== undefined) { this.taken(life, named, now, killAt); return; }
    const fault = this.faultBehind(unit, life, now, killAt);
    this.killAt[life] = killAt;
    if (fault >= 0) this.strikes.push({ fault, at: now, life, killAt });
  }

  /** A life the journal says it takes: told once, until it was really gone, for what is announced is only about so. */
  private taken(life: number, fault: number, now: number, killAt: number): void {
    if (this.strikes.some((strike) => strike.life === life && strike.fault === fault)) return;
    const ended = this.fold.lives.endedAt[life]!;
    this.strikes.push({ fault, at: now, life, killAt: ended > killAt ? ended : killAt });
  }

  private faultBehind(unit: number, life: number, now: number, killAt: number): number {
    const claim = this.open.find(({ kill, left, at }) => left > 0 && at === now && this.aims(kill, unit) && killAt - now === this.warning(kill.notice, unit));
    if (claim !== undefined) { claim.left--; return claim.fault; }
    const plan = this.planned.find(({ fault, life: planned, at }) => {
      const { notice } = this.faults[fault] as Extract<CompiledFault, { kind: 'terminate-working' }>, left = killAt - now, warning = this.warning(notice, unit);
      return planned === life && (left === warning || (now === at && left < warning));
    });
    return plan?.fault ?? -1;
  }

  private aims(kill: Kill, unit: number): boolean {
    const pool = this.fold.problem.unitPool[unit]!;
    if (kill.kind === 'storm') return kill.pools.includes(pool);
    return kill.unit >= 0 ? kill.unit === unit : kill.task >= 0 ? this.unitOfTask[kill.task] === unit : pool === kill.pool;
  }

  private warning(notice: number, unit: number): number {
    return notice < 0 ? this.fold.problem.poolNotice[this.fold.problem.unitPool[unit]!]! : notice;
  }
}
