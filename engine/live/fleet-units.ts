// The units a fleet has, by id, with the code of their kind; one reading of the fleet, that of the compiler.
import { fleetPools } from '../model/fleet-pools.ts';
import type { FleetFile } from '../model/scenario.ts';

export function numberedUnits(fleet: FleetFile): ReadonlyMap<string, number> {
  return new Map(fleetPools(fleet, new Set()).flatMap(({ units, kind }) => units.map((unit) => [unit, kind] as const)));
}
