// The story of one task for people: since when it could run, what it waited for, and for each attempt the decision that put
// it there, with every candidate, its terms, and how little the weights would have had to change.
import type { AttemptCard, CandidateCard, DecisionCard, TaskExplanation } from '../../experiment/explain-task.ts';
import { paint, tableText } from '../output/table-text.ts';
import { clockText, dollarText, durationText, numberText } from './measure.ts';
import { weightsText } from './run-report.ts';
import { plain, right } from './text-columns.ts';

/** Without a line end. Times are since the epoch. */
export function explanationReport(task: TaskExplanation, color: boolean): string {
  return [
    paint('bold', `${task.task}${task.kind === '' ? '' : ` (${task.kind})`} of job ${task.job}`, color),
    `job in at ${clockText(task.submittedAt)}; ${becameEligible(task)}; ${Number.isNaN(task.completedAt) ? 'not completed' : `completed at ${clockText(task.completedAt)}`}`,
    ...(task.attempts.length === 0 ? ['it was never placed'] : task.attempts.flatMap((attempt) => ['', ...attemptLines(attempt, color)])),
  ].join('\n');
}

function becameEligible({ eligibleAt, predecessors }: TaskExplanation): string {
  const [last, ...others] = predecessors;
  if (last === undefined) return Number.isNaN(eligibleAt) ? 'never eligible' : `eligible at ${clockText(eligibleAt)}, with no predecessors`;
  if (Number.isNaN(eligibleAt)) return `never eligible: ${last.task} did not complete`;
  const when = last.completedAt === eligibleAt ? `${last.task} completed` : 'its job came in';
  return `eligible at ${clockText(eligibleAt)}, when ${when}${others.length === 0 ? '' : ` (${others.length} more before it)`}`;
}

function attemptLines(a: AttemptCard, color: boolean): string[] {
  const ran = !Number.isNaN(a.startedAt), refused = Object.entries(a.refused);
  const spent = [['set-up', a.setupMs], ['checkpoints', a.checkpointMs], ['work kept', a.keptMs], ['work lost', a.lostMs], ['paused', a.pausedMs]] as const;
  return [
    paint('bold', `attempt ${a.attempt} on ${a.unit}${a.market === null ? '' : ` (${a.market})`}: ${a.outcome}`, color),
    `  placed ${clockText(a.placedAt)}, ${ran ? `started ${clockText(a.startedAt)}` : 'never started'}, ended ${clockText(a.endedAt)}, cost ${dollarText(a.costMicroUsd)}`,
    `  waited ${a.waits.length === 0 ? 'for nothing' : a.waits.map(({ cause, ms }) => `${durationText(ms)} for ${WAITED_FOR[cause]}`).join(', ')}`,
    ...(ran ? [`  then ${spent.filter(([, ms]) => ms > 0).map(([what, ms]) => `${what} ${durationText(ms)}`).join(', ') || 'no time at all'}`] : []),
    ...(refused.length === 0 ? [] : [`  refused before: ${refused.map(([reason, count]) => `${reason} ${count}`).join(', ')}`]),
    ...(a.decision === null ? ['  the run kept no reasons'] : decisionLines(a.decision, color)),
  ];
}

const WAITED_FOR: Readonly<Record<AttemptCard['waits'][number]['cause'], string>> = {
  decision: 'a decision', boot: 'the VM to boot', data: 'its inputs', 'rate limit': 'room in the rate limits', person: 'the person', start: 'its start',
};

function decisionLines(d: DecisionCard, color: boolean): string[] {
  const { candidates } = d;
  if (candidates.length === 0) return [`  ${d.note}`];
  const table = tableText(
    [...plain('', 'candidate', 'market'), ...['start', 'takes', 'rework', 'cost', 'L', 'C', 'F', 'J'].map((title) => right(title)), ...plain('not considered')],
    candidates.map((c, k) => candidateRow(c, digitsOf(d), k === d.chosen ? '→' : k === d.runnerUp ? '2' : '')), { color, emphasized: new Set(d.chosen < 0 ? [] : [d.chosen]) });
  return [...table.split('\n').map((line) => `  ${line}`), ...verdictLines(d)];
}

/** Enough to see who is ahead. */
const digitsOf = ({ margin }: DecisionCard) => (Math.abs(margin) < 0.001 ? 6 : 4);

function candidateRow(c: CandidateCard, digits: number, mark: string) {
  const term = (x: number) => (c.filter === '' ? numberText(x, digits) : '');
  return [
    mark, `${c.unit === '' ? c.pool : c.unit}${c.fresh ? ' (new VM)' : ''}`, c.market ?? '',
    clockText(c.startAt), durationText(c.durationMs), c.reworkMs === 0 ? '' : durationText(c.reworkMs), dollarText(c.costMicroUsd),
    term(c.terms.latency), term(c.terms.cost), term(c.terms.fragmentation), term(c.score), c.filter,
  ];
}

function verdictLines(d: DecisionCard): string[] {
  const { weights, candidates, runnerUp, margin, flip, note } = d;
  const name = (k: number) => { const c = candidates[k]!; return `${c.unit === '' ? c.pool : c.unit}${c.market === null ? '' : ` (${c.market})`}`; };
  const ahead = `  weights ${weightsText(weights)}${runnerUp < 0 ? '' : `; ahead of ${name(runnerUp)} by ${numberText(margin, digitsOf(d))}`}`;
  if (flip === null) return [ahead, `  ${note}`];
  return [
    ahead, `  smallest change that turns it: ${weightsText(flip.weights)} (${numberText(flip.distance, 4)} away)`,
    `  there ${name(flip.rival)} is as good, beyond it better${note}`,
  ];
}
