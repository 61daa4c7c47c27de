// Memory a task costs the engine: the typed arrays of a compiled instance (what may be known and what is true) and of one
// kernel's state, for a policy that keeps nothing of its own. Counted twice: as the growth of live array buffers over a
// full collection (the state by its own count) and as the lengths of all arrays found; the two must agree. Ids are strings on the heap and counted
// apart, as is a whole simulation, whose world and journal come on top.
import { placesUnder } from '../../engine/kernel/task-places.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { Policy } from '../../engine/model/policy.ts';
import type { Instance } from '../../engine/model/problem.ts';
import type { TaskFile } from '../../engine/model/scenario.ts';
import { Simulation } from '../../engine/sim/run.ts';
import { dice } from '../../scenarios/generators/dice.ts';
import { checkAnswer, sizeName, type BenchCase } from '../case.ts';

const TASKS = 1_000_000, QUICK_TASKS = 20_000;
/** Buffers of other modules may come and go between two readings. */
const TOLERANCE = 0.02;

const idlePolicy: Policy = { name: 'idle', summary: 'Does nothing', parameters: {}, prepare: () => ({ order: () => 0, decide: () => {} }) };
/** The same with an order that never changes. */
const orderedPolicy: Policy = { ...idlePolicy, name: 'ordered', prepare: ({ taskCount }) => ({ order: (_, task) => task, keys: Float64Array.from({ length: taskCount }, (_, task) => task), decide: () => {} }) };

export const memoryCase: BenchCase = {
  name: 'memory',
  nodeOptions: ['--expose-gc', '--max-old-space-size=8192'],
  cells: ({ quick }) => [`${quick ? QUICK_TASKS : TASKS}-tasks`],
  measure(cell) {
    const tasks = Number.parseInt(cell, 10), before = live(), instance = compiled(tasks), afterCompile = live();
    const { world } = new Simulation(instance, { policy: idlePolicy }), simulationBytes = live().arrays - afterCompile.arrays;
    const { state, openTasks } = world.kernel, instanceBytes = arrayBytes(instance.problem, instance.truth), stateBytes = arrayBytes(state);
    checkBytes('instance', afterCompile.arrays - before.arrays, instanceBytes);
    checkBytes('state', state.byteLength, stateBytes);
    checkAnswer('tasks open', openTasks, tasks);
    const { kernel } = new Simulation(instance, { policy: orderedPolicy });
    const each = {
      bytesPerTask: instanceBytes + stateBytes, instanceBytesPerTask: instanceBytes, stateBytesPerTask: stateBytes,
      orderedBytesPerTask: instanceBytes + arrayBytes(kernel.state, placesUnder(instance.problem, kernel.policy.keys!)), simulationBytesPerTask: simulationBytes, heapBytesPerTask: afterCompile.heap - before.heap,
    };
    const row = (what: string, key: keyof typeof each) => ({ what: `${sizeName(tasks)} tasks: ${what}`, value: each[key] / tasks, unit: 'B/task' });
    return {
      rows: [
        row('instance and state', 'bytesPerTask'), row('the same in a fixed order, with places', 'orderedBytesPerTask'), row('instance', 'instanceBytesPerTask'), row('state', 'stateBytesPerTask'),
        row('simulation: state, world, empty journal', 'simulationBytesPerTask'), row('ids on the heap', 'heapBytesPerTask'),
      ],
      figures: { ...Object.fromEntries(Object.entries(each).map(([key, bytes]) => [key, bytes / tasks])), edgesPerTask: instance.problem.successors.length / tasks },
      answer: `${tasks} tasks, ${instance.problem.successors.length} edges`,
    };
  },
};

/** Live bytes after a full collection. */
function live(): { arrays: number; heap: number } {
  globalThis.gc!();
  globalThis.gc!();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return { arrays: arrayBuffers, heap: heapUsed };
}

function checkBytes(what: string, alive: number, counted: number): void {
  if (Math.abs(alive - counted) > TOLERANCE * counted) throw new Error(`wrong answer: the ${what} holds ${alive} bytes, the arrays found in it ${counted}`);
}

/** Bytes of the distinct buffers under the typed arrays that the objects hold. */
function arrayBytes(...objects: readonly object[]): number {
  const buffers = new Set(objects.flatMap((object) => Object.values(object)).flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : [])));
  return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

/** Layers of 1,000 tasks with one to three predecessors in the layer above, on one machine. */
function compiled(tasks: number): Instance {
  const d = dice(1, 'memory'), width = 1_000;
  const list: TaskFile[] = Array.from({ length: tasks }, (_, t) => {
    const above = t - t % width - width, after = new Set<string>();
    for (let k = above < 0 ? 0 : d.int(1, 3); k > 0; k--) after.add(`t${d.int(above, above + width - 1)}`);
    return { id: `t${t}`, duration: d.int(60, 600), demand: { cores: d.int(1, 4) }, on: ['local'], ...(after.size === 0 ? {} : { after: [...after] }) };
  });
  return compileScenario({ twinclock: 'scenario/1', name: 'memory', jobs: [{ id: 'j', tasks: list }], fleet: { local: [{ id: 'pc', cores: 10 }] } });
}
