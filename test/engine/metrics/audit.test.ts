// The audit finds nothing in honest runs of any policy, and names the right law for every accounting bug planted in one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as R from '../../../engine/journal/records.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { auditRun, Auditor } from '../../../engine/metrics/audit.ts';
import { BROKEN_MAX, LAWS } from '../../../engine/metrics/audit-laws.ts';
import type { Law } from '../../../engine/metrics/audit-laws.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { Simulation, simulate } from '../../../engine/sim/run.ts';
import { policies } from '../../../policies/registry.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';
import { plainPolicy } from '../../support/small-scenario.ts';
import { A, B, C, spotExample, spotRun, VM } from '../../support/spot-example.ts';
import { numberOf, rowsOf, writtenRun } from '../../support/written-run.ts';

// Two workstations, an API and a person; batches, data and a rate limit.
const office = compileScenario({
  twinclock: 'scenario/1', name: 'office', mode: 'event', batches: { image: { setup: 30 } },
  jobs: [
    { id: 'first', tasks: [
      { id: 'ask1', duration: 5, on: ['api'] }, { id: 'ask2', duration: 5, on: ['api'] }, { id: 'ask3', duration: 5, on: ['api'] },
      { id: 'build1', duration: 60, on: ['local'], demand: { cores: 2 }, batchKey: 'image' }, { id: 'build2', duration: 60, on: ['local'], demand: { cores: 2 }, batchKey: 'image' },
      { id: 'build3', duration: 60, on: ['local'], demand: { cores: 1 }, batchKey: 'image', after: ['build1'] },
      { id: 'look', duration: 120, on: ['human'], skills: ['eyes'], after: ['ask1'] },
    ] },
    { id: 'second', release: 40, tasks: [{ id: 'pack', duration: 20, on: ['mini'], after: [{ task: 'build2', data: '100MB' }] }, { id: 'talk', duration: 10, on: ['human'], skills: ['eyes'] }] },
  ],
  fleet: {
    local: [{ id: 'pc', cores: 2, count: 2 }, { id: 'mini', cores: 1 }], api: [{ id: 'llm', requestsPerMinute: 60, requestBurst: 2, pricePerCall: 0.01 }],
    human: [{ id: 'ana', skills: ['eyes'], costPerHour: 60, calendar: { intervals: [[0, 100_000], [200_000, 900_000]] }, responseDelay: 10 }, { id: 'bo' }],
    network: { bandwidth: '10MB/s' },
  },
});
const officeRun = simulate(office, { policy: plainPolicy, seed: 1 });

type Rows = number[][];
/** The first row with this code for which the task, unit or job is as named. */
const find = (rows: Rows, code: number, of: string, ids: readonly string[], nth = 0): number => {
  const index = numberOf(ids, of), isCommand = code >= R.PLACE;
  const at = rows.flatMap((row, n) => (row[0] === code && row[isCommand ? 1 : 2] === index ? [n] : []))[nth];
  if (at === undefined) throw new Error(`no row ${code} of ${of}`);
  return at;
};
const inOffice = (code: number, of: string, nth = 0) => (rows: Rows) => find(rows, code, of, [...office.problem.taskIds, ...office.problem.jobIds].includes(of) ? (code === R.ARCHIVE_JOB || code === R.JOB_SUBMITTED ? office.problem.jobIds : office.problem.taskIds) : office.problem.unitIds, nth);
const inSpot = (code: number, index: number, nth = 0) => (rows: Rows) => rows.flatMap((row, n) => (row[0] === code && row[code >= R.PLACE ? 1 : 2] === index ? [n] : []))[nth]!;

/** One accounting bug: in which run, what is done to its rows, and the law that must be named first. */
interface Mutation { readonly law: Law; readonly what: string; readonly of: 'office' | 'spot'; readonly plant: (rows: Rows) => void }
const set = (at: (rows: Rows) => number, field: number, change: (x: number) => number) => (rows: Rows) => { const row = rows[at(rows)]!; row[field] = change(row[field]!); };
const drop = (at: (rows: Rows) => number) => (rows: Rows) => { rows.splice(at(rows), 1); };
const twice = (at: (rows: Rows) => number) => (rows: Rows) => { const n = at(rows); rows.splice(n, 0, [...rows[n]!]); };
const move = (from: (rows: Rows) => number, before: (rows: Rows) => number, time?: number) => (rows: Rows) => {
  const [row] = rows.splice(from(rows), 1);
  if (time !== undefined) row![1] = time;
  rows.splice(before(rows), 0, row!);
};
const insert = (row: number[], before: (rows: Rows) => number) => (rows: Rows) => { rows.splice(before(rows), 0, row); };

const unit = (id: string) => numberOf(office.problem.unitIds, id), task = (id: string) => numberOf(office.problem.taskIds, id);

const MUTATIONS: readonly Mutation[] = [
  { law: 'record', what: 'an event of no known kind', of: 'spot', plant: set(inSpot(R.TASK_STARTED, A), 0, () => 60) },
  { law: 'record', what: 'a code between two', of: 'spot', plant: set(inSpot(R.TASK_STARTED, A), 0, (code) => code + 0.5) },
  { law: 'record', what: 'a task between two', of: 'spot', plant: set(inSpot(R.TASK_STARTED, A), 2, (task) => task + 0.5) },
  { law: 'record', what: 'a unit that does not exist', of: 'spot', plant: set(inSpot(R.PLACE, B), 3, () => 99) },
  { law: 'record', what: 'a negative price', of: 'spot', plant: (rows) => { rows.find((row) => row[0] === R.PRICE_CHANGED)![4] = -1; } },
  { law: 'time-order', what: 'a completion shifted back in time', of: 'spot', plant: set(inSpot(R.TASK_COMPLETED, B), 1, () => 100_000) },
  { law: 'time-order', what: 'an event after the end', of: 'spot', plant: set(inSpot(R.TASK_COMPLETED, C), 1, (t) => t + 1) },
  { law: 'task-state', what: 'a placement dropped', of: 'office', plant: drop(inOffice(R.PLACE, 'build1')) },
  { law: 'task-state', what: 'a start dropped', of: 'office', plant: drop(inOffice(R.TASK_STARTED, 'look')) },
  { law: 'task-state', what: 'a task started twice', of: 'office', plant: twice(inOffice(R.TASK_STARTED, 'look')) },
  { law: 'task-state', what: 'a start on another unit', of: 'office', plant: set(inOffice(R.TASK_STARTED, 'build1'), 4, () => unit('mini')) },
  { law: 'task-state', what: 'a running task revoked without a notice', of: 'office', plant: insert([R.REVOKE, task('build1'), 1, unit('pc/0'), 0, 0], inOffice(R.TASK_COMPLETED, 'build1')) },
  { law: 'vm-state', what: 'the start of a VM dropped', of: 'spot', plant: drop(inSpot(R.VM_STARTED, VM)) },
  { law: 'vm-state', what: 'a life numbered 3 after 1', of: 'spot', plant: set(inSpot(R.REQUEST_VM, VM, 1), 2, () => 3) },
  { law: 'vm-state', what: 'a VM released with tasks on it', of: 'spot', plant: insert([R.RELEASE_VM, VM, 1, 0, 0, 0], inSpot(R.TASK_CHECKPOINTED, A)) },
  { law: 'vm-state', what: 'an end dropped: the slot is requested while it is up', of: 'spot', plant: drop(inSpot(R.VM_TERMINATED, VM)) },
  { law: 'completed-once', what: 'a completion counted twice', of: 'office', plant: twice(inOffice(R.TASK_COMPLETED, 'look')) },
  { law: 'attempts', what: 'an attempt number skipped', of: 'office', plant: (rows) => { for (const row of rows) { if ([R.PLACE].includes(row[0]!) && row[1] === task('pack')) row[2] = 2; if ([R.TASK_STARTED, R.TASK_COMPLETED].includes(row[0]!) && row[2] === task('pack')) row[3] = 2; } } },
  { law: 'release', what: 'the submission dropped', of: 'office', plant: drop(inOffice(R.JOB_SUBMITTED, 'second')) },
  { law: 'release', what: 'a job submitted before its release', of: 'office', plant: move(inOffice(R.JOB_SUBMITTED, 'second'), inOffice(R.TASK_STARTED, 'ask1'), 0) },
  { law: 'precedence', what: 'a task placed before its predecessor ended', of: 'office', plant: move(inOffice(R.PLACE, 'build3'), inOffice(R.TASK_COMPLETED, 'build1')) },
  { law: 'data', what: 'a start before the data has arrived', of: 'office', plant: (rows) => { set(inOffice(R.PLACE, 'pack'), 5, () => 0)(rows); move(inOffice(R.TASK_STARTED, 'pack'), (r) => inOffice(R.PLACE, 'pack')(r) + 1, 90_000)(rows); } },
  { law: 'data', what: 'a start before the placement says', of: 'office', plant: set(inOffice(R.PLACE, 'pack'), 5, (t) => t + 1) },
  { law: 'placement', what: 'a task on a resource of the wrong class', of: 'office', plant: set(inOffice(R.PLACE, 'ask1'), 3, () => unit('mini')) },
  { law: 'placement', what: 'a person without the skill', of: 'office', plant: set(inOffice(R.OFFER, 'look'), 3, () => unit('bo')) },
  { law: 'placement', what: 'a placement on a draining VM', of: 'spot', plant: insert([R.PLACE, A, 2, VM, 0, 0], inSpot(R.VM_TERMINATED, VM)) },
  { law: 'placement', what: 'a start before the VM is ready', of: 'spot', plant: move(inSpot(R.TASK_STARTED, A), inSpot(R.VM_IS_READY, VM), 59_000) },
  { law: 'capacity', what: 'two tasks that need the whole machine on one', of: 'office', plant: (rows) => { set(inOffice(R.PLACE, 'build2'), 3, () => unit('pc/0'))(rows); set(inOffice(R.PLACE, 'build2'), 4, () => 0)(rows); } },
  { law: 'slots', what: 'a person asked for two things at once', of: 'office', plant: move(inOffice(R.OFFER, 'talk'), (r) => inOffice(R.JOB_SUBMITTED, 'second')(r) + 1) },
  { law: 'rate-limit', what: 'a call granted before its token', of: 'office', plant: move(inOffice(R.TASK_STARTED, 'ask3'), (r) => inOffice(R.TASK_STARTED, 'ask2')(r) + 1, 0) },
  { law: 'rate-limit', what: 'a call placed although the API asked to wait', of: 'office', plant: insert([R.API_LIMITED, 0, unit('llm'), 5000, 0, 0], (r) => r.findIndex((row) => row[0] === R.TICK)) },
  { law: 'calendar', what: 'a person who starts while away', of: 'office', plant: insert([R.HUMAN_AWAY, 15_000, unit('ana'), 0, 0, 0], inOffice(R.TASK_STARTED, 'look')) },
  { law: 'calendar', what: 'a person who starts outside their hours', of: 'office', plant: move(inOffice(R.TASK_STARTED, 'look'), (r) => r.findIndex((row) => row[0]! < R.PLACE && row[1]! > 150_000), 150_000) },
  { law: 'setup', what: 'a set-up that was not paid', of: 'office', plant: set(inOffice(R.PLACE, 'build1'), 4, () => 0) },
  { law: 'setup', what: 'a set-up paid on a warm machine', of: 'office', plant: set(inOffice(R.PLACE, 'build3'), 4, () => 30_000) },
  { law: 'busy-time', what: 'a ms of work too much', of: 'office', plant: set(inOffice(R.TASK_COMPLETED, 'build2'), 4, (ms) => ms + 1) },
  { law: 'busy-time', what: 'a person paid for a pause', of: 'office', plant: set(inOffice(R.TASK_COMPLETED, 'look'), 4, (ms) => ms + 100_000) },
  { law: 'lost-work', what: 'progress that falls', of: 'spot', plant: set(inSpot(R.TASK_CHECKPOINTED, A, 1), 4, () => 399_999) },
  { law: 'lost-work', what: 'a checkpoint in less time than it takes', of: 'spot', plant: move(inSpot(R.TASK_CHECKPOINTED, A), (r) => inSpot(R.TASK_STARTED, B)(r) + 1, 62_000) },
  { law: 'archive', what: 'a job that is not archived', of: 'office', plant: drop(inOffice(R.ARCHIVE_JOB, 'first')) },
  { law: 'archive', what: 'a job archived twice', of: 'office', plant: twice(inOffice(R.ARCHIVE_JOB, 'first')) },
  { law: 'archive', what: 'a job archived before its last task', of: 'office', plant: move(inOffice(R.ARCHIVE_JOB, 'first'), inOffice(R.TASK_COMPLETED, 'ask2')) },
  { law: 'ending', what: 'a finished run with a task open', of: 'spot', plant: (rows) => { rows.splice(-2, 2); } },
  { law: 'money', what: 'a price change dropped', of: 'spot', plant: (rows) => { rows.splice(rows.findIndex((row) => row[0] === R.PRICE_CHANGED), 1); } },
  { law: 'money', what: 'a VM that ends a second later', of: 'spot', plant: (rows) => { move(inSpot(R.VM_TERMINATED, VM, 1), (r) => inSpot(R.TASK_COMPLETED, C)(r), 236_000)(rows); } },
];

const RUNS = { office: officeRun, spot: spotRun() };
const SPENT = { office: foldRun(officeRun).ledger.total, spot: 178_000 };

describe('the audit', () => {
  it('finds nothing in runs that obey the laws', () => {
    expect(officeRun.cause).toBe('finished');
    for (const of of ['office', 'spot'] as const) expect(auditRun(RUNS[of], SPENT[of])).toEqual({ clean: true, broken: [], warnings: [] });
  });

  it.each(MUTATIONS)('names $law: $what', ({ law, of, plant }) => {
    const rows = rowsOf(RUNS[of]), { problem, endedAt } = RUNS[of];
    plant(rows);
    const result = auditRun(writtenRun(problem, rows, { endedAt }), SPENT[of]);
    expect(result.clean).toBe(false);
    expect(result.broken[0]!.law, JSON.stringify(result.broken)).toBe(law);
  });

  it('has a planted bug for every law but the one that only warns', () => {
    expect([...new Set(MUTATIONS.map((m) => m.law)), 'budget'].sort()).toEqual(Object.keys(LAWS).sort());
  });

  it('warns of a budget exceeded', () => {
    const rows = rowsOf(RUNS.spot);
    rows.splice(1, 0, [R.BUDGET_CHANGED, 0, 177_999]);
    expect(auditRun(writtenRun(spotExample.problem, rows))).toEqual({ clean: true, broken: [], warnings: [{ law: 'budget', detail: 'the cost of 178000 exceeds the budget of 177999', row: -1 }] });
  });

  it('tells the row, and stops after many', () => {
    const rows = rowsOf(RUNS.spot);
    rows[8]![3] = 7;
    expect(auditRun(writtenRun(spotExample.problem, rows)).broken[0]).toEqual({ law: 'task-state', detail: 'task-started for attempt 7 of b, which is placed in attempt 1', row: 8 });
    const noise = writtenRun(spotExample.problem, Array.from({ length: 500 }, () => [R.TASK_COMPLETED, 0, A, 1, 1]));
    expect(auditRun(noise).broken).toHaveLength(BROKEN_MAX);
  });

  it('knows the money of a run without its tables', () => {
    for (const of of ['office', 'spot'] as const) {
      const auditor = new Auditor(RUNS[of].problem), wrong = auditor.audit(RUNS[of], SPENT[of] + 1);
      expect(auditor.audit(RUNS[of], SPENT[of])).toEqual({ clean: true, broken: [], warnings: [] });
      expect(wrong.broken).toEqual([{ law: 'money', detail: `the kernel spent ${SPENT[of] + 1}, the journal says ${SPENT[of]}`, row: -1 }]);
    }
  });

  it('compares the money of a run that ends with work under way with that of its tables only', () => {
    const rows = rowsOf(RUNS.spot), end = rows.findIndex((row) => row[0] === R.TASK_COMPLETED && row[2] === C), cut = writtenRun(spotExample.problem, rows.slice(0, end), { cause: 'horizon' });
    expect(foldRun(cut).ledger.total).toBeGreaterThan(0);
    expect(auditRun(cut, 1)).toEqual({ clean: true, broken: [], warnings: [] });
  });

  it('believes a busy time that was measured, but not one of less than was saved', () => {
    const rows = rowsOf(RUNS.spot), at = inSpot(R.TASK_CHECKPOINTED, A, 1)(rows), ended = (busyMs: number) => {
      const told = rows.toSpliced(at + 1, 0, [R.TASK_FAILED, rows[at]![1]!, A, 1, R.CAUSE_LOST, busyMs]);
      return auditRun(writtenRun(spotExample.problem, told.slice(0, at + 2), { cause: 'open', measured: true })).broken.map(({ law }) => law);
    };
    expect(ended(80_000)).toEqual([]);
    expect(ended(1)).toEqual(['lost-work']);
  });

  it('believes that a measured call went out a moment before it was told, but not long before its token', () => {
    // The third call needs a token that comes 1000 ms after the first two at 60 a minute, 10 s after them at 6; it starts after 600.
    const broken = (perMinute: number, measured: boolean) => {
      const rows = rowsOf(officeRun), second = inOffice(R.TASK_STARTED, 'ask2');
      move(inOffice(R.TASK_STARTED, 'ask3'), (r) => r.findIndex(([code, t]) => code! < R.PLACE && t! > 600), 600)(rows);
      insert([R.RATE_CHANGED, rows[second(rows)]![1]!, unit('llm'), R.AXES.indexOf('requests'), perMinute, 0], (r) => second(r) + 1)(rows);
      return auditRun(writtenRun(office.problem, rows, { measured })).broken.map(({ law }) => law);
    };
    expect([broken(60, true), broken(60, false)[0], broken(6, true)[0]]).toEqual([[], 'rate-limit', 'rate-limit']);
  });

  it('finds tables that do not tell of the same run', () => {
    const fold = foldRun(officeRun), { total } = fold.ledger, told = () => auditRun(officeRun, SPENT.office, fold).broken.map(({ law }) => law);
    expect(told()).toEqual([]);
    fold.attempts.lostMs[0]! += 1;
    expect(told()).toEqual(['lost-work']);
    fold.ledger.total = total + 1;
    expect(told()).toEqual(['money', 'lost-work']);
    fold.ledger.total = total;
    fold.ledger.unattributed += 1;
    expect(told()).toEqual(['money', 'lost-work']);
  });

  it('may use its memory again', () => {
    const auditor = new Auditor(officeRun.problem), rows = rowsOf(officeRun);
    rows.splice(inOffice(R.TASK_COMPLETED, 'build1')(rows), 1);
    const broken = writtenRun(officeRun.problem, rows, { endedAt: officeRun.endedAt });
    expect(auditor.audit(broken)).toEqual(auditRun(broken));
    expect(auditor.audit(officeRun).clean).toBe(true);
  });

  it('says of a run what it says of it alone, whatever it has read before', () => {
    for (const of of ['office', 'spot'] as const) {
      const auditor = new Auditor(RUNS[of].problem);
      for (const { plant } of MUTATIONS.filter((m) => m.of === of)) {
        const rows = rowsOf(RUNS[of]);
        plant(rows);
        const run = writtenRun(RUNS[of].problem, rows, { endedAt: RUNS[of].endedAt });
        expect(auditor.audit(run, SPENT[of])).toEqual(new Auditor(run.problem).audit(run, SPENT[of]));
      }
    }
    // A producer that started late in one journal and never in the next: its data has come by then.
    const build = task('build2'), auditor = new Auditor(office.problem);
    const late = writtenRun(office.problem, [[R.JOB_SUBMITTED, 0, numberOf(office.problem.jobIds, 'first')], [R.PLACE, build, 1, unit('pc/0'), 30_000], [R.TASK_STARTED, 800_000, build, 1, unit('pc/0')]], { cause: 'open' });
    const never = writtenRun(office.problem, rowsOf(officeRun).filter((row) => row[row[0]! < R.PLACE ? 2 : 1] !== build || row[0] === R.JOB_SUBMITTED), { endedAt: officeRun.endedAt });
    expect(auditor.audit(late).broken).toEqual([]);
    expect(auditor.audit(never)).toEqual(auditRun(never));
    expect(auditor.audit(never).broken.map(({ law }) => law)).not.toContain('data');
    // A person who was away before one journal's start, and of whose start the next one does not tell.
    const start = (rows: Rows) => inOffice(R.TASK_STARTED, 'look')(rows), away = rowsOf(officeRun), elsewhere = rowsOf(officeRun), { endedAt } = officeRun, ana = unit('ana');
    away.splice(start(away), 0, [R.HUMAN_AVAILABLE, away[start(away)]![1]!, ana, 0, 0, 0]);
    away.splice(1, 0, [R.HUMAN_AWAY, 0, ana, 0, 0, 0]);
    elsewhere[start(elsewhere)]![4] = unit('bo');
    auditor.audit(writtenRun(office.problem, away, { endedAt }));
    expect(auditor.audit(writtenRun(office.problem, elsewhere, { endedAt }))).toEqual(auditRun(writtenRun(office.problem, elsewhere, { endedAt })));
  });

  it('tells forty pools apart', () => {
    const machines = Array.from({ length: 40 }, (_, k) => `m${k}`);
    const { problem } = compileScenario({ twinclock: 'scenario/1', name: 'many', mode: 'event', jobs: [{ id: 'job', tasks: machines.map((id) => ({ id: `on-${id}`, duration: 10, on: [id] })) }], fleet: { local: machines.map((id) => ({ id, cores: 1 })) } });
    const placed = (on: string, at: string) => auditRun(writtenRun(problem, [[R.JOB_SUBMITTED, 0, 0], [R.PLACE, numberOf(problem.taskIds, `on-${on}`), 1, numberOf(problem.unitIds, at)]], { cause: 'open' })).broken.map(({ law }) => law);
    for (const on of machines) for (const at of machines) expect(placed(on, at), `${on} at ${at}`).toEqual(on === at ? [] : ['placement']);
  });
});

describe('laws on random runs', () => {
  const ending = fc.constantFrom({}, {}, { horizon: '2h' }, { budget: 5 });
  const someRun = fc.record({ scenario: arbitraryScenario({ tasks: 16 }), ending, policy: fc.constantFrom(...policies), seed: fc.nat(1000) }).map(({ scenario, ending: end, policy, seed }) => {
    const simulation = new Simulation(compileScenario({ ...scenario, ...end }), { policy });
    return { run: simulation.run(seed), spent: simulation.kernel.spent() };
  });

  it('every run of every policy obeys all laws, and the kernel\'s account is the journal\'s', () => {
    fc.assert(fc.property(someRun, ({ run, spent }) => { expect(auditRun(run, spent).broken).toEqual([]); }), { seed: 20260302, numRuns: 150 });
  });

  // A start is only missed where the attempt came to something: one that the market or an API ended might as well not have begun.
  it('a placement, start, completion or archive that is dropped or doubled never passes', () => {
    const kinds = new Set<number>([R.PLACE, R.OFFER, R.TASK_COMPLETED, R.ARCHIVE_JOB]);
    fc.assert(fc.property(someRun, fc.nat(), fc.boolean(), ({ run }, pick, doubled) => {
      fc.pre(run.cause === 'finished');
      const rows = rowsOf(run), ended = new Set(rows.flatMap((row) => (row[0] === R.TASK_COMPLETED ? [`${row[2]}/${row[3]}`] : [])));
      const candidates = rows.flatMap((row, n) => (kinds.has(row[0]!) || (row[0] === R.TASK_STARTED && ended.has(`${row[2]}/${row[3]}`)) ? [n] : []));
      const at = candidates[pick % candidates.length]!;
      if (doubled) rows.splice(at, 0, [...rows[at]!]); else rows.splice(at, 1);
      expect(auditRun(mutated(run, rows)).clean).toBe(false);
    }), { seed: 20260303, numRuns: 150 });
  });
});

const mutated = (run: RunRecord, rows: Rows) => writtenRun(run.problem, rows, { endedAt: run.endedAt, cause: run.cause });
