// The rehearsal as a view of the shell.
import { RehearseDesk } from '../../state/rehearse-desk.ts';
import type { RehearseRoute } from '../../state/routes/rehearse.ts';
import { theme } from '../../state/theme.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { RehearseView } from './rehearse-view.tsx';

export function openRehearse(bench: Bench): OpenView<RehearseRoute> {
  const desk = new RehearseDesk(bench.pool, bench.library, bench.now);
  return {
    show: (route) => { desk.show(route); },
    leave: () => { desk.stop(); },
    View: () => <RehearseView bench={bench} state={desk.state.value} progress={desk.progress} theme={theme.value} onStop={() => { desk.stop(); }} onResume={() => { desk.resume(); }} />,
  };
}
