// Whether a plan of faults can be done to this run at all: every fault, on every entry it strikes, by the driver that serves it. What
// cannot be done is refused before anything is touched, each with its reason; which kinds there are to choose from is told beforehand.
import type { Driver } from '../driver.ts';
import type { LiveFault } from '../driver-faults.ts';
import { InputError, fault, type Fault } from '../../model/errors.ts';
import type { FaultFile, FaultPlanFile } from '../../model/fault-plan.ts';
import type { Problem } from '../../model/problem.ts';
import { API, CLOUD, HUMAN } from '../../model/states.ts';
import { validateFaultPlan } from '../../model/validate.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { compileFaults, type CompiledFault } from '../../sim/faults.ts';
import type { Injectable } from '../operations.ts';

export interface InjectablePorts {
  readonly problem: Problem;
  /** Micro-dollars; Infinity for none. */
  readonly budget: number;
  /** A fault of the budget is on already. */
  readonly budgetTaken: boolean;
  /** Fleet entry of a unit. */
  readonly entryOf: (unit: number) => string;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly driverName: (entry: string) => string;
}

const NO_BUDGET = 'the run has no budget to come back to afterwards', ONE_BUDGET = 'one fault of the budget can be on at a time';

/** The plan, checked against the scenario as it is now. Throws `InputError`: faults of the file, unknown names, `cannot-inject`. */
export function injectablePlan(value: unknown, scenario: ScenarioFile, ports: InjectablePorts): FaultPlanFile {
  const plan = validateFaultPlan(value, scenario), compiled = compileFaults(plan, ports.problem), found: Fault[] = [];
  let budgets = ports.budgetTaken ? 1 : 0;
  compiled.forEach((f, k) => {
    const refuse = (message: string, hint?: string): void => { found.push(fault('cannot-inject', `faults[${k}]`, message, { value: plan.faults[k]!.kind, ...(hint === undefined ? {} : { hint }) })); };
    if (f.kind === 'budget') {
      if (ports.budget === Infinity) refuse(NO_BUDGET, 'set one first: twinclock adjust --budget <dollars>');
      else if (budgets++ > 0) refuse(ONE_BUDGET);
      return;
    }
    const struck = entriesOf(f, ports);
    if (struck.length === 0) refuse('there is nothing in the fleet that it could strike');
    for (const entry of struck) {
      const why = refusalOf(actOf(f), entry, ports);
      if (why !== undefined) refuse(why, 'leave it out, or rehearse it in simulation: twinclock rehearse');
    }
  });
  if (found.length > 0) throw new InputError(found);
  return plan;
}

/** Why the driver of the entry cannot do this to it; undefined when it can. */
function refusalOf(act: LiveFault['kind'], entry: string, { drivers, driverName }: InjectablePorts): string | undefined {
  const can = drivers.get(entry)?.faults;
  return can === undefined ? `the ${driverName(entry)} driver of ${entry} has no way to make this happen` : can.refusal(act, entry);
}

type Kind = FaultFile['kind'];
const ON_CLOUD: readonly Kind[] = ['terminate', 'terminate-working', 'storm', 'no-capacity', 'price'], ON_ALL: readonly Kind[] = ['slow-down'];
/** Kinds that can strike an entry at all, by kind of resource. */
const STRIKE: Readonly<Record<number, readonly Kind[]>> = { [CLOUD]: ON_CLOUD, [HUMAN]: ['away'], [API]: ['outage'] };

/** Every kind of fault on every entry of the fleet that it could strike, and that of the budget. */
export function injectableKinds(ports: InjectablePorts): Injectable[] {
  const { problem, entryOf, budget, budgetTaken } = ports, kinds = new Map(problem.unitIds.map((_, unit) => [entryOf(unit), problem.unitKind[unit]!]));
  const onFleet = [...kinds].flatMap(([entry, resource]) => [...STRIKE[resource] ?? [], ...ON_ALL].map((kind) => ({ kind, entry, refusal: refusalOf(actOf({ kind: kind as Exclude<Kind, 'budget'> }), entry, ports) })));
  return [...onFleet, { kind: 'budget', entry: '', refusal: budget === Infinity ? NO_BUDGET : budgetTaken ? ONE_BUDGET : undefined }];
}

/** What a driver is asked to do for it. */
export function actOf({ kind }: Pick<Exclude<CompiledFault, { readonly kind: 'budget' }>, 'kind'>): LiveFault['kind'] {
  return kind === 'storm' || kind === 'terminate-working' ? 'terminate' : kind;
}

/** Fleet entries it strikes, each once. */
export function entriesOf(f: CompiledFault, { problem, entryOf }: Pick<InjectablePorts, 'problem' | 'entryOf'>): string[] {
  const ofPool = (pool: number): string[] => (pool < 0 ? [] : [entryOf(problem.poolFirst[pool]!)]);
  switch (f.kind) {
    case 'budget': return [];
    case 'away': case 'outage': return [entryOf(f.unit)];
    case 'slow-down': return [...new Set(f.units.map(entryOf))];
    case 'price': return f.pools.filter((p) => problem.poolSpotPrice[p]! >= 0).flatMap(ofPool);
    case 'no-capacity': case 'storm': case 'terminate-working': return f.pools.flatMap(ofPool);
    case 'terminate':
      if (f.unit >= 0) return [entryOf(f.unit)];
      return f.task >= 0 ? cloudPoolsOf(problem, f.task).flatMap(ofPool) : ofPool(f.pool);
  }
}

/** Cloud pools the task may run in. */
function cloudPoolsOf(problem: Problem, task: number): number[] {
  const profile = problem.taskProfile[task]!, pools: number[] = [];
  for (let o = problem.optionFirst[profile]!; o < problem.optionFirst[profile + 1]!; o++) {
    const pool = problem.optionPool[o]!;
    if (problem.poolKind[pool] === CLOUD && !pools.includes(pool)) pools.push(pool);
  }
  return pools;
}
