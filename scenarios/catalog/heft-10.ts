// The ten-task example of H. Topcuoglu, S. Hariri, M.-Y. Wu, "Performance-Effective and Low-Complexity Task Scheduling for
// Heterogeneous Computing", IEEE TPDS 13(3), 2002, figure 2 and table 1. One time unit is one second; one unit of
// communication is 1 kB at 1 kB/s, paid only between different processors. Published makespans: HEFT 80, CPOP 86.
import type { ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';

/** Seconds of tasks 1 to 10 on the three processors. */
const COSTS = [
  [14, 16, 9], [13, 19, 18], [11, 13, 19], [13, 8, 17], [12, 13, 10], [13, 16, 9], [7, 15, 11], [5, 11, 14], [18, 12, 20], [21, 7, 16],
] as const;

/** [from, to, communication]. */
const EDGES = [
  [1, 2, 18], [1, 3, 12], [1, 4, 9], [1, 5, 11], [1, 6, 14], [2, 8, 19], [2, 9, 16], [3, 7, 23],
  [4, 8, 27], [4, 9, 23], [5, 9, 13], [6, 8, 15], [7, 10, 17], [8, 10, 11], [9, 10, 13],
] as const;

const tasks = COSTS.map(([p1, p2, p3], i): TaskFile => {
  const after = EDGES.filter(([, to]) => to === i + 1).map(([from, , units]) => ({ task: `n${from}`, data: units * 1000 }));
  return { id: `n${i + 1}`, duration: { by: { p1, p2, p3 } }, ...(after.length === 0 ? {} : { after }) };
});

export const HEFT_10: ScenarioFile = {
  twinclock: 'scenario/1',
  name: 'heft-10',
  description: 'The example DAG of the HEFT paper (Topcuoglu et al. 2002): 10 tasks, 3 processors, communication delays.',
  mode: 'event',
  jobs: [{ id: 'dag', tasks }],
  fleet: { local: ['p1', 'p2', 'p3'].map((id) => ({ id, slots: 1 })), network: { bandwidth: 1000 } },
};
