// Looks whether a rehearsal has to be broken off: cost and failed tasks at every turn, the chance of deadlines by simulated futures,
// made in slices between which the daemon does its work, and not more often than every half minute.
import type { LiveClock } from '../clock.ts';
import type { LiveRun } from '../live-run.ts';
import type { Store } from '../store.ts';
import type { TurnLoop } from '../turn-loop.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { FAILED } from '../../model/states.ts';
import { Forecaster, observedRun } from '../../sim/forecast.ts';
import type { Rehearsal } from './injected-plan.ts';
import { holds } from './stop-conditions.ts';

const EVERY_MS = 30_000, FUTURES = 60, SLICE_MS = 20;

export interface StopWatchPorts {
  readonly run: LiveRun;
  readonly store: Store;
  readonly clock: LiveClock;
  readonly loop: TurnLoop;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export class StopWatch {
  private readonly ports: StopWatchPorts;
  private readonly stop: (rehearsal: Rehearsal, reason: string) => void;
  private nextForecast = 0;
  private forecasting = false;
  /** Rehearsals that the next forecast is for. */
  private readonly asking = new Set<Rehearsal>();
  private cancelTimer: () => void = () => {};
  private closed = false;

  /** `stop` is called at most once a turn, outside of it. */
  constructor(ports: StopWatchPorts, stop: (rehearsal: Rehearsal, reason: string) => void) {
    this.ports = ports;
    this.stop = stop;
  }

  close(): void { this.closed = true; this.cancelTimer(); }

  /** A rehearsal is under way. */
  look(rehearsal: Rehearsal): void {
    const { kernel } = this.ports.run, figures = { cost: kernel.spent(), failed: failedTasks(kernel) };
    for (const condition of rehearsal.stop) {
      if (condition.figure === 'on-time') { this.lookAhead(rehearsal); continue; }
      if (holds(condition, figures[condition.figure])) { this.stop(rehearsal, `${condition.text}: it is ${condition.figure === 'cost' ? `${figures.cost / 1e6} dollars` : figures.failed}`); return; }
    }
  }

  /** One forecast for every rehearsal that asked since the last. */
  private lookAhead(rehearsal: Rehearsal): void {
    const { clock, loop, log } = this.ports;
    this.asking.add(rehearsal);
    if (this.forecasting || clock.now() < this.nextForecast) return;
    this.forecasting = true;
    void this.onTime().then((chance) => {
      for (const one of this.asking) this.judge(one, chance);
    }).catch((error: unknown) => { log('error', `the chance of the deadlines cannot be worked out: ${(error as Error).message}`); }).finally(() => {
      this.asking.clear();
      this.forecasting = false;
      this.nextForecast = clock.now() + EVERY_MS;
      this.cancelTimer();
      if (!this.closed) this.cancelTimer = clock.after(EVERY_MS, () => { loop.add({ act: () => {} }); });
    });
  }

  private judge(rehearsal: Rehearsal, chance: number): void {
    const broken = rehearsal.stop.find((condition) => condition.figure === 'on-time' && holds(condition, chance));
    if (broken !== undefined && rehearsal.phase === 'running') this.stop(rehearsal, `${broken.text}: the lowest chance is ${Math.round(chance * 100)}%`);
  }

  /** The lowest share of futures in which an open job meets its deadline; 1 without one. */
  private async onTime(): Promise<number> {
    const { run, loop } = this.ports, { instance, policy: choice } = run, { parameters } = choice, { weights } = run.kernel, policy = run.policyNow(), { problem } = instance;
    const kernel = new Kernel(problem, { policy: policy.prepare(problem, parameters, weights), parameters, weights, random: () => 0 });
    kernel.copyFrom(run.kernel);
    const picture = observedRun(instance, kernel, run.rowsIn(instance), Math.floor(loop.now())), forecaster = new Forecaster(instance, { policy, parameters, weights });
    const open = problem.jobIds.map((_, j) => j).filter((j) => kernel.state.jobOpen[j]! > 0 && problem.jobDeadline[j]! < Infinity), met = new Array<number>(problem.jobCount).fill(0);
    for (let made = 0; made < FUTURES && !this.closed;) {
      const until = performance.now() + SLICE_MS;
      do {
        const { jobEndedAt } = forecaster.future(picture, ++made);
        for (const j of open) if (jobEndedAt[j]! <= problem.jobDeadline[j]!) met[j]!++;
      } while (made < FUTURES && performance.now() < until);
      await new Promise<void>((resolve) => { setImmediate(resolve); });
    }
    return Math.min(1, ...open.map((j) => met[j]! / FUTURES));
  }
}

function failedTasks({ problem, state }: Kernel): number {
  let count = 0;
  for (let t = 0; t < problem.taskCount; t++) if (state.taskState[t] === FAILED) count++;
  return count;
}
