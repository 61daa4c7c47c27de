// One run as a view of the shell.
import { RunDesk } from '../../state/run-desk.ts';
import type { RunRoute } from '../../state/routes/run.ts';
import { theme } from '../../state/theme.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { RunView } from './run-view.tsx';

export function openRun(bench: Bench): OpenView<RunRoute> {
  const desk = new RunDesk(bench.pool, bench.library);
  return { show: (route) => { desk.show(route); }, View: () => <RunView bench={bench} state={desk.state.value} theme={theme.value} /> };
}
