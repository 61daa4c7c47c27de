// What every reader of a foreign format returns: a scenario in our own format beside an honest account of how it came
// about. Each line of the account says what the file did not say and we supposed (assumed), what it said and the model
// has no place for (dropped), or what had to be made up to run it at all (invented). The lines travel with the
// scenario as its `assumptions`.
import { fault, InputError, inputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { SCENARIO_VERSION } from '../../engine/model/scenario.ts';
import type { FleetFile, JobFile, PredecessorText, ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';
import { findCycles } from '../../engine/model/validate-graph.ts';

export interface ImportReport {
  /** Format and version as found, such as `wfformat/1.5` or `psplib/sm`. */
  readonly format: string;
  readonly assumed: readonly string[];
  readonly dropped: readonly string[];
  readonly invented: readonly string[];
  readonly counts: Readonly<Record<string, number>> & { readonly tasks: number; readonly edges: number };
}

export interface ImportedScenario {
  readonly scenario: ScenarioFile;
  readonly report: ImportReport;
}

/** What a caller may say to a reader whose format brings its own resources. */
export interface NameOption {
  /** Name of the scenario; default: the name in the file, or that of the format. */
  readonly name?: string;
}

export interface FleetOption extends NameOption {
  /** Resources to run on instead of the default fleet. */
  readonly fleet?: FleetFile;
}

export interface ProcessorsOption extends FleetOption {
  /** Run on this many identical processors, one task at a time each, instead of a fleet. */
  readonly processors?: number;
}

export interface ImportDraft {
  readonly format: string;
  readonly name: string;
  readonly description: string;
  readonly mode?: 'event';
  readonly jobs: readonly JobFile[];
  readonly fleet: FleetFile;
  readonly assumed?: readonly string[];
  readonly dropped?: readonly string[];
  readonly invented?: readonly string[];
  /** Counts beside tasks and edges. */
  readonly counts?: Readonly<Record<string, number>>;
}

const ID_MAX = 200;

/** Makes scenario and report of a draft. Throws `InputError` with code `no-tasks`, `bad-id` or `cycle`. */
export function importedScenario(draft: ImportDraft): ImportedScenario {
  const tasks = draft.jobs.flatMap((job) => job.tasks);
  if (tasks.length === 0) throw inputError('no-tasks', '', 'the file holds no tasks');
  for (const { id } of tasks) if (id === '' || id.length > ID_MAX) throw inputError('bad-id', '', `ids have 1 to ${ID_MAX} characters`, { value: id });
  refuseCycles(tasks);
  const { format, assumed = [], dropped = [], invented = [] } = draft;
  const edges = tasks.reduce((sum, task) => sum + (task.after?.length ?? 0), 0);
  const report: ImportReport = { format, assumed, dropped, invented, counts: { tasks: tasks.length, edges, ...draft.counts } };
  const scenario: ScenarioFile = {
    twinclock: SCENARIO_VERSION, name: draft.name, description: draft.description,
    ...(draft.mode === undefined ? {} : { mode: draft.mode }),
    jobs: draft.jobs, fleet: draft.fleet, assumptions: reportLines(report),
  };
  return { scenario, report };
}

/** The lines of a report, each with its sort in front. */
function reportLines(report: ImportReport): string[] {
  return (['assumed', 'dropped', 'invented'] as const).flatMap((sort) => report[sort].map((line) => `${sort}: ${line}`));
}

/** The lines that apply: `false` stands for one that does not. */
export function notes(...lines: readonly (string | false)[]): string[] {
  return lines.filter((line) => line !== false);
}

/** `1 task`, `2 tasks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Raises `faults` together if there are any. */
export function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new InputError(faults);
}

function predecessorId(predecessor: PredecessorText): string {
  return typeof predecessor === 'string' ? predecessor : predecessor.task;
}

/** Raises every circle of tasks that wait for each other. */
function refuseCycles(tasks: readonly TaskFile[]): void {
  const numbers = new Map(tasks.map((task, i) => [task.id, i])), first = [0], sources: number[] = [], circles: number[][] = [];
  tasks.forEach((task, i) => {
    const before = (task.after ?? []).map((predecessor) => numbers.get(predecessorId(predecessor))!);
    if (before.includes(i)) circles.push([i]);
    sources.push(...before.filter((source) => source !== i));
    first.push(sources.length);
  });
  refuseFaults([...circles, ...findCycles({ first, sources })].map((circle) => fault('cycle', '', 'these tasks wait for each other in a circle', {
    value: [...circle, circle[0]!].map((i) => tasks[i]!.id).join(' -> '), hint: 'remove one of the edges',
  })));
}
