// What determined the makespan, for people and for programs: the critical chain of a finished run with its time by cause, and
// the critical path of the plan beside it. Long chains are cut to the steps that account for most, and say so.
import type { CompletedRun } from '../../experiment/run-once.ts';
import { CHAIN_CAUSES, linkText } from '../../metrics/cause-names.ts';
import { criticalChain } from '../../metrics/critical-chain.ts';
import type { ChainStep, CriticalChain } from '../../metrics/critical-chain.ts';
import { staticPath } from '../../metrics/static-path.ts';
import { paint, tableText } from '../output/table-text.ts';
import { clockText, countText, durationText, numberText, shortText } from './measure.ts';
import { plain, right } from './text-columns.ts';

const ROWS_MAX = 20;

/** A title with the sums, a table of steps, and the planned path. Empty for a run in which nothing was placed. */
export function chainReport({ run, fold }: CompletedRun, color: boolean): string {
  const chain = criticalChain(run, fold), { steps } = chain, { problem, attempts: a } = fold;
  if (steps.length === 0) return '';
  const shown = longest(steps), name = (row: number) => problem.taskIds[a.task[row]!]!;
  const rows = shown.map(({ row, link, releasedBy, from, to, ms }) => [
    shortText(name(row), 24), shortText(problem.unitIds[a.unit[row]!]!, 16), shortText(linkText(link, releasedBy < 0 ? '' : name(releasedBy)), 32), shortClock(from), shortClock(to), durationText(to - from), mainCause(ms),
  ]);
  return [
    `${paint('bold', 'What determined the makespan', color)}: ${countText(steps.length, 'step')}`, sumsText(chain),
    tableText([...plain('Task', 'on', 'waited last for'), ...['from', 'to', 'for'].map((title) => right(title)), ...plain('mostly')], rows, { color }),
    ...(shown.length < steps.length ? [`the ${shown.length} steps that account for most; ${steps.length - shown.length} more`] : []),
    plannedText(run.problem, chain, a.task),
  ].join('\n');
}

/** The same as data: ms by cause, with only what occurs. */
export function chainJson({ run, fold }: CompletedRun): object {
  const { steps, ms } = criticalChain(run, fold), { problem, attempts: a } = fold, { lengthMs, tasks } = staticPath(problem), idOf = (row: number) => problem.taskIds[a.task[row]!]!;
  return {
    byCause: byCause(ms),
    steps: steps.map((step) => ({
      task: idOf(step.row), attempt: a.attempt[step.row]!, unit: problem.unitIds[a.unit[step.row]!]!, waitedFor: step.link, releasedBy: step.releasedBy < 0 ? null : idOf(step.releasedBy),
      from: step.from, to: step.to, readyAt: a.readyAt[step.row]!, startedAt: a.startedAt[step.row]!, endedAt: a.endedAt[step.row]!, byCause: byCause(step.ms),
    })),
    planned: { lengthMs: Math.round(lengthMs), tasks: tasks.map((t) => problem.taskIds[t]!) },
  };
}

const byCause = (ms: Float64Array) => Object.fromEntries(CHAIN_CAUSES.flatMap((cause, c) => (ms[c] === 0 ? [] : [[cause, ms[c]!]])));

const shortClock = (ms: number) => clockText(Math.round(ms / 1000) * 1000);

/** The longest steps, in order of time. */
function longest(steps: readonly ChainStep[]): readonly ChainStep[] {
  const kept = new Set([...steps].sort((x, y) => (y.to - y.from) - (x.to - x.from) || x.from - y.from).slice(0, ROWS_MAX));
  return steps.filter((step) => kept.has(step));
}

/** Causes, the longest first, as shares of the makespan; those that would be rounded to nothing are left out. */
function sumsText({ from, to, ms }: CriticalChain): string {
  const order = [...ms.keys()].filter((c) => ms[c]! >= 0.0005 * (to - from) && ms[c]! > 0).sort((x, y) => ms[y]! - ms[x]! || x - y);
  return order.map((c) => `${CHAIN_CAUSES[c]!} ${numberText(ms[c]! / (to - from) * 100, 1)} %`).join(', ');
}

function mainCause(ms: Float64Array): string {
  const most = ms.indexOf(Math.max(...ms));
  return ms[most]! > 0 ? `${CHAIN_CAUSES[most]!} ${durationText(ms[most]!)}` : '';
}

function plannedText(problem: CompletedRun['run']['problem'], { steps }: CriticalChain, taskOf: Int32Array): string {
  const { tasks, lengthMs } = staticPath(problem), onChain = new Set(steps.map(({ row }) => taskOf[row]!));
  return `by estimates alone the longest path takes ${durationText(lengthMs)}: ${countText(tasks.length, 'task')}, ${tasks.filter((t) => onChain.has(t)).length} of them above`;
}
