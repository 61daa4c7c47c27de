// Draws the quantities under the timeline in the timeline's own scale of time.
import type { TimeWindow } from './time-window.ts';
import { box, clipped, line } from './canvas-shapes.ts';
import type { Canvas } from './canvas-shapes.ts';
import type { Track, TrackArea } from './run-tracks.ts';
import { seriesPath } from './series-path.ts';
import type { Ink } from './timeline-ink.ts';

/** Where a track lies, CSS pixels. */
export interface TrackPlace {
  readonly left: number;
  readonly right: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/** `at`: the instant whose value is said; NaN for the run as a whole. */
export function paintTrack(context: Canvas, track: Track, place: TrackPlace, window: TimeWindow, at: number, ink: Ink, gridlines: readonly number[]): void {
  const { left, right, width, top, height } = place, inner = width - left - right, base = top + height - 3, y = (value: number): number => base - Math.min(1, value / track.most) * (height - 8);
  context.strokeStyle = ink.line;
  for (const x of gridlines) line(context, x, top, x, top + height);
  clipped(context, left, top, inner, height, () => {
    for (const area of track.areas) paintArea(context, track, area, place, window, ink, y, base);
    if (track.limit !== undefined) paintLimit(context, track, place, window, ink, y);
    if (track.ticks !== undefined) paintTicks(context, track.ticks, place, window, ink);
  });
  context.strokeStyle = ink['line-strong'];
  line(context, 0, top + 0.5, width, top + 0.5);
  const middle = top + height / 2, half = track.note === '' ? 0 : ink.size * 0.55;
  context.fillStyle = ink.text;
  context.fillText(track.name, 10, middle - half, left - 12);
  if (half > 0) { context.fillStyle = ink['text-soft']; context.fillText(track.note, 10, middle + half, left - 12); }
  context.fillStyle = Number.isNaN(at) ? ink['text-soft'] : ink.text;
  context.fillText(Number.isNaN(at) ? track.whole : track.at(at), width - right + 8, middle, right - 10);
}

function paintArea(context: Canvas, { stepped }: Track, { series, colour, fill }: TrackArea, { left, right, width }: TrackPlace, window: TimeWindow, ink: Ink, y: (value: number) => number, base: number): void {
  const { x: xs, y: ys } = seriesPath(series, window, width - left - right, stepped);
  if (xs.length === 0) return;
  context.beginPath();
  xs.forEach((x, k) => { context.lineTo(left + x, y(ys[k]!)); });
  if (fill !== colour) { context.strokeStyle = ink[colour]; context.stroke(); }
  if (fill === undefined) return;
  context.lineTo(left + xs.at(-1)!, base);
  context.lineTo(left + xs[0]!, base);
  context.fillStyle = ink[fill];
  context.fill();
}

function paintLimit(context: Canvas, { limit, most }: Track, { left, right, width }: TrackPlace, window: TimeWindow, ink: Ink, y: (value: number) => number): void {
  const { times, values } = limit!, x = (time: number): number => left + (time - window.from) / (window.to - window.from) * (width - left - right);
  context.setLineDash([5, 4]);
  context.strokeStyle = ink.worse;
  for (let k = 0; k + 1 < times.length; k++) {
    if (!(values[k]! <= most)) continue;
    line(context, x(times[k]!), y(values[k]!), x(times[k + 1]!), y(values[k]!));
    if (k > 0 && values[k - 1]! <= most) line(context, x(times[k]!), y(values[k - 1]!), x(times[k]!), y(values[k]!));
  }
  context.setLineDash([]);
}

function paintTicks(context: Canvas, ticks: Float64Array, { left, right, width, top, height }: TrackPlace, window: TimeWindow, ink: Ink): void {
  context.fillStyle = ink.fault;
  for (const at of ticks) {
    if (at < window.from || at > window.to) continue;
    const x = left + (at - window.from) / (window.to - window.from) * (width - left - right);
    box(context, x - 0.75, top + height - 9, x + 0.75, top + height - 3);
  }
}
