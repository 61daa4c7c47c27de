// Slurm, on a real one-node cluster of the test's own: the conformance of all drivers, and what is theirs: demands and environment of
// jobs, preemption, strangers who cancel and requeue, a controller that is down, forgets or answers nobody.
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { AttemptSpec, Driver } from '../../../../../engine/live/driver.ts';
import { attemptName, type AttemptEnd, type AttemptKey, type DriverEvent } from '../../../../../engine/live/driver-events.ts';
import { createSlurmDriver } from '../../../../../engine/live/drivers/slurm/slurm-driver.ts';
import type { Json } from '../../../../../engine/live/json.ts';
import type { TaskFile } from '../../../../../engine/model/scenario.ts';
import { slurmMissing, startSlurm, type OneNodeSlurm } from '../../../../support/live/one-node-slurm.ts';
import { contextOn, specOn, until } from '../../../../support/live/slurm-bench.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';
import { driverConformance } from '../conformance.ts';

const missing = slurmMissing();
let slurm: OneNodeSlurm;
beforeAll(async () => { if (missing === undefined) slurm = await startSlurm({ graceSeconds: 3 }); }, 60_000);
afterAll(async () => { await slurm?.stop(); }, 60_000);

const specOf = (key: AttemptKey, task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}): AttemptSpec => specOn({ id: 'hpc', entry: 'hpc' }, key, task, more);

describe.skipIf(missing !== undefined)(`Slurm${missing === undefined ? '' : ` (skipped: ${missing})`}`, { timeout: 60_000 }, () => {
  driverConformance('Slurm', () => {
    const directory = mkdtempSync(join(tmpdir(), 'twinclock-hpc-')), log = join(directory, 'begun'), shell = (line: string) => ({ run: { shell: `echo "$TWINCLOCK_KEY" >> ${log}; ${line}` } });
    appendFileSync(log, '');
    return {
      make: (emit) => createSlurmDriver(contextOn(directory, emit), { grace: '1s', partition: 'spot', conf: slurm.conf }),
      short: (key) => specOf(key, shell('echo "{\\"did\\":\\"$TWINCLOCK_TASK\\"}" > "$TWINCLOCK_OUTPUT"')),
      failing: (key) => specOf(key, shell('exit 3')),
      long: (key) => specOf(key, shell('sleep 60')),
      begun: (key) => readFileSync(log, 'utf8').split('\n').filter((line) => line === attemptName(key)).length,
      until, clean: () => removeFolder(directory),
    };
  });

  describe('a batch job', () => {
    let directory: string, driver: Driver, events: DriverEvent[], logged: string[], epoch = 0;
    const key = (task: string, attempt = 1): AttemptKey => ({ run: 'conformance', task, epoch, attempt }); // jobs of earlier tests are still told of
    const open = async (more: Record<string, Json> = {}): Promise<void> => {
      driver = createSlurmDriver(contextOn(directory, (event) => { events.push(event); }, logged), { grace: '1s', partition: 'spot', conf: slurm.conf, ...more });
      await driver.open();
    };
    const restart = async (): Promise<void> => { await driver.close(); await open(); };
    const endOf = (of: AttemptKey): AttemptEnd | undefined => events.flatMap((event) => (event.type === 'ended' && attemptName(event.key) === attemptName(of) ? [event.end] : []))[0];
    const started = (of: AttemptKey): boolean => events.some((event) => event.type === 'started' && attemptName(event.key) === attemptName(of));
    const run = async (task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}, of = key('t')): Promise<AttemptEnd> => {
      await driver.start(specOf(of, task, more));
      await until(() => endOf(of) !== undefined);
      return endOf(of)!;
    };
    const running = async (task: Partial<TaskFile>, of = key('t')): Promise<string> => {
      await driver.start(specOf(of, task));
      await until(() => started(of));
      return jobOf(of);
    };
    const jobOf = async (of: AttemptKey): Promise<string> => (await slurm.run('squeue', '--noheader', '--states=all', '--format=%i %k')).split('\n').filter((line) => line.endsWith(` ${attemptName(of)}`)).map((line) => line.split(' ')[0]!)[0]!;
    const stdout = async (of = key('t')) => (await driver.collect(specOf(of, {}))).stdout;
    const sleeper = { run: { command: ['sleep', '60'] } }, whole = { demand: { cores: 8 } };
    const rival = (): Promise<string> => slurm.run('sbatch', '--parsable', '--partition=ondemand', '--cpus-per-task=8', '--output=/dev/null', '--wrap=sleep 2');

    beforeEach(async () => { directory = mkdtempSync(join(tmpdir(), 'twinclock 100% hpc-')); events = []; logged = []; epoch++; await open(); }, 60_000);
    afterEach(async () => {
      for (const ref of await driver.list()) await driver.undo(ref);
      await driver.close();
      removeFolder(directory);
      await slurm.run('scancel', '--signal=KILL', '--full', '--partition=ondemand').catch(() => {}); // there is none
      await until(async () => (await slurm.run('squeue', '--noheader')) === '');
    }, 60_000);

    it('is told what it is, and nothing of the daemon but what it needs', async () => {
      process.env['TWINCLOCK_TEST_SECRET'] = 'hidden';
      const end = await run({ run: { shell: 'env; cat "$TWINCLOCK_INPUTS"', env: { LEVEL: 'a,b "c"', PATH: '/usr/bin:/bin' } } }, { inputs: { before: { x: 1 } }, progressPpm: 250_000 });
      delete process.env['TWINCLOCK_TEST_SECRET'];
      expect(end).toMatchObject({ outcome: 'completed', usage: { exitCode: 0 } });
      const out = await stdout();
      for (const line of ['TWINCLOCK_TASK=t', `TWINCLOCK_TOKEN=${epoch}.1`, `TWINCLOCK_KEY=${attemptName(key('t'))}`, 'TWINCLOCK_RESUME=0.25', 'LEVEL=a,b "c"', 'SLURM_JOB_PARTITION=spot', '{"before":{"x":1}}']) expect(out).toContain(line);
      expect(out).not.toContain('hidden');
    });

    it('gives arguments to the program as they are', async () => {
      await run({ run: { command: ['printf', '%s|', '$HOME; rm -rf "x"', "it's", 'two words', '', '-n'] } });
      expect(await stdout()).toBe('$HOME; rm -rf "x"|it\'s|two words||-n|');
    });

    it('asks Slurm for what the task demands', async () => {
      const job = await running({ ...sleeper, demand: { cores: 3, memory: '640 MiB', gpu: 2 }, run: { ...sleeper.run, timeout: '10m' } }), told = await slurm.run('scontrol', '--oneliner', 'show', 'job', job);
      for (const word of ['NumCPUs=3', 'mem=640M', 'TresPerNode=gres:gpu:2', 'Partition=spot', 'Requeue=0', 'TimeLimit=00:12:00', `Comment=${attemptName(key('t'))}`]) expect(told).toContain(word);
    });

    it.each([
      [{ command: ['sh', '-c', 'exit 9'] }, 'exit code 9'], [{ command: ['no-such-program-here'] }, 'exit code 127: no such command'], [{ shell: 'kill -9 $$' }, 'ended by signal 9'],
      [{ shell: 'echo "{" > "$TWINCLOCK_OUTPUT"' }, expect.stringContaining('the result is no JSON')], [{}, 'the task has no command for this machine'],
    ])('fails as %j does', async (part, reason) => {
      expect(await run({ run: part })).toMatchObject({ outcome: 'task-error', reason });
    });

    it('waits in the queue until there is room, and is cancelled there', async () => {
      await running({ ...sleeper, ...whole });
      await driver.start(specOf(key('u'), { ...sleeper, ...whole }));
      await until(async () => (await driver.probe(specOf(key('u'), {}))).state === 'ALIVE');
      expect(await driver.probe(specOf(key('u'), {}))).toMatchObject({ state: 'ALIVE', waiting: true });
      await restart();
      expect(await driver.probe(specOf(key('u'), {}))).toMatchObject({ state: 'ALIVE', waiting: true });
      await driver.signal(specOf(key('u'), {}), 'stop');
      await until(() => endOf(key('u')) !== undefined);
      expect(endOf(key('u'))).toMatchObject({ outcome: 'cancelled', busyMs: 0 });
      await driver.signal(specOf(key('t'), {}), 'kill');
      await until(() => endOf(key('t')) !== undefined);
      expect(started(key('u'))).toBe(false);
    });

    it('is ended with all it started when its time is up', async () => {
      const end = await run({ run: { shell: 'trap "" TERM; (trap "" TERM; while :; do sleep 0.05; done) & wait', timeout: '0.3s' } });
      expect(end).toMatchObject({ outcome: 'timeout', reason: 'not done after 0.3 s' });
      await until(async () => (await slurm.run('squeue', '--noheader')) === '');
    });

    const saving = {
      checkpoint: { interval: '1m', cost: '1s' },
      run: { shell: 'save() { echo saved > "$TWINCLOCK_CHECKPOINT/state"; echo 0.5 > "$TWINCLOCK_CHECKPOINTED.part"; mv "$TWINCLOCK_CHECKPOINTED.part" "$TWINCLOCK_CHECKPOINTED"; }; trap save USR1; echo 0.25 > "$TWINCLOCK_PROGRESS"; while :; do sleep 0.05; done' },
    } as const;

    it('writes a checkpoint when it is asked to, and hands it on to the next attempt', async () => {
      await running(saving);
      await until(() => events.some((event) => event.type === 'progress' && event.ppm === 250_000));
      await driver.signal(specOf(key('t'), saving), 'checkpoint');
      await until(() => events.some(({ type }) => type === 'checkpointed'));
      expect(events.find(({ type }) => type === 'checkpointed')).toMatchObject({ ppm: 500_000 });
      await driver.signal(specOf(key('t'), saving), 'kill');
      await until(() => endOf(key('t')) !== undefined);
      expect(endOf(key('t'))).toMatchObject({ outcome: 'cancelled' });
      await run({ run: { shell: 'cat "$TWINCLOCK_CHECKPOINT/state"' } }, {}, key('t', 2));
      expect(await stdout(key('t', 2))).toBe('saved\n');
    });

    it('is given notice before it is preempted, saves what it has, and counts as lost, not as failed', async () => {
      const job = await running({ ...saving, ...whole }), by = await rival();
      await until(() => endOf(key('t')) !== undefined);
      expect(events.map(({ type }) => type).filter((type) => type !== 'progress')).toEqual(['started', 'checkpointed', 'ended']);
      expect(endOf(key('t'))).toMatchObject({ outcome: 'lost', reason: 'preempted by Slurm' });
      expect(logged).toContain(`${attemptName(key('t'))} will be interrupted by Slurm, and was asked for a checkpoint`);
      expect(await slurm.run('squeue', '--noheader', '--states=all', `--jobs=${job}`, '--format=%T')).toBe('PREEMPTED'); // not in the queue again
      expect(await run({ ...whole, run: { command: ['true'] } }, {}, key('t', 2))).toMatchObject({ outcome: 'completed' }); // waits for its rival
      expect(await slurm.run('squeue', '--noheader', '--states=all', `--jobs=${by}`, '--format=%T')).toBe('COMPLETED');
    });

    it('that ends well at the notice has not done its work', async () => {
      await running({ ...whole, checkpoint: { interval: '1m', cost: '1s' }, run: { shell: 'trap "exit 0" TERM; trap : USR1; while :; do sleep 0.05; done' } });
      await rival();
      await until(() => endOf(key('t')) !== undefined);
      expect(endOf(key('t'))).toMatchObject({ outcome: 'lost', reason: 'preempted by Slurm' });
    });

    it('cancelled by a stranger is told as lost, and says by whom', async () => {
      const job = await running(sleeper);
      await slurm.run('scancel', job);
      await until(() => endOf(key('t')) !== undefined);
      expect(endOf(key('t'))).toMatchObject({ outcome: 'lost', reason: 'cancelled in Slurm by somebody else' });
    });

    it('cancelled by a stranger before it began was refused', async () => {
      await running({ ...sleeper, ...whole });
      await driver.start(specOf(key('u'), { ...sleeper, ...whole }));
      await slurm.run('scancel', await jobOf(key('u')));
      await until(() => endOf(key('u')) !== undefined);
      expect(endOf(key('u'))).toMatchObject({ outcome: 'refused', reason: 'its job ended before it began: cancelled in Slurm by somebody else' });
    });

    it('requeued by a stranger does not run a second time', async () => {
      const mark = join(directory, 'begun'), job = await running({ run: { shell: `echo begun >> "${mark}"; sleep 60` } });
      await slurm.run('scontrol', 'update', `jobid=${job}`, 'requeue=1');
      await slurm.run('scontrol', 'requeue', job);
      await until(() => endOf(key('t')) !== undefined);
      expect(endOf(key('t'))).toMatchObject({ outcome: 'lost', reason: 'requeued in Slurm' });
      await until(async () => (await slurm.run('squeue', '--noheader')) === '');
      expect(readFileSync(mark, 'utf8')).toBe('begun\n');
    });

    it('is adopted by the next daemon, with its time limit', async () => {
      await running({ run: { ...sleeper.run, timeout: '3s' } });
      await restart();
      events = [];
      expect(await driver.probe(specOf(key('t'), {}))).toMatchObject({ state: 'ALIVE', waiting: false });
      await until(() => endOf(key('t')) !== undefined);
      expect(endOf(key('t'))).toMatchObject({ outcome: 'timeout' });
    });

    it('says of what one daemon began and another finds failed whose doing it was', async () => {
      const job = await running(sleeper);
      await driver.close();
      await slurm.run('scancel', job);
      await until(async () => (await slurm.run('squeue', '--noheader')) === '');
      await open();
      await until(async () => (await driver.probe(specOf(key('t'), {}))).state === 'DEAD');
      expect(await driver.probe(specOf(key('t'), {}))).toMatchObject({ state: 'DEAD', end: { outcome: 'lost', reason: 'cancelled in Slurm by somebody else' } });
    });

    it('submits nothing twice when the controller is away, and knows nothing meanwhile', async () => {
      const mark = join(directory, 'begun'), task = { run: { shell: `echo begun >> "${mark}"; sleep 1` } };
      await running(sleeper, key('before'));
      await slurm.stopController();
      try {
        await driver.start(specOf(key('t'), task)); // it is not known whether it was
        expect(await driver.probe(specOf(key('before'), {}))).toMatchObject({ state: 'UNKNOWN' });
        expect(await driver.probe(specOf(key('t'), {}))).toMatchObject({ state: 'UNKNOWN' });
        expect((await driver.list()).map((ref) => ref.key.task).sort()).toEqual(['before', 't']);
        await restart();
        await driver.start(specOf(key('t'), task));
        expect(events.some(({ type }) => type === 'ended')).toBe(false);
      } finally { await slurm.startController(); }
      await until(() => endOf(key('t')) !== undefined);
      expect(endOf(key('t'))).toMatchObject({ outcome: 'completed' });
      expect(readFileSync(mark, 'utf8')).toBe('begun\n');
      expect(await driver.probe(specOf(key('before'), {}))).toMatchObject({ state: 'ALIVE' });
    });

    it('whose submission got no answer is found by its key', async () => {
      const mark = join(directory, 'begun'), task = { run: { shell: `echo begun >> "${mark}"; sleep 60` } };
      slurm.freezeController(true);
      try { await driver.start(specOf(key('t'), task)); } finally { slurm.freezeController(false); } // the answer took too long: what was sent is still read
      await until(() => started(key('t')));
      const jobs = (await slurm.run('squeue', '--noheader', '--states=all', '--format=%k')).split('\n').filter((comment) => comment === attemptName(key('t')));
      expect(jobs).toHaveLength(1);
      expect(readFileSync(mark, 'utf8')).toBe('begun\n');
    });

    it('taken back while the controller is away never runs', async () => {
      const mark = join(directory, 'begun'), task = { run: { shell: `echo begun >> "${mark}"` } };
      await slurm.stopController();
      let undone: Promise<void>;
      try {
        await driver.start(specOf(key('t'), task));
        undone = driver.undo(specOf(key('t'), {}));
      } finally { await slurm.startController(); }
      await undone;
      await expect(driver.start(specOf(key('t'), task))).rejects.toThrow('taken back');
      await run({ run: { command: ['true'] } }, {}, key('after'));
      expect(() => readFileSync(mark)).toThrow();
    });

    it('is refused when Slurm will not have it', async () => {
      await driver.close();
      await open({ arguments: ['--account=nobody', '--nodelist=nowhere'] });
      await expect(driver.start(specOf(key('t'), sleeper))).rejects.toThrow(/sbatch: .*Invalid node name/);
      expect(await driver.list()).toEqual([]);
    });

    it('may be called anything', async () => {
      const name = `ä/b c;"d"\n%2E ${'x'.repeat(1200)}`;
      expect(await run({ run: { command: ['printenv', 'TWINCLOCK_TASK'] } }, {}, key(name))).toMatchObject({ outcome: 'completed' });
      expect(await stdout(key(name))).toBe(`${name}\n`);
    });

    it('is found again where the entry it is of has a comma in its name', async () => {
      await driver.close();
      driver = createSlurmDriver(contextOn(join(directory, 'slurm-a,b'), (event) => { events.push(event); }, logged), { grace: '1s', partition: 'spot', conf: slurm.conf });
      await driver.open();
      expect(await run({ run: { command: ['true'] } })).toMatchObject({ outcome: 'completed' });
    });

    it('belongs to its run and driver alone', async () => {
      await running(sleeper);
      const other = createSlurmDriver({ ...contextOn(directory, () => {}), epoch: 1 }, { partition: 'spot', conf: slurm.conf });
      await other.open();
      expect(await other.list()).toEqual([]);
      await other.close();
    });
  });

  describe('the configuration', () => {
    const open = async (options: Record<string, Json>): Promise<string[]> => {
      const directory = mkdtempSync(join(tmpdir(), 'twinclock-hpc-')), logged: string[] = [];
      try {
        const driver = createSlurmDriver({ ...contextOn(directory, () => {}, logged), entries: { hpc: { id: 'hpc', cores: 99 } } }, { conf: slurm.conf, ...options });
        await driver.open();
        await driver.close();
      } finally { removeFolder(directory); }
      return logged;
    };
    it('names a partition that exists', async () => {
      await expect(open({ partition: 'spott' })).rejects.toMatchObject({ faults: [{ code: 'unknown-partition', path: 'pools.hpc.partition', hint: expect.stringContaining('spot') }] });
    });
    it('says when the partition is smaller than what is planned with', async () => {
      expect(await open({ partition: 'spot' })).toEqual([expect.stringContaining('has 8 processors, 99 are planned with')]);
    });
    it('may not take the driver its hold of jobs', async () => {
      await expect(open({ arguments: ['--nice', '--requeue'] })).rejects.toMatchObject({ faults: [{ code: 'reserved-argument', path: 'pools.hpc.arguments[1]' }] });
    });
    it('of a local entry has no options of clouds, and is there', async () => {
      await expect(open({ spotPartition: 'spot' })).rejects.toMatchObject({ faults: [{ code: 'cloud-option', path: 'pools.hpc.spotPartition' }] });
      await expect(open({ conf: '/nowhere/slurm.conf' })).rejects.toMatchObject({ faults: [{ code: 'no-slurm-configuration', path: 'pools.hpc.conf' }] });
    });
    it('waits for a controller that is away', async () => {
      await slurm.stopController();
      try { expect(await open({ partition: 'spot' })).toEqual([expect.stringContaining('could not be looked at')]); } finally { await slurm.startController(); }
    });
  });
});
