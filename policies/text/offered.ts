// What a policy's text may import: the policy port, the model's names for states, working time, exact arithmetic, and the
// building blocks of the built-in policies. A module is named by its path in the project, however the text gets there:
// `./shared/rows.ts` beside the built-in policies, `twinclock/policies/shared/rows.ts` anywhere else. What is handed out is
// frozen: nothing a text does to it reaches another policy.
import * as exactMath from '../../engine/model/exact-math.ts';
import * as port from '../../engine/model/policy.ts';
import * as problem from '../../engine/model/problem.ts';
import * as states from '../../engine/model/states.ts';
import * as workingTime from '../../engine/model/working-time.ts';
import * as batchMapping from '../shared/batch-mapping.ts';
import * as costReference from '../shared/cost-reference.ts';
import * as idleRelease from '../shared/idle-release.ts';
import * as listDispatch from '../shared/list-dispatch.ts';
import * as market from '../shared/market.ts';
import * as meanCosts from '../shared/mean-costs.ts';
import * as optimisticCosts from '../shared/optimistic-costs.ts';
import * as peopleLines from '../shared/people-lines.ts';
import * as planExecution from '../shared/plan-execution.ts';
import * as ranks from '../shared/ranks.ts';
import * as rows from '../shared/rows.ts';
import * as staticPlan from '../shared/static-plan.ts';
import * as taskHeap from '../shared/task-heap.ts';
import * as taskOrder from '../shared/task-order.ts';
import * as timeline from '../shared/timeline.ts';
import * as waitingTasks from '../shared/waiting-tasks.ts';

type Values = Readonly<Record<string, unknown>>;

/** By path in the project. */
export const OFFERED: Readonly<Record<string, Values>> = {
  'engine/model/policy.ts': frozen(port),
  'engine/model/problem.ts': frozen(problem),
  'engine/model/states.ts': frozen(states),
  'engine/model/working-time.ts': frozen(workingTime),
  'engine/model/exact-math.ts': frozen(exactMath),
  'policies/shared/batch-mapping.ts': frozen(batchMapping),
  'policies/shared/cost-reference.ts': frozen(costReference),
  'policies/shared/idle-release.ts': frozen(idleRelease),
  'policies/shared/list-dispatch.ts': frozen(listDispatch),
  'policies/shared/market.ts': frozen(market),
  'policies/shared/mean-costs.ts': frozen(meanCosts),
  'policies/shared/optimistic-costs.ts': frozen(optimisticCosts),
  'policies/shared/people-lines.ts': frozen(peopleLines),
  'policies/shared/plan-execution.ts': frozen(planExecution),
  'policies/shared/ranks.ts': frozen(ranks),
  'policies/shared/rows.ts': frozen(rows),
  'policies/shared/static-plan.ts': frozen(staticPlan),
  'policies/shared/task-heap.ts': frozen(taskHeap),
  'policies/shared/task-order.ts': frozen(taskOrder),
  'policies/shared/timeline.ts': frozen(timeline),
  'policies/shared/waiting-tasks.ts': frozen(waitingTasks),
};

/** The offered module that an import means, or undefined. */
export function offeredPath(specifier: string): string | undefined {
  const bare = specifier.replace(/^(?:twinclock\/|(?:\.{1,2}\/)+)/, '').replace(/(?:\.[jt]s)?$/, '.ts');
  return [bare, `policies/${bare}`].find((path) => Object.hasOwn(OFFERED, path));
}

/** How a text anywhere names an offered module. */
export const specifierOf = (path: string): string => `twinclock/${path}`;

function frozen(module: object): Values {
  return Object.freeze(Object.fromEntries(Object.entries(module).map(([name, value]) => [name, deepFreeze(value)])));
}

/** Plain objects and arrays of constants; functions and classes are shared as they are. */
function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
