// What a fault plan means, beyond its shape: times that can be, and, when the scenario is known, names that exist in it.
import { nearestName } from './errors.ts';
import type { FaultList } from './fault-list.ts';
import type { FaultFile, FaultPlanFile } from './fault-plan.ts';
import type { ScenarioFile } from './scenario.ts';
import { suggestion } from './suggestion.ts';
import { fleetIds } from './validate-fleet.ts';

/** Adds the faults of a plan; entries of broken shape are passed over. */
export function checkFaults(plan: FaultPlanFile, scenario: ScenarioFile | undefined, found: FaultList): void {
  plan.faults.forEach((entry, k) => {
    const path = `faults[${k}]`;
    if (found.broken(() => path)) return;
    if ('at' in entry) found.duration(entry.at, `${path}.at`);
    if ('for' in entry) found.duration(entry.for, `${path}.for`, { positive: true });
    if ('notice' in entry) found.duration(entry.notice, `${path}.notice`);
    if (scenario !== undefined) checkNames(entry, path, scenario, found);
  });
}

function checkNames(entry: FaultFile, path: string, scenario: ScenarioFile, found: FaultList): void {
  const { cloud = [], api = [], human = [] } = scenario.fleet, ids = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);
  const check = (key: string, name: string | undefined, known: () => readonly string[], what: string) => {
    if (name === undefined || known().includes(name)) return;
    found.add('unknown-name', `${path}.${key}`, `is no ${what} of the scenario`, { value: name, hint: suggestion(name, known()) });
  };
  if ('pool' in entry) check('pool', entry.pool, () => ids(cloud), 'cloud pool');
  if ('vm' in entry) checkVm(entry.vm, `${path}.vm`, scenario, found);
  if ('runningTask' in entry) check('runningTask', entry.runningTask, () => scenario.jobs.flatMap((job) => ids(job.tasks)), 'task');
  if ('human' in entry) check('human', entry.human, () => ids(human), 'person');
  if ('api' in entry) check('api', entry.api, () => ids(api), 'API');
  if ('resource' in entry) check('resource', entry.resource, () => fleetIds(scenario.fleet), 'resource');
}

function checkVm(vm: string, path: string, { fleet: { cloud = [] } }: ScenarioFile, found: FaultList): void {
  const slash = vm.lastIndexOf('/'), name = vm.slice(0, slash), pool = cloud.find(({ id }) => id === name);
  if (pool === undefined) {
    const near = nearestName(name, cloud.map(({ id }) => id));
    const hint = near === undefined ? 'a VM is called "pool/0"' : `did you mean "${near}/..."?`;
    found.add('unknown-name', path, 'is a VM of no cloud pool of the scenario', { value: vm, hint });
  } else if (Number(vm.slice(slash + 1)) >= pool.max) {
    found.add('unknown-name', path, 'is beyond the last VM of the pool', { value: vm, hint: `"${name}/0" to "${name}/${pool.max - 1}"` });
  }
}
