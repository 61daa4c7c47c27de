// What a pointer means on the timeline: drag pans, drag in the header selects a stretch, drag of the cursor's handle scrubs, two
// fingers pinch, a click picks an attempt or, in the header, sets the time. Knows pixels and times, and draws nothing.
import type { TimeWindow } from './time-window.ts';

/** What lies under a point. */
export interface Spot {
  /** Rows, -1 for none. */
  readonly attempt: number;
  readonly life: number;
  /** A time in which the resource took nothing; a fault. */
  readonly closed: number;
  readonly fault: number;
  /** ms since the epoch; NaN beside the pictures. */
  readonly time: number;
  readonly header: boolean;
}

/** What gestures act on. */
export interface GestureTarget {
  readonly spotAt: (x: number, y: number) => Spot;
  readonly timeAt: (x: number) => number;
  /** x of the time cursor's handle, NaN without. */
  readonly playheadX: () => number;
  readonly inLabels: (x: number) => boolean;
  readonly pan: (dx: number, dy: number) => void;
  readonly scroll: (dy: number) => void;
  /** Shows `factor` times as much time around an instant. */
  readonly zoom: (factor: number, at: number) => void;
  readonly brush: (window: TimeWindow | undefined) => void;
  readonly select: (window: TimeWindow | undefined) => void;
  readonly look: (at: number) => void;
  readonly pick: (attempt: number) => void;
  readonly hover: (spot: Spot, x: number, y: number) => void;
}

const DRAG_MIN = 4;
const HANDLE = 8;
/** A notch of a wheel (100 px) zooms by about a sixth; a pinch of a trackpad comes in smaller steps. */
const WHEEL_ZOOM = 0.0016, PINCH_ZOOM = 0.01;

type Point = Pick<PointerEvent, 'pointerId' | 'offsetX' | 'offsetY'>;
interface Drag { kind: 'pan' | 'brush' | 'scrub'; readonly fromX: number; x: number; y: number; moved: boolean }

export class TimelineGestures {
  private readonly target: GestureTarget;
  private readonly points = new Map<number, { x: number; y: number }>();
  private drag: Drag | undefined;

  constructor(target: GestureTarget) { this.target = target; }

  down({ pointerId, offsetX: x, offsetY: y }: Point): void {
    this.points.set(pointerId, { x, y });
    if (this.points.size > 1) { this.drag = undefined; this.target.brush(undefined); return; }
    const { header } = this.target.spotAt(x, y), onHandle = header && Math.abs(x - this.target.playheadX()) <= HANDLE;
    this.drag = { kind: onHandle ? 'scrub' : header ? 'brush' : 'pan', fromX: x, x, y, moved: false };
  }

  move({ pointerId, offsetX: x, offsetY: y }: Point): void {
    const { drag, target } = this;
    if (this.points.size === 2 && this.points.has(pointerId)) { this.pinch(pointerId, x, y); return; }
    if (drag === undefined) { target.hover(target.spotAt(x, y), x, y); return; }
    const dx = x - drag.x, dy = y - drag.y;
    if (!drag.moved && Math.abs(dx) + Math.abs(dy) < DRAG_MIN) return;
    drag.moved = true; drag.x = x; drag.y = y;
    if (drag.kind === 'pan') target.pan(dx, dy);
    else if (drag.kind === 'scrub') target.look(target.timeAt(x));
    else target.brush(this.brushed(drag));
  }

  up(event: Point): void {
    const { drag, target } = this, { offsetX: x, offsetY: y } = event;
    this.cancel(event);
    if (drag === undefined) return;
    if (drag.moved) { if (drag.kind === 'brush') { const window = this.brushed(drag); if (window.to > window.from) target.select(window); } return; }
    const spot = target.spotAt(x, y);
    if (drag.kind !== 'pan') target.look(spot.time);
    else if (spot.attempt >= 0) target.pick(spot.attempt);
  }

  cancel({ pointerId }: Point): void {
    this.points.delete(pointerId);
    if (this.drag?.kind === 'brush') this.target.brush(undefined);
    this.drag = undefined;
  }

  wheel({ deltaX, deltaY, deltaMode, offsetX, shiftKey, ctrlKey }: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'offsetX' | 'shiftKey' | 'ctrlKey'>): void {
    const { target } = this, unit = deltaMode === 1 ? 16 : 1;
    if (ctrlKey) target.zoom(Math.exp(deltaY * unit * PINCH_ZOOM), target.timeAt(offsetX));
    else if (target.inLabels(offsetX)) target.scroll(deltaY * unit);
    else if (shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) target.pan(-(shiftKey && deltaX === 0 ? deltaY : deltaX) * unit, 0);
    else target.zoom(Math.exp(deltaY * unit * WHEEL_ZOOM), target.timeAt(offsetX));
  }

  private brushed({ fromX, x }: Drag): TimeWindow {
    return { from: this.target.timeAt(Math.min(fromX, x)), to: this.target.timeAt(Math.max(fromX, x)) };
  }

  /** Two fingers: apart zooms in, and what was between them stays between them. */
  private pinch(pointerId: number, x: number, y: number): void {
    const [other] = [...this.points].filter(([id]) => id !== pointerId).map(([, point]) => point), before = this.points.get(pointerId)!, { target } = this;
    const was = Math.max(10, Math.abs(before.x - other!.x)), is = Math.max(10, Math.abs(x - other!.x));
    this.points.set(pointerId, { x, y });
    target.pan((x - before.x) / 2, 0);
    target.zoom(was / is, target.timeAt((x + other!.x) / 2));
  }
}
