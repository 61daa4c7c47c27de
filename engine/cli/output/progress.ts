// One line of progress that overwrites itself, for people at a terminal. Elsewhere it writes nothing at all, so logs and
// pipes stay clean; what takes a minute and more may tell there by a line now and then. Drawn at most ten times a second.
import type { LiveClock } from '../../live/clock.ts';
import { printable, textWidth } from './table-text.ts';

/** What is needed of `process.stderr`. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001b[2K';

export class ProgressLine {
  private readonly stream: ProgressStream;
  private readonly label: string;
  private readonly total: number;
  private readonly now: () => number;
  private drawnAt = -Infinity;
  private drawn = false;

  /** `now`: a wall clock in ms. */
  constructor(stream: ProgressStream, label: string, total: number, now: () => number = () => performance.now()) {
    this.stream = stream;
    this.label = label;
    this.total = total;
    this.now = now;
  }

  /** Shows that `done` of the total are done, with a short note. */
  update(done: number, note = ''): void {
    if (this.stream.isTTY !== true) return;
    const at = this.now();
    if (at - this.drawnAt < REDRAW_MS && done < this.total) return;
    this.drawnAt = at;
    this.drawn = true;
    this.stream.write(CLEAR_LINE + shortened(this.text(done, note), (this.stream.columns ?? 80) - 1));
  }

  /** Removes the line; what is written next begins in its place. */
  finish(): void {
    if (this.drawn) this.stream.write(CLEAR_LINE);
    this.drawn = false;
  }

  private text(done: number, note: string): string {
    const share = this.total > 0 ? Math.min(1, done / this.total) : 1, filled = Math.round(share * BAR_WIDTH);
    return printable(`${this.label} ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${done}/${this.total}${note === '' ? '' : `  ${note}`}`);
  }
}

/** Where there is no terminal: a line every so many ms of the clock, however much or little happens. */
export class ProgressLog {
  private cancel: () => void = () => {};

  constructor(stream: Pick<ProgressStream, 'write'>, clock: Pick<LiveClock, 'after'>, everyMs: number, line: () => string) {
    const tell = (): void => {
      this.cancel = clock.after(everyMs, () => { stream.write(`${printable(line())}\n`); tell(); });
    };
    tell();
  }

  /** No more lines. */
  finish(): void { this.cancel(); }
}

function shortened(text: string, width: number): string {
  let cut = text;
  while (cut !== '' && textWidth(cut) > width) cut = [...cut].slice(0, -1).join('');
  return cut;
}
