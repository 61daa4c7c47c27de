// Latency against cost: each policy's means with their 95 % intervals, and the front of those that no other policy beats in
// both. Down and left is better.
import { axisX, axisY, dot, frame, line, link, plot, text } from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ComparisonRow } from '../../../engine/experiment/compare.ts';
import type { ComparisonState } from '../../state/comparison-desk.ts';
import { PlotFigure } from '../plot-figure.tsx';
import { policyMark } from '../policy-mark.tsx';
import { metricScale } from './metric-scale.ts';
import { paretoFront } from './pareto-front.ts';
import { separateLabels } from './separate-labels.ts';

interface Point {
  readonly policy: string;
  readonly x: number;
  readonly y: number;
  readonly halfX: number;
  readonly halfY: number;
  readonly colour: string;
  readonly shape: 'circle' | 'square' | 'triangle';
}

/** Costs that differ by less than this do so on an axis that does not begin at zero. */
const ZERO_SHARE = 0.5;
const HEIGHT = 'max(25.4rem, calc(100vh - 34rem))';

export function ParetoPicture({ state: { judgement, route } }: { readonly state: ComparisonState }): JSX.Element {
  const rows = judgement?.rows, { points, unit } = useMemo(() => pointsOf(rows ?? [], route.policies), [rows, route.policies]), front = paretoFront(points);
  const draw = useMemo(() => (width: number, height: number) => (points.length === 0 ? undefined : picture(points, front, unit, width, height)), [points]);
  const label = points.length === 0 ? 'Latency against cost: no figures yet' : `Latency against cost. Not beaten in both: ${front.map(({ policy }) => policy).join(', ')}`;
  return (
    <section class="panel" aria-labelledby="pareto-title">
      <h2 id="pareto-title">Latency against cost <span class="soft">± 95 %; down and left is better; dashed: the front</span></h2>
      <PlotFigure label={label} height={HEIGHT} draw={draw} />
    </section>
  );
}

function pointsOf(rows: readonly ComparisonRow[], policies: readonly string[]): { readonly points: readonly Point[]; readonly unit: string } {
  const time = metricScale('makespanMs', Math.max(0, ...rows.map((row) => row.metrics.makespanMs?.mean ?? 0)));
  const points = rows.flatMap(({ policy, metrics: { makespanMs, costMicroUsd } }) => {
    if (makespanMs === undefined || costMicroUsd === undefined) return [];
    const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
    return [{
      policy, x: costMicroUsd.mean / 1e6, y: makespanMs.mean / time.scale, halfX: finite(costMicroUsd.halfWidth95 / 1e6), halfY: finite(makespanMs.halfWidth95 / time.scale),
      ...policyMark(policies.indexOf(policy)),
    }];
  });
  return { points, unit: time.unit };
}

function picture(points: readonly Point[], front: readonly Point[], unit: string, width: number, height: number): Element {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.9;
  const least = Math.min(...points.map(({ x, halfX }) => x - halfX)), most = Math.max(...points.map(({ x, halfX }) => x + halfX));
  const draw = (labels: readonly Markish[]): ReturnType<typeof plot> => plot({
    width, height, marginLeft: 4.2 * size, marginBottom: 3 * size, marginTop: 1.8 * size, marginRight: size, style: { fontSize: `${size}px`, background: 'none', color: 'var(--text)' },
    x: { nice: true, zero: least < ZERO_SHARE * most, insetLeft: size, insetRight: size * (1 + 0.6 * Math.max(...points.map(({ policy }) => policy.length))) }, y: { nice: true, insetTop: size, insetBottom: 1.6 * size },
    marks: [
      frame({ stroke: 'var(--line)' }),
      axisX({ label: 'cost, $ →', ticks: 6, fontSize: size, labelAnchor: 'right' }), axisY({ label: `↑ makespan, ${unit}`, ticks: 6, fontSize: size }),
      line(front, { x: 'x', y: 'y', stroke: 'var(--line-strong)', strokeDasharray: '4 3', curve: 'step-after' }),
      link(points, { x1: (p: Point) => p.x - p.halfX, x2: (p: Point) => p.x + p.halfX, y1: 'y', y2: 'y', stroke: 'colour', strokeWidth: 1.5 }),
      link(points, { x1: 'x', x2: 'x', y1: (p: Point) => p.y - p.halfY, y2: (p: Point) => p.y + p.halfY, stroke: 'colour', strokeWidth: 1.5 }),
      dot(points, { x: 'x', y: 'y', r: size * 0.38, fill: 'colour', symbol: 'shape', stroke: 'var(--surface)' }),
      ...labels,
    ],
  });
  // Where the points come to lie is known once the scales are; the labels are then moved apart.
  const bare = draw([]), x = bare.scale('x')!, y = bare.scale('y')!;
  const spots = points.map((point) => ({ left: x.apply(point.x) as number, top: y.apply(point.y) as number, width: point.policy.length * size * 0.6, height: size * 1.15 }));
  return draw(separateLabels(spots, size * 1.8, height - 3 * size).map((dy, k) => text([points[k]!], { x: 'x', y: 'y', text: 'policy', dx: size * 0.7, dy, textAnchor: 'start', fill: 'var(--text)', stroke: 'var(--surface)', strokeWidth: 3 })));
}
