// The policy's side of the kernel: which rows it is shown, and that it cannot place on one that was closed to it.
import { describe, expect, it } from 'vitest';
import { CANDIDATE_STRIDE } from '../../../engine/journal/decision-log.ts';
import * as R from '../../../engine/journal/records.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { Kernel } from '../../../engine/kernel/kernel.ts';
import { auditRun } from '../../../engine/metrics/audit.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Policy, PolicyView } from '../../../engine/model/policy.ts';
import type { CloudFile } from '../../../engine/model/scenario.ts';
import { CLOUD, ON_DEMAND, SPOT, VM_READY } from '../../../engine/model/states.ts';
import { Arena, Simulation, simulate } from '../../../engine/sim/run.ts';
import { gantt, narrate } from '../../support/narrate.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

/** In order of task number, on the row chosen, which may be closed; VMs are kept. */
const choosing = (choose: (view: PolicyView, rows: number) => number): Policy => ({
  name: 'choosing', summary: '', parameters: {},
  prepare: () => ({
    order: (_view, task) => task,
    decide(view) {
      for (let task = view.next(); task >= 0; task = view.next()) {
        const k = choose(view, view.candidates(task));
        if (k < 0 || view.place(task, k) !== 0) view.closeGroup(task);
      }
    },
  }),
});

it('does not let a policy open a row that the kernel has closed', () => {
  const forcing = choosing((view) => { (view.candidate.filter as Uint8Array)[0] = 0; return 0; });
  const instance = compileScenario(smallScenario(['a', 'b'].map((id) => ({ id, duration: 10, on: ['local'] })), { local: [{ id: 'pc', slots: 1 }] }));
  const r = simulate(instance, { policy: forcing, seed: 1 });
  expect(auditRun(r).broken).toEqual([]);
  expect(narrate(r, 'refused')).toEqual(['0 refused b no-room']);
});

describe('idle VMs have a row each where they differ', () => {
  const least = (of: (view: PolicyView, k: number) => number) => choosing((view, rows) => {
    let best = -1;
    for (let k = 0; k < rows; k++) if (view.candidate.filter[k] === 0 && (best < 0 || of(view, k) < of(view, best))) best = k;
    return best;
  });
  const pool = (more: Partial<CloudFile> = {}): CloudFile => ({ id: 'vm', cores: 1, max: 2, spinUp: 0, onDemand: { price: 1 }, ...more });
  const one = { on: ['cloud'], demand: { cores: 1 } };

  it('in where the data is', () => {
    // b has made 100 MB on vm/1; on vm/0, idle too, they could be read 10 s later.
    const instance = compileScenario(smallScenario([
      { id: 'a', duration: 10, ...one }, { id: 'b', duration: 12, ...one }, { id: 'c', duration: 5, ...one, after: ['a', { task: 'b', data: '100MB' }] },
    ], { cloud: [pool()], network: { bandwidth: '10MB/s' } }));
    const r = simulate(instance, { policy: least((view, k) => view.candidate.start[k]! + view.candidate.duration[k]!), seed: 1 });
    expect(gantt(r)).toEqual(['a vm/0 0-10', 'b vm/1 0-12', 'c vm/1 12-17']);
  });

  it('in what is paid for, when the bill runs in long units', () => {
    // vm/0 is paid for until 3600, vm/1, requested at 1800 while vm/0 was in use, until 5400: d, from 3000 to 5000, costs nothing there.
    const instance = compileScenario(smallScenario([], { cloud: [pool({ billing: { granularity: '1h', minimum: '1h' } })] }, { jobs: [
      { id: 'i', tasks: [{ id: 'a', duration: 2500, ...one }] }, { id: 'j', release: 1800, tasks: [{ id: 'b', duration: 100, ...one }] }, { id: 'k', release: 3000, tasks: [{ id: 'd', duration: 2000, ...one }] },
    ] }));
    const r = simulate(instance, { policy: least((view, k) => view.candidate.cost[k]!), seed: 1 });
    expect(gantt(r)).toEqual(['a vm/0 0-2500', 'b vm/1 1800-1900', 'd vm/1 3000-5000']);
  });
});

it('finds the first unit with room, as a look at all of them does', () => {
  const tasks = Array.from({ length: 60 }, (_, k) => ({
    id: `t${k}`, duration: 20 + 7 * k % 90, demand: { cores: 1 + k % 3 }, on: ['local', 'cloud'], ...(k < 12 ? {} : { after: [`t${k - 12}`, `t${5 * k % 12}`] }),
  }));
  const scenario = compileScenario(smallScenario(tasks, {
    local: [{ id: 'pc', cores: 4 }, { id: 'box', cores: 2, slots: 1 }],
    cloud: [{ id: 'vm', cores: 3, max: 4, spinUp: 45, onDemand: { price: 1 }, spot: { price: 0.5, interruptions: { hazardPerHour: 20 } } }],
  }));
  let asked = 0, found = 0, held = 0;
  const firstOfAll = (view: PolicyView, pool: number, task: number): number => {
    const { poolFirst, poolKind, poolSlots, dimensionCount: dims, demand, taskProfile } = view.problem;
    for (let u = poolFirst[pool]!; u < poolFirst[pool + 1]!; u++) {
      const roomy = Array.from({ length: dims }, (_, d) => view.free(u, d) >= demand[taskProfile[task]! * dims + d]!).every(Boolean);
      if (roomy && view.load(u) < poolSlots[pool]! && (poolKind[pool] !== CLOUD || view.vmState(u) === VM_READY)) return u;
    }
    return -1;
  };
  const filling: Policy = {
    name: 'filling', summary: '', parameters: {},
    prepare: (problem) => ({
      order: (_view, task) => task,
      decide(view) {
        for (let task = view.next(); task >= 0; task = view.next()) {
          const units = Array.from({ length: problem.poolCount }, (_, pool) => {
            const unit = view.firstRoom(pool, task);
            expect(unit).toBe(firstOfAll(view, pool, task));
            asked++;
            if (unit >= 0) found++; else held++;
            return unit;
          });
          const unit = units.find((u) => u >= 0) ?? -1;
          if (unit < 0 || view.placeOn(task, unit, ON_DEMAND) !== 0) view.closeGroup(task);
        }
        const pool = problem.poolKind.indexOf(CLOUD);
        if (view.vmCount() < 4) view.requestVm(pool, view.vmCount() % 2 === 0 ? SPOT : ON_DEMAND);
        for (let k = view.vmCount() - 1; k >= 0; k--) if (view.now - view.idleSince(view.vmAt(k)) >= 60_000) view.releaseVm(view.vmAt(k));
      },
    }),
  };
  const run = simulate(scenario, { policy: filling, seed: 3 });
  expect(run.cause).toBe('finished');
  expect(narrate(run, 'vm-notice').length).toBeGreaterThan(0);
  expect([asked > 100, found > 50, held > 50]).toEqual([true, true, true]);
});

it('shows the same rows in arrays that have held a problem of more units and fewer pools', () => {
  const firstOpen = choosing((view) => view.candidate.filter.indexOf(0)), arena = new Arena(), tasks = [3, 2].map((cores, k) => ({ id: `t${k}`, duration: 10, demand: { cores } }));
  const scenarioOf = (...local: { id: string; count?: number }[]) => compileScenario(smallScenario(tasks, { local: local.map((machine) => ({ ...machine, cores: 4 })) }));
  new Simulation(scenarioOf({ id: 'many', count: 40 }), { policy: firstOpen }, arena).run(1);
  const instance = scenarioOf({ id: 'a' }, { id: 'b' }, { id: 'c' }), shown = ({ decisions: { candidates, candidateCount } }: RunRecord) => candidates.slice(0, candidateCount * CANDIDATE_STRIDE);
  const own = shown(simulate(instance, { policy: firstOpen, seed: 1 }));
  expect(own[8]).toBeGreaterThan(0); // what the first task wastes on `a`: the core that is left is of no use
  expect(shown(new Simulation(instance, { policy: firstOpen }, arena).run(1))).toEqual(own);
});

it('has an API looked at when it is said to be limited, also where there was no room: to be asked again when the limit ends', () => {
  const { problem } = compileScenario(smallScenario(['a', 'b'].map((id) => ({ id, duration: 10, on: ['api'] })), { api: [{ id: 'llm', concurrency: 1 }] }));
  const kernel = new Kernel(problem, { policy: plainPolicy.prepare(problem, {}, DEFAULT_WEIGHTS), parameters: {}, weights: DEFAULT_WEIGHTS, random: () => 0 }), seen: boolean[] = [];
  const apply = (code: number, time: number, a = 0, b = 0) => { kernel.apply(code, time, a, b, 0, 0); seen.push(kernel.view.mayFit(1)); };
  apply(R.JOB_SUBMITTED, 0);
  apply(R.TICK, 0); // a has the one place
  apply(R.API_LIMITED, 1000, 0, 60_000);
  apply(R.API_RESTORED, 2000);
  expect(seen).toEqual([true, false, true, false]);
});

it('leaves out of a look machines that idle and are waited for as one with a row is, and no others', () => {
  const shown: string[][] = [], instance = compileScenario(smallScenario([{ id: 'a', duration: 10, on: ['local'] }], { local: [{ id: 'pc', count: 12 }] })), { unitIds } = instance.problem;
  simulate(instance, { policy: choosing((view) => {
    const queued = Float64Array.from(unitIds, (_, unit) => (unit === 0 ? 1000 : 0)), few = view.candidates(0, queued);
    shown.push([...view.candidate.unit.subarray(0, few)].map((unit) => unitIds[unit]!), [`${view.candidate.leftOut} left out`]);
    return view.candidates(0) - 1;
  }), seed: 1 });
  expect(shown).toEqual([[unitIds[0], unitIds[1]], ['10 left out']]);
});

describe('data to come', () => {
  it('is told of until it could be read everywhere', () => {
    // c needs 100 MB of a, which ends at 10: until 20 it could start at once only beside a. b ends at 12, d at 25, and at both the policy is asked.
    const told: string[] = [];
    const asking: Policy = { name: 'asking', summary: '', parameters: {}, prepare: () => ({
      order: (_view, task) => task,
      decide(view) {
        for (let task = view.next(); task >= 0; task = view.next()) {
          if (view.problem.taskIds[task] === 'c') { told.push(`${view.now / 1000} ${view.dataToCome(task)}`); if (view.now < 25_000) { view.closeGroup(task); continue; } }
          if (view.place(task, view.candidates(task) - 1) !== 0) view.closeGroup(task);
        }
      },
    }) };
    const one = { on: ['local'], demand: { cores: 1 } };
    const instance = compileScenario(smallScenario([
      { id: 'a', duration: 10, ...one }, { id: 'b', duration: 12, ...one }, { id: 'd', duration: 25, ...one }, { id: 'c', duration: 5, ...one, after: [{ task: 'a', data: '100MB' }] },
    ], { local: [{ id: 'pc', cores: 8 }], network: { bandwidth: '10MB/s' } }));
    simulate(instance, { policy: asking, seed: 1 });
    expect(told).toEqual(['10 true', '12 true', '25 false']);
  });

  it('gives the machine where the data is a row of its own among many that idle', () => {
    // a makes 100 MB on pc/4, by which b could start at once there, and on the other eleven 10 s later.
    const shown: string[] = [], instance = compileScenario(smallScenario([
      { id: 'a', duration: 10, on: ['local'] }, { id: 'b', duration: 5, on: ['local'], after: [{ task: 'a', data: '100MB' }] },
    ], { local: [{ id: 'pc', count: 12 }], network: { bandwidth: '10MB/s' } }));
    const { unitIds } = instance.problem, fifth = unitIds.indexOf('pc/4');
    simulate(instance, { policy: choosing((view, rows) => {
      if (view.now === 0) return view.candidate.unit.subarray(0, rows).indexOf(fifth);
      for (let k = 0, few = view.candidates(1, new Float64Array(unitIds.length)); k < few; k++) shown.push(`${unitIds[view.candidate.unit[k]!]} ${view.candidate.start[k]! / 1000}`);
      return view.candidates(1) - 1;
    }), seed: 1 });
    expect(shown).toEqual([`${unitIds[0]} 20`, 'pc/4 10']);
  });

  it('of what goes on comes when that is expected to end, for who looks ahead', () => {
    // b needs 100 MB of a, which runs on pc until 100: elsewhere it could start at 110, whenever that is asked. c ends at 20.
    const told: string[] = [];
    const ahead: Policy = { name: 'ahead', summary: '', parameters: {}, prepare: ({ taskIds, unitIds }) => ({
      order: (_view, task) => task,
      decide(view) {
        for (let task = view.next(); task >= 0; task = view.next()) {
          const rows = view.candidates(task), k = view.candidate.unit.subarray(0, rows).indexOf(unitIds.indexOf('pc'));
          if (k < 0 || view.place(task, k) !== 0) view.closeGroup(task);
        }
        if (view.now > 20_000) return;
        const rows = view.candidates(taskIds.indexOf('b')), k = view.candidate.unit.subarray(0, rows).indexOf(unitIds.indexOf('qc'));
        told.push(`${view.now / 1000}: ${view.candidate.start[k]! / 1000}`);
      },
    }) };
    const one = { on: ['local'], demand: { cores: 1 } };
    simulate(compileScenario(smallScenario([
      { id: 'a', duration: 100, ...one }, { id: 'b', duration: 5, ...one, after: [{ task: 'a', data: '100MB' }] }, { id: 'c', duration: 20, ...one },
    ], { local: [{ id: 'pc', cores: 8 }, { id: 'qc', cores: 8 }], network: { bandwidth: '10MB/s' } })), { policy: ahead, seed: 1 });
    expect(told).toEqual(['0: 110', '20: 110']);
  });
});
