// Laws of the rows that a policy decides on: what the kernel keeps from one row to the next, or leaves unworked since another
// row tells it, is what it would be were each row worked out by itself, in every look of a run.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fragmentation } from '../../engine/kernel/fragmentation.ts';
import { LeastLine } from '../../engine/kernel/least-line.ts';
import type { View } from '../../engine/kernel/view.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { OK } from '../../engine/model/policy.ts';
import type { Policy, PolicyView } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { Forecaster } from '../../engine/sim/forecast.ts';
import { Arena, Simulation, simulate } from '../../engine/sim/run.ts';
import { weighted } from '../../policies/weighted.ts';
import { arbitraryScenario, crowded } from '../support/random-scenario.ts';
import { seeing, viewWith } from '../support/view-with.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261123), RUNS = Number(process.env.TWINCLOCK_LAW_RUNS ?? 40);

const PER_LAW = { seed: SEED, numRuns: RUNS };

describe('the waste of each open row', () => {
  /** Looks at rows, each compared with what a table made for the problem alone says. */
  class Looks {
    /** Open rows so far that waste something. */
    wasteful = 0;
    /** Tasks that had not ended at the last look. */
    open = Infinity;
    private readonly tables = new WeakMap<Problem, Fragmentation>();
    readonly policy: Policy = seeing(weighted, (view) => viewWith(view, { candidates: (task, queued) => this.look(view as View, task, queued) }));

    look(view: View, task: number, queued?: Float64Array): number {
      const rows = view.candidates(task, queued), { problem, candidate: c } = view, { state, openTasks } = view['kernel'];
      let table = this.tables.get(problem);
      if (table === undefined) this.tables.set(problem, table = new Fragmentation(problem));
      for (let k = 0; k < rows; k++) {
        if (c.filter[k] !== OK) continue;
        const unit = c.fresh[k] === 1 ? -1 : c.unit[k]!, waste: number = table.waste(state, c.pool[k]!, unit, problem.taskProfile[task]!);
        if (c.waste[k] !== waste) expect.fail(`${problem.taskIds[task]} at ${view.now}, ${problem.poolIds[c.pool[k]!]} ${unit}: ${c.waste[k]}, not ${waste}`);
        if (waste > 0) this.wasteful++;
      }
      this.open = openTasks;
      return rows;
    }
  }

  it.each([[1, 0], [4, 0], [4, 8]])('is its own where runs of several problems share arrays, %i of each task and %i more of each machine', (copies, machines) => {
    const looks = new Looks();
    fc.assert(fc.property(fc.array(arbitraryScenario({ tasks: 3 }), { minLength: 2, maxLength: 6 }), fc.nat(1000), (files, seed) => {
      const arena = new Arena(), instances = files.map((file) => compileScenario(crowded(file, copies, machines)));
      instances.forEach((instance, i) => {
        const run = new Simulation(instance, { policy: looks.policy, reasons: false }, arena), next = instances[i + 1]?.problem.taskCount ?? 0;
        looks.open = Infinity;
        run.begin(seed);
        // Left where as many tasks are open as the next problem begins with: what is kept from there is the most like its own.
        while (looks.open > next && !run.kernel.finished && !run.world.atHorizon) run.world.step();
      });
    }), PER_LAW);
    expect(looks.wasteful).toBeGreaterThan(0);
  });

  it('is its own in futures of a run, made one after another', () => {
    const looks = new Looks();
    fc.assert(fc.property(arbitraryScenario({ tasks: 6 }), fc.nat(1000), (file, seed) => {
      const instance = compileScenario(crowded(file, 3, 1)), run = new Simulation(instance, { policy: weighted }), forecaster = new Forecaster(instance, { policy: looks.policy });
      run.begin(seed);
      for (let step = 0; step < 96 && !run.kernel.finished && !run.world.atHorizon; step++) {
        if (step % 12 === 0) forecaster.future(run, step);
        run.world.step();
      }
    }), PER_LAW);
    expect(looks.wasteful).toBeGreaterThan(0);
  });

  it('is its own in a kernel that is a copy now of one run, now of another with as many tasks open', () => {
    const looks = new Looks();
    fc.assert(fc.property(arbitraryScenario({ tasks: 6 }), fc.nat(1000), (file, seed) => {
      const instance = compileScenario(crowded(file, 4, 1)), [copy, ...runs] = [0, 1, 2].map(() => new Simulation(instance, { policy: weighted }));
      runs.forEach((run, i) => { run.begin(seed + i); });
      for (let open = instance.problem.taskCount; open > 0; open--) {
        runs.forEach((run, i) => {
          const { kernel } = copy!, tasks: number[] = [];
          while (run.kernel.openTasks > open && !run.world.atHorizon) run.world.step();
          kernel.copyFrom(run.kernel);
          kernel.view.forEachEligible((task) => { if (i === 0) tasks.push(task); else tasks.unshift(task); }); // the last of one copy may be like the first of the next
          for (const task of tasks) looks.look(kernel.view, task);
        });
      }
    }), PER_LAW);
    expect(looks.wasteful).toBeGreaterThan(0);
  });
});

describe('machines that are told to be beaten by when they are free alone', () => {
  const { isBeaten } = LeastLine.prototype;
  /** The rows of the last look, without the terms, which are the policy's. */
  const rowsOf = ({ candidate: c }: PolicyView, rows: number): string[] =>
    [`${rows} rows, ${c.leftOut} left out`, ...[c.unit, c.pool, c.market, c.fresh, c.filter, c.start, c.duration, c.rework, c.setup, c.cost, c.waste].map((column) => column.subarray(0, rows).join(' '))];

  /** More than eight of each machine and VM, and bills in long units or with a long minimum. */
  const longBills = fc.record({ granularity: fc.constantFrom('1m', '10m', '1h'), minimum: fc.constantFrom('0s', '60s', '1h', '2h') });
  const largePools = fc.tuple(arbitraryScenario(), longBills).map(([file, bills]): ScenarioFile => {
    const large = crowded(file, 24, 10), { cloud } = large.fleet;
    return { ...large, fleet: { ...large.fleet, ...(cloud === undefined ? {} : { cloud: cloud.map((pool) => ({ ...pool, billing: { ...pool.billing, ...bills } })) }) } };
  });

  it('have no row either where what a placement costs is worked out for each', () => {
    let told = 0;
    /** The rows with each machine worked out, then as they are. */
    const policy = seeing(weighted, (view) => viewWith(view, { candidates: (task, queued) => {
      if (queued === undefined) return view.candidates(task);
      LeastLine.prototype.isBeaten = () => false;
      const each = rowsOf(view, view.candidates(task, queued));
      LeastLine.prototype.isBeaten = function (...asked) { const beaten = isBeaten.apply(this, asked); if (beaten) told++; return beaten; };
      const rows = view.candidates(task, queued), short = rowsOf(view, rows);
      if (short.some((column, i) => column !== each[i])) expect(short).toEqual(each);
      return rows;
    } }));
    try {
      fc.assert(fc.property(largePools, fc.nat(1000), (file, seed) => { simulate(compileScenario(file), { policy, seed, reasons: false }); }), PER_LAW);
    } finally { LeastLine.prototype.isBeaten = isBeaten; }
    expect(told).toBeGreaterThan(0);
  });
});
