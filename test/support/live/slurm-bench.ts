// What the tests of the Slurm driver share: a context over a folder, attempts on a unit, and waiting for what Slurm does.
import { systemClock } from '../../../engine/live/clock.ts';
import type { AttemptSpec, DriverContext, UnitInfo } from '../../../engine/live/driver.ts';
import type { AttemptKey, DriverEvent } from '../../../engine/live/driver-events.ts';
import type { TaskFile } from '../../../engine/model/scenario.ts';

export const contextOn = (directory: string, emit: (event: DriverEvent) => void, logged: string[] = []): DriverContext => ({
  run: 'conformance', clock: systemClock, epoch: 1_700_000_000_000, directory, emit, units: [{ id: 'hpc', entry: 'hpc' }], entries: { hpc: { id: 'hpc', cores: 8 } }, log: (_, message) => { logged.push(message); },
  notes: { get: async () => undefined, put: async () => {}, putAll: async () => {}, delete: async () => {}, list: async () => [] },
});

export function specOn({ id, entry }: UnitInfo, key: AttemptKey, task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}): AttemptSpec {
  return { key, unit: id, entry, job: 'j', market: 'on-demand', setupMs: 0, estimateMs: 1000, progressPpm: 0, inputs: {}, task: { id: key.task, duration: '1s', ...task }, ...more };
}

/** Resolves when it holds; rejects when that takes longer than anything Slurm does here. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let k = 0; k < 4000; k++) {
    if (await condition()) return;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  throw new Error('it did not come to that');
}
