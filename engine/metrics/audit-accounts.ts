// The accounts of a run, each counted in more than one way, as the second half of the audit (audit.ts). The audit keeps a ledger
// of its own while it reads the rows, and compares it with the kernel's account; where the run's tables have been folded, they
// must tell of the same money, and split the time of every attempt without remainder.
import type { Problem } from '../model/problem.ts';
import { CLOUD, HUMAN, LOCAL, SPOT } from '../model/states.ts';
import type { RunFold } from './attempts.ts';
import { BROKEN_MAX } from './audit-laws.ts';
import type { BrokenLaw } from './audit-laws.ts';
import type { AuditState } from './audit-state.ts';
import { AT, JOB, MARKET, PROFILE, TASK_F, TASK_I, UNIT_I } from './audit-state.ts';
import { HOUR_MS, Ledger } from './ledger.ts';
import { workingMs } from './working-time.ts';

/** Money as the rows tell it, by unit and by charge. Micro-dollars. */
export class AuditAccounts {
  budget = Infinity;
  private readonly ledger: Ledger;
  private readonly spotPrice: Float64Array;
  /** Running tasks of a local machine, and since when there are any. */
  private readonly running: Int32Array;
  private readonly busySince: Float64Array;

  constructor(problem: Problem) {
    this.ledger = new Ledger(problem);
    this.spotPrice = new Float64Array(problem.poolCount);
    this.running = new Int32Array(problem.unitCount);
    this.busySince = new Float64Array(problem.unitCount);
  }

  reset(problem: Problem): void {
    this.ledger.problem = problem; this.budget = problem.budget;
    this.ledger.reset();
    this.spotPrice.set(problem.poolSpotPrice);
    this.running.fill(0);
  }

  get total(): number { return this.ledger.total; }

  /** A task begins to run on a local machine that costs something while it is busy. */
  machineTaken(s: AuditState, unit: number): void {
    if (this.running[unit]!++ === 0) this.busySince[unit] = s.now;
  }

  /** It runs no more: the last one ends a period that is paid as a whole. */
  machineLeft(s: AuditState, unit: number): void {
    if (--this.running[unit]! > 0) return;
    const price = s.problem.poolPrice[s.problem.unitPool[unit]!]!, since = this.busySince[unit]!, amount = Math.round(price * (s.now - since) / HOUR_MS);
    if (amount > 0) this.ledger.charge(unit, -1, since, s.now, amount);
  }

  /** A call or a person's work comes to an end, well or not. `at`: where the row tells the busy time. */
  workDone(s: AuditState, task: number, unit: number, at: number): void { this.payWork(s, task, unit, s.rows[at]!); }

  /** Its task was cancelled meanwhile: the call was made, and the person has worked until now. */
  workCut(s: AuditState, task: number, unit: number): void { this.payWork(s, task, unit, workingMs(s.problem, unit, s.taskF[(task << TASK_F) + AT]!, s.now)); }

  private payWork(s: AuditState, task: number, unit: number, busyMs: number): void {
    const { problem, taskI } = s, kind = problem.unitKind[unit]!, pool = problem.unitPool[unit]!, profile = taskI[(task << TASK_I) + PROFILE]!;
    const amount = kind === HUMAN ? Math.round(problem.poolPrice[pool]! * busyMs / HOUR_MS)
      : Math.round(problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
    if (amount !== 0) this.ledger.charge(unit, taskI[(task << TASK_I) + JOB]!, s.taskF[(task << TASK_F) + AT]!, s.now, amount);
  }

  vmStarted(s: AuditState, unit: number): void {
    const pool = s.problem.unitPool[unit]!;
    this.ledger.vmStarted(unit, s.now, s.unitI[(unit << UNIT_I) + MARKET] === SPOT ? this.spotPrice[pool]! : s.problem.poolPrice[pool]!);
  }

  vmEnded(s: AuditState, unit: number, interrupted: boolean): void {
    this.ledger.vmEnded(unit, s.now, s.unitI[(unit << UNIT_I) + MARKET]!, interrupted);
  }

  priceChanged(s: AuditState, pool: number, price: number): void {
    const { problem: { poolFirst }, unitI, now } = s;
    this.spotPrice[pool] = price;
    for (let u = poolFirst[pool]!, end = poolFirst[pool + 1]!; u < end; u++) if (unitI[(u << UNIT_I) + MARKET] === SPOT) this.ledger.priceChanged(u, now, price);
  }

  /** What still runs when the run ends is paid as if it ended now. */
  close(s: AuditState): void {
    const { unitCount, unitKind } = s.problem;
    for (let u = 0; u < unitCount; u++) {
      if (unitKind[u] === CLOUD) this.vmEnded(s, u, false);
      else if (unitKind[u] === LOCAL && this.running[u]! > 0) { this.running[u] = 1; this.machineLeft(s, u); }
    }
  }

  /**
   * Law `money`. The kernel's account holds what is committed for placed work too, so it is compared only when nothing is under
   * way at the end. O(charges + units).
   */
  broken(kernelSpent: number | undefined, workUnderWay: boolean): BrokenLaw[] {
    const { ledger } = this, { total } = ledger, broken: BrokenLaw[] = [];
    const charges = sum(ledger.chargeAmount, ledger.chargeCount), units = sum(ledger.unitCost, ledger.unitCost.length);
    if (charges !== total || units !== total) broken.push(runLaw('money', `charges make ${charges}, units ${units}, the total is ${total}`));
    if (kernelSpent !== undefined && kernelSpent !== total && !workUnderWay) broken.push(runLaw('money', `the kernel spent ${kernelSpent}, the journal says ${total}`));
    return broken;
  }

  /** A warning when the budget in force is exceeded. */
  warnings(): BrokenLaw[] {
    return this.total > this.budget ? [runLaw('budget', `the cost of ${this.total} exceeds the budget of ${this.budget}`)] : [];
  }
}

/** Laws `money` and `lost-work` in the tables of a run, which the audit by itself found to cost `total`. O(attempts + charges + units). */
export function auditTables({ attempts, ledger, problem }: RunFold, total: number): BrokenLaw[] {
  const broken: BrokenLaw[] = [];
  const charges = sum(ledger.chargeAmount, ledger.chargeCount), units = sum(ledger.unitCost, ledger.unitCost.length);
  const jobs = sum(ledger.jobCost, ledger.jobCost.length) + ledger.unattributed;
  if (charges !== total || units !== total || jobs !== total || ledger.total !== total) {
    broken.push(runLaw('money', `the tables say ${ledger.total}, their charges make ${charges}, units ${units}, jobs with the rest ${jobs}; the journal says ${total}`));
  }
  for (let k = 0; k < attempts.count && broken.length < BROKEN_MAX; k++) {
    const setup = attempts.setupMs[k]!, overhead = attempts.overheadMs[k]!, kept = attempts.keptMs[k]!, lost = attempts.lostMs[k]!, busy = attempts.busyMs[k]!;
    if (setup >= 0 && overhead >= 0 && kept >= 0 && lost >= 0 && setup + overhead + kept + lost === busy) continue;
    const name = `attempt ${attempts.attempt[k]} of ${problem.taskIds[attempts.task[k]!]}`;
    broken.push(runLaw('lost-work', `${name}: ${busy} ms busy, ${setup} set-up, ${overhead} checkpoints, ${kept} kept, ${lost} lost`));
  }
  return broken;
}

function runLaw(law: BrokenLaw['law'], detail: string): BrokenLaw {
  return { law, detail, row: -1 };
}

function sum(values: Float64Array, count: number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += values[k]!;
  return total;
}
