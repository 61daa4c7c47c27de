// Why one task ran where and when it did: from a journal's rows and its decisions, attempt by attempt. Waiting is split by
// cause without gaps: eligible -> placed is the policy's; placed -> started is the machine's (boot), the data's, and then
// whatever the kind of resource makes one wait for. Everything here is plain data, for a terminal or a page.
import { CANDIDATE_STRIDE, DECISION_STRIDE } from '../journal/decision-log.ts';
import { REFUSED, STRIDE, WEIGHTS_CHANGED, isEvent } from '../journal/records.ts';
import type { RunRecord } from '../journal/run-record.ts';
import type { RunFold } from '../metrics/attempts.ts';
import { attemptWaits } from '../metrics/attempt-waits.ts';
import type { AttemptWait } from '../metrics/attempt-waits.ts';
import { OUTCOMES } from '../metrics/columns.ts';
import { inputError, nearestName } from '../model/errors.ts';
import { REFUSALS } from '../model/policy.ts';
import type { Weights } from '../model/policy.ts';
import { CLOUD, MARKETS } from '../model/states.ts';
import { weightFlip, weightedScore } from './weight-flip.ts';
import type { ScoreTerms } from './weight-flip.ts';

export interface TaskExplanation {
  readonly task: string;
  readonly job: string;
  readonly kind: string;
  /** ms since the epoch; NaN when its job never came in. */
  readonly submittedAt: number;
  /** Since when it could be placed: its job was in and its predecessors were done. NaN when that never came. */
  readonly eligibleAt: number;
  /** What it waited for, the last to end first. `completedAt` NaN: it did not complete. */
  readonly predecessors: readonly { readonly task: string; readonly completedAt: number }[];
  readonly completedAt: number;
  readonly attempts: readonly AttemptCard[];
}

export interface AttemptCard {
  readonly attempt: number;
  readonly unit: string;
  readonly pool: string;
  readonly market: string | null;
  readonly outcome: (typeof OUTCOMES)[number];
  /** ms since the epoch; NaN for what never came. */
  readonly eligibleAt: number;
  readonly placedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** In order of time, none of them zero. They add up to `startedAt - eligibleAt` (or to the end, when it never started). */
  readonly waits: readonly AttemptWait[];
  /** ms of its running time. Paused: outside a person's working time. */
  readonly setupMs: number;
  readonly checkpointMs: number;
  readonly keptMs: number;
  readonly lostMs: number;
  readonly pausedMs: number;
  readonly costMicroUsd: number;
  /** Decisions about it that were refused while it was eligible, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Null when the run kept no reasons. */
  readonly decision: DecisionCard | null;
}

export interface DecisionCard {
  readonly at: number;
  readonly weights: Weights;
  readonly candidates: readonly CandidateCard[];
  /** Indices into `candidates`; -1: the policy placed without asking, or there was no other. */
  readonly chosen: number;
  readonly runnerUp: number;
  /** Score of the runner-up less that of the chosen one; NaN without. */
  readonly margin: number;
  /** Whether the scores are the weighted sums of their terms, so that weights explain them. */
  readonly weighed: boolean;
  /** The smallest change of weights with which another candidate would have been chosen; null when none would. */
  readonly flip: { readonly rival: number; readonly weights: Weights; readonly distance: number } | null;
  /** For people: why there is no flip, or what the flip leaves out of account. */
  readonly note: string;
}

export interface CandidateCard {
  /** Empty for a VM that was not requested in the end. */
  readonly unit: string;
  readonly pool: string;
  readonly market: string | null;
  /** A VM that would have to be requested. */
  readonly fresh: boolean;
  /** Why it was out of the question; empty when it was not. */
  readonly filter: string;
  /** Expected: ms since the epoch, ms, micro-dollars. Infinity when it would never start. */
  readonly startAt: number;
  readonly durationMs: number;
  readonly reworkMs: number;
  readonly costMicroUsd: number;
  readonly terms: ScoreTerms;
  readonly score: number;
}

/** Everything the run says of a task. Throws `InputError` `unknown-task`, or `unknown-attempt` for an attempt it did not have. */
export function explainTask(run: RunRecord, fold: RunFold, taskId: string, attempt?: number): TaskExplanation {
  const { problem, attempts } = fold, task = problem.taskIds.indexOf(taskId);
  if (task < 0) {
    const near = nearestName(taskId, problem.taskIds), hint = near === undefined ? `for example ${problem.taskIds.slice(0, 3).join(', ')}` : `did you mean "${near}"?`;
    throw inputError('unknown-task', '--task', 'the scenario has no such task', { value: taskId, hint });
  }
  const all = [...Array(attempts.count).keys()].filter((k) => attempts.task[k] === task), rows = all.filter((k) => attempt === undefined || attempts.attempt[k] === attempt);
  if (attempt !== undefined && rows.length === 0) {
    throw inputError('unknown-attempt', '--attempt', `task ${taskId} had no such attempt`, { value: attempt, hint: all.length === 0 ? 'it was never placed' : `it had 1 to ${all.length}` });
  }
  const predecessors = [...problem.predecessors.subarray(problem.predecessorFirst[task]!, problem.predecessorFirst[task + 1]!)]
    .map((p) => ({ task: problem.taskIds[p]!, completedAt: fold.taskCompletedAt[p]! })).sort((a, b) => lastly(b.completedAt) - lastly(a.completedAt) || 0);
  const submittedAt = fold.jobSubmittedAt[problem.taskJob[task]!]!;
  return {
    task: taskId, job: problem.jobIds[problem.taskJob[task]!]!, kind: problem.taskKinds[task]!, submittedAt,
    eligibleAt: Math.max(submittedAt, ...predecessors.map((p) => p.completedAt)),
    predecessors, completedAt: fold.taskCompletedAt[task]!, attempts: rows.map((k) => attemptCard(run, fold, k)),
  };
}

/** What has not come is the last to come. */
const lastly = (at: number) => (Number.isNaN(at) ? Infinity : at);

function attemptCard(run: RunRecord, fold: RunFold, k: number): AttemptCard {
  const { problem, attempts: a } = fold, unit = a.unit[k]!, pool = problem.unitPool[unit]!, started = a.startedAt[k]!, ran = !Number.isNaN(started);
  return {
    attempt: a.attempt[k]!, unit: problem.unitIds[unit]!, pool: problem.poolIds[pool]!, market: MARKETS[a.market[k]!] ?? null, outcome: OUTCOMES[a.outcome[k]!]!,
    eligibleAt: a.readyAt[k]!, placedAt: a.placedAt[k]!, startedAt: started, endedAt: a.endedAt[k]!, waits: attemptWaits(fold, k),
    setupMs: a.setupMs[k]!, checkpointMs: a.overheadMs[k]!, keptMs: a.keptMs[k]!, lostMs: a.lostMs[k]!,
    pausedMs: ran ? Math.max(0, a.endedAt[k]! - started - a.busyMs[k]!) : 0, costMicroUsd: a.cost[k]!,
    refused: refusedBetween(run, a.task[k]!, a.readyAt[k]!, a.placedAt[k]!), decision: decisionCard(run, a.task[k]!, a.attempt[k]!),
  };
}

function refusedBetween({ log: { rows, length } }: RunRecord, task: number, from: number, to: number): Record<string, number> {
  const counts: Record<string, number> = {};
  let now = 0;
  for (let at = 0; at < length; at += STRIDE) {
    if (isEvent(rows[at]!)) now = rows[at + 1]!;
    else if (rows[at] === REFUSED && rows[at + 2] === task && now >= from && now <= to) counts[REFUSALS[rows[at + 1]!]!] = (counts[REFUSALS[rows[at + 1]!]!] ?? 0) + 1;
  }
  return counts;
}

/** Weights in force at an instant. */
function weightsAt({ log: { rows, length }, weights }: RunRecord, time: number): Weights {
  let current = weights;
  for (let at = 0; at < length && !(isEvent(rows[at]!) && rows[at + 1]! > time); at += STRIDE) {
    if (rows[at] === WEIGHTS_CHANGED) current = { latency: rows[at + 2]! / 1e6, cost: rows[at + 3]! / 1e6, fragmentation: rows[at + 4]! / 1e6 };
  }
  return current;
}

function decisionCard(run: RunRecord, task: number, attempt: number): DecisionCard | null {
  const { decisions: log } = run;
  for (let k = 0; k < log.decisionCount; k++) {
    const row = k * DECISION_STRIDE, d = log.decisions;
    if (d[row + 1] !== task || d[row + 2] !== attempt) continue;
    const first = d[row + 3]!, candidates = Array.from({ length: d[row + 4]! }, (_, i) => candidateCard(run, first + i));
    const chosen = d[row + 5]! < 0 ? -1 : d[row + 5]! - first, at = d[row]!;
    return { at, ...judge(weightsAt(run, at), candidates, chosen, run.policy) };
  }
  return null;
}

function candidateCard({ problem, decisions: { candidates: c } }: RunRecord, row: number): CandidateCard {
  const at = row * CANDIDATE_STRIDE, pool = c[at + 1]!, flags = c[at + 2]!;
  return {
    unit: problem.unitIds[c[at]!] ?? '', pool: problem.poolIds[pool]!, market: problem.poolKind[pool] === CLOUD ? MARKETS[(flags & 1) as 0 | 1] : null, fresh: (flags & 2) !== 0,
    filter: c[at + 3] === 0 ? '' : REFUSALS[c[at + 3]!]!, startAt: c[at + 4]!, durationMs: c[at + 5]!, reworkMs: c[at + 6]!, costMicroUsd: c[at + 7]!,
    terms: { latency: c[at + 9]!, cost: c[at + 10]!, fragmentation: c[at + 11]! }, score: c[at + 12]!,
  };
}

function judge(weights: Weights, candidates: readonly CandidateCard[], chosen: number, policy: string): Omit<DecisionCard, 'at'> {
  const mine = candidates[chosen], none = { weights, candidates, chosen, runnerUp: -1, margin: NaN, weighed: false, flip: null };
  if (mine === undefined) return { ...none, note: `${policy} placed it by a plan of its own, without comparing candidates here` };
  const rivals = [...candidates.keys()].filter((k) => k !== chosen && candidates[k]!.filter === '');
  const scored = candidates.some(({ score, terms }) => score !== 0 || terms.latency !== 0 || terms.cost !== 0 || terms.fragmentation !== 0);
  if (rivals.length === 0) return { ...none, note: 'there was no other candidate: no change of weights would change it' };
  if (!scored) return { ...none, note: `${policy} scores none of them, or all alike: no change of weights would change it` };
  const runnerUp = rivals.reduce((best, k) => (candidates[k]!.score < candidates[best]!.score ? k : best)), margin = candidates[runnerUp]!.score - mine.score;
  const weighed = [chosen, ...rivals].every((k) => Math.abs(weightedScore(weights, candidates[k]!.terms) - candidates[k]!.score) <= 1e-9 * Math.max(1, Math.abs(candidates[k]!.score)));
  if (!weighed) return { ...none, runnerUp, margin, note: `${policy} does not score by the weighted sum of these terms: what other weights would do cannot be read off them` };
  return { ...none, runnerUp, margin, weighed, ...smallestFlip(weights, candidates, chosen, rivals) };
}

function smallestFlip(weights: Weights, candidates: readonly CandidateCard[], chosen: number, rivals: readonly number[]): Pick<DecisionCard, 'flip' | 'note'> {
  let flip: DecisionCard['flip'] = null;
  for (const rival of rivals) {
    const found = weightFlip(weights, candidates[chosen]!.terms, candidates[rival]!.terms);
    if (found !== undefined && (flip === null || found.distance < flip.distance)) flip = { rival, ...found };
  }
  const blind = weights.fragmentation === 0 ? ' (among those without weight on fragmentation, which was not worked out)' : '';
  if (flip === null) return { flip, note: `no weights would change it: no other candidate is better in any term${blind}` };
  return { flip, note: blind };
}
