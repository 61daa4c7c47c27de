// What people are asked, and their answers: claim, approve with what the prompt wants filled in, give back, decline, hand on.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { InboxItemJson } from '../../../engine/live/api/answers.ts';
import { HUMAN } from '../../../engine/model/states.ts';
import type { LiveDesk, LiveRun, Verb } from '../../state/live-desk.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { instantText } from '../run/hover-card.tsx';
import { untilText } from './live-figures.ts';

export interface InboxPanelProps {
  readonly desk: LiveDesk;
  readonly live: LiveRun;
  readonly picture: RunPicture;
}

export function InboxPanel({ desk, live: { inbox, run }, picture: { units } }: InboxPanelProps): JSX.Element | null {
  const people = units.ids.filter((_, u) => units.poolKind[units.pool[u]!] === HUMAN), [of, setOf] = useState(''), shown = inbox.filter(({ person }) => of === '' || person === of);
  if (people.length === 0) return null;
  return (
    <section class="panel inbox" aria-labelledby="inbox-title">
      <div class="row">
        <h2 id="inbox-title">Inbox <span class="soft">{inbox.length === 0 ? 'nobody is asked for anything' : `${inbox.length} open`}</span></h2>
        {people.length > 1 && (
          <label class="push">of <select value={of} aria-label="Whose inbox" onChange={(event) => { setOf(event.currentTarget.value); }}>
            <option value="">everybody</option>{people.map((person) => <option key={person} value={person}>{person}</option>)}
          </select></label>
        )}
      </div>
      {shown.length > 0 && <ul class="items">{shown.map((item) => <Item key={item.id} desk={desk} item={item} people={people} now={run.now} />)}</ul>}
    </section>
  );
}

interface ItemProps { readonly desk: LiveDesk; readonly item: InboxItemJson; readonly people: readonly string[]; readonly now: number }

function Item({ desk, item, people, now }: ItemProps): JSX.Element {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({}), [reason, setReason] = useState(''), [to, setTo] = useState(''), [busy, setBusy] = useState(false), [more, setMore] = useState(false);
  const { id, task, person, state, prompt, fields, link, offeredAt, expectedAt, by = '' } = item, others = people.filter((other) => other !== person), isLate = expectedAt >= 0 && expectedAt < now;
  const say = (verb: Verb, said: Readonly<Record<string, unknown>> = {}): void => { setBusy(true); void desk.answer(item, verb, said).finally(() => { setBusy(false); }); };
  const fill = (name: string, value: string): void => { setValues((now) => ({ ...now, [name]: value })); }; // a browser fills in several at once
  const missing = fields.some(({ name, optional }) => !optional && (values[name] ?? '') === ''), result = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  return (
    <li class={`item ${state}`} data-item={id} aria-label={`${task} for ${person}`}>
      <div class="row">
        <strong>{task}</strong><span>{person} {state === 'offered' ? 'is asked' : 'has it'}{by !== '' && <span class="soft">, as {by} said</span>}</span>
        <span class={`push ${isLate ? 'worse' : 'soft'}`}>asked {instantText(offeredAt)}{expectedAt >= 0 && (isLate ? `, expected at ${instantText(expectedAt)}` : `, expected in ${untilText(expectedAt, now)}`)}</span>
      </div>
      {prompt !== '' && <p>{prompt}{link !== '' && <> <a href={link} target="_blank" rel="noreferrer">open</a></>}</p>}
      <form class="answers" onSubmit={(event) => { event.preventDefault(); say('complete', fields.length === 0 ? {} : { result }); }}>
        {fields.map(({ name, label, choices, optional }) => (
          <label key={name} class="field"><span class="name">{label}{optional && ' (optional)'}</span>
            {choices.length > 0
              ? <select value={values[name] ?? ''} onChange={(event) => { fill(name, event.currentTarget.value); }}><option value="">choose</option>{choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}</select>
              : <input type="text" value={values[name] ?? ''} onInput={(event) => { fill(name, event.currentTarget.value); }} />}
          </label>
        ))}
        <span class="row">
          {state === 'offered' && <button type="button" disabled={busy} onClick={() => { say('claim'); }}>Claim</button>}
          <button type="submit" class="primary" disabled={busy || missing}>{fields.length === 0 ? 'Approve' : 'Complete'}</button>
          <button type="button" aria-expanded={more} disabled={busy} onClick={() => { setMore(!more); }}>{state === 'offered' ? 'Decline, delegate …' : 'Give back, delegate …'}</button>
        </span>
      </form>
      {more && (
        <div class="row answers">
          <label class="field grow"><span class="name">Reason</span><input type="text" value={reason} onInput={(event) => { setReason(event.currentTarget.value); }} /></label>
          {state === 'offered' ? <button type="button" disabled={busy} onClick={() => { say('decline', reason === '' ? {} : { reason }); }}>Decline</button> : <button type="button" disabled={busy} onClick={() => { say('release', reason === '' ? {} : { reason }); }}>Give back</button>}
          <button type="button" disabled={busy} onClick={() => { say('fail', reason === '' ? {} : { reason }); }}>It failed</button>
          {others.length > 0 && (
            <>
              <label class="field"><span class="name">Hand on to</span><select value={to} onChange={(event) => { setTo(event.currentTarget.value); }}><option value="">choose</option>{others.map((other) => <option key={other} value={other}>{other}</option>)}</select></label>
              <button type="button" disabled={busy || to === ''} onClick={() => { say('delegate', { to }); }}>Delegate</button>
            </>
          )}
        </div>
      )}
    </li>
  );
}
