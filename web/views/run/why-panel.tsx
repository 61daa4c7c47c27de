// Why a task ran where and when it did: its attempts, what each waited for, and the decision behind the one that was
// picked, with every candidate, its filter or its terms, the margin, and the smallest change of weights that would flip it.
import type { JSX } from 'preact';
import type { WaitCause } from '../../../engine/metrics/cause-names.ts';
import { dollarText, durationText, numberText } from '../../../engine/metrics/figure-text.ts';
import type { AttemptCard, CandidateCard, DecisionCard, TaskExplanation } from '../../../engine/experiment/explain-task.ts';
import { writeRoute } from '../../state/route.ts';
import type { LiveRoute } from '../../state/routes/live.ts';
import type { RunRoute } from '../../state/routes/run.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { Pairs, instantText } from './hover-card.tsx';
import { waitText } from './wait-text.ts';

export interface WhyPanelProps {
  readonly route: RunRoute | LiveRoute;
  readonly explanation: TaskExplanation | undefined;
  /** What the task has to do with the makespan, as a sentence; empty for nothing. */
  readonly onChain: string;
  /** For a run that goes on: how its attempts stand now. */
  readonly now?: AttemptsNow;
  readonly onClose: () => void;
}

/** Filters and refusals in words; what is not here says itself. */
const REASONS: Readonly<Record<string, string>> = {
  'no-room': 'no room', 'no-vm-slot': 'all VMs of the pool are in use', 'not-ready': 'not up yet', draining: 'about to be taken or released', 'market-not-sold': 'not sold in this market', 'wrong-class': 'cannot run it',
  'not-interruptible': 'must not be interrupted', 'recently-refused': 'the market turned it down shortly before', budget: 'would break the budget', 'job-budget': "would break its job's budget", away: 'away',
  'rate-limited': 'its rate limit is reached', 'spot-too-urgent': 'too urgent for spot',
};
const reasonText = (code: string): string => REASONS[code] ?? code;

const WAIT_COLOURS: Readonly<Record<WaitCause, string>> = {
  decision: 'var(--series-0)', boot: 'var(--vm-boot)', data: 'var(--series-2)', 'rate limit': 'var(--series-3)', person: 'var(--series-4)', start: 'var(--bar-wait)',
};

/** The instant, and what an attempt has cost until then, by its number; ms, micro-dollars. */
export interface AttemptsNow {
  readonly at: number;
  readonly cost: (attempt: number) => number;
}

export function WhyPanel({ route, explanation, onChain, now, onClose }: WhyPanelProps): JSX.Element {
  const shown = explanation?.attempts.find(({ attempt }) => attempt === route.attempt) ?? explanation?.attempts[0];
  return (
    <section class="panel why" aria-labelledby="why-title">
      <div class="row"><h2 id="why-title">Why {route.task}</h2><button type="button" class="push" onClick={onClose}>Close</button></div>
      {explanation === undefined ? <p class="soft">…</p> : (
        <>
          <p class="soft">{explanation.kind === '' ? 'task' : explanation.kind} of {explanation.job}; could be placed from {instantText(explanation.eligibleAt)}{lastPredecessor(explanation)}</p>
          {onChain !== '' && <p class="critical">{onChain}</p>}
          {shown === undefined ? <p>It was never placed.</p> : <Attempt route={route} attempts={explanation.attempts} shown={shown} now={now} />}
        </>
      )}
    </section>
  );
}

function lastPredecessor({ predecessors: [last] }: TaskExplanation): string {
  return last === undefined ? ', having no predecessors' : `, when ${last.task} was done`;
}

/** The facts of an attempt; of one that goes on, only those that are known before its end. */
export function attemptPairs(shown: AttemptCard, now: AttemptsNow | undefined): (readonly [name: string, value: string])[] {
  const place = [['resource', `${shown.unit}${shown.market === null ? '' : `, ${shown.market}`}`], ['placed', instantText(shown.placedAt)]] as const;
  if (now !== undefined && (shown.outcome === 'running' || shown.outcome === 'waiting')) {
    const [name, from] = shown.outcome === 'running' ? ['running since', shown.startedAt] as const : ['waiting since', shown.placedAt] as const;
    return [...place, [name, `${instantText(from)}, ${durationText(Math.max(0, now.at - from))} so far`], ['cost so far', dollarText(now.cost(shown.attempt))]];
  }
  return [
    ...place, ['started', instantText(shown.startedAt)], ['ended', instantText(shown.endedAt)],
    ...(shown.setupMs > 0 ? [['set-up', durationText(shown.setupMs)]] as const : []), ...(shown.checkpointMs > 0 ? [['checkpoints', durationText(shown.checkpointMs)]] as const : []),
    ['work kept', durationText(shown.keptMs)], ...(shown.lostMs > 0 ? [['work lost', durationText(shown.lostMs)]] as const : []), ...(shown.pausedMs > 0 ? [['paused', durationText(shown.pausedMs)]] as const : []),
    ['cost', dollarText(shown.costMicroUsd)],
  ];
}

function Attempt({ route, attempts, shown, now }: { readonly route: RunRoute | LiveRoute; readonly attempts: readonly AttemptCard[]; readonly shown: AttemptCard; readonly now: AttemptsNow | undefined }): JSX.Element {
  const waited = shown.waits.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <>
      <nav class="attempts" aria-label="Attempts">
        {attempts.map(({ attempt, unit, outcome }) => <a key={attempt} href={writeRoute({ ...route, attempt })} aria-current={attempt === shown.attempt}>{attempt} {unit}, {outcome}</a>)}
      </nav>
      <Pairs pairs={attemptPairs(shown, now)} />
      <div>
        <h3>Waited {durationText(waited)}</h3>
        {waited > 0 && <div class="waits" aria-hidden="true">{shown.waits.map(({ cause, ms }, k) => <i key={k} style={{ width: `${ms / waited * 100}%`, background: WAIT_COLOURS[cause] }} />)}</div>}
        <p class="soft">{shown.waits.map(({ cause, ms }) => `${waitText(cause)} ${durationText(ms)}`).join(' · ')}{refusedText(shown)}</p>
      </div>
      {shown.decision === null ? <p class="soft">No decision is recorded.</p> : <Decision decision={shown.decision} />}
    </>
  );
}

function refusedText({ refused }: AttemptCard): string {
  const found = Object.entries(refused);
  return found.length === 0 ? '' : ` · refused before: ${found.map(([why, count]) => `${reasonText(why)} ${count} times`).join(', ')}`;
}

function Decision({ decision }: { readonly decision: DecisionCard }): JSX.Element {
  const { candidates, chosen, runnerUp, margin, weights, flip, note, at } = decision;
  const order = candidates.map((candidate, k) => ({ candidate, k })).sort((a, b) => Number(a.candidate.filter !== '') - Number(b.candidate.filter !== '') || a.candidate.score - b.candidate.score || a.k - b.k);
  // So that what was chosen and what came second can be told apart.
  const digits = candidates.some(({ filter, score }) => filter === '' && score !== 0 && Math.abs(score) < 0.01) ? 4 : 3;
  return (
    <div>
      <h3>Decided at {instantText(at)}: {candidates.length} {candidates.length === 1 ? 'candidate' : 'candidates'}</h3>
      <ScrollBox label="Candidates" tall>
        <table>
          <caption class="visually-hidden">Candidates, best score first; lower is better</caption>
          <thead>
            <tr>
              <th scope="col" class="text">candidate</th><th scope="col">score</th><th scope="col" title={`latency term, weight ${weights.latency}`}>L</th><th scope="col" title={`cost term, weight ${weights.cost}`}>C</th>
              <th scope="col" title={`fragmentation term, weight ${weights.fragmentation}`}>F</th><th scope="col" title="When it was expected to start">start</th><th scope="col" title="How long it was expected to take there, interruptions counted">lasts</th><th scope="col" title="Expected dollars">$</th>
            </tr>
          </thead>
          <tbody>{order.map(({ candidate, k }) => <Candidate key={k} candidate={candidate} digits={digits} role={k === chosen ? 'chosen' : k === runnerUp ? 'runner-up' : ''} />)}</tbody>
        </table>
      </ScrollBox>
      <p class="soft">{decision.weighed && `Score: ${weights.latency} L + ${weights.cost} C + ${weights.fragmentation} F; `}L, C, F: the terms of latency, cost and fragmentation; lower is better.</p>
      <p>{Number.isFinite(margin) && <>Margin to the runner-up <strong>{numberText(margin, 5)}</strong>. </>}{flip === null ? note : (
        <>Smallest change that flips it, to {candidateName(candidates[flip.rival]!)}: weights <strong>{[flip.weights.latency, flip.weights.cost, flip.weights.fragmentation].map((w) => numberText(w, 3)).join(', ')}</strong> (distance {numberText(flip.distance, 3)}){note}.</>
      )}</p>
    </div>
  );
}

function Candidate({ candidate: c, digits, role }: { readonly candidate: CandidateCard; readonly digits: number; readonly role: '' | 'chosen' | 'runner-up' }): JSX.Element {
  const filtered = c.filter !== '';
  return (
    <tr class={filtered ? 'filtered' : role}>
      <th scope="row">{candidateName(c)}{role !== '' && <span class="soft"> {role === 'chosen' ? '✓' : '2nd'}</span>}</th>
      {filtered ? <td colSpan={7} class="text">out: {reasonText(c.filter)}</td> : (
        <>
          <td>{numberText(c.score, digits + 1)}</td><td>{numberText(c.terms.latency, digits)}</td><td>{numberText(c.terms.cost, digits)}</td><td>{numberText(c.terms.fragmentation, digits)}</td>
          <td>{instantText(c.startAt).replace(/:\d\d$/, '')}</td><td>{durationText(c.durationMs + c.reworkMs)}</td><td>{(c.costMicroUsd / 1e6).toFixed(2)}</td>
        </>
      )}
    </tr>
  );
}

function candidateName({ unit, pool, market, fresh }: CandidateCard): string {
  return `${fresh || unit === '' ? `new ${pool}` : unit}${market === null ? '' : ` ${market}`}`;
}
