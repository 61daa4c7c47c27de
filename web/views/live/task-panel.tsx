// The task that was picked: the decisions behind its attempts, replayed from the journal; or why it is not placed yet; and what
// its last attempt has written.
import type { JSX } from 'preact';
import type { WaitingJson } from '../../../engine/live/api/answers.ts';
import { dollarText } from '../../../engine/metrics/figure-text.ts';
import type { LiveDesk, TaskSheet } from '../../state/live-desk.ts';
import type { LiveRoute } from '../../state/routes/live.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { FaultList } from '../fault-list.tsx';
import { chainSentence } from '../run/chain-panel.tsx';
import { instantText } from '../run/hover-card.tsx';
import { WhyPanel } from '../run/why-panel.tsx';
import type { AttemptsNow } from '../run/why-panel.tsx';
import { ScrollBox } from '../scroll-box.tsx';

export interface TaskPanelProps {
  readonly desk: LiveDesk;
  readonly route: LiveRoute;
  readonly picture: RunPicture;
  /** Its number, -1 for one that the run does not have. */
  readonly task: number;
  readonly onClose: () => void;
}

export function TaskPanel({ desk, route, picture, task, onClose }: TaskPanelProps): JSX.Element {
  const { busy, answer, error } = desk.sheet.value, sheet = answer?.task === route.task ? answer : undefined;
  const last = sheet?.explanation?.attempts.at(-1)?.attempt ?? 0, shown = route.attempt === 0 ? { ...route, attempt: last } : route;
  return (
    <div class="task-panel" aria-busy={busy}>
      {sheet?.explanation === undefined ? (
        <section class="panel why" aria-labelledby="why-title">
          <div class="row"><h2 id="why-title">{route.task}</h2><button type="button" class="push" onClick={onClose}>Close</button></div>
          {task < 0 ? <p>The run has no task of this name.</p> : sheet === undefined ? error === undefined && <p class="soft">…</p> : sheet.waiting === undefined ? <p>It was never placed.</p> : <WaitingFacts waiting={sheet.waiting} />}
        </section>
      ) : <WhyPanel route={shown} explanation={sheet.explanation} onChain={chainSentence(picture, task)} now={attemptsNow(picture, task)} onClose={onClose} />}
      {error !== undefined && <FaultList title={`The daemon did not say: ${error.message}`} faults={error.faults} />}
      {sheet !== undefined && (sheet.output !== undefined || sheet.attempts.some(({ output, by = '' }) => output !== undefined || by !== '')) && <Output desk={desk} sheet={sheet} busy={busy} />}
    </div>
  );
}

function attemptsNow({ attempts: a, endedAt }: RunPicture, task: number): AttemptsNow {
  return { at: endedAt, cost: (attempt) => a.cost[a.task.findIndex((of, k) => of === task && a.attempt[k] === attempt)] ?? 0 };
}

function WaitingFacts({ waiting: { after, places } }: { readonly waiting: WaitingJson }): JSX.Element {
  if (after.length > 0) return <p>Waits for {after.slice(0, 10).join(', ')}{after.length > 10 && ` and ${after.length - 10} more`}.</p>;
  if (places.length === 0) return <p>No resource of the fleet can take it.</p>;
  return (
    <ScrollBox label="Where it could go">
      <table>
        <caption class="visually-hidden">Where it could go, and what keeps it from there</caption>
        <thead><tr><th scope="col" class="text">place</th><th scope="col" class="text">what keeps it from there</th><th scope="col">start</th><th scope="col">$</th></tr></thead>
        <tbody>{places.map(({ place, market, fresh, refusal, start, cost }, k) => <tr key={k}><th scope="row">{fresh ? `a new ${place}` : place}{market !== '' && ` ${market}`}</th><td class="text">{refusal === '' ? 'nothing: at the next decision' : refusal}</td><td>{start < 0 ? '–' : instantText(start)}</td><td>{dollarText(cost)}</td></tr>)}</tbody>
      </table>
    </ScrollBox>
  );
}

function Output({ desk, sheet: { output, attempts }, busy }: { readonly desk: LiveDesk; readonly sheet: TaskSheet; readonly busy: boolean }): JSX.Element {
  const result = attempts.findLast((attempt) => attempt.output !== undefined)?.output, { by = '', outcome = '', reason = '' } = attempts.at(-1) ?? {}, text = [output?.stdout ?? '', output?.stderr ?? ''].filter((part) => part !== '').join('\n');
  return (
    <section class="panel output" aria-labelledby="output-title">
      <div class="row"><h2 id="output-title">What it wrote <span class="soft">its last attempt, the end of it</span></h2><button type="button" class="push" disabled={busy} onClick={() => { desk.lookAgain(); }}>Read again</button></div>
      {text === '' ? <p class="soft">Nothing yet.</p> : <pre tabIndex={0} role="group" aria-label="Output">{text}</pre>}
      {by !== '' && <p data-answered-by={by}>Answered by {by}: {outcome}{reason !== '' && `, ${reason}`}.</p>}
      {result !== undefined && result !== null && <p>Result <code>{JSON.stringify(result)}</code></p>}
    </section>
  );
}
