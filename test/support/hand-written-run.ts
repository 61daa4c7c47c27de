// A run written by hand, row by row, for tests of what is folded from journals: one workstation, a pool of two VM slots
// and one API; one job of three tasks in a chain, and a job that comes too late to matter.
import { DecisionLog } from '../../engine/journal/decision-log.ts';
import { journalHeader } from '../../engine/journal/journal-header.ts';
import type { JournalHeader } from '../../engine/journal/journal-header.ts';
import { journalHash } from '../../engine/journal/journal-hash.ts';
import { RecordLog } from '../../engine/journal/log.ts';
import * as R from '../../engine/journal/records.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { REFUSALS } from '../../engine/model/policy.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';

export const handWrittenScenario: ScenarioFile = {
  twinclock: 'scenario/1', name: 'by hand', batches: { torch: { setup: '30s' } },
  jobs: [
    { id: 'f1', tasks: [
      { id: 'f1-build', kind: 'build', duration: '1m', on: ['local'], demand: { memory: '4GB' } },
      { id: 'f1-train', kind: 'train', duration: '6m', on: ['gpu'], after: ['f1-build'], batchKey: 'torch', demand: { memory: '16GB' } },
      { id: 'f1-ask', kind: 'ask', duration: '5s', on: ['llm'], after: ['f1-train'] },
    ] },
    { id: 'f2', release: '1d', tasks: [{ id: 'f2 "é"', duration: '1m' }] },
  ],
  fleet: {
    local: [{ id: 'workstation', memory: '40GB', cores: 8 }],
    cloud: [{ id: 'gpu', memory: '32GB', cores: 8, max: 2, spinUp: '60s', onDemand: { price: 3.6 }, spot: { price: 1.2, notice: '2m' } }],
    api: [{ id: 'llm', requestsPerMinute: 60, pricePerCall: 0.01 }],
  },
};

export const handWrittenInstance = compileScenario(handWrittenScenario);
export const handWrittenProblem = handWrittenInstance.problem;

const index = (names: readonly string[]) => (name: string) => {
  const found = names.indexOf(name);
  if (found < 0) throw new Error(`no ${name} among ${names.join(', ')}`);
  return found;
};
/** Numbers of tasks, jobs and units by name. */
export const task = index(handWrittenProblem.taskIds), job = index(handWrittenProblem.jobIds), unit = index(handWrittenProblem.unitIds);

const BUILD = task('f1-build'), TRAIN = task('f1-train'), ASK = task('f1-ask');
const WORKSTATION = unit('workstation'), GPU0 = unit('gpu/0'), GPU1 = unit('gpu/1'), LLM = unit('llm');

/**
 * build runs on the workstation [0 s, 60 s); train on a spot VM that is READY at 90 s, gets a notice at 300 s and is killed
 * at 420 s; its second attempt runs on demand on the other slot [510 s, 900 s); the call is limited once, and made [920 s, 925 s).
 *
 *   workstation  build####
 *   gpu/0 spot            spin-up##ready:train########notice##x
 *   gpu/1                                                    spin-up##ready:train##########
 *   llm                                                                                    (429) ask#
 */
export function handWrittenLog(): RecordLog {
  const log = new RecordLog(4);
  log.append(R.JOB_SUBMITTED, 0, job('f1'), 0, 0, 0);
  log.append(R.TICK, 0, 0, 0, 0, 0);
  log.append(R.PLACE, BUILD, 1, WORKSTATION, 0, 0);
  log.append(R.TASK_STARTED, 0, BUILD, 1, WORKSTATION, 0);
  log.append(R.TASK_COMPLETED, 60_000, BUILD, 1, 60_000, 0);
  log.append(R.REFUSED, REFUSALS.indexOf('budget'), TRAIN, GPU1, 0, 0);
  log.append(R.REQUEST_VM, GPU0, 1, 1, 0, 0);
  log.append(R.PLACE, TRAIN, 1, GPU0, 30_000, 60_000);
  log.append(R.VM_STARTED, 60_000, GPU0, 1, 0, 0);
  log.append(R.VM_IS_READY, 90_000, GPU0, 1, 0, 0);
  log.append(R.TASK_STARTED, 90_000, TRAIN, 1, GPU0, 0);
  log.append(R.FAULT_INJECTED, 300_000, 0, 0, 0, 0);
  log.append(R.VM_NOTICE, 300_000, GPU0, 1, 420_000, 0);
  log.append(R.VM_TERMINATED, 420_000, GPU0, 1, R.CAUSE_INTERRUPTED, 0);
  log.append(R.REQUEST_VM, GPU1, 1, 0, 0, 0);
  log.append(R.PLACE, TRAIN, 2, GPU1, 30_000, 60_000);
  log.append(R.VM_STARTED, 420_000, GPU1, 1, 0, 0);
  log.append(R.VM_IS_READY, 510_000, GPU1, 1, 0, 0);
  log.append(R.TASK_STARTED, 510_000, TRAIN, 2, GPU1, 0);
  log.append(R.RATE_CHANGED, 600_000, LLM, 1, Infinity, 0);
  log.append(R.TASK_COMPLETED, 900_000, TRAIN, 2, 390_000, 0);
  log.append(R.RELEASE_VM, GPU1, 1, 0, 0, 0);
  log.append(R.VM_TERMINATED, 900_000, GPU1, 1, R.CAUSE_RELEASED, 0);
  log.append(R.PLACE, ASK, 1, LLM, 0, 900_000);
  log.append(R.TASK_STARTED, 900_000, ASK, 1, LLM, 0);
  log.append(R.TASK_FAILED, 900_000, ASK, 1, R.CAUSE_RATE_LIMITED, 0);
  log.append(R.API_LIMITED, 900_000, LLM, 920_000, 0, 0);
  log.append(R.PLACE, ASK, 2, LLM, 0, 900_000);
  log.append(R.TASK_STARTED, 920_000, ASK, 2, LLM, 0);
  log.append(R.TASK_COMPLETED, 925_000.5, ASK, 2, 5_000.5, 0);
  log.append(R.ARCHIVE_JOB, job('f1'), 0, 0, 0, 0);
  return log;
}

/** The run of that log, or of another one; its decisions are those of `handWrittenDecisions`. */
export function handWrittenRun(log: RecordLog = handWrittenLog()): RunRecord {
  const about = { policy: 'fifo', parameters: { horizonTicks: 3, alpha: 0.1 }, weights: { latency: 0.6, cost: 0.3, fragmentation: 0.1 }, seed: 42 };
  return {
    problem: handWrittenProblem, ...about, log, decisions: handWrittenDecisions(), cause: 'finished', explanation: '', endedAt: 925_000.5,
    hash: journalHash(handWrittenInstance.hash, about.policy, about.parameters, about.weights, about.seed, log), decisionMs: Float64Array.of(0.25, 0.75),
  };
}

/** train chose a fresh spot VM over one on demand and one that could not be had; ask was placed without asking. */
export function handWrittenDecisions(): DecisionLog {
  const log = new DecisionLog(), pool = handWrittenProblem.unitPool[GPU0];
  const candidate = (...row: number[]) => { const at = log.reserveCandidate(); log.candidates.set(row, at); };
  candidate(GPU1, pool, 0, REFUSALS.indexOf('draining'), 60_000, 390_000, 0, 390_000, 0, 0, 0, 0, 0);
  candidate(-1, pool, 0 + 2, 0, 120_000, 390_000, 0, 450_000, 0.5, 0.2, 0.9, 0.05, 0.4);
  candidate(GPU0, pool, 1 + 2, 0, 120_000, 390_000, 12_000, 150_000, 0.5, 0.25, 0.3, 0.05, 0.25);
  log.addDecision(60_000, TRAIN, 1, 3, 2);
  log.addDecision(900_000, ASK, 2, 0, -1);
  return log;
}

export function handWrittenHeader(run: RunRecord): JournalHeader {
  return journalHeader(run, { engine: '0.1.0', scenario: handWrittenScenario, scenarioHash: handWrittenInstance.hash });
}
