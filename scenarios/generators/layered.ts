// Random layered DAGs, for tests and benches that want any shape: tasks stand in layers, each waits for some of the layer
// before. After T. Tobita, H. Kasahara, "A standard task graph set for fair evaluation of multiprocessor scheduling
// algorithms", J. Scheduling 5, 2002 ("layrprob"), with a bounded number of predecessors so that edges grow with tasks.
import type { FleetFile, ScenarioFile, TaskFile } from '../../engine/model/scenario.ts';
import { dice } from './dice.ts';

export interface LayeredOptions {
  readonly tasks: number;
  /** Mean tasks in a layer; each layer has from 1 to twice as many less one. */
  readonly width: number;
  /** Most predecessors of a task, at least 1. */
  readonly degree: number;
  readonly seed: number;
  /** Seconds, uniform over whole numbers, both included. Default 60 to 600. */
  readonly seconds?: readonly [number, number];
  /** Bytes on each edge. Default none. */
  readonly bytes?: number;
  /** Default: one local machine of 10 cores and 40 GB; tasks then want 1 to 4 cores and 1 to 8 GB. */
  readonly fleet?: FleetFile;
}

/** Job `layered` of tasks `t1`, `t2`, ... in topological order. */
export function generateLayered(options: LayeredOptions): ScenarioFile {
  const { width, degree, seed, bytes, fleet } = options;
  const [shortest, longest] = options.seconds ?? [60, 600];
  const d = dice(seed, 'layered');
  const tasks: TaskFile[] = [];
  for (let above = 0, layer = 0; layer < options.tasks; ) {
    const next = Math.min(options.tasks, layer + d.int(1, 2 * width - 1));
    for (let i = layer; i < next; i++) {
      const parents = new Set<number>();
      for (let k = layer === 0 ? 0 : d.int(1, degree); k > 0; k--) parents.add(d.int(above, layer - 1));
      const after = [...parents].sort((a, b) => a - b).map((p) => (bytes === undefined ? `t${p + 1}` : { task: `t${p + 1}`, data: bytes }));
      tasks.push({
        id: `t${i + 1}`, duration: d.int(shortest, longest),
        ...(fleet === undefined ? { demand: { cores: d.int(1, 4), memory: `${d.int(1, 8)}GB` } } : {}),
        ...(after.length === 0 ? {} : { after }),
      });
    }
    above = layer;
    layer = next;
  }
  return {
    twinclock: 'scenario/1', name: `layered-${options.tasks}`, mode: 'event',
    jobs: [{ id: 'layered', tasks }],
    fleet: fleet ?? { local: [{ id: 'workstation', memory: '40GB', cores: 10 }] },
  };
}
