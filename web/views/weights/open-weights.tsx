// The map of weights as a view of the shell.
import type { WeightsRoute } from '../../state/routes/weights.ts';
import { theme } from '../../state/theme.ts';
import { WeightsDesk } from '../../state/weights-desk.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { WeightsView } from './weights-view.tsx';

export function openWeights(bench: Bench): OpenView<WeightsRoute> {
  const desk = new WeightsDesk(bench.pool, bench.library, bench.now);
  return {
    show: (route) => { desk.show(route); },
    leave: () => { desk.stop(); },
    View: () => (
      <WeightsView bench={bench} state={desk.state.value} progress={desk.progress} point={desk.point.value} theme={theme.value}
        onPreview={(weights) => { desk.preview(weights); }} onStop={() => { desk.stop(); }} onResume={() => { desk.resume(); }} />
    ),
  };
}
