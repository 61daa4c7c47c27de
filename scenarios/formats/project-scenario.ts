// The resource-constrained project scheduling problem (RCPSP) as a scenario, for the two formats it is published in.
// One local unit `project` holds the renewable resources R1, R2, ... as dimensions; an activity holds its requests for
// its whole duration; one period is one second; decisions fall at every change. So a makespan in seconds compares with
// the published one in periods.
import { fault } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { TaskFile } from '../../engine/model/scenario.ts';
import { withoutDummies } from './dummy-tasks.ts';
import { importedScenario, notes, refuseFaults } from './imported.ts';
import type { ImportedScenario } from './imported.ts';

/** One activity as published: number from 1, whole periods, requests per resource, successors by number. */
export interface Activity {
  readonly number: number;
  /** Where its duration and requests stand and where its successors do, for faults: `line 12`. */
  readonly path: string;
  readonly successorsPath: string;
  readonly duration: number;
  readonly requests: readonly number[];
  readonly successors: readonly number[];
}

export interface Project {
  readonly format: string;
  readonly name: string;
  readonly capacities: readonly number[];
  /** In order of their numbers 1..n, supersource and sink included. */
  readonly activities: readonly Activity[];
  readonly dropped?: readonly string[];
}

/** Throws `InputError` with every bad successor and every request beyond capacity. */
export function projectScenario(project: Project): ImportedScenario {
  const { activities, capacities } = project;
  refuseFaults([...successorFaults(activities), ...requestFaults(activities, capacities)]);
  const predecessors = new Map<number, string[]>(activities.map((a) => [a.number, []]));
  for (const a of activities) for (const s of a.successors) predecessors.get(s)!.push(String(a.number));
  const trimmed = withoutDummies(activities.map((a) => ({
    id: String(a.number), duration: a.duration, after: predecessors.get(a.number)!, holds: a.requests.some((r) => r > 0), requests: a.requests,
  })));
  const dimensions = capacities.map((_, k) => `R${k + 1}`);
  const amounts = (values: readonly number[], all: boolean): Record<string, number> =>
    Object.fromEntries(dimensions.map((name, k) => [name, values[k]!] as const).filter(([, value]) => all || value > 0));
  const tasks = trimmed.rows.map(({ id, duration, after, requests, holds }): TaskFile => ({
    id, duration, on: ['local'],
    ...(after.length > 0 ? { after } : {}),
    ...(holds ? { demand: amounts(requests, false) } : {}),
  }));
  return importedScenario({
    format: project.format, name: project.name, mode: 'event',
    description: `Project of ${tasks.length} activities on ${capacities.length} renewable resources (RCPSP)`,
    jobs: [{ id: 'project', tasks }],
    fleet: { dimensions, local: [{ id: 'project', capacity: amounts(capacities, true) }] },
    assumed: ['one period is one second', 'requests are held for the whole duration; activities are not interrupted'],
    dropped: notes(trimmed.dummies > 0 && 'supersource and supersink: they take no time and hold nothing', ...(project.dropped ?? [])),
    counts: { resources: capacities.length, dummies: trimmed.dummies, dummyEdges: trimmed.dummyEdges },
  });
}

function successorFaults(activities: readonly Activity[]): Fault[] {
  return activities.flatMap(({ number, successorsPath: path, successors }) => successors.flatMap((s, i) => {
    if (s < 1 || s > activities.length) {
      const hint = `jobs are 1 to ${activities.length}`;
      return [fault('unknown-task', path, `job ${number} names a successor that does not exist`, { value: s, hint })];
    }
    return successors.indexOf(s) < i ? [fault('duplicate-edge', path, `job ${number} names a successor twice`, { value: s })] : [];
  }));
}

function requestFaults(activities: readonly Activity[], capacities: readonly number[]): Fault[] {
  return activities.flatMap(({ number, path, requests }) => requests.flatMap((request, k) => (request > capacities[k]!
    ? [fault('beyond-capacity', path, `job ${number} requests more of R${k + 1} than its capacity of ${capacities[k]!}`, { value: request })]
    : [])));
}
