// Whole runs of the project's own scenarios, as sweeps make them: one simulation kept, a new seed each time. `audited` is
// what a user gets of a run, with journal, reasons and audit; `compared` is all that a comparison of one policy does for a seed: no
// reasons, but audit, figures and the bounds of the seed; `bare` keeps neither log nor reasons, as inner simulations do. CPU time.
// Answer: the journal of each seed is that of another simulation with arrays of its own, and its audit is clean; a bare run ends at the
// same instant with the same money spent.
import { Runner } from '../../engine/experiment/run-once.ts';
import type { RecordLog } from '../../engine/journal/log.ts';
import { STRIDE, isEvent } from '../../engine/journal/records.ts';
import { RunFold } from '../../engine/metrics/attempts.ts';
import type { AuditResult } from '../../engine/metrics/audit-laws.ts';
import { Auditor } from '../../engine/metrics/audit.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { Hash128 } from '../../engine/model/hash.ts';
import type { Policy } from '../../engine/model/policy.ts';
import type { Instance } from '../../engine/model/problem.ts';
import { Simulation } from '../../engine/sim/run.ts';
import { policies as allPolicies, policyNamed } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { checkAnswer, figureName, type BenchCase } from '../case.ts';
import { timeCpu } from '../cpu-time.ts';

type Mode = 'audited' | 'compared' | 'bare';

/** Worlds of a scenario, run in turn: one world alone would be learnt by heart. */
const SEEDS = 32;
const LARGER = ['feature-1000', 'feature-10000'];

export const runCase: BenchCase = {
  name: 'run',
  cells({ quick, policies }) {
    const modes: Mode[] = ['audited', 'compared', 'bare'], scenarios = quick ? ['feature-12'] : ['feature-120', ...LARGER];
    const others = quick ? [] : allPolicies.map(({ name }) => name).filter((name) => !policies.includes(name));
    return [
      ...policies.flatMap((policy) => scenarios.flatMap((scenario) => modes.map((mode) => `${scenario}/${policy}/${mode}`))),
      ...others.map((policy) => `feature-120/${policy}/audited`),
    ];
  },
  measure(cell, setting) {
    const [scenario, policy, mode] = cell.split('/') as [string, string, Mode];
    const instance = compileScenario(loadCatalog(scenario)), tasks = instance.problem.taskCount;
    const worlds = new Worlds(instance, policy, mode, setting.quick ? 2 : Math.max(1, Math.min(SEEDS, Math.floor(SEEDS * 120 / tasks))));
    const { p50, p99, max, samples } = timeCpu(() => worlds.next(), setting), perSecond = 1000 / p50;
    const name = (unit: string) => figureName(scenario, policy, mode === 'audited' ? '' : mode, unit);
    return {
      rows: [{ what: `${scenario}, ${policy}, ${mode}`, value: p50, p99, max, unit: 'ms', perSecond, samples }],
      figures: { [name('ms')]: p50, [name('runs-per-second')]: perSecond, [name('events-per-second')]: worlds.meanEvents() * perSecond },
      growth: scenario === 'feature-12' ? [] : [{ series: `run: ${policy}, ${mode}, over tasks`, size: tasks, ms: p50 }],
      answer: worlds.answer(),
    };
  },
};

/** How a run ended, whether or not its log was kept. */
interface Ending {
  readonly endedAt: number;
  readonly spent: number;
  readonly events: number;
  readonly hash: string;
}

/** Worlds of one scenario, in turn. What they did is compared with another simulation afterwards: a second kernel would slow the first one down (README). */
class Worlds {
  private readonly instance: Instance;
  private readonly policy: Policy;
  private readonly mode: Mode;
  private readonly run: (seed: number) => Ending;
  /** By seed, as its first run ended. */
  private readonly endings: Ending[] = [];
  private readonly seeds: number;
  private seed = 0;

  constructor(instance: Instance, policyName: string, mode: Mode, seeds: number) {
    this.instance = instance;
    this.policy = policyNamed(policyName);
    this.mode = mode;
    this.seeds = seeds;
    this.run = mode === 'compared' ? comparing(instance, this.policy) : simulating(instance, this.policy, mode);
  }

  /** One whole run of the next seed. */
  next(): void {
    const { mode, endings, seeds } = this, seed = this.seed++ % seeds, ending = this.run(seed);
    if (endings.length < seeds) endings.push(ending); else checkEnding(seed, ending, endings[seed]!, mode);
  }

  meanEvents(): number { return this.endings.reduce((sum, { events }) => sum + events, 0) / Math.max(1, this.endings.length); }

  /** Over the journals of all worlds, as a simulation with arrays of its own makes them; which ends as the measured one did. */
  answer(): string {
    const hash = new Hash128(), { instance, policy, endings, mode, seeds } = this, reference = new Simulation(instance, { policy });
    for (let seed = 0; seed < seeds; seed++) {
      const wanted = endingOf(reference, reference.run(seed).hash), measured = endings[seed];
      if (measured !== undefined) checkEnding(seed, measured, wanted, mode);
      hash.addText(wanted.hash);
    }
    return hash.digest();
  }
}

function simulating(instance: Instance, policy: Policy, mode: Mode): (seed: number) => Ending {
  const simulation = new Simulation(instance, { policy, keepLog: mode !== 'bare', reasons: mode === 'audited' }), fold = new RunFold(instance.problem), auditor = new Auditor(instance.problem);
  return (seed) => {
    const run = simulation.run(seed), ending = endingOf(simulation, run.hash);
    if (mode !== 'bare') checkAudit(seed, auditor.audit(run, simulation.kernel.spent(), fold.fold(run)));
    return ending;
  };
}

function comparing(instance: Instance, policy: Policy): (seed: number) => Ending {
  const runner = new Runner(instance, { policy, reasons: false });
  return (seed) => {
    const { run, metrics, audit } = runner.run(seed);
    checkAudit(seed, audit);
    return { endedAt: run.endedAt, spent: metrics.costMicroUsd, events: eventsOf(run.log), hash: run.hash };
  };
}

function checkAudit(seed: number, { clean, broken }: AuditResult): void {
  checkAnswer(`audit of seed ${seed} (${broken[0]?.law ?? ''})`, clean, true);
}

/** Rows that the world told the kernel; the others are commands. */
function eventsOf({ rows, length }: RecordLog): number {
  let events = 0;
  for (let at = 0; at < length; at += STRIDE) if (isEvent(rows[at]!)) events++;
  return events;
}

function checkEnding(seed: number, { endedAt, spent, hash }: Ending, wanted: Ending, mode: Mode): void {
  if (mode !== 'bare') checkAnswer(`journal of seed ${seed}`, hash, wanted.hash);
  checkAnswer(`end of seed ${seed}`, endedAt, wanted.endedAt);
  checkAnswer(`spending of seed ${seed}`, spent, wanted.spent);
}

function endingOf({ kernel, world }: Simulation, hash: string): Ending {
  return { endedAt: kernel.now, spent: kernel.spent(), events: world.events, hash };
}
