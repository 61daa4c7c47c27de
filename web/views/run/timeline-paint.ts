// Draws a run on a canvas: time axis, faults, resources, the chain that determined the makespan, and quantities over time
// below, all in one scale. A frame costs what can be seen, not what happened.
import { utcDay, utcFormat, utcHour, utcMinute, utcSecond, scaleUtc } from 'd3';
import type { ScaleTime } from 'd3';
import { box, clipped, line, triangle } from './canvas-shapes.ts';
import type { Canvas } from './canvas-shapes.ts';
import { rowOf } from './timeline-layout.ts';
import { xOf } from './timeline-scene.ts';
import type { TimelineScene } from './timeline-scene.ts';
import { paintTrack } from './track-paint.ts';
import { paintUnit } from './unit-paint.ts';

export function paintTimeline(context: Canvas, scene: TimelineScene): void {
  const { geometry: g, ink, pointer, at } = scene;
  context.fillStyle = ink.surface;
  context.fillRect(0, 0, g.width, g.height);
  context.font = `${Math.round(ink.size * 0.86)}px ${ink.family}`;
  context.textBaseline = 'middle';
  const ticks = paintAxis(context, scene), said = Number.isNaN(pointer) ? at : pointer;
  if (g.faults > 0) paintFaults(context, scene);
  clipped(context, 0, g.top, g.width, g.body, () => {
    paintBody(context, scene, ticks);
    if (scene.critical) clipped(context, g.left, g.top, g.width - g.left - g.right, g.body, () => { paintChain(context, scene); });
  });
  paintScrollMark(context, scene);
  let top = g.top + g.body;
  scene.tracks.forEach((track, k) => {
    paintTrack(context, track, { left: g.left, right: g.right, width: g.width, top, height: g.tracks[k]! }, scene.window, said, ink, ticks);
    top += g.tracks[k]!;
  });
  if (g.faults > 0) clipped(context, g.left, g.top, g.width - g.left - g.right, g.height, () => { paintFaultBands(context, scene); });
  if (scene.brush !== undefined) paintBrush(context, scene);
  if (Number.isFinite(at)) paintPlayhead(context, scene);
  if (Number.isFinite(pointer)) paintCursor(context, scene);
}

/** At the right edge: which part of the resources is seen. Nothing when that is all. */
function paintScrollMark(context: Canvas, { geometry: g, layout, scroll, ink }: TimelineScene): void {
  const whole = layout.height * g.row;
  if (whole <= g.body) return;
  context.fillStyle = ink.sunken;
  box(context, g.width - 6, g.top, g.width, g.top + g.body);
  context.fillStyle = ink['line-strong'];
  box(context, g.width - 5, g.top + scroll / whole * g.body, g.width - 1, g.top + (scroll + g.body) / whole * g.body);
}

/** A line through everything with its instant in the header. */
function paintCursor(context: Canvas, scene: TimelineScene): void {
  const { geometry: g, ink, picture, pointer } = scene, x = Math.round(xOf(scene, pointer)) + 0.5;
  if (x < g.left || x > g.width - g.right) return;
  context.strokeStyle = ink['text-soft'];
  line(context, x, g.axis, x, g.height);
  paintInstant(context, scene, FORMATS.cursor(new Date(picture.epochMs + pointer)), x, ink.text, ink.surface);
}

function paintPlayhead(context: Canvas, scene: TimelineScene): void {
  const { geometry: g, ink, picture, at } = scene, x = Math.round(xOf(scene, at)) + 0.5;
  if (x < g.left || x > g.width - g.right) return;
  context.strokeStyle = ink.accent;
  context.lineWidth = 2;
  line(context, x, g.axis - 4, x, g.height);
  context.lineWidth = 1;
  context.fillStyle = ink.accent;
  triangle(context, x, g.axis - 8, 6);
  if (Number.isNaN(scene.pointer)) paintInstant(context, scene, FORMATS.cursor(new Date(picture.epochMs + at)), x, ink.accent, ink.surface);
}

function paintInstant(context: Canvas, { geometry: g }: TimelineScene, text: string, x: number, ground: string, colour: string): void {
  const half = context.measureText(text).width / 2 + 4, middle = Math.min(g.width - half, Math.max(half, x));
  context.fillStyle = ground;
  box(context, middle - half, 2, middle + half, g.axis - 3);
  context.fillStyle = colour;
  context.textAlign = 'center';
  context.fillText(text, middle, g.axis / 2);
  context.textAlign = 'left';
}

function paintBrush(context: Canvas, scene: TimelineScene): void {
  const { geometry: g, ink, brush } = scene, left = xOf(scene, brush!.from), right = xOf(scene, brush!.to);
  context.fillStyle = ink.accent;
  context.globalAlpha = 0.16;
  box(context, left, 0, right, g.height);
  context.globalAlpha = 1;
  context.strokeStyle = ink.accent;
  line(context, left, 0, left, g.height);
  line(context, right, 0, right, g.height);
}

export function paintAxis(context: Canvas, scene: TimelineScene): number[] {
  const { geometry: g, ink, picture, window } = scene, scale = scaleUtc([picture.epochMs + window.from, picture.epochMs + window.to], [g.left, g.width - g.right]);
  const ticks = roomyTicks(context, scale, Math.max(2, Math.floor((g.width - g.left - g.right) / (ink.size * 6))));
  context.fillStyle = ink['text-soft'];
  context.textAlign = 'center';
  ticks.forEach((tick, k) => { context.fillText(tickText(tick, k === 0), Math.min(g.width - g.right, Math.max(g.left, scale(tick))), g.axis / 2); });
  context.textAlign = 'left';
  context.fillText('UTC', 6, g.axis / 2);
  context.strokeStyle = ink['line-strong'];
  line(context, 0, g.axis - 0.5, g.width, g.axis - 0.5);
  return ticks.map((tick) => Math.round(scale(tick)) + 0.5);
}

/** As many as asked for, or so many fewer that their texts stand apart: the scale may give twice the number. */
function roomyTicks(context: Canvas, scale: ScaleTime<number, number>, count: number): Date[] {
  const ticks = scale.ticks(count), apart = ticks.every((tick, k) => k === 0 || scale(tick) - scale(ticks[k - 1]!) > context.measureText(tickText(tick, false)).width + LABEL_GAP);
  return apart || count <= 2 ? ticks : roomyTicks(context, scale, count - 1);
}

/** Pixels between the texts of two ticks. */
const LABEL_GAP = 8;
const FORMATS = { date: utcFormat('%a %-d %b'), day: utcFormat('%a %-d'), minute: utcFormat('%H:%M'), second: utcFormat('%H:%M:%S'), cursor: utcFormat('%a %-d %b %H:%M:%S'), ms: utcFormat('%S.%L') };

/** The month goes with the first date and with each first of a month. */
function tickText(at: Date, first: boolean): string {
  if (utcDay(at) >= at) return first || at.getUTCDate() === 1 ? FORMATS.date(at) : FORMATS.day(at);
  if (utcHour(at) >= at || utcMinute(at) >= at) return FORMATS.minute(at);
  return utcSecond(at) >= at ? FORMATS.second(at) : FORMATS.ms(at);
}

/** One lane: from when each fault was injected as long as it lasted, with its name where there is room. */
function paintFaults(context: Canvas, scene: TimelineScene): void {
  const { geometry: g, ink, picture: { faultMarks }, window } = scene, middle = g.axis + g.faults / 2;
  context.fillStyle = ink.text;
  context.fillText('faults', 10, middle, g.left - 12);
  clipped(context, g.left, g.axis, g.width - g.left - g.right, g.faults, () => {
    let writtenTo = -Infinity;
    for (const { from, to, text } of faultMarks) {
      if (to < window.from || from > window.to) continue;
      const left = xOf(scene, Math.max(from, window.from)), right = xOf(scene, Math.min(to, window.to));
      context.fillStyle = ink.fault;
      context.globalAlpha = 0.3;
      box(context, left, g.axis + 2, Math.max(right, left + 1), g.axis + g.faults - 2);
      context.globalAlpha = 1;
      triangle(context, left, g.axis + 3, 4);
      if (left < writtenTo) continue;
      context.fillStyle = ink.text;
      context.fillText(text, left + 7, middle);
      writtenTo = left + 14 + context.measureText(text).width;
    }
  });
  context.strokeStyle = ink['line-strong'];
  line(context, 0, g.top - 0.5, g.width, g.top - 0.5);
}

/** The same times, faintly, through all pictures. */
function paintFaultBands(context: Canvas, scene: TimelineScene): void {
  const { geometry: g, ink, picture: { faultMarks }, window } = scene;
  context.fillStyle = ink.fault;
  for (const { from, to } of faultMarks) {
    if (to < window.from || from > window.to) continue;
    const left = xOf(scene, from);
    context.globalAlpha = 0.35;
    box(context, left, g.top, left + 1, g.height);
    context.globalAlpha = 0.05;
    box(context, left, g.top, xOf(scene, Math.min(to, window.to)), g.height);
  }
  context.globalAlpha = 1;
}

function paintBody(context: Canvas, scene: TimelineScene, ticks: readonly number[]): void {
  const { layout, geometry: g, ink, scroll, picture } = scene, y = (row: number): number => g.top + row * g.row - scroll;
  context.strokeStyle = ink.line;
  for (const x of ticks) line(context, x, g.top, x, g.top + g.body);
  layout.items.forEach((item, i) => {
    const top = y(item.top), bottom = y(layout.items[i + 1]?.top ?? layout.height);
    if (bottom < g.top || top > g.top + g.body) return;
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

/** A staircase: along each attempt of the chain for the time it accounts for, and over to the next. */
function paintChain(context: Canvas, scene: TimelineScene): void {
  const { layout, geometry: g, ink, scroll, picture: { chain }, window } = scene, y = (k: number): number => g.top + (rowOf(layout, k) + 1) * g.row - scroll - 2.5;
  context.strokeStyle = ink.critical;
  context.fillStyle = ink.critical;
  context.beginPath();
  for (let s = 0; s < chain.count; s++) {
    if (chain.to[s]! < window.from || chain.from[s]! > window.to) continue;
    const left = xOf(scene, Math.max(window.from, chain.from[s]!)), height = y(chain.row[s]!);
    box(context, left - 1, height - 1.25, Math.max(left + 1, xOf(scene, Math.min(window.to, chain.to[s]!))), height + 1.25);
    if (s === 0 || chain.from[s]! < window.from) continue;
    context.moveTo(Math.round(left) + 0.5, y(chain.row[s - 1]!));
    context.lineTo(Math.round(left) + 0.5, height);
  }
  context.stroke();
}
