// The run as people look at it: numbers into names. It only reads; where a question needs the kernel to work something out
// (why does it wait, what would be placed), a copy is asked, because asking can move the time of the next decision.
import type { JobStatus, Preview, ResourceStatus, RunPhase, RunStatus, TaskStatus, Waiting } from './operations.ts';
import type { LiveRun } from './live-run.ts';
import { PLACE, OFFER, RELEASE_VM, REQUEST_VM, RESUMED, STRIDE, TICK } from '../journal/records.ts';
import { Kernel } from '../kernel/kernel.ts';
import { requestLevelAt, tokenLevelAt } from '../kernel/rate-limits.ts';
import { vmCostUntil } from '../kernel/vms.ts';
import { RunError, nearestName } from '../model/errors.ts';
import { REFUSALS } from '../model/policy.ts';
import {
  API, ARCHIVED, CANCELLED, CLOUD, COMPLETED, ELIGIBLE, FAILED, HUMAN, LOCAL, MARKETS, QUEUED, RESOURCE_KINDS, RUNNING, SCHEDULED, TASK_STATES, VM_OFF, VM_STATES,
} from '../model/states.ts';
import { workingUntil } from '../model/working-time.ts';
import { tokenOf } from './driver-events.ts';

/** What the engine knows beside the kernel. */
export interface Circumstances {
  readonly phase: RunPhase;
  readonly reason: string;
  readonly now: number;
  readonly daemonEpoch: number;
  readonly rows: number;
  readonly unknown: number;
  readonly refusedReports: number;
  readonly nextDecision: number;
}

const finiteOr = (value: number, otherwise: number): number => (Number.isFinite(value) ? value : otherwise);

export class Inspector {
  private readonly run: LiveRun;
  private twin: Kernel | undefined;

  constructor(run: LiveRun) { this.run = run; }

  private get kernel() { return this.run.kernel; }

  status({ phase, reason, now, daemonEpoch, rows, unknown, refusedReports, nextDecision }: Circumstances): RunStatus {
    const { kernel, run } = this, { problem, state } = kernel, count = (code: number) => { let n = 0; for (const s of state.taskState.subarray(0, problem.taskCount)) if (s === code) n++; return n; };
    const spent = this.spent(now);
    let openJobs = 0;
    for (let j = 0; j < problem.jobCount; j++) if (state.jobOpen[j]! > 0) openJobs++;
    return {
      run: run.header.run, phase, ...(reason === '' ? {} : { reason }), epoch: run.header.scenario.epoch!, daemonEpoch, now,
      policy: { name: run.policy.name, parameters: run.policy.parameters }, weights: kernel.weights, budget: finiteOr(kernel.budget, -1), spent, spentAndCommitted: Math.max(spent, kernel.spent(now)),
      revision: run.revision, rows, vms: kernel.vmCount, unknown, refusedReports, nextDecision: finiteOr(nextDecision, -1),
      tasks: {
        queued: count(QUEUED), eligible: count(ELIGIBLE), scheduled: count(SCHEDULED), running: count(RUNNING), completed: count(COMPLETED), archived: count(ARCHIVED),
        failed: count(FAILED), cancelled: count(CANCELLED),
      },
      jobs: { open: openJobs, ended: problem.jobCount - openJobs },
    };
  }

  /** Micro-dollars of what has ended, and of VMs and machines up to now. */
  private spent(now: number): number {
    const { kernel } = this, { problem, state } = kernel;
    let total = kernel.spentClosed;
    for (let k = 0; k < kernel.vmCount; k++) total += vmCostUntil(kernel, state.vms[k]!, now, false);
    for (let u = 0; u < problem.unitCount; u++) {
      if (problem.unitKind[u] === LOCAL && state.running[u]! > 0) total += Math.round(problem.poolPrice[problem.unitPool[u]!]! * (now - state.busySince[u]!) / 3_600_000);
    }
    return total;
  }

  jobs(now: number): JobStatus[] {
    const { problem, state } = this.kernel;
    return problem.jobIds.map((id, j) => {
      const first = problem.jobFirst[j]!, end = problem.jobFirst[j + 1]!, count = (...codes: number[]) => { let n = 0; for (let t = first; t < end; t++) if (codes.includes(state.taskState[t]!)) n++; return n; };
      let expectedEnd = -1;
      for (let t = first; t < end; t++) {
        const s = state.taskState[t]!;
        if (s < COMPLETED) expectedEnd = Math.max(expectedEnd, state.isPlaced(t) ? Math.max(now, state.finishOf(t)) : now + problem.taskRank[t]!);
      }
      return {
        id, submitted: state.jobSubmitted[j] === 1, release: problem.jobRelease[j]!, deadline: finiteOr(problem.jobDeadline[j]!, -1), tasks: end - first, open: state.jobOpen[j]!,
        completed: count(COMPLETED, ARCHIVED), failed: count(FAILED), cancelled: count(CANCELLED), expectedEnd: Math.round(expectedEnd),
      };
    });
  }

  tasks(unknown: ReadonlyMap<string, { readonly why: string }>, { job, state }: { readonly job?: string; readonly state?: string } = {}): TaskStatus[] {
    const { problem, state: s } = this.kernel, found: TaskStatus[] = [];
    const wanted = job === undefined ? -1 : this.jobIndex(job);
    for (let t = 0; t < problem.taskCount; t++) {
      if ((wanted >= 0 && problem.taskJob[t] !== wanted) || (state !== undefined && TASK_STATES[s.taskState[t]!] !== state)) continue;
      found.push(this.taskStatus(t, unknown));
    }
    return found;
  }

  task(id: string, unknown: ReadonlyMap<string, { readonly why: string }>): TaskStatus { return this.taskStatus(this.taskIndex(id), unknown); }

  /** Throws `RunError` `no-such-task`. */
  taskIndex(id: string): number { return this.index('task', id, this.kernel.problem.taskIds); }
  private jobIndex(id: string): number { return this.index('job', id, this.kernel.problem.jobIds); }

  private index(kind: 'task' | 'job', id: string, known: readonly string[]): number {
    const index = this.run.indexOf(kind, id);
    if (index >= 0) return index;
    const near = nearestName(id, known.slice(0, 10_000));
    throw new RunError(`no-such-${kind}`, `there is no ${kind} ${id}${near === undefined ? '' : `; did you mean ${near}?`}`);
  }

  private taskStatus(t: number, unknown: ReadonlyMap<string, { readonly why: string }>): TaskStatus {
    const { problem, state } = this.kernel, id = problem.taskIds[t]!, s = state.taskState[t]!, placement = this.run.placements.get(id), unit = state.unitOf(t), placed = state.isPlaced(t), why = unknown.get(id)?.why;
    return {
      id, job: problem.jobIds[problem.taskJob[t]!]!, kind: problem.taskKinds[t]!, state: TASK_STATES[s]!, attempt: state.attemptOf(t), failures: state.failures[t]!,
      interruptions: state.interruptions[t]!, progressPpm: state.ppmOf(t), since: placed ? state.sinceOf(t) : placement?.startedAt ?? placement?.at ?? 0,
      ...(unit < 0 ? {} : { unit: problem.unitIds[unit]! }),
      ...(placement === undefined ? {} : { token: tokenOf({ run: this.run.header.run, task: id, epoch: placement.epoch, attempt: placement.attempt }) }),
      ...(placed || state.isCompleted(t) ? { finish: placed ? state.finishOf(t) : state.endOf(t) } : {}), ...(why === undefined ? {} : { unknown: why }),
    };
  }

  /** `driverOf` names the driver of a unit. */
  resources(now: number, driverOf: (unit: string) => string): ResourceStatus[] {
    const { kernel } = this, { problem, state } = kernel, dims = problem.dimensionCount;
    return problem.unitIds.map((unit, u) => {
      const kind = problem.unitKind[u]!, pool = problem.unitPool[u]!, capacity: Record<string, number> = {}, used: Record<string, number> = {};
      for (let d = 0; d < dims; d++) {
        const name = problem.dimensionNames[d]!;
        capacity[name] = problem.capacity[pool * dims + d]!;
        used[name] = capacity[name] - state.free[u * dims + d]!;
      }
      return {
        unit, entry: problem.poolIds[pool]!, kind: RESOURCE_KINDS[kind]!, driver: driverOf(unit), state: this.unitState(u, now), placed: state.load[u]!, running: state.running[u]!, used, capacity,
        ...(kind === CLOUD && state.vmState[u] !== VM_OFF
          ? { market: MARKETS[state.market[u]!]!, cost: vmCostUntil(kernel, u, now, false), price: kernel.priceOf(pool, state.market[u]!), ...(state.killAt[u]! < Infinity ? { until: state.killAt[u]! } : {}) } : {}),
        ...(kind === API ? { requestsLeft: finiteOr(Math.floor(requestLevelAt(kernel, u, now)), -1), tokensLeft: finiteOr(Math.floor(tokenLevelAt(kernel, u, now)), -1),
          requestsBurst: finiteOr(problem.poolRequestBurst[pool]!, -1), tokensBurst: finiteOr(problem.poolTokenBurst[pool]!, -1), ...(state.limitedUntil[u]! > now ? { until: state.limitedUntil[u]! } : {}) } : {}),
        ...(kind === HUMAN && state.awayUntil[u]! > now ? { until: finiteOr(state.awayUntil[u]!, -1) } : {}),
      };
    });
  }

  private unitState(u: number, now: number): string {
    const { problem, state } = this.kernel;
    switch (problem.unitKind[u]) {
      case CLOUD: return VM_STATES[state.vmState[u]!]!;
      case API: return state.limitedUntil[u]! > now ? 'limited' : 'open';
      case HUMAN: return state.awayUntil[u]! > now ? 'away' : workingUntil(problem, u, now, 0) === now ? 'available' : 'off';
      default: return 'up';
    }
  }

  // --- questions put to a copy ---

  /** A copy of the kernel as of now, to be asked and thrown away. */
  private copy(now: number): Kernel {
    const { kernel } = this;
    if (this.twin?.problem !== kernel.problem || this.twin.policy !== kernel.policy) {
      this.twin = new Kernel(kernel.problem, { policy: kernel.policy, parameters: kernel.parameters, weights: kernel.weights, random: kernel.random });
    }
    this.twin.copyFrom(kernel);
    this.twin.now = Math.max(this.twin.now, now);
    return this.twin;
  }

  waiting(task: string, now: number): Waiting {
    const t = this.taskIndex(task), { problem, state } = this.kernel, after: string[] = [];
    for (let k = problem.predecessorFirst[t]!; k < problem.predecessorFirst[t + 1]!; k++) if (state.taskState[problem.predecessors[k]!]! < COMPLETED) after.push(problem.taskIds[problem.predecessors[k]!]!);
    const about = { task, state: TASK_STATES[state.taskState[t]!]!, after };
    if (state.taskState[t] !== ELIGIBLE) return { ...about, places: [] };
    const { view } = this.copy(now), count = view.candidates(t), rows = view.candidate;
    return {
      ...about,
      places: Array.from({ length: count }, (_, k) => ({
        place: rows.unit[k]! >= 0 ? problem.unitIds[rows.unit[k]!]! : problem.poolIds[rows.pool[k]!]!, market: MARKETS[rows.market[k]!]!, fresh: rows.fresh[k] === 1,
        refusal: REFUSALS[rows.filter[k]!]!, start: finiteOr(rows.start[k]!, -1), cost: rows.cost[k]!,
      })),
    };
  }

  preview(now: number): Preview {
    const { problem } = this.kernel, copy = this.copy(now), before = copy.spent();
    if (copy.isPaused) copy.apply(RESUMED, copy.now, 0, 0, 0, 0); // what would be done on going on
    copy.dirty = true;
    copy.apply(TICK, copy.now, 0, 0, 0, 0);
    const placements: Preview['placements'][number][] = [], vms: Preview['vms'][number][] = [], released: string[] = [], { rows } = copy.log, s = copy.state;
    for (let at = 0; at < copy.log.length; at += STRIDE) {
      const a = rows[at + 1]!, c = rows[at + 3]!;
      if ((rows[at] === PLACE || rows[at] === OFFER) && s.taskState[a] === SCHEDULED && s.attemptOf(a) === rows[at + 2]) {
        placements.push({ task: problem.taskIds[a]!, unit: problem.unitIds[c]!, start: s.sinceOf(a), finish: s.finishOf(a), cost: s.committedOf(a) });
      } else if (rows[at] === REQUEST_VM) vms.push({ unit: problem.unitIds[a]!, market: MARKETS[c]!, pricePerHour: copy.priceOf(problem.unitPool[a]!, c) });
      else if (rows[at] === RELEASE_VM) released.push(problem.unitIds[a]!);
    }
    const spent = this.spent(now), cost = placements.reduce((sum, placement) => sum + placement.cost, 0);
    return { at: copy.now, placements, vms, released, cost: Math.max(cost, copy.spent() - before), spent, budget: finiteOr(copy.budget, -1) };
  }
}
