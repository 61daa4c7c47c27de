// The timeline of a run: a canvas with its window, scroll and selection, driven by wheel, drag and keys. One frame loop:
// whatever changes asks for a frame, and a frame draws the latest state once.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Theme } from '../../state/theme.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { HoverCard, attemptSentence } from './hover-card.tsx';
import type { Hovered } from './hover-card.tsx';
import { panned, revealing, wholeRun, zoomed } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';
import { readInk } from './timeline-ink.ts';
import type { Ink } from './timeline-ink.ts';
import { attemptAt, itemAt, layoutTimeline } from './timeline-layout.ts';
import { nextAttempt } from './timeline-keys.ts';
import { geometryOf, paintTimeline, timeOf } from './timeline-paint.ts';
import type { TimelineGeometry, TimelineScene } from './timeline-paint.ts';

export interface TimelineProps {
  readonly picture: RunPicture;
  readonly theme: Theme;
  /** Row of the attempt whose decision is shown, -1 for none; and its task. */
  readonly picked: number;
  readonly task: number;
  /** The row of an attempt, or -1 to close. */
  readonly onPick: (attempt: number) => void;
}

const ZOOM_STEP = 1.35;
const DRAG_MIN = 4;

interface Look { window: TimeWindow; scroll: number; cursor: number; hovered: number; selected: number }

export function Timeline({ picture, theme, picked, task, onPick }: TimelineProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null), layout = useMemo(() => layoutTimeline(picture), [picture]), whole = useMemo(() => wholeRun(picture.startedAt, picture.endedAt), [picture]);
  const look = useRef<Look>({ window: whole, scroll: 0, cursor: NaN, hovered: -1, selected: -1 }), ink = useRef<Ink | undefined>(undefined), frame = useRef(0), drag = useRef<{ x: number; y: number; moved: boolean } | undefined>(undefined);
  const [size, setSize] = useState<{ readonly width: number; readonly room: number }>({ width: 0, room: 0 }), [card, setCard] = useState<Hovered | undefined>(undefined), [said, setSaid] = useState('');
  const em = ink.current?.size ?? 13, geometry = useMemo(() => geometryOf(size.width, size.room, layout, em), [size, layout, em]);
  const live = useRef({ picture, layout, geometry, whole, task });
  live.current = { picture, layout, geometry, whole, task };

  const scene = (): TimelineScene => ({ ...live.current, ...look.current, ink: ink.current! });
  const redraw = (): void => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => { frame.current = 0; draw(canvas.current, scene()); });
  };
  const change = (part: Partial<Look>): void => {
    const { geometry: g, layout: all } = live.current, scroll = part.scroll ?? look.current.scroll;
    look.current = { ...look.current, ...part, scroll: Math.max(0, Math.min(scroll, all.height * g.row - g.body)) };
    redraw();
  };

  useLayoutEffect(() => {
    const element = canvas.current!.parentElement!, observer = new ResizeObserver(() => { setSize({ width: element.clientWidth, room: Math.max(380, innerHeight - 210) }); });
    observer.observe(element);
    return () => { observer.disconnect(); cancelAnimationFrame(frame.current); };
  }, []);
  useLayoutEffect(() => { ink.current = readInk(document.documentElement); redraw(); }, [theme, size]);
  useEffect(() => { change({ window: whole, scroll: 0, hovered: -1, selected: -1 }); }, [whole]);
  useEffect(() => { change({ selected: picked }); if (picked >= 0 && size.width > 0) reveal(picked); }, [picked, picture, size.width > 0]);
  useEffect(() => { change({}); }, [geometry, task]);
  useEffect(() => {
    // Not passive: the page must not scroll with it.
    const element = canvas.current!, wheel = (event: WheelEvent): void => { event.preventDefault(); onWheel(event); };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => { element.removeEventListener('wheel', wheel); };
  }, []);

  const zoomAt = (factor: number, at: number): void => { change({ window: zoomed(look.current.window, factor, at, live.current.whole) }); };
  const zoomMiddle = (factor: number): void => { zoomAt(factor, (look.current.window.from + look.current.window.to) / 2); };
  const pan = (share: number): void => { const { window } = look.current; change({ window: panned(window, share * (window.to - window.from), live.current.whole) }); };
  const reveal = (k: number): void => {
    const { attempts } = live.current.picture, item = live.current.layout.items[live.current.layout.itemOf[k]!], { row, body } = live.current.geometry;
    const top = ((item?.top ?? 0) + Math.max(0, live.current.layout.laneOf[k]!)) * row, scroll = top < look.current.scroll ? top - row : top + row > look.current.scroll + body ? top + 2 * row - body : look.current.scroll;
    const started = attempts.startedAt[k]!;
    change({ scroll, window: revealing(look.current.window, Number.isNaN(started) ? attempts.placedAt[k]! : started, attempts.endedAt[k]!, live.current.whole) });
  };
  const onWheel = (event: WheelEvent): void => {
    const unit = event.deltaMode === 1 ? 16 : 1, x = event.offsetX, { geometry: g } = live.current;
    if (x < g.left) change({ scroll: look.current.scroll + event.deltaY * unit });
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * unit / (g.width - g.left - g.right));
    else zoomAt(Math.exp(event.deltaY * unit * 0.0016), timeOf(scene(), x));
  };
  const pointerAt = (event: PointerEvent): { readonly attempt: number; readonly life: number; readonly time: number } => {
    const now = scene(), { geometry: g } = now, time = timeOf(now, event.offsetX), inside = event.offsetX >= g.left && event.offsetX <= g.width - g.right;
    const row = (event.offsetY - g.axis + now.scroll) / g.row, item = inside && event.offsetY >= g.axis && event.offsetY < g.axis + g.body ? itemAt(now.layout, row) : undefined;
    if (item?.kind !== 'unit') return { attempt: -1, life: -1, time: inside ? time : NaN };
    const slack = 2 * (now.window.to - now.window.from) / (g.width - g.left - g.right), { lives } = now.picture;
    return { attempt: attemptAt(item, now.picture, time, row, slack), life: item.lives.find((k) => lives.requestedAt[k]! <= time && time <= lives.endedAt[k]!) ?? -1, time };
  };
  const onMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (held !== undefined) {
      const dx = event.offsetX - held.x, dy = event.offsetY - held.y, { geometry: g } = live.current;
      if (!held.moved && Math.abs(dx) + Math.abs(dy) < DRAG_MIN) return;
      drag.current = { x: event.offsetX, y: event.offsetY, moved: true };
      const { window } = look.current;
      change({ window: panned(window, -dx / (g.width - g.left - g.right) * (window.to - window.from), live.current.whole), scroll: look.current.scroll - dy });
      if (card !== undefined) setCard(undefined);
      return;
    }
    const { attempt, life, time } = pointerAt(event);
    change({ cursor: time, hovered: attempt });
    setCard(attempt < 0 && life < 0 ? undefined : { attempt, life, x: event.offsetX, y: event.offsetY, width: live.current.geometry.width });
  };
  const onUp = (event: PointerEvent): void => {
    const moved = drag.current?.moved === true;
    drag.current = undefined;
    if (moved) return;
    const { attempt } = pointerAt(event);
    if (attempt >= 0) onPick(attempt);
  };
  const onKey = (event: KeyboardEvent): void => {
    const { key, shiftKey } = event, { selected } = look.current, { geometry: g } = live.current;
    const select = (direction: 'left' | 'right' | 'up' | 'down'): void => {
      const next = nextAttempt(live.current.layout, live.current.picture.attempts, selected, direction);
      if (next < 0) return;
      change({ selected: next });
      reveal(next);
      setSaid(attemptSentence(live.current.picture, next));
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => { if (shiftKey) pan(-0.1); else select('left'); }, ArrowRight: () => { if (shiftKey) pan(0.1); else select('right'); },
      ArrowUp: () => { if (shiftKey) change({ scroll: look.current.scroll - 3 * g.row }); else select('up'); }, ArrowDown: () => { if (shiftKey) change({ scroll: look.current.scroll + 3 * g.row }); else select('down'); },
      '+': () => { zoomMiddle(1 / ZOOM_STEP); }, '=': () => { zoomMiddle(1 / ZOOM_STEP); }, '-': () => { zoomMiddle(ZOOM_STEP); }, '0': () => { change({ window: whole, scroll: 0 }); },
      Enter: () => { if (selected >= 0) onPick(selected); }, Escape: () => { onPick(-1); },
    };
    if (event.ctrlKey || event.metaKey || event.altKey || actions[key] === undefined) return;
    event.preventDefault();
    actions[key]!();
  };

  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <div class="bar">
        <h2 id="timeline-title">Timeline</h2>
        <span class="soft" id="timeline-keys">wheel zooms, drag pans, a click says why; keys: arrows, Enter, + − 0</span>
        <span class="push row">
          <button type="button" onClick={() => { zoomMiddle(1 / ZOOM_STEP); }} aria-label="Zoom in">+</button>
          <button type="button" onClick={() => { zoomMiddle(ZOOM_STEP); }} aria-label="Zoom out">−</button>
          <button type="button" onClick={() => { change({ window: whole, scroll: 0 }); }}>Fit</button>
        </span>
      </div>
      <canvas ref={canvas} tabIndex={0} role="application" aria-roledescription="timeline" aria-describedby="timeline-keys"
        aria-label="Resources over time. Arrows go from attempt to attempt, Enter opens the decision, plus and minus zoom."
        style={{ height: `${geometry.height}px` }} onKeyDown={onKey}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); drag.current = { x: event.offsetX, y: event.offsetY, moved: false }; }}
        onPointerMove={onMove} onPointerUp={onUp} onPointerCancel={() => { drag.current = undefined; }}
        onPointerLeave={() => { change({ cursor: NaN, hovered: -1 }); setCard(undefined); }} />
      <div class="bar foot"><Legend /></div>
      <p class="visually-hidden" aria-live="polite">{said}</p>
      {card !== undefined && <HoverCard picture={picture} hovered={card} />}
    </section>
  );
}

function draw(canvas: HTMLCanvasElement | null, scene: TimelineScene): void {
  const { width, height }: TimelineGeometry = scene.geometry, ratio = devicePixelRatio;
  if (canvas === null || width === 0) return;
  const wide = Math.round(width * ratio), tall = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== tall) { canvas.width = wide; canvas.height = tall; }
  const context = canvas.getContext('2d', { alpha: false })!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintTimeline(context, scene);
}

function Legend(): JSX.Element {
  const items = [
    ['var(--bar-work)', 'work'], ['var(--bar-setup)', 'set-up'], ['var(--bar-wait)', 'waiting'], ['var(--vm-boot)', 'spin-up'], ['var(--vm-life)', 'VM up'], ['var(--vm-notice)', 'notice'],
    ['var(--bar-interrupted)', 'interrupted ✕'], ['var(--bar-failed)', 'failed ✕'], ['repeating-linear-gradient(135deg, var(--bar-lost) 0 2px, var(--surface) 2px 5px)', 'lost work'], ['var(--off-hours)', 'off hours'],
  ] as const;
  return <span class="legend">{items.map(([colour, name]) => <span key={name}><i style={{ background: colour, outline: '1px solid var(--line-strong)' }} />{name}</span>)}</span>;
}
