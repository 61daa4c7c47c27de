// When a rehearsal is to be broken off, as people write it: "cost > 5usd", "failed > 0", "on-time < 80%". Cost is what the run has
// spent and committed, failed are its failed tasks, on-time is the lowest chance among its open jobs to meet their deadlines.
import { InputError, fault, type Fault } from '../../model/errors.ts';
import { suggestion } from '../../model/suggestion.ts';

export interface StopCondition {
  /** As it was written, white space set right. */
  readonly text: string;
  readonly figure: StopFigure;
  readonly relation: '<' | '<=' | '>' | '>=';
  /** Micro-dollars, a count or a share. */
  readonly value: number;
}

export const STOP_FIGURES = ['cost', 'failed', 'on-time'] as const;
export type StopFigure = (typeof STOP_FIGURES)[number];

const FORM = /^\s*([a-z-]+)\s*(<=|>=|<|>)\s*(.*?)\s*$/s, EXAMPLES = 'like "cost > 5usd", "failed > 0", "on-time < 80%"';
const UNITS: Readonly<Record<StopFigure, { readonly pattern: RegExp; readonly scale: number; readonly hint: string }>> = {
  cost: { pattern: /^(?:\$\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*usd)$/i, scale: 1e6, hint: 'dollars, like 5usd' },
  failed: { pattern: /^(\d{1,9})$/, scale: 1, hint: 'a number of tasks, like 0' },
  'on-time': { pattern: /^(\d+(?:\.\d+)?)\s*%$/, scale: 0.01, hint: 'a share in per cent, like 80%' },
};

/** Throws `InputError` with every fault. */
export function parseStopConditions(texts: readonly string[], path: string): readonly StopCondition[] {
  const found: Fault[] = [], conditions = texts.flatMap((text, k) => {
    const parsed = parseOne(text, `${path}[${k}]`);
    if ('figure' in parsed) return [parsed];
    found.push(parsed);
    return [];
  });
  if (found.length > 0) throw new InputError(found);
  return conditions;
}

function parseOne(text: string, path: string): StopCondition | Fault {
  const form = FORM.exec(text);
  if (form === null) return fault('bad-stop-condition', path, 'a stop condition is a figure, a relation and a value', { value: text, hint: EXAMPLES });
  const [, name = '', relation = '', written = ''] = form, figure = STOP_FIGURES.find((known) => known === name);
  if (figure === undefined) return fault('unknown-figure', path, 'no figure that can stop a rehearsal', { value: name, hint: suggestion(name, STOP_FIGURES) });
  const { pattern, scale, hint } = UNITS[figure], match = pattern.exec(written);
  if (match === null) return fault('bad-value', path, 'is no value of this figure', { value: written, hint });
  return { text: `${figure} ${relation} ${written}`, figure, relation: relation as StopCondition['relation'], value: Number(match[1] ?? match[2]) * scale };
}

export function holds({ relation, value }: StopCondition, figure: number): boolean {
  switch (relation) {
    case '<': return figure < value;
    case '<=': return figure <= value;
    case '>': return figure > value;
    case '>=': return figure >= value;
  }
}
