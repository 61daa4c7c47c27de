// Ids to numbers: the canonical task order, and the precedence graph in CSR form. Counting sorts, no per-edge objects:
// a million tasks take seconds, and the lists come out ascending by construction.
import { inputError } from './errors.ts';
import { inCanonicalOrder } from './ids.ts';
import type { TaskGraph } from './rank.ts';
import type { JobFile, TaskFile } from './scenario.ts';
import { parseBytes } from './units.ts';

export interface OrderedTasks {
  readonly jobs: readonly JobFile[];
  readonly tasks: readonly TaskFile[];
  /** Tasks of job j are `jobFirst[j] .. jobFirst[j + 1] - 1`. */
  readonly jobFirst: Int32Array;
  readonly taskJob: Int32Array;
}

/** Jobs by id, tasks by job and id. */
export function orderTasks(files: readonly JobFile[]): OrderedTasks {
  const jobs = inCanonicalOrder(files), jobFirst = new Int32Array(jobs.length + 1), tasks: TaskFile[] = [];
  jobs.forEach((job, j) => {
    for (const task of inCanonicalOrder(job.tasks)) tasks.push(task);
    jobFirst[j + 1] = tasks.length;
  });
  const taskJob = new Int32Array(tasks.length);
  for (let j = 0; j < jobs.length; j++) taskJob.fill(j, jobFirst[j]!, jobFirst[j + 1]!);
  return { jobs, tasks, jobFirst, taskJob };
}

/** The graph, and the bytes that move along each predecessor edge (empty when none does). */
export function compileGraph(tasks: readonly TaskFile[]): TaskGraph & { readonly predecessorBytes: Float64Array } {
  const count = tasks.length, indexOf = indexTasks(tasks);
  const sources: number[] = [], bytes: number[] = [], listFirst = new Int32Array(count + 1), successorFirst = new Int32Array(count + 1);
  let carriesData = false;
  tasks.forEach((task, t) => {
    for (const edge of task.after ?? []) {
      const id = typeof edge === 'string' ? edge : edge.task, p = indexOf.get(id);
      if (p === undefined) throw inputError('unknown-predecessor', '', `task "${task.id}" waits for a task that does not exist`, { value: id });
      const size = typeof edge === 'string' || edge.data === undefined ? 0 : parseBytes(edge.data);
      sources.push(p);
      bytes.push(size);
      successorFirst[p + 1]!++;
      if (size > 0) carriesData = true;
    }
    listFirst[t + 1] = sources.length;
  });
  for (let t = 0; t < count; t++) successorFirst[t + 1]! += successorFirst[t]!;
  const graph = invert(successorFirst, listFirst, sources, bytes);
  return carriesData ? graph : { ...graph, predecessorBytes: new Float64Array(0) };
}

/** Successor lists filled in task order are ascending; predecessor lists filled from them in the same way are too. */
function invert(successorFirst: Int32Array, listFirst: Int32Array, sources: readonly number[], bytes: readonly number[]) {
  const count = listFirst.length - 1, edges = sources.length;
  const successors = new Int32Array(edges), edgeBytes = new Float64Array(edges);
  const predecessors = new Int32Array(edges), predecessorBytes = new Float64Array(edges);
  const next = successorFirst.slice(0, count);
  for (let t = 0; t < count; t++) {
    for (let e = listFirst[t]!; e < listFirst[t + 1]!; e++) {
      const at = next[sources[e]!]!++;
      successors[at] = t;
      edgeBytes[at] = bytes[e]!;
    }
  }
  const fill = listFirst.slice(0, count);
  for (let p = 0; p < count; p++) {
    for (let e = successorFirst[p]!; e < successorFirst[p + 1]!; e++) {
      const at = fill[successors[e]!]!++;
      predecessors[at] = p;
      predecessorBytes[at] = edgeBytes[e]!;
    }
  }
  return { successorFirst, successors, predecessorFirst: listFirst, predecessors, predecessorBytes };
}

function indexTasks(tasks: readonly TaskFile[]): ReadonlyMap<string, number> {
  const indexOf = new Map<string, number>();
  tasks.forEach((task, t) => indexOf.set(task.id, t));
  if (indexOf.size < tasks.length) {
    const twice = tasks.find((task, t) => indexOf.get(task.id) !== t)!;
    throw inputError('duplicate-id', '', 'two tasks have one id', { value: twice.id });
  }
  return indexOf;
}
