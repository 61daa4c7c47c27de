// The live run as a view of the shell. Its scope grows with the run, before anything is drawn of it.
import { effect } from '@preact/signals';
import { LiveDesk } from '../../state/live-desk.ts';
import { openFeed } from '../../state/live-feed.ts';
import { DEFAULT_LIVE } from '../../state/routes/live.ts';
import type { LiveRoute } from '../../state/routes/live.ts';
import { theme } from '../../state/theme.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { RunScope, pageFrames } from '../run/run-scope.ts';
import { LiveView, NoDaemon } from './live-view.tsx';

export function openLive(bench: Bench): OpenView<LiveRoute> {
  if (bench.daemon === undefined) return { show: () => { /* nothing to show */ }, View: NoDaemon };
  const desk = new LiveDesk(bench.daemon, bench.pool, openFeed, DEFAULT_LIVE, bench.now);
  let scope: RunScope | undefined, of = '';
  effect(() => {
    const live = desk.run.value;
    if (live?.picture === undefined) return;
    const { run: { run, epoch }, picture: { startedAt, endedAt } } = live, key = `${run} ${epoch} ${startedAt}`;
    if (key !== of) { scope = new RunScope(startedAt, endedAt, pageFrames); of = key; }
    scope!.grow(endedAt);
  });
  return {
    show: (route) => { desk.show(route); },
    leave: () => { scope?.pause(); desk.stop(); },
    View: () => <LiveView bench={bench} desk={desk} live={desk.run.value} scope={scope} theme={theme.value} />,
  };
}
