// Reads flexible (assembly) job shops in the `fajsp` form: `#operations #precedences #machines`, a line `x y [job]` for
// each precedence (x before y, from 0), then for each operation `#options machine duration ...`, machines from 0.
// Operations become tasks, machines `m0`, `m1`, ... local resources that run one at a time, connected operations a job.
// Source: github.com/ScheduleOpt/benchmarks, flexible-jobshop; E. Birgin et al., "A MILP model for an extended version
// of the flexible job shop problem", Optimization Letters 8 (2014) 1417-1431, for the graphs that are no chains.
import { fault, inputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { JobFile, TaskFile } from '../../engine/model/scenario.ts';
import { slotResources } from './default-fleet.ts';
import { importedScenario, notes, refuseFaults } from './imported.ts';
import type { ImportedScenario, NameOption } from './imported.ts';
import { IntegerReader, linesOf } from './integer-reader.ts';

/** Whole time units become seconds. Throws `InputError` with the line and what was expected there. */
export function readFjsp(text: string, options: NameOption = {}): ImportedScenario {
  const reader = new IntegerReader(linesOf(text)), faults: Fault[] = [];
  const operations = reader.next('the number of operations'), precedences = reader.next('the number of precedences');
  const machines = reader.next('the number of machines');
  reader.endRecord('the header of three numbers');
  const local = slotResources('m', machines);
  const { after, labelled } = readPrecedences(reader, precedences, operations, faults);
  const tasks: TaskFile[] = [];
  while (tasks.length < operations) tasks.push(readOperation(reader, tasks.length, machines, after.get(tasks.length) ?? [], faults));
  reader.endFile(`operation ${operations - 1}`);
  refuseFaults(faults);
  const jobs = connectedJobs(tasks);
  return importedScenario({
    format: 'fajsp', name: options.name ?? 'fjsp', mode: 'event',
    description: `Flexible job shop of ${operations} operations in ${jobs.length} jobs on ${machines} machines`,
    jobs, fleet: { local },
    assumed: [
      'one time unit is one second', 'operations are not interrupted; nothing is moved between machines',
      'jobs are the connected parts of the precedence graph, in order of their first operation',
    ],
    dropped: notes(labelled && 'job numbers of the precedences: they name the same parts'),
    counts: { machines, jobs: jobs.length },
  });
}

interface Precedences {
  readonly after: ReadonlyMap<number, readonly string[]>;
  /** Whether some line names a job. */
  readonly labelled: boolean;
}

function readPrecedences(reader: IntegerReader, count: number, operations: number, faults: Fault[]): Precedences {
  const after = new Map<number, string[]>(), hint = `operations are 0 to ${operations - 1}`;
  let labelled = false;
  for (let i = 0; i < count; i++) {
    const [x, y] = [reader.next('the first operation of a precedence'), reader.next('the second operation of a precedence')];
    if (!reader.atLineEnd) { reader.next('the job of a precedence'); labelled = true; }
    reader.endRecord('a precedence');
    for (const operation of [x, y]) {
      if (operation >= operations) faults.push(fault('unknown-task', reader.path, 'this operation does not exist', { value: operation, hint }));
    }
    const before = after.get(y) ?? [];
    if (before.includes(String(x))) faults.push(fault('duplicate-edge', reader.path, 'a precedence is given twice', { value: `${x} ${y}` }));
    after.set(y, [...before, String(x)]);
  }
  return { after, labelled };
}

function readOperation(reader: IntegerReader, operation: number, machines: number, after: readonly string[], faults: Fault[]): TaskFile {
  const options = reader.next(`the number of machines of operation ${operation}`);
  if (options === 0) throw inputError('no-machine', reader.path, `operation ${operation} can run on no machine`);
  const by = new Map<string, number>(), hint = `machines are 0 to ${machines - 1}`;
  for (let i = 0; i < options; i++) {
    const machine = reader.next(`a machine of operation ${operation}`), duration = reader.next(`a duration of operation ${operation}`);
    if (machine >= machines) faults.push(fault('unknown-machine', reader.path, 'this machine does not exist', { value: machine, hint }));
    if (by.has(`m${machine}`)) faults.push(fault('duplicate-machine', reader.path, 'this machine stands here twice', { value: machine }));
    by.set(`m${machine}`, duration);
  }
  reader.endRecord(`the machines of operation ${operation}`);
  return { id: String(operation), ...(after.length > 0 ? { after } : {}), duration: { by: Object.fromEntries(by) } };
}

/** Groups tasks that precedences connect, directly or not, into jobs `j0`, `j1`, ... */
function connectedJobs(tasks: readonly TaskFile[]): JobFile[] {
  const parent = tasks.map((_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  };
  tasks.forEach((task, i) => {
    for (const before of task.after ?? []) {
      const a = root(i), b = root(Number(before));
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  });
  const groups = new Map<number, TaskFile[]>();
  tasks.forEach((task, i) => {
    const group = groups.get(root(i));
    if (group === undefined) groups.set(root(i), [task]);
    else group.push(task);
  });
  return [...groups.values()].map((group, k) => ({ id: `j${k}`, tasks: group }));
}
