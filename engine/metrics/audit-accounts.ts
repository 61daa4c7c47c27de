// The accounts of a run, each counted in two ways: money by charge, by unit and by job; the time of every attempt by what
// it went into. The second half of the audit (audit.ts), for runs whose rows make sense.
import type { RunFold } from './attempts.ts';
import { OUTCOME_WAITING } from './columns.ts';
import { BROKEN_MAX } from './audit-laws.ts';
import type { AuditResult, BrokenLaw } from './audit-laws.ts';

/**
 * Laws `money` and `lost-work`, and a warning when the budget is exceeded. The kernel's account holds what is committed for
 * placed work too, so it is compared only when nothing is under way at the end. O(attempts + charges + units).
 */
export function auditAccounts(fold: RunFold, kernelSpent: number | undefined): Pick<AuditResult, 'broken' | 'warnings'> {
  const { attempts, ledger, problem, budget } = fold, broken: BrokenLaw[] = [], warnings: BrokenLaw[] = [];
  const charges = sum(ledger.chargeAmount, ledger.chargeCount), units = sum(ledger.unitCost, ledger.unitCost.length);
  const jobs = sum(ledger.jobCost, ledger.jobCost.length) + ledger.unattributed;
  if (charges !== ledger.total || units !== ledger.total || jobs !== ledger.total) {
    broken.push({ law: 'money', detail: `charges make ${charges}, units ${units}, jobs with the rest ${jobs}, the total is ${ledger.total}`, row: -1 });
  }
  if (kernelSpent !== undefined && kernelSpent !== ledger.total && !workUnderWay(fold)) {
    broken.push({ law: 'money', detail: `the kernel spent ${kernelSpent}, the journal says ${ledger.total}`, row: -1 });
  }
  for (let k = 0; k < attempts.count && broken.length < BROKEN_MAX; k++) {
    const setup = attempts.setupMs[k]!, overhead = attempts.overheadMs[k]!, kept = attempts.keptMs[k]!, lost = attempts.lostMs[k]!, busy = attempts.busyMs[k]!;
    if (setup >= 0 && overhead >= 0 && kept >= 0 && lost >= 0 && setup + overhead + kept + lost === busy) continue;
    const name = `attempt ${attempts.attempt[k]} of ${problem.taskIds[attempts.task[k]!]}`;
    broken.push({ law: 'lost-work', detail: `${name}: ${busy} ms busy, ${setup} set-up, ${overhead} checkpoints, ${kept} kept, ${lost} lost`, row: -1 });
  }
  if (ledger.total > budget) warnings.push({ law: 'budget', detail: `the cost of ${ledger.total} exceeds the budget of ${budget}`, row: -1 });
  return { broken, warnings };
}

function workUnderWay({ attempts }: RunFold): boolean {
  for (let k = 0; k < attempts.count; k++) if (attempts.outcome[k]! >= OUTCOME_WAITING) return true;
  return false;
}

function sum(values: Float64Array, count: number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += values[k]!;
  return total;
}
