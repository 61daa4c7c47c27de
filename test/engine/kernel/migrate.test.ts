// A kernel that moves to another problem in the middle of a run: nothing that happened is lost, whatever the numbers are now.
import { describe, expect, it } from 'vitest';
import type { RecordLog } from '../../../engine/journal/log.ts';
import { PLACE, REVISED, STRIDE, TASK_COMPLETED, TASK_STARTED, JOB_SUBMITTED, TICK } from '../../../engine/journal/records.ts';
import { Kernel } from '../../../engine/kernel/kernel.ts';
import { migrate } from '../../../engine/kernel/migrate.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { ELIGIBLE, QUEUED, RUNNING, SCHEDULED } from '../../../engine/model/states.ts';
import { Simulation } from '../../../engine/sim/run.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';

/** A move asks for a decision, which may find nothing to do. */
function withoutTicks({ rows, length }: RecordLog): number[][] {
  const kept: number[][] = [];
  for (let at = 0; at < length; at += STRIDE) if (rows[at] !== TICK) kept.push([...rows.subarray(at, at + STRIDE)]);
  return kept;
}

describe('moving to the same problem compiled again', () => {
  // A policy without memory cannot tell; neither may the rest of the run.
  // Tasks of the one stand in heaps, of the other at fixed places.
  const moves = [['feature-120', 'fifo'], ['feature-1000', 'critical-path']].flatMap(([scenario, name]) => [1, 7, 40, 100, 300, 900].map((steps) => [steps, scenario!, name!] as const));
  it.each(moves)('after %i steps of %s under %s changes no later row', (steps, scenario, name) => {
    const file = loadCatalog(scenario), instance = compileScenario(file), policy = policyNamed(name), options = { policy, reasons: true };
    const whole = new Simulation(instance, options).run(3), expected = withoutTicks(whole.log);
    const moved = new Simulation(instance, options), again = compileScenario(file).problem;
    moved.begin(3);
    for (let k = 0; k < steps && !moved.kernel.finished; k++) moved.world.step();
    migrate(moved.kernel, again, policy.prepare(again, {}, DEFAULT_WEIGHTS), {});
    while (!moved.kernel.finished) moved.world.step();
    expect(withoutTicks(moved.kernel.log)).toEqual(expected);
  });
});

describe('jobs that come in while others run', () => {
  const task = (id: string, after: readonly string[] = []) => ({ id, duration: '1m', on: ['ws'], demand: { cores: 2 }, ...(after.length === 0 ? {} : { after }) });
  const before: ScenarioFile = {
    twinclock: 'scenario/1', name: 'x', mode: 'event', jobs: [{ id: 'm', tasks: [task('m1'), task('m2'), task('m3', ['m1'])] }],
    fleet: { local: [{ id: 'ws', cores: 4 }], cloud: [{ id: 'gpu', cores: 4, max: 3, spinUp: '1m', onDemand: { price: 1 } }] },
  };
  const after: ScenarioFile = { ...before, jobs: [{ id: 'a', tasks: [task('a1', ['m1']), task('a2', ['m3'])] }, ...before.jobs, { id: 'z', tasks: [task('z1')] }] };
  const policy = policyNamed('fifo');

  function running(): Kernel {
    const { problem } = compileScenario(before), kernel = new Kernel(problem, { policy: policy.prepare(problem, {}, DEFAULT_WEIGHTS), parameters: {}, weights: DEFAULT_WEIGHTS, random: () => 0 });
    const [m1, m2] = [0, 1];
    kernel.apply(JOB_SUBMITTED, 0, 0, 0, 0, 0);
    kernel.apply(TICK, 0, 0, 0, 0, 0);
    for (const t of [m1, m2]) kernel.apply(TASK_STARTED, 10, t, 1, kernel.state.unitOf(t), 0);
    kernel.apply(TASK_COMPLETED, 60_010, m1, 1, 60_000, 0);
    return kernel;
  }

  it('keep to what has happened: states, rooms and waiting are as before, by id', () => {
    const kernel = running(), { problem } = compileScenario(after), of = (id: string) => problem.taskIds.indexOf(id);
    const decisionsBefore = kernel.decisions.decisionCount;
    kernel.apply(REVISED, 60_020, 1, 0, 0, 0);
    migrate(kernel, problem, policy.prepare(problem, {}, DEFAULT_WEIGHTS), {});
    const { state } = kernel;
    expect(problem.taskIds).toEqual(['a1', 'a2', 'm1', 'm2', 'm3', 'z1']);
    expect(['a1', 'a2', 'm2', 'm3', 'z1'].map((id) => state.taskState[of(id)])).toEqual([QUEUED, QUEUED, RUNNING, ELIGIBLE, QUEUED]);
    expect(['a1', 'a2', 'z1'].map((id) => state.taskAt[of(id)])).toEqual([1, 2, 1]); // a1 only waits for its job: m1 has ended
    const ws = problem.unitIds.indexOf('ws');
    expect([state.load[ws], state.running[ws], state.firstOnUnit(ws), state.free[ws * problem.dimensionCount + problem.dimensionNames.indexOf('cores')]]).toEqual([1, 1, of('m2'), 2000]);
    expect(kernel.openTasks).toBe(5);
    expect(kernel.decisions.decisionCount).toBe(decisionsBefore);
    kernel.apply(TICK, 60_020, 0, 0, 0, 0);
    expect(state.taskState[of('m3')]).toBe(SCHEDULED);
    kernel.apply(JOB_SUBMITTED, 60_030, problem.jobIds.indexOf('a'), 0, 0, 0);
    expect([state.taskState[of('a1')], state.taskState[of('a2')]]).toEqual([ELIGIBLE, QUEUED]);
    const at = kernel.log.rows.findIndex((code, k) => k % STRIDE === 0 && code === PLACE && kernel.log.rows[k + 1] === of('m3'));
    expect(at).toBeGreaterThan(0);
  });

  it('cannot take away what is in use', () => {
    const kernel = running(), { problem } = compileScenario({ ...after, fleet: { local: [{ id: 'other', cores: 4 }], cloud: before.fleet.cloud! }, jobs: after.jobs.map((job) => ({ ...job, tasks: job.tasks.map((t) => ({ ...t, on: ['local'] })) })) });
    kernel.apply(REVISED, 60_020, 1, 0, 0, 0);
    expect(() => migrate(kernel, problem, policy.prepare(problem, {}, DEFAULT_WEIGHTS), {})).toThrow(/unit ws is in use and gone after a revision/);
  });

  it('may come with more room', () => {
    const kernel = running(), { problem } = compileScenario({ ...after, fleet: { local: [{ id: 'ws', cores: 8 }], cloud: [{ id: 'gpu', cores: 4, max: 5, spinUp: '1m', onDemand: { price: 1 } }, { id: 'aux', cores: 1, max: 1, spinUp: '1m', onDemand: { price: 1 } }] } });
    kernel.apply(REVISED, 60_020, 1, 0, 0, 0);
    migrate(kernel, problem, policy.prepare(problem, {}, DEFAULT_WEIGHTS), {});
    const ws = problem.unitIds.indexOf('ws'), gpu = problem.poolIds.indexOf('gpu');
    expect(kernel.state.free[ws * problem.dimensionCount + problem.dimensionNames.indexOf('cores')]).toBe(6000);
    expect(kernel.state.offCount[gpu]).toBe(5);
    kernel.apply(TICK, 60_020, 0, 0, 0, 0);
    expect(kernel.state.unitOf(problem.taskIds.indexOf('m3'))).toBe(ws);
  });
});
