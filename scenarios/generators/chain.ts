// A chain: each task waits for the one before. The plainest instance; its makespan is the sum of the durations.
import type { DistributionText, FleetFile, ScenarioFile } from '../../engine/model/scenario.ts';

export interface ChainOptions {
  readonly tasks: number;
  readonly duration: DistributionText;
  /** Default: one local machine with one slot, decided at every change. */
  readonly fleet?: FleetFile;
}

/** Job `chain` of tasks `t1` -> `t2` -> ... */
export function generateChain({ tasks, duration, fleet }: ChainOptions): ScenarioFile {
  return {
    twinclock: 'scenario/1',
    name: `chain-${tasks}`,
    mode: 'event',
    jobs: [{ id: 'chain', tasks: Array.from({ length: tasks }, (_, i) => ({ id: `t${i + 1}`, duration, ...(i === 0 ? {} : { after: [`t${i}`] }) })) }],
    fleet: fleet ?? { local: [{ id: 'machine', slots: 1 }] },
  };
}
