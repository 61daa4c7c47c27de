// Two runs side by side on a canvas. In the mode that puts faults, a click or a drag makes one of what lies under it, and a
// mark can be dragged to another time; in the other mode a drag moves the picture. The list of faults says and does the same
// by keyboard. One frame loop: whatever changes asks for a frame, and a frame draws the latest state once.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { faultWords } from '../../../engine/model/fault-words.ts';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { faultSpan, movedFault } from '../../state/fault-edits.ts';
import type { PlanEdit } from '../../state/fault-edits.ts';
import type { Theme } from '../../state/theme.ts';
import type { RehearsalAnswer } from '../../worker/rehearse.ts';
import { contextOf, inPanel } from '../run/canvas-shapes.ts';
import { HoverCard } from '../run/hover-card.tsx';
import { panned, wholeRun, zoomed } from '../run/time-window.ts';
import type { TimeWindow } from '../run/time-window.ts';
import { readInk } from '../run/timeline-ink.ts';
import type { Ink } from '../run/timeline-ink.ts';
import { attemptAt } from '../run/timeline-layout.ts';
import { timeOf } from '../run/timeline-scene.ts';
import { faultAt, snapped } from './fault-places.ts';
import type { Place } from './fault-places.ts';
import { layoutPair, pairAt } from './pair-layout.ts';
import { faultUnder, paintPair, pairGeometry, placeAt } from './pair-paint.ts';
import type { Draft, PairScene } from './pair-paint.ts';
import { pairTracks } from './pair-tracks.ts';

export interface PairTimelineProps {
  readonly answer: RehearsalAnswer;
  readonly plan: FaultPlanFile;
  readonly theme: Theme;
  /** Whether the answer is still that of another plan. */
  readonly stale: boolean;
  readonly picked: number;
  readonly onPick: (fault: number) => void;
  /** Places are those of `plan`. */
  readonly onEdit: (edit: PlanEdit) => void;
}

const ZOOM_STEP = 1.35, DRAG_MIN = 4, AROUND = 270, LEAST = 360, SNAP_PX = 4;

interface Look { window: TimeWindow; scroll: number; pointer: number; hovered: PairScene['hovered']; draft: Draft | undefined }
interface Held { readonly x: number; readonly y: number; readonly place: Place | undefined; readonly fault: number; readonly was: string; readonly from: number; moved: boolean; lastX: number; lastY: number }

export function PairTimeline({ answer, plan, theme, stale, picked, onPick, onEdit }: PairTimelineProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null), ink = useRef<Ink | undefined>(undefined), frame = useRef(0), held = useRef<Held | undefined>(undefined);
  const [putting, setPutting] = useState(true), [onlyDifferent, setOnlyDifferent] = useState(false), [size, setSize] = useState<{ readonly width: number; readonly room: number }>({ width: 0, room: 0 });
  const [card, setCard] = useState<ReturnType<typeof inPanel> | undefined>(undefined);
  const { baseline, faulted } = answer, whole = useMemo(() => wholeRun(Math.min(baseline.startedAt, faulted.startedAt), Math.max(baseline.endedAt, faulted.endedAt)), [baseline, faulted]);
  const struck = useMemo(() => new Set(plan.faults.flatMap((f) => ('vm' in f ? [f.vm] : 'human' in f ? [f.human] : 'api' in f ? [f.api] : 'resource' in f ? [f.resource] : []))), [plan]);
  const layout = useMemo(() => layoutPair(baseline, faulted, onlyDifferent, struck), [baseline, faulted, onlyDifferent, struck]), tracks = useMemo(() => pairTracks(answer), [answer]);
  const em = ink.current?.size ?? 13, geometry = useMemo(() => pairGeometry(size.width, size.room, layout, tracks, em), [size, layout, tracks, em]);
  const look = useRef<Look>({ window: whole, scroll: 0, pointer: NaN, hovered: undefined, draft: undefined });
  const live = useRef({ answer, plan, layout, tracks, geometry, picked, whole, putting });
  live.current = { answer, plan, layout, tracks, geometry, picked, whole, putting };

  const scene = (): PairScene => ({ ...live.current, ...look.current, ink: ink.current! });
  const redraw = (): void => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      const { geometry: g } = live.current, context = contextOf(canvas.current, g.width, g.height);
      if (context !== undefined) paintPair(context, scene());
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
  useEffect(() => { change({ window: whole, draft: undefined, hovered: undefined }); setCard(undefined); }, [whole.from, whole.to]);
  useEffect(() => { change({ draft: undefined }); }, [answer, plan, picked, geometry]);
  useEffect(() => {
    // Not passive: the page must not scroll with it.
    const element = canvas.current!, wheel = (event: WheelEvent): void => { event.preventDefault(); onWheel(event); };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => { element.removeEventListener('wheel', wheel); };
  }, []);

  const inner = (): number => live.current.geometry.width - live.current.geometry.left - live.current.geometry.right;
  const pan = (share: number): void => { const { window } = look.current; change({ window: panned(window, share * (window.to - window.from), live.current.whole) }); };
  const zoom = (factor: number, at: number): void => { change({ window: zoomed(look.current.window, factor, at, live.current.whole) }); };
  const zoomMiddle = (factor: number): void => { zoom(factor, (look.current.window.from + look.current.window.to) / 2); };
  const onWheel = (event: WheelEvent): void => {
    const unit = event.deltaMode === 1 ? 16 : 1, now = scene();
    if (event.offsetX < now.geometry.left) change({ scroll: look.current.scroll + event.deltaY * unit });
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * unit / inner());
    else zoom(Math.exp(event.deltaY * unit * 0.0016), timeOf(now, event.offsetX));
  };
  const snap = (x: number): number => snapped(timeOf(scene(), x), SNAP_PX * (look.current.window.to - look.current.window.from) / inner());
  const draftOf = (hold: Held, x: number): Draft | undefined => {
    const { plan: now, answer: { faulted: picture } } = live.current;
    if (hold.fault >= 0) {
      if (faultText(now, hold.fault) !== hold.was) return undefined; // another fault stands there by now
      const { from, to } = faultSpan(now.faults[hold.fault]!), moved = Math.max(0, snapped(from + timeOf(scene(), x) - timeOf(scene(), hold.x), SNAP_PX * (look.current.window.to - look.current.window.from) / inner()));
      return { place: hold.place!, from: moved, to: moved + (to === Infinity ? 0 : to - from), words: faultWords(movedFault(now, hold.fault, moved).faults[hold.fault]!) };
    }
    const at = snap(x), from = Math.min(hold.from, at), to = hold.moved ? Math.max(hold.from, at) : from, fault = hold.place === undefined ? undefined : faultAt(hold.place, from, to, picture);
    return fault === undefined ? undefined : { place: hold.place!, from, to, words: faultWords(fault) };
  };
  const onDown = (event: PointerEvent): void => {
    const now = scene(), { offsetX: x, offsetY: y } = event;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const fault = faultUnder(now, x, y), place = live.current.putting ? placeAt(now, x, y) : undefined;
    held.current = { x, y, place, fault, was: faultText(live.current.plan, fault), from: snap(x), moved: false, lastX: x, lastY: y };
    setCard(undefined);
    if (fault >= 0) onPick(fault);
    else if (place !== undefined) change({ draft: draftOf(held.current, x) });
  };
  const onMove = (event: PointerEvent): void => {
    const hold = held.current, { offsetX: x, offsetY: y } = event;
    if (hold === undefined) { hover(x, y); return; }
    if (!hold.moved && Math.abs(x - hold.x) + Math.abs(y - hold.y) < DRAG_MIN) return;
    hold.moved = true;
    if (hold.place === undefined) { pan(-(x - hold.lastX) / inner()); change({ scroll: look.current.scroll - (y - hold.lastY) }); } else change({ draft: draftOf(hold, x), pointer: timeOf(scene(), x) });
    hold.lastX = x;
    hold.lastY = y;
  };
  const onUp = (event: PointerEvent): void => {
    const hold = held.current, { answer: { faulted: picture } } = live.current;
    held.current = undefined;
    if (hold?.place === undefined) return;
    const draft = draftOf(hold, event.offsetX);
    if (hold.fault >= 0) {
      if (hold.moved && draft !== undefined) onEdit({ kind: 'move', at: hold.fault, from: draft.from }); else change({ draft: undefined });
      return;
    }
    const fault = draft === undefined ? undefined : faultAt(hold.place, draft.from, draft.to, picture);
    if (fault === undefined) change({ draft: undefined }); else onEdit({ kind: 'add', fault });
  };
  const hover = (x: number, y: number): void => {
    const now = scene(), { geometry: g, answer: both } = now, time = timeOf(now, x), inside = x >= g.left && x <= g.width - g.right, row = (y - g.top + now.scroll) / g.row;
    const item = inside && y >= g.top && y < g.top + g.body ? pairAt(now.layout, row) : undefined, slack = 2 * (now.window.to - now.window.from) / inner();
    let hovered: PairScene['hovered'];
    if (item?.kind === 'unit') {
      const run = row < item.middle ? 'baseline' : 'faulted', attempt = attemptAt({ ...item[run], top: 0 }, both[run], time, row - (run === 'baseline' ? item.top : item.middle), slack);
      if (attempt >= 0) hovered = { run, attempt };
    }
    change({ pointer: inside ? time : NaN, hovered });
    setCard(hovered === undefined ? undefined : inPanel(canvas.current!, x, y));
  };
  const onKey = (event: KeyboardEvent): void => {
    const remove = (): void => { if (picked >= 0 && picked < plan.faults.length) onEdit({ kind: 'remove', at: picked }); };
    const actions: Readonly<Record<string, () => void>> = {
      Delete: remove, Backspace: remove,
      ArrowLeft: () => { pan(-0.1); }, ArrowRight: () => { pan(0.1); }, ArrowUp: () => { change({ scroll: look.current.scroll - 3 * geometry.row }); }, ArrowDown: () => { change({ scroll: look.current.scroll + 3 * geometry.row }); },
      '+': () => { zoomMiddle(1 / ZOOM_STEP); }, '=': () => { zoomMiddle(1 / ZOOM_STEP); }, '-': () => { zoomMiddle(ZOOM_STEP); }, '0': () => { change({ window: whole, scroll: 0 }); }, Escape: () => { held.current = undefined; change({ draft: undefined }); onPick(-1); },
    };
    if (event.ctrlKey || event.metaKey || event.altKey || actions[event.key] === undefined) return;
    event.preventDefault();
    actions[event.key]!();
  };

  const { hovered } = look.current;
  return (
    <section class="panel timeline rehearsal" aria-labelledby="pair-title" aria-busy={stale}>
      <div class="bar">
        <h2 id="pair-title">Without and with</h2>
        <span class="row" role="group" aria-label="What a drag does">
          <button type="button" aria-pressed={putting} onClick={() => { setPutting(true); }}>Put faults</button>
          <button type="button" aria-pressed={!putting} onClick={() => { setPutting(false); }}>Look around</button>
        </span>
        <span class="soft" id="pair-keys">{putting ? 'click a VM: kill · a person: away · an API: down · a price: ×3 · the cost: cut; drag: for how long, or a mark' : 'wheel zooms, drag pans; keys: arrows + − 0'}</span>
        <span class="push row">
          <label class="soft"><input type="checkbox" checked={onlyDifferent} onChange={(event) => { setOnlyDifferent(event.currentTarget.checked); }} /> only what differs</label>
          <button type="button" onClick={() => { zoomMiddle(1 / ZOOM_STEP); }} aria-label="Zoom in">+</button>
          <button type="button" onClick={() => { zoomMiddle(ZOOM_STEP); }} aria-label="Zoom out">−</button>
          <button type="button" onClick={() => { change({ window: whole, scroll: 0 }); }}>Fit</button>
        </span>
      </div>
      <canvas ref={canvas} class={putting ? 'putting' : ''} tabIndex={0} role="application" aria-roledescription="two timelines" aria-describedby="pair-keys"
        aria-label="The run without faults above, the run with faults below, for every resource. The list of faults and the tables say the same."
        style={{ height: `${geometry.height}px` }} onKeyDown={onKey} onPointerDown={onDown} onPointerMove={onMove} onPointerUp={onUp}
        onPointerCancel={() => { held.current = undefined; change({ draft: undefined }); }} onPointerLeave={() => { if (held.current === undefined) { change({ pointer: NaN, hovered: undefined }); setCard(undefined); } }} />
      <div class="bar foot"><Legend /></div>
      {card !== undefined && hovered !== undefined && <HoverCard picture={answer[hovered.run]} hovered={{ attempt: hovered.attempt, life: -1, closed: -1, fault: -1, ...card }} />}
    </section>
  );
}

const faultText = (plan: FaultPlanFile, at: number): string => JSON.stringify(plan.faults[at] ?? null);

function Legend(): JSX.Element {
  const lost = 'repeating-linear-gradient(135deg, var(--bar-lost) 0 2px, var(--surface) 2px 5px)';
  const items = [
    ['var(--bar-work)', 'work'], ['var(--bar-setup)', 'set-up'], ['var(--bar-wait)', 'waiting'], ['var(--vm-boot)', 'spin-up'], ['var(--vm-life)', 'VM up'], ['var(--vm-notice)', 'notice'],
    ['var(--bar-interrupted)', 'cut off ✕'], [lost, 'lost work, time behind'], ['var(--fault)', 'fault'], ['var(--critical)', 'where the runs part'],
  ] as const;
  return <span class="legend">{items.map(([colour, name]) => <span key={name}><i style={{ background: colour, outline: '1px solid var(--line-strong)' }} />{name}</span>)}</span>;
}
