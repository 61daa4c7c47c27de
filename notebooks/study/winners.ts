// Which policy has the best objective at given weights. Only `weighted` lets weights change what it does; the runs of the
// other policies are made once, and the weights then say how much their time, money and stranded capacity count.
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import { rankTable } from '../../engine/experiment/rank-table.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { Sweep } from '../sweep/sweep.ts';

export interface Winner {
  readonly weights: Weights;
  /** Has the least mean objective. */
  readonly leader: string;
  /** It is better than every other policy: paired t tests at 5 %, Holm-adjusted. */
  readonly shown: boolean;
  /** The same in a sentence. */
  readonly statement: string;
}

/** Objective J of a run, were the weights these: its terms, weighted. */
export function objectiveAt({ metrics }: ComparedRun, weights: Weights): number {
  return weights.latency * metrics.objectiveLatency + weights.cost * metrics.objectiveCost + weights.fragmentation * metrics.objectiveFragmentation;
}

/** For every setting of `own` its policy, run with those weights, against each policy of `peers`, valued with them. Both complete, on the same seeds. */
export function winners(own: Sweep, peers: Sweep): Winner[] {
  return own.settings.map(({ policy, weights }, setting) => {
    const samples = [{ policy, runs: own.runs[setting]! }, ...peers.settings.map((peer, p) => ({ policy: peer.policy, runs: peers.runs[p]! }))]
      .filter(({ runs }) => runs.every(({ failure }) => failure === ''))
      .map(({ policy: name, runs }) => ({ name, values: runs.map((run) => objectiveAt(run, weights)) }));
    const { rows, winner, statement } = rankTable(samples);
    return { weights, leader: rows[0]!.name, shown: winner !== undefined, statement };
  });
}
