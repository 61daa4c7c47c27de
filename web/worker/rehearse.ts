// Rehearsals in a worker: both runs of one seed with their pictures and what lies between them; figures of many storms.
import { cardOf } from '../../engine/experiment/rehearsal/card.ts';
import type { RehearsalCard } from '../../engine/experiment/rehearsal/card.ts';
import type { StormFigures } from '../../engine/experiment/rehearsal/figures.ts';
import { parseHypotheses } from '../../engine/experiment/rehearsal/rehearsal-file.ts';
import { Rehearser, eachAlone } from '../../engine/experiment/rehearsal/rehearse.ts';
import type { FaultAlone, Rehearsal, RehearsalSetup } from '../../engine/experiment/rehearsal/rehearse.ts';
import type { RunFold } from '../../engine/metrics/attempts.ts';
import type { FaultPlanFile } from '../../engine/model/fault-plan.ts';
import type { PolicyChoice } from '../../policies/registry.ts';
import { Kept } from './kept.ts';
import type { RunPicture, Series, Study } from './protocol.ts';
import { runPicture } from './run-picture.ts';
import type { LoadedScenario } from './sources.ts';

/** Two runs of one seed, side by side. */
export interface RehearsalAnswer {
  readonly plan: FaultPlanFile;
  readonly rehearsal: Rehearsal;
  readonly baseline: RunPicture;
  readonly faulted: RunPicture;
  /** Work completed, ms of estimates, over time. */
  readonly completed: { readonly baseline: Series; readonly faulted: Series };
}

export interface RehearseRequest {
  readonly study: Study;
  readonly policy: string;
}

const NO_PLAN: FaultPlanFile = { twinclock: 'faults/1', name: 'no faults', faults: [] };

/** The questions about rehearsals that one worker answers. */
export class Rehearsals {
  private readonly rehearsers = new Kept<Rehearser>(2);

  rehearse(setup: RehearsalSetup, policy: string, seed: number): RehearsalAnswer {
    const { rehearsal, baseline, faulted } = new Rehearser(setup, true).rehearse(seed), { instance, plan } = setup;
    return {
      plan, rehearsal, baseline: runPicture(baseline, instance, policy, undefined), faulted: runPicture(faulted, instance, policy, plan),
      completed: { baseline: completedSeries(baseline.fold), faulted: completedSeries(faulted.fold) },
    };
  }

  alone(setup: RehearsalSetup, seed: number): FaultAlone[] {
    return eachAlone(setup, seed);
  }

  /** `key`: two setups of one key are the same. */
  storms(setup: RehearsalSetup, key: string, seeds: readonly number[]): StormFigures[] {
    const rehearser = this.rehearsers.of(key, () => new Rehearser(setup));
    return seeds.map((seed) => rehearser.storm(seed));
  }

  /** Throws `InputError` for hypotheses that cannot be read. */
  card(expect: readonly string[], storms: readonly StormFigures[]): RehearsalCard {
    return cardOf(parseHypotheses(expect, (k) => `hypothesis ${k + 1}`), storms);
  }
}

export function rehearsalSetup({ instance, workspace }: LoadedScenario, choice: PolicyChoice, { weights }: Study, plan: FaultPlanFile | undefined): RehearsalSetup {
  return { instance, ...choice, weights, plan: plan ?? NO_PLAN, bounds: workspace };
}

function completedSeries({ problem, taskCompletedAt, startedAt, endedAt }: RunFold): Series {
  const order = [...taskCompletedAt.keys()].filter((t) => !Number.isNaN(taskCompletedAt[t]!)).sort((a, b) => taskCompletedAt[a]! - taskCompletedAt[b]!), times = [startedAt], values = [0];
  let done = 0;
  for (const t of order) {
    done += Math.round(problem.taskWork[t]!);
    times.push(taskCompletedAt[t]!);
    values.push(done);
  }
  times.push(endedAt);
  values.push(done);
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}
