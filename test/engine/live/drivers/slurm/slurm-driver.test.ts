// Slurm, on a real one-node cluster of the test's own: the conformance of all drivers, and what is theirs: demands and environment of
// jobs, preemption, strangers who cancel and requeue, a controller that is down, forgets or answers nobody.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../engine/live/clock.ts';
import type { AttemptSpec, Driver, DriverContext } from '../../../../../engine/live/driver.ts';
import { attemptName, type AttemptEnd, type AttemptKey, type DriverEvent } from '../../../../../engine/live/driver-events.ts';
import { createSlurmDriver } from '../../../../../engine/live/drivers/slurm/slurm-driver.ts';
import type { Json } from '../../../../../engine/live/json.ts';
import type { TaskFile } from '../../../../../engine/model/scenario.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../../../support/live/one-node-slurm.ts';
import { driverConformance } from '../conformance.ts';

const missing = slurmMissing();
let slurm: OneNodeSlurm;
beforeAll(async () => { if (missing === undefined) slurm = await startSlurm({ graceSeconds: 3 }); }, 60_000);
afterAll(async () => { await slurm?.stop(); }, 60_000);

const context = (directory: string, emit: (event: DriverEvent) => void, logged: string[] = []): DriverContext => ({
  run: 'conformance', clock: systemClock, epoch: 1_700_000_000_000, directory, emit, units: [{ id: 'hpc', entry: 'hpc' }], entries: { hpc: { id: 'hpc', cores: 8 } }, log: (_, message) => { logged.push(message); },
  notes: { get: async () => undefined, put: async () => {}, delete: async () => {}, list: async () => [] },
});

function specOf(key: AttemptKey, task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}): AttemptSpec {
  return { key, unit: 'hpc', entry: 'hpc', job: 'j', market: 'on-demand', setupMs: 0, estimateMs: 1000, progressPpm: 0, inputs: {}, task: { id: key.task, duration: '1s', ...task }, ...more };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let k = 0; k < 4000; k++) {
    if (await condition()) return;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  throw new Error('it did not come to that');
}

describe.skipIf(missing !== undefined)(`Slurm${missing === undefined ? '' : ` (skipped: ${missing})`}`, { timeout: 60_000 }, () => {
  driverConformance('Slurm', () => {
    const directory = mkdtempSync(join(tmpdir(), 'twinclock-hpc-')), log = join(directory, 'begun'), shell = (line: string) => ({ run: { shell: `echo "$TWINCLOCK_KEY" >> ${log}; ${line}` } });
    appendFileSync(log, '');
    return {
      make: (emit) => createSlurmDriver(context(directory, emit), { grace: '1s', partition: 'spot', conf: slurm.conf }),
      short: (key) => specOf(key, shell('echo "{\\"did\\":\\"$TWINCLOCK_TASK\\"}" > "$TWINCLOCK_OUTPUT"')),
      failing: (key) => specOf(key, shell('exit 3')),
      long: (key) => specOf(key, shell('sleep 60')),
      begun: (key) => readFileSync(log, 'utf8').split('\n').filter((line) => line === attemptName(key)).length,
      until, clean: () => rmSync(directory, { recursive: true, force: true }),
    };
  });
});
