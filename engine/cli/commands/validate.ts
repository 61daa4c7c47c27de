// `twinclock validate`: reads a scenario of any format, a fault plan, a rehearsal, a journal, a run folder or a policy, and says what was read and
// supposed, or everything that is wrong with it. Nothing is run.
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { OpenedShare } from '../../experiment/share/open-share.ts';
import { countEvents } from '../../journal/codec.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { Policy } from '../../model/policy.ts';
import { REHEARSAL_VERSION } from '../../model/rehearsal.ts';
import { compiled } from '../../experiment/recording.ts';
import { loadFaultPlan } from '../input/load-faults.ts';
import { isPolicyFile, policyOrFile } from '../input/load-policy.ts';
import { loadRehearsal } from '../input/load-rehearsal.ts';
import { loadShare } from '../input/load-share.ts';
import { loadScenario } from '../input/load-scenario.ts';
import type { ScenarioOptions } from '../input/load-scenario.ts';
import { headOfFile } from '../input/read-text.ts';
import { readJournal } from '../output/read-journal.ts';
import { countText } from '../report/measure.ts';
import { print, printJson } from '../terminal.ts';
import { SCENARIO_HELP, addScenarioOptions } from './scenario-options.ts';

interface ValidateCommandOptions extends ScenarioOptions {
  readonly scenario?: string;
  readonly json?: boolean;
}

interface Reading {
  readonly kind: 'scenario' | 'faults' | 'journal' | 'policy' | 'share' | 'rehearsal';
  readonly format: string;
  readonly name: string;
  /** What there is of what. */
  readonly counts: Readonly<Record<string, number>>;
  readonly assumptions: readonly string[];
  readonly hash?: string;
}

/** Adds the command. */
export function addValidateCommand(program: Command): void {
  addScenarioOptions(program.command('validate').summary('check a scenario, fault plan, journal or policy')
    .description('Checks a file and says what was read and supposed, or everything that is wrong with it.')
    .argument('<file>', `${SCENARIO_HELP}; or a fault plan, a rehearsal, a journal, a run folder, a policy, a share file`)
    .option('--scenario <name|file>', 'for a fault plan: the scenario whose names it must fit'))
    .option('--json', 'print one JSON object')
    .action(validate);
}

async function validate(path: string, options: ValidateCommandOptions): Promise<void> {
  const reading = await read(path, options);
  if (options.json === true) { printJson({ ok: true, ...reading }); return; }
  const counts = Object.entries(reading.counts).map(([noun, count]) => (noun.endsWith('s') ? countText(count, noun.slice(0, -1)) : `${count} ${noun}`)).join(', ');
  const { kind, name, format, hash, assumptions } = reading;
  print([`ok: ${kind} ${name} (${format}), ${counts}${hash === undefined ? '' : `, hash ${hash}`}`, ...assumptions.map((line) => `  ${line}`)].join('\n'));
}

async function read(path: string, options: ValidateCommandOptions): Promise<Reading> {
  if (isPolicyFile(path)) return policyReading(await policyOrFile(path));
  const about = await stat(path).catch(() => undefined), head = about?.isFile() === true ? await headOfFile(path) : '';
  const version = /^(?:\xef\xbb\xbf)?\s*\{\s*"twinclock"\s*:\s*"(\w+)\//.exec(head)?.[1];
  if (about?.isDirectory() === true || version === 'journal') return readRecording(path);
  if (version === 'share') return shareReading(await loadShare(path));
  if (version === 'rehearsal') return rehearsalReading(path);
  if (version === 'faults') return faultReading(await loadFaultPlan(path, options.scenario === undefined ? undefined : (await loadScenario(options.scenario)).file));
  const { file, instance: { problem, hash }, report } = await loadScenario(path, options);
  return {
    kind: 'scenario', format: report?.format ?? file.twinclock, name: file.name, hash, assumptions: file.assumptions ?? [],
    counts: { tasks: problem.taskCount, edges: problem.predecessors.length, jobs: problem.jobCount, units: problem.unitCount, pools: problem.poolCount },
  };
}

async function readRecording(path: string): Promise<Reading> {
  const { header, rows, footer } = await readJournal(path, compiled);
  return {
    kind: 'journal', format: header.twinclock, name: `of ${header.scenario.name} under ${header.policy.name}, seed ${header.seed}, ${footer!.end}`, hash: footer!.hash,
    counts: { records: rows.count, events: countEvents(rows) }, assumptions: header.scenario.assumptions ?? [],
  };
}

function policyReading({ name, summary, parameters }: Policy): Reading {
  return { kind: 'policy', format: 'policy/1', name, counts: { parameters: Object.keys(parameters).length }, assumptions: [summary] };
}

function shareReading({ file, instance }: OpenedShare): Reading {
  return {
    kind: 'share', format: file.twinclock, name: `of ${file.scenario.name}`, hash: instance.hash, assumptions: file.statement === undefined ? [] : [file.statement],
    counts: { policies: file.policies.length, seeds: file.seeds.length, runs: file.policies.length * file.seeds.length },
  };
}

function faultReading(plan: FaultPlanFile): Reading {
  return { kind: 'faults', format: plan.twinclock, name: plan.name, counts: { faults: plan.faults.length }, assumptions: [] };
}

/** As `rehearse` would take it up: what it names is looked up too. */
async function rehearsalReading(path: string): Promise<Reading> {
  const { name, scenario, plan, storms, hypotheses } = await loadRehearsal(path, {});
  return { kind: 'rehearsal', format: REHEARSAL_VERSION, name, counts: { tasks: scenario.instance.problem.taskCount, faults: plan.faults.length, storms, expectations: hypotheses.length }, assumptions: [] };
}
