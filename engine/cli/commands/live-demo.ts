// `twinclock live-demo`: a scenario lived through in small on this machine, with trouble, and what came of it.
import type { Command } from 'commander';
import { RunError } from '../../model/errors.ts';
import { loadScenario } from '../input/load-scenario.ts';
import { parseWhole } from '../input/option-values.ts';
import { ProgressLine } from '../output/progress.ts';
import { demonstrationReport } from '../report/demonstration-report.ts';
import { colorOut, print, printJson, progressStream } from '../terminal.ts';

interface LiveDemoOptions {
  readonly faster: number;
  readonly policy: string;
  readonly port: number;
  readonly json?: boolean;
}

const FASTER = 6000;

/** Adds the command. */
export function addLiveDemoCommand(program: Command): void {
  program.command('live-demo').summary('a scenario lived through in a minute on this machine, with trouble')
    .description('Runs a scenario live and in small: real commands on this machine and on spot VMs that stand in for a cloud\'s, calls to a real HTTP server, people who answer over REST. Every spot VM is taken while it works, an API goes down, a person leaves. Ends when all is done, and checks that the journal replays to the same decisions.')
    .argument('[scenario]', 'of the catalogue, or a file', 'feature-120').option('--faster <n>', 'by how much every duration is shortened', parseWhole('--faster', 1, 1_000_000), FASTER)
    .option('--policy <name[:key=value,...]>', 'who decides', 'weighted')
    .option('--port <n>', 'where page and API are served (default: any that is free)', parseWhole('--port', 0, 65_535), 0).option('--json', 'print one JSON object')
    .action(async (source: string, options: LiveDemoOptions) => {
      const { file } = await loadScenario(source), { demonstrate } = await import('../live/demonstration/live-demonstration.ts'), tasks = file.jobs.reduce((sum, job) => sum + job.tasks.length, 0);
      const progress = new ProgressLine(progressStream(), file.name, tasks);
      const result = await demonstrate(file, {
        faster: options.faster, policy: options.policy, port: options.port, log: () => {}, progress: (done) => { progress.update(done, 'tasks'); },
        started: (url) => { if (options.json !== true) print(`${file.name} in small, ${options.faster} times as fast: ${url}/web/`); },
      }).finally(() => { progress.finish(); });
      if (options.json === true) printJson(result); else print(demonstrationReport(result, colorOut()));
      if (!result.identical) throw new RunError('diverged', 'the journal does not replay to the same commands');
      if (result.held.length > 0) throw new RunError('left-injected', `still injected: ${result.held.join(', ')}`);
      process.exit(0); // endings that are still insisted on must not keep it
    });
}
