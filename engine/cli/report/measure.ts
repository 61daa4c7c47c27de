// Figures as people read them (metrics/figure-text.ts), and what only a terminal shows: dates and texts cut to a width.
import { clockText } from '../../metrics/figure-text.ts';

export * from '../../metrics/figure-text.ts';

/** An instant that is not known to the millisecond: whole seconds from a minute on. */
export function futureText(ms: number): string {
  return clockText(ms >= 60_000 ? Math.round(ms / 1000) * 1000 : Math.round(ms));
}

/** `2026-03-02 00:00 UTC`. */
export function epochText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The text, cut to a width with an ellipsis. */
export function shortText(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`;
}
