// What all pictures of a run share: the stretch of time on the screen, the instant at which the run is looked at, and the
// clock that plays it. Signals, so that a canvas draws again without the page around it being made again. The end of a run
// that still goes on moves; a window that shows it moves along, until somebody looks elsewhere.
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { panned, wholeRun, within } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';

/** Seconds in which the whole run passes. */
export const PLAY_SECONDS = [10, 30, 60, 180] as const;
export type PlaySeconds = (typeof PLAY_SECONDS)[number];

/** A window that ends so near the end of the run, as a share of itself, shows it. */
const FOLLOWED = 0.01;

/** Somebody who asked for less motion sees one picture in so many ms instead of sixty a second. */
const CALM_STEP_MS = 1000;

/** What the scope needs of a browser. */
export interface FrameClock {
  readonly request: (draw: (now: number) => void) => number;
  readonly cancel: (frame: number) => void;
  readonly lessMotion: () => boolean;
}

export class RunScope {
  /** ms since the epoch. */
  readonly window: Signal<TimeWindow>;
  /** NaN: the run as it ended, or as it is now. */
  readonly at: Signal<number> = signal(NaN);
  readonly seconds: Signal<PlaySeconds> = signal(30);
  readonly playing: ReadonlySignal<boolean>;
  /** Whether the window shows the end. */
  readonly following: ReadonlySignal<boolean>;
  readonly startedAt: number;
  private readonly span: Signal<{ readonly endedAt: number; readonly whole: TimeWindow }>;
  private readonly clock: FrameClock;
  private readonly isPlaying = signal(false);
  private frame = 0;
  private drawnAt = NaN;

  constructor(startedAt: number, endedAt: number, clock: FrameClock) {
    this.startedAt = startedAt;
    this.clock = clock;
    this.span = signal({ endedAt, whole: wholeRun(startedAt, endedAt) });
    this.window = signal(this.whole);
    this.playing = this.isPlaying;
    this.following = computed(() => { const { from, to } = this.window.value; return to >= this.span.value.whole.to - FOLLOWED * (to - from); });
  }

  get endedAt(): number { return this.span.peek().endedAt; }
  get whole(): TimeWindow { return this.span.peek().whole; }

  /** The run has come this far. */
  grow(endedAt: number): void {
    if (endedAt <= this.endedAt) return;
    const before = this.whole, { from, to } = this.window.peek(), follows = this.following.peek(), all = from <= before.from && to >= before.to, whole = wholeRun(this.startedAt, endedAt);
    this.span.value = { endedAt, whole };
    if (follows) this.window.value = all ? whole : within({ from: whole.to - (to - from), to: whole.to }, whole);
  }

  /** Back to the end, in the same measure. */
  follow(): void {
    const { from, to } = this.window.peek(), { whole } = this;
    this.pause();
    this.at.value = NaN;
    this.show({ from: whole.to - (to - from), to: whole.to });
  }

  /** The instant that pictures show: the cursor, or the end. */
  get shownAt(): number {
    const at = this.at.value;
    return Number.isNaN(at) ? this.span.value.endedAt : at;
  }

  /** Shows this stretch, or all. */
  show(window: TimeWindow | undefined): void {
    const wanted = window === undefined ? this.whole : within(window, this.whole), { from, to } = this.window.peek();
    if (wanted.from !== from || wanted.to !== to) this.window.value = wanted;
  }

  /** Looks at this instant; at the end of the run without one. The window follows when the instant leaves it. */
  look(at: number): void {
    this.at.value = Number.isNaN(at) ? NaN : Math.min(this.endedAt, Math.max(this.startedAt, at));
    const { from, to } = this.window.peek(), now = this.at.peek();
    if (now < from || now > to) this.show(panned({ from, to }, now < from ? now - from : now - to + 0.8 * (to - from), this.whole));
  }

  /** From the cursor on, or from the start when that is at the end. */
  play(): void {
    if (this.isPlaying.peek() || this.endedAt <= this.startedAt) return;
    const at = this.at.peek();
    if (!(at < this.endedAt)) this.look(this.startedAt);
    this.isPlaying.value = true;
    this.drawnAt = NaN;
    this.frame = this.clock.request((now) => { this.advance(now); });
  }

  pause(): void {
    if (!this.isPlaying.peek()) return;
    this.clock.cancel(this.frame);
    this.isPlaying.value = false;
  }

  private advance(now: number): void {
    const passed = now - this.drawnAt;
    if (Number.isNaN(passed)) this.drawnAt = now;
    else if (!this.clock.lessMotion() || passed >= CALM_STEP_MS) {
      this.drawnAt = now;
      this.look(this.at.peek() + passed / (1000 * this.seconds.peek()) * (this.endedAt - this.startedAt));
    }
    if (this.at.peek() >= this.endedAt) { this.isPlaying.value = false; return; }
    this.frame = this.clock.request((next) => { this.advance(next); });
  }
}

/** The page's own frames. */
export const pageFrames: FrameClock = {
  request: (draw) => requestAnimationFrame(draw), cancel: (frame) => { cancelAnimationFrame(frame); }, lessMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
};
