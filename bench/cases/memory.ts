// Memory a task costs the engine: the typed arrays of a compiled problem and of one kernel's state, for a policy that keeps
// nothing of its own. Counted twice: as the growth of live array buffers over a full collection, and as the sum of the
// lengths of all arrays found; the two must agree. Ids are strings on the heap and counted apart.
import { KernelState } from '../../engine/kernel/state.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { Problem } from '../../engine/model/problem.ts';
import type { TaskFile } from '../../engine/model/scenario.ts';
import { dice } from '../../scenarios/generators/dice.ts';
import { checkAnswer, sizeName, type BenchCase } from '../case.ts';
import { modelPolicy } from '../peers/model-case.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import { Simulation } from '../../engine/sim/run.ts';

const TASKS = 1_000_000, QUICK_TASKS = 20_000;
/** Buffers of other modules may come and go between the two readings. */
const TOLERANCE = 0.02;

export const memoryCase: BenchCase = {
  name: 'memory',
  nodeOptions: ['--expose-gc', '--max-old-space-size=8192'],
  cells: ({ quick }) => [`${quick ? QUICK_TASKS : TASKS}-tasks`],
  measure(cell) {
    const tasks = Number.parseInt(cell, 10), before = live();
    const problem = compiled(tasks), compiledAt = live(), problemBytes = compiledAt.arrays - before.arrays;
    const state = new KernelState(problem, 0), stateBytes = live().arrays - compiledAt.arrays;
    const counted = arrayBytes(problem), each = (bytes: number) => bytes / tasks;
    checkAnswer('state by its own count', state.byteLength, stateBytes);
    if (Math.abs(problemBytes - counted) > TOLERANCE * counted) throw new Error(`wrong answer: live arrays of the problem hold ${problemBytes} bytes, those found in it ${counted}`);
    const edges = problem.successors.length;
    const row = (what: string, bytes: number) => ({ what: `${sizeName(tasks)} tasks: ${what}`, value: each(bytes), unit: 'B/task' });
    return {
      rows: [row('problem and state', counted + state.byteLength), row('problem', counted), row('state', state.byteLength), row('heap: ids and kinds', compiledAt.heap - before.heap)],
      figures: { bytesPerTask: each(counted + state.byteLength), problemBytesPerTask: each(counted), stateBytesPerTask: each(state.byteLength), heapBytesPerTask: each(compiledAt.heap - before.heap), edgesPerTask: edges / tasks },
      answer: `${problem.taskCount} tasks, ${edges} edges`,
    };
  },
};

/** Live bytes after a full collection. */
function live(): { arrays: number; heap: number } {
  globalThis.gc!(); globalThis.gc!();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return { arrays: arrayBuffers, heap: heapUsed };
}

/** Bytes of the distinct buffers under an object's typed arrays. */
function arrayBytes(problem: Problem): number {
  const buffers = new Set(Object.values(problem).flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : [])));
  return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

/** Layers of 1,000 tasks with one to three predecessors in the layer above, on one machine; what is known of it, no more. */
function compiled(tasks: number): Problem {
  const d = dice(1, 'memory'), width = 1_000;
  const list: TaskFile[] = Array.from({ length: tasks }, (_, t) => {
    const above = t - t % width - width, after = new Set<string>();
    for (let k = above < 0 ? 0 : d.int(1, 3); k > 0; k--) after.add(`t${d.int(above, above + width - 1)}`);
    return { id: `t${t}`, duration: d.int(60, 600), demand: { cores: d.int(1, 4) }, on: ['local'], ...(after.size === 0 ? {} : { after: [...after] }) };
  });
  return compileScenario({ twinclock: 'scenario/1', name: 'memory', jobs: [{ id: 'j', tasks: list }], fleet: { local: [{ id: 'pc', cores: 10 }] } }).problem;
}
