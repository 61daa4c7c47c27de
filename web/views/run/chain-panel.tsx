// What determined the makespan: the critical path as it really was, its time by cause, its steps, how far it is at the instant
// that is looked at, and what of the planned path is on it.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { CHAIN_CAUSES, CHAIN_LINKS, linkText } from '../../../engine/metrics/cause-names.ts';
import { OUTCOME_COMPLETED } from '../../../engine/metrics/columns.ts';
import { countText, durationText, numberText } from '../../../engine/metrics/figure-text.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { DataTable } from './data-table.tsx';
import type { DataColumn } from './data-table.tsx';
import { tableInstant } from './hover-card.tsx';
import type { RunScope } from './run-scope.ts';

export interface ChainPanelProps {
  readonly picture: RunPicture;
  readonly scope: RunScope;
  /** Default: that it determined the makespan. */
  readonly title?: string;
}

/** By index into CHAIN_CAUSES; causes without a colour of their own share that of waiting. */
const CAUSE_COLOURS: readonly string[] = [
  'var(--bar-work)', 'var(--bar-lost)', 'var(--series-6)', 'var(--bar-setup)', 'var(--line-strong)', 'var(--vm-boot)', 'var(--series-2)', 'var(--wait-token)', 'var(--wait-person)', 'var(--bar-wait)', 'var(--vm-life)', 'var(--series-3)',
  'var(--bar-failed)', 'var(--state-queued)', 'var(--kill)', 'var(--line-strong)',
];

/** A cause is told from this time or this share on: less would stand there as 0.00 s or as 0.0 %. */
const TOLD_MS = 1000, TOLD_SHARE = 0.0005;

export function ChainPanel({ picture, scope, title = 'What determined the makespan' }: ChainPanelProps): JSX.Element {
  const { chain, attempts, planned } = picture, makespan = chain.total.reduce((sum, ms) => sum + ms, 0), causes = useMemo(() => [...chain.total.keys()].filter((c) => chain.total[c]! >= Math.min(TOLD_MS, TOLD_SHARE * makespan) && chain.total[c]! > 0).sort((a, b) => chain.total[b]! - chain.total[a]!), [chain, makespan]);
  const shared = useMemo(() => { const on = new Set(Array.from(chain.row, (k) => attempts.task[k]!)); return planned.tasks.reduce((sum, t) => sum + Number(on.has(t)), 0); }, [picture]);
  return (
    <section class="panel chain" aria-labelledby="chain-title">
      <h2 id="chain-title">{title} <span class="soft">{durationText(makespan)}, {countText(chain.count, 'step')}</span></h2>
      {makespan > 0 && <div class="waits" aria-hidden="true">{causes.map((c) => <i key={c} style={{ width: `${chain.total[c]! / makespan * 100}%`, background: CAUSE_COLOURS[c] }} />)}</div>}
      <ul class="legend" aria-label="By cause">{causes.map((c) => <li key={c}><i style={{ background: CAUSE_COLOURS[c]!, outline: '1px solid var(--line-strong)' }} />{CHAIN_CAUSES[c]} <strong data-cause={CHAIN_CAUSES[c]}>{durationText(chain.total[c]!)}</strong> {numberText(chain.total[c]! / makespan * 100, 1)} %</li>)}</ul>
      <Progress picture={picture} scope={scope} />
      <p class="soft">Each step began when the last thing it waited for was there: a predecessor, its data, room held by another task, a VM. By estimates alone the longest path takes {durationText(planned.lengthMs)}; {shared} of its {countText(planned.tasks.length, 'task')} {shared === 1 ? 'is' : 'are'} on this one.</p>
    </section>
  );
}

/** Apart, so that playing draws nothing else again. */
function Progress({ picture: { cause, chain, attempts, tasks, planned }, scope }: Omit<ChainPanelProps, 'title'>): JSX.Element | null {
  const at = scope.shownAt, ended = useMemo(() => completions({ attempts, tasks }), [attempts]);
  if (chain.count === 0) return null;
  const from = chain.from[0]!, to = chain.to[chain.count - 1]!, share = to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 1, step = chain.to.findIndex((end) => end > at), now = step < 0 ? undefined : tasks.ids[attempts.task[chain.row[step]!]!]!;
  const done = planned.tasks.reduce((sum, t) => sum + Number(ended[t]! <= at), 0);
  // What will have determined a run that goes on is not known yet; what was planned to is.
  if (cause === 'open') return <p class="row progress"><progress max={planned.tasks.length} value={done} aria-label="Progress of the planned critical path" /><span><strong>{done} of {planned.tasks.length}</strong> tasks of the planned critical path done</span></p>;
  return (
    <p class="row progress">
      <progress max={1} value={share} aria-label="Progress of the critical path" />
      <span><strong>{numberText(share * 100, 0)} %</strong> {now === undefined ? 'at its end' : `at step ${step + 1}, ${now}`}; planned path: {done} of {planned.tasks.length} done</span>
    </p>
  );
}

/** When each task was completed; Infinity if never. */
function completions({ attempts: a, tasks }: Pick<RunPicture, 'attempts' | 'tasks'>): Float64Array {
  const at = new Float64Array(tasks.ids.length).fill(Infinity);
  for (let k = 0; k < a.count; k++) if (a.outcome[k] === OUTCOME_COMPLETED) at[a.task[k]!] = a.endedAt[k]!;
  return at;
}

interface StepLine { readonly step: number; readonly k: number; readonly task: string; readonly unit: string; readonly waitedFor: string; readonly from: number; readonly to: number; readonly started: number; readonly mostly: string }

/** Every step of the chain, in a table as wide as the page. `onPick`: takes the row of an attempt. */
export function ChainSteps({ picture, onPick }: { readonly picture: RunPicture; readonly onPick: (attempt: number) => void }): JSX.Element {
  const rows = useMemo(() => stepLines(picture), [picture]), written = tableInstant(rows.at(-1)?.to ?? 0), columns = useMemo((): DataColumn<StepLine>[] => [
    { title: 'task', value: ({ step }) => step, text: ({ task }) => task, cell: ({ task, k }) => <button type="button" class="link" onClick={() => { onPick(k); }}>{task}</button> },
    { title: 'waited last for', value: ({ waitedFor }) => waitedFor, text: ({ waitedFor }) => waitedFor }, { title: 'began waiting', value: ({ from }) => from, text: ({ from }) => written(from) },
    { title: 'ran', value: ({ started }) => started, text: ({ started }) => written(started) }, { title: 'finish', value: ({ to }) => to, text: ({ to }) => written(to) },
    { title: 'mostly', value: ({ mostly }) => mostly, text: ({ mostly }) => mostly }, { title: 'takes', value: ({ from, to }) => to - from, text: ({ from, to }) => durationText(to - from) }, { title: 'on', value: ({ unit }) => unit, text: ({ unit }) => unit },
  ], [onPick, written]);
  return (
    <section class="panel" aria-labelledby="steps-title">
      <h2 id="steps-title">Critical path, step by step <span class="soft">{rows.length}</span></h2>
      <DataTable label="Steps of the critical path" rows={rows} columns={columns} keyOf={({ step }) => String(step)} />
    </section>
  );
}

/** `On the critical path: 93.3 h of the makespan, mostly off hours 80.0 h.` Empty for a task that is not on it. */
export function chainSentence({ chain, attempts: a }: Pick<RunPicture, 'chain' | 'attempts'>, task: number): string {
  const causes = CHAIN_CAUSES.length, sum = new Float64Array(causes);
  let on = false;
  for (let s = 0; s < chain.count; s++) {
    if (a.task[chain.row[s]!] !== task) continue;
    on = true;
    for (let c = 0; c < causes; c++) sum[c]! += chain.ms[s * causes + c]!;
  }
  const most = sum.indexOf(Math.max(...sum));
  return on ? `On the critical path: ${durationText(sum.reduce((x, y) => x + y, 0))} of the makespan${sum[most]! > 0 ? `, mostly ${CHAIN_CAUSES[most]!} ${durationText(sum[most]!)}` : ''}.` : '';
}

export function stepLines({ chain, attempts: a, tasks, units }: RunPicture): StepLine[] {
  const name = (k: number): string => tasks.ids[a.task[k]!]!, causes = CHAIN_CAUSES.length;
  return Array.from({ length: chain.count }, (_, s) => {
    const k = chain.row[s]!, before = chain.releasedBy[s]!, ms = chain.ms.subarray(s * causes, (s + 1) * causes), most = ms.indexOf(Math.max(...ms));
    return {
      step: s, k, task: name(k), unit: units.ids[a.unit[k]!]!, waitedFor: linkText(CHAIN_LINKS[chain.link[s]!]!, before < 0 ? '' : name(before)), from: chain.from[s]!, to: chain.to[s]!,
      started: a.startedAt[k]!, mostly: ms[most]! > 0 ? `${CHAIN_CAUSES[most]!} ${durationText(ms[most]!)}` : '',
    };
  });
}
