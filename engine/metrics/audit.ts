// The conservation audit: reads a run's rows again from nothing, with its own small model of what they must mean, and
// names every law (audit-laws.ts) they break. Shares no code with the kernel, so that a fault of the kernel cannot hide
// here. One pass, O(rows + tasks + edges); it runs on every run.
import type { RunRecord } from '../journal/run-record.ts';
import { assert } from '../model/errors.ts';
import type { Problem } from '../model/problem.ts';
import { foldRun } from './attempts.ts';
import type { RunFold } from './attempts.ts';
import { auditTables } from './audit-accounts.ts';
import type { AuditResult } from './audit-laws.ts';
import * as say from './audit-reports.ts';
import { rowReader } from './audit-rows.ts';
import { AuditState } from './audit-state.ts';

/**
 * Audits a run and its tables. `kernelSpent` is what the kernel says is spent and committed at the end, micro-dollars, when
 * the caller has it; `fold` the run's tables, when they are folded already (they are folded only if the rows make sense).
 */
export function auditRun(run: RunRecord, kernelSpent?: number, fold?: RunFold): AuditResult {
  const auditor = new Auditor(run.problem), result = auditor.audit(run, kernelSpent, fold);
  return fold === undefined && result.clean ? auditor.withTables(result, foldRun(run)) : result;
}

/** Audits many runs of one problem in the same memory. */
export class Auditor {
  private readonly state: AuditState;
  /** What goes through rows or tasks closes over the state: why so, audit-rows.ts says. */
  private readonly take: (problem: Problem) => void;
  private readonly reset: (run: RunRecord) => void;
  private readonly readRows: () => void;

  constructor(problem: Problem) {
    const state = this.state = new AuditState(problem);
    this.take = (other) => { state.adopt(other); };
    this.reset = (run) => { state.reset(run); };
    this.readRows = rowReader(state);
  }

  /** Takes up another problem with as many tasks, jobs and units, in the same memory. */
  adopt(problem: Problem): void {
    if (problem !== this.state.problem) this.take(problem);
  }

  /**
   * Checks every law of the run, which must be of this auditor's problem; with `fold` also that its tables tell of the same
   * money and of all the time.
   */
  audit(run: RunRecord, kernelSpent?: number, fold?: RunFold): AuditResult {
    const { state: s, state: { accounts } } = this;
    assert(run.problem === s.problem, 'a run is audited by an auditor of its problem');
    this.reset(run);
    this.readRows();
    this.checkEnd(run);
    // Accounts of rows that make no sense would make none either.
    if (s.broken.length > 0) return { clean: false, broken: s.broken, warnings: [] };
    s.now = run.endedAt;
    accounts.close(s);
    const broken = accounts.broken(kernelSpent, s.anyLoad()), result = { clean: broken.length === 0, broken, warnings: accounts.warnings() };
    return fold === undefined ? result : this.withTables(result, fold);
  }

  /** The result of the last audit, and what is wrong with the tables of its run. */
  withTables({ broken, warnings }: AuditResult, fold: RunFold): AuditResult {
    const all = [...broken, ...auditTables(fold, this.state.accounts.total)];
    return { clean: all.length === 0, broken: all, warnings };
  }

  private checkEnd(run: RunRecord): void {
    const { state: s, state: { problem } } = this;
    for (let j = 0; j < problem.jobCount; j++) {
      if (s.jobOpen[j] === 0 && s.jobArchived[j] === 0) say.neverArchived(s, j);
      if (s.jobOpen[j]! > 0 && run.cause === 'finished') say.openAtTheEnd(s, j);
    }
    if (s.owing === 0) return;
    for (let t = 0; t < problem.taskCount; t++) if (s.owed[t] === 1) say.neverRevoked(s, t);
  }
}
