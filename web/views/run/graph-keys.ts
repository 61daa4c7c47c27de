// From task to task of the graph by arrow key: right to the first successor, left to the first predecessor, up and down to the
// neighbour in the same column. Without a selection any arrow goes to the first task.
import type { TaskGraph } from '../../worker/protocol.ts';

/** Number of a task, -1 when there is none that way. */
export function nextTask({ from, to, x, y }: TaskGraph, selected: number, direction: 'left' | 'right' | 'up' | 'down'): number {
  if (selected < 0) return x.length === 0 ? -1 : 0;
  if (direction === 'right' || direction === 'left') {
    const [here, there] = direction === 'right' ? [from, to] : [to, from];
    let best = -1;
    here.forEach((t, e) => { if (t === selected && (best < 0 || there[e]! < best)) best = there[e]!; });
    return best;
  }
  const sign = direction === 'down' ? 1 : -1;
  let best = -1;
  for (let t = 0; t < x.length; t++) {
    const away = (y[t]! - y[selected]!) * sign;
    if (x[t] === x[selected] && away > 0 && (best < 0 || away < (y[best]! - y[selected]!) * sign)) best = t;
  }
  return best;
}
