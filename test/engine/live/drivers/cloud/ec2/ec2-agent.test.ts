// The agent and its desk: what a command is told, limits that the VM keeps itself, output so far, TLS with a certificate of our own, and
// tokens that open nothing but what is theirs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AttemptKey } from '../../../../../../engine/live/driver-events.ts';
import type { AttemptSpec } from '../../../../../../engine/live/driver.ts';
import type { Json } from '../../../../../../engine/live/json.ts';
import { nameOf } from '../../../../../../engine/live/drivers/process/attempt-folder.ts';
import { createEc2Driver } from '../../../../../../engine/live/drivers/cloud/ec2/ec2-provider.ts';
import type { TaskFile } from '../../../../../../engine/model/scenario.ts';
import { Ec2Bench, QUICK, VM } from '../../../../../support/live/ec2-bench.ts';
import { vmsMissing } from '../../../../../support/live/fake-instance.ts';
import { removeFolder } from '../../../../../support/remove-folder.ts';

let bench: Ec2Bench;
async function begin(more: Readonly<Record<string, Json>> = {}): Promise<void> {
  bench = await Ec2Bench.start(more);
  await bench.open();
  await bench.ready(VM);
}
afterEach(async () => {
  await bench.close();
  await bench.stop();
});

const key: AttemptKey = { run: 'conformance', task: "it's $HOME", epoch: 1, attempt: 1 };
async function started(task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}): Promise<AttemptSpec> {
  const spec = bench.attempt(key, task, more);
  await bench.driver.start(spec);
  return spec;
}
async function ended(task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}) {
  const spec = await started(task, more);
  await bench.until(() => bench.ends(key).length > 0);
  return { spec, end: bench.ends(key)[0]!, out: (await bench.driver.collect(spec)).stdout ?? '' };
}
const opensslMissing = (): boolean => { try { execFileSync('openssl', ['version']); return false; } catch { return true; } };

describe.skipIf(vmsMissing() !== undefined)(`a command on a VM${vmsMissing() ?? ''}`, () => {
  it('is told what it is, gets its arguments as they are, and sees nothing of the agent', async () => {
    await begin({ environment: { COLOR: 'green' } });
    const { end, out } = await ended({ run: { command: ['sh', '-c', 'env; printf "%s|" "$@"; cat "$TWINCLOCK_INPUTS"', 'sh', '$HOME; rm -rf "x"', "it's", 'two words'], env: { LEVEL: "3'3" } } }, { inputs: { before: { x: 1 } }, progressPpm: 250_000, job: 'checkpoint' });
    expect(end).toMatchObject({ outcome: 'completed', usage: { exitCode: 0 } });
    for (const line of ["TWINCLOCK_TASK=it's $HOME", 'TWINCLOCK_TOKEN=1.1', 'TWINCLOCK_JOB=checkpoint', 'TWINCLOCK_RESUME=0.25', 'COLOR=green', "LEVEL=3'3", '{"before":{"x":1}}', '$HOME; rm -rf "x"|it\'s|two words|']) expect(out).toContain(line);
    expect(out).not.toContain('AWS_EC2_METADATA_SERVICE_ENDPOINT');
  });

  it('that does not exist, or whose folder does not, says so', async () => {
    await begin();
    expect((await ended({ run: { command: ['no-such-program'] } })).end).toMatchObject({ outcome: 'task-error', reason: 'exit code 127: no such command' });
    bench.events = [];
    await bench.driver.start(bench.attempt({ ...key, attempt: 2 }, { run: { command: ['true'], directory: '/no/such/folder' } }));
    await bench.until(() => bench.ends({ ...key, attempt: 2 }).length > 0);
    expect(bench.ends({ ...key, attempt: 2 })).toMatchObject([{ outcome: 'task-error', reason: 'exit code 126' }]);
  });

  it('ends at its time-out, with all that it started', async () => {
    await begin();
    expect((await ended({ run: { shell: 'trap "" TERM; sleep 300 & sleep 300; sleep 300', timeout: '0.5s' } })).end).toMatchObject({ outcome: 'timeout', reason: 'not done after 0.5 s' });
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toMatch(/^sleep 300$/m);
  });

  it('ends when it takes more memory than its task demands', async () => {
    await begin();
    const { end } = await ended({ demand: { memory: '32 MB' }, run: { shell: 'head -c 200000000 /dev/zero | tail; sleep 300' } });
    expect(end.outcome).toBe('task-error');
    expect(end.reason).toMatch(/^took \d+ MiB of memory, 32 MiB were demanded$/);
  });

  it('shows its output while it runs, and tells its progress', async () => {
    await begin();
    const spec = await started({ run: { shell: 'echo one; echo 0.5 > "$TWINCLOCK_PROGRESS"; sleep 300' } });
    await bench.until(() => bench.events.some((event) => event.type === 'progress' && event.ppm === 500_000));
    expect((await bench.driver.collect(spec)).stdout).toBe('one\n');
  });
});

describe.skipIf(vmsMissing() !== undefined)(`a checkpoint${vmsMissing() ?? ''}`, () => {
  const SAVE = 'echo $1 > "$TWINCLOCK_CHECKPOINTED.part"; mv "$TWINCLOCK_CHECKPOINTED.part" "$TWINCLOCK_CHECKPOINTED"';

  it('too big to be kept is told once and not sent again; a smaller one is taken', async () => {
    await begin({ checkpointMiB: 1 });
    await started({ checkpoint: { interval: '1m', cost: '1s' }, run: { shell: `save() { ${SAVE}; }; head -c 2000000 /dev/urandom > "$TWINCLOCK_CHECKPOINT/big"; save 0.5; until [ -e "$TWINCLOCK_CHECKPOINT/../too-big" ]; do sleep 0.1; done; sleep 1; rm "$TWINCLOCK_CHECKPOINT/big"; save 0.6; sleep 299` } });
    await bench.until(() => bench.events.some(({ type }) => type === 'checkpointed'));
    expect(bench.events.filter(({ type }) => type === 'checkpointed')).toMatchObject([{ ppm: 600_000 }]);
    expect(bench.desk.logged.filter((line) => line.includes('checkpointMiB'))).toHaveLength(1);
  });

  it('that takes long to be brought here holds up no time-out', async () => {
    await begin();
    const machine = bench.ec2.instances[0]!.machine, go = join(bench.directory, 'go');
    writeFileSync(join(machine.root, '..', 'bin', 'tar'), `#!/bin/sh\nuntil [ -e ${go} ]; do sleep 0.1; done\nPATH=\${PATH#*:}\nexec tar "$@"\n`, { mode: 0o755 });
    await started({ checkpoint: { interval: '1m', cost: '1s' }, run: { shell: `save() { ${SAVE}; }; save 0.5; sleep 299`, timeout: '0.5s' } });
    await bench.until(() => execFileSync('find', [machine.root, '-name', 'ended-by'], { encoding: 'utf8' }) !== '');
    writeFileSync(go, '');
    await bench.until(() => bench.ends(key).length > 0);
    expect(bench.ends(key)).toMatchObject([{ outcome: 'timeout' }]);
    expect(bench.events.some(({ type }) => type === 'checkpointed')).toBe(true);
  });
});

describe.skipIf(vmsMissing() !== undefined)(`an attempt whose files cannot be laid down${vmsMissing() ?? ''}`, () => {
  it('is given up, and says why', async () => {
    await begin();
    const ofTask = join(bench.directory, 'attempts', nameOf(key.task), 'checkpoint');
    mkdirSync(ofTask, { recursive: true });
    writeFileSync(join(ofTask, 'archive'), 'no archive');
    const { end, spec } = await ended({ run: { shell: 'true' } });
    expect(end.outcome).toBe('lost');
    expect((await bench.driver.collect(spec)).stderr).toBe('this VM could not lay its files down');
    const attempts = join(bench.ec2.instances[0]!.machine.root, 'attempts'), next = bench.attempt({ ...key, task: 'next' }, { run: { shell: 'true' } });
    removeFolder(attempts);
    writeFileSync(attempts, '');
    await bench.driver.start(next);
    await bench.until(() => bench.ends(next.key).length > 0);
    expect((await bench.driver.collect(next)).stderr).toBe('this VM could not make a folder for it');
  });
});

describe.skipIf(vmsMissing() !== undefined)(`the desk${vmsMissing() ?? ''}`, () => {
  const url = (): string => `http://127.0.0.1:${readFileSync(join(bench.directory, 'agent-port'), 'utf8')}`;
  const tokenOf = (instance: number): string => readFileSync(join(bench.ec2.instances[instance]!.machine.root, 'token'), 'utf8').trim().replace('authorization: ', '');
  const ask = async (path: string, authorization: string, init: RequestInit = {}) => (await fetch(`${url()}${path}`, { ...init, headers: { authorization } })).status;

  it('gives a VM what is its own, and nobody anything else', async () => {
    await begin();
    const spec = await started({ run: { shell: 'sleep 300' } }), other = { ...VM, unit: 'gpu#2' };
    await bench.until(() => bench.events.some(({ type }) => type === 'started'));
    await bench.ready(other);
    const [id] = /[0-9a-f]{20}/.exec(execFileSync('ls', [join(bench.ec2.instances[0]!.machine.root, 'attempts')], { encoding: 'utf8' }))!, path = `/attempts/${id}/command`;
    expect(await ask(path, tokenOf(0))).toBe(200);
    expect(await ask(path, tokenOf(1))).toBe(404);
    expect(await ask(path, `${tokenOf(0)}x`)).toBe(401);
    expect(await ask(path, '')).toBe(401);
    expect(await ask('//', '')).toBe(401);
    expect(await ask('//', tokenOf(0))).toBe(400);
    expect(bench.desk.logged).toEqual([]);
    expect(await ask('/attempts/../../agent-secret', tokenOf(0))).toBe(404);
    expect(await ask(`/attempts/${id}/card.json`, tokenOf(0))).toBe(404);
    expect(await ask(`/attempts/${id}/exit`, tokenOf(1), { method: 'PUT', body: '0' })).toBe(200);
    expect(await bench.driver.probe(spec)).toMatchObject({ state: 'ALIVE' }); // what is not on that VM is not its to end
    expect(await ask(`/attempts/${id}/stdout`, tokenOf(0), { method: 'PUT', body: 'x'.repeat(2_000_000) }).catch(() => 413)).toBe(413);
    expect(statSync(join(bench.directory, 'agent-secret')).mode & 0o077).toBe(0);
    await bench.driver.vms.releaseVm({ key: VM });
    expect(await ask(path, tokenOf(0)).catch(() => 410)).toBe(410); // its time is over
  });

  it.skipIf(opensslMissing())('speaks TLS with a certificate of its own, which the VM trusts and nobody else need', async () => {
    bench = await Ec2Bench.start({ agents: { url: 'https://127.0.0.1:{port}', port: 0 } });
    await bench.open();
    await bench.ready(VM);
    const { end } = await ended({ run: { shell: 'echo 7 > "$TWINCLOCK_OUTPUT"' } });
    expect(end).toMatchObject({ outcome: 'completed', output: 7 });
    await expect(fetch(`${url().replace('http:', 'https:')}/poll`)).rejects.toThrow();
    expect(statSync(join(bench.directory, 'agents-127.0.0.1.key')).mode & 0o077).toBe(0);
  });
});

describe('options that cannot be met', () => {
  const refused = async (more: Record<string, Json>) => {
    bench = await Ec2Bench.start({});
    await bench.open();
    try { createEc2Driver({ ...bench.context(() => {}) }, { ...QUICK, ...more }); } catch (error) { return (error as { faults?: readonly { code: string; path: string }[] }).faults?.map(({ code, path }) => `${code} ${path}`); }
    return undefined;
  };

  it('are refused with their path', async () => {
    expect(await refused({ agents: { url: 'http://10.0.0.1:7400' } })).toEqual(['tls-mismatch agents.tls']);
    await bench.close(); await bench.stop();
    expect(await refused({ pollEvery: '0s' })).toEqual(['bad-duration pollEvery']);
    await bench.close(); await bench.stop();
    expect(await refused({ tags: { 'aws:x': '1' } })).toEqual(['reserved-tag tags']);
    await bench.close(); await bench.stop();
    expect(await refused({ agents: { url: 'https://h:1', tls: 'files', certificate: '/no/such/file' } })).toEqual(['no-file agents.certificate']);
  });

  it('a set-up that is too long for user data is refused at the start', async () => {
    bench = await Ec2Bench.start({ setUp: 'echo long\n'.repeat(1000) });
    await expect(bench.open()).rejects.toThrow('EC2 takes 16384');
    expect(bench.ec2.calls).not.toContain('RunInstances');
  });
});
