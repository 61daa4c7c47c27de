// Whole live runs on the fake EC2: work is interrupted, refused and lost, the daemon is killed with SIGKILL again and again, and everything is
// archived; the journal replays to the same hash, no instance was made twice, none is left, nor any process.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeJournal } from '../../../../../../engine/journal/codec.ts';
import { systemClock } from '../../../../../../engine/live/clock.ts';
import type { LiveFile } from '../../../../../../engine/live/config.ts';
import { LiveEngine } from '../../../../../../engine/live/live-engine.ts';
import { compileScenario } from '../../../../../../engine/model/compile.ts';
import type { ScenarioFile, TaskFile } from '../../../../../../engine/model/scenario.ts';
import { validateScenario } from '../../../../../../engine/model/validate.ts';
import { replay } from '../../../../../../engine/sim/replay.ts';
import { policyNamed } from '../../../../../../policies/registry.ts';
import { bundleDaemon } from '../../../../../support/live/bundle-daemon.ts';
import { QUICK, lendCredentials } from '../../../../../support/live/ec2-bench.ts';
import { FakeEc2, stateOf } from '../../../../../support/live/fake-ec2.ts';
import { livePorts } from '../../../../../support/live/live-ports.ts';
import { vmsMissing } from '../../../../../support/live/fake-instance.ts';
import { processesOf } from '../../../../../support/live/processes-of.ts';
import { until } from '../../../../../support/live/until.ts';
import { removeFolder } from '../../../../../support/remove-folder.ts';

const KILLS = Number(process.env['TWINCLOCK_EC2_KILLS'] ?? 3);
let folder: string, ec2: FakeEc2, file: LiveFile;
beforeEach(async () => {
  lendCredentials();
  folder = mkdtempSync(join(tmpdir(), 'twinclock-ec2-run-'));
  ec2 = new FakeEc2();
  file = {
    twinclock: 'live/1', name: 'ec2-run', scenario: 'x', policy: 'spot-only', mode: 'event', tick: '1s', budget: 50, directory: folder, probeEvery: '500ms',
    pools: { ws: { driver: 'process' }, gpu: { ...QUICK, driver: 'ec2', endpoint: await ec2.start(), maxHourly: 20, subnets: ['subnet-a', 'subnet-b'] } },
  };
});
afterEach(async () => {
  await ec2.stop();
  removeFolder(folder);
});

/** Steps of 0.2 s that are saved when it is asked, and every fourth. The result tells from which step the last attempt went on. */
const train = (id: string, steps: number, more: Partial<TaskFile> = {}): TaskFile => ({
  id, on: ['gpu'], duration: `${steps * 0.2}s`, demand: { cores: 2 }, attempts: 20, checkpoint: { interval: '800ms', cost: '100ms' }, ...more,
  run: { shell: `echo "$TWINCLOCK_KEY" >> ${join(folder, 'begun')}; k=$(cat "$TWINCLOCK_CHECKPOINT/step" 2> /dev/null || echo 0); from=$k; share() { awk "BEGIN { print $k / ${steps} }" > "$1.part" && mv "$1.part" "$1"; }; save() { echo $k > "$TWINCLOCK_CHECKPOINT/step.part" && mv "$TWINCLOCK_CHECKPOINT/step.part" "$TWINCLOCK_CHECKPOINT/step" && share "$TWINCLOCK_CHECKPOINTED"; }; trap save USR1; while [ $k -lt ${steps} ]; do sleep 0.2; k=$((k + 1)); share "$TWINCLOCK_PROGRESS"; [ $((k % 4)) = 0 ] && save; done; echo "{\\"from\\": $from}" > "$TWINCLOCK_OUTPUT"` },
});

function scenarioOf(tasks: readonly TaskFile[]): ScenarioFile {
  return {
    twinclock: 'scenario/1', name: 'ec2-run', jobs: [{ id: 'j', tasks: [{ id: 'data', on: ['ws'], duration: '100ms', demand: { cores: 1 }, run: { command: ['true'] } }, ...tasks] }],
    fleet: {
      local: [{ id: 'ws', cores: 2 }],
      cloud: [{ id: 'gpu', cores: 2, max: 3, spinUp: '1s', onDemand: { price: 3 }, spot: { price: 1, notice: '4s', interruptions: { hazardPerHour: 0.5 } } }],
    },
  };
}

const open = (scenario: ScenarioFile): Promise<LiveEngine> => LiveEngine.open(file, scenario, livePorts(systemClock));

function replayed(lines: readonly string[]): { readonly objection: string; readonly same: boolean } {
  const { header, instance, rows, footer } = decodeJournal([...lines], ({ scenario }) => compileScenario(validateScenario(scenario, { jobless: true })));
  const again = replay(instance, rows, { policy: policyNamed(header.policy.name), parameters: header.policy.parameters, weights: header.weights, seed: header.seed });
  return { objection: again.objection, same: again.hash === footer!.hash };
}

async function nothingLeft(): Promise<void> {
  await until(() => ec2.left().length === 0);
  expect(processesOf(ec2.folder)).toEqual([]);
  expect(processesOf(folder)).toEqual([]);
  const lives = ec2.instances.map(({ tags }) => `${tags['twinclock:unit']} ${tags['twinclock:life']}`);
  expect(new Set(lives).size, 'no VM was made twice').toBe(lives.length);
  const keys = readFileSync(join(folder, 'begun'), 'utf8').trim().split('\n');
  expect(new Set(keys).size, 'no attempt was begun twice').toBe(keys.length);
}

describe.skipIf(vmsMissing() !== undefined)(`a live run on EC2${vmsMissing() ?? ''}`, () => {
  it('goes on through interruptions and refusals, and replays to the same hash', async () => {
    const engine = await open(scenarioOf(['a', 'b', 'c', 'd'].map((id) => train(id, 24, { after: ['data'] }))));
    ec2.exhausted.add('spot subnet-a');
    ec2.lose('RunInstances');
    await new Promise<void>((done, failed) => {
      let kills = 0;
      engine.onBroken(failed);
      engine.subscribe(0, ({ records }) => {
        for (const { name, fields } of records) {
          if (name !== 'task-progress' || kills >= 2 || Number(fields['ppm']) < 300_000) continue;
          const [held] = ec2.billed().filter(({ tags, machine }) => tags['twinclock:unit'] === engine.task(String(fields['task'])).unit && !machine.doomed);
          if (held !== undefined) ec2.interrupt(held.id, kills++ === 0 ? 4000 : 0);
        }
        const { jobs, vms } = engine.status();
        if (jobs.open === 0 && vms === 0) done();
      });
    });
    const rows = engine.records(0, Infinity), of = (name: string) => rows.filter((row) => row.name === name);
    expect(engine.status().tasks).toMatchObject({ archived: 5, failed: 0, cancelled: 0 });
    expect(of('vm-terminated').filter(({ fields }) => fields['cause'] === 'interrupted').length).toBe(2);
    expect(of('vm-notice').length).toBe(1);
    expect(of('vm-refused')).toEqual([]); // there was another subnet
    expect(ec2.instances.map(({ subnet, market }) => `${market} ${subnet}`).filter((where) => where !== 'spot subnet-b')).toEqual([]);
    const results = await Promise.all(['a', 'b', 'c', 'd'].map(async (id) => (await engine.attempts(id)).find(({ outcome }) => outcome === 'completed')?.output as { from: number }));
    expect(results.filter(({ from }) => from > 0).length, 'work that was cut off went on from what was saved').toBeGreaterThan(0);
    expect(replayed([...engine.journal()])).toEqual({ objection: '', same: true });
    await engine.close();
    await nothingLeft();
  }, 180_000);

  it('ends every VM at the kill switch', async () => {
    const engine = await open(scenarioOf([train('a', 500), train('b', 500)]));
    await until(() => engine.status().tasks.running === 2);
    await engine.kill();
    await until(() => engine.status().vms === 0);
    await engine.close();
    await nothingLeft();
  }, 60_000);

  it('ends at its start what its journal does not know', async () => {
    appendFileSync(join(folder, 'begun'), 'none\n');
    const scenario = scenarioOf([]), first = await open(scenario), key = { run: 'ec2-run', unit: 'gpu#2', epoch: 1, life: 9 };
    await first.driver('gpu').vms!.requestVm({ key, entry: 'gpu', market: 'on-demand' });
    await until(() => ec2.billed().length === 1);
    await first.close();
    ec2.refuse('DescribeInstances', 503, 'RequestLimitExceeded', 4); // it cannot ask at once, and starts all the same
    const second = await open(scenario);
    await until(() => ec2.left().length === 0);
    expect(stateOf(ec2.instances[0]!).reason).toBe('Client.UserInitiatedShutdown');
    await second.close();
    await nothingLeft();
  }, 60_000);

  it(`outlives its daemon, killed ${KILLS} times`, async () => {
    symlinkSync(join(dirname(createRequire(import.meta.url).resolve('libsql')), '..'), join(folder, 'node_modules'));
    const bundle = await bundleDaemon('kill-daemon', folder), args = [join(folder, 'config.json'), join(folder, 'scenario.json')], steps = 10 + 6 * KILLS;
    writeFileSync(args[0]!, JSON.stringify(file));
    writeFileSync(args[1]!, JSON.stringify(scenarioOf(['a', 'b', 'c'].map((id) => train(id, steps)))));
    let errors = '', done = false;
    for (let life = 0; life <= KILLS; life++) {
      const daemon = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }), ended = new Promise((close) => { daemon.once('close', close); });
      let groups = 0;
      // Each life is killed some groups later than the one before, the last of them is not.
      daemon.stdout.on('data', (chunk: Buffer) => { groups += chunk.toString().split('\n').length - 1; done ||= chunk.toString().includes('done'); if (life < KILLS && groups > 3 * life) daemon.kill('SIGKILL'); });
      daemon.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
      await ended;
      if (life === 2) { const [held] = ec2.billed(); if (held !== undefined) ec2.interrupt(held.id, 0); } // one is taken while nobody looks
    }
    expect({ done, broken: errors.includes('broken') }, errors.split('\n').filter((line) => line.startsWith('error') || line.startsWith('broken')).join('\n')).toEqual({ done: true, broken: false });
    const engine = await open(scenarioOf([]));
    expect(engine.status()).toMatchObject({ tasks: { archived: 4, failed: 0 }, vms: 0 });
    expect(replayed([...engine.journal()])).toEqual({ objection: '', same: true });
    await engine.close();
    await nothingLeft();
  }, 300_000);
});
