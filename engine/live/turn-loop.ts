// The single writer. Whatever happens stands in one queue; a turn takes what is there, applies it to the kernel at one instant,
// lets the kernel decide when a tick is due, makes all rows and documents durable as one group, and only then lets them act.
// While a group is being written the next turn's items gather: the group commit. Nothing else may touch the kernel.
import type { LiveClock } from './clock.ts';
import type { LiveRun } from './live-run.ts';
import type { DocumentWrite, Store } from './store.ts';
import { JOB_SUBMITTED, STRIDE, TICK, isEvent } from '../journal/records.ts';
import { InputError, RunError } from '../model/errors.ts';

/** What an item may do to the run. */
export interface Turn {
  /** Run ms. */
  readonly now: number;
  /** ms since 1970. */
  readonly wall: number;
  apply(code: number, a: number, b: number, c: number, d: number): void;
  write(document: DocumentWrite): void;
  /** Does `act` and notes at every event it applies who asked for it. */
  signed<T>(by: string | undefined, act: () => T): T;
}

export interface TurnItem {
  /** It must be the first of its group (a revision: rows before and after it speak of different problems). */
  readonly boundary?: boolean;
  /** Applies it. May refuse with InputError or RunError before it has applied anything. */
  act(turn: Turn): void;
  /** Its group is durable. */
  done?(): void;
  /** It was refused, or the store failed. */
  failed?(error: unknown): void;
}

export interface TurnPorts {
  readonly run: LiveRun;
  readonly store: Store;
  readonly clock: LiveClock;
  /** ms since 1970 of run ms 0. */
  readonly epochWall: number;
  /** Called after the items of a turn and before its decision. */
  readonly beforeDecision: (turn: Turn) => void;
  /** Rows `from` to `to - 1` are durable: carry them out. */
  readonly durable: (from: number, to: number) => void;
  /** The loop cannot go on: the store failed, or the kernel met an event it cannot accept. */
  readonly broken: (error: unknown) => void;
  /** Wall ms of a decision, for the figures. */
  readonly decided: (ms: number) => void;
}

export class TurnLoop {
  private readonly ports: TurnPorts;
  private items: TurnItem[] = [];
  private running: Promise<void> | undefined;
  private cancelTimer: () => void = () => {};
  /** Run ms of clock zero. */
  private readonly origin: number;
  private tickAt = Infinity;
  /** Off before the run is begun: what happens by then waits. */
  private open = false;
  private stopped = false;
  /** Off while recovery looks at what runs: no decisions then. */
  private deciding = false;

  /** Run time goes on from the last row, or from the wall clock if that is later. */
  constructor(ports: TurnPorts) {
    this.ports = ports;
    this.origin = Math.max(ports.run.kernel.now, ports.clock.wall() - ports.epochWall) - ports.clock.now();
  }

  /** Run ms now. */
  now(): number { return Math.max(this.ports.run.kernel.now, Math.floor(this.origin + this.ports.clock.now())); }

  /** Run ms of an instant of the calendar clock, seen from now. */
  runMs(wall: number): number { return this.now() + Math.round(wall - this.ports.clock.wall()); }

  /** Instant of the calendar clock of a run ms, seen from now. */
  wallOf(runMs: number): number { return this.ports.clock.wall() + runMs - this.now(); }

  get nextDecision(): number { return this.tickAt; }

  add(item: TurnItem): void {
    if (this.stopped) { item.failed?.(new RunError('closed', 'the run is closed')); return; }
    this.items.push(item);
    this.wake();
  }

  /** What the run is begun with is durable: turns may follow. */
  start(): void {
    this.open = true;
    if (this.items.length > 0) this.wake();
  }

  /** Recovery is over: decisions may be made. */
  decide(): void {
    this.deciding = true;
    this.add({ act: () => {} });
  }

  /** Takes no more; resolves when the turn under way is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer();
    await this.running;
    for (const item of this.items.splice(0)) item.failed?.(new RunError('closed', 'the run is closed'));
  }

  private wake(): void {
    if (!this.open) return;
    this.running ??= this.turns().finally(() => { this.running = undefined; if (!this.stopped && this.items.length > 0) this.wake(); });
  }

  private async turns(): Promise<void> {
    await Promise.resolve(); // what happens in the same instant goes into one turn
    do {
      if (this.stopped) return;
      await this.turn();
    } while (this.items.length > 0);
    if (!this.stopped) this.setTimer();
  }

  private async turn(): Promise<void> {
    const { ports } = this, { run, store } = ports, from = run.log.count, writes: DocumentWrite[] = [];
    const turn: Turn = {
      now: this.now(), wall: ports.clock.wall(), apply: (code, a, b, c, d) => run.kernel.apply(code, turn.now, a, b, c, d), write: (document) => { writes.push(document); },
      signed: (by, act) => {
        const first = run.log.count, done = act();
        if (by !== undefined) for (let n = first; n < run.log.count; n++) if (isEvent(run.log.rows[n * STRIDE]!)) writes.push(run.note(n, { by }));
        return done;
      },
    };
    const taken = this.takeItems(), done: TurnItem[] = [];
    try {
      for (const item of taken) {
        try { item.act(turn); done.push(item); } catch (error) {
          if (!(error instanceof InputError) && !(error instanceof RunError)) throw error;
          item.failed?.(error);
        }
      }
      this.submitReleased(turn);
      ports.beforeDecision(turn);
      this.tick(turn);
      const to = run.log.count;
      if (to > from || writes.length > 0) await store.append({ rows: run.log.rows.slice(from * STRIDE, to * STRIDE), wall: turn.wall, writes });
      run.noteRows(from, store.epoch);
      ports.durable(from, to);
      for (const item of done) item.done?.();
    } catch (error) {
      this.stopped = true;
      for (const item of taken) item.failed?.(error);
      ports.broken(error);
    }
  }

  /** The items of the next group: all, or those before the next boundary. */
  private takeItems(): TurnItem[] {
    const boundary = this.items.findIndex((item, k) => k > 0 && item.boundary === true);
    return this.items.splice(0, boundary < 0 ? this.items.length : boundary);
  }

  /** Jobs whose release has come. */
  private submitReleased(turn: Turn): void {
    const { kernel: { problem, state } } = this.ports.run;
    for (let j = 0; j < problem.jobCount; j++) if (state.jobSubmitted[j] === 0 && state.jobOpen[j]! > 0 && problem.jobRelease[j]! <= turn.now) turn.apply(JOB_SUBMITTED, j, 0, 0, 0);
  }

  private tick(turn: Turn): void {
    const { kernel } = this.ports.run;
    if (!this.deciding) return;
    const next = kernel.nextTick(turn.now), due = next <= turn.now || (this.tickAt <= turn.now && next < Infinity);
    if (due) {
      const began = this.ports.clock.now();
      turn.apply(TICK, 0, 0, 0, 0);
      this.ports.decided(this.ports.clock.now() - began);
    }
    this.tickAt = due ? kernel.nextTick(turn.now) : next;
  }

  private setTimer(): void {
    this.cancelTimer();
    const at = Math.min(this.deciding ? this.tickAt : Infinity, this.nextRelease());
    this.cancelTimer = at === Infinity ? () => {} : this.ports.clock.after(Math.max(0, at - (this.origin + this.ports.clock.now())), () => this.wake());
  }

  private nextRelease(): number {
    const { kernel: { problem, state } } = this.ports.run;
    let at = Infinity;
    for (let j = 0; j < problem.jobCount; j++) if (state.jobSubmitted[j] === 0 && state.jobOpen[j]! > 0 && problem.jobRelease[j]! < at) at = problem.jobRelease[j]!;
    return at;
  }
}
