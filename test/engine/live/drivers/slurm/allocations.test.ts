// Slurm as a cloud, on a real one-node cluster: the conformance of all drivers for attempts that are steps of an allocation, and the
// life of allocations: the queue, the notice, who ends them, a controller that does not answer.
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptSpec, Driver, VmSpec } from '../../../../../engine/live/driver.ts';
import { attemptName, vmName, type AttemptKey, type DriverEvent, type VmKey } from '../../../../../engine/live/driver-events.ts';
import { AllocationPlace } from '../../../../../engine/live/drivers/slurm/allocation-place.ts';
import type { CloudDriver } from '../../../../../engine/live/drivers/cloud/cloud-driver.ts';
import { createSlurmDriver } from '../../../../../engine/live/drivers/slurm/slurm-driver.ts';
import type { SlurmProvider } from '../../../../../engine/live/drivers/slurm/slurm-provider.ts';
import type { Json } from '../../../../../engine/live/json.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../../../support/live/one-node-slurm.ts';
import { contextOn, specOn, until } from '../../../../support/live/slurm-bench.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';
import { driverConformance } from '../conformance.ts';

const missing = slurmMissing(), GRACE_SECONDS = 3;
let slurm: OneNodeSlurm, life = 0;
beforeAll(async () => { if (missing === undefined) slurm = await startSlurm({ graceSeconds: GRACE_SECONDS }); }, 60_000);
afterAll(async () => { await slurm?.stop(); }, 60_000);

const ENTRY = { id: 'nodes', cores: 4, memory: '1000 MiB', gpu: 1, max: 2, onDemand: { price: 1 }, spot: { price: 0.2 } };
const vmKey = (unit = 'nodes/0'): VmKey => ({ run: 'conformance', unit, epoch: 1, life });
const vmSpec = (market: VmSpec['market'], key = vmKey()): VmSpec => ({ key, entry: 'nodes', market });
const make = (directory: string, emit: (event: DriverEvent) => void, options: Record<string, Json> = {}): Driver =>
  createSlurmDriver({ ...contextOn(directory, emit), units: [{ id: 'nodes/0', entry: 'nodes' }], entries: { nodes: ENTRY } }, { grace: '1s', partition: 'ondemand', spotPartition: 'spot', conf: slurm.conf, ...options });

describe.skipIf(missing !== undefined)(`allocations of Slurm${missing === undefined ? '' : ` (skipped: ${missing})`}`, { timeout: 60_000 }, () => {
  describe('attempts on one', () => {
    driverConformance('steps of an allocation', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'twinclock-steps-')), log = join(directory, 'begun'), key = (life++, vmKey());
      const first = make(directory, () => {});
      appendFileSync(log, '');
      await first.open();
      await first.vms!.requestVm(vmSpec('spot', key));
      await until(async () => { const found = await first.vms!.probeVm({ key }); return found.state === 'ALIVE' && found.ready; });
      await first.close();
      const spec = (of: AttemptKey, line: string): AttemptSpec => specOn({ id: 'nodes/0', entry: 'nodes' }, of, { run: { shell: `echo "$TWINCLOCK_KEY" >> ${log}; ${line}` } }, { vm: { key } });
      return {
        make: (emit) => make(directory, emit),
        short: (of) => spec(of, 'echo "{\\"did\\":\\"$TWINCLOCK_TASK\\"}" > "$TWINCLOCK_OUTPUT"'),
        failing: (of) => spec(of, 'exit 3'),
        long: (of) => spec(of, 'sleep 60'),
        begun: (of) => readFileSync(log, 'utf8').split('\n').filter((line) => line === attemptName(of)).length,
        until,
        clean: async () => {
          const last = make(directory, () => {});
          await last.vms!.releaseVm({ key });
          await until(async () => (await slurm.run('squeue', '--noheader')) === '');
          removeFolder(directory);
        },
      };
    });
  });

  describe('its life', () => {
    let directory: string, driver: Driver, events: DriverEvent[], key: VmKey;
    const open = async (options: Record<string, Json> = {}): Promise<void> => { driver = make(directory, (event) => { events.push(event); }, options); await driver.open(); };
    const told = (): string[] => events.map(({ type }) => type);
    const jobs = (): Promise<string> => slurm.run('squeue', '--noheader', '--format=%i %P %T %k');
    const jobOf = async (of = key): Promise<string> => (await jobs()).split('\n').find((line) => line.endsWith(` ${vmName(of)}`))!.split(' ')[0]!;
    const ready = async (market: VmSpec['market'], of = key): Promise<void> => { await driver.vms!.requestVm(vmSpec(market, of)); await until(() => events.some((event) => event.type === 'vm-ready' && event.vm.unit === of.unit)); };
    beforeEach(async () => { directory = mkdtempSync(join(tmpdir(), 'twinclock-allocation-')); events = []; life++; key = vmKey(); await open(); }, 60_000);
    afterEach(async () => {
      for (const vm of await driver.vms!.listVms()) await driver.vms!.releaseVm(vm);
      await driver.close();
      await slurm.run('scancel', '--signal=KILL', '--full', '--partition=ondemand').catch(() => {}); // there is none
      await until(async () => (await jobs()) === '');
      removeFolder(directory);
    }, 60_000);

    it('is asked for once, holds what its entry has, and is released', async () => {
      await ready('on-demand');
      await driver.vms!.requestVm(vmSpec('on-demand'));
      await driver.close();
      await open();
      await driver.vms!.requestVm(vmSpec('on-demand'));
      expect((await jobs()).split('\n')).toEqual([`${await jobOf()} ondemand RUNNING ${vmName(key)}`]);
      const text = await slurm.run('scontrol', '--oneliner', 'show', 'job', await jobOf());
      for (const word of ['NumCPUs=4', 'mem=1000M', 'TresPerNode=gres:gpu:1', 'Requeue=0']) expect(text).toContain(word);
      expect((await driver.vms!.listVms()).map((vm) => vm.key)).toEqual([key]);
      await driver.vms!.releaseVm({ key });
      await until(() => events.some(({ type }) => type === 'vm-terminated'));
      expect(events.at(-1)).toMatchObject({ type: 'vm-terminated', cause: 'released' });
      expect(await driver.vms!.probeVm({ key })).toEqual({ state: 'DEAD', cause: 'released' });
      await driver.vms!.releaseVm({ key });
    });

    it('costs nothing while it waits in the queue, and is refused when it waits too long', async () => {
      await slurm.run('sbatch', '--partition=ondemand', '--cpus-per-task=8', '--output=/dev/null', '--wrap=sleep 60');
      await driver.close();
      await open({ wait: '2s' });
      await driver.vms!.requestVm(vmSpec('on-demand'));
      await until(async () => (await driver.vms!.probeVm({ key })).state === 'UNKNOWN');
      expect(await driver.vms!.listVms()).toHaveLength(1);
      expect(told()).toEqual([]);
      await until(() => events.some(({ type }) => type === 'vm-refused'));
      expect(told()).toEqual(['vm-refused']);
    });

    it('ends itself when its daemon has been away for too long, and not before', async () => {
      await driver.close();
      await open({ aloneFor: '3s' });
      await ready('on-demand');
      const job = await jobOf(), about = (format: string): Promise<string> => slurm.run('squeue', '--noheader', '--states=all', `--jobs=${job}`, `--format=${format}`);
      await until(async () => Number((await about('%M')).split(':').at(-1)) >= 6);
      expect(await about('%T')).toBe('RUNNING');
      await driver.close();
      await until(async () => (await about('%T')) === 'COMPLETED');
      await open();
      expect(await driver.vms!.probeVm({ key })).toEqual({ state: 'DEAD', cause: 'interrupted' });
    });

    it('is announced to end before Slurm takes it back, and takes its attempts along without a word of theirs', async () => {
      await ready('spot');
      const of: AttemptKey = { run: 'conformance', task: 't', epoch: 1, attempt: 1 }, spec = specOn({ id: 'nodes/0', entry: 'nodes' }, of, { demand: { cores: 2, memory: '100 MiB' }, checkpoint: { interval: '1m', cost: '1s' }, run: { shell: 'trap "echo 0.5 > $TWINCLOCK_CHECKPOINTED.part; mv $TWINCLOCK_CHECKPOINTED.part $TWINCLOCK_CHECKPOINTED" USR1; while :; do sleep 0.1; done' } }, { vm: { key } });
      await driver.start(spec);
      await until(async () => (await slurm.run('squeue', '--steps', '--noheader', '--format=%i')).split('\n').length === 2);
      await slurm.run('sbatch', '--partition=ondemand', '--cpus-per-task=8', '--output=/dev/null', '--wrap=sleep 1');
      await until(() => events.some(({ type }) => type === 'vm-notice'));
      const notice = events.find((event) => event.type === 'vm-notice')!;
      expect(notice.killAt).toBe(Math.round((await new AllocationPlace(join(directory, 'allocations'), key).noticedAt())! + GRACE_SECONDS * 1000)); // the grace time of its partition
      await driver.signal(spec, 'checkpoint');
      await until(() => events.some(({ type }) => type === 'checkpointed'));
      await until(() => events.some(({ type }) => type === 'vm-terminated'));
      expect(events.at(-1)).toMatchObject({ type: 'vm-terminated', cause: 'interrupted' });
      expect(await driver.probe(spec)).toMatchObject({ state: 'DEAD', end: { outcome: 'lost', reason: 'its VM is gone' } });
      await driver.undo(spec);
      expect(await driver.list()).toEqual([]);
      expect(told().filter((type) => type === 'ended')).toEqual([]);
      await expect(driver.start({ ...spec, key: { ...of, attempt: 2 } })).rejects.toThrow('its VM takes no attempts');
    });

    it('suspended for a while is not gone, and what ended meanwhile is told when it goes on', async () => {
      await ready('on-demand');
      const of: AttemptKey = { run: 'conformance', task: 't', epoch: 1, attempt: 1 }, spec = specOn({ id: 'nodes/0', entry: 'nodes' }, of, { run: { command: ['sleep', '60'] } }, { vm: { key } }), job = await jobOf();
      await driver.start(spec);
      await until(() => events.some(({ type }) => type === 'started'));
      await slurm.run('scontrol', 'suspend', job);
      try {
        expect(await driver.probe(spec)).toEqual({ state: 'UNKNOWN', why: 'the job of its VM is suspended in Slurm' });
        await driver.signal(spec, 'kill');
        await until(async () => (await driver.list()).length === 0);
        await driver.probe(spec);
      } finally { await slurm.run('scontrol', 'resume', job); }
      await until(() => events.some(({ type }) => type === 'ended'));
      expect(events.at(-1)).toMatchObject({ type: 'ended', end: { outcome: 'cancelled' } });
      expect(told()).not.toContain('vm-terminated');
    });

    it('that is over is told once and not looked at again, nor its attempts, by this daemon and the next', async () => {
      await ready('on-demand');
      const of: AttemptKey = { run: 'conformance', task: 't', epoch: 1, attempt: 1 }, cloud = driver as CloudDriver, { attempts } = cloud.provider as SlurmProvider;
      await driver.start(specOn({ id: 'nodes/0', entry: 'nodes' }, of, { run: { command: ['true'] } }, { vm: { key } }));
      await until(() => events.some(({ type }) => type === 'ended'));
      await until(() => attempts['placed'].size === 0);
      await driver.vms!.releaseVm({ key });
      await until(() => events.some(({ type }) => type === 'vm-terminated'));
      await until(() => cloud['known'].size === 0);
      expect(await cloud.provider.describe()).toEqual([]); // though Slurm still tells of its job
      expect(await slurm.run('squeue', '--noheader', '--states=all', '--format=%k')).toContain(vmName(key));
      await driver.close();
      await open();
      await until(() => (driver as CloudDriver)['known'].size === 0);
      expect(await (driver as CloudDriver).provider.describe()).toEqual([]);
      expect(await driver.vms!.probeVm({ key })).toEqual({ state: 'DEAD', cause: 'released' });
      expect(told().filter((type) => type === 'vm-terminated')).toHaveLength(1);
    });

    it('ended by a stranger was interrupted', async () => {
      await ready('on-demand');
      await slurm.run('scancel', await jobOf());
      await until(() => events.some(({ type }) => type === 'vm-terminated'));
      expect(events.at(-1)).toMatchObject({ type: 'vm-terminated', cause: 'interrupted' });
    });

    it('is found by the next daemon, with its notice', async () => {
      await ready('spot');
      await driver.close();
      await slurm.run('sbatch', '--partition=ondemand', '--cpus-per-task=8', '--output=/dev/null', '--wrap=sleep 1');
      events = [];
      await open();
      await until(() => events.some(({ type }) => type === 'vm-notice'));
      expect(told().slice(0, 2)).toEqual(['vm-starting', 'vm-ready']);
    });

    it('asked for while nobody answers is one allocation in the end, and unknown meanwhile', async () => {
      slurm.freezeController(true);
      try {
        await driver.vms!.requestVm(vmSpec('spot'));
        await expect(driver.vms!.probeVm({ key })).rejects.toThrow(/squeue/);
      } finally { slurm.freezeController(false); }
      await until(() => events.some(({ type }) => type === 'vm-ready'));
      expect((await slurm.run('squeue', '--noheader', '--states=all', '--format=%k')).split('\n').filter((comment) => comment === vmName(key))).toHaveLength(1);
      expect(told()).toEqual(['vm-starting', 'vm-ready']);
    });

    it('is not forgotten when the next daemon finds nobody to ask', async () => {
      await ready('on-demand');
      await driver.close();
      await slurm.stopController();
      events = [];
      try {
        await open();
        expect((await driver.vms!.listVms()).map((vm) => vm.key)).toEqual([key]);
        expect(told()).toEqual([]);
      } finally { await slurm.startController(); }
      await until(() => events.some(({ type }) => type === 'vm-ready'));
    });

    it('believes that it is alone after a second at the earliest', () => {
      expect(() => make(directory, () => {}, { aloneFor: '0s' })).toThrow(expect.objectContaining({ faults: [expect.objectContaining({ code: 'bad-duration', path: 'pools.nodes.aloneFor' })] }));
    });

    it('needs a partition for its spot market', async () => {
      const { spotPartition: _, ...options } = { partition: 'ondemand', spotPartition: 'spot', conf: slurm.conf }, other = createSlurmDriver({ ...contextOn(directory, () => {}), entries: { nodes: ENTRY }, units: [{ id: 'nodes/0', entry: 'nodes' }] }, options);
      await expect(other.open()).rejects.toMatchObject({ faults: [{ code: 'no-spot-partition', path: 'pools.nodes.spotPartition' }] });
    });
  });
});
