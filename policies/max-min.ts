// Max-min: of all eligible tasks, each at its earliest completion, the one with the largest completion is placed first.
// Long tasks first leaves the short ones to fill the gaps at the end. O. H. Ibarra, C. E. Kim, "Heuristic algorithms for scheduling
// independent tasks on nonidentical processors", Journal of the ACM 24(2), 1977; in the form of Braun et al. 2001.
import type { Policy } from '../engine/model/policy.ts';
import { batchMapping } from './shared/batch-mapping.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';

export const maxMin: Policy = {
  name: 'max-min',
  summary: 'Of all eligible tasks the one with the largest earliest completion first (Ibarra and Kim 1977).',
  parameters: { idle: IDLE_PARAMETER },
  prepare: (problem, parameters) => batchMapping(problem, parameters, -1),
};
