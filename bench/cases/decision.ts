// How long a decision takes: the kernel applying one TICK, the policy with all checks and reasons, in a project where far
// more can be done than there is room for. Wall time, since that is what a user waits for; every decision is made several
// times over in identical passes and counts with the median of its times, which leaves out what other programs took from
// us and keeps what is dear about the decision. Answer: the journal's hash is the same in every pass, and a replay of the
// journal gives the same commands.
import { Simulation } from '../../engine/sim/run.ts';
import { replay } from '../../engine/sim/replay.ts';
import { journalHash } from '../../engine/journal/journal-hash.ts';
import { Hash128 } from '../../engine/model/hash.ts';
import type { Instance } from '../../engine/model/problem.ts';
import type { Policy } from '../../engine/model/policy.ts';
import { policyNamed } from '../../policies/registry.ts';
import { checkAnswer, sizeName, type BenchCase, type CellResult, type Figures } from '../case.ts';
import { median, quantile } from '../statistics.ts';
import { steadyInstance } from './steady-scenario.ts';

const SIZES = [120, 1_000, 10_000, 100_000], RESOURCES = [16, 128, 1_000];
/** Small projects end after a few decisions, so several are run; large ones are left after this many. */
const DECISIONS_WANTED = 300;
const SEED = 1;
const MEASURED_MS = 4_000, PASSES_MAX = 15, PASS_MS_MAX = 60_000;

interface Pass {
  /** Ms of each decision, in order, over all graphs. */
  readonly ms: number[];
  readonly eligible: number[];
  /** Share of units with something placed on them. */
  readonly busy: number[];
  readonly hash: string;
  /** False when it was left before its end for want of time. */
  readonly whole: boolean;
}

export const decisionCase: BenchCase = {
  name: 'decision',
  cells: ({ quick, policies }) => policies.flatMap((policy) => (quick ? [120] : SIZES).flatMap((n) => (quick ? [16] : RESOURCES).map((r) => `${policy}/${n}x${r}`))),
  measure(cell, { quick }) {
    const [name, tasks, resources] = cell.split(/[/x](?=\d)/) as [string, string, string], n = Number(tasks), policy = policyNamed(name);
    const instances = Array.from({ length: quick ? 1 : Math.max(1, Math.ceil(240 / n)) }, (_, k) => steadyInstance(n, Number(resources), k + 1));
    const project = new Project(instances, policy), passes = [project.pass()], from = performance.now();
    while (passes.length < PASSES_MAX && passes[0]!.whole && (quick ? passes.length < 2 : performance.now() - from < MEASURED_MS)) passes.push(project.pass());
    for (const pass of passes) checkAnswer('journal of a repeated pass', pass.hash, passes[0]!.hash);
    project.checkByReplay();
    return report(name, n, resources, passes, project.prepareMs);
  },
  summary: (figures) => worstCases(figures),
};

class Project {
  readonly prepareMs: number;
  private readonly instances: readonly Instance[];
  private readonly policy: Policy;
  private readonly simulations: readonly Simulation[];
  private readonly stamps: number[] = [];

  constructor(instances: readonly Instance[], policy: Policy) {
    const from = performance.now(), clock = () => { const at = performance.now(); this.stamps.push(at); return at; };
    this.instances = instances;
    this.policy = policy;
    this.simulations = instances.map((instance) => new Simulation(instance, { policy, clock }));
    this.prepareMs = (performance.now() - from) / instances.length;
  }

  /** Every graph from its start to its end, or to the decisions wanted of it. */
  pass(): Pass {
    const pass = { ms: [] as number[], eligible: [] as number[], busy: [] as number[] }, hash = new Hash128(), until = performance.now() + PASS_MS_MAX;
    const wanted = Math.ceil(DECISIONS_WANTED / this.simulations.length);
    let whole = true;
    for (const simulation of this.simulations) {
      whole = this.run(simulation, wanted, until, pass) && whole;
      hash.addText(hashOf(simulation));
    }
    return { ...pass, whole, hash: hash.digest() };
  }

  private run(simulation: Simulation, wanted: number, until: number, { ms, eligible, busy }: Pick<Pass, 'ms' | 'eligible' | 'busy'>): boolean {
    const { stamps } = this, { unitCount } = simulation.instance.problem;
    let decisions = 0;
    simulation.begin(SEED);
    const { kernel, world } = simulation;
    while (!kernel.finished && decisions < wanted) {
      if (performance.now() > until) return false;
      const waiting = kernel.ready.eligible;
      stamps.length = 0;
      if (!world.step()) throw new Error('the project came to a halt');
      if (stamps.length === 0) continue;
      decisions++;
      ms.push(stamps[1]! - stamps[0]!);
      eligible.push(waiting);
      busy.push(kernel.state.load.subarray(0, unitCount).reduce((count, load) => count + (load > 0 ? 1 : 0), 0) / unitCount);
    }
    return true;
  }

  checkByReplay(): void {
    this.simulations.forEach(({ kernel, parameters, weights }, k) => {
      const again = replay(this.instances[k]!, kernel.log, { policy: this.policy, parameters, weights, seed: SEED });
      checkAnswer(`replay of the journal (${again.objection || `row ${again.divergesAt}`})`, again.identical, true);
    });
  }
}

function hashOf({ instance, policy, parameters, weights, kernel }: Simulation): string {
  return journalHash(instance.hash, policy.name, parameters, weights, SEED, kernel.log);
}

function report(policy: string, tasks: number, resources: string, passes: readonly Pass[], prepareMs: number): CellResult {
  const counted = passes.length > 1 ? passes.slice(1) : passes, first = counted[0]!;
  const ms = first.ms.map((_, k) => median(counted.map((pass) => pass.ms[k]!)));
  const p50 = median(ms), p99 = quantile(ms, 0.99), max = Math.max(...ms), eligible = median(first.eligible), busyShare = median(first.busy);
  return {
    rows: [{ what: `${policy}, ${tasks} tasks x ${resources}, ${Math.round(eligible)} eligible`, value: p50, p99, max, unit: 'ms', samples: ms.length }],
    figures: { byPolicy: { [policy]: { [`${tasks}x${resources}`]: {
      p50Ms: p50, p99Ms: p99, maxMs: max, firstMs: ms[0]!, worstSeenMs: Math.max(...counted.flatMap((pass) => pass.ms)), prepareMs,
      decisions: ms.length, passes: counted.length, eligible, busyShare,
    } } } },
    growth: [{ series: `decision: median of ${policy} on ${resources}, over tasks`, size: tasks, ms: p50 }],
    answer: passes[0]!.whole ? passes[0]!.hash : '',
    notes: passes[0]!.whole ? [] : [`decision ${policy}/${tasks}x${resources}: left after ${PASS_MS_MAX / 1000} s and ${ms.length} decisions`],
  };
}

/** `p99Ms1000`, ...: the worst over all resource counts, of the first policy; then the same under each policy's name. */
function worstCases(figures: Figures): Figures {
  const byPolicy = figures.byPolicy as Record<string, Record<string, Record<string, number>>>, policies = Object.keys(byPolicy);
  const worst = (policy: string): Figures => {
    const found: Record<string, number> = {};
    for (const [cell, measured] of Object.entries(byPolicy[policy]!)) {
      for (const key of ['p50Ms', 'p99Ms', 'maxMs']) {
        const name = key + sizeName(Number(cell.split('x')[0]));
        found[name] = Math.max(found[name] ?? 0, measured[key]!);
      }
    }
    return found;
  };
  return { ...worst(policies[0]!), worst: Object.fromEntries(policies.map((policy) => [policy, worst(policy)])) };
}
