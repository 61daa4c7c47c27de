// The peers' common case, run by the full kernel: every graph of a set once a cycle, in one set of arrays. `bare` keeps
// neither log nor reasons, as inner simulations do; `audited` keeps both, names every run by the hash of its journal and checks
// every law. The tables that metrics are read from are folded in neither: no peer has any.
import { fixedKeys, placesUnder } from '../../engine/kernel/task-places.ts';
import { Auditor } from '../../engine/metrics/audit.ts';
import type { Policy } from '../../engine/model/policy.ts';
import { Arena, Simulation } from '../../engine/sim/run.ts';
import { checkAnswer } from '../case.ts';
import { modelCase, modelPolicy, UNITS_PER_SECOND, workPaths } from './model-case.ts';

export type ModelMode = 'bare' | 'audited';

/** Means over the graphs: seconds, ticks, VM starts, to three decimals; and events of the world, for the rate. */
export interface ModelAnswer {
  readonly makespan: number;
  readonly ticks: number;
  readonly vmStarts: number;
  readonly events: number;
}

/** What every peer answers, by tasks in a graph. */
export const PEERS_ANSWERS: Readonly<Record<string, Omit<ModelAnswer, 'events'>>> = {
  120: { makespan: 2428.173, ticks: 81.453, vmStarts: 11.453 },
  1000: { makespan: 11109.662, ticks: 370.75, vmStarts: 10 },
  10000: { makespan: 108413.671, ticks: 3614.25, vmStarts: 10 },
  100000: { makespan: 1092255.017, ticks: 36409, vmStarts: 10 },
};

export class ModelRuns {
  readonly graphs: number;
  private readonly simulations: readonly Simulation[];
  /** For all graphs in turn, as the arena is; none in bare mode. */
  private readonly auditor: Auditor | undefined;
  private readonly path: Float64Array;
  private readonly keys: Float64Array;
  private ticks = 0;

  constructor(texts: readonly string[], mode: ModelMode) {
    const keep = mode === 'audited', policy = this.countingPolicy(), arena = new Arena();
    this.graphs = texts.length;
    this.simulations = texts.map((text) => new Simulation(modelCase(text), { policy, everyTick: true, keepLog: keep, reasons: keep }, arena));
    this.path = new Float64Array(Math.max(...this.simulations.map(({ instance }) => instance.problem.taskCount)));
    this.keys = new Float64Array(this.path.length);
    const { problem } = this.simulations[0]!.instance;
    this.auditor = keep ? new Auditor(problem) : undefined;
  }

  /** Runs every graph once. */
  cycle(): ModelAnswer {
    let makespan = 0, vmStarts = 0, events = 0;
    this.ticks = 0;
    for (const simulation of this.simulations) {
      const { problem } = simulation.instance;
      // The peers work out priorities in each run, and the order comes of their queues; a simulation does both once, when it is made. So it is done here again.
      workPaths(problem, this.path);
      for (let t = 0; t < problem.taskCount; t++) this.keys[t] = -this.path[t]!;
      const fixed = fixedKeys(problem, simulation.kernel.policy);
      if (fixed !== undefined) placesUnder(problem, fixed).workOut();
      const run = simulation.run(1), { kernel, world } = simulation, { auditor } = this;
      checkAnswer('the end of a run', run.cause, 'finished');
      if (auditor !== undefined) {
        auditor.adopt(problem);
        checkAnswer('the audit', auditor.audit(run, kernel.spent()).clean, true);
      }
      makespan += run.endedAt / UNITS_PER_SECOND;
      for (let unit = 0; unit < problem.unitCount; unit++) vmStarts += kernel.state.vmLife[unit]!;
      events += world.events;
    }
    const mean = (sum: number) => Math.round(sum / this.graphs * 1000) / 1000;
    return { makespan: mean(makespan), ticks: mean(this.ticks), vmStarts: mean(vmStarts), events: mean(events) };
  }

  private countingPolicy(): Policy {
    return {
      ...modelPolicy,
      prepare: (problem, parameters, weights) => {
        const prepared = modelPolicy.prepare(problem, parameters, weights);
        return { ...prepared, decide: (view) => { this.ticks++; prepared.decide(view); } };
      },
    };
  }
}

/** Throws unless the answer to a whole set of graphs is that of every peer. */
export function checkModelAnswer(who: string, tasks: number | string, answer: Partial<ModelAnswer>): void {
  const wanted = PEERS_ANSWERS[tasks]!;
  for (const key of ['makespan', 'ticks', 'vmStarts'] as const) checkAnswer(`${key} of ${who} at ${tasks} tasks`, answer[key] ?? NaN, wanted[key]);
}
