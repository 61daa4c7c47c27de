// The daemon that the kill tests kill: a live run from a file, its durable rows told on standard output as they become so.
// `node <bundle> <config file> <scenario file>`; ends by itself when all its work is done and no VM is left.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../engine/live/clock.ts';
import type { LiveFile } from '../../../engine/live/config.ts';
import { LiveEngine } from '../../../engine/live/live-engine.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { livePorts } from './live-ports.ts';

const [config, scenario] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')) as unknown) as [LiveFile, ScenarioFile];
const engine = await LiveEngine.open(config, scenario, livePorts(systemClock, { log: (level, message) => process.stderr.write(`${level} ${message}\n`) }));
engine.onBroken((error) => { process.stderr.write(`broken: ${(error as Error).stack}\n`); process.exit(1); });
engine.subscribe(0, ({ from, records }) => {
  process.stdout.write(`durable ${from + records.length}\n`);
  const { jobs, vms } = engine.status();
  if (jobs.open === 0 && vms === 0) setImmediate(async () => {
    await engine.close();
    process.stdout.write('done\n', () => process.exit(0));
  });
});
