// `twinclock live-demo`: a scenario lived through in small on this machine, with trouble, and what came of it.
import type { Command } from 'commander';
import { systemClock } from '../../live/clock.ts';
import type { RunStatus } from '../../live/operations.ts';
import { RunError } from '../../model/errors.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { loadScenario } from '../input/load-scenario.ts';
import { parseWhole } from '../input/option-values.ts';
import { endAsked } from '../live/end-asked.ts';
import { ProgressLine, ProgressLog } from '../output/progress.ts';
import { demonstrationProgress, demonstrationReport } from '../report/demonstration-report.ts';
import { colorOut, print, printJson, progressStream } from '../terminal.ts';

interface LiveDemoOptions {
  readonly faster: number;
  readonly policy: string;
  readonly slurm?: string;
  readonly port: number;
  readonly json?: boolean;
}

const FASTER = 6000, LINE_MS = 10_000;
/** Tasks that an error names. */
const NAMED = 5;

/** Adds the command. */
export function addLiveDemoCommand(program: Command): void {
  program.command('live-demo').summary('a scenario lived through in a minute on this machine, with trouble')
    .description('Runs a scenario live and in small: real commands on this machine and on spot VMs that stand in for a cloud\'s, calls to a real HTTP server, people who answer over REST. Every spot VM is taken while it works, an API goes down, a person leaves. Ends when all is done, and checks that the journal breaks no law and replays to the same decisions. Ctrl-C ends what it has started first.')
    .argument('[scenario]', 'of the catalogue, or a file', 'feature-120').option('--faster <n>', 'by how much every duration is shortened', parseWhole('--faster', 1, 1_000_000), FASTER)
    .option('--policy <name[:key=value,...]>', 'who decides', 'weighted')
    .option('--slurm <entry>', 'a local entry of the fleet, such as staging, that Slurm serves (SLURM_CONF says which Slurm)')
    .option('--port <n>', 'where page and API are served (default: any that is free)', parseWhole('--port', 0, 65_535), 0).option('--json', 'print one JSON object')
    .action(async (source: string, options: LiveDemoOptions) => {
      const asked = endAsked(['SIGINT', 'SIGTERM', 'SIGHUP']), { file } = await loadScenario(source), { demonstrate } = await import('../live/demonstration/live-demonstration.ts'), quiet = options.json === true;
      const progress = progressOf(file, quiet), code = asked.then((exitCode) => { progress.finish(); if (!quiet) process.stderr.write('ending its tasks and VMs first; once more leaves them\n'); return exitCode; });
      const result = await demonstrate(file, {
        faster: options.faster, policy: options.policy, ...(options.slurm === undefined ? {} : { slurm: options.slurm }), port: options.port, log: () => {}, progress: progress.update, end: code,
        started: (url) => { if (!quiet) print(`${file.name} in small, ${options.faster} times as fast: ${url}/web/`); },
      }).finally(() => { progress.finish(); });
      if (result === undefined) process.exit(await code);
      if (quiet) printJson(result); else print(demonstrationReport(result, colorOut()));
      if (!result.identical) throw new RunError('diverged', 'the journal does not replay to the same commands');
      if (result.audit !== 'clean') throw new RunError('audit', `the audit found a broken law: ${result.audit}`);
      if (result.held.length > 0) throw new RunError('left-injected', `still injected: ${result.held.join(', ')}`);
      if (result.undone.length > 0) throw new RunError('work-not-done', `${result.undone.length} of ${tasksOf(file)} tasks are not archived: ${result.undone.slice(0, NAMED).join(', ')}${result.undone.length > NAMED ? ', ...' : ''}`);
      process.exit(0); // endings that are still insisted on must not keep it
    });
}

const tasksOf = ({ jobs }: ScenarioFile): number => jobs.reduce((sum, { tasks }) => sum + tasks.length, 0);

/** At a terminal a line that is drawn again and again; elsewhere one every ten seconds, unless it is `quiet`. */
function progressOf(file: ScenarioFile, quiet: boolean): { readonly update: (status: RunStatus) => void; readonly finish: () => void } {
  const stream = progressStream(), total = tasksOf(file), bar = new ProgressLine(stream, file.name, total);
  let last: RunStatus | undefined;
  const done = ({ tasks }: RunStatus): number => tasks.archived + tasks.completed;
  const log = quiet || stream.isTTY === true ? undefined : new ProgressLog(stream, systemClock, LINE_MS, () => `${file.name}: ${last === undefined ? 'starting' : `${done(last)} of ${total} tasks done, ${demonstrationProgress(last)}`}`);
  return {
    update: (status) => { last = status; bar.update(done(status), demonstrationProgress(status)); },
    finish: () => { bar.finish(); log?.finish(); },
  };
}
