// Figures as people read them (metrics/figure-text.ts), and what only a terminal shows: dates and texts cut to a width.
export * from '../../metrics/figure-text.ts';

/** `2026-03-02 00:00 UTC`. */
export function epochText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The text, cut to a width with an ellipsis. */
export function shortText(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`;
}
