// `twinclock explain`: why a task ran where and when it did. The journal is replayed, which brings its decisions back exactly.
import type { Command } from 'commander';
import { explainTask } from '../../experiment/explain-task.ts';
import { RunFold } from '../../metrics/attempts.ts';
import { RunError } from '../../model/errors.ts';
import { recordOf, replayRecording } from '../../experiment/recording.ts';
import { loadRecording } from '../input/load-recording.ts';
import { parseWhole } from '../input/option-values.ts';
import { explanationReport } from '../report/explanation-report.ts';
import { epochText } from '../report/measure.ts';
import { colorOut, print, printJson } from '../terminal.ts';

interface ExplainCommandOptions {
  readonly task: string;
  readonly attempt?: number;
  readonly partial?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addExplainCommand(program: Command): void {
  program.command('explain').summary('why a task ran where and when it did')
    .description('Tells the story of one task of a recorded run: waits by cause, and each decision with its candidates and terms.')
    .argument('<run>', 'a run folder, a journal file, or a live run')
    .requiredOption('--task <id>', 'the task')
    .option('--attempt <k>', 'only this attempt', parseWhole('--attempt', 1))
    .option('--partial', 'explain what is there of a journal that was cut off')
    .option('--json', 'print one JSON object')
    .action(explain);
}

async function explain(path: string, options: ExplainCommandOptions): Promise<void> {
  const replayed = replayRecording(await loadRecording(path, options.partial === true)), { recording, identical, replay: { divergesAt } } = replayed;
  if (!identical || recording.tampered !== '') {
    throw new RunError('diverged', `the replay parts from the journal${divergesAt < 0 ? '' : ` at row ${divergesAt}`}: its reasons would be made up; see twinclock replay`);
  }
  const record = recordOf(replayed), { problem, policy, parameters, seed, hash } = record;
  const explanation = explainTask(record, new RunFold(problem).fold(record), options.task, options.attempt);
  if (options.json === true) printJson({ scenario: problem.name, policy, parameters, seed, journalHash: hash, ...explanation });
  else print(`${problem.name} under ${policy}, seed ${seed}; times since ${epochText(problem.epochMs)}\n${explanationReport(explanation, colorOut())}`);
}
