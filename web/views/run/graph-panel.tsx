// The graph of tasks as it stood at the instant that is looked at. Wheel and pinch zoom, drag pans, a click opens the decision.
import { effect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { durationText } from '../../../engine/metrics/figure-text.ts';
import { COUNTED_STATES } from '../../../engine/metrics/columns.ts';
import type { Theme } from '../../state/theme.ts';
import type { RunPicture } from '../../worker/protocol.ts';
import { contextOf, inPanel } from './canvas-shapes.ts';
import { nextTask } from './graph-keys.ts';
import { fitGraph, fullHeight, paintGraph, taskAt, zoomGraph } from './graph-paint.ts';
import type { GraphView } from './graph-paint.ts';
import { Pairs, cardPlace, instantText } from './hover-card.tsx';
import type { RunScope } from './run-scope.ts';
import { STATE_INK } from './run-tracks.ts';
import { NOT_IN, taskStatesAt } from './task-states.ts';
import { readInk } from './timeline-ink.ts';
import type { Ink } from './timeline-ink.ts';

export interface GraphPanelProps {
  readonly picture: RunPicture;
  readonly scope: RunScope;
  readonly theme: Theme;
  /** Task whose decisions are shown, -1 for none. */
  readonly task: number;
  /** A task, or -1 to close. */
  readonly onPick: (task: number) => void;
}

const DRAG_MIN = 4, ZOOM_STEP = 1.35, PAN_STEP = 60;
/** Height of the frame: what the drawing needs at its full width, within these root font sizes. */
const LEAST = 14, MOST = 34;

interface HoveredTask { readonly task: number; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
interface Look { view: GraphView; fitted: boolean; hovered: number; selected: number; critical: boolean }

export function GraphPanel({ picture, scope, theme, task, onPick }: GraphPanelProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null), frame = useRef(0), inSight = useRef(true), ink = useRef<Ink | undefined>(undefined), states = useMemo(() => new Uint8Array(picture.tasks.ids.length), [picture]);
  const look = useRef<Look>({ view: { scale: 1, x: 0, y: 0 }, fitted: true, hovered: -1, selected: -1, critical: true }), drag = useRef<{ x: number; y: number; moved: boolean } | undefined>(undefined);
  const [size, setSize] = useState({ width: 0, height: 0 }), [card, setCard] = useState<HoveredTask | undefined>(undefined), [said, setSaid] = useState(''), [critical, setCritical] = useState(true);
  const live = useRef({ picture, scope, size, task, states });
  live.current = { picture, scope, size, task, states };

  const redraw = (): void => {
    if (frame.current !== 0 || !inSight.current) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      const { picture: shown, scope: s, size: { width, height }, task: picked, states: into } = live.current, context = contextOf(canvas.current, width, height), at = s.at.peek(), now = Number.isNaN(at) ? s.endedAt : at;
      if (context !== undefined) paintGraph(context, { picture: shown, width, height, picked, at: now, states: taskStatesAt(shown, now, into), ink: ink.current!, ...look.current });
    });
  };
  const change = (part: Partial<Look>): void => { look.current = { ...look.current, ...part }; redraw(); };
  const fit = (): void => { change({ view: fitGraph(picture.graph, size.width, size.height, 2 * readInk(document.documentElement).size), fitted: true }); };
  const zoom = (factor: number, x = size.width / 2, y = size.height / 2): void => { change({ view: zoomGraph(look.current.view, factor, x, y), fitted: false }); };
  const move = (dx: number, dy: number): void => { const { view } = look.current; change({ view: { ...view, x: view.x + dx, y: view.y + dy }, fitted: false }); };

  useLayoutEffect(() => {
    const element = canvas.current!.parentElement!, observer = new ResizeObserver(() => {
      const em = readInk(document.documentElement).size, width = element.clientWidth;
      setSize({ width, height: Math.round(Math.min(MOST * em, Math.max(LEAST * em, fullHeight(picture.graph, width, 2 * em)))) });
    });
    observer.observe(element);
    return () => { observer.disconnect(); };
  }, [picture]);
  useEffect(() => () => { cancelAnimationFrame(frame.current); }, []);
  useEffect(() => {
    // Thousands of boxes are not drawn again and again where nobody sees them.
    const observer = new IntersectionObserver(([entry]) => { inSight.current = entry!.isIntersecting; redraw(); });
    observer.observe(canvas.current!);
    return () => { observer.disconnect(); };
  }, []);
  useLayoutEffect(() => { ink.current = readInk(document.documentElement); redraw(); }, [theme, size]);
  useEffect(() => { if (look.current.fitted) fit(); }, [picture, size]);
  useEffect(() => { change({ hovered: -1, selected: -1, critical }); }, [scope, critical]);
  useEffect(() => { redraw(); }, [task, picture]);
  useEffect(() => effect(() => { void scope.at.value; redraw(); }), [scope]);
  useEffect(() => {
    const element = canvas.current!, wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.shiftKey) move(-(event.deltaX + event.deltaY) * unit, 0); else change({ view: zoomGraph(look.current.view, Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), event.offsetX, event.offsetY), fitted: false });
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => { element.removeEventListener('wheel', wheel); };
  }, []);

  const select = (direction: 'left' | 'right' | 'up' | 'down'): void => {
    const next = nextTask(picture.graph, look.current.selected >= 0 ? look.current.selected : task, direction);
    if (next < 0) return;
    change({ selected: next });
    const { view } = look.current, x = view.x + picture.graph.x[next]! * view.scale, y = view.y + picture.graph.y[next]! * view.scale;
    if (x < 0 || x > size.width || y < 0 || y > size.height) move(size.width / 2 - x, size.height / 2 - y);
    setSaid(`${picture.tasks.ids[next]!}: ${stateName(taskStatesAt(picture, Number.isNaN(scope.at.peek()) ? scope.endedAt : scope.at.peek(), states)[next]!)}`);
  };
  const onKey = (event: KeyboardEvent): void => {
    const { key, shiftKey } = event, way = (direction: 'left' | 'right' | 'up' | 'down', dx: number, dy: number) => (): void => { if (shiftKey) move(dx, dy); else select(direction); };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: way('left', PAN_STEP, 0), ArrowRight: way('right', -PAN_STEP, 0), ArrowUp: way('up', 0, PAN_STEP), ArrowDown: way('down', 0, -PAN_STEP),
      '+': () => { zoom(ZOOM_STEP); }, '=': () => { zoom(ZOOM_STEP); }, '-': () => { zoom(1 / ZOOM_STEP); }, '0': fit, Enter: () => { if (look.current.selected >= 0) onPick(look.current.selected); }, Escape: () => { onPick(-1); },
    };
    if (event.ctrlKey || event.metaKey || event.altKey || actions[key] === undefined) return;
    event.preventDefault();
    actions[key]!();
  };
  const onMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (held === undefined) {
      const hovered = taskAt(picture.graph, look.current.view, event.offsetX, event.offsetY);
      if (hovered !== look.current.hovered) change({ hovered });
      setCard(hovered < 0 ? undefined : { task: hovered, ...inPanel(canvas.current!, event.offsetX, event.offsetY) });
      return;
    }
    const dx = event.offsetX - held.x, dy = event.offsetY - held.y;
    if (!held.moved && Math.abs(dx) + Math.abs(dy) < DRAG_MIN) return;
    drag.current = { x: event.offsetX, y: event.offsetY, moved: true };
    setCard(undefined);
    move(dx, dy);
  };
  const onUp = (event: PointerEvent): void => {
    const moved = drag.current?.moved === true, found = taskAt(picture.graph, look.current.view, event.offsetX, event.offsetY);
    drag.current = undefined;
    if (!moved && found >= 0) onPick(found);
  };
  return (
    <section class="panel graph" aria-labelledby="graph-title">
      <div class="bar">
        <h2 id="graph-title">Tasks</h2>
        <span class="legend">{COUNTED_STATES.map((name, s) => ({ name, s })).filter(({ s }) => picture.states.counts[s]!.some((count) => count > 0)).map(({ name, s }) => <span key={name}><i style={{ background: `var(--${STATE_INK[s]!})`, outline: '1px solid var(--line-strong)' }} />{name}</span>)}</span>
        <span class="push row">
          <button type="button" aria-pressed={critical} onClick={() => { setCritical(!critical); }}>Critical path</button>
          <button type="button" onClick={() => { zoom(ZOOM_STEP); }} aria-label="Zoom into the tasks">+</button>
          <button type="button" onClick={() => { zoom(1 / ZOOM_STEP); }} aria-label="Zoom out of the tasks">−</button>
          <button type="button" onClick={fit} aria-label="Fit the tasks">Fit</button>
        </span>
      </div>
      <canvas ref={canvas} class="main" tabIndex={0} role="application" aria-roledescription="task graph" aria-label="Tasks and what they wait for. Arrows go along the graph, Enter opens the decision, plus and minus zoom."
        style={{ height: `${size.height}px` }} onKeyDown={onKey} onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); drag.current = { x: event.offsetX, y: event.offsetY, moved: false }; }}
        onPointerMove={onMove} onPointerUp={onUp} onPointerCancel={() => { drag.current = undefined; }} onDblClick={fit} onPointerLeave={() => { change({ hovered: -1 }); setCard(undefined); }} />
      <p class="visually-hidden" aria-live="polite">{said}</p>
      {card !== undefined && <TaskCard picture={picture} card={card} />}
    </section>
  );
}

const stateName = (state: number): string => (state === NOT_IN ? 'not submitted yet' : COUNTED_STATES[state]!);

function TaskCard({ picture, card }: { readonly picture: RunPicture; readonly card: HoveredTask }): JSX.Element {
  const { task } = card, { tasks, jobs, attempts: a, planned, units } = picture, last = a.task.lastIndexOf(task), tries = a.task.reduce((sum, t) => sum + Number(t === task), 0);
  return (
    <div class="card" style={cardPlace(card)} aria-hidden="true">
      <h3>{tasks.ids[task]}</h3>
      <p class="soft">{tasks.kinds[task] === '' ? 'task' : tasks.kinds[task]} of {jobs[tasks.job[task]!]!.job}</p>
      <Pairs pairs={[
        ['could be placed', instantText(tasks.eligibleAt[task]!)], ['attempts', String(tries)],
        ...(last < 0 ? [] : [['last on', units.ids[a.unit[last]!]!], ['started', instantText(a.startedAt[last]!)], ['ended', instantText(a.endedAt[last]!)]] as const),
        ['slack by estimates', durationText(Math.max(0, planned.slackMs[task]!))],
      ]} />
    </div>
  );
}
