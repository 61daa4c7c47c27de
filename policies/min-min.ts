// Min-min: of all eligible tasks, each at its earliest completion, the one with the smallest completion is placed first.
// Short tasks first keeps every unit close to its fastest work. O. H. Ibarra, C. E. Kim, "Heuristic algorithms for scheduling
// independent tasks on nonidentical processors", Journal of the ACM 24(2), 1977; in the form of Braun et al. 2001.
import type { Policy } from '../engine/model/policy.ts';
import { batchMapping } from './shared/batch-mapping.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';

export const minMin: Policy = {
  name: 'min-min',
  summary: 'Of all eligible tasks the one with the smallest earliest completion first (Ibarra and Kim 1977).',
  parameters: { idle: IDLE_PARAMETER },
  prepare: (problem, parameters) => batchMapping(problem, parameters, 1),
};
