// A cloud driver that has had many VMs looks at those there are: what is over is told once, forgotten, and still answered for by its key.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../engine/live/clock.ts';
import type { DriverEvent, VmKey } from '../../../../../engine/live/driver-events.ts';
import { createCloudDriver, type CloudDriver } from '../../../../../engine/live/drivers/cloud/cloud-driver.ts';
import { DriverBench } from '../../../../support/live/driver-bench.ts';
import { processesOf } from '../../../../support/live/processes-of.ts';
import { until } from '../../../../support/live/until.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';

const vm = (life: number): VmKey => ({ run: 'r', unit: 'gpu/0', epoch: 1, life });
let directory: string, driver: CloudDriver, events: DriverEvent[];
const open = async (): Promise<void> => {
  const context = { ...new DriverBench().context([{ id: 'gpu/0', entry: 'gpu' }], { gpu: { id: 'gpu', cores: 1, spot: { price: 1 } } }, directory), clock: systemClock, emit: (event: DriverEvent) => { events.push(event); } };
  driver = createCloudDriver(context, { provider: 'stand-in', spinUp: '50ms' });
  await driver.open();
};
beforeEach(async () => { directory = mkdtempSync(join(tmpdir(), 'twinclock-forgetting-')); events = []; await open(); });
afterEach(async () => {
  await driver.close();
  removeFolder(directory);
});

describe.skipIf(process.platform !== 'linux')('stand-in VMs that are over', () => {
  it('are told once and not looked at again, by this daemon and the next', async () => {
    const told = (type: DriverEvent['type']): number => events.filter((event) => event.type === type).length;
    for (const life of [1, 2, 3]) {
      await driver.vms.requestVm({ key: vm(life), entry: 'gpu', market: 'spot' });
      await until(() => told('vm-ready') === life);
      await driver.vms.releaseVm({ key: vm(life) });
      await until(() => told('vm-terminated') === life);
    }
    await until(() => driver['known'].size === 0);
    expect(await driver.provider.describe()).toEqual([]);
    expect(await driver.vms.probeVm({ key: vm(2) })).toEqual({ state: 'DEAD', cause: 'released' });
    await driver.close();
    await open();
    await until(() => driver['known'].size === 0);
    expect(await driver.provider.describe()).toEqual([]);
    expect(await driver.vms.probeVm({ key: vm(2) })).toEqual({ state: 'DEAD', cause: 'released' });
    expect(told('vm-terminated')).toBe(3);
    expect(processesOf(directory)).toEqual([]);
  }, 60_000);
});
