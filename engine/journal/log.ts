// A growing list of journal rows in one Float64Array. Appending allocates only when the array must grow. The log is
// also the channel by which the kernel hands its commands to the world: the world reads the rows behind its cursor.
import { STRIDE } from './records.ts';

export class RecordLog {
  rows: Float64Array;
  /** Numbers used, a multiple of STRIDE. */
  length = 0;

  constructor(capacity = 256) {
    this.rows = new Float64Array(capacity * STRIDE);
  }

  append(code: number, a: number, b: number, c: number, d: number, e: number): void {
    const at = this.length;
    if (at === this.rows.length) this.grow();
    const rows = this.rows;
    rows[at] = code; rows[at + 1] = a; rows[at + 2] = b; rows[at + 3] = c; rows[at + 4] = d; rows[at + 5] = e;
    this.length = at + STRIDE;
  }

  /** Number of records. */
  get count(): number { return this.length / STRIDE; }

  clear(): void { this.length = 0; }

  private grow(): void {
    const rows = new Float64Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
  }
}
