// How the run stands, in one line of figures: tasks, queue, utilisation, the planned critical path, money, and what is to come.
import type { ComponentChildren, JSX } from 'preact';
import type { RunForecast } from '../../../engine/experiment/forecast-run.ts';
import { countText, dollarText, durationText, numberText } from '../../../engine/metrics/figure-text.ts';
import type { LiveRun } from '../../state/live-desk.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { seriesAt } from '../run/series-path.ts';
import { STATE_PARTS, bandHint, bandText, endlessText, futureText, hourlyPrice, leastOnTime, plannedProgress, stateParts, supposition } from './live-figures.ts';

export function FigureStrip({ live: { run, resources }, picture, forecast }: { readonly live: LiveRun; readonly picture: RunPicture; readonly forecast: RunForecast | undefined }): JSX.Element {
  const counts = stateParts(run), tasks = counts.reduce((sum, count) => sum + count, 0), { done, of, next } = plannedProgress(picture), limited = run.budget >= 0, hourly = hourlyPrice(resources), least = forecast === undefined ? undefined : leastOnTime(forecast), isOpen = run.jobsOpen > 0, to = isOpen ? forecast : undefined;
  const all = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('; '), onTime = least === undefined ? '' : `${numberText(least.onTime * 100, 0)} % on time`;
  const queue = seriesAt(picture.queue, picture.endedAt, true), utilisation = seriesAt(picture.utilisation, picture.endedAt, true);
  return (
    <section class="panel figure-strip" aria-label="Figures now">
      <Figure name="Tasks" value={`${counts[0]} of ${tasks} done`} wide>
        <span class="stacked" aria-hidden="true">{STATE_PARTS.map(({ name, ink }, k) => counts[k]! > 0 && <i key={name} style={{ flexGrow: counts[k], background: `var(--${ink})` }} />)}</span>
        <span data-figure="states">{STATE_PARTS.map(({ name }, k) => ({ name, count: counts[k]! })).slice(1).filter(({ name, count }) => count > 0 || name === 'running').map(({ name, count }) => `${count} ${name}`).join(' · ')}</span>
      </Figure>
      <Figure name="Queue depth" value={Number.isFinite(queue) ? String(queue) : '–'} figure="queue">{countText(Math.max(0, ...picture.queue.values), 'task')} at most</Figure>
      <Figure name="Utilisation" value={`${numberText(100 * (Number.isNaN(utilisation) ? 0 : utilisation), 0)} %`}><span data-figure="utilisation">mean {numberText(100 * picture.metrics.utilisation, 1)} %</span></Figure>
      <Figure name="Planned critical path" value={`${done} of ${of} done`} figure="path"><progress max={Math.max(1, of)} value={done} aria-label="Tasks of the planned critical path that are done" /><span class="cut">{next === '' ? durationText(picture.planned.lengthMs) : `next ${next}`}</span></Figure>
      <Figure name="Spent" value={dollarText(run.spent)} figure="spent">{limited && <progress max={Math.max(1, run.budget)} value={run.spentAndCommitted} aria-label="Spent and committed of the budget" />}<span>{limited ? `of ${dollarText(run.budget)}; ` : 'no budget; '}{dollarText(run.spentAndCommitted)} committed</span></Figure>
      <Figure name="VMs per hour" value={dollarText(hourly)} figure="hourly">{countText(run.vms, 'VM')} up</Figure>
      <Figure name="Will have cost" value={to === undefined ? '–' : dollarText(to.cost.p50)}>{to !== undefined && <span title={bandHint(to.cost)}>{all(bandText(to.cost, dollarText), endlessText(to), supposition(run))}</span>}</Figure>
      <Figure name={isOpen ? 'Will end' : 'Ended'} value={isOpen ? (to === undefined ? '–' : futureText(to.finish.p50)) : futureText(picture.endedAt)}>{to !== undefined && <span title={bandHint(to.finish)}>{all(bandText(to.finish, futureText), endlessText(to), onTime, supposition(run))}</span>}</Figure>
    </section>
  );
}

interface FigureProps { readonly name: string; readonly value: string; readonly figure?: string; readonly wide?: boolean; readonly children?: ComponentChildren }

function Figure({ name, value, figure, wide = false, children }: FigureProps): JSX.Element {
  return <div class={wide ? 'figure wide' : 'figure'}><span class="name">{name}</span><strong data-figure={figure}>{value}</strong><span class="under">{children}</span></div>;
}
