// The figures of a live run that are made of more than one source: what the journal folds to, what the daemon says of now, and
// what futures say. Pure, so that a test can ask for the same.
import { OUTCOME_COMPLETED } from '../../../engine/metrics/columns.ts';
import { clockText } from '../../../engine/metrics/figure-text.ts';
import type { Band, Outlook, RunForecast } from '../../../engine/experiment/forecast-run.ts';
import type { ResourceJson, RunJson } from '../../../engine/live/api/answers.ts';
import type { RunPicture } from '../../worker/protocol.ts';

/** The states of `status` in the order of the timeline's stack, with their colours. */
export const STATE_PARTS = [
  { name: 'done', of: ['completed', 'archived'], ink: 'state-completed' }, { name: 'running', of: ['running'], ink: 'state-running' }, { name: 'placed', of: ['scheduled'], ink: 'state-scheduled' },
  { name: 'eligible', of: ['eligible'], ink: 'state-eligible' }, { name: 'queued', of: ['queued'], ink: 'state-queued' }, { name: 'failed or cancelled', of: ['failed', 'cancelled'], ink: 'state-gone' },
] as const;

/** Tasks by part of STATE_PARTS. */
export function stateParts({ tasks }: RunJson): number[] {
  return STATE_PARTS.map(({ of }) => of.reduce((sum, state) => sum + (tasks[state] ?? 0), 0));
}

/** Micro-dollars an hour of the VMs that are up. */
export function hourlyPrice(resources: readonly ResourceJson[]): number {
  return resources.reduce((sum, { kind, state, price }) => sum + (kind === 'cloud' && state !== 'OFF' ? price : 0), 0);
}

/** Tasks of the planned critical path that are done, and the share of its length they stand for, in [0, 1]. */
export function plannedProgress({ planned, attempts: a, tasks }: RunPicture): { readonly done: number; readonly of: number; readonly next: string } {
  const completed = new Uint8Array(tasks.ids.length);
  for (let k = 0; k < a.count; k++) if (a.outcome[k] === OUTCOME_COMPLETED) completed[a.task[k]!] = 1;
  const next = planned.tasks.find((t) => completed[t] === 0);
  return { done: planned.tasks.reduce((sum, t) => sum + completed[t]!, 0), of: planned.tasks.length, next: next === undefined ? '' : tasks.ids[next]! };
}

/** The largest share of what a resource has that is in use, in [0, 1]; NaN when it has nothing that can be counted. */
export function shareInUse({ used, capacity }: ResourceJson): number {
  const shares = Object.entries(capacity).filter(([, whole]) => whole > 0).map(([name, whole]) => (used[name] ?? 0) / whole);
  return shares.length === 0 ? NaN : Math.max(...shares);
}

/** The least likely of the deadlines, in [0, 1]; undefined without any. */
export function leastOnTime({ jobs }: RunForecast): { readonly job: string; readonly onTime: number } | undefined {
  return jobs.filter(({ onTime }) => onTime >= 0).reduce<{ readonly job: string; readonly onTime: number } | undefined>((least, job) => (least === undefined || job.onTime < least.onTime ? job : least), undefined);
}

/** `00:01:30`: an instant to come, to the second. */
export const futureText = (ms: number): string => clockText(Math.round(ms / 1000) * 1000);

/** `00:01:30 – 00:01:42`; `exact` where it is a single value; empty for the band of nothing. */
export const bandText = ({ p10, p90 }: Band, text: (value: number) => string): string => (!Number.isFinite(p10) ? '' : p10 === p90 ? 'exact' : `${text(p10)} – ${text(p90)}`);

/** `no future ends: budget-exhausted`; empty where some do. */
export const endlessText = ({ finish, unfinished }: Outlook): string => (Number.isFinite(finish.p50) ? '' : `no future ends: ${Object.keys(unfinished).join(', ')}`);

/** How much more, over futures: `+12.5 s (one in ten below +1.2 s, one in ten above +30 s)`, `nothing` where most agree on it. */
export function changeText({ p10, p50, p90 }: Band, text: (value: number) => string): string {
  if (Number.isNaN(p50)) return 'nobody knows: no future ends both ways';
  const signed = (value: number): string => (value === 0 ? 'nothing' : `${value > 0 ? '+' : '−'}${text(Math.abs(value))}`);
  return p10 === p90 ? `${signed(p50)} (the same in at least eight of ten)` : `${signed(p50)} (one in ten below ${signed(p10)}, one in ten above ${signed(p90)})`;
}

/** Why a band is a single value; undefined where it is none. */
export const bandHint = ({ p10, p90 }: Band): string | undefined => (p10 === p90 ? 'At least eight of ten futures agree: durations have no spread, or hardly any' : undefined);

/** What a forecast supposes of a run in which nothing new is decided; empty where it supposes nothing. */
export const supposition = ({ phase }: RunJson): string => (['paused', 'draining', 'drained', 'stopped'].includes(phase) ? 'if it went on now' : '');

/** `12 s`, `4 min`, `1.2 h`: how long until then; empty when it is past or never. */
export function untilText(until: number, now: number): string {
  const ms = until - now;
  if (until < 0 || ms <= 0) return '';
  return ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
