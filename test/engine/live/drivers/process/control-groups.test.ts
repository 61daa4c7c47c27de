// Control groups: where they would be made, from texts as kernels give them; then on this machine, as far as it allows them.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptName, type AttemptEnd, type AttemptKey } from '../../../../../engine/live/driver-events.ts';
import { systemClock } from '../../../../../engine/live/clock.ts';
import type { AttemptSpec, Driver } from '../../../../../engine/live/driver.ts';
import { ControlGroup, ControlGroups, placesOf } from '../../../../../engine/live/drivers/process/control-groups.ts';
import { AttemptFolder } from '../../../../../engine/live/drivers/process/attempt-folder.ts';
import { createProcessDriver } from '../../../../../engine/live/drivers/process/process-driver.ts';
import type { TaskFile } from '../../../../../engine/model/scenario.ts';
import { DriverBench } from '../../../../support/live/driver-bench.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';

const proc = (name: string): string => (existsSync(`/proc/self/${name}`) ? readFileSync(`/proc/self/${name}`, 'utf8') : '');
const V1 = proc('mountinfo').split('\n').filter((line) => line.includes(' - cgroup ')).join('\n'), V2 = proc('mountinfo').split('\n').filter((line) => line.includes(' - cgroup2 ')).join('\n');
const allowed = (mounts: string): boolean => {
  const groups = ControlGroups.find(`probe of ${process.pid}`, mounts, proc('cgroup')), made = groups?.make('probe', {}).folders ?? [];
  groups?.leave();
  return made.length > 0;
};

describe('places for control groups', () => {
  it('version 2: our own group, then the one above it', () => {
    const mounts = '24 1 0:22 / /proc rw - proc proc rw\n30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
    expect(placesOf(mounts, '0::/user.slice/user-1000.slice/user@1000.service/app.slice/run.scope\n'))
      .toEqual([['/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run.scope', '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice']]);
    expect(placesOf(mounts, '0::/\n')).toEqual([['/sys/fs/cgroup']]);
  });

  it('version 1: the hierarchies of use, one folder each, below what is mounted', () => {
    const mounts = ['33 31 0:31 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct', '35 31 0:32 /docker/a:b /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory', '36 31 0:33 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids'].join('\n');
    expect(placesOf(mounts, '9:pids:/x\n4:memory:/docker/a:b\n2:cpu,cpuacct:/y')).toEqual([['/sys/fs/cgroup/cpu,cpuacct/y'], ['/sys/fs/cgroup/memory']]);
  });

  it('none where there is no such file system', () => {
    expect(placesOf(undefined, undefined)).toEqual([]);
    expect(ControlGroups.find('x', '24 1 0:22 / /proc rw - proc proc rw', '0::/')).toBeUndefined();
  });
});

describe.each([['version 1', V1], ['version 2', V2]])('control groups, %s', (_name, mounts) => {
  it.skipIf(!allowed(mounts))('hold what was started, count what it uses, and are gone when it is', () => {
    const groups = ControlGroups.find('test of groups', mounts, proc('cgroup'))!, { folders } = groups.make('a', { memoryMiB: 64, cores: 2 }), group = new ControlGroup(folders);
    const enter = folders.map((folder) => `echo 0 > ${folder}/cgroup.procs`).join('; ');
    // Two generations, the younger in a session of its own: it is in the group all the same.
    const { pid } = spawnSync('/bin/sh', ['-c', `${enter}; setsid sleep 60 & i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done`], { stdio: 'ignore' });
    expect(group.processes()).toHaveLength(1);
    expect(group.processes()).not.toContain(pid);
    expect(group.usage()).toMatchObject({ outOfMemory: false, cpuMs: expect.any(Number) });
    expect(group.usage().cpuMs!).toBeGreaterThan(10);
    group.kill();
    while (folders.some((folder) => existsSync(folder))) group.remove();
    expect(group.processes()).toEqual([]);
    groups.leave();
    expect(existsSync(join(folders[0]!, '..'))).toBe(false);
  });
});

describe.skipIf(!allowed(`${V1}\n${V2}`))('an attempt in a control group', () => {
  let directory: string, driver: Driver, bench: DriverBench;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'twinclock-groups-'));
    bench = new DriverBench();
    driver = createProcessDriver({ ...bench.context([{ id: 'ws', entry: 'ws' }], {}, directory), clock: systemClock }, {});
    await driver.open();
  });
  afterEach(async () => {
    for (const ref of await driver.list()) await driver.undo(ref);
    await driver.close();
    removeFolder(directory);
  });

  const key: AttemptKey = { run: 'r', task: 't', epoch: 1, attempt: 1 };
  const specOf = (task: Partial<TaskFile>): AttemptSpec => ({ key, unit: 'ws', entry: 'ws', job: 'j', market: 'on-demand', setupMs: 0, estimateMs: 1000, progressPpm: 0, inputs: {}, task: { id: 't', duration: '1s', ...task } });
  async function run(task: Partial<TaskFile>): Promise<AttemptEnd> {
    await driver.start(specOf(task));
    await bench.until(() => bench.of('ended').length > 0);
    return (bench.of('ended')[0] as { end: AttemptEnd }).end;
  }

  it('has the processor time of children nobody waited for', async () => {
    const end = await run({ run: { shell: '(i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done; touch done) & until [ -e done ]; do sleep 0.05; done; exit 0' } });
    expect(end).toMatchObject({ outcome: 'completed', usage: { exitCode: 0, cpuMs: expect.any(Number) } });
    expect(end.usage!['cpuMs']).toBeGreaterThan(50);
  });

  it('leaves nothing behind that escaped its process group', async () => {
    const end = await run({ run: { shell: `setsid sh -c 'echo $$ > "${directory}/stray"; exec sleep 60' & until [ -s "${directory}/stray" ]; do sleep 0.05; done; exit 0` } });
    expect(end.outcome).toBe('completed');
    const stray = Number(readFileSync(join(directory, 'stray'), 'utf8')), alive = () => existsSync(`/proc/${stray}`) && !readFileSync(`/proc/${stray}/stat`, 'latin1').includes(') Z ');
    for (let k = 0; k < 1000 && alive(); k++) await new Promise(setImmediate);
    expect(alive()).toBe(false);
  });

  it.skipIf(!allowed(V1) || !V1.includes('memory'))('is kept to the memory it demands by the kernel', async () => {
    const end = await run({ demand: { memory: '64MiB' }, run: { command: [process.execPath, '-e', 'const a = []; setInterval(() => a.push(Buffer.alloc(8e6, 1)), 10)'] } });
    expect(end).toMatchObject({ outcome: 'task-error', reason: 'took more than the 64 MiB of memory it demanded' });
    expect(end.usage!['maxMemoryMiB']).toBeLessThanOrEqual(64);
    expect(end.usage!['maxMemoryMiB']).toBeGreaterThan(32);
  });

  it('is ended whole when it is told to, wherever its processes are', async () => {
    const spec = specOf({ run: { shell: `trap '' TERM; setsid sleep 61 & sleep 60` } });
    await driver.start(spec);
    const group = (): ControlGroup => new AttemptFolder(join(directory, 'attempts'), key).group();
    while (group().processes().length < 3) await new Promise(setImmediate);
    await driver.signal(spec, 'kill');
    await bench.until(() => bench.of('ended').length > 0);
    expect(group().processes()).toEqual([]);
    expect(await driver.probe(spec)).toMatchObject({ state: 'DEAD', end: { outcome: 'cancelled' } });
    expect(attemptName(bench.of('ended').map((event) => (event as { key: AttemptKey }).key)[0]!)).toBe('r/t/1.1');
  });
});
