// The rehearsal card: hypotheses against many storms, with counts, intervals and the worst seed to open; and each storm as a
// dot, for the figure that is picked.
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { countText, durationText, metricText } from '../../../engine/metrics/figure-text.ts';
import type { JudgedHypothesis, RehearsalCard } from '../../../engine/experiment/rehearsal/card.ts';
import type { StormFigures } from '../../../engine/experiment/rehearsal/figures.ts';
import { FIGURE_BY_KEY } from '../../../engine/experiment/rehearsal/figure-registry.ts';
import type { FigureKey } from '../../../engine/experiment/rehearsal/figure-registry.ts';
import { FIGURE_NAMES, hypothesisTitle, parseHypothesis } from '../../../engine/experiment/rehearsal/hypothesis.ts';
import { stormSpread } from '../../../engine/experiment/rehearsal/rehearsal-text.ts';
import { faultLine } from '../../../engine/model/errors.ts';
import type { RehearseState } from '../../state/rehearse-desk.ts';
import { REHEARSE_STORMS_MAX } from '../../state/routes/rehearse.ts';
import type { RehearseRoute } from '../../state/routes/rehearse.ts';
import type { SweepProgress } from '../../state/sweep.ts';
import { NumberField, isWhole } from '../pickers/number-field.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { TextField } from './fault-editor.tsx';
import { StormDots } from './storm-dots.tsx';

export interface CardPanelProps {
  readonly state: RehearseState;
  readonly progress: ReadonlySignal<SweepProgress>;
  readonly onTurn: (change: (now: RehearseRoute) => Partial<RehearseRoute>) => void;
  readonly onStop: () => void;
  readonly onResume: () => void;
}

const SPREAD: readonly FigureKey[] = ['extraMakespanMs', 'extraCostMicroUsd', 'extraDeadlineMisses', 'lostToFaultsMs', 'recoveryP95Ms', 'catchUpMs', 'makespanMs', 'costMicroUsd'];

export function CardPanel({ state, progress, onTurn, onStop, onResume }: CardPanelProps): JSX.Element {
  const { route, card, storms, cardError } = state, [shown, setShown] = useState<FigureKey>('extraCostMicroUsd'), open = (seed: number): void => { onTurn(() => ({ seed })); };
  const expect = (drawn: string, text: string): void => { onTurn((now) => { const at = now.expect.indexOf(drawn); return { expect: now.expect.map((old, i) => (i === at ? text : old)).filter((one) => one !== '') }; }); };
  return (
    <section class="panel rehearsal-card" aria-labelledby="card-title">
      <div class="row faults-head">
        <h2 id="card-title">Rehearsal card</h2>
        <label class="row"><span class="soft">storms, seeds from 1</span><NumberField min={1} max={REHEARSE_STORMS_MAX} value={route.storms} isValid={isWhole(1, REHEARSE_STORMS_MAX)} onCommit={(wanted) => { onTurn(() => ({ storms: wanted })); }} /></label>
        <StormProgress state={state} progress={progress} onStop={onStop} onResume={onResume} />
        <span class="push" role="status" id="card-verdict">{card !== undefined && <Verdict card={card} />}</span>
      </div>
      <ScrollBox label="Hypotheses">
        <table id="card">
          <thead>
            <tr>
              <th scope="col" class="text">hypothesis</th><th scope="col">held in</th><th scope="col" class="text">95 % interval</th><th scope="col">wanted</th>
              <th scope="col" class="text">verdict</th><th scope="col">worst seed</th><td />
            </tr>
          </thead>
          <tbody>
            {route.expect.map((text, k) => <HypothesisRow key={k} text={text} k={k} judged={cardError === undefined ? card?.hypotheses[k] : undefined} onText={(other) => { expect(text, other); }} onOpen={open} />)}
          </tbody>
        </table>
      </ScrollBox>
      {cardError !== undefined && <p class="worse" role="alert">{cardError.faults.length > 0 ? cardError.faults.map(faultLine).join('; ') : cardError.message}</p>}
      <AddHypothesis onAdd={(text) => { onTurn((now) => ({ expect: [...now.expect, text] })); }} />
      {card !== undefined && card.unfinished.length > 0 && <p class="worse">{unfinishedText(card)}</p>}
      {storms.length > 0 && (
        <>
          <ScrollBox label="Figures over the storms">
            <table id="spread">
              <thead><tr><th scope="col" class="text">over {countText(storms.length, 'storm')}</th>{['least', 'median', 'p95', 'most'].map((name) => <th scope="col" key={name}>{name}</th>)}<th scope="col">worst seed</th></tr></thead>
              <tbody>{SPREAD.map((key) => <SpreadRow key={key} figure={key} storms={storms} shown={key === shown} onShow={() => { setShown(key); }} onOpen={open} />)}</tbody>
            </table>
          </ScrollBox>
          <StormDots figure={shown} storms={storms} seed={route.seed} onOpen={open} />
        </>
      )}
    </section>
  );
}

function Verdict({ card: { hypotheses, pass } }: { readonly card: RehearsalCard }): JSX.Element {
  if (hypotheses.length === 0) return <>no hypotheses</>;
  return pass ? <strong class="better">✓ all borne out</strong> : <strong class="worse">✕ {hypotheses.filter((h) => !h.pass).length} of {hypotheses.length} not borne out</strong>;
}

function unfinishedText({ storms, unfinished, unfinishedWithout }: RehearsalCard): string {
  const seeds = `${unfinished.slice(0, 8).join(', ')}${unfinished.length > 8 ? ', …' : ''}`, also = unfinishedWithout.length > 0 ? ` ${unfinishedWithout.length} do not finish without the faults either.` : '';
  return `${unfinished.length} of ${countText(storms, 'storm')} did not finish, seeds ${seeds}: they bear no hypothesis out and are not in the table below.${also}`;
}

function StormProgress({ state: { status, tookMs }, progress, onStop, onResume }: Pick<CardPanelProps, 'state' | 'progress' | 'onStop' | 'onResume'>): JSX.Element {
  const { done, total, msLeft } = progress.value;
  return (
    <span class="row storm-progress">
      <progress value={done} max={Math.max(1, total)} aria-label="Storms made" /><span data-status={status} id="storm-status">{done} of {total}</span>
      <span class="soft">{status === 'running' ? (Number.isFinite(msLeft) ? `${durationText(Math.max(100, Math.round(msLeft / 100) * 100))} left` : '…') : status === 'complete' ? `in ${durationText(Math.round(tookMs))}` : status}</span>
      {status === 'running' ? <button type="button" onClick={onStop}>Stop</button> : status === 'complete' ? null : <button type="button" onClick={onResume}>Go on</button>}
    </span>
  );
}

interface HypothesisRowProps {
  readonly text: string;
  readonly k: number;
  readonly judged: JudgedHypothesis | undefined;
  /** Empty: to be taken away. */
  readonly onText: (text: string) => void;
  readonly onOpen: (seed: number) => void;
}

const percent = (share: number): string => `${+(share * 100).toFixed(1)}`;

function HypothesisRow({ text, k, judged, onText, onOpen }: HypothesisRowProps): JSX.Element {
  const spec = judged === undefined ? undefined : FIGURE_BY_KEY[judged.figure], figure = (value: number): string => (value === Infinity ? 'never' : spec === undefined ? '' : metricText(spec, value));
  return (
    <tr data-hypothesis={text}>
      <th scope="row" class="text" title={judged === undefined ? undefined : `${hypothesisTitle(judged)}: ${spec!.definition}`}><TextField value={text} label={`hypothesis ${k + 1}`} check={isHypothesis} onCommit={onText} /></th>
      {judged === undefined ? <td colSpan={5} class="text soft">…</td> : (
        <>
          <td>{judged.held} of {judged.storms}</td><td class="text"><Interval judged={judged} /> {percent(judged.low)}–{percent(judged.high)} %</td><td>{percent(judged.share)} %</td>
          <td class="text">{judged.pass ? <span class="better">✓ pass</span> : <span class="worse">✕ fail</span>}</td>
          <td>{judged.worst !== null && <button type="button" class="link" onClick={() => { onOpen(judged.worst!.seed); }}>{judged.worst.seed}</button>} <span class="soft">{judged.worst === null ? '' : judged.worst.finished ? figure(judged.worst.value) : 'did not finish'}</span></td>
        </>
      )}
      <td><button type="button" class="plain" aria-label={`Remove hypothesis ${k + 1}`} onClick={() => { onText(''); }}>✕</button></td>
    </tr>
  );
}

const isHypothesis = (text: string): boolean => !('code' in parseHypothesis(text));

/** The share with its 95 % interval and what was wanted, on a line from 0 to 1. */
function Interval({ judged: { held, storms, low, high, share, pass } }: { readonly judged: JudgedHypothesis }): JSX.Element {
  const x = (value: number): number => 1 + value * 78;
  return (
    <svg class="interval" viewBox="0 0 80 12" aria-hidden="true">
      <line x1={x(0)} x2={x(1)} y1={6} y2={6} class="scale" /><line x1={x(low)} x2={x(high)} y1={6} y2={6} class={pass ? 'good' : 'bad'} />
      <circle cx={x(held / storms)} cy={6} r={3} class={pass ? 'good' : 'bad'} /><line x1={x(share)} x2={x(share)} y1={1} y2={11} class="wanted" />
    </svg>
  );
}

function AddHypothesis({ onAdd }: { readonly onAdd: (text: string) => void }): JSX.Element {
  const [text, setText] = useState(''), read = text.trim() === '' ? undefined : parseHypothesis(text), wrong = read !== undefined && 'code' in read, add = (): void => { if (read !== undefined && !('code' in read)) { onAdd(read.text); setText(''); } };
  return (
    <form class="row add-hypothesis" onSubmit={(event) => { event.preventDefault(); add(); }}>
      <label class="row"><span class="soft">state another</span>
        <input type="text" list="figure-names" value={text} placeholder="makespan <= 10d in 95%" aria-invalid={wrong} spellcheck={false} onInput={(event) => { setText(event.currentTarget.value); }} />
      </label>
      <datalist id="figure-names">{FIGURE_NAMES.map((name) => <option key={name} value={`${name} <= `} />)}</datalist>
      <button type="submit" disabled={read === undefined || wrong}>Add</button>
      <span class={wrong ? 'worse' : 'soft'} role="alert">{wrong && 'code' in read ? `${read.message}${read.hint === undefined ? '' : `; ${read.hint}`}` : read === undefined || 'code' in read ? '' : FIGURE_BY_KEY[read.figure].definition}</span>
    </form>
  );
}

function SpreadRow({ figure, storms, shown, onShow, onOpen }: { readonly figure: FigureKey; readonly storms: readonly StormFigures[]; readonly shown: boolean; readonly onShow: () => void; readonly onOpen: (seed: number) => void }): JSX.Element {
  const { title, min, median, p95, max, worst } = stormSpread(figure, storms);
  return (
    <tr data-figure={figure} class={shown ? 'picked' : ''}>
      <th scope="row"><button type="button" class="link" aria-pressed={shown} onClick={onShow} title={FIGURE_BY_KEY[figure].definition}>{title}</button></th><td>{min}</td><td>{median}</td><td>{p95}</td><td>{max}</td>
      <td>{worst !== '' && <button type="button" class="link" onClick={() => { onOpen(Number(worst)); }}>{worst}</button>}</td>
    </tr>
  );
}
