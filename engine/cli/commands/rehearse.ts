// `twinclock rehearse`: a run without faults and with them, side by side; then the plan under many seeds, against hypotheses.
import type { Command } from 'commander';
import { cardOf } from '../../experiment/rehearsal/card.ts';
import type { RehearsalCard } from '../../experiment/rehearsal/card.ts';
import type { StormFigures } from '../../experiment/rehearsal/figures.ts';
import { FIGURE_NAMES } from '../../experiment/rehearsal/hypothesis.ts';
import { Rehearser, eachAlone } from '../../experiment/rehearsal/rehearse.ts';
import type { RehearsalSetup } from '../../experiment/rehearsal/rehearse.ts';
import { preparedBounds } from '../../experiment/run-once.ts';
import { RunError } from '../../model/errors.ts';
import { STORMS_MAX } from '../../model/rehearsal.ts';
import { policies } from '../../../policies/registry.ts';
import { POLICY_HELP } from '../input/load-policy.ts';
import { loadRehearsal } from '../input/load-rehearsal.ts';
import type { LoadedRehearsal, RehearsalOptions } from '../input/load-rehearsal.ts';
import { collect, parseWhole } from '../input/option-values.ts';
import { ProgressLine } from '../output/progress.ts';
import { writeRehearsalFolder } from '../output/rehearsal-folder.ts';
import { rehearsalJson } from '../report/rehearsal-json.ts';
import type { RehearsalResult } from '../report/rehearsal-json.ts';
import { failedText, rehearsalReport } from '../report/rehearsal-report.ts';
import { colorOut, print, printJson, progressStream } from '../terminal.ts';
import { stormsInThreads } from '../threads/storm-threads.ts';
import { SCENARIO_HELP, addRunOptions, addScenarioOptions, addThreadsOption } from './scenario-options.ts';

interface RehearseCommandOptions extends RehearsalOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly threads: number;
}

const HELP = `
Hypotheses: a figure, a relation, a value with its unit, and in what share of the storms (default: all of them).
  --expect "makespan <= 10d" --expect "extraCost <= 20% in 95%" --expect "recovery p95 <= 30m" --expect "tasks = all"
Figures: ${FIGURE_NAMES.slice(0, 16).join(', ')};
  and any of twinclock's own, such as ${FIGURE_NAMES.slice(-3).join(', ')}. Dollars are written 1500usd.

Recovery: of an attempt that was cut off, the time from the stop of work until what was lost is done again.
Caught up: behind is when less work is completed than without faults at the same instant.

Examples:
  twinclock rehearse feature-120 --faults storm-evening --storms 50 --expect "extraMakespan <= 12h in 90%"
  twinclock rehearse feature-120 --faults my-faults.json --policy heft --seed 7 --storms 1
  twinclock rehearse thursday.json --storms 200 --json

Exit code 0: done, and every hypothesis passes. 1: one does not, or the audit found a broken law. 2: the input is wrong.`;

/** Adds the command. */
export function addRehearseCommand(program: Command): void {
  const command = program.command('rehearse').summary('run with and without faults, and under many seeds against hypotheses')
    .description('Runs a plan of faults beside the same run without them, shows what it hit, and judges hypotheses over many seeds.')
    .argument('<scenario|rehearsal>', `${SCENARIO_HELP}; or a rehearsal file, whose settings the options override`)
    .option('--policy <name[:key=value,...]>', `${POLICY_HELP} (default: ${policies[0]!.name})`)
    .option('--storms <n>', 'seeds under which the plan is run (default: 50)', parseWhole('--storms', 1, STORMS_MAX))
    .option('--seed <first>', 'the first seed, whose two runs are shown (default: 1)', parseWhole('--seed', 0))
    .option('--expect <hypothesis>', 'such as "makespan <= 10d"; repeatable', collect);
  addThreadsOption(addScenarioOptions(addRunOptions(command)), 'all figures are')
    .option('--out <folder>', 'write both runs, the rehearsal as a file, the result and a table of the storms into a folder')
    .option('--force', 'let --out take the place of a folder that is not ours (it is set aside)')
    .option('--json', 'print one JSON object instead of tables')
    .addHelpText('after', HELP)
    .action(rehearse);
}

async function rehearse(source: string, options: RehearseCommandOptions): Promise<void> {
  const loaded = await loadRehearsal(source, options), { scenario, choice, weights, plan, firstSeed, hypotheses } = loaded;
  const setup: RehearsalSetup = { instance: scenario.instance, ...choice, plan, bounds: preparedBounds(scenario.instance), ...(weights === undefined ? {} : { weights }) };
  const pair = new Rehearser(setup, options.out !== undefined).rehearse(firstSeed), storms = await runStorms(loaded, setup, options.threads);
  const result: RehearsalResult = { rehearsal: pair.rehearsal, alone: plan.faults.length > 1 ? eachAlone(setup, firstSeed) : [], storms, card: cardOf(hypotheses, storms) };
  const written = options.out === undefined ? undefined : await writeRehearsalFolder(options.out, loaded, pair, result, options.force === true);
  if (options.json === true) printJson(rehearsalJson(loaded, result, written?.dir));
  else {
    print(rehearsalReport(loaded, result, colorOut()));
    if (written !== undefined) print(`\nwritten to ${written.dir}${written.setAside === undefined ? '' : `; what was there is now ${written.setAside}`}`);
  }
  refuseBroken(storms);
  refuseFailed(result.card);
}

async function runStorms({ name, storms, firstSeed, scenario }: LoadedRehearsal, setup: RehearsalSetup, threads: number): Promise<StormFigures[]> {
  const progress = new ProgressLine(progressStream(), name, storms);
  let done = 0;
  try {
    return await stormsInThreads({ scenario: scenario.file, setup, firstSeed, storms, threads, onStorm: (seed) => { progress.update(++done, `seed ${seed}`); } });
  } finally {
    progress.finish();
  }
}

function refuseBroken(storms: readonly StormFigures[]): void {
  const broken = storms.find(({ audit }) => audit !== 'clean');
  if (broken !== undefined) throw new RunError('audit', `seed ${broken.seed}: the audit found a broken law: ${broken.audit}`);
}

function refuseFailed(card: RehearsalCard): void {
  if (card.pass) return;
  const failed = card.hypotheses.filter((h) => !h.pass).map(({ text, held, storms }) => `${text} (held in ${held} of ${storms})`);
  throw new RunError('hypothesis-failed', `${failedText(card)}: ${failed.join('; ')}`);
}
