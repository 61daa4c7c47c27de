// Where the tasks of a run lie as a graph: columns by longest path from the start, rows by sweeps of barycentres (Sugiyama,
// Tagawa, Toda 1981), one block a job, blocks packed on shelves. Deterministic: ties stay in the order of task numbers.
// O(sweeps x edges log tasks), 10,000 tasks in some ten ms.
import type { Problem } from '../../engine/model/problem.ts';
import type { TaskGraph } from './protocol.ts';

/** A column is this many rows wide. */
const COLUMN = 3.5;
const GAP = 1.5;
const HEADING = 1.2;
const SWEEPS = 8;
/** Width of the whole over its height. */
const ASPECT = 2.2;

interface Block { readonly width: number; readonly height: number }

/** Positions in rows, y downwards, each the middle of a task's box; edges are those of the problem. */
export function layoutGraph(problem: Problem): TaskGraph {
  const { taskCount, jobCount, jobFirst, successorFirst, successors, taskJob } = problem, x = new Float32Array(taskCount), y = new Float32Array(taskCount), blocks: Block[] = [];
  for (let j = 0; j < jobCount; j++) blocks.push(layoutJob(problem, jobFirst[j]!, jobFirst[j + 1]!, x, y));
  const left = new Float32Array(jobCount), top = new Float32Array(jobCount), { width, height } = pack(blocks, left, top);
  for (let t = 0; t < taskCount; t++) { x[t]! += left[taskJob[t]!]!; y[t]! += top[taskJob[t]!]!; }
  const from = new Int32Array(successors.length);
  for (let t = 0; t < taskCount; t++) from.fill(t, successorFirst[t]!, successorFirst[t + 1]!);
  return { x, y, from, to: successors.slice(), jobLeft: left, jobTop: top, width, height };
}

/** Tasks `first .. end - 1` from the upper left corner. */
function layoutJob(problem: Problem, first: number, end: number, x: Float32Array, y: Float32Array): Block {
  const columns = orderColumns(problem, first, end, ranksOf(problem, first, end)), tallest = Math.max(6, Math.ceil(1.5 * Math.sqrt(end - first)));
  const rows = columns.reduce((most, column) => Math.max(most, Math.min(tallest, column.length)), 1);
  let column = 0;
  for (const tasks of columns) {
    // A column taller than the block is folded into several.
    const folds = Math.max(1, Math.ceil(tasks.length / tallest)), each = Math.ceil(tasks.length / folds);
    tasks.forEach((t, k) => {
      const inFold = Math.min(each, tasks.length - Math.floor(k / each) * each);
      x[t] = (column + Math.floor(k / each) + 0.5) * COLUMN;
      y[t] = HEADING + rows / 2 + (k % each) - inFold / 2 + 0.5;
    });
    column += folds;
  }
  return { width: column * COLUMN, height: rows + HEADING };
}

/** Edges from the farthest start, within the job. */
function ranksOf({ predecessorFirst, successorFirst, successors, predecessors }: Problem, first: number, end: number): Int32Array {
  const rank = new Int32Array(end - first), open = new Int32Array(end - first), queue: number[] = [], inside = (t: number): boolean => t >= first && t < end;
  for (let t = first; t < end; t++) {
    for (let e = predecessorFirst[t]!; e < predecessorFirst[t + 1]!; e++) if (inside(predecessors[e]!)) open[t - first]!++;
    if (open[t - first] === 0) queue.push(t);
  }
  for (const t of queue) {
    for (let e = successorFirst[t]!; e < successorFirst[t + 1]!; e++) {
      const next = successors[e]!;
      if (!inside(next)) continue;
      rank[next - first] = Math.max(rank[next - first]!, rank[t - first]! + 1);
      if (--open[next - first]! === 0) queue.push(next);
    }
  }
  return rank;
}

/** The tasks of each rank from top to bottom. */
function orderColumns({ predecessorFirst, predecessors, successorFirst, successors }: Problem, first: number, end: number, rank: Int32Array): number[][] {
  const columns: number[][] = [], place = new Float64Array(end - first), mean = new Float64Array(end - first);
  for (let t = first; t < end; t++) (columns[rank[t - first]!] ??= []).push(t);
  // Relative to the middle of its column, so that columns of different heights can be compared.
  const settle = (column: readonly number[]): void => { column.forEach((t, k) => { place[t - first] = k - (column.length - 1) / 2; }); };
  columns.forEach(settle);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forward = sweep % 2 === 0, starts = forward ? predecessorFirst : successorFirst, ends = forward ? predecessors : successors;
    for (const column of forward ? columns : [...columns].reverse()) {
      for (const t of column) {
        let sum = 0, count = 0;
        for (let e = starts[t]!; e < starts[t + 1]!; e++) if (ends[e]! >= first && ends[e]! < end) { sum += place[ends[e]! - first]!; count++; }
        mean[t - first] = count === 0 ? place[t - first]! : sum / count;
      }
      column.sort((s, t) => mean[s - first]! - mean[t - first]! || place[s - first]! - place[t - first]!);
      settle(column);
    }
  }
  return columns;
}

/** Blocks side by side on shelves, in order; as wide as makes the drawing largest in a frame of ASPECT. */
function pack(blocks: readonly Block[], left: Float32Array, top: Float32Array): { readonly width: number; readonly height: number } {
  const widest = blocks.reduce((most, { width }) => Math.max(most, width), 0), scale = ({ width, height }: { readonly width: number; readonly height: number }): number => Math.min(ASPECT / width, 1 / height);
  let best = 1, most = 0;
  for (let abreast = 1; abreast <= Math.min(blocks.length, 2 + 3 * Math.sqrt(blocks.length)); abreast++) {
    const found = scale(shelve(blocks, abreast * (widest + GAP), left, top));
    if (found > most) { most = found; best = abreast; }
  }
  return shelve(blocks, best * (widest + GAP), left, top);
}

function shelve(blocks: readonly Block[], target: number, left: Float32Array, top: Float32Array): { readonly width: number; readonly height: number } {
  let x = 0, y = 0, shelf = 0, widest = 1;
  blocks.forEach(({ width, height }, k) => {
    if (x > 0 && x + width > target) { y += shelf + GAP; x = 0; shelf = 0; }
    left[k] = x; top[k] = y;
    x += width + GAP;
    widest = Math.max(widest, x - GAP);
    shelf = Math.max(shelf, height);
  });
  return { width: widest, height: Math.max(1, y + shelf) };
}
