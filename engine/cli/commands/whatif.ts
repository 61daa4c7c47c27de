// `twinclock whatif`: a recorded run, made again in the world it showed, with one thing changed.
import type { Command } from 'commander';
import { historyOf, recordOf, replayRecording } from '../../experiment/recording.ts';
import { reviewRun } from '../../experiment/run-once.ts';
import { whatIf } from '../../experiment/what-if.ts';
import { lowerBounds } from '../../bounds/bounds.ts';
import { RunFold } from '../../metrics/attempts.ts';
import { RunError, inputError } from '../../model/errors.ts';
import type { Weights } from '../../model/policy.ts';
import { loadPolicy } from '../input/load-policy.ts';
import { loadRecording } from '../input/load-recording.ts';
import { collect, parseWeights } from '../input/option-values.ts';
import { faultsReport, whatIfJson, whatIfReport } from '../report/what-if-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';

interface WhatIfOptions {
  readonly weights?: Weights;
  readonly policy?: string;
  readonly withoutFault: readonly string[];
  readonly faults?: boolean;
  readonly partial?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addWhatIfCommand(program: Command): void {
  program.command('whatif').summary('a recorded run again, with one thing changed')
    .description('Makes a recorded run, simulated or live, again in the world it showed, with other weights, another policy, or without something that went wrong. Says what was held fixed, what was drawn anew, and what cannot be known.')
    .argument('<run>', 'a run folder, a journal file, or a live run')
    .option('--weights <l,c,f>', 'latency, cost and fragmentation, which sum to 1', parseWeights)
    .option('--policy <name[:key=value,...]>', 'another policy')
    .option('--without-fault <n>', 'without the n-th thing that went wrong (may be repeated); --faults lists them', collect, [])
    .option('--faults', 'list what went wrong in the run').option('--partial', 'take what is there of a journal that was cut off').option('--json', 'print one JSON object')
    .action(run);
}

async function run(source: string, options: WhatIfOptions): Promise<void> {
  const replayed = replayRecording(await loadRecording(source, options.partial === true)), { recording, identical } = replayed;
  if (!identical) throw new RunError('diverged', 'this version would not have made the run: see twinclock replay');
  const instance = historyOf(recording), record = recordOf(replayed, instance), policy = recording.revisedPolicies.at(-1) ?? recording.policy;
  const bounds = lowerBounds(instance), { fold, metrics } = reviewRun(record, new RunFold(instance.problem), bounds, bounds);
  const changing = options.weights !== undefined || options.policy !== undefined || options.withoutFault.length > 0;
  if (!changing && options.faults !== true) throw inputError('nothing-to-change', '', 'nothing was said to be changed', { hint: 'give --weights, --policy or --without-fault; --faults lists what went wrong' });
  const result = whatIf(instance, { run: record, fold, metrics }, policy, {
    ...(options.weights === undefined ? {} : { weights: options.weights }), ...(options.policy === undefined ? {} : { policy: await loadPolicy(options.policy) }), without: options.withoutFault.map(faultNumber),
  });
  if (options.json === true) printJson({ scenario: instance.problem.name, journalHash: record.hash, ...whatIfJson(result) });
  else print(changing ? whatIfReport(result, colorOut()) : faultsReport(result.faults));
}

function faultNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw inputError('bad-number', '--without-fault', 'must be the number of a fault', { value: text, hint: '--faults lists them' });
  return Number(text);
}
