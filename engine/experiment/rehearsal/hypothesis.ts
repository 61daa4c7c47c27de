// A hypothesis about a rehearsal as people write it, the same on the command line, in files, in addresses and on the page:
//   makespan <= 4h          extraCost <= 20%          recovery p95 <= 30m in 95%          tasks = all
// A figure, a relation, a value with its unit, and in what share of the storms it is to hold (all of them when none is said).
// A value without the unit that its figure needs is refused: seconds or milliseconds, dollars or micro-dollars is no guess.
import { fault, nearestName } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';
import { parseDuration } from '../../model/units.ts';
import { FIGURES, FIGURE_BY_KEY } from './figure-registry.ts';
import type { FigureKey } from './figure-registry.ts';

export type Relation = '<=' | '<' | '>=' | '>' | '=';

export interface Hypothesis {
  /** As it was written, white space set right. */
  readonly text: string;
  readonly figure: FigureKey;
  readonly relation: Relation;
  /** ms, micro-dollars, a share or a count; `all`: as many tasks as there are. */
  readonly value: number | 'all';
  /** In (0, 1]: of the storms. */
  readonly share: number;
}

/** Short names. `recovery` goes with p50, p95 or max, which is meant when none is said; `extra...` of time and money are also shares. */
const SHORT: Readonly<Record<string, FigureKey>> = {
  makespan: 'makespanMs', cost: 'costMicroUsd', late: 'deadlineMisses', deadlinesMissed: 'deadlineMisses', lostWork: 'lostWorkMs', tasks: 'tasksArchived', catchUp: 'catchUpMs', behind: 'behindMs',
  extraMakespan: 'extraMakespanMs', extraCost: 'extraCostMicroUsd', extraLate: 'extraDeadlineMisses', extraLostWork: 'extraLostWorkMs', lostToFaults: 'lostToFaultsMs', objective: 'objective',
  recovery: 'recoveryMaxMs', spent: 'budgetShare',
};
const QUANTILES: Readonly<Record<string, FigureKey>> = { p50: 'recoveryP50Ms', p95: 'recoveryP95Ms', max: 'recoveryMaxMs' };
const AS_SHARE: Readonly<Partial<Record<FigureKey, FigureKey>>> = { extraMakespanMs: 'extraMakespanShare', extraCostMicroUsd: 'extraCostShare' };

/** What a hypothesis may be about, shortest names first, for help and suggestions. */
export const FIGURE_NAMES: readonly string[] = [...new Set([...Object.keys(SHORT), ...FIGURES.map(({ key }) => key)])];

const FORM = /^\s*([A-Za-z]\w*)(?:\s+(\w+))?\s*(<=|>=|==|=|<|>|≤|≥)\s*(.*?)\s*$/s;
const IN_SHARE = /^(.*?)\s+in\s+(\d+(?:\.\d+)?)\s*%(?:\s+of\s+storms)?$/s;
const EXAMPLE = 'like "makespan <= 4h", "extraCost <= 20%", "recovery p95 <= 30m in 95%", "tasks = all"';

/** The hypothesis, or what is wrong with it. */
export function parseHypothesis(text: string, path = '--expect'): Hypothesis | Fault {
  const form = FORM.exec(text);
  if (form === null) return fault('bad-hypothesis', path, 'a hypothesis is a figure, a relation and a value', { value: text, hint: EXAMPLE });
  const [, name = '', quantile, sign = '', rest = ''] = form, inShare = IN_SHARE.exec(rest), written = inShare?.[1] ?? rest, share = inShare === null ? 1 : Number(inShare[2]) / 100;
  const named = figureNamed(name, quantile, path);
  if (typeof named !== 'string') return named;
  if (!(share > 0 && share <= 1)) return fault('bad-share', path, 'the share of storms is above 0 and at most 100 %', { value: text });
  const figure = written.endsWith('%') ? AS_SHARE[named] ?? named : named, value = parseValue(figure, written), relation = ({ '≤': '<=', '≥': '>=', '==': '=' }[sign] ?? sign) as Relation;
  if (typeof value === 'object') return fault('bad-value', path, value.wrong, { value: written, hint: value.hint });
  const label = quantile === undefined ? name : `${name} ${quantile}`;
  return { text: `${label} ${relation} ${written}${inShare === null ? '' : ` in ${inShare[2]}%`}`, figure, relation, value, share };
}

function figureNamed(name: string, quantile: string | undefined, path: string): FigureKey | Fault {
  const own = Object.hasOwn(SHORT, name) ? SHORT[name] : Object.hasOwn(FIGURE_BY_KEY, name) ? (name as FigureKey) : undefined;
  if (own === undefined) {
    const near = nearestName(name, FIGURE_NAMES);
    return fault('unknown-figure', path, 'no figure of this name', { value: name, hint: near === undefined ? `for example ${FIGURE_NAMES.slice(0, 8).join(', ')}` : `did you mean "${near}"?` });
  }
  if (quantile === undefined) return own;
  const of = name === 'recovery' ? QUANTILES[quantile] : undefined;
  return of ?? fault('bad-quantile', path, name === 'recovery' ? 'recovery is told as p50, p95 or max' : 'only recovery is told by quantiles', { value: `${name} ${quantile}` });
}

function parseValue(figure: FigureKey, text: string): number | 'all' | { readonly wrong: string; readonly hint: string } {
  const plain = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  switch (FIGURE_BY_KEY[figure].unit) {
    case 'ms':
      if (plain === 0) return 0;
      try { if (Number.isNaN(plain)) return text.startsWith('-') ? -parseDuration(text.slice(1)) : parseDuration(text); } catch { /* said below */ }
      return { wrong: 'is no duration with its unit', hint: 'like 4h, 30m, 90s, 1h30m' };
    case 'micro-dollars': {
      const money = /^(-?)\$?\s*(\d+(?:\.\d+)?)\s*(usd)?$/i.exec(text), marked = text.includes('$') || money?.[3] !== undefined;
      if (plain === 0) return 0;
      if (money !== null && marked) return Math.round(Number(money[2]) * 1e6) * (money[1] === '' ? 1 : -1);
      return { wrong: 'is no amount with its unit', hint: 'like 1500usd, or $1500 (in single quotes in a shell)' };
    }
    case 'share': case 'ratio': {
      const percent = /^(-?\d+(?:\.\d+)?)\s*%$/.exec(text);
      if (percent !== null) return Number(percent[1]) / 100;
      return Number.isNaN(plain) ? { wrong: 'is no number', hint: 'like 20% or 0.2' } : plain;
    }
    case 'count':
      if (figure === 'tasksArchived' && text === 'all') return 'all';
      return Number.isNaN(plain) ? { wrong: 'is no number', hint: figure === 'tasksArchived' ? 'a number, or all' : 'a plain number' } : plain;
  }
}

/** Whether a figure bears it out. What does not exist (NaN) bears nothing out. */
export function holds({ relation, value }: Hypothesis, figure: number, tasks: number): boolean {
  const wanted = value === 'all' ? tasks : value;
  switch (relation) {
    case '<=': return figure <= wanted;
    case '<': return figure < wanted;
    case '>=': return figure >= wanted;
    case '>': return figure > wanted;
    case '=': return figure === wanted;
  }
}

/** `Makespan ≤ 4h`: the hypothesis with its figure's title. */
export function hypothesisTitle({ figure, text }: Hypothesis): string {
  const sign = /(<=|>=|<|>|=)\s*(.*)$/s.exec(text);
  return `${FIGURE_BY_KEY[figure].title} ${({ '<=': '≤', '>=': '≥' }[sign?.[1] ?? ''] ?? sign?.[1] ?? '')} ${(sign?.[2] ?? '').replace(/\s+in\s+\S+%$/, '')}`;
}
