// Reads files that are rows of whole numbers (PSPLIB, Patterson, STG, FAJSP). A record may run over several lines, as
// Patterson files do, but must end where a line ends: so a wrong count is found on its own line and does not shift
// everything after it. `#` starts a comment.
import { inputError } from '../../engine/model/errors.ts';
import type { InputError } from '../../engine/model/errors.ts';

const VALUE_MAX = 1e9;

interface Token {
  readonly text: string;
  readonly line: number;
}

export class IntegerReader {
  readonly #tokens: readonly Token[];
  readonly #endLine: number;
  #next = 0;

  /** `firstLine` is the number of `lines[0]` in the whole file, for messages. */
  constructor(lines: readonly string[], firstLine = 1) {
    this.#tokens = lines.flatMap((text, i) => (text.replace(/#.*/, '').match(/\S+/g) ?? []).map((token) => ({ text: token, line: firstLine + i })));
    this.#endLine = firstLine + Math.max(0, lines.findLastIndex((text) => text.trim() !== ''));
  }

  /** Where the number read last stands, for faults: `line 12`. */
  get path(): string {
    return `line ${this.#tokens[Math.max(0, this.#next - 1)]?.line ?? this.#endLine}`;
  }

  get done(): boolean {
    return this.#next >= this.#tokens.length;
  }

  /** Whether the number read last is the last of its line. */
  get atLineEnd(): boolean {
    return this.done || this.#next === 0 || this.#tokens[this.#next]!.line > this.#tokens[this.#next - 1]!.line;
  }

  /** The next number, zero or more. Throws `truncated` at the end, `bad-number` on anything else. */
  next(what: string): number {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw this.#fault('truncated', `line ${this.#endLine}`, `expected ${what}, found the end of the file or section`);
    const value = Number(token.text);
    if (!/^\d+$/.test(token.text) || value > VALUE_MAX) {
      throw this.#fault('bad-number', `line ${token.line}`, `expected ${what}, a whole number up to a billion`, token.text);
    }
    this.#next++;
    return value;
  }

  /** The next `count` numbers. */
  list(count: number, what: string): number[] {
    const values: number[] = [];
    while (values.length < count) values.push(this.next(what));
    return values;
  }

  /** Requires the record just read to end its line. */
  endRecord(record: string): void {
    if (this.atLineEnd) return;
    const hint = 'check the counts in this record and in the one before';
    throw this.#fault('extra-value', this.path, `expected the end of the line after ${record}`, this.#tokens[this.#next]!.text, hint);
  }

  /** Requires the file to end here. */
  endFile(last: string): void {
    if (this.done) return;
    const { text, line } = this.#tokens[this.#next]!;
    throw this.#fault('extra-value', `line ${line}`, `expected the end after ${last}`, text);
  }

  #fault(code: string, path: string, message: string, value?: string, hint?: string): InputError {
    return inputError(code, path, message, { ...(value === undefined ? {} : { value }), ...(hint === undefined ? {} : { hint }) });
  }
}

/** Lines of a text, whatever ends them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}
