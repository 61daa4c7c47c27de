// What was measured on this machine during this visit. Nothing is kept, nothing is guessed: what has not been measured is
// not there.
import { signal } from '@preact/signals';
import type { DecisionTiming } from '../worker/protocol.ts';

/** So many runs took so long, over all workers. */
export interface WorkDone {
  readonly what: string;
  readonly runs: number;
  readonly ms: number;
}

export interface MachineFacts {
  /** The first comparison, from the opening of the page to its last verdict; only when the page was opened on it. */
  readonly first?: WorkDone;
  /** The last work that was simulated from beginning to end without a rest. */
  readonly last?: WorkDone;
  /** The last map of weights that was made at one go. */
  readonly map?: WorkDone;
  readonly decisions?: DecisionTiming;
  /** Longest time between two frames while a timeline was last dragged, ms. */
  readonly worstFrameMs?: number;
}

export const machine = signal<MachineFacts>({});

export function noteMachine(part: MachineFacts): void {
  machine.value = { ...machine.peek(), ...part };
}

/** Times the frames while a timeline is dragged. */
export function watchPanning(page: Document): void {
  page.addEventListener('pointerdown', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('.timeline canvas') === null) return;
    let held = true, before = NaN, worst = 0, frames = 0;
    const frame = (at: number): void => {
      if (!Number.isNaN(before)) { worst = Math.max(worst, at - before); frames++; }
      before = at;
      if (held) requestAnimationFrame(frame); else if (frames > 1) noteMachine({ worstFrameMs: worst });
    };
    const end = (): void => { held = false; };
    page.addEventListener('pointerup', end, { once: true });
    page.addEventListener('pointercancel', end, { once: true });
    requestAnimationFrame(frame);
  });
}
