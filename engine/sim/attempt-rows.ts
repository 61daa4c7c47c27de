// What the world keeps of an attempt under way, in a row of numbers. A row is taken when the task is placed and given back
// when its attempt ends: few attempts are under way at once, so that their rows stay in the processor's cache however many
// tasks there are. Invariant: a task has at most one row, and no two tasks have the same.

/**
 * Columns. PENDING: handle of the pending event, -1 for none; in a free row the next free one. MILESTONE: what that event stands
 * for. SETUP: ms to pay, as the command said. STARTED_AT: when the attempt started; before that, when a person was asked.
 * WHOLE: true ms the whole task takes where it runs now. WORK, DONE: ms of this attempt to do, and done at SINCE; a person's
 * set-up is work below zero, so that it too goes on after an absence where it stopped. TARGET: work done when the pending
 * milestone is reached. FAILS_AT: work after which it fails. PPM0: progress, parts per million, with which it began.
 */
export const PENDING = 0, MILESTONE = 1, SETUP = 2, INPUTS_AT = 3, SINCE = 4, STARTED_AT = 5, DONE = 6, TARGET = 7, WHOLE = 8, WORK = 9, FAILS_AT = 10, PPM0 = 11;
const ROW = 12;

export const NO_ROW = -1;

export class AttemptRows {
  /** The rows, one behind the other; room for more than are mostly needed, as an array that is never replaced is read faster. */
  data = new Float64Array(256 * ROW);
  /** Per task: where its row begins in `data`, NO_ROW when it has none. */
  of = new Int32Array(0);
  private end = 0;
  private firstFree = NO_ROW;

  /** No task has a row. */
  reset(tasks: number): void {
    if (tasks > this.of.length) this.of = new Int32Array(tasks);
    this.of.fill(NO_ROW, 0, tasks);
    this.end = 0;
    this.firstFree = NO_ROW;
  }

  /** Where the task's row begins: the one it has, or a free one without a pending event. May replace `data`. */
  take(task: number): number {
    let row = this.of[task]!;
    if (row !== NO_ROW) return row;
    row = this.firstFree;
    if (row !== NO_ROW) this.firstFree = this.data[row + PENDING]! | 0;
    else {
      row = this.end;
      this.end = row + ROW;
      if (this.end > this.data.length) this.grow();
    }
    this.of[task] = row;
    this.data[row + PENDING] = -1;
    return row;
  }

  /** The task, which has a row, has none any more. */
  giveBack(task: number): void {
    const row = this.of[task]!;
    this.data[row + PENDING] = this.firstFree;
    this.firstFree = row;
    this.of[task] = NO_ROW;
  }

  private grow(): void {
    const data = new Float64Array(2 * this.data.length);
    data.set(this.data);
    this.data = data;
  }
}
