// Draws two runs of one scenario on a canvas, resource by resource, the run without faults above the run with them; the
// faults that were put there, where the runs part, and the quantities of both below, all in one scale of time.
import { faultWords } from '../../../engine/model/fault-words.ts';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import type { RehearsalAnswer } from '../../worker/rehearse.ts';
import { box, clipped, cross, hatch, line, triangle } from '../run/canvas-shapes.ts';
import type { Canvas } from '../run/canvas-shapes.ts';
import type { Ink } from '../run/timeline-ink.ts';
import type { TimeWindow } from '../run/time-window.ts';
import { paintAxis } from '../run/timeline-paint.ts';
import { timeOf, xOf } from '../run/timeline-scene.ts';
import type { TimelineGeometry, TimelineScene } from '../run/timeline-scene.ts';
import { paintTrack } from '../run/track-paint.ts';
import { paintUnit } from '../run/unit-paint.ts';
import { faultPlaces } from './fault-places.ts';
import type { FaultPlace, Place } from './fault-places.ts';
import { pairAt } from './pair-layout.ts';
import type { PairLayout, PairUnit } from './pair-layout.ts';
import type { PairTrack } from './pair-tracks.ts';

/** A fault that is being put there, or moved. */
export interface Draft {
  readonly place: Place;
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

export interface PairScene {
  readonly answer: RehearsalAnswer;
  /** As it is edited: ahead of the answer while that is made. */
  readonly plan: FaultPlanFile;
  readonly layout: PairLayout;
  readonly geometry: TimelineGeometry;
  readonly tracks: readonly PairTrack[];
  readonly window: TimeWindow;
  readonly scroll: number;
  readonly pointer: number;
  readonly hovered: { readonly run: 'baseline' | 'faulted'; readonly attempt: number } | undefined;
  /** Number of the fault that is picked, -1 for none. */
  readonly picked: number;
  readonly draft: Draft | undefined;
  readonly ink: Ink;
}

/** For a root font size and `room` px in all. */
export function pairGeometry(width: number, room: number, layout: PairLayout, tracks: readonly PairTrack[], size: number): TimelineGeometry {
  const row = Math.round(size * 1.12), axis = Math.round(size * 2), faults = Math.round(size * 1.7), heights = tracks.map(({ track }) => Math.round(size * track.height)), under = heights.reduce((sum, height) => sum + height, 0);
  const body = Math.max(row * 8, Math.min(layout.height * row, room - axis - faults - under));
  return { width, height: axis + faults + body + under + 2, left: Math.round(size * 9.4), right: Math.round(size * 7.4), axis, faults, row, top: axis + faults, body, tracks: heights };
}

/** The scene of one of the two runs, as the pictures of a run take it. */
function sceneOf(scene: PairScene, run: 'baseline' | 'faulted'): TimelineScene {
  const { answer, layout, geometry, window, scroll, pointer, hovered, ink } = scene;
  return {
    picture: answer[run], layout: layout[run], geometry, tracks: [], window, scroll, pointer, at: NaN, brush: undefined, hovered: hovered?.run === run ? hovered.attempt : -1, selected: -1,
    task: hovered === undefined ? -1 : answer[hovered.run].attempts.task[hovered.attempt]!, critical: false, ink,
  };
}

export function paintPair(context: Canvas, scene: PairScene): void {
  const { geometry: g, ink } = scene, inner = g.width - g.left - g.right;
  context.fillStyle = ink.surface;
  context.fillRect(0, 0, g.width, g.height);
  context.font = `${Math.round(ink.size * 0.86)}px ${ink.family}`;
  context.textBaseline = 'middle';
  const ticks = paintAxis(context, sceneOf(scene, 'baseline')), places = faultPlaces(scene.plan, scene.answer.faulted);
  clipped(context, 0, g.top, g.width, g.body, () => { paintBody(context, scene, ticks); });
  paintScroll(context, scene);
  paintTracks(context, scene, ticks);
  clipped(context, g.left, g.top, inner, g.height - g.top, () => { for (const place of places) paintOnPlace(context, scene, place); paintDraft(context, scene); });
  paintParting(context, scene);
  paintStrip(context, scene, places);
  if (Number.isFinite(scene.pointer)) paintPointer(context, scene);
}

function paintBody(context: Canvas, scene: PairScene, ticks: readonly number[]): void {
  const { layout, geometry: g, ink, scroll, answer } = scene, y = (row: number): number => g.top + row * g.row - scroll, runs = { baseline: sceneOf(scene, 'baseline'), faulted: sceneOf(scene, 'faulted') };
  context.strokeStyle = ink.line;
  for (const x of ticks) line(context, x, g.top, x, g.top + g.body);
  for (const item of layout.items) {
    const top = y(item.top), bottom = item.kind === 'unit' ? y(item.bottom) : top + g.row;
    if (bottom < g.top || top > g.top + g.body) continue;
    if (item.kind === 'heading') {
      context.fillStyle = ink.sunken;
      context.fillRect(0, top, g.width, g.row);
      context.fillStyle = ink['text-soft'];
      context.fillText(item.text, 6, top + g.row / 2);
      continue;
    }
    const middle = y(item.middle);
    clipped(context, g.left, top, g.width - g.left - g.right, bottom - top, () => {
      paintUnit(context, runs.baseline, item.baseline, top, middle);
      paintUnit(context, runs.faulted, item.faulted, middle, bottom);
    });
    context.fillStyle = ink.text;
    context.fillText(answer.baseline.units.ids[item.unit]!, 8, top + g.row / 2, g.left - 62);
    context.fillStyle = ink['text-soft'];
    context.textAlign = 'right';
    context.fillText('without', g.left - 6, top + g.row / 2);
    context.fillText('with', g.left - 6, middle + g.row / 2);
    context.textAlign = 'left';
    context.setLineDash([2, 3]);
    context.strokeStyle = ink.line;
    line(context, g.left, middle - 0.5, g.width - g.right, middle - 0.5);
    context.setLineDash([]);
    context.strokeStyle = ink['line-strong'];
    line(context, 0, bottom - 0.5, g.width, bottom - 0.5);
  }
}

/** How much of the resources there is, and which part is seen. */
function paintScroll(context: Canvas, { layout, geometry: g, ink, scroll }: PairScene): void {
  const all = layout.height * g.row;
  if (all <= g.body) return;
  context.fillStyle = ink['line-strong'];
  box(context, g.width - 7, g.top + scroll / all * g.body, g.width - 2, g.top + (scroll + g.body) / all * g.body);
}

function paintTracks(context: Canvas, scene: PairScene, ticks: readonly number[]): void {
  const { geometry: g, ink, window, pointer, tracks, answer: { rehearsal: { catchUp } } } = scene;
  let top = g.top + g.body;
  tracks.forEach(({ track, target }, k) => {
    const height = g.tracks[k]!;
    if (target.of === 'completed') {
      clipped(context, g.left, top, g.width - g.left - g.right, height, () => {
        for (const [from, to] of catchUp.intervals) if (from < window.to && to > window.from) hatch(context, xOf(scene, Math.max(from, window.from)), top + 2, xOf(scene, Math.min(to, window.to)), top + height - 3, ink['bar-lost']);
      });
    }
    paintTrack(context, track, { left: g.left, right: g.right, width: g.width, top, height }, window, pointer, ink, ticks);
    top += height;
  });
}

/** Pixels of a unit or track; undefined while it is out of sight. */
function extent(scene: PairScene, place: Place): readonly [top: number, bottom: number] | undefined {
  const { geometry: g, layout, scroll, tracks } = scene;
  if (place.on === 'strip') return [g.axis, g.top];
  if (place.on === 'unit') {
    const item = layout.items.find((one): one is PairUnit => one.kind === 'unit' && one.unit === place.unit);
    if (item === undefined) return undefined;
    const top = Math.max(g.top, g.top + item.top * g.row - scroll), bottom = Math.min(g.top + g.body, g.top + item.bottom * g.row - scroll);
    return bottom > top ? [top, bottom] : undefined;
  }
  const k = tracks.findIndex(({ target }) => sameTrack(target, place.target)), top = g.top + g.body + g.tracks.slice(0, k).reduce((sum, height) => sum + height, 0);
  return k < 0 ? undefined : [top, top + g.tracks[k]!];
}

function sameTrack(a: PairTrack['target'], b: PairTrack['target']): boolean {
  return a.of === b.of && (a.of !== 'price' || (b.of === 'price' && a.pool === b.pool));
}

/** The mark of a fault on what it strikes. */
function paintOnPlace(context: Canvas, scene: PairScene, { fault, from, to, units, tracks }: FaultPlace): void {
  const spots: Place[] = [...units.map((unit) => ({ on: 'unit', unit }) as const), ...tracks.map((target) => ({ on: 'track', target }) as const)];
  for (const place of spots) {
    const rows = extent(scene, place);
    if (rows === undefined || Number.isNaN(from) || from > scene.window.to || to < scene.window.from) continue;
    paintMark(context, scene, from, to, rows, fault === scene.picked);
  }
}

function paintMark(context: Canvas, scene: PairScene, from: number, to: number, [top, bottom]: readonly [number, number], picked: boolean): void {
  const { ink, window } = scene, left = xOf(scene, from), right = xOf(scene, Math.min(to, window.to));
  context.fillStyle = ink.fault;
  if (to > from) {
    context.globalAlpha = picked ? 0.3 : 0.16;
    box(context, left, top, Math.max(left + 1, right), bottom);
    context.globalAlpha = 1;
  }
  context.strokeStyle = ink.fault;
  context.lineWidth = picked ? 3 : 2;
  line(context, left, top, left, bottom);
  context.lineWidth = 1;
  if (to === from) cross(context, left, (top + bottom) / 2, picked ? 6 : 4.5, ink.fault);
}

/** All faults, numbered as in the list. */
function paintStrip(context: Canvas, scene: PairScene, places: readonly FaultPlace[]): void {
  const { geometry: g, ink, window, picked, plan } = scene, middle = g.axis + g.faults / 2;
  context.fillStyle = ink.text;
  context.fillText('faults', 8, middle, g.left - 12);
  clipped(context, g.left, g.axis, g.width - g.left - g.right, g.faults, () => {
    let writtenTo = -Infinity;
    for (const { fault, from, to } of withHours(scene, places)) {
      if (to < window.from || from > window.to) continue;
      const left = xOf(scene, Math.max(from, window.from)), right = Math.max(left + 2, xOf(scene, Math.min(to, window.to)));
      context.fillStyle = ink.fault;
      context.globalAlpha = fault === picked ? 0.55 : 0.28;
      box(context, left, g.axis + 2, right, g.top - 2);
      context.globalAlpha = 1;
      triangle(context, left, g.axis + 3, 4);
      if (left < writtenTo) continue;
      const text = `${fault + 1} ${faultWords(plan.faults[fault]!)}`;
      context.fillStyle = ink.text;
      context.fillText(text, left + 7, middle);
      writtenTo = left + 14 + context.measureText(text).width;
    }
    // Each attempt that was cut off, whichever fault it was.
    context.strokeStyle = ink.kill;
    context.lineWidth = 2;
    for (const { at } of scene.answer.rehearsal.cutOffs) if (at >= window.from && at <= window.to) line(context, xOf(scene, at), g.top - 7, xOf(scene, at), g.top - 1);
    context.lineWidth = 1;
  });
  context.strokeStyle = ink['line-strong'];
  line(context, 0, g.top - 0.5, g.width, g.top - 0.5);
}

/** In order of time; a fault that waits until VMs work stands where it first cut one off. */
function withHours({ answer: { rehearsal: { cutOffs } } }: PairScene, places: readonly FaultPlace[]): FaultPlace[] {
  const dated = places.map((place) => { const first = Number.isNaN(place.from) ? cutOffs.find(({ fault }) => fault === place.fault)?.at ?? NaN : place.from; return Number.isNaN(place.from) ? { ...place, from: first, to: first } : place; });
  return dated.filter(({ from }) => !Number.isNaN(from)).sort((a, b) => a.from - b.from);
}

function paintDraft(context: Canvas, scene: PairScene): void {
  const { draft, ink, geometry: g } = scene, rows = draft === undefined ? undefined : extent(scene, draft.place);
  if (draft === undefined) return;
  if (rows !== undefined) paintMark(context, scene, draft.from, draft.to, rows, true);
  const x = Math.min(xOf(scene, draft.from) + 8, g.width - g.right - context.measureText(draft.words).width - 12), y = Math.max(g.top + 12, (rows?.[0] ?? g.top) - 10);
  context.fillStyle = ink.text;
  box(context, x - 5, y - 10, x + context.measureText(draft.words).width + 5, y + 10);
  context.fillStyle = ink.surface;
  context.fillText(draft.words, x, y);
}

/** Where the first thing happens otherwise, and the first decision is another. */
function paintParting(context: Canvas, scene: PairScene): void {
  const { answer: { rehearsal: { parting } }, geometry: g, ink } = scene, decision = parting?.decision;
  const mark = (t: number | undefined, words: string, low: number): void => {
    if (t === undefined || t < scene.window.from || t > scene.window.to) return;
    const x = Math.round(xOf(scene, t)) + 0.5, right = x + context.measureText(words).width + 12 > g.width - g.right;
    context.strokeStyle = ink.critical;
    context.setLineDash([6, 3]);
    context.lineWidth = 1.5;
    line(context, x, g.top, x, g.height);
    context.setLineDash([]);
    context.lineWidth = 1;
    const width = context.measureText(words).width, left = right ? x - width - 9 : x + 1;
    context.fillStyle = ink.surface;
    box(context, left, g.top + low, left + width + 8, g.top + low + ink.size * 1.2);
    context.fillStyle = ink.critical;
    context.fillText(words, left + 4, g.top + low + ink.size * 0.6);
  };
  mark(parting?.event?.t, 'the runs part', 1);
  mark(decision === undefined || decision === null ? undefined : Math.min(decision.baseline?.t ?? Infinity, decision.faulted?.t ?? Infinity), 'first decision that differs', 1 + Math.round(ink.size * 1.25));
}

function paintPointer(context: Canvas, { geometry: g, ink, window, pointer }: PairScene): void {
  const x = Math.round(xOf({ geometry: g, window }, pointer)) + 0.5;
  if (x < g.left || x > g.width - g.right) return;
  context.strokeStyle = ink['text-soft'];
  line(context, x, g.axis, x, g.height);
}

/** What lies under a point; undefined in margins and headings. */
export function placeAt(scene: PairScene, x: number, y: number): Place | undefined {
  const { geometry: g, layout, scroll, tracks } = scene;
  if (x < g.left || x > g.width - g.right || y < g.axis) return undefined;
  if (y < g.top) return { on: 'strip' };
  if (y < g.top + g.body) {
    const item = pairAt(layout, (y - g.top + scroll) / g.row);
    return item?.kind === 'unit' ? { on: 'unit', unit: item.unit } : undefined;
  }
  let top = g.top + g.body;
  for (let k = 0; k < tracks.length; k++) {
    top += g.tracks[k]!;
    if (y < top) return { on: 'track', target: tracks[k]!.target };
  }
  return undefined;
}

const NEAR_PX = 6;

/** The fault whose mark is under a point, -1 for none. */
export function faultUnder(scene: PairScene, x: number, y: number): number {
  const place = placeAt(scene, x, y), time = timeOf(scene, x), near = NEAR_PX * (scene.window.to - scene.window.from) / Math.max(1, scene.geometry.width - scene.geometry.left - scene.geometry.right);
  if (place === undefined) return -1;
  const found = faultPlaces(scene.plan, scene.answer.faulted).filter(({ from, to, units, tracks }) => {
    const here = place.on === 'strip' || (place.on === 'unit' ? units.includes(place.unit) : tracks.some((target) => sameTrack(target, place.target)));
    return here && time >= from - near && time <= (to === Infinity ? from + near : to) + near;
  });
  return found.length === 0 ? -1 : found.reduce((best, p) => (Math.abs(p.from - time) < Math.abs(best.from - time) ? p : best)).fault;
}
