// The answer as a table: for each budget the weights to use, and what they were measured to give on seeds that had no part
// in choosing them.
import { meanText, numberText } from '../../engine/metrics/figure-text.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { Answer } from '../study/answer.ts';
import { element } from './figure.ts';

const COLUMNS = ['for a budget\u00a0of', 'latency', 'cost', 'fragm.', 'makespan,\u00a0h', 'less default', 'cost,\u00a0$', 'less default', 'runs above,\u00a0%', 'as quick'] as const;

/** `0.60`, `0.30`, `0.10`. */
export const weightTexts = ({ latency, cost, fragmentation }: Weights): [string, string, string] => [numberText(latency, 2), numberText(cost, 2), numberText(fragmentation, 2)];

/** What a row says, cell by cell. */
export function rowTexts({ budget, weights, makespanMs, makespanGainMs, costMicroUsd, costGainMicroUsd, over, alike }: Answer): string[] {
  const hours = (mean: number, half: number, signed: boolean): string => meanText(mean / 3.6e6, half / 3.6e6, 1, signed), dollars = (mean: number, half: number, signed: boolean): string => meanText(mean / 1e6, half / 1e6, 0, signed);
  return [
    `$${numberText(budget / 1e6, 0)}`, ...weightTexts(weights),
    hours(makespanMs.mean, makespanMs.halfWidth95, false), hours(makespanGainMs.meanDifference, makespanGainMs.halfWidth95, true),
    dollars(costMicroUsd.mean, costMicroUsd.halfWidth95, false), dollars(costGainMicroUsd.meanDifference, costGainMicroUsd.halfWidth95, true),
    `${numberText(over.share * 100, 0)} (${numberText(over.low * 100, 0)} to ${numberText(over.high * 100, 0)})`, String(alike.length),
  ];
}

/** `caption`: what the figures are of. */
export function budgetTable(answers: readonly Answer[], caption: string): HTMLElement {
  const body = answers.map((answer) => {
    const [first, ...rest] = rowTexts(answer);
    return element('tr', {}, element('th', { scope: 'row' }, first!), ...rest.map((text) => element('td', {}, text)));
  });
  const head = element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name)));
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'weights by budget' },
    element('table', { id: 'budgets' }, element('caption', {}, caption), element('thead', {}, head), element('tbody', {}, ...body)));
}
