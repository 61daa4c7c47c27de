// Heterogeneous earliest finish time: a plan made before the run, tasks by descending upward rank, each inserted where it
// ends first over all units; then carried out unit by unit. On demand only; money, deadlines and user priority do not
// enter. H. Topcuoglu, S. Hariri, M.-Y. Wu, IEEE TPDS 13(3), 2002. What the paper leaves open: shared/static-plan.ts; what
// happens when reality differs from the plan: shared/plan-execution.ts.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { PlanExecution } from './shared/plan-execution.ts';
import { upwardRanks } from './shared/ranks.ts';
import { planByInsertion } from './shared/static-plan.ts';

export const heft: Policy = {
  name: 'heft',
  summary: 'A static plan by upward rank with insertion, carried out unit by unit (Topcuoglu et al. 2002).',
  parameters: { idle: IDLE_PARAMETER },
  prepare: (problem, parameters) => new PlanExecution(problem, parameters, planByInsertion(problem, upwardRanks(problem))),
};
