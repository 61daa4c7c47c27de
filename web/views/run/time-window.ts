// The stretch of time that is on the screen, and how zooming and panning change it. It never leaves the run by more than a
// margin, never shows less than a second, and never turns around.

/** ms since the epoch, `from < to`. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

const SHORTEST_MS = 1000;
const MARGIN = 0.02;

/** All of a run, with a little room on both sides. */
export function wholeRun(startedAt: number, endedAt: number): TimeWindow {
  const span = Math.max(SHORTEST_MS, endedAt - startedAt);
  return { from: startedAt - MARGIN * span, to: startedAt + span + MARGIN * span };
}

/** Shows `factor` times as much time (below 1: zooms in), with `at` staying where it is. */
export function zoomed({ from, to }: TimeWindow, factor: number, at: number, whole: TimeWindow): TimeWindow {
  const span = Math.min(whole.to - whole.from, Math.max(SHORTEST_MS, (to - from) * factor)), share = (at - from) / (to - from);
  return within({ from: at - share * span, to: at + (1 - share) * span }, whole);
}

/** Moved by `ms`, later if positive. */
export function panned({ from, to }: TimeWindow, ms: number, whole: TimeWindow): TimeWindow {
  return within({ from: from + ms, to: to + ms }, whole);
}

/** The window moved so that `from .. to` is in it, wider only if it must be. */
export function revealing(window: TimeWindow, from: number, to: number, whole: TimeWindow): TimeWindow {
  const span = window.to - window.from;
  if (to - from > 0.9 * span) return within({ from: from - 0.1 * (to - from), to: to + 0.1 * (to - from) }, whole);
  if (from >= window.from && to <= window.to) return window;
  return within({ from: (from + to - span) / 2, to: (from + to + span) / 2 }, whole);
}

/** The same span, moved into the run. */
export function within({ from, to }: TimeWindow, whole: TimeWindow): TimeWindow {
  const span = Math.min(to - from, whole.to - whole.from), start = Math.min(Math.max(from, whole.from), whole.to - span);
  return { from: start, to: start + span };
}
