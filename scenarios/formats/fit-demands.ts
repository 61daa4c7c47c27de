// Demands of a foreign graph were met on foreign machines. Before they meet another fleet, those that no resource of it
// could hold are lowered to its roomiest one, never without saying so. Memory or cores that a resource does not declare
// are unlimited there.
import { inputError } from '../../engine/model/errors.ts';
import type { FleetFile, TaskFile } from '../../engine/model/scenario.ts';
import { parseMemory } from '../../engine/model/units.ts';
import { counted } from './imported.ts';

/** What one resource has, or one task needs: MiB and cores. */
interface Room {
  readonly memory: number;
  readonly cores: number;
}

/** A task with what it needs of memory (MiB) and cores in place of a demand. */
export interface SizedTask {
  readonly task: TaskFile;
  readonly need: Room;
}

export interface FittedTasks {
  readonly tasks: readonly TaskFile[];
  /** A line for the report if any demand was lowered. */
  readonly assumed: readonly string[];
}

/** Tasks with demands that each fit some local or cloud resource. */
export function fitDemands(tasks: readonly SizedTask[], fleet: FleetFile): FittedTasks {
  const rooms = [...(fleet.local ?? []), ...(fleet.cloud ?? [])]
    .map((r): Room => ({ memory: r.memory === undefined ? Infinity : mebibytes(r.memory), cores: r.cores ?? Infinity }));
  const roomiest = rooms.reduce<Room | undefined>((best, room) => (best === undefined || roomier(room, best) ? room : best), undefined);
  let lowered = 0;
  const fitted = tasks.map(({ task, need }): TaskFile => {
    if (roomiest === undefined || rooms.some((room) => need.memory <= room.memory && need.cores <= room.cores)) return withDemand(task, need);
    lowered++;
    return withDemand(task, { memory: Math.min(need.memory, roomiest.memory), cores: Math.min(need.cores, roomiest.cores) });
  });
  return {
    tasks: fitted,
    assumed: lowered > 0 ? [`memory and cores of ${counted(lowered, 'task')} that fit no resource are lowered to those of the roomiest`] : [],
  };
}

function roomier(room: Room, than: Room): boolean {
  return room.memory > than.memory || (room.memory === than.memory && room.cores > than.cores);
}

function withDemand(task: TaskFile, { memory, cores }: Room): TaskFile {
  const demand = { ...(memory > 0 ? { memory } : {}), ...(cores > 0 ? { cores } : {}) };
  return memory > 0 || cores > 0 ? { ...task, demand } : task;
}

function mebibytes(memory: string | number): number {
  try { return parseMemory(memory); }
  catch (cause) { throw inputError('bad-memory', 'fleet', (cause as Error).message, { value: memory }); }
}
