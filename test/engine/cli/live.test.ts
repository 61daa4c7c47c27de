// A live run from the terminal, as an operator has it: the daemon of the built command with real processes, the commands
// that speak to it, its journal replayed while it lives and after it has gone.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveJournalLines } from '../../../engine/cli/live/live-recording.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { Answers } from '../../../web/worker/answers.ts';
import type { Answer } from '../../../web/worker/protocol.ts';
import { builtCli, onlyJson, twinclock } from '../../support/built-cli.ts';
import { removeFolder } from '../../support/remove-folder.ts';

let folder: string, daemon: ChildProcess | undefined;

const config = {
  twinclock: 'live/1', name: 'desk', mode: 'event', pools: { ws: { driver: 'process' }, ann: { driver: 'people' } },
  scenario: {
    twinclock: 'scenario/1', name: 'desk', fleet: { local: [{ id: 'ws', cores: 2, memory: '1 GB' }], human: [{ id: 'ann' }] },
    jobs: [{ id: 'first', tasks: [
      { id: 'make', duration: '1s', demand: { cores: 1 }, run: { command: ['sh', '-c', 'echo made; echo \'{"parts":3}\' > "$TWINCLOCK_OUTPUT"'] } },
      { id: 'check', duration: '5m', after: ['make'], on: ['human'], run: { prompt: { text: 'Is it good?', fields: { good: { choices: ['yes', 'no'] } } } } },
    ] }],
  },
};

const ask = (...args: readonly string[]) => twinclock(args, { cwd: folder });
/** Asks until the answer is as wanted. */
async function until(wanted: (run: any) => boolean, ...args: readonly string[]): Promise<any> {
  for (;;) {
    const { code, stdout, stderr } = await ask(...args, '--json');
    if (code !== 0) throw new Error(stderr);
    const answer = onlyJson(stdout);
    if (wanted(answer)) return answer;
  }
}

/** Starts the daemon and resolves when it listens. */
function start(file = 'desk.json'): Promise<ChildProcess> {
  const child = spawn(process.execPath, [builtCli(), 'live', file, '--port', '0', '--quiet'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (text: Buffer) => { said += text.toString(); if (said.includes('http://')) resolve(child); });
    child.stderr.on('data', (text: Buffer) => { said += text.toString(); });
    child.on('exit', (code) => { reject(new Error(`the daemon ended with ${code}: ${said}`)); });
  });
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => { child.removeAllListeners('exit'); child.on('exit', resolve); });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'live-cli-'));
  writeFileSync(join(folder, 'desk.json'), JSON.stringify(config));
  daemon = await start();
});
afterAll(() => { daemon?.kill('SIGKILL'); removeFolder(folder); });

describe('twinclock live', () => {
  it('previews without starting anything', async () => {
    const { code, stdout } = await ask('live', 'desk.json', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(onlyJson(stdout)).toMatchObject({ placements: [{ task: 'make', unit: 'ws' }], cost: 0, forecast: { at: 0, futures: 100, unfinished: {}, jobs: [{ job: 'first' }] } });
    const words = (await ask('live', 'desk.json', '--dry-run')).stdout;
    expect(words).toMatch(/started at once[\s\S]*expected cost of these[\s\S]*the whole run, by 100 futures\nends after/);
  });

  it('prints examples to start from, which it takes itself', async () => {
    const { code, stdout } = await ask('live', '--example', 'team');
    expect([code, onlyJson(stdout)]).toMatchObject([0, { twinclock: 'live/1', name: 'team' }]);
    writeFileSync(join(folder, 'mine.json'), stdout);
    expect((await ask('live', 'mine.json', '--dry-run')).code).toBe(0);
    const [wrong, none] = await Promise.all([ask('live', '--example', 'teem'), ask('live')]);
    expect([wrong.code, wrong.stderr, none.code, none.stderr]).toEqual([2, expect.stringContaining('did you mean "team"?'), 2, expect.stringContaining('one of minute')]);
  });

  it('runs commands and asks people, and takes their answers', async () => {
    const { items } = await until(({ items: open }) => open.length > 0, 'inbox');
    expect(items).toMatchObject([{ task: 'check', person: 'ann', prompt: 'Is it good?' }]);
    const wrong = await ask('approve', items[0].id, '--result', '{"good":"perhaps"}');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('one of yes, no')]);
    expect((await ask('approve', items[0].id, '--result', '{"good":"yes"}')).stdout).toContain('completed by ann');
    await until(({ jobsOpen }) => jobsOpen === 0, 'status');
    expect(onlyJson((await ask('status', '--task', 'make', '--json')).stdout)).toMatchObject({ state: 'ARCHIVED', attempts: [{ outcome: 'completed', output: { parts: 3 } }] });
  });

  it('takes more work, pauses, adjusts and cancels', async () => {
    expect((await ask('pause')).stdout).toContain('paused');
    writeFileSync(join(folder, 'more.json'), JSON.stringify({ jobs: [{ id: 'second', tasks: [{ id: 'two', duration: '1s', run: { command: ['true'] } }] }, { id: 'third', tasks: [{ id: 'three', duration: '1s', run: { command: ['true'] } }] }] }));
    expect((await ask('submit', 'more.json')).stdout).toContain('submitted second, third');
    expect((await ask('submit', 'more.json')).code).toBe(2); // the ids are taken
    expect((await ask('cancel', 'third')).stdout).toContain('cancelled job third');
    expect((await ask('adjust', '--weights', '0.2,0.7,0.1', '--budget', '12.50')).stdout).toContain('of $12.50');
    expect((await ask('status', '--task', 'two')).stdout).toContain('it could go to');
    expect((await ask('kill-switch')).stderr).toMatch(/not-confirmed.*End 0 running tasks and 0 VMs of desk at once\?.*add --yes/);
    expect((await ask('resume')).code).toBe(0);
    expect(await until(({ jobsOpen }) => jobsOpen === 0, 'status')).toMatchObject({ jobsEnded: 3, revision: 1, tasks: { archived: 3, cancelled: 1 } });
  });

  it('says what is wrong: a run that is not there, a configuration with faults', async () => {
    expect((await ask('status', 'dsk')).stderr).toContain('did you mean "desk"?');
    writeFileSync(join(folder, 'bad.json'), JSON.stringify({ ...config, pools: { ws: { driver: 'proces' } }, lissten: {} }));
    const { code, stderr } = await ask('live', 'bad.json');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/lissten[\s\S]*listen|listen[\s\S]*lissten/)]);
  });

  it('starts with no job at all, its scenario in a file of its own, and does what is submitted', async () => {
    writeFileSync(join(folder, 'bare.json'), JSON.stringify({ ...config.scenario, name: 'bare', jobs: [] }));
    writeFileSync(join(folder, 'idle.json'), JSON.stringify({ ...config, name: 'idle', scenario: 'bare.json' }));
    expect((await ask('live', 'idle.json', '--dry-run')).stdout).toContain('nothing would be started at once');
    expect([(await ask('run', 'bare.json')).stderr, (await ask('forecast', 'bare.json')).code]).toEqual([expect.stringContaining('empty-list'), 2]);
    const idle = await start('idle.json');
    try {
      expect(await until(() => true, 'status', 'idle')).toMatchObject({ jobsOpen: 0, tasks: { queued: 0 } });
      writeFileSync(join(folder, 'late-job.json'), JSON.stringify({ jobs: [{ id: 'late', tasks: [{ id: 'touch', duration: '1s', run: { command: ['true'] } }] }] }));
      expect((await ask('submit', 'late-job.json', 'idle')).stdout).toContain('submitted late');
      await until(({ jobsEnded }) => jobsEnded === 1, 'status', 'idle');
      expect(onlyJson((await ask('replay', 'idle', '--json')).stdout)).toMatchObject({ identical: true });
    } finally { const gone = ended(idle); idle.kill('SIGTERM'); await gone; }
    // What the page is asked about such a journal is the work that came, not the nothing it began with.
    const reply = new Answers().answer({ kind: 'recording', text: [...(await liveJournalLines(join(folder, 'twinclock-live/idle')))!].join('\n') });
    if (!reply.ok) throw new Error(reply.error.message);
    const { study: { scenario } } = reply.value as Answer<'recording'>;
    expect(scenario.from === 'text' && (JSON.parse(scenario.text) as ScenarioFile).jobs.map(({ id }) => id)).toEqual(['late']);
  });

  it('a second daemon on its port starts nothing and keeps nothing', async () => {
    const { url } = onlyJson(readFileSync(join(folder, 'twinclock-live/desk/daemon.json'), 'utf8')), mark = join(folder, 'started');
    const scenario = { ...config.scenario, name: 'late', jobs: [{ id: 'first', tasks: [{ id: 'touch', duration: '1s', run: { command: ['touch', mark] } }] }] };
    writeFileSync(join(folder, 'late.json'), JSON.stringify({ ...config, name: 'late', scenario }));
    const { code, stderr } = await ask('live', 'late.json', '--port', new URL(url).port);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/port-taken[\s\S]*the daemon of desk listens there[\s\S]*--port 0/)]);
    expect(stderr).not.toContain('is running');
    expect([existsSync(join(folder, 'twinclock-live/late')), existsSync(mark)]).toEqual([false, false]);
  });

  it('a second daemon of the same run is told of the first, on its port and on another', async () => {
    const { url, pid } = onlyJson(readFileSync(join(folder, 'twinclock-live/desk/daemon.json'), 'utf8'));
    for (const port of [new URL(url).port, '0']) {
      const { code, stderr } = await ask('live', 'desk.json', '--port', port);
      expect([code, stderr]).toEqual([2, expect.stringContaining('already-running')]);
      expect(stderr).toContain(`${url}, process ${pid}`);
    }
    expect((await ask('status', 'desk')).code).toBe(0);
  });

  it('faults that cannot be injected at the start leave no run behind', async () => {
    writeFileSync(join(folder, 'slow.json'), JSON.stringify({ twinclock: 'faults/1', name: 'slow', faults: [{ kind: 'slow-down', at: 0, for: '1m', resource: 'ws', factor: 2 }] }));
    writeFileSync(join(folder, 'storm.json'), JSON.stringify({ ...config, name: 'storm' }));
    const { code, stderr } = await ask('live', 'storm.json', '--port', '0', '--faults', 'slow.json', '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot-inject')]);
    expect(existsSync(join(folder, 'twinclock-live/storm'))).toBe(false);
  });

  it('nothing is injected into a run that has ended', async () => {
    writeFileSync(join(folder, 'away.json'), JSON.stringify({ twinclock: 'faults/1', name: 'away', faults: [{ kind: 'away', at: 0, for: '1m', human: 'ann' }] }));
    const { code, stderr } = await ask('inject', 'away.json', 'desk', '--yes');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/run-finished[\s\S]*twinclock submit/)]);
    expect((await ask('injected', 'desk')).stdout).toContain('nothing was ever injected');
  });

  it('replays to the identical decisions, from the daemon and, when it has gone, from what it kept', async () => {
    const alive = onlyJson((await ask('replay', 'desk', '--json')).stdout);
    expect(alive).toMatchObject({ identical: true, firstDivergence: null });
    const gone = ended(daemon!);
    daemon!.kill('SIGTERM');
    expect(await gone).toBe(0);
    expect(existsSync(join(folder, 'twinclock-live/desk/daemon.json'))).toBe(false);
    expect((await ask('status', 'desk')).stderr).toContain('no-daemon');
    expect(onlyJson((await ask('replay', 'desk', '--json')).stdout)).toEqual(alive);
    expect((await ask('explain', 'desk', '--task', 'make')).code).toBe(0);
    expect((await ask('fidelity', 'desk')).stdout).toContain('work of people');
  });

  it('killed and started again goes on where it was', async () => {
    daemon = await start();
    expect(await until(() => true, 'status')).toMatchObject({ jobsEnded: 3, daemonEpoch: 2 });
    const gone = ended(daemon);
    daemon.kill('SIGKILL');
    await gone;
    expect((await ask('status', 'desk')).stderr).toContain('unreachable');
    daemon = await start();
    expect(await until(() => true, 'status')).toMatchObject({ jobsEnded: 3, daemonEpoch: 3 });
  });
});
