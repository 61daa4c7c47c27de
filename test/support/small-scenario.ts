// Small scenarios for hand-solved cases, and the plainest policy there is: in order of task number, to the open candidate
// that is expected to end first.
import type { Policy } from '../../engine/model/policy.ts';
import type { FleetFile, ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';

export function smallScenario(tasks: readonly TaskFile[], fleet: FleetFile, rest: Partial<ScenarioFile> = {}): ScenarioFile {
  return { twinclock: 'scenario/1', name: 'small', mode: 'event', jobs: [{ id: 'job', tasks }], fleet, ...rest };
}

export const plainPolicy: Policy = {
  name: 'plain',
  summary: 'In order of task number, to the open candidate expected to end first',
  parameters: {},
  prepare: () => ({
    order: (_view, task) => task,
    decide(view) {
      for (let task = view.next(); task >= 0; task = view.next()) {
        const count = view.candidates(task), { filter, start, duration } = view.candidate;
        let best = -1;
        for (let k = 0; k < count; k++) if (filter[k] === 0 && (best < 0 || start[k]! + duration[k]! < start[best]! + duration[best]!)) best = k;
        if (best < 0 || view.place(task, best) !== 0) view.closeGroup(task);
      }
      for (let k = view.vmCount() - 1; k >= 0; k--) { const u = view.vmAt(k); if (view.idleSince(u) < view.now) view.releaseVm(u); }
    },
  }),
};
