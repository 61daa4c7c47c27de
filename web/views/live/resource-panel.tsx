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
    { title: 'running', hint: 'Tasks that run on it now, and those that are about to', value: ({ now: { placed } }) => placed, text: ({ now: { running, placed } }) => (placed > running ? `${running} + ${placed - running}` : String(running)) },
    { title: 'in use', unit: '%', hint: 'Largest share of its capacity in use now', value: ({ now: at }) => shareInUse(at), text: ({ now: at }) => numberText(100 * shareInUse(at), 0), cell: ({ now: at }) => <InUse share={shareInUse(at)} /> },
    { title: 'utilisation', unit: '%', hint: 'Largest share of its capacity in use, averaged over offered time', value: ({ past }) => past.utilisation, text: ({ past }) => numberText(100 * past.utilisation, 1) },
    { title: 'idle', unit: unit.name, hint: 'Offered, and nothing ran', value: ({ past }) => past.idleMs, text: ({ past }) => time(past.idleMs) },
    { title: 'offered', unit: unit.name, hint: 'Time in which it could work', value: ({ past }) => past.offeredMs, text: ({ past }) => time(past.offeredMs) },
    { title: 'cost', unit: '$', value: ({ past }) => past.costMicroUsd, text: ({ past }) => moneyText(past.costMicroUsd) },
    { title: 'per h', unit: '$', hint: 'Cost per offered hour', value: ({ past }) => past.costPerHourMicroUsd, text: ({ past }) => moneyText(past.costPerHourMicroUsd) },
  ];
  if (limited) columns.push({ title: 'allowance left', hint: 'Calls and tokens of what an API publishes', value: ({ now: at }) => (at.kind === 'api' ? at.requestsLeft : NaN), text: ({ now: at }) => allowanceText(at), cell: ({ now: at }) => <Allowance of={at} /> });
  if (lines.some(({ now: { until } }) => until > now)) columns.push({ title: 'until', hint: 'Announced end of a VM, of a limit, of an absence', value: ({ now: at }) => (at.until > now ? at.until : NaN), text: ({ now: at }) => (at.until > now ? `in ${untilText(at.until, now)}` : ''), cell: ({ now: at }) => (at.until > now ? <span class="worse" title={instantText(at.until)}>in {untilText(at.until, now)}</span> : '') });
  if (hasVms) columns.push({ title: 'what if', hint: 'What would follow if it were killed now', value: () => NaN, text: () => '', cell: ({ now: at }) => (at.kind === 'cloud' && at.state !== 'OFF' ? <button type="button" class="small" onClick={() => { desk.askLoss(at.unit); }}>Lose {at.unit} now?</button> : '') });
  return columns;
}

function stateText({ now: { state, market, price } }: Line): string {
  return market === '' ? state.toLowerCase() : `${state.toLowerCase()}, ${market} ${dollarText(price)}/h`;
}

function stateClass({ state }: ResourceJson): string {
  return ['limited', 'away', 'DRAINING'].includes(state) ? 'worse' : ['OFF', 'off'].includes(state) ? 'soft' : '';
}

/** What an API still allows, by axis; those without a limit are left out. */
function allowances({ kind, requestsLeft, requestsBurst, tokensLeft, tokensBurst }: ResourceJson): { readonly what: string; readonly left: number; readonly burst: number }[] {
  if (kind !== 'api') return [];
  return [{ what: 'calls', left: requestsLeft, burst: requestsBurst }, { what: 'tokens', left: tokensLeft, burst: tokensBurst }].filter(({ burst }) => burst > 0);
}

function allowanceText(of: ResourceJson): string {
  const found = allowances(of);
  return of.kind !== 'api' ? '' : found.length === 0 ? 'no limit' : found.map(({ what, left, burst }) => `${left} of ${burst} ${what}`).join(', ');
}

function Allowance({ of }: { readonly of: ResourceJson }): JSX.Element {
  const found = allowances(of);
  if (found.length === 0) return <>{allowanceText(of)}</>;
  return <span class="levels level">{found.map(({ what, left, burst }) => <><meter key={what} min={0} max={burst} low={burst * 0.2} optimum={burst} value={left} aria-label={`${what} left of ${of.unit}`} /><span>{left} of {burst} {what}</span></>)}</span>;
}

function InUse({ share }: { readonly share: number }): JSX.Element {
  return Number.isNaN(share) ? <>–</> : <span class="level"><i class="bar-of" aria-hidden="true"><i style={{ width: `${Math.min(1, share) * 100}%` }} /></i>{numberText(100 * share, 0)}</span>;
}

/** Dollars with four digits below one: a column of them lines up. */
const moneyText = (microDollars: number): string => (microDollars / 1e6).toFixed(Math.abs(microDollars) < 1e6 && microDollars !== 0 ? 4 : 2);
