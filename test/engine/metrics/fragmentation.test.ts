// The stranded share of small machines, solved by hand.
import { describe, expect, it } from 'vitest';
import * as R from '../../../engine/journal/records.ts';
import { RecordLog } from '../../../engine/journal/log.ts';
import { RunFold, foldRun } from '../../../engine/metrics/attempts.ts';
import { strandedShare } from '../../../engine/metrics/fragmentation.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FleetFile, TaskFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { simulate } from '../../../engine/sim/run.ts';
import { policyNamed } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
import { writtenRun } from '../../support/written-run.ts';

function stranded(fleet: FleetFile, tasks: readonly TaskFile[], rows: readonly (readonly number[])[]): number {
  const { problem } = compileScenario({ twinclock: 'scenario/1', name: 'x', fleet, jobs: [{ id: 'j', tasks }] });
  return strandedShare(foldRun(writtenRun(problem, [[R.JOB_SUBMITTED, 0, 0], ...rows])));
}

const place = (task: number, unit: number) => [R.PLACE, task, 1, unit];
const start = (time: number, task: number, unit: number) => [R.TASK_STARTED, time, task, 1, unit];
const complete = (time: number, task: number) => [R.TASK_COMPLETED, time, task, 1, 1];

describe('stranded share', () => {
  // mini (unit 0, 2 cores) is free for z until 50; pc (unit 1, 4 cores) holds x (3 cores) until 100 while y (2 cores) waits.
  // [0, 50): pc has a quarter free that fits nothing, mini all of it; [50, 100): mini is not wanted any more, pc as before.
  // stranded = 0.25 x 100, free = 1.25 x 50 + 0.25 x 50.
  it('is the share of free capacity that fits nothing still to come', () => {
    const fleet: FleetFile = { local: [{ id: 'mini', cores: 2 }, { id: 'pc', cores: 4 }] };
    const share = stranded(fleet, [
      { id: 'x', duration: 100, on: ['pc'], demand: { cores: 3 } }, { id: 'y', duration: 10, on: ['pc'], demand: { cores: 2 } }, { id: 'z', duration: 10, on: ['mini'], demand: { cores: 2 } },
    ], [place(0, 1), start(0, 0, 1), [R.TICK, 50_000], place(2, 0), start(50_000, 2, 0), complete(60_000, 2), complete(100_000, 0), place(1, 1), start(100_000, 1, 1), complete(110_000, 1)]);
    expect(share).toBeCloseTo(25 / 75, 12);
  });

  // One of two slots' worth: memory is all used, half of the cores are free and of no use. Mean free share (0 + 0.5) / 2.
  it('strands the cores of a machine without memory', () => {
    const fleet: FleetFile = { local: [{ id: 'pc', cores: 4, memory: '8GB' }] }, demand = { cores: 2, memory: '8GB' };
    const share = stranded(fleet, [{ id: 'a', duration: 100, on: ['pc'], demand }, { id: 'b', duration: 100, on: ['pc'], demand: { cores: 1, memory: '1GB' } }],
      [place(0, 0), start(0, 0, 0), complete(100_000, 0), place(1, 0), start(100_000, 1, 0), complete(200_000, 1)]);
    expect(share).toBe(1);
  });

  it('strands everything on a machine without a free slot', () => {
    const tasks = ['a', 'b'].map((id): TaskFile => ({ id, duration: 100, on: ['pc'], demand: { cores: 1 } }));
    const rows = [place(0, 0), start(0, 0, 0), complete(100_000, 0), place(1, 0), start(100_000, 1, 0), complete(200_000, 1)];
    expect(stranded({ local: [{ id: 'pc', cores: 4, slots: 1 }] }, tasks, rows)).toBe(1);
    expect(stranded({ local: [{ id: 'pc', cores: 4 }] }, tasks, rows)).toBe(0);
  });

  // The VM is up from 60 to 80 and would fit b (1 of 2 cores free beside a); before and after it is not there to be wasted.
  it('counts VMs while they take work', () => {
    const fleet: FleetFile = { cloud: [{ id: 'vm', cores: 2, max: 1, spinUp: 60, onDemand: { price: 1 } }] };
    const tasks: TaskFile[] = [{ id: 'a', duration: 100, on: ['vm'], demand: { cores: 1 } }, { id: 'b', duration: 10, on: ['vm'], demand: { cores: 2 } }];
    const rows = [[R.REQUEST_VM, 0, 1, 0], place(0, 0), [R.VM_STARTED, 0, 0, 1], [R.VM_IS_READY, 60_000, 0, 1], start(60_000, 0, 0), [R.VM_NOTICE, 80_000, 0, 1, 200_000], complete(160_000, 0)];
    expect(stranded(fleet, tasks, rows)).toBe(1);
    expect(stranded(fleet, tasks.slice(0, 1), rows)).toBe(0);
  });

  // Runs that end in the middle leave machines busy, VMs up and tasks to be placed.
  it('is that of a run by itself in tables that had others before, of this problem or of one like it', () => {
    const [one, other] = ['storm-evening', 'none'].map((name) => ({ name, instance: compileScenario(loadCatalog('feature-120')) })), fold = new RunFold(one!.instance.problem);
    const shareIn = (into: RunFold, { name, instance }: typeof one & object, seed: number, until: number): number => {
      const faults = name === 'none' ? [] : compileFaults(loadFaults(name), instance.problem), run = simulate(instance, { policy: policyNamed('weighted'), faults, seed });
      const log = new RecordLog();
      for (let at = 0; at < run.log.length * until; at += R.STRIDE) log.append(...[...run.log.rows.subarray(at, at + R.STRIDE)] as [number, number, number, number, number, number]);
      into.adopt(instance.problem);
      return strandedShare(into.fold({ ...run, log }));
    };
    const shares = [one!, other!].flatMap((of) => [1, 2, 3].flatMap((seed) => [0.4, 0.9, 1].map((until) => [shareIn(fold, of, seed, until), shareIn(new RunFold(of.instance.problem), of, seed, until)] as const)));
    for (const [again, alone] of shares) expect(again).toBe(alone);
    expect(new Set(shares.map(([again]) => again)).size).toBeGreaterThan(6);
  });
});
