// The tables of a run folder. Attempts, VM lives, resources and jobs come from the fold that the metrics use, so that whoever
// adds up the columns gets the metrics; decisions and faults come from the journal. Times are ms since the epoch, money dollars.
import type { JournalHeader } from '../journal/journal-header.ts';
import { buildTable, decisionsTable, faultsTable, number, text } from '../journal/tables.ts';
import type { ColumnTable, TableDictionary } from '../journal/tables.ts';
import { CAUSES } from '../journal/records.ts';
import type { RunRecord } from '../journal/run-record.ts';
import type { RunFold } from '../metrics/attempts.ts';
import { OUTCOMES } from '../metrics/columns.ts';
import { jobRows, resourceRows } from '../metrics/resources.ts';
import { MARKETS, RESOURCE_KINDS } from '../model/states.ts';

export const ATTEMPT_COLUMNS = {
  scenario: text('name of the scenario'),
  policy: text('name of the policy'),
  seed: number('1', "the run's seed"),
  job: text('job of the task'),
  task: text('the task'),
  kind: text("the task's kind"),
  attempt: number('1', 'number of the attempt of this task, from 1'),
  unit: text('where it was placed'),
  pool: text("the unit's pool"),
  resource: text('kind of the resource: local, cloud, api or human'),
  market: text('market of the VM'),
  life: number('1', 'life of the VM slot, from 1'),
  outcome: text('how it ended; waiting and running: the run ended first'),
  readyAt: number('ms', 'since when the task could have been placed, since the epoch'),
  placedAt: number('ms', 'instant of the placement, since the epoch'),
  dataReadyAt: number('ms', 'when its inputs were there, since the epoch'),
  startedAt: number('ms', 'start, since the epoch; empty when it never started'),
  endedAt: number('ms', 'end, since the epoch'),
  setup: number('ms', 'time spent on set-up'),
  busy: number('ms', 'time worked, without pauses of a calendar: setup + overhead + kept + lost'),
  overhead: number('ms', 'time spent writing checkpoints'),
  kept: number('ms', 'work whose result survives the attempt'),
  lost: number('ms', 'work that must be done again'),
  progressBefore: number('1', "share of the task's work saved when it was placed"),
  progressAfter: number('1', "share of the task's work saved when it ended"),
  checkpoints: number('1', 'checkpoints written'),
  cost: number('dollars', 'cost attributed to the attempt'),
} as const satisfies TableDictionary;

export const RESOURCE_COLUMNS = {
  unit: text('the unit: a workstation, a VM slot, an API, a person'),
  pool: text('its pool'),
  resource: text('kind: local, cloud, api or human'),
  attempts: number('1', 'attempts placed on it'),
  offered: number('ms', 'time it could have worked: the whole run, READY time of VMs, published working time of people less absences'),
  busy: number('ms', 'offered time in which at least one task ran'),
  idle: number('ms', 'offered time in which nothing ran'),
  utilisation: number('1', 'work (the integral of the dominant share of what ran) over offered time'),
  cost: number('dollars', 'what it cost'),
} as const satisfies TableDictionary;

export const VM_LIFE_COLUMNS = {
  unit: text('the VM slot'),
  pool: text('its pool'),
  life: number('1', 'life of the slot, from 1'),
  market: text('spot or on-demand'),
  requestedAt: number('ms', 'request, since the epoch'),
  startedAt: number('ms', 'from here on it is paid for, since the epoch; empty when it was refused'),
  readyAt: number('ms', 'READY, since the epoch'),
  drainingAt: number('ms', 'a notice came or it was released, since the epoch'),
  endedAt: number('ms', 'end of its life, or of the run, since the epoch'),
  ending: text('why it ended; empty when the run ended first'),
  billed: number('ms', 'time billed, rounding included'),
  cost: number('dollars', 'what it cost'),
} as const satisfies TableDictionary;

export const JOB_COLUMNS = {
  job: text('the job'),
  outcome: text('how it stands when the run ends'),
  submittedAt: number('ms', 'when it came in, since the epoch'),
  completedAt: number('ms', 'when its last task completed, since the epoch'),
  cost: number('dollars', 'its calls and people, and its share of machines while its tasks ran'),
} as const satisfies TableDictionary;

/** All tables of a run, each made when it is asked for. `fold` must be of this run. */
export function* runTables(run: RunRecord, fold: RunFold): Generator<ColumnTable, void, void> {
  yield attemptsTable(run, fold);
  yield decisionsTable(run);
  yield resourcesTable(fold);
  yield vmLivesTable(fold);
  yield jobsTable(fold);
  yield faultsTable(run);
}

/** What is written into each Parquet file about the run it is of. */
export function aboutRun({ engine, scenarioHash, policy, seed }: JournalHeader, run: RunRecord): Readonly<Record<string, string>> {
  return { run: run.hash, engine, scenario: scenarioHash, policy: policy.name, seed: String(seed) };
}

/** One row per attempt, in the order of the placements. */
export function attemptsTable(run: RunRecord, fold: RunFold): ColumnTable<typeof ATTEMPT_COLUMNS> {
  const { problem, attempts: a, lives } = fold;
  return buildTable('attempts', ATTEMPT_COLUMNS, (add) => {
    for (let k = 0; k < a.count; k++) {
      const task = a.task[k], unit = a.unit[k], pool = problem.unitPool[unit], life = a.life[k];
      add({
        scenario: problem.name, policy: run.policy, seed: run.seed,
        job: problem.jobIds[problem.taskJob[task]], task: problem.taskIds[task], kind: problem.taskKinds[task], attempt: a.attempt[k],
        unit: problem.unitIds[unit], pool: problem.poolIds[pool], resource: RESOURCE_KINDS[problem.poolKind[pool]],
        market: MARKETS[a.market[k]] ?? null, life: life < 0 ? null : lives.life[life], outcome: OUTCOMES[a.outcome[k]],
        readyAt: came(a.readyAt[k]), placedAt: a.placedAt[k], dataReadyAt: a.dataReadyAt[k], startedAt: came(a.startedAt[k]), endedAt: came(a.endedAt[k]),
        setup: a.setupMs[k], busy: a.busyMs[k], overhead: a.overheadMs[k], kept: a.keptMs[k], lost: a.lostMs[k],
        progressBefore: a.ppmStart[k] / 1e6, progressAfter: a.ppmEnd[k] / 1e6, checkpoints: a.checkpoints[k], cost: a.cost[k] / 1e6,
      });
    }
  });
}

/** One row per unit, over the whole run. */
export function resourcesTable(fold: RunFold): ColumnTable<typeof RESOURCE_COLUMNS> {
  return buildTable('resources', RESOURCE_COLUMNS, (add) => {
    for (const row of resourceRows(fold)) {
      add({
        unit: row.unit, pool: row.pool, resource: row.kind, attempts: row.attempts, offered: row.offeredMs, busy: row.busyMs, idle: row.idleMs,
        utilisation: row.utilisation, cost: row.costMicroUsd / 1e6,
      });
    }
  });
}

/** One row per VM life, in the order of the requests. */
export function vmLivesTable({ problem, lives }: RunFold): ColumnTable<typeof VM_LIFE_COLUMNS> {
  return buildTable('vm-lives', VM_LIFE_COLUMNS, (add) => {
    for (let k = 0; k < lives.count; k++) {
      add({
        unit: problem.unitIds[lives.unit[k]], pool: problem.poolIds[problem.unitPool[lives.unit[k]]], life: lives.life[k], market: MARKETS[lives.market[k]],
        requestedAt: lives.requestedAt[k], startedAt: came(lives.startedAt[k]), readyAt: came(lives.readyAt[k]), drainingAt: came(lives.drainingAt[k]),
        endedAt: came(lives.endedAt[k]), ending: CAUSES[lives.cause[k]] ?? null, billed: lives.billedMs[k], cost: lives.cost[k] / 1e6,
      });
    }
  });
}

/** One row per job. */
export function jobsTable(fold: RunFold): ColumnTable<typeof JOB_COLUMNS> {
  return buildTable('jobs', JOB_COLUMNS, (add) => {
    for (const row of jobRows(fold)) {
      add({ job: row.job, outcome: row.outcome, submittedAt: came(row.submittedAt), completedAt: came(row.completedAt), cost: row.costMicroUsd / 1e6 });
    }
  });
}

/** An instant, or null when it never came. */
const came = (at: number) => (Number.isNaN(at) ? null : at);
