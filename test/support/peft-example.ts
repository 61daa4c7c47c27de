// The ten-task example of H. Arabnejad, J. G. Barbosa, "List scheduling algorithm for heterogeneous systems by an optimistic
// cost table", IEEE TPDS 25(3), 2014, figure 1. One time unit is one second; communication as in the HEFT example.
// Published makespan of PEFT: 122 (HEFT: 133).
import { compileScenario } from '../../engine/model/compile.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';

const COSTS = [[22, 21, 36], [22, 18, 18], [32, 27, 43], [7, 10, 4], [29, 27, 35], [26, 17, 24], [14, 25, 30], [29, 23, 36], [15, 21, 8], [13, 16, 33]] as const;
const EDGES = [
  [1, 2, 17], [1, 3, 31], [1, 4, 29], [1, 5, 13], [1, 6, 7], [2, 8, 3], [2, 9, 30], [3, 7, 16], [4, 8, 11], [4, 9, 7], [5, 9, 57], [6, 8, 5], [7, 10, 9],
  [8, 10, 42], [9, 10, 7],
] as const;

export const peftExample: ScenarioFile = {
  twinclock: 'scenario/1', name: 'peft-10', mode: 'event',
  jobs: [{
    id: 'dag',
    tasks: COSTS.map(([p1, p2, p3], i) => {
      const after = EDGES.filter(([, to]) => to === i + 1).map(([from, , units]) => ({ task: `n${from}`, data: units * 1000 }));
      return { id: `n${i + 1}`, duration: { by: { p1, p2, p3 } }, ...(after.length === 0 ? {} : { after }) };
    }),
  }],
  fleet: { local: ['p1', 'p2', 'p3'].map((id) => ({ id, slots: 1 })), network: { bandwidth: 1000 } },
};

export const peftExampleInstance = compileScenario(peftExample);
