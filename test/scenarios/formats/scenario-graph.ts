// What a scenario's graph amounts to, worked out from the file alone: the yardstick for the readers' tests, written
// apart from them. Also a reader of the small tables that lie beside the data sets.
import type { ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';

export interface ScenarioGraph {
  readonly tasks: number;
  readonly edges: number;
  /** Tasks on the longest chain. */
  readonly depth: number;
  /** Seconds on the longest chain and in all; where a task has several durations, of its shortest. */
  readonly criticalPath: number;
  readonly work: number;
  /** Bytes on all edges. */
  readonly data: number;
}

/** Throws when an id repeats, an edge hangs loose, or the graph has a cycle. */
export function scenarioGraph(scenario: ScenarioFile): ScenarioGraph {
  const tasks = scenario.jobs.flatMap((job) => job.tasks), byId = new Map(tasks.map((task) => [task.id, task]));
  if (byId.size !== tasks.length) throw new Error('an id repeats');
  const level = new Map<string, number>(), end = new Map<string, number>(), open = new Set<string>();
  let edges = 0, data = 0;
  const visit = (task: TaskFile): void => {
    if (end.has(task.id)) return;
    if (open.has(task.id)) throw new Error(`cycle through ${task.id}`);
    open.add(task.id);
    let depth = 0, start = 0;
    for (const edge of task.after ?? []) {
      const id = typeof edge === 'string' ? edge : edge.task;
      edges++;
      if (typeof edge !== 'string') data += Number(edge.data ?? 0);
      visit(byId.get(id)!);
      depth = Math.max(depth, level.get(id)!);
      start = Math.max(start, end.get(id)!);
    }
    level.set(task.id, depth + 1);
    end.set(task.id, start + seconds(task));
  };
  tasks.forEach(visit);
  return {
    tasks: tasks.length, edges, data, depth: Math.max(...level.values()), criticalPath: Math.max(...end.values()),
    work: tasks.reduce((sum, task) => sum + seconds(task), 0),
  };
}

function seconds({ duration }: TaskFile): number {
  if (typeof duration === 'number') return duration;
  if (typeof duration === 'object' && 'by' in duration) return Math.min(...Object.values(duration.by).map(Number));
  throw new Error('expected a number of seconds');
}

/** Rows of a table in CSV without quoting, by column name. */
export function csvRows(text: string): Record<string, string>[] {
  const [header, ...lines] = text.trim().split('\n').map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(header!.map((name, i) => [name, cells[i]!])));
}

/** The faults of the `InputError` that `run` throws, as `path code`; fails when it throws anything else or nothing. */
export function faultsOf(run: () => unknown): string[] {
  try { run(); }
  catch (error) {
    const faults = (error as { faults?: readonly { path: string; code: string }[] }).faults;
    if (faults === undefined) throw error;
    return faults.map(({ path, code }) => `${path} ${code}`.trim());
  }
  throw new Error('expected an InputError');
}
