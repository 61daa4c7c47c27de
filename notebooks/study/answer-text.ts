// The answer for one budget in words.
import { dollarText, numberText } from '../../engine/metrics/figure-text.ts';
import { METRIC_BY_KEY } from '../../engine/metrics/metric-registry.ts';
import type { Sweep } from '../sweep/sweep.ts';
import type { Answer } from './answer.ts';
import type { Candidate } from './choice.ts';
import { summaryText, weightsText } from './map-cells.ts';

/** Markdown. `budget`: dollars. */
export function answerText(answer: Answer | undefined, budget: number, front: readonly Candidate[], fresh: Sweep): string {
  if (answer === undefined) return front.length === 0 ? 'No setting finished all its runs.' : `No setting keeps within $${budget}: the cheapest takes ${dollarText(front[0]!.spend)}.`;
  const { weights, makespanMs, costMicroUsd, costNineOfTen, over, alike } = answer;
  const exactness = alike.length === 0 ? 'Every other setting within the budget is shown to be slower.'
    : `The weights need not be exact: of the other settings within the budget, ${alike.length} are not shown to be slower.`;
  return `For a budget of **$${budget}**: **${weightsText(weights)}**. On ${fresh.seeds.length} fresh seeds that takes ${summaryText(METRIC_BY_KEY.makespanMs, makespanMs)} `
    + `and costs ${summaryText(METRIC_BY_KEY.costMicroUsd, costMicroUsd)}; nine of ten runs cost at most ${dollarText(costNineOfTen)}, and `
    + `${numberText(100 * over.share, 0)} % cost more than the budget. ${exactness}`;
}
