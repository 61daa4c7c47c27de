// From a validated scenario file to the flat arrays of an Instance. The same scenario gives the same arrays whatever the
// order of its entries in the file: jobs, tasks and fleet are put in canonical order first (ids.ts), and all numbering
// follows from that. Calendars must be resolved to intervals before; reading zones and rules is no task of the engine.
import { compilePools, compilePoolTruth, compileUnits } from './compile-fleet.ts';
import { compileGraph, orderTasks } from './compile-graph.ts';
import { hashedTexts, type CompileMemo } from './compile-memo.ts';
import { compileProfiles, type ProfileColumns } from './compile-profiles.ts';
import { DEFAULT_HORIZON, DEFAULT_TICK } from './defaults.ts';
import { fault, InputError } from './errors.ts';
import { fleetDimensions, fleetPools, namedClasses } from './fleet-pools.ts';
import { canonicalJson, Hash128 } from './hash.ts';
import { compareIds, hashString32, inCanonicalOrder } from './ids.ts';
import { parseInstant } from './instant.ts';
import { REFERENCE_STRETCH, type Instance, type Problem, type Truth } from './problem.ts';
import { packed } from './packed.ts';
import { upwardRanks } from './rank.ts';
import { DEFAULT_EPOCH, type JobFile, type ScenarioFile } from './scenario.ts';
import { parseBandwidth, parseDollars, parseDuration } from './units.ts';

/**
 * Compiles a scenario that `validateScenario` accepts. With a `memo`, faster when most jobs were compiled with it before. Throws InputError `unresolved-calendar` when a person's calendar
 * is still in `ics` or `weekly` form.
 */
export function compileScenario(file: ScenarioFile, memo?: CompileMemo): Instance {
  refuseUnresolvedCalendars(file);
  const ordered = orderTasks(file.jobs), { tasks, jobs, jobFirst } = ordered;
  const dimensions = fleetDimensions(file.fleet), pools = fleetPools(file.fleet, namedClasses(file));
  const batchKeys = Object.keys(file.batches ?? {}).sort(compareIds);
  const profiles = compileProfiles(tasks, pools, dimensions, batchKeys, memo), { taskProfile, taskWork, keptDimensions } = profiles;
  const { predecessorBytes, ...graph } = compileGraph(tasks);
  const taskRank = upwardRanks(graph, meanEstimates(taskProfile, taskWork, profiles.columns));
  const units = compileUnits(pools);
  const problem: Problem = {
    ...settings(file), ...profiles.columns, ...compilePools(pools, keptDimensions), ...units.columns, ...graph, predecessorBytes,
    taskCount: tasks.length, taskIds: tasks.map((task) => task.id), taskKinds: tasks.map((task) => task.kind ?? ''),
    taskJob: ordered.taskJob, taskProfile, taskWork, taskPriority: Int32Array.from(tasks, (task) => task.priority ?? 0), taskRank,
    jobCount: jobs.length, jobIds: jobs.map((job) => job.id), jobFirst, ...jobColumns(jobs, jobFirst, taskRank),
    batchKeys, batchSetup: Float64Array.from(batchKeys, (key) => parseDuration(file.batches![key]!.setup)),
    dimensionCount: keptDimensions.length, dimensionNames: keptDimensions.map((d) => dimensions[d]!),
  };
  const taskKey = Uint32Array.from(tasks, (task) => hashString32(task.id));
  const allTruth: Truth = { ...profiles.truth, taskKey, unitKey: units.unitKey, pools: pools.map(compilePoolTruth) };
  const [packedProblem, packedTruth] = packed(problem, allTruth);
  return { problem: packedProblem, truth: packedTruth, hash: scenarioHash(file, jobs, memo) };
}

function refuseUnresolvedCalendars(file: ScenarioFile): void {
  const faults = (file.fleet.human ?? []).flatMap(({ calendar }, k) => {
    if (calendar === undefined || 'intervals' in calendar || 'always' in calendar) return [];
    const hint = 'resolve calendars before compiling';
    return [fault('unresolved-calendar', `fleet.human[${k}].calendar`, 'is not resolved to intervals', { value: calendar, hint })];
  });
  if (faults.length > 0) throw new InputError(faults);
}

function settings(file: ScenarioFile) {
  const { network } = file.fleet;
  return {
    name: file.name, epochMs: parseInstant(file.epoch ?? DEFAULT_EPOCH), tickMs: parseDuration(file.tick ?? DEFAULT_TICK), eventDriven: file.mode === 'event',
    horizonMs: parseDuration(file.horizon ?? DEFAULT_HORIZON), budget: file.budget === undefined ? Infinity : parseDollars(file.budget),
    networkBandwidth: network === undefined ? Infinity : parseBandwidth(network.bandwidth) / 1000, networkLatency: parseDuration(network?.latency ?? 0),
  };
}

function jobColumns(jobs: readonly JobFile[], jobFirst: Int32Array, taskRank: Float64Array) {
  const jobRelease = Float64Array.from(jobs, (job) => parseDuration(job.release ?? 0));
  const jobDeadline = Float64Array.from(jobs, (job) => (job.deadline === undefined ? Infinity : parseDuration(job.deadline)));
  const jobReference = jobDeadline.map((deadline, j) => {
    if (deadline < Infinity) return deadline;
    let longest = 0;
    for (let t = jobFirst[j]!; t < jobFirst[j + 1]!; t++) longest = Math.max(longest, taskRank[t]!);
    return jobRelease[j]! + REFERENCE_STRETCH * longest;
  });
  return {
    jobRelease, jobDeadline, jobReference, jobWeight: Float64Array.from(jobs, (job) => job.weight ?? 1),
    jobBudget: Float64Array.from(jobs, (job) => (job.budget === undefined ? Infinity : parseDollars(job.budget))),
  };
}

/** Mean over a task's options of the estimated duration, ms. */
function meanEstimates(taskProfile: Int32Array, taskWork: Float64Array, { optionFirst, optionScale }: ProfileColumns): Float64Array {
  return taskWork.map((work, t) => {
    const first = optionFirst[taskProfile[t]!]!, end = optionFirst[taskProfile[t]! + 1]!;
    let sum = 0;
    for (let o = first; o < end; o++) sum += Math.round(work * optionScale[o]!);
    return sum / (end - first);
  });
}

/** Over the canonical JSON of the file, entry by entry: the whole text of a million tasks would not fit a string. */
function scenarioHash(file: ScenarioFile, jobs: readonly JobFile[], memo: CompileMemo | undefined): string {
  const hash = new Hash128(), { local = [], cloud = [], api = [], human = [] } = file.fleet;
  const fleet = { ...file.fleet, local: inCanonicalOrder(local), cloud: inCanonicalOrder(cloud), api: inCanonicalOrder(api), human: inCanonicalOrder(human) };
  hash.addText(canonicalJson({ ...file, jobs: jobs.length, fleet }));
  for (const job of jobs) if (memo === undefined) for (const text of hashedTexts(job)) hash.addText(text); else hash.addWords(memo.hashedWords(job));
  return hash.digest();
}
