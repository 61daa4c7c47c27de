// Draws one resource of the timeline: the hours in which nobody is there, VM lives with boot and notices, waits, and bars. Only
// what lies in the window is visited, and bars that would fall on a pixel already drawn are skipped.
import { CAUSE_INTERRUPTED, CAUSE_LOST } from '../../../engine/journal/records.ts';
import { OUTCOME_COMPLETED, OUTCOME_FAILED, OUTCOME_INTERRUPTED, OUTCOME_RUNNING, OUTCOME_WAITING } from '../../../engine/metrics/columns.ts';
import { API, HUMAN } from '../../../engine/model/states.ts';
import { box, cross, hatch, shortened, textMeasure, triangle } from './canvas-shapes.ts';
import type { Canvas } from './canvas-shapes.ts';
import type { Ink, InkName } from './timeline-ink.ts';
import { firstNotBefore } from './timeline-layout.ts';
import type { TimelineUnit } from './timeline-layout.ts';
import { xOf } from './timeline-scene.ts';
import type { TimelineScene } from './timeline-scene.ts';

const widthOf = textMeasure();

export function paintUnit(context: Canvas, scene: TimelineScene, item: TimelineUnit, top: number, bottom: number): void {
  paintOffHours(context, scene, item.unit, top, bottom);
  for (const k of item.lives) paintLife(context, scene, k, top, bottom);
  paintClosed(context, scene, item, top, bottom);
  paintNotices(context, scene, item, top);
  paintWaits(context, scene, item, top);
  item.lanes.forEach((lane, l) => { paintLane(context, scene, lane, top + l * scene.geometry.row); });
}

/** What a wait before the start is for, by the kind of resource. */
export function waitInk(kind: number): InkName {
  return kind === API ? 'wait-token' : kind === HUMAN ? 'wait-person' : 'bar-wait';
}

/** Everything outside published working time. */
function paintOffHours(context: Canvas, scene: TimelineScene, unit: number, top: number, bottom: number): void {
  const { picture: { units }, window, ink } = scene;
  if (units.always[unit] === 1) return;
  context.fillStyle = ink['off-hours'];
  let free = window.from;
  for (let k = units.calendarFirst[unit]!; k <= units.calendarFirst[unit + 1]!; k++) {
    const end = k === units.calendarFirst[unit + 1]!, from = end ? window.to : units.calendarStart[k]!;
    if (from > free) box(context, xOf(scene, free), top, xOf(scene, Math.min(from, window.to)), bottom);
    if (end || from > window.to) return;
    free = Math.max(free, units.calendarEnd[k]!);
  }
}

function paintLife(context: Canvas, scene: TimelineScene, k: number, top: number, bottom: number): void {
  const { picture: { lives }, ink, window } = scene, end = lives.endedAt[k]!;
  if (end < window.from || lives.requestedAt[k]! > window.to) return;
  const started = orElse(lives.startedAt[k]!, end), ready = orElse(lives.readyAt[k]!, end), x = (time: number): number => xOf(scene, time);
  context.fillStyle = ink['vm-life'];
  box(context, x(ready), top + 1, x(end), bottom - 1);
  context.fillStyle = ink['vm-boot'];
  box(context, x(started), top + 1, Math.max(x(ready), x(started) + 1), bottom - 1);
  context.strokeStyle = ink['line-strong'];
  context.strokeRect(x(lives.requestedAt[k]!) + 0.5, top + 1.5, Math.max(1, x(end) - x(lives.requestedAt[k]!) - 1), bottom - top - 3);
  if (lives.cause[k] === CAUSE_INTERRUPTED || lives.cause[k] === CAUSE_LOST) cross(context, x(end), (top + bottom) / 2, Math.min(5, (bottom - top) / 3), ink.kill);
}

function paintClosed(context: Canvas, scene: TimelineScene, { closed: rows }: TimelineUnit, top: number, bottom: number): void {
  const { picture: { closed }, window, ink } = scene;
  for (const k of rows) {
    if (closed.to[k]! < window.from || closed.from[k]! > window.to) continue;
    const left = xOf(scene, Math.max(window.from, closed.from[k]!)), right = Math.max(left + 1, xOf(scene, Math.min(window.to, closed.to[k]!)));
    hatch(context, left, top + 1, right, bottom - 1, ink.closed);
  }
}

function paintNotices(context: Canvas, scene: TimelineScene, { notices: rows }: TimelineUnit, top: number): void {
  const { picture: { notices }, ink, window } = scene;
  context.fillStyle = ink['vm-notice'];
  for (const k of rows) {
    if (notices.killAt[k]! < window.from || notices.at[k]! > window.to) continue;
    const x = xOf(scene, notices.at[k]!);
    box(context, x, top + 1, Math.max(x + 1, xOf(scene, notices.killAt[k]!)), top + 4);
    triangle(context, x, top + 1, 4);
  }
}

function paintWaits(context: Canvas, scene: TimelineScene, { unit, waits, lanes }: TimelineUnit, top: number): void {
  const { picture: { attempts: a, units }, ink, window, layout, geometry: { row } } = scene, colour = ink[waitInk(units.poolKind[units.pool[unit]!]!)];
  context.fillStyle = colour;
  for (const k of waits) {
    const from = a.placedAt[k]!, to = orElse(a.startedAt[k]!, a.endedAt[k]!);
    if (to < window.from || from > window.to) continue;
    const lane = Math.max(0, Math.min(lanes.length - 1, layout.laneOf[k]!)), y = top + lane * row + row - 4;
    box(context, xOf(scene, from), y, Math.max(xOf(scene, to), xOf(scene, from) + 1), y + 2);
    if (Number.isNaN(a.startedAt[k]!) && a.outcome[k] !== OUTCOME_WAITING) cross(context, xOf(scene, to), y, 3, colour);
  }
}

function paintLane(context: Canvas, scene: TimelineScene, lane: Int32Array, top: number): void {
  const { picture: { attempts: a }, window } = scene;
  let drawnTo = -Infinity;
  for (let i = firstNotBefore(lane, a.endedAt, window.from); i < lane.length && a.startedAt[lane[i]!]! <= window.to; i++) {
    const k = lane[i]!, right = xOf(scene, a.endedAt[k]!);
    if (right - drawnTo < 0.5 && k !== scene.selected && k !== scene.hovered) continue;
    paintBar(context, scene, k, top + 2, top + scene.geometry.row - 4);
    drawnTo = right;
  }
}

function paintBar(context: Canvas, scene: TimelineScene, k: number, top: number, bottom: number): void {
  const { picture, ink, window } = scene, { attempts: a, tasks, units } = picture, outcome = a.outcome[k]!, unit = a.unit[k]!;
  const onPerson = units.poolKind[units.pool[unit]!] === HUMAN && units.always[unit] === 0;
  const left = xOf(scene, a.startedAt[k]!), right = Math.max(left + 1, xOf(scene, a.endedAt[k]!)), perMs = (right - left) / Math.max(1, a.endedAt[k]! - a.startedAt[k]!);
  context.fillStyle = outcome === OUTCOME_COMPLETED ? ink['bar-work'] : outcome === OUTCOME_INTERRUPTED ? ink['bar-interrupted'] : outcome === OUTCOME_FAILED ? ink['bar-failed'] : outcome === OUTCOME_RUNNING ? ink['bar-running'] : ink['bar-wait'];
  const stretch = onPerson ? paintWorkedHours(context, scene, k, top, bottom) : { from: Math.max(left, xOf(scene, window.from)), to: Math.min(right, xOf(scene, window.to)), filled: true };
  if (!onPerson) box(context, left, top, right, bottom);
  if (a.setupMs[k]! > 0) { context.fillStyle = ink['bar-setup']; box(context, left, top, left + a.setupMs[k]! * perMs, bottom); }
  if (a.lostMs[k]! > 0) hatch(context, Math.max(left, right - Math.max(2, a.lostMs[k]! * perMs)), top, right, bottom, ink['bar-lost'], ink.surface);
  if (outcome === OUTCOME_RUNNING) { context.fillStyle = ink['bar-work']; box(context, Math.max(left, right - 3), top, right, bottom); }
  if (outcome === OUTCOME_FAILED || outcome === OUTCOME_INTERRUPTED) cross(context, right, (top + bottom) / 2, 3.5, ink.kill);
  paintLabel(context, ink, tasks.ids[a.task[k]!]!, stretch, top, bottom);
  const ofTask = a.task[k] === scene.task;
  if (k !== scene.selected && k !== scene.hovered && !ofTask) return;
  context.strokeStyle = k === scene.selected ? ink.focus : ink.text;
  context.lineWidth = k === scene.selected || ofTask ? 2 : 1;
  context.strokeRect(left - 1, top - 1, right - left + 2, bottom - top + 2);
  context.lineWidth = 1;
}

/** A part of an attempt in sight, px: where its name may stand. `filled`: on the colour of work. */
interface Stretch { readonly from: number; readonly to: number; readonly filled: boolean }

/** The name, or as much of it as the stretch has room for. Where the bar is not filled it needs a rim to stand out. */
function paintLabel(context: Canvas, ink: Ink, name: string, { from, to, filled }: Stretch, top: number, bottom: number): void {
  const room = to - from - 6;
  if (room < ink.size * 2) return;
  const text = shortened(context, name, room, widthOf), y = (top + bottom) / 2 + 0.5;
  if (text === '') return;
  if (!filled) {
    context.strokeStyle = ink.surface;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeText(text, from + 3, y);
    context.lineWidth = 1;
  }
  context.fillStyle = filled ? ink['bar-text'] : ink.text;
  context.fillText(text, from + 3, y);
}

/** A person's task lasts over nights; only working hours are drawn full. Returns its widest stretch, worked or not. */
function paintWorkedHours(context: Canvas, scene: TimelineScene, k: number, top: number, bottom: number): Stretch {
  const { picture: { attempts: a, units }, window } = scene, unit = a.unit[k]!, started = a.startedAt[k]!, ended = a.endedAt[k]!, middle = (top + bottom) / 2, first = xOf(scene, window.from), last = xOf(scene, window.to);
  let widest: Stretch = { from: 0, to: 0, filled: false }, free = xOf(scene, started);
  const seen = (left: number, right: number, filled: boolean): void => {
    const from = Math.max(first, left), to = Math.min(last, right);
    if (to - from > widest.to - widest.from) widest = { from, to, filled };
  };
  context.globalAlpha = 0.55;
  box(context, free, middle - 1, xOf(scene, ended), middle + 1);
  context.globalAlpha = 1;
  for (let c = units.calendarFirst[unit]!; c < units.calendarFirst[unit + 1]!; c++) {
    const from = Math.max(started, units.calendarStart[c]!), to = Math.min(ended, units.calendarEnd[c]!);
    if (from >= ended) break;
    if (to <= from) continue;
    const left = xOf(scene, from), right = Math.max(left + 1, xOf(scene, to));
    box(context, left, top, right, bottom);
    seen(free, left, false);
    seen(left, right, true);
    free = right;
  }
  seen(free, xOf(scene, ended), false);
  return widest;
}

const orElse = (x: number, other: number): number => (Number.isNaN(x) ? other : x);
