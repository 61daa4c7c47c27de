// `twinclock run`: one run of one policy, as tables for people, as one JSON object, or as a folder that holds all of it.
import type { Command } from 'commander';
import { comparedRun, comparisonOf } from '../../experiment/compare.ts';
import { Runner, auditOutcome } from '../../experiment/run-once.ts';
import type { CompletedRun, RunOptions } from '../../experiment/run-once.ts';
import { asTextPolicy, tryPolicy } from '../../experiment/policy-trial.ts';
import type { CountedRefusal } from '../../experiment/policy-trial.ts';
import { makeShare, sharedJournal } from '../../experiment/share/make-share.ts';
import { journalHeader } from '../../journal/journal-header.ts';
import type { RunOrigin } from '../../journal/journal-header.ts';
import { RunError, inputError } from '../../model/errors.ts';
import type { Weights } from '../../model/policy.ts';
import type { Instance } from '../../model/problem.ts';
import { compileFaults } from '../../sim/faults.ts';
import { formatPolicySpec, policies } from '../../../policies/registry.ts';
import type { PolicyChoice } from '../../../policies/registry.ts';
import { loadFaultPlan } from '../input/load-faults.ts';
import { POLICY_HELP, loadPolicy } from '../input/load-policy.ts';
import { loadScenario } from '../input/load-scenario.ts';
import type { LoadedScenario, ScenarioOptions } from '../input/load-scenario.ts';
import { parseWhole } from '../input/option-values.ts';
import { jsonText } from '../output/manifest.ts';
import { writeRunFolder } from '../output/output-folder.ts';
import type { WrittenRunFolder } from '../output/output-folder.ts';
import { runJson } from '../report/run-json.ts';
import { runReport } from '../report/run-report.ts';
import { colorOut, print, printJson } from '../terminal.ts';
import { VERSION } from '../../version.ts';
import { checkPlace, writeWholeFile } from '../write-file.ts';
import { SCENARIO_HELP, addRunOptions, addScenarioOptions } from './scenario-options.ts';

interface RunCommandOptions extends ScenarioOptions {
  readonly policy: string;
  readonly weights?: Weights;
  readonly seed: number;
  readonly faults?: string;
  readonly out?: string;
  readonly share?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly everyTick?: boolean;
}

const EXAMPLES = `
Examples:
  twinclock run feature-120 --policy weighted --seed 7
  twinclock run feature-120 --policy heft --faults storm-all-spot --out runs/storm
  twinclock run project.stg.gz --processors 4 --policy critical-path --json
  twinclock run feature-120 --policy ./my-policy.ts:idle=60 --out runs/mine`;

/** Adds the command. */
export function addRunCommand(program: Command): void {
  const command = program.command('run').summary('run one policy on a scenario').description('Runs one policy on a scenario and shows what came of it.')
    .argument('<scenario>', SCENARIO_HELP)
    .option('--policy <name[:key=value,...]>', POLICY_HELP, policies[0]!.name)
    .option('--seed <n>', 'seed of everything that is drawn', parseWhole('--seed', 0), 1);
  addScenarioOptions(addRunOptions(command))
    .option('--every-tick', 'keep every tick of the grid in the journal, also those at which nothing can change')
    .option('--out <folder>', 'write journal, tables, timeline, metrics and manifest into a folder')
    .option('--share <file>', 'also write the run with its journal as a share file, which `twinclock verify` and the workbench can check')
    .option('--force', 'let --out take the place of a folder that is not a run (it is set aside), and --share of a file')
    .option('--json', 'print one JSON object instead of tables')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(source: string, options: RunCommandOptions): Promise<void> {
  if (options.share !== undefined && options.everyTick === true) throw inputError('conflicting-options', '--share', 'share files hold runs without the ticks of --every-tick', { hint: 'give one of them' });
  if (options.share !== undefined) await checkPlace(options.share, options.force === true);
  const startedAt = new Date().toISOString(), choice = await loadPolicy(options.policy), scenario = await loadScenario(source, options);
  const plan = options.faults === undefined ? undefined : await loadFaultPlan(options.faults, scenario.file), everyTick = options.everyTick === true;
  const inputs = {
    ...choice, everyTick, ...(options.weights === undefined ? {} : { weights: options.weights }), ...(plan === undefined ? {} : { faults: compileFaults(plan, scenario.instance.problem) }),
  };
  const done = warmRun(scenario.instance, options.seed, { ...inputs, clock: () => performance.now() }), own = asTextPolicy(choice.policy);
  const refused = own === undefined ? [] : tryPolicy(scenario.instance, own, { ...inputs, seed: options.seed }, done.run.hash);
  const origin: RunOrigin = {
    engine: VERSION, scenario: scenario.file, scenarioHash: scenario.instance.hash, ...(own === undefined ? {} : { policyText: own.text }), ...(plan === undefined ? {} : { faults: plan }), options: everyTick ? { everyTick } : {},
  };
  const written = options.out === undefined ? undefined : await writeFolder(options.out, done, origin, startedAt, options.force === true);
  if (options.share !== undefined) await writeWholeFile(options.share, [shareText(done, scenario, choice, origin)]);
  const assumptions = scenario.file.assumptions ?? [];
  if (options.json === true) {
    printJson(runJson(done, { scenario: scenario.file.name, scenarioHash: scenario.instance.hash, assumptions, faults: plan?.name, out: written?.dir }));
  } else {
    print(runReport(done, assumptions, { color: colorOut(), readAs: scenario.report?.format, policy: formatPolicySpec(choice) }));
    if (written !== undefined) print(folderLines(written));
    if (refused.length > 0) print(refusedLines(refused));
  }
  const audit = auditOutcome(done.audit);
  if (audit !== 'clean') throw new RunError('audit', `the audit found a broken law: ${audit}`);
  if (done.run.cause !== 'finished') throw new RunError(done.run.cause, `the run did not finish: ${done.run.explanation}`);
}

function shareText(done: CompletedRun, { instance }: LoadedScenario, choice: PolicyChoice, origin: RunOrigin): string {
  const { run: record } = done, spec = formatPolicySpec(choice), { scenario, engine, faults: plan, policyText } = origin;
  const comparison = comparisonOf({ instance, policies: [choice], weights: record.weights }, [record.seed], [[comparedRun(done)]]);
  return jsonText(makeShare(comparison, {
    engine, scenario, plan, view: { view: 'run' }, journals: [sharedJournal(spec, journalHeader(record, origin), record)],
    ...(policyText === undefined ? {} : { texts: new Map([[choice.policy.name, policyText]]) }),
  }));
}

const REFUSED_SHOWN = 8;

/** Where the policy's text asked for what cannot be. */
function refusedLines(refused: readonly CountedRefusal[]): string {
  const lines = refused.slice(0, REFUSED_SHOWN).map(({ path, act, reason, times }) => `  ${path}: view.${act}: ${reason}${times === 1 ? '' : `, ${times} times`}`);
  return ['', 'refused by the kernel:', ...lines, ...(refused.length > REFUSED_SHOWN ? [`  and at ${refused.length - REFUSED_SHOWN} more places`] : [])].join('\n');
}

/** Wall ms that may go into making a run again. */
const WARM_UP_MS = 250;

/**
 * The run, made again and again while that costs little: its decision times are then those of a warm engine, and that it
 * comes out the same each time is checked rather than believed.
 */
function warmRun(instance: Instance, seed: number, options: RunOptions): CompletedRun {
  const runner = new Runner(instance, options), from = performance.now();
  let done = runner.run(seed);
  const { hash } = done.run, { bounds } = done;
  for (let last = performance.now() - from; performance.now() - from + last < WARM_UP_MS;) {
    const began = performance.now();
    done = runner.run(seed, bounds);
    last = performance.now() - began;
    if (done.run.hash !== hash) throw new RunError('not-deterministic', `the same run gave ${hash}, then ${done.run.hash}`);
  }
  return done;
}

function writeFolder(dir: string, { run: record, fold, metrics, audit }: CompletedRun, origin: RunOrigin, startedAt: string, force: boolean): Promise<WrittenRunFolder> {
  const { version: node, platform, arch, argv } = process;
  const circumstances = { packageVersion: VERSION, command: ['twinclock', ...argv.slice(2)], startedAt, endedAt: new Date().toISOString(), runtime: { node, platform, arch } };
  return writeRunFolder(dir, { header: journalHeader(record, origin), run: record, fold, metrics, audit, circumstances }, { force });
}

function folderLines({ dir, setAside, manifest: { files } }: WrittenRunFolder): string {
  return [
    '', `written to ${dir}: ${files.map((file) => file.name).join(', ')}, manifest.json`, ...(setAside === undefined ? [] : [`what was there is now ${setAside}`]),
    `  twinclock replay ${dir}`, `  twinclock explain ${dir} --task <id>`,
  ].join('\n');
}
