// The rehearsal as a view of the shell.
import { PlanEdits } from '../../state/plan-edits.ts';
import { RehearseDesk } from '../../state/rehearse-desk.ts';
import type { RehearseRoute } from '../../state/routes/rehearse.ts';
import { theme } from '../../state/theme.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { RehearseView } from './rehearse-view.tsx';

export function openRehearse(bench: Bench): OpenView<RehearseRoute> {
  const desk = new RehearseDesk(bench.pool, bench.library, bench.now);
  const edits = new PlanEdits({
    now: () => bench.routeNow('rehearse')?.faults,
    goOn: (faults) => { bench.turn('rehearse', () => ({ faults })); },
  });
  return {
    show: (route) => { desk.show(route); },
    leave: () => { desk.stop(); },
    View: () => <RehearseView bench={bench} edits={edits} state={desk.state.value} progress={desk.progress} theme={theme.value} onStop={() => { desk.stop(); }} onResume={() => { desk.resume(); }} />,
  };
}
