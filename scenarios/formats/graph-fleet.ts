// What a plain task graph runs on, one that knows durations but no demands: a fleet it is given, a number of identical
// processors, or else the default fleet.
import type { FleetFile, TaskFile } from '../../engine/model/scenario.ts';
import { DEFAULT_FLEET, DEFAULT_FLEET_NOTES, processorFleet } from './default-fleet.ts';
import { fitDemands } from './fit-demands.ts';
import type { FittedTasks } from './fit-demands.ts';
import type { ProcessorsOption } from './imported.ts';

export interface ChosenFleet {
  readonly fleet: FleetFile;
  /** Undefined unless the fleet is nothing but processors. */
  readonly processors: number | undefined;
  readonly invented: readonly string[];
}

/** A given fleet wins over processors. `bytesPerSecond` is the network between processors, if data takes time. */
export function chooseFleet({ fleet, processors }: ProcessorsOption, bytesPerSecond?: number): ChosenFleet {
  if (fleet !== undefined) return { fleet, processors: undefined, invented: [] };
  if (processors !== undefined) return { fleet: processorFleet(processors, bytesPerSecond), processors, invented: [] };
  return { fleet: DEFAULT_FLEET, processors: undefined, invented: DEFAULT_FLEET_NOTES };
}

/** The tasks on processors as they are, elsewhere with one core each. */
export function onFleet(tasks: readonly TaskFile[], { fleet, processors }: ChosenFleet): FittedTasks {
  if (processors !== undefined) return { tasks: tasks.map((task) => ({ ...task, on: ['local'] })), assumed: [] };
  const fitted = fitDemands(tasks.map((task) => ({ task, need: { memory: 0, cores: 1 } })), fleet);
  return { tasks: fitted.tasks, assumed: ['a task takes one core', ...fitted.assumed] };
}
