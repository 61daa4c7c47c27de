// `twinclock scenarios`, `policies`, `faults`: what there is, or one of them in full; `export` writes a scenario as a file.
import type { Command } from 'commander';
import type { Policy } from '../../model/policy.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { policies } from '../../../policies/registry.ts';
import example from '../../../policies/text/example.ts?raw';
import { catalogNames, loadCatalog } from '../../../scenarios/catalog/index.ts';
import { faultNames, loadFaults } from '../../../scenarios/faults/index.ts';
import { policyOrFile } from '../input/load-policy.ts';
import { loadScenario } from '../input/load-scenario.ts';
import type { ScenarioOptions } from '../input/load-scenario.ts';
import { jsonText } from '../output/manifest.ts';
import { tableText } from '../output/table-text.ts';
import { shortText } from '../report/measure.ts';
import { plain } from '../report/text-columns.ts';
import { colorOut, print, printJson } from '../terminal.ts';
import { checkPlace, writeWholeFile } from '../write-file.ts';
import { SCENARIO_HELP, addScenarioOptions } from './scenario-options.ts';

interface ListOptions { readonly json?: boolean; readonly example?: boolean }

/** Adds the four commands. */
export function addListCommands(program: Command): void {
  const list = (name: string, summary: string) => program.command(name).summary(summary).description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .argument('[name]', 'show this one in full').option('--json', 'print one JSON object');
  list('scenarios', 'the scenarios of the catalogue').action(showScenarios);
  list('policies', 'the policies, with their parameters').option('--example', 'print a policy to start from: twinclock policies --example > my-policy.ts').action(showPolicies);
  list('faults', 'the fault plans').action(showFaults);
  addScenarioOptions(program.command('export').summary('write a scenario as a file')
    .description('Writes a scenario, whatever it was read from, as a resolved scenario file: calendars as intervals, nothing left to look up.')
    .argument('<scenario>', SCENARIO_HELP)
    .option('--out <file>', 'file to write (default: standard output)'))
    .option('--force', 'replace the file if it is there')
    .action(exportScenario);
}

function showScenarios(name: string | undefined, options: ListOptions): void {
  if (name !== undefined) { printJson(loadCatalog(name)); return; }
  const rows = catalogNames().map(loadCatalog).map(aboutScenario);
  if (options.json === true) { printJson({ scenarios: rows }); return; }
  const cells = rows.map(({ name: title, tasks, jobs, mode, description }) => [title, tasks, jobs, mode, shortText(description, 80)]);
  print(tableText(plain('scenario', 'tasks', 'jobs', 'mode', 'what it is'), cells, { color: colorOut() }));
}

function aboutScenario({ name, jobs, mode = 'tick', description = '' }: ScenarioFile) {
  return { name, tasks: jobs.reduce((sum, job) => sum + job.tasks.length, 0), jobs: jobs.length, mode, description };
}

async function showPolicies(name: string | undefined, options: ListOptions): Promise<void> {
  if (options.example === true) { process.stdout.write(example); return; }
  const about = (p: Policy) => ({ name: p.name, summary: p.summary, parameters: p.parameters }), color = colorOut();
  if (options.json === true) { printJson(name === undefined ? { policies: policies.map(about) } : about(await policyOrFile(name))); return; }
  if (name === undefined) {
    print(tableText(plain('policy', 'what it does'), policies.map((p) => [p.name, shortText(p.summary, 92)]), { color }));
    print('\ntwinclock policies <name> shows its parameters\na file of your own is a policy too: twinclock policies --example > my-policy.ts');
    return;
  }
  const policy = await policyOrFile(name), rows = Object.entries(policy.parameters).map(([key, spec]) => [key, spec.default, spec.min, spec.max, spec.description]);
  print(`${policy.name}: ${policy.summary}`);
  print(rows.length === 0 ? 'no parameters' : tableText(plain('parameter', 'default', 'min', 'max', 'meaning'), rows, { color }));
}

function showFaults(name: string | undefined, options: ListOptions): void {
  if (name !== undefined) { printJson(loadFaults(name)); return; }
  const plans = faultNames().map(loadFaults);
  if (options.json === true) { printJson({ faults: plans.map((plan) => ({ name: plan.name, description: plan.description ?? '', faults: plan.faults.length })) }); return; }
  print(tableText(plain('fault plan', 'what goes wrong'), plans.map((plan) => [plan.name, shortText(plan.description ?? '', 96)]), { color: colorOut() }));
}

async function exportScenario(source: string, options: ScenarioOptions & { readonly out?: string; readonly force?: boolean }): Promise<void> {
  if (options.out !== undefined) await checkPlace(options.out, options.force === true);
  const { file } = await loadScenario(source, options);
  if (options.out === undefined) { printJson(file); return; }
  await writeWholeFile(options.out, [jsonText(file)]);
  process.stderr.write(`written: ${options.out}\n`);
}
