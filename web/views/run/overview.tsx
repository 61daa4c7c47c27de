// The whole run in one strip above the timeline: how many tasks ran, faults and interruptions, and the stretch that the
// timeline shows. A drag selects another stretch, moves the one there is, or moves an end of it. The keys of the timeline do
// the same, so the strip itself is not for screen readers.
import { effect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Theme } from '../../state/theme.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { box, contextOf, line } from './canvas-shapes.ts';
import type { Canvas } from './canvas-shapes.ts';
import type { RunScope } from './run-scope.ts';
import { seriesPath } from './series-path.ts';
import { panned } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';
import { readInk } from './timeline-ink.ts';
import type { Ink } from './timeline-ink.ts';

export interface OverviewProps {
  readonly picture: RunPicture;
  readonly scope: RunScope;
  readonly theme: Theme;
  /** Margins of the time axis, and the whole, px. */
  readonly left: number;
  readonly right: number;
  readonly width: number;
}

const EDGE = 6;
const DRAG_MIN = 3;

type Hold = { readonly kind: 'select'; readonly at: number; readonly x: number } | { readonly kind: 'move' | 'from' | 'to'; readonly at: number; readonly window: TimeWindow };

export function Overview({ picture, scope, theme, left, right, width }: OverviewProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null), hold = useRef<Hold | undefined>(undefined), height = Math.round((readInk(document.documentElement).size || 13) * 2.6), { whole } = scope;
  const timeAt = (x: number): number => whole.from + (x - left) / (width - left - right) * (whole.to - whole.from), xAt = (time: number): number => left + (time - whole.from) / (whole.to - whole.from) * (width - left - right);

  useEffect(() => {
    const ink = readInk(document.documentElement), frame: Frame = { ink, left, right, width, height, whole, xAt }, still = document.createElement('canvas'), stillContext = contextOf(still, width, height);
    if (stillContext === undefined) return undefined;
    paintRun(stillContext, picture, frame);
    return effect(() => {
      const window = scope.window.value, at = scope.at.value, context = contextOf(canvas.current, width, height);
      if (context !== undefined) { context.drawImage(still, 0, 0, width, height); paintWindow(context, window, at, frame); }
    });
  }, [picture, scope, theme, left, right, width, height]);

  const onDown = (event: PointerEvent): void => {
    const { offsetX: x } = event, window = scope.window.peek(), from = xAt(window.from), to = xAt(window.to), at = timeAt(x), isWhole = window.from <= whole.from && window.to >= whole.to;
    (event.currentTarget as HTMLCanvasElement).setPointerCapture(event.pointerId);
    if (!isWhole && Math.abs(x - from) <= EDGE) hold.current = { kind: 'from', at, window };
    else if (!isWhole && Math.abs(x - to) <= EDGE) hold.current = { kind: 'to', at, window };
    else if (!isWhole && x > from && x < to) hold.current = { kind: 'move', at, window };
    else hold.current = { kind: 'select', at, x };
  };
  const onMove = (event: PointerEvent): void => {
    const held = hold.current, at = timeAt(Math.min(width - right, Math.max(left, event.offsetX)));
    if (held === undefined) return;
    if (held.kind === 'select') { if (Math.abs(event.offsetX - held.x) >= DRAG_MIN) scope.show(ordered(held.at, at)); }
    else if (held.kind === 'move') scope.show(panned(held.window, at - held.at, whole));
    else scope.show(held.kind === 'from' ? ordered(at, held.window.to) : ordered(held.window.from, at));
  };
  return (
    <canvas ref={canvas} class="overview" style={{ height: `${height}px` }} aria-hidden="true" onPointerDown={onDown} onPointerMove={onMove}
      onPointerUp={() => { hold.current = undefined; }} onPointerCancel={() => { hold.current = undefined; }} onDblClick={() => { scope.show(undefined); }} />
  );
}

/** Never turned around, never empty. */
function ordered(a: number, b: number): TimeWindow {
  return { from: Math.min(a, b), to: Math.max(a, b, Math.min(a, b) + 1000) };
}

interface Frame { readonly ink: Ink; readonly left: number; readonly right: number; readonly width: number; readonly height: number; readonly whole: TimeWindow; readonly xAt: (time: number) => number }

/** What stays as it is while the window moves. */
function paintRun(context: Canvas, { states, notices, faultMarks }: RunPicture, { ink, left, right, width, height, whole, xAt }: Frame): void {
  const running = { times: states.times, values: Float64Array.from(states.counts[1]!) }, most = Math.max(1, running.values.reduce((a, b) => Math.max(a, b), 0)), base = height - 3, y = (value: number): number => base - value / most * (height - 8);
  context.fillStyle = ink.surface;
  box(context, 0, 0, width, height);
  const { x: xs, y: ys } = seriesPath(running, whole, width - left - right, true);
  context.beginPath();
  xs.forEach((x, k) => { context.lineTo(left + x, y(ys[k]!)); });
  context.lineTo(left + (xs.at(-1) ?? 0), base);
  context.lineTo(left + (xs[0] ?? 0), base);
  context.fillStyle = ink['bar-work'];
  context.fill();
  context.fillStyle = ink['vm-notice'];
  for (const time of notices.at) box(context, xAt(time) - 0.5, height - 5, xAt(time) + 1, height);
  context.fillStyle = ink.fault;
  for (const { from, to } of faultMarks) box(context, xAt(from), 0, Math.max(xAt(from) + 2, xAt(to)), 3);
  context.font = `${Math.round(ink.size * 0.86)}px ${ink.family}`;
  context.textBaseline = 'middle';
  context.fillStyle = ink['text-soft'];
  context.fillText('whole run', 6, height / 2, left - 12);
  context.fillText(`≤ ${most} running`, width - right + 8, height / 2, right - 10);
}

/** The stretch on the screen, with everything beside it in the shade; and the time cursor. */
function paintWindow(context: Canvas, window: TimeWindow, at: number, { ink, left, right, width, height, xAt }: Frame): void {
  const from = xAt(window.from), to = xAt(window.to);
  context.fillStyle = ink.line;
  context.globalAlpha = 0.6;
  box(context, left, 0, from, height);
  box(context, to, 0, width - right, height);
  context.globalAlpha = 1;
  context.strokeStyle = ink.accent;
  context.lineWidth = 2;
  context.strokeRect(from, 1, to - from, height - 2);
  if (Number.isFinite(at)) line(context, xAt(at), 0, xAt(at), height);
  context.lineWidth = 1;
}
