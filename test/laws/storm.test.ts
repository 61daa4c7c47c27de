// A storm: every spot VM of feature-120 is taken back while it works, 30 s after its notice, on top of the market's own
// interruptions. What the project promises of it is read off the journal alone: notice, checkpoint where it fits, placed
// again, on demand when urgent; and at the end every task archived, nothing lost, the price of it shown.
import { describe, expect, it } from 'vitest';
import { CANDIDATE_STRIDE, DECISION_STRIDE } from '../../engine/journal/decision-log.ts';
import { recordView } from '../../engine/journal/record-view.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { auditRun } from '../../engine/metrics/audit.ts';
import { foldMetrics } from '../../engine/metrics/metrics.ts';
import { lowerBounds } from '../../engine/bounds/bounds.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { SPOT_TOO_URGENT } from '../../engine/model/policy.ts';
import { CLOUD, ON_DEMAND, SPOT } from '../../engine/model/states.ts';
import { compileFaults } from '../../engine/sim/faults.ts';
import { Simulation } from '../../engine/sim/run.ts';
import { weighted } from '../../policies/weighted.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { loadFaults } from '../../scenarios/faults/index.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const instance = compileScenario(loadCatalog('feature-120')), { problem } = instance;
const faults = compileFaults(loadFaults('storm-all-spot'), problem);
const bounds = lowerBounds(instance);
const taskNumber = new Map(problem.taskIds.map((id, t) => [id, t]));

/** One attempt that was running on a VM when the VM's notice came, and what became of it. */
interface Cut {
  readonly task: string;
  readonly attempt: number;
  readonly unit: string;
  readonly market: string;
  readonly startedAt: number;
  readonly noticeAt: number;
  readonly killAt: number;
  /** Was told to write a checkpoint. */
  asked: boolean;
  savedAt: number;
  revokedAt: number;
  /** When it ended by itself, well or not. */
  endedAt: number;
  /** When its VM went away under it. */
  killedAt: number;
}

interface Story {
  readonly cuts: readonly Cut[];
  /** Spot slots on which a task ran. */
  readonly workedOnSpot: ReadonlySet<string>;
  /** By task: attempt and instant of each placement. */
  readonly placements: ReadonlyMap<string, readonly (readonly [attempt: number, at: number])[]>;
  readonly completions: readonly string[];
  readonly archived: readonly string[];
}

function storyOf(run: RunRecord): Story {
  const market = new Map<string, string>(), running = new Map<string, { attempt: number; unit: string; startedAt: number }>(), open = new Map<string, Cut>();
  const cuts: Cut[] = [], workedOnSpot = new Set<string>(), placements = new Map<string, [number, number][]>(), completions: string[] = [], archived: string[] = [];
  for (let n = 0; n < run.log.count; n++) {
    const { t, name, fields } = recordView(run.problem, run.log, n), task = String(fields['task']), unit = String(fields['unit']), cut = open.get(task);
    switch (name) {
      case 'request-vm': market.set(unit, String(fields['market'])); break;
      case 'place': case 'offer': placements.set(task, [...placements.get(task) ?? [], [Number(fields['attempt']), t]]); break;
      case 'task-started':
        running.set(task, { attempt: Number(fields['attempt']), unit, startedAt: t });
        if (market.get(unit) === 'spot') workedOnSpot.add(unit);
        break;
      case 'vm-notice':
        for (const [id, at] of running) {
          if (at.unit !== unit) continue;
          const made: Cut = {
            ...at, task: id, market: market.get(unit)!, noticeAt: t, killAt: Number(fields['killAt']), asked: false, savedAt: NaN, revokedAt: NaN, endedAt: NaN, killedAt: NaN,
          };
          cuts.push(made);
          open.set(id, made);
        }
        break;
      case 'checkpoint': cut!.asked = true; break;
      case 'task-checkpointed': if (cut !== undefined) cut.savedAt = t; break;
      case 'revoke': if (cut !== undefined) cut.revokedAt = t; open.delete(task); running.delete(task); break;
      case 'task-completed': case 'task-failed':
        if (name === 'task-completed') completions.push(task);
        if (cut !== undefined) cut.endedAt = t;
        open.delete(task); running.delete(task);
        break;
      case 'vm-terminated':
        for (const [id, at] of running) {
          if (at.unit !== unit) continue;
          const lost = open.get(id);
          if (lost !== undefined) lost.killedAt = t;
          open.delete(id); running.delete(id);
        }
        break;
      case 'archive-job': archived.push(String(fields['job'])); break;
    }
  }
  return { cuts, workedOnSpot, placements, completions, archived };
}

/** A decision that chose among candidates: the row it took, and the filters of the spot rows of VMs it had. */
interface Placement {
  readonly task: number;
  readonly attempt: number;
  readonly at: number;
  readonly kind: number;
  readonly market: number;
  readonly filter: number;
  readonly expectedMs: number;
  readonly spotFilters: readonly number[];
}

function placementsOf({ decisions: log, problem: p }: RunRecord): Placement[] {
  return Array.from({ length: log.decisionCount }, (_, k): Placement | undefined => {
    const [at, task, attempt, first, count, chosen] = log.decisions.subarray(k * DECISION_STRIDE, (k + 1) * DECISION_STRIDE) as unknown as number[];
    if (chosen! < 0) return undefined;
    const row = (n: number) => log.candidates.subarray(n * CANDIDATE_STRIDE, (n + 1) * CANDIDATE_STRIDE);
    const [, pool, flags, filter, , expectedMs] = row(chosen!) as unknown as number[];
    const spotRows = Array.from({ length: count! }, (__, i) => row(first! + i)).filter((c) => c[2]! % 2 === SPOT && p.poolKind[c[1]!] === CLOUD);
    return { task: task!, attempt: attempt!, at: at!, kind: p.poolKind[pool!]!, market: flags! % 2, filter: filter!, expectedMs: expectedMs!, spotFilters: spotRows.map((c) => c[3]!) };
  }).filter((placement) => placement !== undefined);
}

const simulation = new Simulation(instance, { policy: weighted, faults });
const runs = SEEDS.map((seed) => {
  const run = simulation.run(seed);
  return { seed, cause: run.cause, audit: auditRun(run), metrics: foldMetrics(run, bounds), story: storyOf(run), chosen: placementsOf(run), theta: run.parameters['theta']! };
});

describe.each(runs.map((run) => [run.seed, run] as const))('the storm on feature-120 under weighted, seed %i', (_, { cause, audit, metrics, story, chosen }) => {
  it('archives all 120 tasks, each completed once', () => {
    expect(cause).toBe('finished');
    expect([...story.completions].sort()).toEqual([...problem.taskIds].sort());
    expect(story.completions).toHaveLength(120);
    expect([...story.archived].sort()).toEqual([...problem.jobIds].sort());
  });

  it('takes every spot slot that ever worked while it works', () => {
    const cutOnSpot = new Set(story.cuts.filter(({ market }) => market === 'spot').map(({ unit }) => unit));
    expect(story.workedOnSpot.size).toBeGreaterThanOrEqual(3);
    expect([...story.workedOnSpot].filter((unit) => !cutOnSpot.has(unit))).toEqual([]);
  });

  it('writes a last checkpoint where one fits, and only there', () => {
    for (const cut of story.cuts) {
      const profile = problem.taskProfile[taskNumber.get(cut.task)!]!, writes = problem.profileCheckpointInterval[profile]! > 0;
      const fits = writes && cut.noticeAt + problem.profileCheckpointCost[profile]! < cut.killAt;
      // Only one that is still expected to end between notice and kill is left alone.
      const expectedEnd = cut.startedAt + chosen.find(({ task, attempt }) => problem.taskIds[task] === cut.task && attempt === cut.attempt)!.expectedMs;
      const endsInTime = expectedEnd > cut.noticeAt && expectedEnd <= cut.killAt;
      if (cut.asked) expect(fits, `${cut.task}: asked for what cannot be written`).toBe(true);
      else if (cut.killedAt === cut.killAt && !endsInTime) expect(fits, `${cut.task} attempt ${cut.attempt}: lost what could have been saved`).toBe(false);
      if (cut.revokedAt === cut.revokedAt) expect([cut.asked, cut.savedAt <= cut.killAt, cut.revokedAt]).toEqual([true, true, cut.savedAt]);
    }
  });

  it('leaves no attempt hanging: it ended, was saved, or was lost with its VM; and what was cut off is placed again', () => {
    expect(story.cuts.length).toBeGreaterThan(0);
    for (const cut of story.cuts) {
      expect([cut.endedAt, cut.revokedAt, cut.killedAt].filter((t) => t === t), `${cut.task} attempt ${cut.attempt}`).toHaveLength(1);
      if (cut.endedAt === cut.endedAt) continue;
      const next = story.placements.get(cut.task)!.find(([attempt]) => attempt === cut.attempt + 1);
      expect(next, `${cut.task} after attempt ${cut.attempt}`).toBeDefined();
      expect(next![1]).toBeGreaterThanOrEqual(cut.revokedAt === cut.revokedAt ? cut.revokedAt : cut.killedAt);
    }
  });

  it('takes no row that it has itself called too urgent', () => {
    expect(chosen.length).toBeGreaterThanOrEqual(120);
    expect(chosen.filter(({ filter }) => filter !== 0)).toEqual([]);
  });

  it('breaks no law of conservation', () => {
    expect(audit.broken).toEqual([]);
    expect(audit.clean).toBe(true);
  });

  it('shows what it cost', () => {
    expect(metrics.interruptions).toBeGreaterThanOrEqual(story.workedOnSpot.size);
    expect(metrics.costCloudMicroUsd).toBeGreaterThan(0);
    expect(metrics.costMicroUsd).toBeGreaterThan(metrics.costCloudMicroUsd);
    expect(metrics.lostWorkMs).toBeGreaterThan(0);
    expect(metrics.recoveryMs).toBeGreaterThan(0);
    expect(metrics.spinUpPaidMs).toBeGreaterThan(0);
  });
});

describe('over the seeds', () => {
  it('some work is saved by a last checkpoint, and some is lost because none fits into 30 s', () => {
    const cuts = runs.flatMap(({ story }) => story.cuts);
    expect(cuts.filter(({ revokedAt }) => revokedAt === revokedAt).length).toBeGreaterThan(0);
    expect(cuts.filter(({ killedAt }) => killedAt === killedAt).length).toBeGreaterThan(0);
  });

  // Urgency of a task without progress: its longest path of estimates over the time left to its job's reference instant.
  it('runs on demand what is urgent: the spot rows are marked, and the urgency is indeed past the threshold', () => {
    const forced = runs.flatMap(({ chosen, theta }) => chosen
      .filter(({ kind, market, spotFilters }) => kind === CLOUD && market === ON_DEMAND && spotFilters.includes(SPOT_TOO_URGENT)).map((placement) => ({ ...placement, theta })));
    expect(forced.length).toBeGreaterThan(0);
    const pastThreshold = forced.filter(({ task, attempt, at, theta }) => {
      const left = problem.jobReference[problem.taskJob[task]!]! - at;
      return attempt === 1 && (left <= 0 || problem.taskRank[task]! / left >= theta);
    });
    expect(pastThreshold.length).toBeGreaterThan(0);
  });

  it('an interrupted task among them went on demand after having run on spot', () => {
    const again = runs.flatMap(({ story, chosen }) => chosen.filter(({ task, attempt, kind, market }) =>
      kind === CLOUD && market === ON_DEMAND && story.cuts.some((cut) => taskNumber.get(cut.task) === task && cut.market === 'spot' && cut.attempt < attempt)));
    expect(again.length).toBeGreaterThan(0);
  });
});
