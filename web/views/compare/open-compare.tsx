// The comparison as a view of the shell.
import { ComparisonBoard } from '../../state/comparison-board.ts';
import type { CompareRoute } from '../../state/routes/compare.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { CompareView } from './compare-view.tsx';

export function openCompare(bench: Bench): OpenView<CompareRoute> {
  const landing = document.querySelector('main') === null, desk = new ComparisonBoard(bench.pool, bench.library, bench.now, landing);
  return {
    show: (route) => { desk.show(route); },
    View: () => <CompareView bench={bench} board={desk.state.value} progress={desk.progress} onStop={() => { desk.stop(); }} onResume={() => { desk.resume(); }} />,
  };
}
