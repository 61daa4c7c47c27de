// Comparisons on several scenarios and under several weight settings at once: a desk each, at work one after another, the one
// that is looked at first. A fault of one (a plan that does not fit a scenario, say) is its own; the others go on.
import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { countText } from '../../engine/metrics/figure-text.ts';
import type { Weights } from '../../engine/model/policy.ts';
import { ComparisonDesk } from './comparison-desk.ts';
import type { ComparisonState } from './comparison-desk.ts';
import type { Library } from './library.ts';
import { noteMachine } from './machine.ts';
import { cellsOf } from './routes/compare.ts';
import type { CompareRoute } from './routes/compare.ts';
import { weightsText } from './routes/settings.ts';
import type { SweepProgress } from './sweep.ts';
import type { WorkerPool } from './worker-pool.ts';

/** One comparison of the board. */
export interface BoardCell {
  readonly scenario: string;
  readonly weights: Weights;
  /** Undefined before its turn. */
  readonly state: ComparisonState | undefined;
}

export interface BoardState {
  readonly route: CompareRoute;
  readonly status: ComparisonState['status'];
  /** In the order of the address. */
  readonly cells: readonly BoardCell[];
  /** The cell that is looked at. */
  readonly focus: number;
  /** From the request to the last judgement of all, ms; NaN before. */
  readonly tookMs: number;
}

interface Seat {
  readonly scenario: string;
  readonly weights: Weights;
  readonly desk: ComparisonDesk;
}

const DESKS_MAX = 48;

export class ComparisonBoard {
  readonly state: ReadonlySignal<BoardState | undefined>;
  readonly progress: ReadonlySignal<SweepProgress>;
  private readonly make: () => ComparisonDesk;
  private readonly now: () => number;
  private readonly desks = new Map<string, ComparisonDesk>();
  private readonly shown = signal<{ readonly route: CompareRoute; readonly seats: readonly Seat[]; readonly focus: number } | undefined>(undefined);
  /** Those that have been begun for this route; the others wait. */
  private readonly begun = signal<ReadonlySet<ComparisonDesk>>(new Set());
  private readonly stopped = signal(false);
  private readonly took = signal(NaN);
  private began = 0;
  /** Shown until the first comparison of a new route has begun. */
  private last: BoardState | undefined;
  private follow: (() => void) | undefined;

  /** The first comparison is what the page was opened on. */
  private landing: boolean;

  /** `now`: a wall clock in ms, 0 when the page was opened. `landing`: its first comparison is what it was opened on. */
  constructor(pool: WorkerPool, library: Library, now: () => number, landing = false) {
    this.landing = landing;
    this.make = () => new ComparisonDesk(pool, library, now);
    this.now = now;
    this.state = computed(() => this.stateNow());
    this.progress = computed(() => this.progressNow());
  }

  /** Shows these comparisons, making whatever runs they lack. */
  show(route: CompareRoute): void {
    this.follow?.();
    const seats = cellsOf(route).map((cell): Seat => ({ ...cell, desk: this.deskOf(cell.scenario, cell.weights) }));
    for (const desk of this.desks.values()) if (!seats.some((seat) => seat.desk === desk)) desk.stop();
    const focus = Math.max(0, seats.findIndex(({ scenario, weights }) => scenario === route.scenario && weightsText(weights) === weightsText(route.weights)));
    this.began = this.now();
    this.took.value = NaN;
    this.stopped.value = false;
    this.begun.value = new Set();
    this.shown.value = { route, seats, focus };
    const waiting = [seats[focus]!, ...seats.filter((_, k) => k !== focus)];
    const next = (): void => {
      const seat = waiting.shift();
      if (seat === undefined) { this.follow = undefined; this.took.value = this.now() - this.began; this.done(); return; }
      // Its last state may be of another route; only what it says from now on counts.
      const before = seat.desk.state.peek();
      seat.desk.show({ ...route, scenario: seat.scenario, weights: seat.weights });
      this.begun.value = new Set([...this.begun.peek(), seat.desk]);
      let done = false;
      const stop = effect(() => {
        const state = seat.desk.state.value;
        if (done || state === before || state === undefined || state.status === 'running' || this.stopped.value) return;
        done = true;
        queueMicrotask(() => { if (this.follow === stop) { stop(); next(); } });
      });
      this.follow = stop;
    };
    next();
  }

  /** Stops making runs; those that were made stay and are judged. */
  stop(): void {
    if (this.state.peek()?.status !== 'running') return;
    this.stopped.value = true;
    this.follow?.();
    for (const { desk } of this.shown.peek()?.seats ?? []) desk.stop();
  }

  /** Notes how fast it went, when nothing of it was there before. */
  private done(): void {
    const { route, cells, tookMs } = this.state.peek()!, total = cells.length * route.policies.length * route.seeds, first = this.landing;
    this.landing = false;
    if (cells.some(({ state }) => state?.status !== 'complete') || cells.reduce((sum, { state }) => sum + state!.toMake, 0) < total) return;
    const of = `${route.policies.length === 1 ? 'one policy' : `${route.policies.length} policies`} x ${countText(route.seeds, 'seed')}`, work = { what: cells.length === 1 ? `${of} on ${route.scenario}` : `${of} in ${cells.length} comparisons`, runs: total };
    noteMachine({ last: { ...work, ms: tookMs }, ...(first ? { first: { ...work, ms: this.now() } } : {}) });
  }

  /** Goes on after `stop` or a failure. */
  resume(): void {
    const shown = this.shown.peek();
    if (shown !== undefined) this.show(shown.route);
  }

  private stateNow(): BoardState | undefined {
    const shown = this.shown.value;
    if (shown === undefined) return undefined;
    const cells = shown.seats.map(({ scenario, weights, desk }): BoardCell => ({ scenario, weights, state: this.begun.value.has(desk) ? desk.state.value : undefined }));
    if (cells[shown.focus]!.state === undefined) return this.last;
    const statuses = cells.map(({ state }) => state?.status), complete = !Number.isNaN(this.took.value);
    return this.last = { route: shown.route, focus: shown.focus, cells, status: this.stopped.value ? 'stopped' : !complete ? 'running' : statuses.every((status) => status === 'failed') ? 'failed' : 'complete', tookMs: this.took.value };
  }

  private progressNow(): SweepProgress {
    const shown = this.shown.value;
    if (shown === undefined) return { done: 0, total: 0, msLeft: NaN };
    const { route, seats } = shown, each = route.policies.length * route.seeds, parts = seats.map(({ desk }) => (this.begun.value.has(desk) ? desk.progress.value : undefined));
    if (seats.length === 1) return parts[0] ?? { done: 0, total: each, msLeft: NaN };
    const done = parts.reduce((sum, part) => sum + (part?.done ?? 0), 0), total = each * seats.length, spent = this.now() - this.began;
    return { done, total, msLeft: done === total ? 0 : done === 0 ? NaN : spent / done * (total - done) };
  }

  private deskOf(scenario: string, weights: Weights): ComparisonDesk {
    const key = `${scenario} ${weightsText(weights)}`, desk = this.desks.get(key) ?? this.make();
    this.desks.delete(key);
    this.desks.set(key, desk);
    if (this.desks.size > DESKS_MAX) this.desks.delete(this.desks.keys().next().value!);
    return desk;
  }
}
