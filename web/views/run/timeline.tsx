// The timeline of a run: a canvas with its scroll and selection, in the window that all pictures share. Whatever changes asks
// for a frame, and a frame draws the latest state once.
import { effect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Theme } from '../../state/theme.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { contextOf, inPanel } from './canvas-shapes.ts';
import { HoverCard, attemptSentence } from './hover-card.tsx';
import type { Hovered } from './hover-card.tsx';
import { Overview } from './overview.tsx';
import type { RunScope } from './run-scope.ts';
import { tracksOf } from './run-tracks.ts';
import { panned, revealing, zoomed } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';
import { readInk } from './timeline-ink.ts';
import type { Ink } from './timeline-ink.ts';
import { TimelineGestures } from './timeline-gestures.ts';
import type { Spot } from './timeline-gestures.ts';
import { attemptAt, itemAt, layoutTimeline, rowOf } from './timeline-layout.ts';
import { nextAttempt } from './timeline-keys.ts';
import { Legend } from './timeline-legend.tsx';
import { paintTimeline } from './timeline-paint.ts';
import { geometryOf, timeOf, xOf } from './timeline-scene.ts';
import type { TimelineScene } from './timeline-scene.ts';
import { Transport } from './transport.tsx';

export interface TimelineProps {
  readonly picture: RunPicture;
  readonly scope: RunScope;
  readonly theme: Theme;
  /** Row of the attempt whose decision is shown, -1 for none; and its task. */
  readonly picked: number;
  readonly task: number;
  /** The row of an attempt, or -1 to close. */
  readonly onPick: (attempt: number) => void;
  /** The run goes on: its end is now. */
  readonly live?: boolean;
}

const ZOOM_STEP = 1.35;
/** Height of the window that is other things', px; and what the timeline takes at least. */
const AROUND = 210, LEAST = 420;

interface Look { scroll: number; pointer: number; hovered: number; selected: number; brush: TimeWindow | undefined }

export function Timeline({ picture, scope, theme, picked, task, onPick, live: goesOn = false }: TimelineProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null), layout = useMemo(() => layoutTimeline(picture), [picture]), tracks = useMemo(() => tracksOf(picture), [picture]);
  const look = useRef<Look>({ scroll: 0, pointer: NaN, hovered: -1, selected: -1, brush: undefined }), ink = useRef<Ink | undefined>(undefined), frame = useRef(0), opened = useRef(false);
  const [size, setSize] = useState<{ readonly width: number; readonly room: number }>({ width: 0, room: 0 }), [card, setCard] = useState<Hovered | undefined>(undefined), [said, setSaid] = useState(''), [critical, setCritical] = useState(true);
  const em = ink.current?.size ?? 13, geometry = useMemo(() => geometryOf(size.width, size.room, layout, tracks, picture.faultMarks.length > 0, em), [size, layout, tracks, em]);
  const live = useRef({ picture, scope, layout, tracks, geometry, task, critical, onPick });
  live.current = { picture, scope, layout, tracks, geometry, task, critical, onPick };

  const scene = (): TimelineScene => ({ ...live.current, ...look.current, window: live.current.scope.window.peek(), at: live.current.scope.at.peek(), ink: ink.current! });
  const redraw = (): void => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      const context = contextOf(canvas.current, live.current.geometry.width, live.current.geometry.height);
      if (context !== undefined) paintTimeline(context, scene());
    });
  };
  const change = (part: Partial<Look>): void => {
    const { geometry: g, layout: all } = live.current, scroll = part.scroll ?? look.current.scroll;
    look.current = { ...look.current, ...part, scroll: Math.max(0, Math.min(scroll, all.height * g.row - g.body)) };
    redraw();
  };

  useLayoutEffect(() => {
    const element = canvas.current!.parentElement!, observer = new ResizeObserver(() => { setSize({ width: element.clientWidth, room: Math.max(LEAST, innerHeight - AROUND) }); });
    observer.observe(element);
    return () => { observer.disconnect(); cancelAnimationFrame(frame.current); };
  }, []);
  useLayoutEffect(() => { ink.current = readInk(document.documentElement); redraw(); }, [theme, size]);
  useEffect(() => effect(() => { void scope.window.value; void scope.at.value; redraw(); }), [scope]);
  useEffect(() => { change({ scroll: 0, hovered: -1, selected: -1, brush: undefined }); setCard(undefined); }, [scope]);
  useEffect(() => {
    change({ selected: picked });
    if (picked < 0 || size.width === 0) return;
    // A link that says which stretch to show means it.
    reveal(picked, !opened.current && scope.window.peek() !== scope.whole);
    opened.current = true;
  }, [picked, scope, size.width > 0]);
  useEffect(() => { change({}); }, [geometry, task, critical]);

  const zoomAt = (factor: number, at: number): void => { const { scope: s } = live.current; s.window.value = zoomed(s.window.peek(), factor, at, s.whole); };
  const zoomMiddle = (factor: number): void => { const { from, to } = scope.window.peek(); zoomAt(factor, (from + to) / 2); };
  const pan = (share: number): void => { const { scope: s } = live.current, { from, to } = s.window.peek(); s.window.value = panned({ from, to }, share * (to - from), s.whole); };
  const fit = (): void => { scope.show(undefined); change({ scroll: 0 }); };
  const reveal = (k: number, keepWindow = false): void => {
    const { picture: { attempts }, layout: all, geometry: { row, body }, scope: s } = live.current, top = rowOf(all, k) * row, { scroll } = look.current, started = attempts.startedAt[k]!;
    change({ scroll: top < scroll ? top - row : top + row > scroll + body ? top + 2 * row - body : scroll });
    if (!keepWindow) s.window.value = revealing(s.window.peek(), Number.isNaN(started) ? attempts.placedAt[k]! : started, attempts.endedAt[k]!, s.whole);
  };
  const spotAt = (x: number, y: number): Spot => {
    const now = scene(), { geometry: g } = now, time = timeOf(now, x), inside = x >= g.left && x <= g.width - g.right, nothing = { attempt: -1, life: -1, closed: -1, fault: -1, time: inside ? time : NaN, header: inside && y < g.axis };
    if (inside && y >= g.axis && y < g.top) return { ...nothing, fault: faultAt(now, time) };
    const row = (y - g.top + now.scroll) / g.row, item = inside && y >= g.top && y < g.top + g.body ? itemAt(now.layout, row) : undefined;
    if (item?.kind !== 'unit') return nothing;
    const slack = 2 * (now.window.to - now.window.from) / (g.width - g.left - g.right), { lives, closed } = now.picture;
    return { ...nothing, attempt: attemptAt(item, now.picture, time, row, slack), life: item.lives.find((k) => lives.requestedAt[k]! <= time && time <= lives.endedAt[k]!) ?? -1, closed: item.closed.find((k) => closed.from[k]! <= time && time <= closed.to[k]!) ?? -1 };
  };

  const gestures = useMemo(() => new TimelineGestures({
    spotAt, playheadX: () => { const now = scene(); return xOf(now, now.at); },
    timeAt: (x) => timeOf(scene(), x),
    pan: (dx, dy) => { const { geometry: g } = live.current; pan(-dx / (g.width - g.left - g.right)); change({ scroll: look.current.scroll - dy }); setCard(undefined); },
    zoom: zoomAt,
    scroll: (dy) => { change({ scroll: look.current.scroll + dy }); },
    inLabels: (x) => x < live.current.geometry.left,
    brush: (brush) => { change({ brush }); },
    select: (window) => { change({ brush: undefined }); live.current.scope.show(window); },
    look: (at) => { live.current.scope.pause(); live.current.scope.look(at); },
    pick: (k) => { live.current.onPick(k); },
    hover: (spot, x, y) => {
      change({ pointer: spot.time, hovered: spot.attempt });
      setCard(Math.max(spot.attempt, spot.life, spot.closed, spot.fault) < 0 ? undefined : { ...spot, ...inPanel(canvas.current!, x, y) });
    },
  }), []);
  useEffect(() => {
    // Not passive: the page must not scroll with it.
    const element = canvas.current!, wheel = (event: WheelEvent): void => { event.preventDefault(); gestures.wheel(event); };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => { element.removeEventListener('wheel', wheel); };
  }, []);

  const onKey = (event: KeyboardEvent): void => {
    const { key, shiftKey } = event, { selected } = look.current, { geometry: g } = live.current, step = (scope.window.peek().to - scope.window.peek().from) / 100;
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
      '+': () => { zoomMiddle(1 / ZOOM_STEP); }, '=': () => { zoomMiddle(1 / ZOOM_STEP); }, '-': () => { zoomMiddle(ZOOM_STEP); }, '0': fit,
      '[': () => { scope.look(scope.shownAt - step); }, ']': () => { scope.look(scope.shownAt + step); }, ' ': () => { if (scope.playing.peek()) scope.pause(); else scope.play(); },
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
        <Transport scope={scope} epochMs={picture.epochMs} live={goesOn} />
        <span class="push row">
          {goesOn && <FollowButton scope={scope} />}
          <button type="button" aria-pressed={critical} onClick={() => { setCritical(!critical); }}>Critical path</button>
          <button type="button" onClick={() => { zoomMiddle(1 / ZOOM_STEP); }} aria-label="Zoom in">+</button>
          <button type="button" onClick={() => { zoomMiddle(ZOOM_STEP); }} aria-label="Zoom out">−</button>
          <button type="button" onClick={fit}>Fit</button>
        </span>
      </div>
      <Overview picture={picture} scope={scope} theme={theme} left={geometry.left} right={geometry.right} width={size.width} />
      <canvas ref={canvas} class="main" tabIndex={0} role="application" aria-roledescription="timeline" aria-describedby="timeline-keys"
        aria-label="Resources over time. Arrows go from attempt to attempt, Enter opens the decision, plus and minus zoom."
        style={{ height: `${geometry.height}px` }} onKeyDown={onKey}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); gestures.down(event); }}
        onPointerMove={(event) => { gestures.move(event); }} onPointerUp={(event) => { gestures.up(event); }} onPointerCancel={(event) => { gestures.cancel(event); }}
        onDblClick={fit} onPointerLeave={() => { change({ pointer: NaN, hovered: -1 }); setCard(undefined); }} />
      <div class="bar foot"><Legend picture={picture} critical={critical} /></div>
      <p class="soft keys" id="timeline-keys">Wheel or pinch zooms (over the names the wheel scrolls), drag pans, a drag in the header or in the strip above selects a stretch, a click in the header sets the time, a double click shows all. Keys: arrows, Enter, Esc, + − 0, [ ], space.</p>
      <p class="visually-hidden" aria-live="polite">{said}</p>
      {card !== undefined && <HoverCard picture={picture} hovered={card} />}
    </section>
  );
}

/** Apart, so that panning draws nothing else again. */
function FollowButton({ scope }: { readonly scope: RunScope }): JSX.Element {
  const follows = scope.following.value && Number.isNaN(scope.at.value);
  return <button type="button" aria-pressed={follows} onClick={() => { scope.follow(); }}>{follows ? 'Following now' : 'Follow now'}</button>;
}

/** The fault that is marked at or near an instant: of several the one that came last. */
function faultAt({ picture: { faultMarks }, window, geometry: g }: TimelineScene, time: number): number {
  const slack = 6 * (window.to - window.from) / (g.width - g.left - g.right);
  return faultMarks.findLastIndex(({ from, to }) => from - slack <= time && time <= Math.max(to, from + slack));
}
