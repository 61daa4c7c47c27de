// `twinclock compare` and `twinclock demo`: several policies on the same seeds.
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Comparison } from '../../experiment/compare.ts';
import { asTextPolicy, tryPolicy } from '../../experiment/policy-trial.ts';
import { makeShare } from '../../experiment/share/make-share.ts';
import { csvLines } from '../../export/csv.ts';
import { runsTable } from '../../export/runs-table.ts';
import { RunError, InputError, inputError } from '../../model/errors.ts';
import type { Weights } from '../../model/policy.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import { compileFaults } from '../../sim/faults.ts';
import { formatPolicySpec } from '../../../policies/registry.ts';
import type { PolicyChoice } from '../../../policies/registry.ts';
import { loadFaultPlan } from '../input/load-faults.ts';
import { loadPolicies, loadPolicy } from '../input/load-policy.ts';
import { loadScenario } from '../input/load-scenario.ts';
import type { LoadedScenario, ScenarioOptions } from '../input/load-scenario.ts';
import { parseMetric, parseWhole } from '../input/option-values.ts';
import { STDIN } from '../input/read-text.ts';
import { jsonText } from '../output/manifest.ts';
import { ProgressLine } from '../output/progress.ts';
import { paint } from '../output/table-text.ts';
import { comparisonJson } from '../report/comparison-json.ts';
import { COLUMN_LEGEND, comparisonReport } from '../report/comparison-report.ts';
import { countText, durationText } from '../report/measure.ts';
import { colorOut, print, printJson, progressStream } from '../terminal.ts';
import { checkPlace, writeWholeFile } from '../write-file.ts';
import { compareInThreads } from '../threads/compare-threads.ts';
import { SCENARIO_HELP, addRunOptions, addScenarioOptions, addThreadsOption } from './scenario-options.ts';
import { serveWorkbench } from './serve.ts';
import { VERSION } from '../../version.ts';

interface CompareCommandOptions extends ScenarioOptions {
  readonly policies: string;
  readonly replications: number;
  readonly seed: number;
  readonly weights?: Weights;
  readonly baseline?: string;
  readonly metric: MetricKey;
  readonly faults?: string;
  readonly csv?: string;
  readonly share?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly threads: number;
}

const EXAMPLES = `
Examples:
  twinclock compare feature-120 --policies all --replications 50
  twinclock compare feature-120 --policies fifo,weighted:theta=0.8 --metric costMicroUsd --faults storm-evening
  twinclock compare feature-12 heft-10 --policies heft,peft,fifo --csv runs.csv`;

/** Adds the command. */
export function addCompareCommand(program: Command): void {
  const command = program.command('compare').summary('run several policies on the same seeds')
    .description('Runs several policies on the same seeds of each scenario and compares them seed by seed.')
    .argument('<scenarios...>', SCENARIO_HELP)
    .option('--policies <list>', 'all, or names and files with parameters: fifo,weighted:theta=0.8,./mine.ts', 'all')
    .option('--replications <n>', 'seeds', parseWhole('--replications', 1, 1_000_000), 200)
    .option('--seed <first>', 'the first seed', parseWhole('--seed', 0), 1)
    .option('--baseline <policy>', 'what the others are compared with (default: fifo, or the first)')
    .option('--metric <key>', 'what is compared: objective, makespanMs, costMicroUsd, ...', parseMetric, 'objective' as MetricKey);
  addThreadsOption(addScenarioOptions(addRunOptions(command)), 'all figures but decision times are')
    .option('--csv <file>', 'also write one row a run')
    .option('--share <file>', 'also write a share file, which `twinclock verify` and the workbench can check')
    .option('--force', 'let --csv and --share replace a file')
    .option('--json', 'print one JSON object instead of tables')
    .addHelpText('after', EXAMPLES)
    .action(compareScenarios);
}

/** Adds `demo`: what `npm start` shows. */
export function addDemoCommand(program: Command): void {
  program.command('demo').summary('feature-120 under every policy, in a few seconds').description('Runs feature-120 under every built-in policy and shows who does best.')
    .option('--replications <n>', 'seeds', parseWhole('--replications', 1, 10_000), 20)
    .option('--json', 'print one JSON object instead of tables')
    .option('--serve', 'then serve the workbench until Ctrl-C')
    .option('--no-serve', 'only print')
    .option('--port <n>', 'port of the workbench (default: as `serve`)', parseWhole('--port', 0, 65_535))
    .action(demo);
}

async function compareScenarios(sources: readonly string[], options: CompareCommandOptions): Promise<void> {
  if (sources.filter((source) => source === STDIN).length > 1) throw inputError('repeated-scenario', '', 'standard input can be read only once');
  for (const place of [options.csv, options.share]) if (place !== undefined) await checkPlace(place, options.force === true);
  if (options.share !== undefined && sources.length > 1) throw inputError('conflicting-options', '--share', 'a share file holds one scenario', { hint: 'compare one at a time' });
  const policies = await loadPolicies(options.policies), scenarios: LoadedScenario[] = [];
  for (const source of sources) scenarios.push(await loadScenario(source, options));
  const comparisons: Comparison[] = [];
  for (const scenario of scenarios) {
    const comparison = await compareOn(scenario, { ...options, policies });
    comparisons.push(comparison);
    if (options.share !== undefined) await writeWholeFile(options.share, [await shareText(scenario, comparison, options.faults)]);
    if (options.json === true) continue;
    if (comparisons.length > 1) print('');
    print(`${paint('bold', heading(scenario, comparison, options.faults), colorOut())}\n${comparisonReport(comparison, colorOut())}`);
  }
  if (options.json !== true) print(COLUMN_LEGEND);
  if (options.csv !== undefined) await writeWholeFile(options.csv, csvLines(runsTable(comparisons.map(({ setup, policies, runs }) => ({ scenario: setup.instance.problem.name, policies, runs })))));
  if (options.json === true) {
    const objects = comparisons.map((comparison) => comparisonJson(comparison, options.faults));
    printJson(objects.length === 1 ? objects[0]! : { comparisons: objects });
  }
  comparisons.forEach(refuseHopeless);
}

type ComparisonOptions = Omit<CompareCommandOptions, 'metric' | 'policies'> & { readonly metric?: MetricKey; readonly policies: readonly PolicyChoice[] };

async function compareOn({ file, instance }: LoadedScenario, options: ComparisonOptions): Promise<Comparison> {
  const { policies, replications, weights, metric, seed, threads } = options;
  const faults = options.faults === undefined ? undefined : compileFaults(await loadFaultPlan(options.faults, file), instance.problem);
  const baseline = options.baseline === undefined ? undefined : await baselineName(options.baseline, policies);
  for (const { policy, parameters } of policies) {
    const own = asTextPolicy(policy);
    if (own !== undefined) tryPolicy(instance, own, { parameters, seed, ...(weights === undefined ? {} : { weights }), ...(faults === undefined ? {} : { faults }) });
  }
  const progress = new ProgressLine(progressStream(), file.name, replications * policies.length);
  try {
    return await compareInThreads({
      scenario: file, replications, firstSeed: seed, threads: metric?.startsWith('decisionMs') === true ? 1 : threads, // neighbours would be measured too
      onProgress: (done, policy) => { progress.update(done, policy); },
      setup: {
        instance, policies, clock: () => performance.now(), ...(metric === undefined ? {} : { metric }),
        ...(weights === undefined ? {} : { weights }), ...(faults === undefined ? {} : { faults }), ...(baseline === undefined ? {} : { baseline }),
      },
    });
  } finally {
    progress.finish();
  }
}

async function shareText({ file }: LoadedScenario, comparison: Comparison, faults: string | undefined): Promise<string> {
  const { setup: { policies }, metric, baseline } = comparison, plan = faults === undefined ? undefined : await loadFaultPlan(faults, file);
  const texts = new Map(policies.flatMap(({ policy }) => { const own = asTextPolicy(policy); return own === undefined ? [] : [[policy.name, own.program.text] as const]; }));
  return jsonText(makeShare(comparison, { engine: VERSION, scenario: file, plan, texts, view: { view: 'compare', metric, baseline } }));
}

/** The baseline as the comparison calls it: a policy among those compared, by its name or with its parameters. */
async function baselineName(text: string, policies: readonly PolicyChoice[]): Promise<string> {
  const byName = policies.filter(({ policy }) => policy.name === text);
  if (byName.length === 1) return formatPolicySpec(byName[0]!);
  try {
    return formatPolicySpec(await loadPolicy(text));
  } catch (error) {
    throw error instanceof InputError ? error.from('--baseline') : error;
  }
}

function heading({ file, instance: { problem } }: LoadedScenario, { seeds, policies }: Comparison, faults: string | undefined): string {
  const struck = faults === undefined ? '' : `, faults ${faults}`;
  return `${file.name}: ${countText(problem.taskCount, 'task')}, ${policies.length} policies on ${countText(seeds.length, 'seed')} from ${seeds[0]}${struck}`;
}

/** Failed runs are part of the answer; a broken law, or no run at all that finished, is not. */
function refuseHopeless({ runs, setup, rows }: Comparison): void {
  const broken = runs.flat().find((run) => run.audit !== 'clean'), name = setup.instance.problem.name;
  if (broken !== undefined) throw new RunError('audit', `${name}, seed ${broken.seed}: the audit found a broken law: ${broken.audit}`);
  if (rows.every((row) => row.n === 0)) throw new RunError(runs[0]![0]!.cause, `${name}: no run finished: ${runs[0]![0]!.failure}`);
}

interface DemoOptions {
  readonly replications: number;
  readonly json?: boolean;
  readonly serve?: boolean;
  readonly port?: number;
}

async function demo(options: DemoOptions): Promise<void> {
  const scenario = await loadScenario('feature-120'), began = performance.now();
  const comparison = await compareOn(scenario, { policies: await loadPolicies('all'), replications: options.replications, seed: 1, threads: availableParallelism() });
  if (options.json === true) { printJson(comparisonJson(comparison, undefined)); return; }
  const { problem } = scenario.instance, runs = comparison.runs.length * comparison.seeds.length, took = durationText(performance.now() - began);
  print([
    paint('bold', `feature-120: ${scenario.file.description ?? ''}`, colorOut()),
    `${countText(problem.taskCount, 'task')} on workstations, cloud VMs (spot and on demand), rate-limited APIs and people; ${runs} runs in ${took}`, '',
    comparisonReport(comparison, colorOut()), COLUMN_LEGEND, '',
    'Go on with',
    '  twinclock run feature-120 --policy weighted --seed 7 --out runs/first    one run, everything it did',
    '  twinclock explain runs/first --task <id>                                 why a task ran where and when it did',
    '  twinclock compare feature-120 --faults storm-all-spot --replications 50  who copes when the spot market fails',
  ].join('\n'));
  refuseHopeless(comparison);
  if (options.serve === true) { print(''); await serveWorkbench(options.port); }
}
