// How little the weights would have to change for a decision to go another way. A score that is the weighted sum of three
// terms makes the difference of two candidates linear in the weights, so the weights at which they tie lie on a line, and
// those of them that are weights at all (none negative, summing to 1) on a segment of it. The answer is the point of the
// segment nearest to the weights in force, in the Euclidean distance. All else is held as it was at the decision. With no
// weight on fragmentation the kernel does not work out that term, so then only weights without it are looked at.
import type { Weights } from '../model/policy.ts';

/** Terms of one candidate's score, before weighting. */
export interface ScoreTerms {
  readonly latency: number;
  readonly cost: number;
  readonly fragmentation: number;
}

export interface WeightFlip {
  /** The candidates tie here; a step further and the other one is chosen. */
  readonly weights: Weights;
  /** Euclidean distance from the weights in force. */
  readonly distance: number;
}

type Point = readonly [number, number, number];

/** Nearest weights at which `rival` ties with `chosen`; undefined when there are none, or the terms are the same. */
export function weightFlip(weights: Weights, chosen: ScoreTerms, rival: ScoreTerms): WeightFlip | undefined {
  const lead: Point = [rival.latency - chosen.latency, rival.cost - chosen.cost, rival.fragmentation - chosen.fragmentation];
  const ends = tieSegment(lead, weights.fragmentation === 0 ? 2 : 3);
  if (ends === undefined) return undefined;
  const from: Point = [weights.latency, weights.cost, weights.fragmentation], nearest = nearestOnSegment(from, ends[0], ends[1]), way = less(nearest, from);
  return { weights: { latency: nearest[0], cost: nearest[1], fragmentation: nearest[2] }, distance: Math.sqrt(dot(way, way)) };
}

/** The score of a candidate under weights: what `weightFlip` supposes of a policy. */
export function weightedScore(weights: Weights, terms: ScoreTerms): number {
  return weights.latency * terms.latency + weights.cost * terms.cost + weights.fragmentation * terms.fragmentation;
}

const CORNERS: readonly Point[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

/** Ends of { w >= 0, sum w = 1, lead . w = 0 }: where the line crosses the edges between the first two or all three corners. */
function tieSegment(lead: Point, corners: 2 | 3): readonly [Point, Point] | undefined {
  if (lead.slice(0, corners).every((x) => x === 0)) return undefined;
  const found: Point[] = CORNERS.filter((_, i) => i < corners && lead[i] === 0);
  for (let i = 0; i < corners; i++) {
    const j = (i + 1) % corners, a = lead[i]!, b = lead[j]!;
    if (a * b >= 0) continue;
    const share = a / (a - b), point: [number, number, number] = [0, 0, 0];
    point[i] = 1 - share;
    point[j] = share;
    found.push(point);
  }
  return found.length === 0 ? undefined : [found[0]!, found[found.length - 1]!];
}

function nearestOnSegment(from: Point, a: Point, b: Point): Point {
  const along = less(b, a), square = dot(along, along), share = square === 0 ? 0 : Math.min(1, Math.max(0, dot(less(from, a), along) / square));
  return [a[0] + share * along[0], a[1] + share * along[1], a[2] + share * along[2]];
}

const less = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
