// `twinclock forecast`: hundreds of simulated futures of a live run from now, or of a recorded one from where it stands.
import type { Command } from 'commander';
import { RunForecaster } from '../../experiment/forecast-run.ts';
import type { RunForecast } from '../../experiment/forecast-run.ts';
import { replayRecording, rowsIn } from '../../experiment/recording.ts';
import { RunError } from '../../model/errors.ts';
import { observedRun } from '../../sim/forecast.ts';
import { loadRecording } from '../input/load-recording.ts';
import { parseWhole } from '../input/option-values.ts';
import { connect } from '../live/client.ts';
import { forecastReport } from '../report/forecast-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';

interface ForecastOptions {
  readonly futures: number;
  readonly lose?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addForecastCommand(program: Command): void {
  program.command('forecast').summary('when a run will end and what it will cost')
    .description('Simulates many futures of a run from its present instant, drawn from what may be known, and prints bands of its end and cost and the chance of each deadline. With --lose, also what would follow if a VM were killed at that instant.')
    .argument('[run]', 'a live run (default: the only one below ./twinclock-live), or a journal that was cut off')
    .option('--futures <n>', 'futures to simulate', parseWhole('--futures', 1, 10_000), 200).option('--lose <vm>', 'what if this VM were killed now: the same futures with and without it').option('--token-file <file>', 'the token of the daemon').option('--json', 'print one JSON object')
    .action(async (run: string | undefined, options: ForecastOptions) => {
      const forecast = await ofDaemon(run, options) ?? await ofRecording(run!, options);
      if (options.json === true) printJson(forecast); else print(forecastReport(forecast, colorOut()));
    });
}

/** Of the daemon, which knows what has happened since the last row; undefined when there is none, and a journal may be meant. */
async function ofDaemon(run: string | undefined, { futures, lose, tokenFile }: ForecastOptions): Promise<RunForecast | undefined> {
  try {
    const client = await connect(run, tokenFile === undefined ? {} : { tokenFile });
    return await client.get<RunForecast>('/v1/forecast', { futures, ...(lose === undefined ? {} : { lose }) });
  } catch (error) {
    if (run !== undefined && (error as { code?: string }).code === 'no-daemon') return undefined;
    throw error;
  }
}

async function ofRecording(path: string, { futures, lose }: ForecastOptions): Promise<RunForecast> {
  const replayed = replayRecording(await loadRecording(path, true)), { recording, identical, replay: { kernel } } = replayed;
  if (!identical) throw new RunError('diverged', 'this version would not have made the run: see twinclock replay');
  const instance = recording.revisions.at(-1)?.instance ?? recording.instance, policy = recording.revisedPolicies.at(-1) ?? recording.policy, { policy: { parameters } } = recording.revisions.at(-1)?.header ?? recording.header;
  if (kernel.finished) throw new RunError('finished', `${kernel.problem.taskCount === 0 ? 'nothing has been submitted yet' : 'the run has ended'}: there is nothing to forecast`);
  const forecaster = new RunForecaster(instance, observedRun(instance, kernel, rowsIn(recording, instance), kernel.now), kernel.now, { policy, parameters, weights: kernel.weights, ...(lose === undefined ? {} : { lose }) });
  forecaster.add(futures);
  return forecaster.result();
}
