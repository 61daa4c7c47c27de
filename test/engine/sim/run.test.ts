// Whole runs small enough to be solved by hand, one matter at a time; each is replayed as well.
import { describe, expect, it } from 'vitest';
import { auditRun } from '../../../engine/metrics/audit.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FleetFile, ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import type { FaultFile } from '../../../engine/model/fault-plan.ts';
import type { Policy } from '../../../engine/model/policy.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { replay } from '../../../engine/sim/replay.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { gantt, narrate } from '../../support/narrate.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

function run(tasks: readonly TaskFile[], fleet: FleetFile, rest: Partial<ScenarioFile> = {}, faults: readonly FaultFile[] = []) {
  const instance = compileScenario(smallScenario(tasks, fleet, rest));
  const compiled = compileFaults({ twinclock: 'faults/1', name: 'test', faults }, instance.problem);
  const record = simulate(instance, { policy: plainPolicy, seed: 1, faults: compiled });
  const again = replay(instance, record.log, { policy: plainPolicy, parameters: record.parameters, weights: record.weights, seed: 1 });
  expect(again).toMatchObject({ identical: true, hash: record.hash });
  return record;
}

describe('a workstation', () => {
  // memory 4 GB, 4 cores:   0    10   20   30
  //   a (2 cores)            |=========|           c waits for both
  //   b (2 cores)            |====|                d (4 cores) waits for room
  //   c after a, b                     |====|
  //   d                                     |====|
  it('packs tasks beside each other and keeps precedence', () => {
    const r = run([
      { id: 'a', duration: 20, on: ['local'], demand: { cores: 2, memory: '2GB' } },
      { id: 'b', duration: 10, on: ['local'], demand: { cores: 2, memory: '2GB' } },
      { id: 'c', duration: 10, on: ['local'], demand: { cores: 1 }, after: ['a', 'b'] },
      { id: 'd', duration: 10, on: ['local'], demand: { cores: 4 } },
    ], { local: [{ id: 'pc', cores: 4, memory: '4GB' }] });
    expect(gantt(r)).toEqual(['a pc 0-20', 'b pc 0-10', 'c pc 20-30', 'd pc 30-40']);
    expect(r).toMatchObject({ cause: 'finished', endedAt: 40_000 });
  });

  it('decides on the grid in tick mode, and only there', () => {
    const r = run([{ id: 'a', duration: 20, on: ['local'] }, { id: 'b', duration: 20, on: ['local'], after: ['a'] }], { local: [{ id: 'pc', slots: 1 }] }, { mode: 'tick' });
    expect(gantt(r)).toEqual(['a pc 0-20', 'b pc 30-50']);
  });

  it('shares a set-up between tasks of one batch run back to back', () => {
    const task = (id: string, batchKey?: string): TaskFile => ({ id, duration: 10, on: ['local'], ...(batchKey === undefined ? {} : { batchKey }) });
    const r = run([task('a', 'k'), task('b', 'k'), task('c', 'm'), task('d', 'k')], { local: [{ id: 'pc', slots: 1 }] }, { batches: { k: { setup: 5 }, m: { setup: 3 } } });
    expect(gantt(r)).toEqual(['a pc 0-15', 'b pc 15-25', 'c pc 25-38', 'd pc 38-53']);
  });

  it('waits for data made elsewhere, not for data made in place', () => {
    // a runs on x until 10; 100 MB at 10 MB/s are readable on y from 20 on; b stays on x and starts at once.
    const r = run([
      { id: 'a', duration: { by: { x: 10 } } },
      { id: 'b', duration: { by: { x: 5 } }, after: [{ task: 'a', data: '100MB' }] },
      { id: 'c', duration: { by: { y: 5 } }, after: [{ task: 'a', data: '100MB' }] },
    ], { local: [{ id: 'x' }, { id: 'y' }], network: { bandwidth: '10MB/s' } });
    expect(gantt(r)).toEqual(['a x 0-10', 'b x 10-15', 'c y 20-25']);
  });
});

const spot = (extra: object = {}): FleetFile => ({ cloud: [{ id: 'vm', cores: 2, max: 2, spinUp: 60, onDemand: { price: 3.6 }, spot: { price: 1.2, notice: 30, ...extra } }] });

describe('the cloud', () => {
  it('spins up, bills from the start of the boot to the end, by the second with a minimum', () => {
    const r = run([{ id: 'a', duration: 100, on: ['cloud'] }], { cloud: [{ id: 'vm', max: 1, spinUp: 60, onDemand: { price: 3.6 } }] });
    expect(narrate(r, 'request-vm', 'vm-starting', 'vm-ready', 'task-started', 'task-completed', 'vm-terminated')).toEqual([
      '0 request-vm vm/0 1 on-demand', '0 vm-starting vm/0 1', '60 vm-ready vm/0 1', '60 task-started a vm/0', '160 task-completed a', '160 vm-terminated vm/0 1 released',
    ]);
  });

  it('kills after the notice; work without a checkpoint is done again', () => {
    const r = run([{ id: 'a', duration: 100, on: ['cloud'] }], { cloud: [{ id: 'vm', max: 1, spinUp: 60, spot: { price: 1.2, notice: 30 } }] }, {}, [{ kind: 'terminate', at: 90, vm: 'vm/0' }]);
    expect(narrate(r, 'fault-injected', 'vm-notice', 'vm-terminated', 'request-vm', 'task-started', 'task-completed')).toEqual([
      '0 request-vm vm/0 1 spot', '60 task-started a vm/0', '90 fault-injected 0', '90 vm-notice vm/0 1 120000', '120 vm-terminated vm/0 1 interrupted',
      '120 request-vm vm/0 2 spot', '180 task-started a vm/0', '280 task-completed a', '280 vm-terminated vm/0 2 released',
    ]);
  });

  // Work 100 s, a checkpoint every 40 s that takes 2 s. Started at 60: checkpoint 100-102 (40 s done), notice at 110 for
  // 140; a last checkpoint is written at once, 110-112 (48 s done); the rest, 52 s, runs on another VM with one checkpoint.
  it('writes a last checkpoint on the notice and goes on elsewhere with what is left', () => {
    const r = run([{ id: 'a', duration: 100, on: ['cloud'], checkpoint: { interval: 40, cost: 2 } }], { cloud: [{ id: 'vm', max: 2, spinUp: 60, spot: { price: 1.2, notice: 30 } }] }, {}, [{ kind: 'terminate', at: 110, vm: 'vm/0' }]);
    expect(narrate(r, 'task-checkpointed', 'checkpoint', 'revoke', 'request-vm', 'task-started', 'task-completed', 'vm-terminated')).toEqual([
      '0 request-vm vm/0 1 spot', '60 task-started a vm/0', '102 task-checkpointed a 400000', '110 checkpoint a vm/0', '112 task-checkpointed a 480000', '112 revoke a vm/0',
      '112 request-vm vm/1 1 spot', '140 vm-terminated vm/0 1 interrupted', '172 task-started a vm/1', '214 task-checkpointed a 880000', '226 task-completed a', '226 vm-terminated vm/1 1 released',
    ].map((line) => line.replace(/^(\S+ (?:checkpoint|revoke) a) .*/, '$1')).map((line) => line));
  });

  // Noticed at 10 for 130: a could end by itself at 100. Noticed again at 20 for 50: now it must be saved.
  it('takes a second notice that is earlier as a new one', () => {
    const r = run([{ id: 'a', duration: 100, on: ['cloud'], checkpoint: { interval: 200, cost: 2 } }], { cloud: [{ id: 'vm', max: 2, spinUp: 0, spot: { price: 1.2, notice: 120 } }] }, {}, [
      { kind: 'terminate', at: 10, vm: 'vm/0' }, { kind: 'terminate', at: 20, vm: 'vm/0', notice: 30 },
    ]);
    expect(narrate(r, 'vm-notice', 'task-checkpointed', 'vm-terminated')).toEqual([
      '10 vm-notice vm/0 1 130000', '20 vm-notice vm/0 1 50000', '22 task-checkpointed a 200000', '50 vm-terminated vm/0 1 interrupted', '102 vm-terminated vm/1 1 released',
    ]);
  });

  it('takes back no more VMs than are over, those on their way back counted', () => {
    const task = (id: string): TaskFile => ({ id, duration: 1000, on: ['cloud'], demand: { cores: 1 } });
    const r = run([task('a'), task('b')], { cloud: [{ id: 'vm', cores: 1, max: 3, spinUp: 0, spot: { price: 1.2, notice: 60, availability: [[0, 9], [130_000, 1]] } }] }, {}, [{ kind: 'terminate', at: 100, vm: 'vm/0' }]);
    expect(narrate(r, 'vm-notice')).toEqual(['100 vm-notice vm/0 1 160000']);
  });

  it('tries elsewhere at once when a request is refused, and not there again for a while', () => {
    const r = run([{ id: 'a', duration: 10, on: ['cloud'] }], spot(), {}, [{ kind: 'no-capacity', at: 0, for: '1h' }]);
    expect(narrate(r, 'request-vm', 'vm-refused').slice(0, 1)).toEqual(['0 request-vm vm/0 1 on-demand']);
  });
});

describe('an API', () => {
  // 60 requests a minute, bucket of 2: two calls at once, then one a second.
  it('grants calls by its token bucket', () => {
    const call = (id: string): TaskFile => ({ id, duration: 10, on: ['api'] });
    const r = run(['a', 'b', 'c', 'd'].map(call), { api: [{ id: 'llm', requestsPerMinute: 60, requestBurst: 2 }] });
    expect(gantt(r)).toEqual(['a llm 0-10', 'b llm 0-10', 'c llm 1-11', 'd llm 2-12']);
  });

  // A bucket of 100 tokens, one a second. b waits for 100 of them; it is taken back at 10, and c needs only one.
  it('lets the next in line start when the first is taken back', () => {
    const impatient: Policy = {
      ...plainPolicy,
      prepare(problem, parameters, weights) {
        const plain = plainPolicy.prepare(problem, parameters, weights);
        return { order: plain.order, decide(view) { if (view.now === 10_000) view.revoke(problem.taskIds.indexOf('b')); else plain.decide(view); } };
      },
    };
    const call = (id: string, tokens: number): TaskFile => ({ id, duration: 1, on: ['api'], tokens });
    const instance = compileScenario(smallScenario([call('a', 100), call('b', 100), call('c', 1), { id: 'z', duration: 10, on: ['local'] }], {
      local: [{ id: 'pc' }], api: [{ id: 'llm', tokensPerMinute: 60, tokenBurst: 100 }],
    }));
    expect(gantt(simulate(instance, { policy: impatient, seed: 1 }))).toEqual(['a llm 0-1', 'z pc 0-10', 'c llm 10-11', 'b llm 101-102']);
  });

  it('answers 429 when it allows less than it publishes; the call is made again after Retry-After, no attempt is used up', () => {
    const r = run([1, 2, 3, 4].map((k) => ({ id: `c${k}`, duration: 1, on: ['api'], attempts: 1 })), { api: [{ id: 'llm', requestsPerMinute: 60, requestBurst: 2, actualShare: 0.5, retryAfter: 5 }] });
    expect(r.cause).toBe('finished');
    expect(narrate(r, 'api-limited')[0]).toBe('1 api-limited llm 6000');
  });

  it('is not asked again at the same instant when it says to wait for nothing', () => {
    const r = run([{ id: 'a', duration: 1, on: ['api'] }], { api: [{ id: 'llm', retryAfter: 0 }] }, {}, [{ kind: 'outage', at: 0, for: 3, api: 'llm' }]);
    expect(gantt(r)).toEqual(['a llm 3-4']);
  });

  it('loses the calls under way when it goes down, and none of their attempts', () => {
    const r = run([{ id: 'a', duration: 10, on: ['api'], attempts: 1 }], { api: [{ id: 'llm', retryAfter: 4 }] }, {}, [{ kind: 'outage', at: 5, for: 10, api: 'llm' }]);
    expect(narrate(r, 'task-failed')).toEqual(['5 task-failed a lost 5000', '9 task-failed a refused 0', '13 task-failed a refused 0']);
    expect(gantt(r)).toEqual(['a llm 17-27']);
  });
});

describe('a person', () => {
  const hours = { intervals: [[0, 100_000], [200_000, 300_000]] as [number, number][] };
  it('answers and works in working time', () => {
    // Asked at 0, answers at 20, works 80 s until 100, pauses until 200, works the last 40 s.
    const r = run([{ id: 'a', duration: 120, on: ['human'] }], { human: [{ id: 'ana', calendar: hours, responseDelay: 20 }] });
    expect(gantt(r)).toEqual(['a ana 20-240']);
  });

  it('stops for an absence the calendar does not know', () => {
    const r = run([{ id: 'a', duration: 60, on: ['human'] }], { human: [{ id: 'ana', calendar: hours }] }, {}, [{ kind: 'away', at: 10, for: 30, human: 'ana' }]);
    expect(narrate(r, 'human-away', 'human-available')).toEqual(['10 human-away ana 40000', '40 human-available ana']);
    expect(gantt(r)).toEqual(['a ana 0-90']);
  });

  it('is expected back at the end of the last of the absences that overlap', () => {
    const r = run([{ id: 'a', duration: 60, on: ['human'] }], { human: [{ id: 'ana', calendar: hours }] }, {}, [{ kind: 'away', at: 10, for: 30, human: 'ana' }, { kind: 'away', at: 20, for: 50, human: 'ana' }]);
    expect(narrate(r, 'human-away', 'human-available')).toEqual(['10 human-away ana 40000', '20 human-away ana 70000', '70 human-available ana']);
    expect(gantt(r)).toEqual(['a ana 0-220']); // 10 s, 30 s from 70 to the end of the day, 20 s from 200
  });

  it('goes on with a set-up after an absence where it stopped', () => {
    const r = run([{ id: 'a', duration: 20, on: ['human'], batchKey: 'k' }], { human: [{ id: 'ana', calendar: hours }] }, { batches: { k: { setup: 40 } } }, [{ kind: 'away', at: 30, for: 20, human: 'ana' }]);
    expect(gantt(r)).toEqual(['a ana 0-80']);
    expect(auditRun(r).broken).toEqual([]);
  });
});

describe('a run that cannot finish ends with a name', () => {
  it('horizon', () => expect(run([{ id: 'a', duration: 100, on: ['local'] }], { local: [{ id: 'pc' }] }, { horizon: 50 }).cause).toBe('horizon'));
  it('stuck: the only person is never there again', () => {
    const r = run([{ id: 'a', duration: 60, on: ['human'] }], { human: [{ id: 'ana', calendar: { intervals: [[0, 30_000]] } }] });
    expect(r.cause).toBe('stuck');
    expect(r.explanation).toContain('away');
  });
  it('budget-exhausted', () => {
    const r = run([{ id: 'a', duration: 3600, on: ['cloud'] }, { id: 'b', duration: 3600, on: ['cloud'], after: ['a'] }], { cloud: [{ id: 'vm', max: 1, spinUp: 0, onDemand: { price: 1 } }] }, { budget: 1.5 });
    expect(r.cause).toBe('budget-exhausted');
  });
  it('task-failed: dependents are cancelled, others go on', () => {
    const r = run([{ id: 'a', duration: 10, on: ['local'], failureRate: 1, attempts: 2 }, { id: 'b', duration: 10, on: ['local'], after: ['a'] }, { id: 'c', duration: 10, on: ['local'] }], { local: [{ id: 'pc' }] });
    expect(r.cause).toBe('task-failed');
    expect(narrate(r, 'task-failed')).toHaveLength(2);
    expect(narrate(r, 'task-completed', 'archive-job').map((line) => line.replace(/^\S+ /, ''))).toEqual(expect.arrayContaining(['task-completed c', 'archive-job job']));
  });
});
