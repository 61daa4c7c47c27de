// Rehearsals on EC2: a VM ended after its notice, no spot capacity; kept over the daemon's death, taken back, and nothing but the end of
// the instance asked of EC2. What would be told and not be so is refused before anything is touched.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compiled, replayRecording } from '../../../../../../engine/experiment/recording.ts';
import { decodeJournal } from '../../../../../../engine/journal/codec.ts';
import { systemClock } from '../../../../../../engine/live/clock.ts';
import type { LiveFault } from '../../../../../../engine/live/driver-faults.ts';
import { LiveEngine } from '../../../../../../engine/live/live-engine.ts';
import type { Json } from '../../../../../../engine/live/json.ts';
import type { FaultFile } from '../../../../../../engine/model/fault-plan.ts';
import { policyNamed } from '../../../../../../policies/registry.ts';
import { Ec2Bench, QUICK, VM, lendCredentials } from '../../../../../support/live/ec2-bench.ts';
import { FakeEc2, stateOf } from '../../../../../support/live/fake-ec2.ts';
import { vmsMissing } from '../../../../../support/live/fake-instance.ts';
import { livePorts } from '../../../../../support/live/live-ports.ts';
import { processesOf } from '../../../../../support/live/processes-of.ts';
import { until } from '../../../../../support/live/until.ts';
import { removeFolder } from '../../../../../support/remove-folder.ts';

const missing = vmsMissing() !== undefined, why = vmsMissing() ?? '';
const taken = (noticeMs: number): LiveFault => ({ kind: 'terminate', entry: 'gpu', vm: { key: VM }, noticeMs });

describe.skipIf(missing)(`a fault injected into EC2${why}`, () => {
  let bench: Ec2Bench;
  const begin = async (more: Readonly<Record<string, Json>> = {}): Promise<void> => { bench = await Ec2Bench.start(more); await bench.open(); };
  const faults = () => bench.driver.faults!;
  afterEach(async () => {
    await bench.close();
    await bench.stop();
    expect(processesOf(bench.ec2.folder)).toEqual([]);
  });

  it('takes a VM after its notice: interrupted, with all that runs on it, while EC2 itself has announced nothing', async () => {
    await begin();
    await bench.ready(VM);
    const spec = bench.attempt({ run: 'conformance', task: 't', epoch: 1, attempt: 1 }, { run: { shell: 'sleep 600' } });
    await bench.driver.start(spec);
    await bench.until(() => bench.events.some(({ type }) => type === 'started'));
    await faults().inject('0 vm', taken(1500));
    const killAt = (await (async () => { await bench.until(() => bench.said('vm-notice', VM)); return bench.events.find((event) => event.type === 'vm-notice')!; })()).killAt;
    expect(bench.ec2.calls).not.toContain('TerminateInstances');
    await faults().inject('0 vm', taken(60_000)); // again: what was announced stays
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(Date.now()).toBeGreaterThanOrEqual(killAt);
    expect(bench.events.find(({ type }) => type === 'vm-terminated')).toMatchObject({ cause: 'interrupted' });
    expect(bench.ends(spec.key)).toEqual([]);
    expect(await bench.driver.probe(spec)).toMatchObject({ state: 'DEAD', end: { outcome: 'lost' } });
    await bench.until(() => bench.ec2.left().length === 0);
    const [held] = bench.ec2.instances;
    expect([stateOf(held!).reason, held!.machine.doomed]).toEqual(['Client.UserInitiatedShutdown', false]);
    expect(await faults().held()).toEqual(['0 vm']);
    await faults().withdraw('0 vm');
    expect(await faults().held()).toEqual([]);
  });

  it('without notice takes it without a word', async () => {
    await begin();
    await bench.ready(VM);
    await faults().inject('0 vm', taken(0));
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(bench.said('vm-notice', VM)).toBe(false);
  });

  it('that EC2 cannot carry out at once is carried out when it can', async () => {
    await begin();
    await bench.ready(VM);
    bench.ec2.refuse('TerminateInstances', 503, 'RequestLimitExceeded', 3);
    await faults().inject('0 vm', taken(0));
    await bench.until(() => bench.said('vm-terminated', VM));
    await bench.until(() => bench.ec2.left().length === 0);
  });

  it('outlives its daemon: the VM dies all the same, and what is on is found again', async () => {
    await begin({ noCapacityFor: '1s' });
    await bench.ready(VM);
    await faults().inject('0 vm', taken(1000));
    await faults().inject('1 gpu', { kind: 'no-capacity', entry: 'gpu' });
    await bench.close();
    await bench.open();
    expect([...await faults().held()].sort()).toEqual(['0 vm', '1 gpu']);
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(bench.events.find(({ type }) => type === 'vm-terminated')).toMatchObject({ cause: 'interrupted' });
  });

  it('leaves no spot capacity, on demand as it is, until it is taken back', async () => {
    await begin({ noCapacityFor: '50ms' });
    await faults().inject('1 gpu', { kind: 'no-capacity', entry: 'gpu' });
    await bench.driver.vms.requestVm(bench.vm(VM));
    expect(bench.events.at(-1)).toMatchObject({ type: 'vm-refused', vm: VM });
    expect(bench.ec2.calls).not.toContain('RunInstances');
    await bench.ready({ ...VM, unit: 'gpu#2' }, 'on-demand');
    await faults().withdraw('1 gpu');
    await bench.ready({ ...VM, life: 2 });
  });
});

describe.skipIf(missing)(`a live run on EC2 that is rehearsed${why}`, () => {
  it('refuses what EC2 would not do, lives through the rest, and nothing is left', async () => {
    lendCredentials();
    const ec2 = new FakeEc2(), folder = mkdtempSync(join(tmpdir(), 'twinclock-ec2-rehearsal-'));
    try {
      const engine = await LiveEngine.open({
        twinclock: 'live/1', name: 'rehearsed', scenario: 'x', policy: 'spot-only', mode: 'event', tick: '1s', directory: folder, pools: { gpu: { ...QUICK, driver: 'ec2', endpoint: await ec2.start() } },
      }, {
        twinclock: 'scenario/1', name: 'rehearsed', fleet: { cloud: [{ id: 'gpu', cores: 2, max: 2, spinUp: '1s', onDemand: { price: 3 }, spot: { price: 1, notice: '2s' } }] },
        jobs: [{ id: 'j', tasks: ['a', 'b'].map((id) => ({ id, on: ['gpu'], duration: '4s', demand: { cores: 2 }, attempts: 20, run: { command: ['sleep', '4'] } })) }],
      }, livePorts(systemClock));
      const inject = (...faults: FaultFile[]): Promise<number> => engine.injectFaults({ plan: { twinclock: 'faults/1', name: 'trouble', faults } });
      await expect(inject({ kind: 'terminate-working', market: 'spot', atProgress: 0.5 }, { kind: 'price', at: '1s', factor: 3 }, { kind: 'slow-down', at: '1s', for: '9s', factor: 2, resource: 'gpu' })).rejects.toMatchObject({
        faults: [{ code: 'cannot-inject', path: 'faults[1]', message: 'EC2 would go on charging what it charges' }, { code: 'cannot-inject', path: 'faults[2]', message: 'an instance of EC2 is as fast as it is' }],
      });
      expect(await engine.heldFaults()).toEqual([]);
      await inject({ kind: 'terminate-working', market: 'spot', atProgress: 0.5, notice: '1s' });
      await until(() => { const { jobs, vms } = engine.status(); return jobs.open === 0 && vms === 0 && engine.rehearsals()[0]!.phase === 'ended'; });
      expect([engine.status().tasks.archived, engine.rehearsals()[0]!.faults[0]!.vms.length >= 1, await engine.heldFaults()]).toEqual([2, true, []]);
      const rows = engine.records(0, Infinity), count = (name: string): number => rows.filter((row) => row.name === name).length;
      expect(rows.filter(({ name, fields }) => name === 'vm-terminated' && fields['cause'] === 'interrupted').length).toBe(count('fault-struck'));
      expect(count('vm-notice')).toBe(count('fault-struck'));
      const decoded = decodeJournal([...engine.journal()], compiled), { identical } = replayRecording({ ...decoded, policy: policyNamed(decoded.header.policy.name), revisedPolicies: [], tampered: '' });
      expect(identical).toBe(true);
      await engine.close();
      await until(() => ec2.left().length === 0);
      expect([...processesOf(ec2.folder), ...processesOf(folder)]).toEqual([]);
    } finally {
      await ec2.stop();
      removeFolder(folder);
    }
  }, 120_000);
});
