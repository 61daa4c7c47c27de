// VMs of EC2 one by one: asked for twice, answers that get lost, refusals, views that lag behind, interruptions with their notice, VMs that
// never report or fall silent, limits of spending, strays. Everything is real but EC2 itself: the SDK, HTTP, the user data, its processes.
import { afterEach, describe, expect, it } from 'vitest';
import type { VmKey } from '../../../../../../engine/live/driver-events.ts';
import type { Json } from '../../../../../../engine/live/json.ts';
import { Ec2Bench, VM } from '../../../../../support/live/ec2-bench.ts';
import { stateOf } from '../../../../../support/live/fake-ec2.ts';
import { vmsMissing } from '../../../../../support/live/fake-instance.ts';
import { processesOf } from '../../../../../support/live/processes-of.ts';

let bench: Ec2Bench;
const SECOND: VmKey = { ...VM, unit: 'gpu#2' };
const begin = async (more: Readonly<Record<string, Json>> = {}): Promise<void> => { bench = await Ec2Bench.start(more); };
afterEach(async () => {
  await bench.close();
  await bench.stop();
  expect(processesOf(bench.ec2.folder)).toEqual([]);
});

const missing = vmsMissing() !== undefined, why = vmsMissing() ?? '';

describe.skipIf(missing)(`a request${why}`, () => {
  it('makes one instance with what the pool says, its key in the tags, and nothing that outlives it', async () => {
    await begin({ subnets: ['subnet-a'], securityGroups: ['sg-1'], keyName: 'ops', instanceProfile: 'worker', tags: { team: 'vision' } });
    await bench.open();
    await bench.ready(VM);
    const [held] = bench.ec2.instances;
    expect(held).toMatchObject({ market: 'spot', type: 'c7i.large', subnet: 'subnet-a', tags: { team: 'vision', 'twinclock:run': 'conformance', 'twinclock:unit': 'gpu#1', 'twinclock:life': '1.1', 'twinclock:entry': 'gpu' } });
    expect(bench.events.map(({ type }) => type).filter((type) => type.startsWith('vm-'))).toEqual(['vm-starting', 'vm-ready']);
    await bench.driver.vms.releaseVm({ key: VM });
    await bench.until(() => bench.ec2.left().length === 0);
    expect(bench.events.at(-1)).toEqual({ type: 'vm-terminated', vm: VM, cause: 'released' });
    expect(await bench.driver.vms.listVms()).toEqual([]);
  });

  it('asked twice, and again by the next daemon, makes one instance', async () => {
    await begin();
    await bench.open();
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.close();
    await bench.open();
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.until(() => bench.said('vm-ready', VM));
    expect(bench.ec2.instances.length).toBe(1);
  });

  it('whose answer is lost is asked again under the same token', async () => {
    await begin();
    await bench.open();
    bench.ec2.hiddenMs = Infinity; // EC2 does not show it, so only the token tells
    bench.ec2.lose('RunInstances');
    bench.ec2.refuse('RunInstances', 503, 'RequestLimitExceeded', 1000);
    await bench.driver.vms.requestVm(bench.vm(VM));
    expect((await bench.driver.vms.probeVm({ key: VM })).state).toBe('UNKNOWN');
    bench.ec2.calm();
    await bench.until(() => bench.said('vm-ready', VM));
    expect(bench.ec2.instances.length).toBe(1);
  });

  it('whose answer is lost, taken back before it is shown, is ended as soon as it is', async () => {
    await begin();
    await bench.open();
    Object.assign(bench.ec2, { hiddenMs: Infinity, dumb: true });
    bench.ec2.lose('RunInstances');
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.driver.vms.releaseVm({ key: VM });
    expect(await bench.driver.vms.probeVm({ key: VM })).toEqual({ state: 'DEAD', cause: 'released' });
    await expect(bench.driver.provider.request(bench.vm(VM))).rejects.toThrow('taken back');
    bench.ec2.hiddenMs = 0;
    await bench.until(() => bench.ec2.instances.length === 1 && bench.ec2.left().length === 0);
    expect(stateOf(bench.ec2.instances[0]!).reason).toBe('Client.UserInitiatedShutdown');
  });

  it('survives a daemon that dies between asking and hearing', async () => {
    await begin();
    await bench.open();
    bench.ec2.hiddenMs = Infinity;
    bench.ec2.lose('RunInstances');
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.close();
    await bench.open();
    expect((await bench.driver.vms.probeVm({ key: VM })).state).toBe('ABSENT'); // then the runtime asks again
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.until(() => bench.said('vm-ready', VM));
    expect(bench.ec2.instances.length).toBe(1);
  });

  it('asked again after the pool was changed is refused, and what the first one made is ended', async () => {
    await begin();
    await bench.open();
    Object.assign(bench.ec2, { hiddenMs: Infinity, dumb: true });
    bench.ec2.lose('RunInstances');
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.close();
    bench.options['setUp'] = 'true';
    await bench.open();
    await expect(bench.driver.vms.requestVm(bench.vm(VM))).rejects.toThrow('IdempotentParameterMismatch');
    bench.ec2.hiddenMs = 0;
    await bench.until(() => bench.ec2.instances.length === 1 && bench.ec2.left().length === 0);
  });

  it('tries the next subnet when one has no capacity, and says so when none has', async () => {
    await begin({ subnets: ['subnet-a', 'subnet-b'] });
    await bench.open();
    bench.ec2.exhausted.add('spot subnet-a');
    await bench.ready(VM);
    expect(bench.ec2.instances.map(({ subnet }) => subnet)).toEqual(['subnet-b']);
    bench.ec2.exhausted.add('spot');
    await bench.driver.vms.requestVm(bench.vm(SECOND));
    expect(bench.events.at(-1)).toMatchObject({ type: 'vm-refused', vm: SECOND, reason: expect.stringContaining('InsufficientInstanceCapacity') });
    const asked = bench.ec2.calls.length;
    await expect(bench.driver.vms.requestVm(bench.vm({ ...SECOND, life: 2 }))).rejects.toThrow('no spot capacity for gpu a moment ago');
    expect(bench.ec2.calls.slice(asked)).not.toContain('RunInstances');
    await bench.driver.vms.requestVm(bench.vm({ ...SECOND, life: 3 }, 'on-demand')); // another market
    await bench.until(() => bench.said('vm-ready', { ...SECOND, life: 3 }));
  });

  it('is asked again when EC2 is busy, and refused at once when EC2 says no', async () => {
    await begin();
    await bench.open();
    bench.ec2.refuse('RunInstances', 503, 'RequestLimitExceeded');
    await bench.ready(VM);
    expect(bench.ec2.instances.length).toBe(1);
    bench.ec2.refuse('RunInstances', 403, 'UnauthorizedOperation');
    await expect(bench.driver.vms.requestVm(bench.vm(SECOND))).rejects.toThrow('UnauthorizedOperation');
    expect(await bench.driver.vms.probeVm({ key: SECOND })).toEqual({ state: 'DEAD', cause: 'refused' });
    expect(bench.ec2.instances.length).toBe(1);
  });
});

describe.skipIf(missing)(`a view that lags behind${why}`, () => {
  it('is not taken for death, nor for life', async () => {
    await begin();
    await bench.open();
    Object.assign(bench.ec2, { hiddenMs: 600, lagMs: 600 });
    await bench.ready(VM);
    expect(await bench.driver.vms.probeVm({ key: VM })).toMatchObject({ state: 'ALIVE', ready: true });
    await bench.driver.vms.releaseVm({ key: VM });
    await bench.until(() => bench.ec2.left().length === 0);
    await bench.until(async () => (await bench.driver.vms.probeVm({ key: VM })).state === 'DEAD');
    expect(bench.events.filter(({ type }) => type.startsWith('vm-')).map(({ type }) => type)).toEqual(['vm-starting', 'vm-ready', 'vm-terminated']);
  });

  it('or leaves out an old VM is not taken for its death: that is when EC2 does not know it and nobody hears it', async () => {
    await begin();
    await bench.open();
    await bench.ready(VM);
    await bench.close();
    for (const [name, value] of bench.desk.kept) if (name.startsWith('vm ')) bench.desk.kept.set(name, { ...(value as { readonly [name: string]: Json }), askedAt: 0 });
    bench.ec2.hiddenMs = Infinity;
    await bench.open();
    expect(await bench.driver.vms.probeVm({ key: VM })).toMatchObject({ state: 'ALIVE', ready: true }); // heard
    await bench.close();
    bench.ec2.instances[0]!.machine.freeze();
    Object.assign(bench.ec2, { hiddenMs: 0, unlisted: true });
    await bench.open();
    expect(await bench.driver.vms.probeVm({ key: VM })).toMatchObject({ state: 'ALIVE', ready: true }); // known by its name
    bench.ec2.hiddenMs = Infinity;
    await bench.until(() => bench.said('vm-terminated', VM));
  });

  it('of VMs that are over is not looked at again; what is known of them is kept for a day', async () => {
    await begin();
    await bench.open();
    await bench.ready(VM);
    await bench.driver.vms.releaseVm({ key: VM });
    await bench.until(() => bench.said('vm-terminated', VM) && bench.ec2.left().length === 0);
    await bench.until(() => bench.driver['known'].size === 0);
    expect(await bench.driver.provider.describe()).toEqual([]); // though EC2 still shows it
    expect(await bench.driver.vms.probeVm({ key: VM })).toEqual({ state: 'DEAD', cause: 'released' });
    const noted = (): string[] => [...bench.desk.kept.keys()].filter((name) => name.startsWith('vm '));
    await bench.close();
    await bench.open();
    expect(noted()).toHaveLength(1);
    await bench.close();
    for (const name of noted()) bench.desk.kept.set(name, { ...(bench.desk.kept.get(name) as { readonly [name: string]: Json }), goneAt: Date.now() - 86_400_001 });
    await bench.open();
    expect(noted()).toEqual([]);
    expect(bench.events.filter(({ type }) => type === 'vm-terminated')).toHaveLength(1);
  });

  it('pages through more instances than an answer holds', async () => {
    await begin();
    await bench.open();
    await bench.ready(VM);
    const api = (bench.driver.provider as unknown as { api: { withTag(name: string, value: string): Promise<readonly unknown[]> } }).api, tags = { many: 'yes' };
    for (let k = 0; k < 450; k++) bench.ec2.instances.push({ ...bench.ec2.instances[0]!, id: `i-${k}`, tags });
    expect((await api.withTag('many', 'yes')).length).toBe(450);
    bench.ec2.instances.splice(1);
  });
});

describe.skipIf(missing)(`an interruption${why}`, () => {
  const STEPS = 'save() { echo $k > "$TWINCLOCK_CHECKPOINT/step"; echo 0.$k > "$TWINCLOCK_CHECKPOINTED.part"; mv "$TWINCLOCK_CHECKPOINTED.part" "$TWINCLOCK_CHECKPOINTED"; }; trap save USR1; k=$(cat "$TWINCLOCK_CHECKPOINT/step" 2> /dev/null || echo 1); echo "from $k"; while [ $k -lt 9 ]; do sleep 0.2; [ -e "$TWINCLOCK_CHECKPOINT/slow" ] || [ "$k" -ge 4 ] && [ "$TWINCLOCK_ATTEMPT" = 1 ] || k=$((k + 1)); done; echo "$k" > "$TWINCLOCK_OUTPUT"';

  it('is announced, work is saved, and goes on elsewhere from there', async () => {
    await begin();
    await bench.open();
    await bench.ready(VM);
    const key = { run: 'conformance', task: 't', epoch: 1, attempt: 1 }, task = { checkpoint: { interval: '1m', cost: '1s' }, run: { shell: STEPS } }, first = bench.attempt(key, task);
    await bench.driver.start(first);
    await bench.until(() => bench.events.some(({ type }) => type === 'started'));
    expect(bench.ec2.instances[0]!.machine.asked).not.toContain('GET /latest/meta-data/spot/instance-action 200');
    bench.ec2.interrupt(bench.ec2.instances[0]!.id, 4000);
    await bench.until(() => bench.said('vm-notice', VM));
    await bench.driver.signal(first, 'checkpoint');
    await bench.until(() => bench.events.some(({ type }) => type === 'checkpointed'));
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(bench.events.find(({ type }) => type === 'vm-terminated')).toMatchObject({ cause: 'interrupted' });
    expect(bench.ends(key)).toEqual([]); // what was on it has no end of its own
    expect(await bench.driver.probe(first)).toMatchObject({ state: 'DEAD', end: { outcome: 'lost' } });
    expect(bench.ec2.instances[0]!.machine.asked.slice(0, 2)).toEqual(['PUT /latest/api/token 200', 'GET /latest/meta-data/spot/instance-action 404']);
    await bench.ready(SECOND, 'on-demand');
    const second = bench.attempt({ ...key, attempt: 2 }, task, { unit: 'gpu#2', vm: { key: SECOND } });
    await bench.driver.start(second);
    await bench.until(() => bench.ends(second.key).length === 1);
    expect(bench.ends(second.key)).toMatchObject([{ outcome: 'completed', output: 9 }]);
    expect((await bench.driver.collect(second)).stdout).toMatch(/^from [2-9]\n/);
  });

  it('may come without a word', async () => {
    await begin();
    await bench.open();
    await bench.ready(VM);
    bench.ec2.interrupt(bench.ec2.instances[0]!.id, 0);
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(bench.said('vm-notice', VM)).toBe(false);
  });
});

describe.skipIf(missing)(`nothing is left billed${why}`, () => {
  it('when the daemon is gone: the VM ends itself, with all that runs on it', async () => {
    await begin({ aloneFor: '3s' });
    await bench.open();
    await bench.ready(VM);
    await bench.driver.start(bench.attempt({ run: 'conformance', task: 't', epoch: 1, attempt: 1 }, { run: { shell: 'sleep 600' } }));
    await bench.until(() => bench.events.some(({ type }) => type === 'started'));
    await bench.close();
    await bench.until(() => bench.ec2.left().length === 0);
    expect(stateOf(bench.ec2.instances[0]!).reason).toBe('Client.InstanceInitiatedShutdown');
    await bench.open();
    expect(await bench.driver.vms.probeVm({ key: VM })).toEqual({ state: 'DEAD', cause: 'interrupted' });
  });

  it('when a VM falls silent: it is ended, and not before its agent would have done so itself', async () => {
    await begin({ aloneFor: '3s' });
    await bench.open();
    await bench.ready(VM);
    const attempt = bench.attempt({ run: 'conformance', task: 't', epoch: 1, attempt: 1 }, { run: { shell: 'sleep 600' } });
    await bench.driver.start(attempt);
    await bench.until(() => bench.events.some(({ type }) => type === 'started'));
    bench.ec2.instances[0]!.machine.freeze();
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(stateOf(bench.ec2.instances[0]!).reason).toBe('Client.UserInitiatedShutdown');
    expect(await bench.driver.probe(attempt)).toMatchObject({ state: 'DEAD', end: { outcome: 'lost' } });
  });

  it('when a VM never reports; after three in a row no more are asked for', async () => {
    await begin({ bootTimeout: '300ms' });
    bench.ec2.dumb = true;
    await bench.open();
    for (const life of [1, 2, 3]) {
      await bench.driver.vms.requestVm(bench.vm({ ...VM, life }));
      await bench.until(() => bench.said('vm-terminated', { ...VM, life }));
    }
    await expect(bench.driver.vms.requestVm(bench.vm({ ...VM, life: 4 }))).rejects.toThrow('3 VMs in a row never reported');
    await bench.until(() => bench.ec2.left().length === 0);
  });

  it('when a silent one cannot be ended: it is tried again, and others are seen meanwhile', async () => {
    await begin({ aloneFor: '3s' });
    await bench.open();
    await bench.ready(VM);
    bench.ec2.refuse('TerminateInstances', 403, 'UnauthorizedOperation', 1000);
    bench.ec2.instances[0]!.machine.freeze();
    await bench.until(() => bench.desk.logged.some((line) => line.includes('ending it')));
    await bench.ready(SECOND);
    expect(bench.said('vm-terminated', VM)).toBe(false); // it is still paid for
    bench.ec2.calm();
    await bench.until(() => bench.said('vm-terminated', VM));
  });

  it('when what prepares a VM fails: it ends itself', async () => {
    await begin({ setUp: 'echo "no such package" >&2\nfalse\necho never' });
    await bench.open();
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(stateOf(bench.ec2.instances[0]!).reason).toBe('Client.InstanceInitiatedShutdown');
  });

  it('when that goes on and on: after three in a row no more are asked for, though an older one is up', async () => {
    await begin();
    await bench.open();
    await bench.ready(SECOND);
    await bench.close();
    bench.options['setUp'] = 'false';
    await bench.open();
    for (const life of [1, 2, 3]) {
      await bench.driver.vms.requestVm(bench.vm({ ...VM, life }));
      await bench.until(() => bench.said('vm-terminated', { ...VM, life }));
    }
    expect(await bench.driver.vms.probeVm({ key: SECOND })).toMatchObject({ state: 'ALIVE', ready: true });
    await expect(bench.driver.vms.requestVm(bench.vm({ ...VM, life: 4 }))).rejects.toThrow('3 VMs in a row never reported');
  });

  it('when preparing it takes too long: it ends itself, daemon or not', async () => {
    await begin({ setUp: 'sleep 600', bootTimeout: '1s' });
    await bench.open();
    await bench.driver.vms.requestVm(bench.vm(VM));
    await bench.close();
    await bench.until(() => bench.ec2.instances.length === 1 && bench.ec2.left().length === 0);
    expect(stateOf(bench.ec2.instances[0]!).reason).toBe('Client.InstanceInitiatedShutdown');
  });

  it('when an end could not be asked for: the VM hears that it is over, and ends itself', async () => {
    await begin();
    await bench.open();
    await bench.ready(VM);
    bench.ec2.refuse('TerminateInstances', 503, 'RequestLimitExceeded');
    await expect(bench.driver.vms.releaseVm({ key: VM })).rejects.toThrow('RequestLimitExceeded'); // the runtime asks again
    await bench.until(() => bench.ec2.left().length === 0);
    await bench.until(() => bench.said('vm-terminated', VM));
    expect(bench.events.at(-1)).toMatchObject({ cause: 'released' });
  });

  it('but nobody else\'s instances are touched', async () => {
    await begin();
    await bench.open();
    await bench.ready(VM);
    const own = bench.ec2.instances[0]!, other = { ...own, id: 'i-of-another', tags: { ...own.tags, 'twinclock:owner': 'somebody else' }, states: [...own.states] };
    bench.ec2.instances.push(other);
    await bench.driver.vms.releaseVm({ key: VM });
    await bench.until(() => stateOf(own).name === 'terminated');
    expect(stateOf(other).name).toBe('running');
    expect(await bench.driver.vms.listVms()).toEqual([]);
    bench.ec2.instances.pop();
  });
});

describe.skipIf(missing)(`limits${why}`, () => {
  it('of VMs, of dollars an hour, and of the budget are kept before anything is asked', async () => {
    await begin({ maxVms: 2, maxHourly: 0.15, headroom: '30m' });
    await bench.open();
    await bench.until(() => bench.events.some(({ type }) => type === 'price'));
    expect(bench.events.find(({ type }) => type === 'price')).toEqual({ type: 'price', entry: 'gpu', microDollarsPerHour: 31_200 });
    bench.money = { budget: 60_000, spent: 20_000 }; // half an hour on demand is 50,000
    await expect(bench.driver.vms.requestVm(bench.vm({ ...VM, life: 7 }, 'on-demand'))).rejects.toThrow('left of the budget');
    bench.money = { budget: 1_000_000, spent: 20_000 };
    await bench.ready(VM, 'on-demand');
    await expect(bench.driver.vms.requestVm(bench.vm(SECOND, 'on-demand'))).rejects.toThrow('an hour');
    await bench.ready({ ...SECOND, life: 2 });
    await expect(bench.driver.vms.requestVm(bench.vm({ ...SECOND, unit: 'gpu#3' }))).rejects.toThrow('there may be 2 VMs');
    expect(bench.ec2.calls.filter((action) => action === 'RunInstances').length).toBe(2);
  });
});
