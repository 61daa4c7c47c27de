// A scenario that is opened, made or changed, as a view of the shell. Files that were dropped elsewhere come here too.
import { droppedScenario } from '../../state/drop-shelf.ts';
import { ScenarioDesk } from '../../state/scenario-desk.ts';
import type { ScenarioRoute } from '../../state/routes/scenario.ts';
import type { Bench, OpenView } from '../open-view.ts';
import { ScenarioView } from './scenario-view.tsx';

export function openScenario(bench: Bench): OpenView<ScenarioRoute> {
  const desk = new ScenarioDesk(bench.pool, bench.library);
  let isShown = false;
  const takeDropped = (): void => {
    const file = droppedScenario.peek();
    if (file === undefined || !isShown) return;
    droppedScenario.value = undefined;
    void desk.open(file);
  };
  droppedScenario.subscribe(takeDropped);
  return {
    show: (route) => { desk.show(route); isShown = true; takeDropped(); },
    leave: () => { isShown = false; },
    View: () => <ScenarioView bench={bench} desk={desk} />,
  };
}
