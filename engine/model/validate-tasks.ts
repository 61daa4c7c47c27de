// What jobs and tasks mean, beyond their shape: ids that tell them apart, predecessors that exist and do not wait for
// each other, names of classes, dimensions and batches that are known. The fleet's side is in feasibility.ts.
import { nearestName } from './errors.ts';
import type { FaultList } from './fault-list.ts';
import { joinPath } from './fault-path.ts';
import type { Feasibility } from './feasibility.ts';
import { fleetDimensions } from './fleet-pools.ts';
import type { JobFile, RunFile, ScenarioFile, TaskFile } from './scenario.ts';
import { RESOURCE_KINDS } from './states.ts';
import { suggestion } from './suggestion.ts';
import { modelsByClass } from './task-options.ts';
import { parseBytes } from './units.ts';
import { checkAmount, fleetIds } from './validate-fleet.ts';
import { findCycles } from './validate-graph.ts';

/** Suggestions search all ids, so they are made for the first few only; no more faults are shown either. */
const SUGGESTIONS = 20, IDS_SEARCHED = 10_000;
const IDS_SHOWN = 12;

interface Place { readonly task: TaskFile; readonly job: number; readonly index: number }
interface Known {
  readonly classes: readonly string[];
  readonly dimensions: readonly string[];
  /** Undefined when they cannot be read. */
  readonly batches: readonly string[] | undefined;
}

const pathOf = ({ job, index }: Place) => `jobs[${job}].tasks[${index}]`;

/** Adds the faults of jobs and tasks; `feasibility` is absent when the fleet is in no state to say. `elsewhere`: ids of tasks that are not in the file and may be waited for. */
export function checkJobs(file: ScenarioFile, feasibility: Feasibility | undefined, found: FaultList, elsewhere: ReadonlySet<string> = new Set()): void {
  const places = soundTasks(file.jobs, found), known = knownNames(file, found);
  checkJobIds(file.jobs, found);
  file.jobs.forEach((job, j) => { if (!found.broken(() => `jobs[${j}]`)) checkJob(job, `jobs[${j}]`, found); });
  for (const place of places) {
    const before = found.count;
    checkTask(place.task, () => pathOf(place), known, found);
    const faultless = found.count === before && !found.touched(() => pathOf(place));
    if (faultless) feasibility?.check(place.task, place.job, () => pathOf(place), found);
  }
  checkPrecedence(file.jobs, places, found, elsewhere);
}

function knownNames(file: ScenarioFile, found: FaultList): Known {
  const batches = found.anyWithin('batches') ? undefined : Object.keys(file.batches ?? {});
  return { classes: [...RESOURCE_KINDS, ...fleetIds(file.fleet)], dimensions: fleetDimensions(file.fleet), batches };
}

/** Tasks whose shape can be relied on, with where they are. */
function soundTasks(jobs: readonly JobFile[], found: FaultList): readonly Place[] {
  const places: Place[] = [];
  jobs.forEach((job, j) => {
    if (!Array.isArray(job?.tasks)) return;
    job.tasks.forEach((task, index) => { if (!found.broken(() => `jobs[${j}].tasks[${index}]`)) places.push({ task, job: j, index }); });
  });
  return places;
}

function checkJobIds(jobs: readonly JobFile[], found: FaultList): void {
  const seen = new Map<string, number>();
  jobs.forEach((job, j) => {
    if (found.broken(() => `jobs[${j}]`)) return;
    const earlier = seen.get(job.id);
    if (earlier !== undefined) found.add('duplicate-id', `jobs[${j}].id`, 'is the id of another job', { value: job.id, hint: `see jobs[${earlier}]` });
    else seen.set(job.id, j);
  });
}

function checkJob(job: JobFile, path: string, found: FaultList): void {
  const release = found.duration(job.release, `${path}.release`), deadline = found.duration(job.deadline, `${path}.deadline`);
  if (deadline !== undefined && deadline <= (release ?? 0)) {
    found.add('deadline-before-release', `${path}.deadline`, 'is not after the release', { value: job.deadline, hint: 'both are since the epoch' });
  }
}

function checkTask(task: TaskFile, path: () => string, known: Known, found: FaultList): void {
  checkDurations(task, path, found);
  if (task.run !== undefined) checkRun(task.run, () => `${path()}.run`, found);
  if (task.demand !== undefined) {
    for (const [name, value] of Object.entries(task.demand)) {
      if (known.dimensions.includes(name)) checkAmount(name, value, joinPath(`${path()}.demand`, name), found);
      else found.add('unknown-dimension', joinPath(`${path()}.demand`, name), 'is no dimension of the fleet', { hint: suggestion(name, known.dimensions) });
    }
  }
  if (task.batchKey !== undefined && known.batches !== undefined && !known.batches.includes(task.batchKey)) {
    found.add('unknown-batch', `${path()}.batchKey`, 'is no key of "batches"', { value: task.batchKey, hint: suggestion(task.batchKey, known.batches) });
  }
  checkClasses(task.on, (k) => `${path()}.on[${k}]`, known, found);
  const by = modelsByClass(task);
  if (by !== undefined) checkClasses(Object.keys(by), (_, name) => joinPath(`${path()}.duration.by`, name), known, found);
  if (typeof task.estimate === 'object') checkClasses(Object.keys(task.estimate.by), (_, name) => joinPath(`${path()}.estimate.by`, name), known, found);
}

function checkDurations(task: TaskFile, path: () => string, found: FaultList): void {
  const { duration, estimate, checkpoint } = task;
  if (typeof duration === 'object' && 'by' in duration) {
    for (const [name, model] of Object.entries(duration.by)) found.distribution(model, joinPath(`${path()}.duration.by`, name));
  } else found.distribution(duration, `${path()}.duration`);
  if (typeof estimate === 'object') for (const [name, value] of Object.entries(estimate.by)) found.duration(value, joinPath(`${path()}.estimate.by`, name));
  else if (estimate !== undefined) found.duration(estimate, `${path()}.estimate`);
  if (checkpoint === undefined) return;
  found.duration(checkpoint.interval, `${path()}.checkpoint.interval`, { positive: true });
  found.duration(checkpoint.cost, `${path()}.checkpoint.cost`);
}

function checkRun(run: RunFile, path: () => string, found: FaultList): void {
  if (run.timeout !== undefined) found.duration(run.timeout, `${path()}.timeout`, { positive: true });
  if (run.command?.[0] === '') found.add('bad-command', `${path()}.command[0]`, 'is empty', { hint: 'the first entry is the program' });
  if (run.command !== undefined && run.shell !== undefined) {
    found.add('two-commands', `${path()}.shell`, 'is given beside "command"', { hint: 'one of them: "command" is not given to a shell, "shell" is' });
  }
}

function checkClasses(names: readonly string[] | undefined, pathOfName: (k: number, name: string) => string, known: Known, found: FaultList): void {
  names?.forEach((name, k) => {
    if (known.classes.includes(name)) return;
    found.add('unknown-class', pathOfName(k, name), 'is neither a kind nor the id of a resource', { value: name, hint: suggestion(name, known.classes) });
  });
}

/** Task ids, predecessors, cycles. */
function checkPrecedence(jobs: readonly JobFile[], places: readonly Place[], found: FaultList, elsewhere: ReadonlySet<string>): void {
  const indexOf = new Map<string, number>();
  places.forEach((place, n) => {
    const earlier = indexOf.get(place.task.id);
    if (earlier === undefined) indexOf.set(place.task.id, n);
    else found.add('duplicate-id', `${pathOf(place)}.id`, 'is the id of another task', { value: place.task.id, hint: `see ${pathOf(places[earlier]!)}` });
  });
  const unreadable = unreadableIds(jobs, indexOf, found), first = new Int32Array(places.length + 1), sources: number[] = [];
  let suggestions = SUGGESTIONS, ids: readonly string[] | undefined;
  const searched = () => ids ??= [...indexOf.keys()].slice(0, IDS_SEARCHED);
  places.forEach((place, n) => {
    const seen = place.task.after !== undefined && place.task.after.length > 0 ? new Set<string>() : undefined;
    place.task.after?.forEach((edge, k) => {
      const id = typeof edge === 'string' ? edge : edge.task, source = indexOf.get(id), path = () => `${pathOf(place)}.after[${k}]`;
      if (typeof edge === 'object' && edge.data !== undefined) found.parse('bad-data-size', `${path()}.data`, edge.data, () => parseBytes(edge.data!));
      if (seen!.has(id)) found.add('duplicate-predecessor', path(), 'is named twice', { value: id });
      else if (id === place.task.id) found.add('self-dependency', path(), 'is the task itself', { value: id, hint: 'a task cannot wait for itself' });
      else if (source !== undefined) sources.push(source);
      else if (unreadable !== 'any' && !unreadable.has(id) && !elsewhere.has(id)) {
        const near = suggestions-- > 0 ? nearestName(id, searched()) : undefined;
        const hint = near === undefined ? 'a predecessor is the id of a task in any job' : `did you mean "${near}"?`;
        found.add('unknown-predecessor', path(), 'is no task of the scenario', { value: id, hint });
      }
      seen!.add(id);
    });
    first[n + 1] = sources.length;
  });
  for (const cycle of findCycles({ first, sources })) reportCycle(cycle.map((n) => places[n]!), found);
}

/** Ids of tasks of broken shape: they exist, whatever else they are. `any` when some cannot even be read. */
function unreadableIds(jobs: readonly JobFile[], indexOf: ReadonlyMap<string, number>, found: FaultList): ReadonlySet<string> | 'any' {
  const ids = new Set<string>();
  for (const [j, job] of jobs.entries()) {
    if (!Array.isArray(job?.tasks)) return 'any';
    for (const [index, task] of job.tasks.entries()) {
      if (!found.broken(() => `jobs[${j}].tasks[${index}]`)) continue;
      if (typeof (task as Partial<TaskFile> | null)?.id !== 'string') return 'any';
      if (!indexOf.has(task.id)) ids.add(task.id);
    }
  }
  return ids;
}

function reportCycle(cycle: readonly Place[], found: FaultList): void {
  const ids = cycle.map((place) => place.task.id), more = ids.length - IDS_SHOWN;
  const shown = more <= 0 ? ids : [...ids.slice(0, IDS_SHOWN), `... ${more} more ...`], message = `tasks wait for each other: ${[...shown, ids[0]!].join(' -> ')}`;
  found.add('cycle', `${pathOf(cycle[0]!)}.after`, message, { hint: 'take one of these predecessors away' });
}
