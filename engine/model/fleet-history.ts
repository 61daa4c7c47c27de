// A run whose fleet changed speaks of resources that are gone. Here is its last scenario with a fleet that still has them, so
// that what is told of the run knows every name. Nothing but them is added to what is there now.
import { compileScenario } from './compile.ts';
import type { Instance } from './problem.ts';
import type { FleetFile, ScenarioFile } from './scenario.ts';

/** A stretch of a run with one fleet, and the units it has. */
export interface Stretch {
  readonly fleet: FleetFile;
  readonly unitIds: readonly string[];
}

interface Entry { readonly id: string; readonly count?: number; readonly max?: number }

const PARTS = ['local', 'cloud', 'api', 'human'] as const;
type Part = (typeof PARTS)[number];

/**
 * `last` itself when it knows every unit of the stretches before it, the oldest first; else it, compiled anew with the fleets they
 * had. `file`, whose calendars are resolved, is its scenario. Tasks and jobs have the same numbers in both, units need not.
 */
export function historyInstance(file: ScenarioFile, last: Instance, earlier: readonly Stretch[]): Instance {
  const known = new Set(last.problem.unitIds);
  if (earlier.every(({ unitIds }) => unitIds.every((id) => known.has(id)))) return last;
  return compileScenario({ ...file, fleet: historyFleet(file.fleet, earlier) });
}

/** `last` with everything that has gone. */
export function historyFleet(last: FleetFile, earlier: readonly Stretch[]): FleetFile {
  return earlier.reduceRight((fleet, stretch) => (stretch.fleet === last ? fleet : withRetired(fleet, stretch.fleet)), last);
}

/**
 * `fleet` with what `before` had and it has not: entries as they were, and as many machines as there were. A machine that became
 * several is an entry beside them, of the same id; an entry whose units are those of another kind now is left as it is now.
 */
export function withRetired(fleet: FleetFile, before: FleetFile): FleetFile {
  const lists = new Map<Part, Entry[]>(PARTS.map((part) => [part, [...fleet[part] ?? []]])), owners = new Map<string, Part>();
  for (const [part, entries] of lists) for (const entry of entries) owners.set(unitNames(part, entry), part);
  for (const part of PARTS) {
    const now = lists.get(part)!;
    for (const entry of before[part] ?? []) {
      const names = unitNames(part, entry), owner = owners.get(names);
      if (owner === undefined) now.push(entry);
      if (owner !== part) continue;
      const k = now.findIndex((other) => unitNames(part, other) === names);
      now[k] = larger(now[k]!, entry);
    }
  }
  const dimensions = [...new Set([...fleet.dimensions ?? [], ...before.dimensions ?? []])];
  return { ...fleet, ...(dimensions.length === 0 ? {} : { dimensions }), ...Object.fromEntries([...lists].filter(([, entries]) => entries.length > 0)) };
}

/** How the units of an entry are called: by its id, or by its id and numbers. */
const unitNames = (part: Part, { id, count = 1 }: Entry): string => (part === 'cloud' || count > 1 ? `${id}/` : id);

const larger = (now: Entry, was: Entry): Entry => ({
  ...now, ...(was.count === undefined ? {} : { count: Math.max(now.count ?? 1, was.count) }), ...(was.max === undefined ? {} : { max: Math.max(now.max!, was.max) }),
});
