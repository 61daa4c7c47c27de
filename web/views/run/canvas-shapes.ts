// The few shapes that the pictures of a run are drawn with on a canvas. All in CSS pixels; styles are the caller's.

export type Canvas = CanvasRenderingContext2D;

/** Sizes a canvas to its box at the screen's resolution and hands out its context, cleared of nothing. Undefined without a size. */
export function contextOf(canvas: HTMLCanvasElement | null, width: number, height: number): Canvas | undefined {
  if (canvas === null || !(width > 0 && height > 0)) return undefined;
  const ratio = devicePixelRatio, wide = Math.round(width * ratio), tall = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== tall) { canvas.width = wide; canvas.height = tall; }
  const context = canvas.getContext('2d', { alpha: false })!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** A point of a canvas in the panel around it, and the panel's size, px. */
export function inPanel(canvas: HTMLCanvasElement, x: number, y: number): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const { clientWidth: width, clientHeight: height } = canvas.parentElement!;
  return { x: x + canvas.offsetLeft, y: y + canvas.offsetTop, width, height };
}

export function box(context: Canvas, left: number, top: number, right: number, bottom: number): void {
  context.fillRect(left, top, right - left, bottom - top);
}

export function line(context: Canvas, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

export function cross(context: Canvas, x: number, y: number, r: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  line(context, x - r, y - r, x + r, y + r);
  line(context, x - r, y + r, x + r, y - r);
  context.lineWidth = 1;
}

/** Points down. */
export function triangle(context: Canvas, x: number, y: number, r: number): void {
  context.beginPath();
  context.moveTo(x - r, y);
  context.lineTo(x + r, y);
  context.lineTo(x, y + 1.6 * r);
  context.fill();
}

/** Slanting lines on a ground; on what is there already without one. */
export function hatch(context: Canvas, left: number, top: number, right: number, bottom: number, colour: string, ground?: string): void {
  clipped(context, left, top, right - left, bottom - top, () => {
    if (ground !== undefined) { context.fillStyle = ground; box(context, left, top, right, bottom); }
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    // On a raster of the canvas's own, so that lines stand still while their box moves.
    for (let x = Math.floor((left - (bottom - top)) / 4) * 4; x < right; x += 4) { context.moveTo(x, bottom); context.lineTo(x + (bottom - top), top); }
    context.stroke();
    context.lineWidth = 1;
  });
}

export function clipped(context: Canvas, x: number, y: number, width: number, height: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(x, y, Math.max(0, width), height);
  context.clip();
  draw();
  context.restore();
}

/** Widths of texts in the context's font, measured once. */
export function textMeasure(): (context: Canvas, text: string) => number {
  const known = new Map<string, number>();
  let font = '';
  return (context, text) => {
    if (context.font !== font) { known.clear(); font = context.font; }
    let width = known.get(text);
    if (width === undefined) { width = context.measureText(text).width; known.set(text, width); }
    return width;
  };
}

/** Letters of a name that are shown at least, if not all of it. */
const LETTERS_MIN = 4;

/**
 * As much of a name as there is room for, px: cut rather than clipped, which is the dearest thing on a canvas, and would leave
 * `deploy-2` of `deploy-24`. Empty when too little would be left to tell it by.
 */
export function shortened(context: Canvas, name: string, room: number, widthOf: (context: Canvas, text: string) => number): string {
  const width = widthOf(context, name);
  if (width <= room) return name;
  const letters = Math.floor(name.length * (room - widthOf(context, '…')) / width * 0.96);
  return letters < LETTERS_MIN ? '' : `${name.slice(0, letters)}…`;
}
