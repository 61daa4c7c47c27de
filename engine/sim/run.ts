// One simulated run from scenario to journal. `simulate` makes one; a `Simulation` keeps its arrays and makes many, which
// is what sweeps do. A run that cannot finish ends with a named cause, never hangs.
import { JournalHash } from '../journal/journal-hash.ts';
import type { EndCause, RunRecord } from '../journal/run-record.ts';
import { Kernel, type KernelOptions } from '../kernel/kernel.ts';
import { DEFAULT_WEIGHTS, OVER_BUDGET, OVER_JOB_BUDGET, REFUSALS } from '../model/policy.ts';
import type { ParameterValues, Policy, Weights } from '../model/policy.ts';
import type { Instance } from '../model/problem.ts';
import { COMPLETED, ELIGIBLE, FAILED, TASK_STATES } from '../model/states.ts';
import type { CompiledFault } from './faults.ts';
import { POLICY, Streams } from './random/streams.ts';
import { World, type WorldOptions } from './world.ts';

export interface SimulationOptions {
  readonly policy: Policy;
  /** Missing ones take their defaults. */
  readonly parameters?: ParameterValues;
  readonly weights?: Weights;
  readonly faults?: readonly CompiledFault[];
  /** Keep the candidates and terms of every decision. Default true. */
  readonly reasons?: boolean;
  /** Keep the log. Off for inner simulations. Default true. Neither option changes a command. */
  readonly keepLog?: boolean;
  /** Give every tick of the grid, not only those at which something can be decided. Default false. */
  readonly everyTick?: boolean;
  /** A wall clock in ms, to time decisions; the engine itself has none. */
  readonly clock?: () => number;
}

const NOT_TIMED = new Float64Array(0);

/** Events after which a run is stopped, whatever it does: far above what any run that makes progress needs. */
const eventLimit = (tasks: number) => 5_000_000 + 5_000 * tasks;

/**
 * The working arrays of one run at a time: a kernel and its world, taken over by whichever simulation runs next. Sharing
 * one among many simulations keeps them in the processor's cache.
 */
export class Arena {
  kernel: Kernel | undefined = undefined;
  world: World | undefined = undefined;
  /** Whose run is in the arrays. */
  user: Simulation | undefined = undefined;
}

export class Simulation {
  readonly instance: Instance;
  readonly policy: Policy;
  readonly parameters: ParameterValues;
  readonly weights: Weights;
  private readonly arena: Arena;
  private readonly kernelOptions: KernelOptions;
  private readonly worldOptions: WorldOptions;
  private readonly decisionTimes: number[] = [];
  private readonly keepLog: boolean;
  private readonly streams = new Streams(0);
  private readonly journalHash: JournalHash;

  /** Compiles the policy for the instance. `arena`: arrays to share with other simulations, one run at a time. */
  constructor(instance: Instance, options: SimulationOptions, arena: Arena = new Arena()) {
    const { clock } = options;
    this.instance = instance;
    this.arena = arena;
    this.policy = options.policy;
    this.weights = options.weights ?? DEFAULT_WEIGHTS;
    this.parameters = defaultedParameters(options.policy, options.parameters ?? {});
    this.keepLog = options.keepLog ?? true;
    this.journalHash = new JournalHash(instance.hash, options.policy.name, this.parameters, this.weights);
    this.kernelOptions = {
      policy: options.policy.prepare(instance.problem, this.parameters, this.weights),
      parameters: this.parameters, weights: this.weights,
      random: (a, b) => this.streams.uniform(POLICY, a >>> 0, b, 0),
      reasons: (options.reasons ?? true) && this.keepLog,
      everyTick: options.everyTick ?? false,
      keepEvents: this.keepLog,
    };
    this.worldOptions = {
      keepLog: this.keepLog,
      ...(options.faults === undefined ? {} : { faults: options.faults }),
      ...(clock === undefined ? {} : { timer: { now: clock, decided: (ms: number) => { this.decisionTimes.push(ms); } } }),
    };
  }

  /** The kernel in which the last run of this simulation took place, until another one uses the arena. */
  get kernel(): Kernel { this.occupy(); return this.arena.kernel!; }
  get world(): World { this.occupy(); return this.arena.world!; }

  private occupy(): void {
    const { arena } = this;
    if (arena.user === this) return;
    arena.user = this;
    if (arena.kernel === undefined) arena.kernel = new Kernel(this.instance.problem, this.kernelOptions);
    else arena.kernel.load(this.instance.problem, this.kernelOptions);
    if (arena.world === undefined) arena.world = new World(this.instance, arena.kernel, this.streams, this.worldOptions);
    else arena.world.load(this.instance, this.worldOptions);
  }

  /** Begins a run without taking a step; then `world.step()` takes one event at a time. */
  begin(seed: number): void {
    this.streams.reseed(seed);
    this.occupy();
    this.arena.kernel!.reset();
    this.arena.world!.reset(this.streams);
    this.arena.world!.begin();
  }

  /** One whole run. The record's log and decisions are this simulation's own arrays: use them before the next run. */
  run(seed: number): RunRecord {
    this.begin(seed);
    return this.finish(seed);
  }

  /** Runs on from the present state of another run of the same problem, simulated or observed, in the world of `seed` (see World.fork). */
  runFork(source: { readonly world: World }, seed: number): RunRecord {
    this.streams.reseed(seed);
    this.world.fork(source.world, this.streams);
    return this.finish(seed);
  }

  private finish(seed: number): RunRecord {
    this.decisionTimes.length = 0;
    const { problem } = this.instance, kernel = this.arena.kernel!, world = this.arena.world!, limit = eventLimit(problem.taskCount);
    let cause: EndCause | undefined;
    while (!kernel.finished) {
      world.step();
      if (world.atHorizon) { cause = world.calendar.size === 0 ? 'stuck' : 'horizon'; break; }
      if (world.events > limit) { cause = 'event-limit'; break; }
    }
    const ended = this.explain(cause);
    return {
      problem, policy: this.policy.name, parameters: this.parameters, weights: this.weights, seed, log: kernel.log, decisions: kernel.decisions,
      cause: ended.cause, explanation: ended.explanation, endedAt: kernel.now,
      hash: this.keepLog ? this.journalHash.of(seed, kernel.log) : '',
      decisionMs: this.decisionTimes.length === 0 ? NOT_TIMED : Float64Array.from(this.decisionTimes),
    };
  }

  private explain(cause: EndCause | undefined): { cause: EndCause; explanation: string } {
    const { kernel, instance: { problem } } = this, s = kernel.state;
    if (cause === undefined) {
      const failed = s.taskState.indexOf(FAILED);
      return failed < 0 ? { cause: 'finished', explanation: '' }
        : { cause: 'task-failed', explanation: `task ${problem.taskIds[failed]} failed ${s.failures[failed]!} times, all attempts it had` };
    }
    const left = kernel.openTasks === 1 ? '1 task is left' : `${kernel.openTasks} tasks are left`;
    const eligible = s.taskState.indexOf(ELIGIBLE);
    const open = s.taskState.findIndex((state) => state < COMPLETED);
    if (cause === 'stuck' && eligible >= 0) {
      const view = kernel.view, count = view.candidates(eligible), reasons: string[] = [];
      let overBudget = false;
      for (let k = 0; k < count; k++) {
        const filter = view.candidate.filter[k]!;
        if (filter === OVER_BUDGET || filter === OVER_JOB_BUDGET) overBudget = true;
        reasons.push(`${problem.poolIds[view.candidate.pool[k]!]}: ${REFUSALS[filter]}`);
      }
      return { cause: overBudget ? 'budget-exhausted' : 'stuck', explanation: `${left}; nothing more can happen. Task ${problem.taskIds[eligible]} cannot be placed (${[...new Set(reasons)].slice(0, 6).join(', ')})` };
    }
    return { cause, explanation: `${left}, the first of them ${problem.taskIds[open]} (${TASK_STATES[s.taskState[open]!]})` };
  }
}

/** One run in arrays of its own. */
export function simulate(instance: Instance, options: SimulationOptions & { readonly seed: number }): RunRecord {
  return new Simulation(instance, options).run(options.seed);
}

/** The policy's parameters with defaults filled in, in the order it declares them. */
export function defaultedParameters(policy: Policy, given: ParameterValues): ParameterValues {
  return Object.fromEntries(Object.entries(policy.parameters).map(([name, spec]) => [name, given[name] ?? spec.default]));
}
