// Scenario and fault files as they come in: shape by JSON Schema, then what only the whole can tell (names that exist,
// tasks that can run, times in order). All faults are reported together, in one InputError; a file that passes compiles.
import { inputError, nearestName } from './errors.ts';
import { FaultList } from './fault-list.ts';
import { joinPath } from './fault-path.ts';
import { FAULT_PLAN_VERSION, type FaultPlanFile } from './fault-plan.ts';
import { Feasibility } from './feasibility.ts';
import { parseInstant } from './instant.ts';
import { REHEARSAL_VERSION } from './rehearsal.ts';
import { SCENARIO_VERSION, type ScenarioFile } from './scenario.ts';
import { FAULT_PLAN_SCHEMA, SCENARIO_SCHEMA } from './schema.ts';
import { SHARE_VERSION } from './share.ts';
import { ShapeChecker } from './shape-faults.ts';
import { checkFleet } from './validate-fleet.ts';
import { checkFaults } from './validate-faults.ts';
import { checkJobs } from './validate-tasks.ts';

const scenarioShape = new ShapeChecker(SCENARIO_SCHEMA, ['jobs', 'tasks']), faultPlanShape = new ShapeChecker(FAULT_PLAN_SCHEMA, ['faults']);

export interface ScenarioChecks {
  /** It may have no jobs, as that of a live run that waits for them. */
  readonly jobless?: boolean;
  /** So many of its first jobs stood in a scenario that was valid, with the same fleet and settings: what was added is looked at. */
  readonly soundJobs?: number;
}

/** The value itself, as a scenario. Throws one InputError with every fault found. */
export function validateScenario(value: unknown, { jobless = false, soundJobs = 0 }: ScenarioChecks = {}): ScenarioFile {
  refuseOtherVersion(value, SCENARIO_VERSION);
  if (soundJobs > 0 && isSoundAddition(value as ScenarioFile, soundJobs)) return value as ScenarioFile;
  const shape = scenarioShape.check(value), file = value as ScenarioFile;
  const found = new FaultList(jobless ? shape.filter(({ code, path }) => code !== 'empty-list' || path !== 'jobs') : shape);
  if (!found.hopeless) checkScenario(file, found);
  found.raise();
  return file;
}

/** The jobs from `soundJobs` on are valid beside those before them. When not, the scenario is looked at as a whole, so that faults are told as always. */
function isSoundAddition(file: ScenarioFile, soundJobs: number): boolean {
  const part = { ...file, jobs: file.jobs.slice(soundJobs) }, jobs = new Set<string>(), tasks = new Set<string>();
  if (scenarioShape.check(part).length > 0) return false;
  for (let j = 0; j < soundJobs; j++) {
    jobs.add(file.jobs[j]!.id);
    for (const { id } of file.jobs[j]!.tasks) tasks.add(id);
  }
  if (part.jobs.some((job) => jobs.has(job.id) || job.tasks.some(({ id }) => tasks.has(id)))) return false;
  const found = new FaultList([]);
  checkScenario(part, found, tasks);
  return found.count === 0;
}

/** The value itself, as a fault plan; with a scenario also that the names in it exist there. Throws one InputError. */
export function validateFaultPlan(value: unknown, scenario?: ScenarioFile): FaultPlanFile {
  refuseOtherVersion(value, FAULT_PLAN_VERSION);
  const found = new FaultList(faultPlanShape.check(value)), file = value as FaultPlanFile;
  if (!found.hopeless) checkFaults(file, scenario, found);
  found.raise();
  return file;
}

/** `elsewhere`: tasks of other jobs, which may be predecessors. */
function checkScenario(file: ScenarioFile, found: FaultList, elsewhere?: ReadonlySet<string>): void {
  if (typeof file.epoch === 'string') found.parse('bad-epoch', 'epoch', file.epoch, () => parseInstant(file.epoch!));
  found.duration(file.tick, 'tick', { positive: true });
  const horizon = found.duration(file.horizon, 'horizon', { positive: true });
  if (!found.anyWithin('batches')) {
    for (const [key, batch] of Object.entries(file.batches ?? {})) found.duration(batch.setup, `${joinPath('batches', key)}.setup`);
  }
  checkFleet(file.fleet, found);
  const { local = [], cloud = [], api = [], human = [] } = file.fleet, empty = local.length + cloud.length + api.length + human.length === 0;
  if (empty) found.add('empty-fleet', 'fleet', 'has no resources', { hint: 'add a machine, a cloud pool, an API or a person' });
  const feasibility = found.anyWithin('fleet') ? undefined : new Feasibility(file, horizon);
  checkJobs(file, feasibility, found, elsewhere);
  feasibility?.finish(found);
}

/** Throws for a value that is no object of this version: another has other keys, and a list of faults would only confuse. */
export function refuseOtherVersion(value: unknown, version: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw inputError('bad-type', '', 'is not a JSON object', { value });
  const found = (value as { twinclock?: unknown }).twinclock;
  if (found === version) return;
  if (found === undefined) throw inputError('unsupported-version', 'twinclock', 'is missing', { hint: `add "twinclock": "${version}"` });
  throw inputError('unsupported-version', 'twinclock', 'is not a version this program reads', { value: found, hint: versionHint(found, version) });
}

const KINDS: Readonly<Record<string, string>> = { [SCENARIO_VERSION]: 'scenario', [FAULT_PLAN_VERSION]: 'fault plan', [REHEARSAL_VERSION]: 'rehearsal', [SHARE_VERSION]: 'share file' };

function versionHint(found: unknown, version: string): string {
  const is = KINDS[String(found)];
  if (is !== undefined) return `this is a ${is}, not a ${KINDS[version]}`;
  return typeof found === 'string' && nearestName(found, [version]) !== undefined ? `did you mean "${version}"?` : `this program reads "${version}"`;
}
