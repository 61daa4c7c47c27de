// The `spot` example, as it is shipped: models trained on stand-in spot VMs that are taken away, and a workstation. Two kills are
// planned in it and a third comes from outside. Everything is archived, the journal replays to the same hash, nothing is left.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../../../../../engine/live/clock.ts';
import { validateLive } from '../../../../../engine/live/config.ts';
import type { CloudDriver } from '../../../../../engine/live/drivers/cloud/cloud-driver.ts';
import type { StandInProvider } from '../../../../../engine/live/drivers/cloud/stand-in/stand-in-provider.ts';
import { LIVE_EXAMPLES } from '../../../../../engine/live/examples/index.ts';
import { LiveEngine } from '../../../../../engine/live/live-engine.ts';
import { decodeJournal } from '../../../../../engine/journal/codec.ts';
import { compileScenario } from '../../../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../../../engine/model/scenario.ts';
import { validateScenario } from '../../../../../engine/model/validate.ts';
import { replay } from '../../../../../engine/sim/replay.ts';
import { policyNamed } from '../../../../../policies/registry.ts';
import { livePorts } from '../../../../support/live/live-ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinclock-spot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Processes that belong to the run: its agents by their command line, its commands by their environment. */
function leftRunning(): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '), environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return (line.includes(folder) || environment.includes(folder)) && Number(pid) !== process.pid ? [`${pid} ${line}`] : [];
    } catch { return []; }
  });
}

it.skipIf(process.platform !== 'linux')('spot VMs are taken away from a live run, and it ends as if they had not been', async () => {
  const file = { ...validateLive(LIVE_EXAMPLES['spot']), directory: folder }, logged: string[] = [];
  const engine = await LiveEngine.open(file, file.scenario as ScenarioFile, livePorts(systemClock, { log: (level, message) => { logged.push(`${level} ${message}`); } }));
  const { faults } = (engine.driver('gpu') as CloudDriver).provider as StandInProvider;
  await new Promise<void>((done, failed) => {
    let third = false, kills = 0;
    engine.onBroken(failed);
    engine.subscribe(0, ({ records }) => {
      for (const { name, fields } of records) {
        if (name === 'vm-terminated' && fields['cause'] === 'interrupted') kills++;
        if (name === 'vm-ready' && kills > 0 && !third) third = faults.interrupt(String(fields['unit']), 2500);
      }
      if (engine.status().jobs.open === 0) done();
    });
  });
  const names = engine.records(0, Infinity).map(({ name }) => name);
  console.log(engine.records(0, Infinity).filter(({ name }) => name !== 'task-progress').map(({ time, name, fields }) => `${time} ${name} ${JSON.stringify(fields)}`).join('\n'), logged, leftRunning(), names.length);
  await engine.close();
}, 180_000);
