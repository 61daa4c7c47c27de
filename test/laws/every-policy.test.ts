// Laws that hold for every policy on every scenario. A failure prints the seed, the path and the smallest scenario found.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRIDE, TICK } from '../../engine/journal/records.ts';
import { recordView } from '../../engine/journal/record-view.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import type { Kernel } from '../../engine/kernel/kernel.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { OK } from '../../engine/model/policy.ts';
import type { Policy, PolicyView, PreparedPolicy } from '../../engine/model/policy.ts';
import type { FleetFile, ScenarioFile } from '../../engine/model/scenario.ts';
import { ARCHIVED } from '../../engine/model/states.ts';
import { runOnce } from '../../engine/experiment/run-once.ts';
import { replay } from '../../engine/sim/replay.ts';
import { Simulation, simulate } from '../../engine/sim/run.ts';
import { policies } from '../../policies/registry.ts';
import { arbitraryScenario, type ScenarioShape } from '../support/random-scenario.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261123), RUNS = Number(process.env.TWINCLOCK_LAW_RUNS ?? 40);
const check = (law: (file: ScenarioFile, seed: number) => void, shape: ScenarioShape = {}) =>
  fc.assert(fc.property(arbitraryScenario(shape), fc.nat(1000), law), { seed: SEED, numRuns: RUNS });

/** Every row but the ticks, as readable lines without row numbers. */
function story(run: RunRecord): string[] {
  const lines: string[] = [];
  for (let n = 0; n < run.log.count; n++) {
    if (run.log.rows[n * STRIDE] === TICK) continue;
    const { t, name, fields } = recordView(run.problem, run.log, n);
    lines.push(`${t} ${name} ${JSON.stringify(fields)}`);
  }
  return lines;
}

/** Where and when every task ended. */
const endsOf = ({ problem, state }: Kernel): number[][] => Array.from({ length: problem.taskCount }, (_, task) => [state.endOf(task), state.unitOf(task)]);

describe.each(policies.map((policy) => [policy.name, policy] as const))('%s', (_name, policy: Policy) => {
  it('archives every task, whatever the scenario', () => check((file, seed) => {
    const instance = compileScenario(file), simulation = new Simulation(instance, { policy }), run = simulation.run(seed);
    expect({ cause: run.cause, explanation: run.explanation }).toEqual({ cause: 'finished', explanation: '' });
    expect(simulation.kernel.state.taskState.every((state) => state === ARCHIVED)).toBe(true);
    expect(simulation.kernel.vmCount, 'VMs left up').toBe(0);
    expect(simulation.kernel.state.load.every((load) => load === 0), 'load left').toBe(true);
    expect(simulation.kernel.committed, 'money left committed').toBe(0);
  }, { failures: false }));

  it('keeps every law of the audit, and agrees with it about money', () => check((file, seed) => {
    const { audit } = runOnce(compileScenario(file), { policy, seed });
    expect(audit.broken).toEqual([]);
  }));

  it('never beats a lower bound', () => check((file, seed) => {
    const { metrics, bounds, run } = runOnce(compileScenario(file), { policy, seed });
    fc.pre(run.cause === 'finished');
    expect(metrics.makespanMs).toBeGreaterThanOrEqual(bounds.makespanMs);
    expect(metrics.costMicroUsd).toBeGreaterThanOrEqual(bounds.costMicroUsd);
  }));

  it('repeats by seed, in new arrays and in used ones', () => check((file, seed) => {
    const instance = compileScenario(file), simulation = new Simulation(instance, { policy });
    const first = simulation.run(seed).hash;
    simulation.run(seed + 1);
    expect(simulation.run(seed).hash).toBe(first);
    expect(simulate(compileScenario(file), { policy, seed }).hash).toBe(first);
  }));

  it('gives the same commands when its journal is replayed', () => check((file, seed) => {
    const instance = compileScenario(file), run = simulate(instance, { policy, seed });
    const again = replay(instance, run.log, { policy, parameters: run.parameters, weights: run.weights, seed });
    expect(again).toMatchObject({ identical: true, objection: '', hash: run.hash });
  }));

  it('decides the same when no tick of the grid is left out', () => check((file, seed) => {
    const instance = compileScenario({ ...file, mode: 'tick' });
    expect(story(simulate(instance, { policy, seed, everyTick: true }))).toEqual(story(simulate(instance, { policy, seed })));
  }));

  it('decides the same, at the same instants, when it looks for places where there are none', () => check((file, seed) => {
    const instance = compileScenario(file);
    let wrong = 0;
    const looking: Policy = { ...policy, prepare: (...given) => {
      const prepared = policy.prepare(...given);
      const decide = (view: PolicyView) => prepared.decide(Object.create(view, { mayFit: { value: (task: number) => {
        const rows = view.candidates(task), open = view.candidate.filter.subarray(0, rows).includes(OK);
        if (open && !view.mayFit(task)) wrong++;
        return true;
      } } }) as PolicyView);
      return Object.create(prepared, { decide: { value: decide } }) as PreparedPolicy;
    } };
    expect([simulate(instance, { policy: looking, seed }).hash, wrong]).toEqual([simulate(instance, { policy, seed }).hash, 0]);
  }));

  it('has the same schedule when neither log nor reasons are kept', () => check((file, seed) => {
    const instance = compileScenario(file), kept = new Simulation(instance, { policy }), bare = new Simulation(instance, { policy, keepLog: false });
    const a = kept.run(seed), b = bare.run(seed);
    expect([b.endedAt, bare.kernel.spent(), endsOf(bare.kernel)])
      .toEqual([a.endedAt, kept.kernel.spent(), endsOf(kept.kernel)]);
  }));

  it('does not notice a resource that nothing can use', () => check((file, seed) => {
    const used = new Set(file.jobs.flatMap((job) => job.tasks.flatMap((task) => [...(task.on ?? (typeof task.duration === 'object' && 'by' in task.duration ? [] : ['local', 'cloud'])), ...(typeof task.duration === 'object' && 'by' in task.duration ? Object.keys(task.duration.by) : [])])));
    const { fleet } = file, extra = { id: 'aaa-unused' };
    const more: FleetFile | undefined = !used.has('api') ? { ...fleet, api: [...(fleet.api ?? []), extra] }
      : !used.has('human') ? { ...fleet, human: [...(fleet.human ?? []), extra] }
      : !used.has('local') ? { ...fleet, local: [...(fleet.local ?? []), extra] } : undefined;
    fc.pre(more !== undefined);
    expect(story(simulate(compileScenario({ ...file, fleet: more }), { policy, seed }))).toEqual(story(simulate(compileScenario(file), { policy, seed })));
  }));
});
