// Draws the graph of tasks: boxes in the colour of their state at an instant, edges, the chain that determined the makespan.
// Only what is in sight is drawn, and no more of it than can be told apart: texts where there is room, arrows as lines.
import type { RunPicture, TaskGraph } from '../../worker/protocol.ts';
import { box, shortened, textMeasure } from './canvas-shapes.ts';
import type { Canvas } from './canvas-shapes.ts';
import { STATE_INK } from './run-tracks.ts';
import { NOT_IN, QUEUED, RUNNING } from './task-states.ts';
import type { Ink } from './timeline-ink.ts';

/** Pixels a row, and where the drawing's upper left corner is, px. */
export interface GraphView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface GraphScene {
  readonly picture: RunPicture;
  readonly view: GraphView;
  readonly width: number;
  readonly height: number;
  /** Of every task at the instant that is looked at. */
  readonly states: Uint8Array;
  readonly at: number;
  /** Tasks, -1 for none. */
  readonly hovered: number;
  readonly selected: number;
  readonly picked: number;
  /** Whether the chain is drawn. */
  readonly critical: boolean;
  readonly ink: Ink;
}

/** Of a task's box, in rows. */
const HALF_WIDTH = 1.4, HALF_HEIGHT = 0.37;
/** Pixels a row from which texts can be read, and from which boxes have a rim. */
const TEXT_FROM = 13, RIM_FROM = 7;
const MARGIN = 12;
/** Strokes of one path are blended together, which takes longer the more there are. */
const PATH_EDGES = 256;

/** Pixels a row at most, of a drawing that is fitted: twice the font of the page, which grows with the screen. */
const SCALE_MAX = 26;

/** The whole drawing in the middle of the frame. */
export function fitGraph({ width: w, height: h }: TaskGraph, width: number, height: number, scaleMax = SCALE_MAX): GraphView {
  const scale = Math.max(0.2, Math.min(scaleMax, (width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h));
  return { scale, x: (width - w * scale) / 2, y: Math.max(MARGIN, (height - h * scale) / 2) };
}

/** Height of a frame that the drawing fills at this width, px. */
export function fullHeight({ width: w, height: h }: Pick<TaskGraph, 'width' | 'height'>, width: number, scaleMax = SCALE_MAX): number {
  return Math.min(scaleMax, (width - 2 * MARGIN) / w) * h + 2 * MARGIN;
}

/** `factor` times as large, with the point under (x, y) staying there. */
export function zoomGraph(view: GraphView, factor: number, x: number, y: number): GraphView {
  const scale = Math.min(60, Math.max(0.2, view.scale * factor)), real = scale / view.scale;
  return { scale, x: x - (x - view.x) * real, y: y - (y - view.y) * real };
}

/** The task at a point, -1 for none. */
export function taskAt({ x: xs, y: ys }: TaskGraph, { scale, x: left, y: top }: GraphView, x: number, y: number): number {
  const u = (x - left) / scale, v = (y - top) / scale, slack = 2 / scale;
  for (let t = 0; t < xs.length; t++) if (Math.abs(xs[t]! - u) <= HALF_WIDTH + slack && Math.abs(ys[t]! - v) <= HALF_HEIGHT + slack) return t;
  return -1;
}

const widthOf = textMeasure();

export function paintGraph(context: Canvas, scene: GraphScene): void {
  const { ink, width, height, picture: { graph }, critical } = scene;
  context.fillStyle = ink.surface;
  box(context, 0, 0, width, height);
  paintEdges(context, scene);
  if (critical) paintChainEdges(context, scene);
  paintTasks(context, scene);
  paintJobs(context, scene, graph);
}

function paintEdges(context: Canvas, { picture: { graph: { x, y, from, to } }, view, width, height, ink, selected, hovered }: GraphScene): void {
  const { scale } = view, reach = HALF_WIDTH * scale, focus = hovered >= 0 ? hovered : selected;
  context.strokeStyle = ink['line-strong'];
  context.globalAlpha = scale < 4 ? 0.35 : 0.8;
  context.lineWidth = scale < 4 ? 0.6 : 1;
  let inPath = 0;
  context.beginPath();
  for (let e = 0; e < from.length; e++) {
    const s = from[e]!, t = to[e]!, x1 = view.x + x[s]! * scale + reach, y1 = view.y + y[s]! * scale, x2 = view.x + x[t]! * scale - reach, y2 = view.y + y[t]! * scale;
    if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > width || Math.max(y1, y2) < 0 || Math.min(y1, y2) > height) continue;
    edge(context, x1, y1, x2, y2, scale);
    if (++inPath === PATH_EDGES) { context.stroke(); context.beginPath(); inPath = 0; }
  }
  context.stroke();
  context.globalAlpha = 1;
  if (focus >= 0) {
    context.strokeStyle = ink.focus;
    context.lineWidth = 1.75;
    context.beginPath();
    for (let e = 0; e < from.length; e++) {
      const s = from[e]!, t = to[e]!;
      if (s === focus || t === focus) edge(context, view.x + x[s]! * scale + reach, view.y + y[s]! * scale, view.x + x[t]! * scale - reach, view.y + y[t]! * scale, scale);
    }
    context.stroke();
  }
  context.lineWidth = 1;
}

/** A curve where it can be seen to be one. */
function edge(context: Canvas, x1: number, y1: number, x2: number, y2: number, scale: number): void {
  context.moveTo(x1, y1);
  if (scale < 4 || y1 === y2) { context.lineTo(x2, y2); return; }
  const bend = Math.max(6, (x2 - x1) / 2);
  context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
}

/** From each step to the next: along precedence, or dashed where something else released it. */
function paintChainEdges(context: Canvas, { picture: { graph: { x, y }, chain, attempts }, view, ink }: GraphScene): void {
  const { scale } = view, reach = HALF_WIDTH * scale;
  context.strokeStyle = ink.critical;
  context.lineWidth = 2;
  for (let s = 1; s < chain.count; s++) {
    const a = attempts.task[chain.row[s - 1]!]!, b = attempts.task[chain.row[s]!]!;
    if (a === b) continue;
    const apart = chain.link[s]! > 3;
    context.setLineDash(apart ? [5, 4] : []);
    context.beginPath();
    if (apart) { context.moveTo(view.x + x[a]! * scale, view.y + y[a]! * scale); context.lineTo(view.x + x[b]! * scale, view.y + y[b]! * scale); }
    else edge(context, view.x + x[a]! * scale + reach, view.y + y[a]! * scale, view.x + x[b]! * scale - reach, view.y + y[b]! * scale, scale);
    context.stroke();
  }
  context.setLineDash([]);
  context.lineWidth = 1;
}

function paintTasks(context: Canvas, scene: GraphScene): void {
  const { picture: { graph: { x, y }, tasks, attempts, chain }, view, width, height, states, ink, hovered, selected, picked, critical } = scene, { scale } = view, w = HALF_WIDTH * scale, h = Math.max(0.6, HALF_HEIGHT * scale);
  const colours = STATE_INK.map((name) => ink[name]), inSight = (t: number): boolean => { const px = view.x + x[t]! * scale, py = view.y + y[t]! * scale; return px > -w && px < width + w && py > -h && py < height + h; };
  const boxOf = (t: number, grow: number): readonly [number, number, number, number] => [view.x + x[t]! * scale - w - grow, view.y + y[t]! * scale - h - grow, view.x + x[t]! * scale + w + grow, view.y + y[t]! * scale + h + grow];
  // One colour after the other: changing it costs more than a box.
  for (let state = 0; state <= NOT_IN; state++) {
    context.fillStyle = state === NOT_IN ? ink.sunken : colours[state]!;
    for (let t = 0; t < states.length; t++) if (states[t] === state && inSight(t)) box(context, ...boxOf(t, 0));
  }
  if (scale >= RIM_FROM) {
    context.strokeStyle = ink['line-strong'];
    for (let t = 0; t < states.length; t++) if (states[t]! >= QUEUED && inSight(t)) frame(context, boxOf(t, -0.5));
  }
  if (critical) {
    context.strokeStyle = ink.critical;
    context.lineWidth = scale < 4 ? 1.5 : 2;
    for (let s = 0; s < chain.count; s++) { const t = attempts.task[chain.row[s]!]!; if (inSight(t)) frame(context, boxOf(t, 1)); }
    context.lineWidth = 1;
  }
  if (scale >= TEXT_FROM) {
    context.font = `${Math.round(Math.min(ink.size * 0.86, scale * 0.6))}px ${ink.family}`;
    context.textBaseline = 'middle';
    for (let t = 0; t < states.length; t++) {
      if (!inSight(t)) continue;
      const [left, top, right, bottom] = boxOf(t, 0), room = right - left - 6, id = tasks.ids[t]!, text = widthOf(context, id) <= room ? id : shortened(context, withoutJob(id), room, widthOf);
      context.fillStyle = states[t]! >= QUEUED ? ink.text : ink['bar-text'];
      context.fillText(text, left + 3, (top + bottom) / 2 + 0.5);
    }
  }
  for (const [t, colour] of [[picked, ink.text], [hovered, ink.text], [selected, ink.focus]] as const) {
    if (t < 0) continue;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    frame(context, boxOf(t, 2));
    context.lineWidth = 1;
  }
  paintProgress(context, scene, boxOf);
}

/** The job stands over its tasks: where there is too little room it is left away. */
const withoutJob = (id: string): string => id.replace(/^[^-]*-/, '');

/** How far the running tasks of the chain are, as the part of their box that is under a bar. */
function paintProgress(context: Canvas, { picture: { attempts: a, chain }, states, at, ink, critical, view }: GraphScene, boxOf: (t: number, grow: number) => readonly [number, number, number, number]): void {
  if (!critical || view.scale < 5) return;
  context.fillStyle = ink.critical;
  for (let s = 0; s < chain.count; s++) {
    const k = chain.row[s]!, t = a.task[k]!;
    if (states[t] !== RUNNING || !(a.startedAt[k]! <= at && at < a.endedAt[k]!)) continue;
    const [left, , right, bottom] = boxOf(t, 0);
    box(context, left, bottom - 3, left + (right - left) * (at - a.startedAt[k]!) / (a.endedAt[k]! - a.startedAt[k]!), bottom);
  }
}

function frame(context: Canvas, [left, top, right, bottom]: readonly [number, number, number, number]): void {
  context.strokeRect(left, top, right - left, bottom - top);
}

function paintJobs(context: Canvas, { picture: { jobs }, view, ink, width, height }: GraphScene, { jobLeft, jobTop }: TaskGraph): void {
  if (view.scale < 5) return;
  context.font = `600 ${Math.round(Math.min(ink.size * 0.9, view.scale))}px ${ink.family}`;
  context.textBaseline = 'middle';
  context.fillStyle = ink['text-soft'];
  jobs.forEach(({ job }, j) => {
    const x = view.x + jobLeft[j]! * view.scale + 4, y = view.y + (jobTop[j]! + 0.6) * view.scale;
    if (x < width && y > 0 && y < height) context.fillText(job, x, y);
  });
}
