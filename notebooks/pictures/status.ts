// How far a computation is, as one line that keeps its height. `data-status` tells programs: working or complete.
import { numberText } from '../../engine/metrics/figure-text.ts';
import { element } from './figure.ts';

/** Anything that counts what it has done. */
export interface Counted {
  readonly done: number;
  readonly total: number;
}

/** `name`: what is computed. */
export function status(name: string, { done, total }: Counted): HTMLElement {
  const bar = element('progress', { value: String(done), max: String(Math.max(1, total)), 'aria-label': name });
  const text = `${name}: ${numberText(done, 0)}${done < total ? ` of ${numberText(total, 0)}` : ''} runs`;
  return element('div', { class: 'status', 'data-part': name, 'data-status': done < total ? 'working' : 'complete' }, bar, element('span', {}, text));
}
