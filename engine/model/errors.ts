// Errors of input and of programming. Input faults are collected and reported together, each with a stable code, the
// path into the file, the value and a hint; a broken invariant raises at once. Both cross workers as plain data.

/** One fault found in an input: what a person or a program needs to mend it. */
export interface Fault {
  /** Stable, kebab-case: `unknown-key`, `cycle`, `bad-duration`, ... Programs may match on it. */
  readonly code: string;
  /** Where in the input: `jobs[0].tasks[3].after[1]`, or `line 12`. Empty for the input as a whole. */
  readonly path: string;
  /** Short lower-case phrase that says what is wrong. */
  readonly message: string;
  /** The offending value as found, shortened by `describeValue`. */
  readonly value?: string;
  /** What to do about it. */
  readonly hint?: string;
}

const FAULTS_SHOWN = 20;

/** Bad input: carries every fault found, not only the first. The command line turns it into exit code 2. */
export class InputError extends Error {
  readonly code: string;
  readonly faults: readonly Fault[];
  /** The file or source the input came from, when the caller knows it. */
  readonly source: string | undefined;

  constructor(faults: readonly Fault[], source?: string, options?: { cause?: unknown }) {
    super(faults.slice(0, FAULTS_SHOWN).map(faultLine).join('\n') + (faults.length > FAULTS_SHOWN ? `\nand ${faults.length - FAULTS_SHOWN} more` : ''), options);
    this.name = 'InputError';
    this.code = faults[0]?.code ?? 'bad-input';
    this.faults = faults;
    this.source = source;
  }

  /** The same faults, with the name of the source they came from. */
  from(source: string): InputError {
    return new InputError(this.faults, source, { cause: this });
  }
}

/** A run that could not end well; `cause` names why. The command line turns it into exit code 1. */
export class RunError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, string | number>>;
  constructor(code: string, message: string, details: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.name = 'RunError';
    this.code = code;
    this.details = details;
  }
}

/** A broken invariant of ours: never the user's fault. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvariantError';
  }
}

/** Raises `InvariantError` unless `condition` holds. Always on. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** A single-fault `InputError`. */
export function inputError(code: string, path: string, message: string, extra: { value?: unknown; hint?: string } = {}): InputError {
  return new InputError([fault(code, path, message, extra)]);
}

/** Builds a fault; the value is described, never kept by reference. */
export function fault(code: string, path: string, message: string, extra: { value?: unknown; hint?: string } = {}): Fault {
  return {
    code, path, message,
    ...('value' in extra ? { value: describeValue(extra.value) } : {}),
    ...(extra.hint === undefined ? {} : { hint: extra.hint }),
  };
}

/** A value as a short single line, at most 80 characters. */
export function describeValue(value: unknown): string {
  let text: string;
  try { text = typeof value === 'string' ? JSON.stringify(value) : value === undefined ? 'nothing' : JSON.stringify(value) ?? String(value); }
  catch { text = String(value); }
  return text.length > 80 ? text.slice(0, 77) + '...' : text;
}

/** `path: message (value) [code]; hint` on one line. */
export function faultLine(f: Fault): string {
  return `${f.path === '' ? '' : f.path + ': '}${f.message}${f.value === undefined ? '' : ` (${f.value})`} [${f.code}]${f.hint === undefined ? '' : `; ${f.hint}`}`;
}

/**
 * The known name nearest to `name`, or undefined: one slip of the pen (Damerau-Levenshtein distance) in a name of up to four letters,
 * two in a longer one, or a third of its length. Two slips make any three letters of any other.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined, bestDistance = (name.length <= 4 ? 1 : Math.max(2, Math.floor(name.length / 3))) + 1;
  for (const candidate of known) {
    const d = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) { best = candidate; bestDistance = d; }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = d;
    }
  }
  return rows[a.length]![b.length]!;
}
