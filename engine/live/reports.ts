// Drivers' events as journal events. What does not fit the state of the run is refused here, so that the kernel never meets it:
// a word about an attempt or VM life that is over (by its key), a second word for what is known already. What a driver left
// out because it went too fast (a start before an end) is supplied.
import { attemptName, vmName, type AttemptEnd, type AttemptKey, type DriverEvent, type Outcome, type VmKey } from './driver-events.ts';
import type { Handles } from './handles.ts';
import type { Json } from './json.ts';
import type { LiveRun } from './live-run.ts';
import type { Turn } from './turn-loop.ts';
import * as R from '../journal/records.ts';
import { API, HUMAN, RUNNING, SCHEDULED, SPOT, VM_OFF, VM_READY, VM_REQUESTED, VM_STARTING } from '../model/states.ts';

const CAUSE_OF: Readonly<Record<Exclude<Outcome, 'completed'>, number>> = {
  'task-error': R.CAUSE_TASK_ERROR, 'api-error': R.CAUSE_API_ERROR, timeout: R.CAUSE_TIMEOUT, 'rate-limited': R.CAUSE_RATE_LIMITED,
  refused: R.CAUSE_REFUSED, cancelled: R.CAUSE_CANCELLED, lost: R.CAUSE_LOST,
};

/** Progress is written when it has moved this far, in ppm, or after this long. */
const PROGRESS_PPM = 10_000, PROGRESS_MS = 30_000;

/** `stale`: about an attempt or a life that is over. `nothing`: already known. */
export type Reception = 'applied' | 'stale' | 'nothing';

export class Reports {
  private readonly run: LiveRun;
  /** Run ms of an instant of the calendar clock. */
  private readonly runMs: (wall: number) => number;
  private readonly handles: Handles;
  private readonly lastProgress = new Map<string, { readonly ppm: number; readonly at: number; readonly attempt: number }>();

  /** `handles`: filled here. */
  constructor(run: LiveRun, runMs: (wall: number) => number, handles: Handles) {
    this.run = run;
    this.runMs = runMs;
    this.handles = handles;
  }

  receive(event: DriverEvent, turn: Turn): Reception {
    switch (event.type) {
      case 'started': return this.attempt(event.key, (task) => this.started(task, event.key, event.handle, turn));
      case 'progress': return this.attempt(event.key, (task) => this.progress(task, event.key, event.ppm, turn));
      case 'checkpointed': return this.attempt(event.key, (task) => this.checkpointed(task, event.key, event.ppm, event.checkpoint, turn));
      case 'ended': return this.attempt(event.key, (task) => this.ended(task, event.key, event.end, event.by, turn));
      case 'accepted': return this.offered(event.key, R.HUMAN_ACCEPTED, turn);
      case 'declined': return this.offered(event.key, R.HUMAN_DECLINED, turn);
      case 'limited': return this.unit(event.unit, (unit) => turn.apply(R.API_LIMITED, unit, this.runMs(event.until), 0, 0));
      case 'restored': return this.unit(event.unit, (unit) => turn.apply(R.API_RESTORED, unit, 0, 0, 0));
      case 'rate-changed': return this.unit(event.unit, (unit) => turn.apply(R.RATE_CHANGED, unit, R.AXES.indexOf(event.axis), Math.round(event.perMinute), 0));
      case 'away': return this.unit(event.unit, (unit) => turn.apply(R.HUMAN_AWAY, unit, event.until === undefined ? 0 : this.runMs(event.until), 0, 0));
      case 'available': return this.unit(event.unit, (unit) => turn.apply(R.HUMAN_AVAILABLE, unit, 0, 0, 0));
      case 'vm-starting': return this.vm(event.vm, (unit, life) => this.vmStarting(unit, life, event.vm, event.handle, turn));
      case 'vm-ready': return this.vm(event.vm, (unit, life) => this.vmReady(unit, life, event.vm, event.handle, turn));
      case 'vm-refused': return this.vm(event.vm, (unit, life) => this.vmRefused(unit, life, turn));
      case 'vm-notice': return this.vm(event.vm, (unit, life) => this.vmNotice(unit, life, event.killAt, turn));
      case 'vm-terminated': return this.vm(event.vm, (unit, life) => { turn.apply(R.VM_TERMINATED, unit, life, event.cause === 'released' ? R.CAUSE_RELEASED : R.CAUSE_INTERRUPTED, 0); return 'applied'; });
      case 'price': return this.price(event.entry, event.microDollarsPerHour, turn);
    }
  }

  /** The attempt of this key is the one its task is placed in. */
  isCurrent(key: AttemptKey): boolean {
    const task = this.run.indexOf('task', key.task);
    return key.run === this.run.header.run && task >= 0 && this.run.isCurrent(task, key.attempt) && this.run.placements.get(key.task)?.epoch === key.epoch;
  }

  isCurrentVm(key: VmKey): boolean {
    const unit = this.run.indexOf('unit', key.unit), { vmLife, vmState } = this.run.kernel.state;
    return key.run === this.run.header.run && unit >= 0 && vmLife[unit] === key.life && vmState[unit] !== VM_OFF && this.run.lifeEpoch.get(key.unit) === key.epoch;
  }

  // --- attempts ---

  private attempt(key: AttemptKey, receive: (task: number) => Reception): Reception {
    return this.isCurrent(key) ? receive(this.run.indexOf('task', key.task)) : 'stale';
  }

  private get state() { return this.run.kernel.state; }

  private started(task: number, key: AttemptKey, handle: Json | undefined, turn: Turn): Reception {
    if (handle !== undefined && this.handles.ofAttempt(key) === undefined) {
      this.handles.keepAttempt(key, handle);
      turn.write({ kind: 'attempt', id: attemptId(key), value: { ...this.record(task, key), handle } });
    }
    if (this.state.taskState[task] === RUNNING) return 'nothing';
    turn.apply(R.TASK_STARTED, task, key.attempt, this.state.unitOf(task), 0);
    return 'applied';
  }

  private progress(task: number, key: AttemptKey, ppm: number, turn: Turn): Reception {
    const last = this.lastProgress.get(key.task), known = last?.attempt === key.attempt ? last : { ppm: this.state.ppmOf(task), at: -Infinity, attempt: key.attempt };
    const moved = Math.round(ppm) - known.ppm;
    if (this.state.taskState[task] !== RUNNING || moved <= 0 || ppm > 1_000_000 || (moved < PROGRESS_PPM && turn.now - known.at < PROGRESS_MS)) return 'nothing';
    this.lastProgress.set(key.task, { ppm: Math.round(ppm), at: turn.now, attempt: key.attempt });
    turn.apply(R.TASK_PROGRESS, task, key.attempt, Math.round(ppm), 0);
    return 'applied';
  }

  /** A checkpoint never takes progress back, and never ends the task: its end does. */
  private checkpointed(task: number, key: AttemptKey, ppm: number, checkpoint: Json | undefined, turn: Turn): Reception {
    if (this.state.taskState[task] !== RUNNING) return 'nothing';
    const saved = Math.min(999_999, Math.max(this.state.ppmOf(task), Math.round(ppm)));
    turn.write({ kind: 'checkpoint', id: key.task, value: { ppm: saved, ...(checkpoint === undefined ? {} : { checkpoint }) } });
    turn.apply(R.TASK_CHECKPOINTED, task, key.attempt, saved, 0);
    return 'applied';
  }

  private ended(task: number, key: AttemptKey, end: AttemptEnd, by: string | undefined, turn: Turn): Reception {
    const busyMs = Math.max(0, Math.round(end.busyMs)), placed = this.state.taskState[task] === SCHEDULED;
    this.lastProgress.delete(key.task);
    const { outcome, reason, output, usage } = end;
    turn.write({
      kind: 'attempt', id: attemptId(key),
      value: { ...this.record(task, key), endedAt: turn.now, outcome, ...(reason === undefined ? {} : { reason }), ...(output === undefined ? {} : { output }), ...(usage === undefined ? {} : { usage }), ...(by === undefined ? {} : { by }) },
    });
    this.handles.forget(key.task);
    if (placed && (outcome === 'completed' || busyMs > 0)) turn.apply(R.TASK_STARTED, task, key.attempt, this.state.unitOf(task), 0);
    if (outcome !== 'completed') { turn.apply(R.TASK_FAILED, task, key.attempt, CAUSE_OF[outcome], busyMs); return 'applied'; }
    turn.write({ kind: 'result', id: key.task, value: { attempt: key.attempt, output: output ?? null }, once: true });
    turn.apply(R.TASK_COMPLETED, task, key.attempt, busyMs, 0);
    return 'applied';
  }

  private record(task: number, key: AttemptKey): { [name: string]: Json } {
    const handle = this.handles.ofAttempt(key);
    return {
      task: key.task, attempt: key.attempt, token: `${key.epoch}.${key.attempt}`, unit: this.run.problem.unitIds[this.state.unitOf(task)]!,
      placedAt: this.run.placements.get(key.task)?.at ?? 0, ...(handle === undefined ? {} : { handle }),
    };
  }

  private offered(key: AttemptKey, code: number, turn: Turn): Reception {
    return this.attempt(key, (task) => {
      const unit = this.state.unitOf(task);
      if (this.state.taskState[task] !== SCHEDULED || this.run.problem.unitKind[unit] !== HUMAN) return 'nothing';
      turn.apply(code, task, key.attempt, unit, 0);
      return 'applied';
    });
  }

  // --- units ---

  private unit(id: string, apply: (unit: number) => void): Reception {
    const unit = this.run.indexOf('unit', id);
    if (unit < 0 || this.run.problem.unitKind[unit]! < API) return 'stale';
    apply(unit);
    return 'applied';
  }

  private price(entry: string, microDollarsPerHour: number, turn: Turn): Reception {
    const pool = this.run.problem.poolIds.indexOf(entry), price = Math.round(microDollarsPerHour);
    if (pool < 0 || this.state.spotPrice[pool]! < 0 || this.state.spotPrice[pool] === price || !(price >= 0)) return 'nothing';
    turn.apply(R.PRICE_CHANGED, pool, SPOT, price, 0);
    return 'applied';
  }

  // --- VMs ---

  private vm(key: VmKey, receive: (unit: number, life: number) => Reception): Reception {
    return this.isCurrentVm(key) ? receive(this.run.indexOf('unit', key.unit), key.life) : 'stale';
  }

  private keepVmHandle(key: VmKey, handle: Json | undefined, turn: Turn): void {
    if (handle === undefined) return;
    this.handles.keepVm(key, handle);
    turn.write({ kind: 'vm', id: key.unit, value: { epoch: key.epoch, life: key.life, handle } });
  }

  private vmStarting(unit: number, life: number, key: VmKey, handle: Json | undefined, turn: Turn): Reception {
    this.keepVmHandle(key, handle, turn);
    if (this.state.vmState[unit] !== VM_REQUESTED) return 'nothing';
    turn.apply(R.VM_STARTED, unit, life, 0, 0);
    return 'applied';
  }

  private vmReady(unit: number, life: number, key: VmKey, handle: Json | undefined, turn: Turn): Reception {
    this.vmStarting(unit, life, key, handle, turn);
    if (this.state.vmState[unit] !== VM_STARTING) return 'nothing';
    turn.apply(R.VM_IS_READY, unit, life, 0, 0);
    return 'applied';
  }

  /** Once it has begun it cannot be refused any more: it is lost. */
  private vmRefused(unit: number, life: number, turn: Turn): Reception {
    if (this.state.vmState[unit] === VM_REQUESTED) turn.apply(R.VM_REFUSED, unit, life, 0, 0);
    else turn.apply(R.VM_TERMINATED, unit, life, R.CAUSE_INTERRUPTED, 0);
    return 'applied';
  }

  private vmNotice(unit: number, life: number, killAt: number, turn: Turn): Reception {
    if (this.state.vmState[unit] === VM_REQUESTED) turn.apply(R.VM_STARTED, unit, life, 0, 0);
    const { vmState } = this.state, at = Math.max(turn.now, this.runMs(killAt));
    if (vmState[unit]! > VM_READY && at >= this.state.killAt[unit]!) return 'nothing';
    turn.apply(R.VM_NOTICE, unit, life, at, 0);
    return 'applied';
  }
}

/** For people: a report that was not taken, and why that is right. */
export function lateWords(event: DriverEvent): string {
  const words = `a late report was ignored: ${event.type}`;
  if ('key' in event) return `${words} of ${attemptName(event.key)}, which is over; its task has ended or was placed again, and only its present attempt counts`;
  if ('vm' in event) return `${words} of ${vmName(event.vm)}, whose life is over`;
  return 'unit' in event ? `${words} of ${event.unit}, which is not in the fleet` : words;
}

/** Attempts of a task sort by number. */
export const attemptId = (key: AttemptKey): string => `${key.task}/${String(key.attempt).padStart(6, '0')}`;
