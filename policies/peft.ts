// Predict earliest finish time: like HEFT a plan made before the run, but tasks go by their mean optimistic cost, and the
// unit is the one with the earliest finish plus optimistic cost from there to the end, so that a task already looks at
// where its successors would like to be. H. Arabnejad, J. G. Barbosa, IEEE TPDS 25(3), 2014. Carried out as HEFT is.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { optimisticCosts } from './shared/optimistic-costs.ts';
import { PlanExecution } from './shared/plan-execution.ts';
import { planByInsertion } from './shared/static-plan.ts';

export const peft: Policy = {
  name: 'peft',
  summary: 'A static plan by an optimistic cost table, carried out unit by unit (Arabnejad and Barbosa 2014).',
  parameters: { idle: IDLE_PARAMETER },
  prepare(problem, parameters) {
    const { table, rank } = optimisticCosts(problem);
    return new PlanExecution(problem, parameters, planByInsertion(problem, rank, table));
  },
};
