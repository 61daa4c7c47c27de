// Local processes: the conformance of all drivers, and what is theirs: environment, results, progress, checkpoints, memory, time-outs,
// groups that are ended whole, ids that are no file names.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../engine/live/clock.ts';
import type { AttemptSpec, Driver, DriverContext } from '../../../../../engine/live/driver.ts';
import { attemptName, type AttemptEnd, type AttemptKey, type DriverEvent } from '../../../../../engine/live/driver-events.ts';
import { createProcessDriver } from '../../../../../engine/live/drivers/process/process-driver.ts';
import { AttemptFolder } from '../../../../../engine/live/drivers/process/attempt-folder.ts';
import type { Json } from '../../../../../engine/live/json.ts';
import type { TaskFile } from '../../../../../engine/model/scenario.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';
import { driverConformance } from '../conformance.ts';

const context = (directory: string, emit: (event: DriverEvent) => void): DriverContext => ({
  run: 'conformance', clock: systemClock, epoch: 0, directory, emit, units: [{ id: 'ws', entry: 'ws' }], entries: {}, log: () => {},
  notes: { get: async () => undefined, put: async () => {}, putAll: async () => {}, delete: async () => {}, list: async () => [] },
});

function specOf(key: AttemptKey, task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}): AttemptSpec {
  return { key, unit: 'ws', entry: 'ws', job: 'j', market: 'on-demand', setupMs: 0, estimateMs: 1000, progressPpm: 0, inputs: {}, task: { id: key.task, duration: '1s', ...task }, ...more };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let k = 0; k < 2000; k++) {
    if (await condition()) return;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  throw new Error('it did not come to that');
}

driverConformance('local processes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinclock-process-')), log = join(directory, 'begun'), shell = (line: string) => ({ run: { shell: `echo "$TWINCLOCK_KEY" >> ${log}; ${line}` } });
  appendFileSync(log, '');
  return {
    make: (emit) => createProcessDriver(context(directory, emit), { grace: '1s' }),
    short: (key) => specOf(key, shell('echo "{\\"did\\":\\"$TWINCLOCK_TASK\\"}" > "$TWINCLOCK_OUTPUT"')),
    failing: (key) => specOf(key, shell('exit 3')),
    long: (key) => specOf(key, shell('sleep 60')),
    begun: (key) => readFileSync(log, 'utf8').split('\n').filter((line) => line === attemptName(key)).length,
    until, clean: () => removeFolder(directory),
  };
});

describe('a local process', () => {
  let directory: string, driver: Driver, events: DriverEvent[];
  const options: Record<string, Json> = { grace: '0.2s', environment: { COLOR: 'green' } };
  const open = async (more: Record<string, Json> = {}) => { driver = createProcessDriver(context(directory, (event) => { events.push(event); }), { ...options, ...more }); await driver.open(); };
  beforeEach(async () => { directory = mkdtempSync(join(tmpdir(), 'twinclock-process-')); events = []; await open(); });
  afterEach(async () => {
    for (const ref of await driver.list()) await driver.undo(ref);
    await driver.close();
    removeFolder(directory);
  });

  const key = (task: string, attempt = 1): AttemptKey => ({ run: 'r', task, epoch: 2, attempt });
  async function run(task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}, of = key('t')): Promise<AttemptEnd> {
    await driver.start(specOf(of, task, more));
    const end = () => events.find((event) => event.type === 'ended' && attemptName(event.key) === attemptName(of));
    await until(() => end() !== undefined);
    return (end() as Extract<DriverEvent, { type: 'ended' }>).end;
  }
  const stdout = async (of = key('t')) => (await driver.collect(specOf(of, {}))).stdout;

  it('is told what it is, and nothing of the daemon but what it needs', async () => {
    process.env['TWINCLOCK_TEST_SECRET'] = 'hidden';
    const end = await run({ run: { shell: 'env; cat "$TWINCLOCK_INPUTS"', env: { LEVEL: '3' } } }, { inputs: { before: { x: 1 } }, progressPpm: 250_000 });
    delete process.env['TWINCLOCK_TEST_SECRET'];
    expect(end).toMatchObject({ outcome: 'completed', usage: { exitCode: 0 } });
    const out = await stdout();
    for (const line of ['TWINCLOCK_TASK=t', 'TWINCLOCK_TOKEN=2.1', 'TWINCLOCK_KEY=r/t/2.1', 'TWINCLOCK_UNIT=ws', 'TWINCLOCK_RESUME=0.25', 'COLOR=green', 'LEVEL=3', '{"before":{"x":1}}']) expect(out).toContain(line);
    expect(out).not.toContain('hidden');
  });

  it('gives arguments to the program as they are', async () => {
    await run({ run: { command: ['printf', '%s|', '$HOME; rm -rf "x"', "it's", 'two words'] } });
    expect(await stdout()).toBe('$HOME; rm -rf "x"|it\'s|two words|');
  });

  it.each([
    [{ command: ['sh', '-c', 'exit 9'] }, 'exit code 9'], [{ command: ['no-such-program-here'] }, 'exit code 127: no such command'],
    [{ shell: 'kill -9 $$' }, 'ended by signal 9'], [{ shell: 'echo "{" > "$TWINCLOCK_OUTPUT"' }, expect.stringContaining('the result is no JSON')],
    [{ shell: 'head -c 70000 /dev/zero > "$TWINCLOCK_OUTPUT"' }, 'the result has 70000 bytes, 65536 are allowed'], [{ command: ['true'], directory: '/no/such/folder' }, 'there is no folder /no/such/folder'],
    [{}, 'the task has no command for this machine'],
  ])('fails as %j does', async (part, reason) => {
    expect(await run({ run: part })).toMatchObject({ outcome: 'task-error', reason });
  });

  it('tells progress, writes a checkpoint when it is asked to, and hands it on to the next attempt', async () => {
    const task = {
      checkpoint: { interval: '1m', cost: '1s' },
      run: { shell: 'trap "echo saved > $TWINCLOCK_CHECKPOINT/state; echo 0.5 > $TWINCLOCK_CHECKPOINTED.part; mv $TWINCLOCK_CHECKPOINTED.part $TWINCLOCK_CHECKPOINTED" USR1; echo 0.25 > $TWINCLOCK_PROGRESS; while [ ! -e $TWINCLOCK_CHECKPOINTED ]; do sleep 0.05; done' },
    };
    await driver.start(specOf(key('t'), task));
    await until(() => events.some((event) => event.type === 'progress' && event.ppm === 250_000));
    await driver.signal(specOf(key('t'), task), 'checkpoint');
    await until(() => events.some(({ type }) => type === 'ended'));
    expect(events.map(({ type }) => type).filter((type) => type !== 'progress')).toEqual(['started', 'checkpointed', 'ended']);
    expect(events.find(({ type }) => type === 'checkpointed')).toMatchObject({ ppm: 500_000 });
    events = [];
    await run({ run: { shell: 'cat $TWINCLOCK_CHECKPOINT/state' } }, {}, key('t', 2));
    expect(await stdout(key('t', 2))).toBe('saved\n');
  });

  it('is ended with all its children when its time is up', async () => {
    const mark = join(directory, 'alive'), end = await run({ run: { shell: `trap "" TERM; (while :; do touch ${mark}; sleep 0.05; done) & wait`, timeout: '0.3s' } });
    expect(end).toMatchObject({ outcome: 'timeout', reason: 'not done after 0.3 s' });
    rmSync(mark, { force: true });
    await until(async () => (await driver.list()).length === 0);
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    expect(existsSync(mark)).toBe(false);
  });

  const memoryHog = { demand: { memory: '64MiB' }, run: { command: [process.execPath, '-e', 'const a = []; setInterval(() => a.push(Buffer.alloc(8e6, 1)), 10)'] } };
  it.skipIf(!existsSync('/proc/self/stat'))('is ended when it takes more memory than its task demands', async () => {
    await driver.close();
    await open({ controlGroups: 'off' });
    const end = await run(memoryHog);
    expect(end).toMatchObject({ outcome: 'task-error', reason: expect.stringMatching(/^took \d+ MiB of memory, 64 MiB were demanded$/) });
    expect(end.usage!['maxRssMiB']).toBeGreaterThan(64);
  });

  it('sleeps for its estimate in a rehearsal', async () => {
    await driver.close();
    await open({ standIn: true });
    expect(await run({}, { estimateMs: 150 })).toMatchObject({ outcome: 'completed' });
  });

  it('may be called anything', async () => {
    for (const id of ['../../etc', '.', 'a/b', 'ü *?"', 'x'.repeat(300), `${'x'.repeat(299)}y`]) {
      events = [];
      expect(await run({ run: { shell: 'echo "[1]" > "$TWINCLOCK_OUTPUT"' } }, {}, key(id))).toMatchObject({ outcome: 'completed', output: [1] });
    }
  });

  it('counts as lost when its shell and all of it were killed by others', async () => {
    await driver.start(specOf(key('t'), { run: { command: ['sleep', '60'] } }));
    const folder = new AttemptFolder(join(directory, 'attempts'), key('t'));
    await until(() => (folder.claim() ?? 0) > 0);
    process.kill(-folder.claim()!, 'SIGKILL');
    await until(() => events.some(({ type }) => type === 'ended'));
    expect(events.at(-1)).toMatchObject({ end: { outcome: 'lost' } });
  });

  it('is not taken for another process that has its number now', async () => {
    const folder = new AttemptFolder(join(directory, 'attempts'), key('t'));
    folder.prepare({ key: key('t'), unit: 'ws' }, {});
    writeFileSync(join(folder.path, 'pid'), `${process.pid}\n`); // alive, and not a shim of ours
    expect(await driver.probe(specOf(key('t'), {}))).toMatchObject({ state: 'DEAD', end: { outcome: 'lost' } });
  });
});
