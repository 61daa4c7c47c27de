// The points that no other point beats in both coordinates, where less is better: by x ascending, y falls strictly.

export function paretoFront<P extends { readonly x: number; readonly y: number }>(points: readonly P[]): P[] {
  const front: P[] = [];
  for (const point of [...points].sort((a, b) => a.x - b.x || a.y - b.y)) if (front.length === 0 || point.y < front.at(-1)!.y) front.push(point);
  return front;
}
