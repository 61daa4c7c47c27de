// Labels to the right of their points, moved up or down as little as need be so that none covers another and none leaves the
// frame. Greedy, from the top: a label goes to the free place nearest to its point. Pixels.

export interface LabelSpot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How far each label is moved down, in the order given. `ceiling` and `floor`: the frame. */
export function separateLabels(spots: readonly LabelSpot[], ceiling = -Infinity, floor = Infinity): number[] {
  const moved = new Array<number>(spots.length).fill(0), placed: LabelSpot[] = [];
  const order = spots.map((_, k) => k).sort((a, b) => spots[a]!.top - spots[b]!.top || a - b);
  for (const k of order) {
    const spot = spots[k]!, near = placed.filter((other) => other.left < spot.left + spot.width && spot.left < other.left + other.width);
    const free = (top: number): boolean => top - spot.height / 2 >= ceiling && top + spot.height / 2 <= floor && near.every((other) => Math.abs(other.top - top) >= (other.height + spot.height) / 2 - 1e-9);
    const choices = [spot.top, ...near.flatMap((other) => [other.top + (other.height + spot.height) / 2, other.top - (other.height + spot.height) / 2])];
    const top = choices.filter(free).sort((a, b) => Math.abs(a - spot.top) - Math.abs(b - spot.top) || a - b)[0] ?? spot.top;
    moved[k] = top - spot.top;
    placed.push({ ...spot, top });
  }
  return moved;
}
