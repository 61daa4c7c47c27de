// `twinclock rehearsal`: what came of the faults that were injected into a live run, from its journal.
import type { Command } from 'commander';
import { lowerBounds } from '../../bounds/bounds.ts';
import { historyOf, recordOf, replayRecording } from '../../experiment/recording.ts';
import { liveRehearsal } from '../../experiment/rehearsal/live-rehearsal.ts';
import { reviewRun } from '../../experiment/run-once.ts';
import { RunFold } from '../../metrics/attempts.ts';
import { RunError, inputError } from '../../model/errors.ts';
import { loadRecording } from '../input/load-recording.ts';
import { liveRehearsalReport } from '../report/live-rehearsal-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';

interface RehearsalOptions {
  readonly partial?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addRehearsalCommand(program: Command): void {
  program.command('rehearsal').summary('what faults injected into a live run did')
    .description('Tells from the journal of a live run what each injected fault hit, what was lost and how long it took to recover, and, by the model\'s runs of the same world with the faults and without, what they added. Says whether anything is left injected.')
    .argument('<run>', 'a live run, or its journal').option('--partial', 'take what is there of a journal that was cut off').option('--json', 'print one JSON object')
    .action(report);
}

async function report(source: string, options: RehearsalOptions): Promise<void> {
  const replayed = replayRecording(await loadRecording(source, options.partial === true)), { recording, identical } = replayed, plan = recording.header.faults;
  if (!identical) throw new RunError('diverged', 'this version would not have made the run: see twinclock replay');
  if (plan === undefined || recording.header.options.live !== true) throw inputError('no-rehearsal', '', 'no faults were injected into this run', { value: source, hint: 'twinclock inject' });
  const instance = historyOf(recording), record = recordOf(replayed, instance), policy = recording.revisedPolicies.at(-1) ?? recording.policy;
  const bounds = lowerBounds(instance), { fold, metrics } = reviewRun(record, new RunFold(instance.problem), bounds, bounds), result = liveRehearsal(instance, { run: record, fold, metrics }, policy, plan, recording.notes);
  if (options.json === true) printJson({ run: instance.problem.name, journalHash: record.hash, plan, ...result });
  else print(liveRehearsalReport(instance.problem.name, plan, result, colorOut()));
}
