// `twinclock fidelity`: what a forecast of a run was worth, once the run has ended.
import type { Command } from 'commander';
import { fidelityOf } from '../../experiment/fidelity.ts';
import { recordOf, replayRecording } from '../../experiment/recording.ts';
import { foldRun } from '../../metrics/attempts.ts';
import { RunError } from '../../model/errors.ts';
import { loadRecording } from '../input/load-recording.ts';
import { parseWhole } from '../input/option-values.ts';
import { fidelityReport } from '../report/fidelity-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';

/** Adds the command. */
export function addFidelityCommand(program: Command): void {
  program.command('fidelity').summary('how good a forecast of a run would have been')
    .description('Takes a run that has ended, forecasts it from the instant its last job came in, and compares: end, cost, each job, coverage of the bands, and which part of the model was wrong.')
    .argument('<run>', 'a run folder, a journal file, or a live run')
    .option('--futures <n>', 'futures to simulate', parseWhole('--futures', 1, 10_000), 200).option('--json', 'print one JSON object')
    .action(async (source: string, options: { readonly futures: number; readonly json?: boolean }) => {
      const replayed = replayRecording(await loadRecording(source, false));
      if (!replayed.identical) throw new RunError('diverged', 'this version would not have made the run: see twinclock replay');
      const fidelity = fidelityOf(replayed, foldRun(recordOf(replayed)), options.futures);
      if (options.json === true) printJson(fidelity); else print(fidelityReport(fidelity, colorOut()));
    });
}
