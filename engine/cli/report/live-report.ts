// A live run for people at a terminal, from what its daemon answers: how it stands, what its resources do, why a task waits.
import type { RunForecast } from '../../experiment/forecast-run.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { ResourceStatus, RunStatus } from '../../live/operations.ts';
import type { AttemptJson, InboxItemJson, PreviewJson, ResourceJson, RunJson, TaskJson, WaitingJson } from '../../live/api/answers.ts';
import { paint, tableText } from '../output/table-text.ts';
import type { TextCell } from '../output/table-text.ts';
import { bandText, clockText, countText, dollarText, durationText, futureText, numberText, shortText } from './measure.ts';
import { weightsText } from './run-report.ts';
import { plain, right } from './text-columns.ts';

export type { AttemptJson, InboxItemJson, PreviewJson, ResourceJson, RunJson, TaskJson, WaitingJson };

/** The run, its figures and its resources; with `tasks`, those too. */
export function statusReport(run: RunJson, resources: readonly ResourceJson[], tasks: readonly TaskJson[] | undefined, url: string, color: boolean): string {
  const style = run.phase === 'running' ? 'green' : run.phase === 'failed' ? 'red' : 'yellow', count = (state: string) => run.tasks[state] ?? 0;
  return [
    `${paint('bold', run.run, color)}: ${paint(style, run.phase, color)}${run.phase === 'running' && run.jobsOpen === 0 && run.rows > 0 ? ', nothing to do' : ''}, begun ${run.epoch.slice(0, 16).replace('T', ' ')} UTC, now ${clockText(Math.round(run.now))}  ${url}/web/`,
    ...(run.reason === '' ? [] : [`why: ${run.reason}`]),
    `tasks: ${['running', 'scheduled', 'eligible', 'queued'].map((state) => `${count(state)} ${state}`).join(', ')}; ${count('archived') + count('completed')} done, ${count('failed')} failed, ${count('cancelled')} cancelled; ${countText(run.jobsOpen, 'job')} open`,
    costLine(run),
    `journal: ${countText(run.rows, 'row')}, revision ${run.revision}, daemon started ${countText(run.daemonEpoch, 'time')}${run.unknown === 0 ? '' : `; ${countText(run.unknown, 'attempt')} of unknown fate`}${run.refusedReports === 0 ? '' : `; ${countText(run.refusedReports, 'late report')} refused`}`,
    '', resourceTable(resources, color), ...(tasks === undefined ? [] : ['', taskTable(tasks, color)]),
  ].join('\n');
}

/** What goes on when the daemon ends, and what it goes on costing; undefined when nothing does. */
export function goodbyeText({ run, vms, tasks }: Pick<RunStatus, 'run' | 'vms' | 'tasks'>, resources: readonly Pick<ResourceStatus, 'kind' | 'state' | 'price'>[]): string | undefined {
  if (vms === 0 && tasks.running === 0) return undefined;
  const hourly = resources.reduce((sum, { kind, state, price = 0 }) => sum + (kind === 'cloud' && state !== 'OFF' ? price : 0), 0);
  const stays = [...(vms === 0 ? [] : [`${countText(vms, 'VM')} up (${dollarText(hourly)} an hour)`]), ...(tasks.running === 0 ? [] : [`${countText(tasks.running, 'task')} running`])];
  return `${run}: without its daemon there ${vms + tasks.running === 1 ? 'stays' : 'stay'} ${stays.join(' and ')}; started again it takes them up, and kill-switch ends them`;
}

/** Policy, weights and money on one line. */
export function costLine(run: RunJson): string {
  const parameters = Object.entries(run.policy.parameters).map(([key, value]) => `${key}=${value}`).join(',');
  return `policy ${run.policy.name}${parameters === '' ? '' : `:${parameters}`}, weights ${weightsText(run.weights)}; spent ${dollarText(run.spent)}, with what is under way ${dollarText(run.spentAndCommitted)}${run.budget < 0 ? '' : ` of ${dollarText(run.budget)}`}`;
}

function resourceTable(resources: readonly ResourceJson[], color: boolean): string {
  const shown = resources.filter(({ state, placed }) => state !== 'OFF' || placed > 0), off = resources.length - shown.length;
  const rows = shown.map(({ unit, kind, driver, state, market, placed, running, used, capacity, cost, price, until }): TextCell[] => [
    unit, kind, driver, market === '' ? state : `${state} ${market}`, running, placed, shares(used, capacity), kind === 'cloud' ? dollarText(cost) : '', kind === 'cloud' && price > 0 ? dollarText(price) : '', until >= 0 ? clockText(until) : '',
  ]);
  const table = tableText([...plain('resource', 'kind', 'driver', 'state'), right('running'), right('placed'), { title: 'in use' }, right('cost'), right('per hour'), right('until')], rows, { color });
  return off === 0 ? table : `${table}\n${countText(off, 'VM')} off`;
}

/** `cores 50 %, memory 12 %`. */
function shares(used: Readonly<Record<string, number>>, capacity: Readonly<Record<string, number>>): string {
  return Object.entries(capacity).filter(([, whole]) => whole > 0).map(([name, whole]) => `${name} ${numberText((used[name] ?? 0) / whole * 100, 0)} %`).join(', ');
}

function taskTable(tasks: readonly TaskJson[], color: boolean): string {
  return tableText([...plain('task', 'job', 'state', 'on'), right('attempt'), right('done', '%'), right('since'), right('end expected')], tasks.map(({ id, job, state, unit, attempt, progressPpm, since, finish }) => [
    shortText(id, 32), shortText(job, 20), state, unit, attempt, numberText(progressPpm / 10_000, 0), clockText(Math.round(since)), finish >= 0 ? clockText(Math.round(finish)) : null,
  ]), { color });
}

/** A task and its attempts, one line each. */
export function attemptLines(task: TaskJson, attempts: readonly AttemptJson[]): string[] {
  const head = `${task.id}: ${task.state}${task.unit === '' ? '' : ` on ${task.unit}`}, ${numberText(task.progressPpm / 10_000, 0)} % saved${task.unknown === '' ? '' : `; fate unknown: ${task.unknown}`}${task.reason === '' ? '' : `; ${task.reason}`}`;
  return [head, ...attempts.map(({ attempt, token, unit, placedAt, endedAt, outcome, reason, by = '', output }) => {
    const end = endedAt < 0 ? 'under way' : `${outcome} after ${durationText(endedAt - placedAt)}${reason === '' ? '' : ` (${reason})`}${by === '' ? '' : ` by ${by}`}${output === undefined || output === null ? '' : `: ${shortText(JSON.stringify(output), 80)}`}`;
    return `  attempt ${attempt} (token ${token}) on ${unit} from ${clockText(Math.round(placedAt))}: ${end}`;
  })];
}

/** What keeps a task from each place. */
export function waitingReport({ after, places }: WaitingJson): string {
  if (after.length > 0) return `waits for ${after.slice(0, 10).join(', ')}${after.length > 10 ? ` and ${after.length - 10} more` : ''}`;
  if (places.length === 0) return 'no resource of the fleet can take it';
  return ['it could go to', ...places.map(({ place, market, fresh, refusal, start, cost }) => `  ${fresh ? `a new ${place}` : place}${market === '' ? '' : ` (${market})`}: ${refusal === '' ? `from ${clockText(Math.round(start))}, for ${dollarText(cost)}` : refusal}`)].join('\n');
}

/** What would be started and spent at once, and by futures in the end. */
export function previewReport({ placements, vms, released, cost, spent, budget, forecast: { futures, unfinished, finish, cost: whole } }: PreviewJson & { readonly forecast: RunForecast }, color: boolean): string {
  const lost = Object.entries(unfinished).map(([cause, count]) => `; ${count} ended by ${cause}, and are in no band`).join('');
  return [
    ...(placements.length === 0 && vms.length === 0 && released.length === 0 ? ['nothing would be started at once'] : [paint('bold', 'what would be started at once', color)]),
    ...(vms.length === 0 ? [] : [`VMs that would be started: ${vms.map(({ unit, market, pricePerHour }) => `${unit} (${market}, ${dollarText(pricePerHour)} an hour)`).join(', ')}`]),
    ...(released.length === 0 ? [] : [`VMs that would be released: ${released.join(', ')}`]),
    ...(placements.length === 0 ? [] : [tableText([...plain('task', 'on'), right('from'), right('to'), right('cost')], placements.map((one) => [shortText(one.task, 40), one.unit, clockText(Math.round(one.start)), clockText(Math.round(one.finish)), dollarText(one.cost)]), { color })]),
    `expected cost of these ${dollarText(cost)}; spent so far ${dollarText(spent)}${budget < 0 ? '' : ` of ${dollarText(budget)}`}`, '',
    paint('bold', `the whole run, by ${countText(futures, 'future')}${lost}`, color), `ends after  ${bandText(finish, futureText, { less: 'before', more: 'after' })}`, `costs       ${bandText(whole, dollarText)}`, 'Nothing was started.',
  ].join('\n');
}

export function inboxTable(items: readonly InboxItemJson[], color: boolean): string {
  return tableText([...plain('item', 'person', 'state', 'what'), right('asked at'), right('expected by'), ...plain('said by')], items.map(({ id, person, state, prompt, offeredAt, expectedAt, by = '' }) => [id, person, state, shortText(prompt, 60), clockText(Math.round(offeredAt)), expectedAt < 0 ? null : clockText(Math.round(expectedAt)), by]), { color });
}

/** One row: `   12  00:01:30  task-started  task=a attempt=1 unit=ws`. */
export function recordLine({ n, t, name, fields, by = '', reason = '' }: RecordView): string {
  const values = Object.entries(fields).map(([key, value]) => `${key}=${typeof value === 'object' ? value.number : value}`).join(' ');
  return `${String(n).padStart(6)}  ${clockText(Math.round(t)).padStart(12)}  ${name.padEnd(16)} ${values}${by === '' ? '' : `  by ${by}`}${reason === '' ? '' : `  (${reason})`}`;
}
