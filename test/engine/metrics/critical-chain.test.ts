// The chain that determined the makespan: by hand for each way in which one thing releases another, and by law on random
// runs: its steps abut, and the parts of each sum to what it accounts for, to the millisecond.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOnce } from '../../../engine/experiment/run-once.ts';
import * as R from '../../../engine/journal/records.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { CHAIN_CAUSES, linkText } from '../../../engine/metrics/cause-names.ts';
import { criticalChain } from '../../../engine/metrics/critical-chain.ts';
import { makespanMetrics } from '../../../engine/metrics/makespan.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { faultNames, loadFaults } from '../../../scenarios/faults/index.ts';
import { handWrittenRun } from '../../support/hand-written-run.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';
import { numberOf, writtenRun } from '../../support/written-run.ts';
import type { Row } from '../../support/written-run.ts';

/** `task/attempt link before: cause ms, ...`, in order of time. */
function story(run: RunRecord): string[] {
  const fold = foldRun(run), { problem, attempts: a } = fold, name = (k: number): string => `${problem.taskIds[a.task[k]!]!}/${a.attempt[k]!}`;
  return criticalChain(run, fold).steps.map(({ row, link, releasedBy, ms }) => {
    const parts = CHAIN_CAUSES.flatMap((cause, c) => (ms[c] === 0 ? [] : [`${cause} ${ms[c]!}`]));
    return `${name(row)} ${link}${releasedBy < 0 ? '' : ` ${name(releasedBy)}`}: ${parts.join(', ')}`;
  });
}

function written(file: Omit<ScenarioFile, 'twinclock' | 'name'>, rows: (task: (id: string) => number, unit: (id: string) => number) => readonly Row[]): RunRecord {
  const { problem } = compileScenario({ twinclock: 'scenario/1', name: 'written', mode: 'event', ...file });
  return writtenRun(problem, rows((id) => numberOf(problem.taskIds, id), (id) => numberOf(problem.unitIds, id)));
}

const job = (...tasks: ScenarioFile['jobs'][number]['tasks']): ScenarioFile['jobs'] => [{ id: 'j', tasks }];

describe('by hand', () => {
  it('follows attempts, boots, set-ups, lost work and limits through a whole run', () => {
    expect(story(handWrittenRun())).toEqual([
      'f1-build/1 start of the run: work 60000',
      'f1-train/1 predecessor f1-build/1: lost work 300000, set-up 30000, boot 30000',
      'f1-train/2 attempt f1-train/1: work 360000, set-up 30000, boot 90000',
      'f1-ask/1 predecessor f1-train/2: ',
      'f1-ask/2 attempt f1-ask/1: work 5000.5, rate limit 20000',
    ]);
  });

  it('tells the news of an end that comes late from the hours of a person', () => {
    // A process works [0, 10) and a person [10, 15); both ends are told of half a second later.
    const run = written({ jobs: job({ id: 'a', duration: '10s' }, { id: 'b', duration: '5s', after: ['a'], on: ['human'] }), fleet: { local: [{ id: 'm', cores: 1 }], human: [{ id: 'p' }] } }, (task, unit) => [
      [R.JOB_SUBMITTED, 0, 0], [R.TICK, 0], [R.PLACE, task('a'), 1, unit('m')], [R.TASK_STARTED, 0, task('a'), 1, unit('m')], [R.TASK_COMPLETED, 10_500, task('a'), 1, 10_000],
      [R.TICK, 10_500], [R.OFFER, task('b'), 1, unit('p')], [R.TASK_STARTED, 10_500, task('b'), 1, unit('p')], [R.TASK_COMPLETED, 16_000, task('b'), 1, 5000],
    ]);
    expect(story(run)).toEqual(['a/1 start of the run: work 10000, exit 500', 'b/1 predecessor a/1: work 5000, off hours 500']);
  });

  it('goes through the task that held the unit, not through the predecessor that was done before', () => {
    // a [0, 10) and b [0, 40) on 2 cores; c after a wants both: it begins when b ends.
    const run = written({ jobs: job({ id: 'a', duration: '10s', demand: { cores: 1 } }, { id: 'b', duration: '40s', demand: { cores: 1 } }, { id: 'c', duration: '5s', after: ['a'], demand: { cores: 2 } }), fleet: { local: [{ id: 'm', cores: 2 }] } }, (task, unit) => [
      [R.JOB_SUBMITTED, 0, 0], [R.TICK, 0], [R.PLACE, task('a'), 1, unit('m')], [R.PLACE, task('b'), 1, unit('m')], [R.TASK_STARTED, 0, task('a'), 1, unit('m')], [R.TASK_STARTED, 0, task('b'), 1, unit('m')],
      [R.TASK_COMPLETED, 10_000, task('a'), 1, 10_000], [R.TASK_COMPLETED, 40_000, task('b'), 1, 40_000], [R.TICK, 40_000], [R.PLACE, task('c'), 1, unit('m')],
      [R.TASK_STARTED, 40_000, task('c'), 1, unit('m')], [R.TASK_COMPLETED, 45_000, task('c'), 1, 5000],
    ]);
    expect(story(run)).toEqual(['b/1 start of the run: work 40000', 'c/1 unit b/1: work 5000']);
  });

  it('splits the wait for a decision at the grid: before it the tick, after it whoever held back', () => {
    const run = written({ mode: 'tick', tick: '30s', jobs: job({ id: 'a', duration: '10s' }, { id: 'b', duration: '5s', after: ['a'] }), fleet: { local: [{ id: 'm', cores: 2 }] } }, (task, unit) => [
      [R.JOB_SUBMITTED, 0, 0], [R.TICK, 0], [R.PLACE, task('a'), 1, unit('m')], [R.TASK_STARTED, 0, task('a'), 1, unit('m')], [R.TASK_COMPLETED, 10_000, task('a'), 1, 10_000],
      [R.TICK, 30_000], [R.TICK, 90_000], [R.PLACE, task('b'), 1, unit('m')], [R.TASK_STARTED, 90_000, task('b'), 1, unit('m')], [R.TASK_COMPLETED, 95_000, task('b'), 1, 5000],
    ]);
    expect(story(run)).toEqual(['a/1 start of the run: work 10000', 'b/1 predecessor a/1: work 5000, tick 20000, held back 60000']);
  });

  it('waits for a slot of the pool, and for a VM that was requested for another task', () => {
    // One slot. a's VM ends at 100 s, 40 s after a did; the next one is requested for b, and c, placed later, waits for its boot.
    const run = written({
      jobs: job({ id: 'a', duration: '50s' }, { id: 'b', duration: '1s' }, { id: 'c', duration: '30s' }),
      fleet: { cloud: [{ id: 'vm', cores: 2, max: 1, spinUp: '10s', onDemand: { price: 1 } }] },
    }, (task, unit) => [
      [R.JOB_SUBMITTED, 0, 0], [R.TICK, 0], [R.REQUEST_VM, unit('vm/0'), 1, 0], [R.PLACE, task('a'), 1, unit('vm/0')], [R.VM_STARTED, 0, unit('vm/0'), 1], [R.VM_IS_READY, 10_000, unit('vm/0'), 1],
      [R.TASK_STARTED, 10_000, task('a'), 1, unit('vm/0')], [R.TASK_COMPLETED, 60_000, task('a'), 1, 50_000], [R.RELEASE_VM, unit('vm/0'), 1], [R.VM_TERMINATED, 100_000, unit('vm/0'), 1, R.CAUSE_RELEASED],
      [R.TICK, 100_000], [R.REQUEST_VM, unit('vm/0'), 2, 0], [R.PLACE, task('b'), 1, unit('vm/0')], [R.VM_STARTED, 100_000, unit('vm/0'), 2],
      [R.TICK, 104_000], [R.PLACE, task('c'), 1, unit('vm/0')], [R.VM_IS_READY, 110_000, unit('vm/0'), 2], [R.TASK_STARTED, 110_000, task('b'), 1, unit('vm/0')], [R.TASK_STARTED, 110_000, task('c'), 1, unit('vm/0')],
      [R.TASK_COMPLETED, 111_000, task('b'), 1, 1000], [R.TASK_COMPLETED, 140_000, task('c'), 1, 30_000],
    ]);
    expect(story(run)).toEqual(['a/1 start of the run: work 50000, boot 10000', 'b/1 unit a/1: unit 40000', 'c/1 vm b/1: work 30000, boot 10000']);
  });

  it('follows data to the task that made it', () => {
    // 1 MB/s: 5 MB of a are on m2 at 10 s + 5 s; b, done at 12 s on m2 itself, is not what c waits for.
    const run = written({
      jobs: job({ id: 'a', duration: '10s' }, { id: 'b', duration: '12s' }, { id: 'c', duration: '3s', after: [{ task: 'a', data: '5MB' }, 'b'] }),
      fleet: { network: { bandwidth: '1MB/s', latency: 0 }, local: [{ id: 'm1', cores: 1 }, { id: 'm2', cores: 2 }] },
    }, (task, unit) => [
      [R.JOB_SUBMITTED, 0, 0], [R.TICK, 0], [R.PLACE, task('a'), 1, unit('m1')], [R.PLACE, task('b'), 1, unit('m2')], [R.TASK_STARTED, 0, task('a'), 1, unit('m1')], [R.TASK_STARTED, 0, task('b'), 1, unit('m2')],
      [R.TASK_COMPLETED, 10_000, task('a'), 1, 10_000], [R.TASK_COMPLETED, 12_000, task('b'), 1, 12_000], [R.TICK, 12_000], [R.PLACE, task('c'), 1, unit('m2'), 0, 15_000],
      [R.TASK_STARTED, 15_000, task('c'), 1, unit('m2')], [R.TASK_COMPLETED, 18_000, task('c'), 1, 3000],
    ]);
    expect(story(run)).toEqual(['a/1 start of the run: work 10000', 'c/1 data a/1: work 3000, data 5000']);
  });

  it('tells the response of a person from the hours in which nobody answers, and waits for one who is away', () => {
    // Works 9 to 17. Away until 10:00 of the first day; asked then, answers at 10:30, works until 17:00 and from 9:00 to 9:30.
    const hour = 3_600_000, open = (day: number): [number, number] => [(24 * day + 9) * hour, (24 * day + 17) * hour], run = written({
      epoch: '2026-03-02T00:00:00Z', jobs: [{ id: 'j', release: '9h', tasks: [{ id: 'a', duration: '7h', on: ['human'] }] }],
      fleet: { human: [{ id: 'p', calendar: { intervals: [open(0), open(1)] } }] },
    }, (task, unit) => [
      [R.HUMAN_AWAY, 8 * hour, unit('p'), 10 * hour], [R.JOB_SUBMITTED, 9 * hour, 0], [R.TICK, 9 * hour], [R.HUMAN_AVAILABLE, 10 * hour, unit('p')], [R.TICK, 10 * hour], [R.OFFER, task('a'), 1, unit('p')],
      [R.TASK_STARTED, 10.5 * hour, task('a'), 1, unit('p')], [R.TASK_COMPLETED, 33.5 * hour, task('a'), 1, 7 * hour],
    ]);
    expect(story(run)).toEqual([`a/1 start of the run: work ${7 * hour}, off hours ${16 * hour}, person ${1.5 * hour}`]);
  });

  it('ends a run that was cut off with what came last', () => {
    const run = written({ jobs: job({ id: 'a', duration: '10s' }, { id: 'b', duration: '9s', after: ['a'] }), fleet: { local: [{ id: 'm', cores: 1 }] } }, (task, unit) => [
      [R.JOB_SUBMITTED, 0, 0], [R.TICK, 0], [R.PLACE, task('a'), 1, unit('m')], [R.TASK_STARTED, 0, task('a'), 1, unit('m')], [R.TASK_COMPLETED, 10_000, task('a'), 1, 10_000], [R.TICK, 25_000],
    ]);
    expect(story(run)).toEqual(['a/1 start of the run: work 10000, unfinished 15000']);
  });
});

/** The law itself. */
function check(run: RunRecord): void {
  const fold = foldRun(run), chain = criticalChain(run, fold), { makespanMs } = makespanMetrics(fold), sum = (ms: Iterable<number>): number => [...ms].reduce((a, b) => a + b, 0);
  expect(chain.to - chain.from).toBe(makespanMs);
  expect(sum(chain.ms)).toBe(makespanMs);
  expect([...chain.ms].every((ms) => ms >= 0)).toBe(true);
  let at = chain.from, before = -1;
  for (const { row, releasedBy, from, to, ms } of chain.steps) {
    expect([from, releasedBy]).toEqual([at, before]);
    expect(sum(ms)).toBe(to - from);
    expect([...ms].every((part) => part >= 0)).toBe(true);
    expect(row).toBeGreaterThan(before);
    at = to;
    before = row;
  }
  if (chain.steps.length > 0) expect(at).toBe(chain.to);
}

describe('law', () => {
  it('accounts for every millisecond of the makespan of random runs', () => {
    fc.assert(fc.property(arbitraryScenario(), fc.constantFrom('weighted', 'fifo', 'cheapest', 'spot-only', 'heft'), fc.nat(50), (file, policy, seed) => {
      check(runOnce(compileScenario(file), { policy: policyNamed(policy), seed }).run);
    }), { seed: 23, numRuns: 150 });
  });

  it.each(['feature-12', 'feature-120', 'heft-10', 'spot-1'])('of %s', (name) => {
    for (const seed of [1, 7]) check(runOnce(compileScenario(loadCatalog(name)), { policy: policyNamed('weighted'), seed }).run);
  });

  it.each(faultNames())('of feature-120 under %s', (name) => {
    const file = loadCatalog('feature-120'), instance = compileScenario(file);
    check(runOnce(instance, { policy: policyNamed('spot-only'), seed: 3, faults: compileFaults(loadFaults(name), instance.problem) }).run);
  });

  it('is the longest path itself when there is room for everything and nothing to wait for', () => {
    const file: ScenarioFile = {
      twinclock: 'scenario/1', name: 'wide', mode: 'event', fleet: { local: [{ id: 'm', cores: 8 }] },
      jobs: job({ id: 'a', duration: '10s' }, { id: 'b', duration: '20s' }, { id: 'c', duration: '10s', after: ['a', 'b'] }, { id: 'd', duration: '35s', after: ['a'] }),
    };
    expect(story(runOnce(compileScenario(file), { policy: policyNamed('fifo'), seed: 1 }).run)).toEqual(['a/1 start of the run: work 10000', 'd/1 predecessor a/1: work 35000']);
  });

  it('names every link', () => {
    expect([linkText('unit', 'a'), linkText('vm', 'a'), linkText('data', 'a'), linkText('predecessor', 'a')]).toEqual(['room of a', 'a VM requested for a', 'data of a', 'a']);
  });
});
