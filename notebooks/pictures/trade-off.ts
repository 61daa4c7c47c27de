// Makespan against spending: every setting of the survey, the front of those that no other beats in both, what the front was
// measured to be on fresh seeds, and other policies for comparison. Down and left is better.
import { axisX, axisY, dot, frame, line, link, plot, pointer, ruleX, text, tip } from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { numberText } from '../../engine/metrics/figure-text.ts';
import { LEAST_WIDTH, element, figure } from './figure.ts';

/** Dollars and hours, means with their 95 % half-widths. */
export interface TradePoint {
  readonly name: string;
  readonly cost: number;
  readonly costHalf: number;
  readonly makespan: number;
  readonly makespanHalf: number;
  /** Shown at the pointer. */
  readonly title: string;
}

export interface TradeOffOptions {
  /** What the picture shows, in a sentence. */
  readonly label: string;
  readonly width: number;
  readonly settings: readonly TradePoint[];
  /** From cheap to quick. */
  readonly front: readonly TradePoint[];
  readonly measured: readonly TradePoint[];
  readonly policies: readonly TradePoint[];
  /** A line at this many dollars. */
  readonly budget: number;
}

export function tradeOff({ label, width: wanted, settings, front, measured, policies, budget }: TradeOffOptions): HTMLElement {
  const width = Math.max(LEAST_WIDTH, wanted);
  const reach = [...settings, ...measured], x = paddedExtent(reach.map(({ cost }) => cost)), y = paddedExtent(reach.map(({ makespan }) => makespan));
  const inside = policies.filter(({ cost, makespan }) => cost >= x[0] && cost <= x[1] && makespan >= y[0] && makespan <= y[1]), outside = policies.filter((policy) => !inside.includes(policy));
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8;
  const cross = (points: readonly TradePoint[], stroke: string) => [
    link(points, { x1: (p: TradePoint) => p.cost - p.costHalf, x2: (p: TradePoint) => p.cost + p.costHalf, y1: 'makespan', y2: 'makespan', stroke, strokeOpacity: 0.6 }),
    link(points, { x1: 'cost', x2: 'cost', y1: (p: TradePoint) => p.makespan - p.makespanHalf, y2: (p: TradePoint) => p.makespan + p.makespanHalf, stroke, strokeOpacity: 0.6 }),
  ];
  const draw = (labels: readonly Markish[]): ReturnType<typeof plot> => plot({
    width, height: Math.min(0.62 * width, 34 * size), marginLeft: 4.5 * size, marginBottom: 3.2 * size, marginTop: 2 * size, marginRight: 2 * size,
    style: { fontSize: `${size}px`, background: 'none', overflow: 'visible' }, x: { domain: x }, y: { domain: y },
    marks: [
      frame({ stroke: 'var(--theme-foreground-faintest)' }), axisX({ label: 'cost, $ →', labelAnchor: 'right', fontSize: size }), axisY({ label: '↑ makespan, h', fontSize: size }),
      ruleX(budget >= x[0] && budget <= x[1] ? [budget] : [], { stroke: 'var(--theme-foreground-muted)', strokeDasharray: '2 4' }),
      text(budget >= x[0] && budget <= x[1] ? [budget] : [], { x: (x: number) => x, frameAnchor: 'top', text: () => 'budget', dy: -size, fill: 'var(--theme-foreground)' }),
      dot(settings, { x: 'cost', y: 'makespan', r: size * 0.2, fill: 'var(--theme-foreground-fainter)' }),
      line(front, { x: 'cost', y: 'makespan', curve: 'step-after', stroke: 'var(--front)', strokeDasharray: '5 3', strokeWidth: 1.5 }),
      ...cross(measured, 'var(--front)'), dot(measured, { x: 'cost', y: 'makespan', r: size * 0.32, fill: 'var(--front)' }),
      ...cross(inside, 'var(--peer)'), dot(inside, { x: 'cost', y: 'makespan', r: size * 0.36, symbol: 'square', fill: 'var(--peer)' }),
      ...labels,
      tip([...settings, ...measured, ...inside], pointer({ x: 'cost', y: 'makespan', title: 'title', fill: 'var(--theme-background)', stroke: 'var(--theme-foreground-faint)' })),
    ],
  });
  // Where the points come to lie is known once the scales are; the names are then moved apart.
  const bare = draw([]), scaleX = bare.scale('x')!, scaleY = bare.scale('y')!;
  const spots = inside.map(({ cost, makespan, name }) => ({ left: scaleX.apply(cost) as number, top: scaleY.apply(makespan) as number, width: name.length * size * 0.6, height: size * 1.1 }));
  const drawing = draw(apart(spots).map((dy, k) => text([inside[k]!], {
    x: 'cost', y: 'makespan', text: 'name', dx: 0.7 * size, dy, textAnchor: 'start', fill: 'var(--theme-foreground)', stroke: 'var(--theme-background)', strokeWidth: 4,
  })));
  const note = outside.map(({ name, cost, makespan }) => `${name} ($${numberText(cost, 0)}, ${numberText(makespan, 1)} h)`).join(', ');
  return element('div', {}, figure(label, drawing), ...(note === '' ? [] : [element('p', { class: 'note' }, `Outside the picture: ${note}.`)]));
}

interface Spot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How far to move each text, upwards, so that none covers one that stands below it: from bottom to top, each as little as will do. */
function apart(spots: readonly Spot[]): number[] {
  const moved = spots.map(({ top }) => top), order = [...spots.keys()].sort((a, b) => spots[b]!.top - spots[a]!.top || a - b);
  order.forEach((k, place) => {
    const { left, width, height } = spots[k]!;
    for (const other of order.slice(0, place).sort((a, b) => moved[b]! - moved[a]!)) {
      const beside = left >= spots[other]!.left + spots[other]!.width || spots[other]!.left >= left + width;
      if (!beside && Math.abs(moved[k]! - moved[other]!) < height) moved[k] = moved[other]! - height;
    }
  });
  return moved.map((top, k) => top - spots[k]!.top);
}

/** From the least to the greatest, and an eighth of that on both sides. */
function paddedExtent(values: readonly number[]): [number, number] {
  const least = Math.min(...values), most = Math.max(...values), pad = (most - least) / 8 || 1;
  return [least - pad, most + pad];
}
