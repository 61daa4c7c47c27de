// WfFormat has moved its fields about between versions; this is what all of them say, in one shape. The maps from each
// version are tables of field names, and one function each for the two layouts: before 1.5 a task carries everything and
// is known by its name; since 1.5 specification and execution stand apart and are joined by id.
// Source: github.com/wfcommons/WfFormat (schema and its history); the units of memory are those of the instances.
import { fault, inputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { counted, refuseFaults } from './imported.ts';
import { JsonFields } from './json-fields.ts';
import type { JsonObject } from './json-fields.ts';

/** File name -> bytes, undefined where the instance does not say. */
export type FileSizes = ReadonlyMap<string, number | undefined>;

export interface WorkflowTask {
  /** Unique; what `parents` refers to. */
  readonly id: string;
  readonly name: string;
  /** Where it stands in the file, for faults. */
  readonly path: string;
  /** Ids, each once. */
  readonly parents: readonly string[];
  readonly inputs: FileSizes;
  readonly outputs: FileSizes;
  readonly runtimeSeconds: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly cores: number | undefined;
  /** A task of the workflow system itself, such as staging data in. */
  readonly auxiliary: boolean;
}

export interface WorkflowTrace {
  readonly version: string;
  readonly name: string;
  readonly tasks: readonly WorkflowTask[];
  readonly notes: readonly string[];
}

/** Names of fields in the versions that keep everything in the task. Memory is in kB (1000 bytes) or in bytes. */
interface Layout {
  readonly tasks: 'jobs' | 'tasks';
  readonly runtime: string;
  readonly size: string;
  readonly memory: string;
  readonly memoryUnit: number;
}

const JOBS: Layout = { tasks: 'jobs', runtime: 'runtime', size: 'size', memory: 'memory', memoryUnit: 1000 };
const TASKS: Layout = { ...JOBS, tasks: 'tasks' };
const UNITS: Layout = { tasks: 'tasks', runtime: 'runtimeInSeconds', size: 'sizeInBytes', memory: 'memoryInBytes', memoryUnit: 1 };
const LAYOUTS: ReadonlyMap<string, Layout | 'split'> = new Map<string, Layout | 'split'>([
  ['0.1', JOBS], ['0.2', JOBS], ['1.0', JOBS], ['1.1', JOBS], ['1.2', JOBS], ['1.3', TASKS], ['1.4', UNITS], ['1.5', 'split'],
]);

/** Over thirty years; more would not be exact in ms. */
const SECONDS_MAX = 1e9;
const CORES_MAX = 1e6;

/** What the document says, whatever its version. Throws `InputError` with every field of the wrong type. */
export function workflowTrace(document: unknown): WorkflowTrace {
  const fields = new JsonFields(), root = fields.object(document, ''), workflow = fields.object(root['workflow'], 'workflow');
  refuseFaults(fields.faults);
  const stated = root['schemaVersion'], version = stated === undefined ? guessVersion(workflow) : String(stated);
  const layout = LAYOUTS.get(version);
  if (layout === undefined) {
    const hint = `known are ${[...LAYOUTS.keys()].join(', ')}`;
    throw inputError('unknown-version', 'schemaVersion', 'this version of WfFormat is not known', { value: stated, hint });
  }
  const { tasks, children } = layout === 'split' ? splitTasks(fields, workflow) : flatTasks(fields, workflow, layout);
  refuseFaults(fields.faults);
  const linked = withParents(tasks, children);
  return {
    version, name: typeof root['name'] === 'string' ? root['name'] : '', tasks: linked.tasks,
    notes: [
      ...(stated === undefined ? [`schema version ${version}, from the fields present`] : []),
      ...(linked.fromChildren > 0 ? [`${counted(linked.fromChildren, 'edge')} that only the list of children names`] : []),
    ],
  };
}

function guessVersion(workflow: JsonObject): string {
  if ('specification' in workflow) return '1.5';
  if ('jobs' in workflow) return '1.2';
  return 'makespanInSeconds' in workflow ? '1.4' : '1.3';
}

interface Listed {
  readonly tasks: readonly WorkflowTask[];
  /** By task, ids of those after it. */
  readonly children: readonly (readonly string[])[];
}

function flatTasks(fields: JsonFields, workflow: JsonObject, layout: Layout): Listed {
  const at = `workflow.${layout.tasks}`, children: (readonly string[])[] = [];
  const tasks = fields.list(workflow[layout.tasks], at).map((item, i): WorkflowTask => {
    const path = `${at}[${i}]`, task = fields.object(item, path), name = fields.text(task['name'], `${path}.name`);
    const files = fields.list(task['files'] ?? [], `${path}.files`).map((file, k) => fields.object(file, `${path}.files[${k}]`));
    const linked = (link: string): FileSizes => new Map(files.flatMap((file, k) => (file['link'] === link
      ? [[fields.text(file['name'], `${path}.files[${k}].name`), fields.amount(file[layout.size], `${path}.files[${k}].${layout.size}`)] as const]
      : [])));
    const memory = fields.amount(task[layout.memory], `${path}.${layout.memory}`);
    children.push(fields.texts(task['children'] ?? [], `${path}.children`));
    return {
      id: name, name, path, parents: fields.texts(task['parents'] ?? [], `${path}.parents`), inputs: linked('input'), outputs: linked('output'),
      runtimeSeconds: fields.amount(task[layout.runtime], `${path}.${layout.runtime}`, SECONDS_MAX),
      memoryBytes: memory === undefined ? undefined : memory * layout.memoryUnit,
      cores: fields.amount(task['cores'], `${path}.cores`, CORES_MAX), auxiliary: task['type'] === 'auxiliary',
    };
  });
  return { tasks, children };
}

function splitTasks(fields: JsonFields, workflow: JsonObject): Listed {
  const at = 'workflow.specification', specification = fields.object(workflow['specification'], at), children: (readonly string[])[] = [];
  const execution = fields.object(workflow['execution'] ?? {}, 'workflow.execution');
  const runs = new Map(fields.list(execution['tasks'] ?? [], 'workflow.execution.tasks').map((item, i) => {
    const path = `workflow.execution.tasks[${i}]`, run = fields.object(item, path);
    return [fields.text(run['id'], `${path}.id`), { run, path }] as const;
  }));
  const sizes = new Map(fields.list(specification['files'] ?? [], `${at}.files`).map((item, i) => {
    const path = `${at}.files[${i}]`, file = fields.object(item, path);
    return [fields.text(file['id'], `${path}.id`), fields.amount(file['sizeInBytes'], `${path}.sizeInBytes`)] as const;
  }));
  const tasks = fields.list(specification['tasks'], `${at}.tasks`).map((item, i): WorkflowTask => {
    const path = `${at}.tasks[${i}]`, task = fields.object(item, path), id = fields.text(task['id'], `${path}.id`);
    const files = (key: string): FileSizes => new Map(fields.texts(task[key] ?? [], `${path}.${key}`).map((file) => [file, sizes.get(file)]));
    const { run, path: runPath } = runs.get(id) ?? { run: {} as JsonObject, path };
    children.push(fields.texts(task['children'] ?? [], `${path}.children`));
    return {
      id, name: fields.text(task['name'] ?? id, `${path}.name`), path, parents: fields.texts(task['parents'] ?? [], `${path}.parents`),
      inputs: files('inputFiles'), outputs: files('outputFiles'),
      runtimeSeconds: fields.amount(run['runtimeInSeconds'], `${runPath}.runtimeInSeconds`, SECONDS_MAX),
      memoryBytes: fields.amount(run['memoryInBytes'], `${runPath}.memoryInBytes`),
      cores: fields.amount(run['coreCount'], `${runPath}.coreCount`, CORES_MAX), auxiliary: false,
    };
  });
  return { tasks, children };
}

/** Joins both directions of the edges, each once. Throws `InputError` for ids that repeat or do not exist. */
function withParents(tasks: readonly WorkflowTask[], children: Listed['children']): { tasks: WorkflowTask[]; fromChildren: number } {
  const parents = new Map<string, Set<string>>(), faults: Fault[] = [];
  for (const { id, path } of tasks) {
    if (parents.has(id)) faults.push(fault('duplicate-task', path, 'two tasks have the same name or id', { value: id }));
    parents.set(id, new Set());
  }
  let fromChildren = 0;
  const link = (from: string, to: string, path: string, missing: string): boolean => {
    const known = parents.get(to);
    if (known === undefined || !parents.has(from)) {
      faults.push(fault('unknown-task', path, 'this task does not exist', { value: missing }));
      return false;
    }
    return known.size < known.add(from).size;
  };
  for (const task of tasks) task.parents.forEach((parent, i) => link(parent, task.id, `${task.path}.parents[${i}]`, parent));
  tasks.forEach((task, t) => children[t]!.forEach((child, i) => { if (link(task.id, child, `${task.path}.children[${i}]`, child)) fromChildren++; }));
  refuseFaults(faults);
  return { tasks: tasks.map((task) => ({ ...task, parents: [...parents.get(task.id)!] })), fromChildren };
}
