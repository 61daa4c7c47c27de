// The frame around the views: name, navigation, the machine, the theme; the faults of the address; and the view itself.
import type { JSX } from 'preact';
import { writeRoute } from '../state/route.ts';
import type { Route } from '../state/route.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import { FaultList } from '../views/fault-list.tsx';
import { RefusedDrop } from './drop-target.tsx';
import type { WorkerPool } from '../state/worker-pool.ts';
import { MachinePanel } from './machine-panel.tsx';
import { here } from './router.ts';
import type { ViewHost } from './view-host.ts';
import { VIEWS } from './views.ts';

export interface ShellProps {
  readonly pool: WorkerPool;
  readonly host: ViewHost;
  /** Whether there is a live run behind the page. */
  readonly hasDaemon: boolean;
}

export function Shell({ pool, host, hasDaemon }: ShellProps): JSX.Element {
  const { route, faults } = here.value;
  return (
    <>
      <header class="top">
        <h1>Twinclock</h1>
        <nav aria-label="Views">
          {VIEWS.filter(({ view }) => view !== 'live' || hasDaemon).map(({ view, name }) => <ViewLink key={view} name={name} to={host.linkTo(view, route)} current={route.view === view} />)}
        </nav>
        <MachinePanel pool={pool} />
        <button type="button" onClick={toggleTheme}>{theme.value === 'dark' ? 'Light' : 'Dark'}</button>
      </header>
      <main>
        {faults.length > 0 && <FaultList title="This address has faults; defaults are shown in their place" faults={faults} />}
        <RefusedDrop />
        <ShownView host={host} />
      </main>
    </>
  );
}

function ShownView({ host }: { readonly host: ViewHost }): JSX.Element {
  const shown = host.shown.value;
  if (shown.at === 'open') return <shown.view.View />;
  if (shown.at === 'loading') return <section class="panel placeholder" style={{ height: '60vh' }}>Loading …</section>;
  return <section class="fault" role="alert"><strong>This view could not be loaded</strong>: {shown.cause}. <button type="button" onClick={() => { location.reload(); }}>Load the page again</button></section>;
}

function ViewLink({ name, to, current }: { readonly name: string; readonly to: Route; readonly current: boolean }): JSX.Element {
  return <a href={writeRoute(to)} aria-current={current ? 'page' : undefined}>{name}</a>;
}
