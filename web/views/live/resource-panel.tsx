// Every resource as it is now and as it has been: state, what is in use, utilisation, idle time, cost, what an hour of it costs,
// the allowance of an API, and what was announced. Of a VM that is up one can ask what its loss would do.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ResourceJson } from '../../../engine/live/api/answers.ts';
import { countText, dollarText, numberText, timeUnit } from '../../../engine/metrics/figure-text.ts';
import type { LiveDesk, LiveRun } from '../../state/live-desk.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { DataTable } from '../run/data-table.tsx';
import type { DataColumn } from '../run/data-table.tsx';
import { instantText } from '../run/hover-card.tsx';
import { shareInUse, untilText } from './live-figures.ts';

export interface ResourcePanelProps {
  readonly desk: LiveDesk;
  readonly live: LiveRun;
  readonly picture: RunPicture;
}

interface Line { readonly now: ResourceJson; readonly past: RunPicture['resources'][number] }

export function ResourcePanel({ desk, live: { run, resources }, picture }: ResourcePanelProps): JSX.Element {
  const lines = useMemo(() => linesOf(resources, picture), [resources, picture]), shown = lines.filter(({ now, past }) => now.kind !== 'cloud' || now.state !== 'OFF' || past.attempts > 0 || past.offeredMs > 0), columns = useMemo(() => columnsOf(shown, run.now, desk), [lines]);
  return (
    <section class="panel" aria-labelledby="live-resources-title">
      <h2 id="live-resources-title">Resources <span class="soft">{shown.length === lines.length ? '' : `${countText(lines.length - shown.length, 'VM slot')} not used yet`}</span></h2>
      <DataTable label="Resources" rows={shown} columns={columns} keyOf={({ now }) => now.unit} />
    </section>
  );
}

/** The daemon's and the journal's word on each unit; a unit that only one of them knows yet waits for the other. */
export function linesOf(resources: readonly ResourceJson[], { resources: rows }: Pick<RunPicture, 'resources'>): Line[] {
  const byUnit = new Map(rows.map((row) => [row.unit, row]));
  return resources.flatMap((now) => { const past = byUnit.get(now.unit); return past === undefined ? [] : [{ now, past }]; });
}

function columnsOf(lines: readonly Line[], now: number, desk: LiveDesk): DataColumn<Line>[] {
  const unit = timeUnit(lines.reduce((most, { past }) => Math.max(most, past.offeredMs), 0)), time = (ms: number): string => numberText(ms / unit.ms, 2), limited = lines.some(({ now: { kind } }) => kind === 'api'), hasVms = lines.some(({ now: { kind } }) => kind === 'cloud');
  const columns: DataColumn<Line>[] = [
    { title: 'resource', value: ({ now: { unit: name } }) => name, text: ({ now: { unit: name } }) => name },
    { title: 'driver', value: ({ now: { driver } }) => driver, text: ({ now: { driver } }) => driver },
    { title: 'state', value: (line) => stateText(line), text: (line) => stateText(line), cell: (line) => <span class={`state ${stateClass(line.now)}`}>{stateText(line)}</span> },
    { title: 'running', hint: 'Tasks that run on it now', value: ({ now: { running } }) => running, text: ({ now: { running } }) => String(running) },
    { title: 'placed', hint: 'Tasks that are on it, running or about to', value: ({ now: { placed } }) => placed, text: ({ now: { placed } }) => String(placed) },
    { title: 'in use', unit: '%', hint: 'Largest share of its capacity in use now', value: ({ now: at }) => shareInUse(at), text: ({ now: at }) => numberText(100 * shareInUse(at), 0), cell: ({ now: at }) => <InUse share={shareInUse(at)} /> },
    { title: 'utilisation', unit: '%', hint: 'Largest share of its capacity in use, averaged over offered time', value: ({ past }) => past.utilisation, text: ({ past }) => numberText(100 * past.utilisation, 1) },
    { title: 'idle', unit: unit.name, hint: 'Offered, and nothing ran', value: ({ past }) => past.idleMs, text: ({ past }) => time(past.idleMs) },
    { title: 'offered', unit: unit.name, hint: 'Time in which it could work', value: ({ past }) => past.offeredMs, text: ({ past }) => time(past.offeredMs) },
    { title: 'cost', unit: '$', value: ({ past }) => past.costMicroUsd, text: ({ past }) => (past.costMicroUsd / 1e6).toFixed(4) },
    { title: 'per h', unit: '$', hint: 'Cost per offered hour', value: ({ past }) => past.costPerHourMicroUsd, text: ({ past }) => (past.costPerHourMicroUsd / 1e6).toFixed(3) },
  ];
  if (hasVms) columns.push({ title: 'price now', unit: '$/h', value: ({ now: at }) => (at.kind === 'cloud' ? at.price : NaN), text: ({ now: at }) => (at.kind === 'cloud' && at.price > 0 ? (at.price / 1e6).toFixed(3) : '') });
  if (limited) columns.push({ title: 'requests left', hint: 'Of the published allowance', value: ({ now: at }) => (at.kind === 'api' ? at.requestsLeft : NaN), text: ({ now: at }) => allowance(at, at.requestsLeft, at.requestsBurst), cell: ({ now: at }) => <Allowance of={at} left={at.requestsLeft} burst={at.requestsBurst} name={`Requests left of ${at.unit}`} /> });
  if (limited) columns.push({ title: 'tokens left', hint: 'Of the published allowance', value: ({ now: at }) => (at.kind === 'api' ? at.tokensLeft : NaN), text: ({ now: at }) => allowance(at, at.tokensLeft, at.tokensBurst), cell: ({ now: at }) => <Allowance of={at} left={at.tokensLeft} burst={at.tokensBurst} name={`Tokens left of ${at.unit}`} /> });
  columns.push({ title: 'until', hint: 'Announced end of a VM, of a limit, of an absence', value: ({ now: at }) => (at.until > now ? at.until : NaN), text: ({ now: at }) => (at.until > now ? `${instantText(at.until)}, in ${untilText(at.until, now)}` : '') });
  if (hasVms) columns.push({ title: 'what if', value: () => NaN, text: () => '', cell: ({ now: at }) => (at.kind === 'cloud' && at.state !== 'OFF' ? <button type="button" class="small" onClick={() => { desk.askLoss(at.unit); }}>Lose {at.unit} now?</button> : '') });
  return columns;
}

function stateText({ now: { state, market } }: Line): string {
  return market === '' ? state.toLowerCase() : `${state.toLowerCase()}, ${market}`;
}

function stateClass({ state }: ResourceJson): string {
  return ['limited', 'away', 'DRAINING'].includes(state) ? 'worse' : ['OFF', 'off'].includes(state) ? 'soft' : '';
}

function allowance({ kind }: ResourceJson, left: number, burst: number): string {
  return kind !== 'api' ? '' : burst < 0 ? 'no limit' : `${left} of ${burst}`;
}

function Allowance({ of, left, burst, name }: { readonly of: ResourceJson; readonly left: number; readonly burst: number; readonly name: string }): JSX.Element {
  return <span class="level">{of.kind === 'api' && burst > 0 && <meter min={0} max={burst} low={burst * 0.2} optimum={burst} value={left} aria-label={name} />}{allowance(of, left, burst)}</span>;
}

function InUse({ share }: { readonly share: number }): JSX.Element {
  return Number.isNaN(share) ? <>–</> : <span class="level"><i class="bar-of" aria-hidden="true"><i style={{ width: `${Math.min(1, share) * 100}%` }} /></i>{numberText(100 * share, 0)}</span>;
}

export const priceText = (microDollars: number): string => `${dollarText(microDollars)}/h`;
