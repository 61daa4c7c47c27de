// `twinclock live`: the daemon. One process holds the run: engine, store, drivers, API and page on one address. Ended by
// Ctrl-C or killed, it leaves what runs running; started again, it goes on where it was.
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError, inputError } from '../../model/errors.ts';
import { SMALL_FILE_BYTES_MAX, parseJsonText } from '../../model/file-text.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { directoryOf } from '../../live/paths.ts';
import type { LiveFile } from '../../live/config.ts';
import { readText } from '../input/read-text.ts';
import { loadScenario } from '../input/load-scenario.ts';
import { loadFaultPlan } from '../input/load-faults.ts';
import { collect } from '../input/option-values.ts';
import { unknownName } from '../input/unknown-name.ts';
import { confirmed } from '../live/confirm.ts';
import { blastReport } from '../report/blast-report.ts';
import type { Injection } from '../../live/operations.ts';
import { LIVE_EXAMPLES } from '../../live/examples/index.ts';
import { previewReport } from '../report/live-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';

interface LiveOptions {
  readonly example?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly port?: string;
  readonly quiet?: boolean;
  readonly faults?: string;
  readonly stop: readonly string[];
  readonly yes?: boolean;
}

/** Adds the command. */
export function addLiveCommand(program: Command): void {
  program.command('live').summary('run work on real resources').description('Starts the daemon of a live run: decides every tick, starts what is to run, keeps a journal, and serves API and page on the loopback interface until Ctrl-C. What runs outlives it.')
    .argument('[config]', `a live configuration, or one of ${Object.keys(LIVE_EXAMPLES).join(', ')}`)
    .option('--example <name>', 'print one of these to start from: twinclock live --example minute > my-live.json')
    .option('--dry-run', 'print what would be started at once, what the whole may take and cost, and start nothing').option('--port <n>', 'instead of the configuration\'s').option('--quiet', 'no log').option('--json', 'log as JSON lines')
    .option('--faults <plan>', 'rehearse: make the faults of this plan happen, from the start of the run on').option('--yes', 'with --faults: do not ask')
    .option('--stop <condition>', 'with --faults: break the rehearsal off when this holds: "cost > 5usd", "failed > 0", "on-time < 80%" (repeatable)', collect, [])
    .addHelpText('after', '\n`twinclock schema live` prints every key of a configuration.')
    .action(async (config: string | undefined, options: LiveOptions) => {
      if (options.example !== undefined) { printJson(exampleNamed(options.example)); return; }
      if (config === undefined) throw inputError('missing-argument', '<config>', 'is missing', { hint: `a file, or one of ${Object.keys(LIVE_EXAMPLES).join(', ')}` });
      const { file, scenario } = await loadLive(config), { runDaemon, dryRun } = await import('../live/daemon.ts'); // with all that a daemon needs
      if (options.dryRun === true) { const preview = await dryRun(file, scenario); if (options.json === true) printJson(preview); else print(previewReport(preview, colorOut())); return; }
      const rehearsal = options.faults === undefined ? undefined : await rehearsalOf(options.faults, file, scenario, options);
      if (options.faults !== undefined && rehearsal === undefined) { print('nothing was started'); return; }
      await runDaemon(file, scenario, { json: options.json === true, quiet: options.quiet === true, port: portOf(options.port), ...(rehearsal === undefined ? {} : { rehearsal }) });
      process.exit(0); // timers of endings that were still insisted on must not keep it; the next daemon sees to them
    });
}

function exampleNamed(name: string): object {
  const example = Object.hasOwn(LIVE_EXAMPLES, name) ? LIVE_EXAMPLES[name] as object : undefined;
  if (example === undefined) throw unknownName('unknown-config', '--example', 'no example of this name', name, Object.keys(LIVE_EXAMPLES));
  return example;
}

/** The plan, once its reach has been read and agreed to; undefined when it was not. A run that goes on is not asked about again. */
async function rehearsalOf(source: string, file: LiveFile, scenario: ScenarioFile, { stop, yes }: LiveOptions): Promise<Injection | undefined> {
  const plan = await loadFaultPlan(source, scenario), { parseStopConditions } = await import('../../live/rehearsal/stop-conditions.ts');
  parseStopConditions(stop, '--stop');
  if (yes !== true && !existsSync(directoryOf(file))) {
    const { blastAtStart } = await import('../live/blast-at-start.ts');
    process.stderr.write(`${blastReport(plan.name, blastAtStart(file, scenario, plan), false)}\n\n`);
    if (!await confirmed(`Start ${file.name} and inject ${plan.faults.length} faults into it?`)) return undefined;
  }
  return { plan, stop, atStart: true };
}

interface LoadedLive {
  readonly file: LiveFile;
  readonly scenario: ScenarioFile;
}

/** The configuration and its scenario; paths in it count from where it stands. Throws `InputError`. */
async function loadLive(source: string): Promise<LoadedLive> {
  const { validateLive } = await import('../../live/config.ts');
  const example = LIVE_EXAMPLES[source], base = example === undefined ? dirname(resolve(source)) : process.cwd();
  try {
    const file = validateLive(example ?? parseJsonText(await read(source))), { scenario } = file;
    if (typeof scenario !== 'string') return { file, scenario };
    const path = /[\\/.]/.test(scenario) && !isAbsolute(scenario) ? join(base, scenario) : scenario;
    return { file, scenario: (await loadScenario(path, { jobless: true })).file };
  } catch (error) { throw error instanceof InputError && error.source === undefined ? error.from(source) : error; }
}

async function read(source: string): Promise<string> {
  if (!/[\\/.]/.test(source) && source !== '-') throw unknownName('unknown-config', '', 'neither an example nor a file', source, Object.keys(LIVE_EXAMPLES));
  return readText(source, SMALL_FILE_BYTES_MAX);
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw inputError('bad-number', '--port', 'must be a port from 0 to 65535', { value: text });
  return Number(text);
}
