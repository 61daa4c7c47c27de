// The live run: how it stands in one line of figures, the pictures of the Run view fed as it goes on, what people are asked,
// what is to be expected, what every resource does and costs, and the switches.
import type { JSX } from 'preact';
import { useCallback, useMemo, useRef } from 'preact/hooks';
import type { LiveDesk, LiveRun } from '../../state/live-desk.ts';
import type { Theme } from '../../state/theme.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { ErrorBox, FaultList } from '../fault-list.tsx';
import type { Bench } from '../open-view.ts';
import { ChainPanel, ChainSteps } from '../run/chain-panel.tsx';
import { GraphPanel } from '../run/graph-panel.tsx';
import type { RunScope } from '../run/run-scope.ts';
import { JobTable } from '../run/run-tables.tsx';
import { Timeline } from '../run/timeline.tsx';
import { FigureStrip } from './figure-strip.tsx';
import { ForecastPanel } from './forecast-panel.tsx';
import { InjectedPanel, RehearsalBanner } from './injected-panel.tsx';
import { InboxPanel } from './inbox-panel.tsx';
import { LiveHead } from './live-head.tsx';
import { LossPanel } from './loss-panel.tsx';
import { MoneyPanel } from './money-panel.tsx';
import { NoticePanel } from './notice-panel.tsx';
import { ResourcePanel } from './resource-panel.tsx';
import { TaskPanel } from './task-panel.tsx';
import { TokenForm } from './token-form.tsx';

export interface LiveViewProps {
  readonly bench: Bench;
  readonly desk: LiveDesk;
  /** What was told last, and the scope of its pictures. */
  readonly live: LiveRun | undefined;
  readonly scope: RunScope | undefined;
  readonly theme: Theme;
}

export function LiveView({ bench, desk, live, scope, theme }: LiveViewProps): JSX.Element {
  const line = desk.line.value, refused = desk.refused.value;
  return (
    <div class="live" data-line={line.at}>
      {line.at === 'denied' && <TokenForm desk={desk} reason={line.reason} />}
      {line.at === 'failed' && <div class="banner"><div class="grow"><ErrorBox error={line.error} /></div><button type="button" onClick={() => { desk.again(); }}>Try again</button></div>}
      {line.at === 'lost' && <p class="status open banner" role="status"><strong>The daemon does not answer.</strong> <span>{line.reason}. Tried again every second; {live === undefined ? 'nothing has been heard yet' : 'what is shown is what was last heard'}, and it goes on where it was.</span></p>}
      {refused !== undefined && <div class="banner"><FaultList title={`The daemon refused: ${refused.faults.length > 0 ? refused.code : refused.message}`} faults={refused.faults} /><button type="button" onClick={() => { desk.refused.value = undefined; }}>Close</button></div>}
      {live === undefined ? line.at === 'opening' && <section class="panel placeholder" style={{ height: '60vh' }}>Reading the run …</section> : (
        <>
          <RehearsalBanner desk={desk} live={live} />
          <LiveHead desk={desk} live={live} />
          {live.picture === undefined || scope === undefined ? <section class="panel placeholder" style={{ height: '40vh' }}><p>Nothing has been submitted yet. <code>npx twinclock submit workflow.json</code> does it.</p></section> : <LivePictures bench={bench} desk={desk} live={live} picture={live.picture} scope={scope} theme={theme} />}
        </>
      )}
    </div>
  );
}

interface PicturesProps extends Omit<LiveViewProps, 'scope' | 'live'> {
  readonly live: LiveRun;
  readonly picture: RunPicture;
  readonly scope: RunScope;
}

function LivePictures({ bench, desk, live, picture, scope, theme }: PicturesProps): JSX.Element {
  const route = desk.route.value, latest = useRef({ route, picture }), { tasks } = picture, task = useMemo(() => tasks.ids.indexOf(route.task), [tasks.ids, route.task]);
  latest.current = { route, picture };
  const pick = useCallback((k: number): void => { const { picture: { attempts: a, tasks: { ids } } } = latest.current; bench.go({ view: 'live', task: k < 0 ? '' : ids[a.task[k]!]!, attempt: k < 0 ? 0 : a.attempt[k]! }); }, []);
  const pickTask = useCallback((t: number): void => { bench.go({ view: 'live', task: t < 0 ? '' : latest.current.picture.tasks.ids[t]!, attempt: 0 }); }, []);
  const picked = useMemo(() => rowOfAttempt(picture, task, route.attempt), [picture, task, route.attempt]);
  const timeline = useMemo(() => <Timeline picture={picture} scope={scope} theme={theme} picked={picked} task={task} onPick={pick} live />, [picture, scope, theme, picked, task]);
  const graph = useMemo(() => <GraphPanel picture={picture} scope={scope} theme={theme} task={task} onPick={pickTask} />, [picture, scope, theme, task]);
  const chain = useMemo(() => <ChainPanel picture={picture} scope={scope} title={picture.cause === 'open' ? 'What the time went to so far' : 'What determined the makespan'} />, [picture, scope]), jobs = useMemo(() => <JobTable picture={picture} />, [picture]), steps = useMemo(() => <ChainSteps picture={picture} onPick={pick} />, [picture]);
  return (
    <>
      <FigureStrip live={live} picture={picture} forecast={desk.forecast.value.answer} />
      <div class="run-grid">
        <div class="stack">{timeline}{graph}</div>
        <div class="stack">
          {route.task !== '' && <TaskPanel desk={desk} route={route} picture={picture} task={task} onClose={() => { pick(-1); }} />}
          <NoticePanel live={live} picture={picture} />
          <InboxPanel desk={desk} live={live} picture={picture} />
          <ForecastPanel desk={desk} live={live} />
          {chain}
        </div>
      </div>
      <InjectedPanel desk={desk} live={live} picture={picture} />
      <ResourcePanel desk={desk} live={live} picture={picture} />
      <LossPanel desk={desk} />
      <div class="live-foot"><MoneyPanel live={live} forecast={desk.forecast.value.answer} />{jobs}</div>
      {steps}
    </>
  );
}

/** Row of the attempt: of its number, or else the last of the task. -1 for none. */
function rowOfAttempt({ attempts: a }: RunPicture, task: number, attempt: number): number {
  let last = -1;
  for (let k = 0; task >= 0 && k < a.count; k++) {
    if (a.task[k] !== task) continue;
    if (a.attempt[k] === attempt) return k;
    last = k;
  }
  return last;
}

/** The page came from a server that has no run. */
export function NoDaemon(): JSX.Element {
  return <section class="panel placeholder" style={{ height: '40vh' }}><p>There is no live run behind this page. <code>npx twinclock live minute</code> starts one, and prints the address at which it is shown.</p></section>;
}
