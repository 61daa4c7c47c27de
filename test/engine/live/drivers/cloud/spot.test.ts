// The `spot` example, as it is shipped: models trained on stand-in spot VMs that are taken away, and a workstation. Two kills are
// planned in it and a third comes from outside. Everything is archived, the journal replays to the same hash, nothing is left.
import { mkdtempSync } from 'node:fs';
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
import { processesOf } from '../../../../support/live/processes-of.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinclock-spot-'));
afterAll(() => removeFolder(folder));

it.skipIf(process.platform !== 'linux')('spot VMs are taken away from a live run, and it ends as if they had not been', async () => {
  const file = { ...validateLive(LIVE_EXAMPLES['spot']), directory: folder };
  const engine = await LiveEngine.open(file, file.scenario as ScenarioFile, livePorts(systemClock));
  const { faults } = (engine.driver('gpu') as CloudDriver).provider as StandInProvider;
  await new Promise<void>((done, failed) => {
    let third = false, kills = 0;
    engine.onBroken(failed);
    engine.subscribe(0, ({ records }) => {
      for (const { name, fields } of records) {
        if (name === 'vm-terminated' && fields['cause'] === 'interrupted') kills++;
        if (name === 'vm-ready' && kills > 0 && !third) third = faults.interrupt(String(fields['unit']), 2500);
      }
      const { jobs, vms } = engine.status();
      if (jobs.open === 0 && vms === 0) done();
    });
  });
  const { tasks } = engine.status(), rows = engine.records(0, Infinity), lines = [...engine.journal()];
  expect(rows.filter(({ name, fields }) => name === 'vm-terminated' && fields['cause'] === 'interrupted').length).toBeGreaterThanOrEqual(3);
  expect(rows.filter(({ name }) => name === 'vm-notice').length).toBeGreaterThanOrEqual(2);
  expect(rows.some(({ name, fields }) => name === 'task-started' && Number(fields['attempt']) > 1)).toBe(true); // work that was cut off went on
  expect(tasks).toEqual({ queued: 0, eligible: 0, scheduled: 0, running: 0, completed: 0, archived: 6, failed: 0, cancelled: 0 });
  expect(faults.injected()).toEqual([]);
  await engine.close();
  expect(processesOf(folder)).toEqual([]); // agents by their command line, commands by their environment
  const { header, instance, rows: recorded, footer } = decodeJournal(lines, ({ scenario }) => compileScenario(validateScenario(scenario, { jobless: true })));
  const again = replay(instance, recorded, { policy: policyNamed(header.policy.name), parameters: header.policy.parameters, weights: header.weights, seed: header.seed });
  expect([again.identical, again.hash]).toEqual([true, footer!.hash]);
}, 180_000);
