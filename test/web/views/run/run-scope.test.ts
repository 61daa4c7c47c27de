// What the pictures of a run share: window, instant, playback, driven by frames that the test gives.
import { describe, expect, it } from 'vitest';
import { RunScope } from '../../../../web/views/run/run-scope.ts';
import type { FrameClock } from '../../../../web/views/run/run-scope.ts';

/** Frames one by one, at given times. */
class Frames implements FrameClock {
  calm = false;
  private next: ((now: number) => void) | undefined;
  readonly request = (draw: (now: number) => void): number => { this.next = draw; return 1; };
  readonly cancel = (): void => { this.next = undefined; };
  readonly lessMotion = (): boolean => this.calm;
  get waiting(): boolean { return this.next !== undefined; }
  at(now: number): void { const draw = this.next; this.next = undefined; draw?.(now); }
}

const HOUR = 3_600_000;
const make = (): { scope: RunScope; frames: Frames } => { const frames = new Frames(); return { frames, scope: new RunScope(HOUR, 11 * HOUR, frames) }; };

describe('the window', () => {
  it('is the whole run with a margin, and stays within it', () => {
    const { scope } = make();
    expect(scope.window.value).toEqual({ from: 0.8 * HOUR, to: 11.2 * HOUR });
    scope.show({ from: 10 * HOUR, to: 14 * HOUR });
    expect(scope.window.value).toEqual({ from: 7.2 * HOUR, to: 11.2 * HOUR });
    scope.show(undefined);
    expect(scope.window.value).toEqual(scope.whole);
  });

  it('does not change, and tells nobody, when it is told what it is', () => {
    const { scope } = make(), before = scope.window.value;
    scope.show({ ...before });
    expect(scope.window.value).toBe(before);
  });
});

describe('the instant', () => {
  it('is the end until one is chosen, and stays within the run', () => {
    const { scope } = make();
    expect([scope.at.value, scope.shownAt]).toEqual([NaN, 11 * HOUR]);
    scope.look(0);
    expect(scope.shownAt).toBe(HOUR);
    scope.look(20 * HOUR);
    expect(scope.shownAt).toBe(11 * HOUR);
    scope.look(NaN);
    expect(scope.at.value).toBeNaN();
  });

  it('takes the window along when it leaves it', () => {
    const { scope } = make();
    scope.show({ from: 2 * HOUR, to: 3 * HOUR });
    scope.look(5 * HOUR);
    expect(scope.window.value).toEqual({ from: 4.8 * HOUR, to: 5.8 * HOUR });
    scope.look(2 * HOUR);
    expect(scope.window.value).toEqual({ from: 2 * HOUR, to: 3 * HOUR });
  });
});

describe('playing', () => {
  it('passes the whole run in so many seconds, and ends at its end', () => {
    const { scope, frames } = make();
    scope.seconds.value = 10;
    scope.play();
    expect([scope.playing.value, scope.at.value]).toEqual([true, HOUR]);
    frames.at(5000);
    frames.at(6000);
    expect(scope.at.value).toBe(2 * HOUR);
    frames.at(6500);
    expect(scope.at.value).toBe(2.5 * HOUR);
    frames.at(99_000);
    expect([scope.playing.value, scope.at.value, frames.waiting]).toEqual([false, 11 * HOUR, false]);
  });

  it('stops where it is, goes on from there, and from the start when it is over', () => {
    const { scope, frames } = make();
    scope.look(4 * HOUR);
    scope.play();
    scope.pause();
    expect([scope.playing.value, scope.at.value, frames.waiting]).toEqual([false, 4 * HOUR, false]);
    scope.look(11 * HOUR);
    scope.play();
    expect(scope.at.value).toBe(HOUR);
  });

  it('moves once a second for one who asked for less motion, as far in all', () => {
    const { scope, frames } = make();
    frames.calm = true;
    scope.seconds.value = 10;
    scope.play();
    frames.at(0);
    for (let now = 16; now <= 992; now += 16) frames.at(now);
    expect(scope.at.value).toBe(HOUR);
    frames.at(1000);
    expect(scope.at.value).toBe(2 * HOUR);
  });
});

describe('a run that goes on', () => {
  it('takes a window that shows its end along, and leaves one that does not', () => {
    const { scope } = make();
    scope.grow(12 * HOUR);
    expect(scope.window.value).toEqual(scope.whole);
    expect([scope.endedAt, scope.shownAt, scope.following.value]).toEqual([12 * HOUR, 12 * HOUR, true]);
    scope.show({ from: 10 * HOUR, to: scope.whole.to });
    const span = scope.window.value.to - 10 * HOUR;
    scope.grow(13 * HOUR);
    expect(scope.window.value.to).toBe(scope.whole.to);
    expect(scope.window.value.to - scope.window.value.from).toBeCloseTo(span, 3);
    scope.show({ from: 3 * HOUR, to: 5 * HOUR });
    expect(scope.following.value).toBe(false);
    scope.grow(20 * HOUR);
    expect(scope.window.value).toEqual({ from: 3 * HOUR, to: 5 * HOUR });
  });

  it('is followed again in the same measure, at its end', () => {
    const { scope } = make();
    scope.show({ from: 3 * HOUR, to: 5 * HOUR });
    scope.look(4 * HOUR);
    scope.follow();
    expect([scope.following.value, scope.at.value, scope.window.value.to]).toEqual([true, NaN, scope.whole.to]);
    expect(scope.window.value.to - scope.window.value.from).toBe(2 * HOUR);
  });

  it('never goes back', () => {
    const { scope } = make(), { whole } = scope;
    scope.grow(2 * HOUR);
    expect([scope.endedAt, scope.whole]).toEqual([11 * HOUR, whole]);
  });
});
