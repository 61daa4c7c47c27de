// Which VMs a fault takes, by what the kernel knows at this instant: the same choice as in simulation (sim/fault-injector.ts).
import { optionOf, workLeft } from '../../kernel/estimates.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { CLOUD, RUNNING, SCHEDULED, SPOT, VM_DRAINING, VM_OFF, VM_READY, VM_REQUESTED } from '../../model/states.ts';
import type { CompiledFault } from '../../sim/faults.ts';

type Kill<K extends CompiledFault['kind']> = Extract<CompiledFault, { readonly kind: K }>;

const isUp = ({ state }: Kernel, unit: number): boolean => state.vmState[unit] !== VM_OFF && state.vmState[unit] !== VM_REQUESTED;

/** Units a `terminate` takes now. */
export function targetsOf(kernel: Kernel, f: Kill<'terminate'>): number[] {
  const { problem, state } = kernel;
  if (f.unit >= 0) return isUp(kernel, f.unit) ? [f.unit] : [];
  if (f.task >= 0) {
    const on = state.unitOf(f.task), placed = state.taskState[f.task] === RUNNING || state.taskState[f.task] === SCHEDULED;
    return placed && problem.unitKind[on] === CLOUD && isUp(kernel, on) ? [on] : [];
  }
  return unitsOf(kernel, [f.pool], () => true).slice(0, f.count);
}

/** Spot VMs a storm can strike now. */
export const exposed = (kernel: Kernel, pools: readonly number[]): number[] => unitsOf(kernel, pools, (unit) => kernel.state.market[unit] === SPOT);

function unitsOf(kernel: Kernel, pools: readonly number[], wanted: (unit: number) => boolean): number[] {
  const { poolFirst } = kernel.problem, found: number[] = [];
  for (const p of pools) for (let u = poolFirst[p]!; u < poolFirst[p + 1]!; u++) if (isUp(kernel, u) && wanted(u)) found.push(u);
  return found;
}

/** A VM whose first task comes to its share of work at `at`. */
export interface WorkingVm { readonly unit: number; readonly at: number }

/** VMs at work that a `terminate-working` has its eye on, by the expected durations; `setupOf`: ms of the placement of a task. */
export function workingVms(kernel: Kernel, f: Kill<'terminate-working'>, setupOf: (task: number) => number): WorkingVm[] {
  const { problem, state } = kernel;
  return unitsOf(kernel, f.pools, (unit) => state.vmState[unit] === VM_READY && (!f.spotOnly || state.market[unit] === SPOT)).flatMap((unit) => {
    for (let t = state.firstOnUnit(unit); t >= 0; t = state.nextOnUnit(t)) {
      if (state.taskState[t] !== RUNNING) continue;
      return [{ unit, at: state.sinceOf(t) + setupOf(t) + Math.round(f.atProgress * workLeft(kernel, t, optionOf(problem, t, problem.unitPool[unit]!))) }];
    }
    return [];
  });
}

/** The life of the VM is over. */
export function isGone({ state }: Kernel, unit: number, life: number): boolean {
  return unit < 0 || state.vmLife[unit] !== life || state.vmState[unit] === VM_OFF;
}

export const isDoomed = ({ state }: Kernel, unit: number): boolean => state.vmState[unit] === VM_DRAINING;
