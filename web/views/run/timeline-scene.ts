// All that one frame of the timeline is drawn from, and the scale between its pixels and time.
import type { RunPicture } from '../../worker/protocol.ts';
import type { Track } from './run-tracks.ts';
import type { Ink } from './timeline-ink.ts';
import type { TimelineLayout } from './timeline-layout.ts';
import type { TimeWindow } from './time-window.ts';

/** All in CSS pixels. */
export interface TimelineGeometry {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: number;
  /** Height of the lane of faults; 0 without any. */
  readonly faults: number;
  readonly row: number;
  /** Where resources begin, and how much of them is seen. */
  readonly top: number;
  readonly body: number;
  /** Heights of the tracks, from top to bottom. */
  readonly tracks: readonly number[];
}

export interface TimelineScene {
  readonly picture: RunPicture;
  readonly layout: TimelineLayout;
  readonly geometry: TimelineGeometry;
  readonly tracks: readonly Track[];
  readonly window: TimeWindow;
  /** Pixels of resources above the visible part. */
  readonly scroll: number;
  /** Under the pointer, and where the run is looked at: ms, NaN for neither. */
  readonly pointer: number;
  readonly at: number;
  /** The stretch that is being selected in the header; undefined when none is. */
  readonly brush: TimeWindow | undefined;
  /** Rows of attempts, -1 for none. */
  readonly hovered: number;
  readonly selected: number;
  /** Number of the task whose decisions are shown, -1 for none. */
  readonly task: number;
  /** Whether the chain that determined the makespan is drawn. */
  readonly critical: boolean;
  readonly ink: Ink;
}

/** For a root font size `size` and `room` px in all. At least four rows of resources are seen. */
export function geometryOf(width: number, room: number, layout: TimelineLayout, tracks: readonly Track[], hasFaults: boolean, size: number): TimelineGeometry {
  const row = Math.round(size * 1.22), axis = Math.round(size * 2), faults = hasFaults ? Math.round(size * 1.4) : 0, heights = tracks.map(({ height }) => Math.round(size * height)), under = heights.reduce((sum, height) => sum + height, 0);
  const body = Math.max(row * 4, Math.min(layout.height * row, room - axis - faults - under));
  return { width, height: axis + faults + body + under + 4, left: Math.round(size * 8), right: Math.round(size * 7.2), axis, faults, row, top: axis + faults, body, tracks: heights };
}

/** x of an instant. */
export function xOf({ geometry: { left, right, width }, window: { from, to } }: Pick<TimelineScene, 'geometry' | 'window'>, time: number): number {
  return left + (time - from) / (to - from) * (width - left - right);
}

/** The instant at an x. */
export function timeOf({ geometry: { left, right, width }, window: { from, to } }: Pick<TimelineScene, 'geometry' | 'window'>, x: number): number {
  return from + (x - left) / (width - left - right) * (to - from);
}
