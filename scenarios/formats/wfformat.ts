// Reads recorded scientific workflows in WfFormat 0.1 to 1.5 (WfCommons, Pegasus). A task runs for its recorded runtime
// on the reference core, whatever machine it was recorded on: the momentary MHz of the traces are no measure of speed.
// What a parent hands to a child is the sum of the files it writes and the child reads. The recorded makespan contains
// waiting, transfers and the batch system: nothing here aims at it.
// Source: T. Coleman et al., "WfCommons: a framework for enabling scientific workflow research and development",
// Future Generation Computer Systems 128 (2022) 16-27; schema at github.com/wfcommons/WfFormat.
import { inputError } from '../../engine/model/errors.ts';
import type { PredecessorText } from '../../engine/model/scenario.ts';
import { DEFAULT_FLEET, DEFAULT_FLEET_NOTES } from './default-fleet.ts';
import { fitDemands } from './fit-demands.ts';
import type { SizedTask } from './fit-demands.ts';
import { counted, importedScenario, notes } from './imported.ts';
import type { FleetOption, ImportedScenario } from './imported.ts';
import { parseJson } from './json-fields.ts';
import { taskKind } from './task-kind.ts';
import { workflowTrace } from './workflow-trace.ts';
import type { WorkflowTask } from './workflow-trace.ts';

const MEBIBYTE = 1024 * 1024;

/** Reads JSON text of any known version, which is detected. Throws `InputError` with paths into the document. */
export function readWfFormat(text: string, options: FleetOption = {}): ImportedScenario {
  return wfFormatScenario(parseJson(text), options);
}

/** The same for a document that is parsed already. */
export function wfFormatScenario(document: unknown, options: FleetOption = {}): ImportedScenario {
  const trace = workflowTrace(document), fleet = options.fleet ?? DEFAULT_FLEET;
  const count = (has: (task: WorkflowTask) => boolean): number => trace.tasks.filter(has).length;
  const unknownRuntimes = count((task) => task.runtimeSeconds === undefined);
  if (unknownRuntimes > 0 && unknownRuntimes === trace.tasks.length) {
    throw inputError('no-runtimes', 'workflow', 'no task has a runtime', { hint: 'an instance needs its execution part' });
  }
  const outputs = new Map(trace.tasks.map((task) => [task.id, task.outputs]));
  const { tasks, assumed } = fitDemands(trace.tasks.map((task) => sizedTask(task, outputs)), fleet);
  const files = fileFacts(trace.tasks);
  const auxiliary = count((task) => task.auxiliary), unknownMemory = count((task) => !(task.memoryBytes! > 0));
  const tiny = count((task) => task.memoryBytes! > 0 && task.memoryBytes! < MEBIBYTE);
  const finer = count(({ runtimeSeconds = 0 }) => Math.abs(Math.round(runtimeSeconds * 1000) - runtimeSeconds * 1000) > 1e-6);
  const name = options.name ?? (trace.name === '' ? 'workflow' : trace.name);
  return importedScenario({
    format: `wfformat/${trace.version}`, mode: 'event', name, description: `Recorded workflow of ${tasks.length} tasks (WfFormat ${trace.version})`,
    jobs: [{ id: 'workflow', tasks }], fleet,
    assumed: notes(
      ...trace.notes,
      'recorded runtimes hold on the reference core, whatever machine they were recorded on',
      finer > 0 && `runtimes of ${counted(finer, 'task')} are rounded to the millisecond`,
      'decisions are made at every change (mode event), not on a 30 s grid',
      'a task takes the cores it states, or one',
      unknownMemory < tasks.length && 'memory held is the recorded resident set size, rounded up to the MiB',
      tiny > 0 && `memory below 1 MiB of ${counted(tiny, 'task')} is taken as stated (some instances may mean kB)`,
      files.read > 0 && 'all that a parent writes for a child moves as one piece, when the parent ends',
      auxiliary > 0 && `${counted(auxiliary, 'auxiliary task')} (staging, directories) kept as tasks`,
      ...assumed,
    ),
    dropped: notes(
      'recorded machines, CPU use, commands, priorities, bytes read and written, and the recorded makespan',
      files.outside > 0 && `${counted(files.outside, 'file')} (${files.outsideBytes} bytes) from outside the workflow: there from the start`,
      files.distant > 0 && `transfers of ${counted(files.distant, 'file reading')} from a task that is no parent`,
    ),
    invented: notes(
      unknownRuntimes > 0 && `a runtime of zero for ${counted(unknownRuntimes, 'task')} without one`,
      files.unsized > 0 && `a size of zero for ${counted(files.unsized, 'output file')} without one`,
      unknownMemory > 0 && `no memory held by ${counted(unknownMemory, 'task')} without a figure`,
      ...(fleet === DEFAULT_FLEET ? DEFAULT_FLEET_NOTES : []),
    ),
    counts: { files: files.all, zeroRuntime: count((task) => task.runtimeSeconds === 0), auxiliary },
  });
}

function sizedTask(task: WorkflowTask, outputs: ReadonlyMap<string, WorkflowTask['outputs']>): SizedTask {
  const kind = taskKind(task.name);
  const after = task.parents.map((parent): PredecessorText => {
    let data = 0;
    for (const [file, bytes] of outputs.get(parent)!) if (task.inputs.has(file)) data += bytes ?? 0;
    return data > 0 ? { task: parent, data } : parent;
  });
  return {
    task: { id: task.id, ...(kind === '' ? {} : { kind }), ...(after.length > 0 ? { after } : {}), duration: task.runtimeSeconds ?? 0 },
    need: { memory: Math.ceil((task.memoryBytes ?? 0) / MEBIBYTE), cores: task.cores ?? 1 },
  };
}

interface FileFacts {
  readonly all: number;
  /** Files that a child reads from a parent. */
  readonly read: number;
  readonly unsized: number;
  readonly outside: number;
  readonly outsideBytes: number;
  readonly distant: number;
}

function fileFacts(tasks: readonly WorkflowTask[]): FileFacts {
  const producers = new Map<string, string[]>(), outside = new Map<string, number>(), all = new Set<string>();
  let unsized = 0, distant = 0, read = 0;
  for (const task of tasks) {
    for (const [file, bytes] of task.outputs) {
      all.add(file);
      producers.set(file, [...(producers.get(file) ?? []), task.id]);
      if (bytes === undefined) unsized++;
    }
  }
  for (const task of tasks) {
    const parents = new Set(task.parents);
    for (const [file, bytes] of task.inputs) {
      all.add(file);
      const sources = producers.get(file);
      if (sources === undefined) outside.set(file, bytes ?? 0);
      else if (sources.some((source) => parents.has(source))) read++;
      else if (!sources.includes(task.id)) distant++;
    }
  }
  return { all: all.size, read, unsized, outside: outside.size, outsideBytes: [...outside.values()].reduce((sum, bytes) => sum + bytes, 0), distant };
}
