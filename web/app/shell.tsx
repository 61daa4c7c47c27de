// The frame around the views: name, navigation, the machine, the theme; the faults of the address; and the view itself.
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ComparisonDesk } from '../state/comparison-desk.ts';
import { DEFAULT_COMPARE, DEFAULT_RUN, writeRoute } from '../state/route.ts';
import type { CompareRoute, Route, RunRoute } from '../state/route.ts';
import type { RunDesk } from '../state/run-desk.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import type { WorkerPool } from '../state/worker-pool.ts';
import { CompareView } from '../views/compare/compare-view.tsx';
import { FaultList } from '../views/fault-list.tsx';
import { RunView } from '../views/run/run-view.tsx';
import type { About } from '../worker/protocol.ts';
import { go, here } from './router.ts';

export interface ShellProps {
  readonly pool: WorkerPool;
  readonly comparison: ComparisonDesk;
  readonly run: RunDesk;
}

const about = signal<About>({ scenarios: [], policies: [] });
let asked = false;

export function Shell({ pool, comparison, run }: ShellProps): JSX.Element {
  if (!asked) { asked = true; pool.ask({ kind: 'about' }, { urgent: true }).then((found) => { about.value = found; }, () => { asked = false; }); }
  const { route, faults } = here.value, compared = comparison.state.value, looked = run.state.value;
  return (
    <>
      <header class="top">
        <h1>Twinclock</h1>
        <nav aria-label="Views">
          <ViewLink name="Compare" to={compareLink(route, compared?.route)} current={route.view === 'compare'} />
          <ViewLink name="Run" to={runLink(route, looked?.route)} current={route.view === 'run'} />
        </nav>
        <span class="machine soft">simulated in this tab · {pool.size} {pool.size === 1 ? 'worker' : 'workers'}</span>
        <button type="button" onClick={toggleTheme} aria-pressed={theme.value === 'dark'}>Dark</button>
      </header>
      <main>
        {faults.length > 0 && <FaultList title="This address has faults; defaults are shown in their place" faults={faults} />}
        {route.view === 'compare'
          ? <CompareView about={about.value} state={compared} progress={comparison.progress} onGo={go} onStop={() => { comparison.stop(); }} onResume={() => { comparison.resume(); }} />
          : <RunView about={about.value} state={looked} theme={theme.value} onGo={go} />}
      </main>
    </>
  );
}

function ViewLink({ name, to, current }: { readonly name: string; readonly to: Route; readonly current: boolean }): JSX.Element {
  return <a href={writeRoute(to)} aria-current={current ? 'page' : undefined}>{name}</a>;
}

/** The comparison that was shown last, or one of the scenario of the run. */
function compareLink(route: Route, last: CompareRoute | undefined): CompareRoute {
  if (route.view === 'compare') return route;
  return last ?? { ...DEFAULT_COMPARE, scenario: route.scenario, weights: route.weights };
}

function runLink(route: Route, last: RunRoute | undefined): RunRoute {
  if (route.view === 'run') return route;
  return last !== undefined && last.scenario === route.scenario ? last : { ...DEFAULT_RUN, scenario: route.scenario, weights: route.weights, policy: route.policies[0] ?? DEFAULT_RUN.policy };
}
