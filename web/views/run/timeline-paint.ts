// Draws a run on a canvas: time axis, resources, and three quantities over time below, all in one scale. Only what lies in
// the window is visited (rows by height, bars by binary search), and bars that would fall on a pixel already drawn are
// skipped, so a frame costs what can be seen, not what happened.
import { utcDay, utcFormat, utcHour, utcMinute, utcSecond, scaleUtc } from 'd3';
import { dollarText } from '../../../engine/metrics/figure-text.ts';
import { CAUSE_INTERRUPTED } from '../../../engine/journal/records.ts';
import { OUTCOME_COMPLETED, OUTCOME_FAILED, OUTCOME_INTERRUPTED } from '../../../engine/metrics/columns.ts';
import { HUMAN } from '../../../engine/model/states.ts';
import type { RunPicture, Series } from '../../worker/protocol.ts';
import { seriesAt, seriesPath } from './series-path.ts';
import type { TimeWindow } from './time-window.ts';
import { firstNotBefore } from './timeline-layout.ts';
import type { TimelineLayout, TimelineUnit } from './timeline-layout.ts';
import type { Ink } from './timeline-ink.ts';

/** All in CSS pixels. */
export interface TimelineGeometry {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: number;
  readonly row: number;
  readonly track: number;
  /** Height of the part with resources. */
  readonly body: number;
}

export interface TimelineScene {
  readonly picture: RunPicture;
  readonly layout: TimelineLayout;
  readonly geometry: TimelineGeometry;
  readonly window: TimeWindow;
  /** Pixels of resources above the visible part. */
  readonly scroll: number;
  /** Under the pointer: ms, NaN when it is elsewhere. */
  readonly cursor: number;
  /** Rows of attempts, -1 for none. */
  readonly hovered: number;
  readonly selected: number;
  /** Number of the task whose decisions are shown, -1 for none. */
  readonly task: number;
  readonly ink: Ink;
}

interface Track { readonly name: string; readonly series: Series; readonly stepped: boolean; readonly most: number; readonly text: (value: number) => string; readonly limit?: number }

export const TRACKS = 3;

export function geometryOf(width: number, room: number, layout: TimelineLayout, size: number): TimelineGeometry {
  const row = Math.round(size * 1.22), axis = Math.round(size * 2), track = Math.round(size * 3.4), body = Math.max(row * 4, Math.min(layout.height * row, room - axis - TRACKS * track));
  return { width, height: axis + body + TRACKS * track + 4, left: Math.round(size * 8), right: Math.round(size * 6.5), axis, row, track, body };
}

/** x of an instant. */
export function xOf({ geometry: { left, right, width }, window: { from, to } }: Pick<TimelineScene, 'geometry' | 'window'>, time: number): number {
  return left + (time - from) / (to - from) * (width - left - right);
}

export function timeOf({ geometry: { left, right, width }, window: { from, to } }: Pick<TimelineScene, 'geometry' | 'window'>, x: number): number {
  return from + (x - left) / (width - left - right) * (to - from);
}

export function paintTimeline(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { geometry: g, ink } = scene;
  context.fillStyle = ink.surface;
  context.fillRect(0, 0, g.width, g.height);
  context.font = `${Math.round(ink.size * 0.86)}px ${ink.family}`;
  context.textBaseline = 'middle';
  const ticks = paintAxis(context, scene);
  clipped(context, 0, g.axis, g.width, g.body, () => { paintBody(context, scene, ticks); });
  tracksOf(scene.picture).forEach((track, k) => { paintTrack(context, scene, track, g.axis + g.body + k * g.track, ticks); });
  if (Number.isFinite(scene.cursor)) {
    const x = Math.round(xOf(scene, scene.cursor)) + 0.5;
    if (x >= g.left && x <= g.width - g.right) paintCursor(context, scene, x);
  }
}

function paintCursor(context: CanvasRenderingContext2D, { geometry: g, ink, picture, cursor }: TimelineScene, x: number): void {
  const text = FORMATS.cursor(new Date(picture.epochMs + cursor)), half = context.measureText(text).width / 2 + 4, middle = Math.min(g.width - half, Math.max(half, x));
  context.strokeStyle = ink['text-soft'];
  line(context, x, g.axis, x, g.height);
  context.fillStyle = ink.text;
  box(context, middle - half, 2, middle + half, g.axis - 3);
  context.fillStyle = ink.surface;
  context.textAlign = 'center';
  context.fillText(text, middle, g.axis / 2);
  context.textAlign = 'left';
}

function paintAxis(context: CanvasRenderingContext2D, scene: TimelineScene): number[] {
  const { geometry: g, ink, picture, window } = scene, scale = scaleUtc([picture.epochMs + window.from, picture.epochMs + window.to], [g.left, g.width - g.right]);
  const ticks = scale.ticks(Math.max(2, Math.floor((g.width - g.left - g.right) / (ink.size * 6))));
  context.fillStyle = ink['text-soft'];
  context.textAlign = 'center';
  ticks.forEach((tick, k) => { context.fillText(tickText(tick, k === 0), Math.min(g.width - g.right, Math.max(g.left, scale(tick))), g.axis / 2); });
  context.textAlign = 'left';
  context.fillText('UTC', 6, g.axis / 2);
  context.strokeStyle = ink['line-strong'];
  line(context, 0, g.axis - 0.5, g.width, g.axis - 0.5);
  return ticks.map((tick) => Math.round(scale(tick)) + 0.5);
}

const FORMATS = { date: utcFormat('%a %-d %b'), day: utcFormat('%a %-d'), minute: utcFormat('%H:%M'), second: utcFormat('%H:%M:%S'), cursor: utcFormat('%a %-d %b %H:%M:%S'), ms: utcFormat('%S.%L') };

/** The month goes with the first date and with each first of a month. */
function tickText(at: Date, first: boolean): string {
  if (utcDay(at) >= at) return first || at.getUTCDate() === 1 ? FORMATS.date(at) : FORMATS.day(at);
  if (utcHour(at) >= at || utcMinute(at) >= at) return FORMATS.minute(at);
  return utcSecond(at) >= at ? FORMATS.second(at) : FORMATS.ms(at);
}

function paintBody(context: CanvasRenderingContext2D, scene: TimelineScene, ticks: readonly number[]): void {
  const { layout, geometry: g, ink, scroll, picture } = scene, y = (row: number): number => g.axis + row * g.row - scroll;
  context.strokeStyle = ink.line;
  for (const x of ticks) line(context, x, g.axis, x, g.axis + g.body);
  layout.items.forEach((item, i) => {
    const top = y(item.top), bottom = y(layout.items[i + 1]?.top ?? layout.height);
    if (bottom < g.axis || top > g.axis + g.body) return;
    if (item.kind === 'heading') {
      context.fillStyle = ink.sunken;
      context.fillRect(0, top, g.width, g.row);
      context.fillStyle = ink['text-soft'];
      context.fillText(item.text, 6, top + g.row / 2);
      return;
    }
    clipped(context, g.left, top, g.width - g.left - g.right, bottom - top, () => { paintUnit(context, scene, item, top, bottom); });
    context.fillStyle = ink.text;
    context.fillText(picture.units.ids[item.unit]!, 10, top + g.row / 2, g.left - 16);
    context.strokeStyle = ink.line;
    line(context, 0, bottom - 0.5, g.width, bottom - 0.5);
  });
}

function paintUnit(context: CanvasRenderingContext2D, scene: TimelineScene, item: TimelineUnit, top: number, bottom: number): void {
  paintOffHours(context, scene, item.unit, top, bottom);
  for (const k of item.lives) paintLife(context, scene, k, top, bottom);
  paintNotices(context, scene, item.unit, top);
  paintWaits(context, scene, item, top);
  item.lanes.forEach((lane, l) => { paintLane(context, scene, lane, top + l * scene.geometry.row); });
}

/** Everything outside published working time. */
function paintOffHours(context: CanvasRenderingContext2D, scene: TimelineScene, unit: number, top: number, bottom: number): void {
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

function paintLife(context: CanvasRenderingContext2D, scene: TimelineScene, k: number, top: number, bottom: number): void {
  const { picture: { lives }, ink, window } = scene, end = lives.endedAt[k]!;
  if (end < window.from || lives.requestedAt[k]! > window.to) return;
  const started = orElse(lives.startedAt[k]!, end), ready = orElse(lives.readyAt[k]!, end), x = (time: number): number => xOf(scene, time);
  context.fillStyle = ink['vm-life'];
  box(context, x(ready), top + 1, x(end), bottom - 1);
  context.fillStyle = ink['vm-boot'];
  box(context, x(started), top + 1, Math.max(x(ready), x(started) + 1), bottom - 1);
  context.strokeStyle = ink['line-strong'];
  context.strokeRect(x(lives.requestedAt[k]!) + 0.5, top + 1.5, Math.max(1, x(end) - x(lives.requestedAt[k]!) - 1), bottom - top - 3);
  if (lives.cause[k] === CAUSE_INTERRUPTED) cross(context, x(end), (top + bottom) / 2, Math.min(5, (bottom - top) / 3), ink.kill);
}

function paintNotices(context: CanvasRenderingContext2D, scene: TimelineScene, unit: number, top: number): void {
  const { picture: { notices }, ink, window } = scene;
  context.fillStyle = ink['vm-notice'];
  notices.unit.forEach((u, k) => {
    if (u !== unit || notices.killAt[k]! < window.from || notices.at[k]! > window.to) return;
    const x = xOf(scene, notices.at[k]!);
    box(context, x, top + 1, Math.max(x + 1, xOf(scene, notices.killAt[k]!)), top + 4);
    triangle(context, x, top + 1, 4);
  });
}

function paintWaits(context: CanvasRenderingContext2D, scene: TimelineScene, { waits, lanes }: TimelineUnit, top: number): void {
  const { picture: { attempts: a }, ink, window, layout, geometry: { row } } = scene;
  for (const k of waits) {
    const from = a.placedAt[k]!, to = orElse(a.startedAt[k]!, a.endedAt[k]!);
    if (to < window.from || from > window.to) continue;
    const lane = Math.max(0, Math.min(lanes.length - 1, layout.laneOf[k]!)), y = top + lane * row + row - 4;
    context.fillStyle = ink['bar-wait'];
    box(context, xOf(scene, from), y, Math.max(xOf(scene, to), xOf(scene, from) + 1), y + 2);
    if (Number.isNaN(a.startedAt[k]!)) cross(context, xOf(scene, to), y, 3, ink['bar-wait']);
  }
}

function paintLane(context: CanvasRenderingContext2D, scene: TimelineScene, lane: Int32Array, top: number): void {
  const { picture: { attempts: a }, window } = scene;
  let drawnTo = -Infinity;
  for (let i = firstNotBefore(lane, a.endedAt, window.from); i < lane.length && a.startedAt[lane[i]!]! <= window.to; i++) {
    const k = lane[i]!, right = xOf(scene, a.endedAt[k]!);
    if (right - drawnTo < 0.5 && k !== scene.selected && k !== scene.hovered) continue;
    paintBar(context, scene, k, top + 2, top + scene.geometry.row - 4);
    drawnTo = right;
  }
}

function paintBar(context: CanvasRenderingContext2D, scene: TimelineScene, k: number, top: number, bottom: number): void {
  const { picture, ink, window } = scene, { attempts: a, tasks, units } = picture, outcome = a.outcome[k]!, unit = a.unit[k]!;
  const onPerson = units.poolKind[units.pool[unit]!] === HUMAN && units.always[unit] === 0;
  const left = xOf(scene, a.startedAt[k]!), right = Math.max(left + 1, xOf(scene, a.endedAt[k]!)), perMs = (right - left) / Math.max(1, a.endedAt[k]! - a.startedAt[k]!);
  context.fillStyle = outcome === OUTCOME_COMPLETED ? ink['bar-work'] : outcome === OUTCOME_INTERRUPTED ? ink['bar-interrupted'] : outcome === OUTCOME_FAILED ? ink['bar-failed'] : ink['bar-wait'];
  if (onPerson) paintWorkedHours(context, scene, k, top, bottom);
  else box(context, left, top, right, bottom);
  if (a.setupMs[k]! > 0) { context.fillStyle = ink['bar-setup']; box(context, left, top, left + a.setupMs[k]! * perMs, bottom); }
  if (a.lostMs[k]! > 0) hatch(context, Math.max(left, right - Math.max(2, a.lostMs[k]! * perMs)), top, right, bottom, ink['bar-lost'], ink.surface);
  if (outcome === OUTCOME_FAILED || outcome === OUTCOME_INTERRUPTED) cross(context, right, (top + bottom) / 2, 3.5, ink.kill);
  const seenLeft = Math.max(left, xOf(scene, window.from)), seenRight = Math.min(right, xOf(scene, window.to));
  if (seenRight - seenLeft > ink.size * 3) {
    clipped(context, seenLeft, top - 1, seenRight - seenLeft - 2, bottom - top + 2, () => { label(context, scene, tasks.ids[a.task[k]!]!, seenLeft + 3, (top + bottom) / 2 + 0.5, onPerson); });
  }
  const ofTask = a.task[k] === scene.task;
  if (k !== scene.selected && k !== scene.hovered && !ofTask) return;
  context.strokeStyle = k === scene.selected ? ink.focus : ink.text;
  context.lineWidth = k === scene.selected || ofTask ? 2 : 1;
  context.strokeRect(left - 1, top - 1, right - left + 2, bottom - top + 2);
  context.lineWidth = 1;
}

/** On a bar that is not filled everywhere the text needs a rim to stand out. */
function label(context: CanvasRenderingContext2D, { ink }: TimelineScene, text: string, x: number, y: number, rimmed: boolean): void {
  if (rimmed) {
    context.strokeStyle = ink.surface;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeText(text, x, y);
    context.lineWidth = 1;
  }
  context.fillStyle = rimmed ? ink.text : ink['bar-text'];
  context.fillText(text, x, y);
}

/** A person's task lasts over nights; only working hours are drawn full. */
function paintWorkedHours(context: CanvasRenderingContext2D, scene: TimelineScene, k: number, top: number, bottom: number): void {
  const { picture: { attempts: a, units } } = scene, unit = a.unit[k]!, started = a.startedAt[k]!, ended = a.endedAt[k]!, middle = (top + bottom) / 2;
  context.globalAlpha = 0.55;
  box(context, xOf(scene, started), middle - 1, xOf(scene, ended), middle + 1);
  context.globalAlpha = 1;
  for (let c = units.calendarFirst[unit]!; c < units.calendarFirst[unit + 1]!; c++) {
    const from = Math.max(started, units.calendarStart[c]!), to = Math.min(ended, units.calendarEnd[c]!);
    if (from >= ended) break;
    if (to > from) box(context, xOf(scene, from), top, Math.max(xOf(scene, from) + 1, xOf(scene, to)), bottom);
  }
}

function tracksOf({ utilisation, queue, cost, budget }: RunPicture): Track[] {
  const most = (series: Series): number => series.values.reduce((a, b) => Math.max(a, b), 0), spent = most(cost), limited = Number.isFinite(budget);
  return [
    { name: 'utilisation', series: utilisation, stepped: true, most: 1, text: (value) => `${(value * 100).toFixed(0)} %` },
    { name: 'queue depth', series: queue, stepped: true, most: Math.max(1, most(queue)), text: (value) => `${value} ${value === 1 ? 'task' : 'tasks'}` },
    { name: 'cost', series: cost, stepped: false, most: Math.max(1, spent, limited ? Math.min(budget, 2.5 * spent) : 0), text: dollarText, ...(limited ? { limit: budget } : {}) },
  ];
}

function paintTrack(context: CanvasRenderingContext2D, scene: TimelineScene, track: Track, top: number, ticks: readonly number[]): void {
  const { geometry: g, ink, window, picture, cursor } = scene, room = g.track - 8, base = top + g.track - 3, width = g.width - g.left - g.right, y = (value: number): number => base - value / track.most * room;
  context.strokeStyle = ink['line-strong'];
  line(context, 0, top + 0.5, g.width, top + 0.5);
  context.strokeStyle = ink.line;
  for (const x of ticks) line(context, x, top, x, top + g.track);
  clipped(context, g.left, top, width, g.track, () => {
    const { x: xs, y: ys } = seriesPath(track.series, window, width, track.stepped);
    context.beginPath();
    xs.forEach((x, k) => { context.lineTo(g.left + x, y(ys[k]!)); });
    context.strokeStyle = ink.track;
    context.stroke();
    context.lineTo(g.left + (xs.at(-1) ?? 0), base);
    context.lineTo(g.left + (xs[0] ?? 0), base);
    context.fillStyle = ink['track-soft'];
    context.fill();
    if (track.limit !== undefined && track.limit <= track.most) {
      context.setLineDash([5, 4]);
      context.strokeStyle = ink.worse;
      line(context, g.left, y(track.limit), g.width - g.right, y(track.limit));
      context.setLineDash([]);
    }
  });
  context.fillStyle = ink.text;
  context.fillText(track.name, 10, top + g.track / 2 - (track.limit === undefined ? 0 : ink.size * 0.55));
  if (track.limit !== undefined) { context.fillStyle = ink['text-soft']; context.fillText(`of ${dollarText(track.limit)}`, 10, top + g.track / 2 + ink.size * 0.55); }
  const at = Number.isFinite(cursor) ? cursor : picture.endedAt, value = seriesAt(track.series, Math.min(at, picture.endedAt), track.stepped);
  context.fillStyle = ink.text;
  if (Number.isFinite(cursor) || !track.stepped) context.fillText(Number.isFinite(value) ? track.text(value) : '–', g.width - g.right + 8, top + g.track / 2);
  else { context.fillStyle = ink['text-soft']; context.fillText(`≤ ${track.text(track.most)}`, g.width - g.right + 8, top + g.track / 2); }
}

const orElse = (x: number, other: number): number => (Number.isNaN(x) ? other : x);

function box(context: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number): void {
  context.fillRect(left, top, right - left, bottom - top);
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, r: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  line(context, x - r, y - r, x + r, y + r);
  line(context, x - r, y + r, x + r, y - r);
  context.lineWidth = 1;
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  context.beginPath();
  context.moveTo(x - r, y);
  context.lineTo(x + r, y);
  context.lineTo(x, y + 1.6 * r);
  context.fill();
}

function hatch(context: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number, colour: string, ground: string): void {
  clipped(context, left, top, right - left, bottom - top, () => {
    context.fillStyle = ground;
    box(context, left, top, right, bottom);
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    for (let x = left - (bottom - top); x < right; x += 4) line(context, x, bottom, x + (bottom - top), top);
    context.lineWidth = 1;
  });
}

function clipped(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(x, y, Math.max(0, width), height);
  context.clip();
  draw();
  context.restore();
}
