// A fork and a join: `fork`, then so many equal tasks at once, then `join`. On m machines of one slot its makespan is
// fork + ceil(width / m) x branch + join.
import type { DistributionText, FleetFile, ScenarioFile } from '../../engine/model/scenario.ts';

export interface ForkJoinOptions {
  readonly width: number;
  /** Of `fork` and of `join`. */
  readonly ends: DistributionText;
  readonly branch: DistributionText;
  /** Local machines of one slot. */
  readonly machines: number;
  /** Instead of those. */
  readonly fleet?: FleetFile;
}

/** Job `fork-join` of `fork`, `b1` .. `b<width>`, `join`. */
export function generateForkJoin({ width, ends, branch, machines, fleet }: ForkJoinOptions): ScenarioFile {
  const branches = Array.from({ length: width }, (_, i) => `b${i + 1}`);
  return {
    twinclock: 'scenario/1',
    name: `fork-join-${width}`,
    mode: 'event',
    jobs: [{
      id: 'fork-join',
      tasks: [
        { id: 'fork', duration: ends },
        ...branches.map((id) => ({ id, duration: branch, after: ['fork'] })),
        { id: 'join', duration: ends, after: branches },
      ],
    }],
    fleet: fleet ?? { local: [{ id: 'machine', slots: 1, count: machines }] },
  };
}
