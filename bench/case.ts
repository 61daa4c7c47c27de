// What a bench case is: a list of cells, each measured in a process of its own, so that no cell runs on code which another
// has trained the compiler on. A cell checks the answer of what it measures and throws when that is wrong: no figure
// without its answer.

/** What every cell is given. Plain data: it crosses to another process. */
export interface Setting {
  /** Small sizes and few samples, as the tests use: the figures mean nothing, the answers are checked all the same. */
  readonly quick: boolean;
  /** Policies to measure where a case measures policies. */
  readonly policies: readonly string[];
  /** The repository. */
  readonly root: string;
  /** Where the built programs are (build.ts), and where a cell may leave files for later ones. */
  readonly bundle: string;
}

/** Milliseconds of CPU or wall time, whichever the case measures. */
export interface Timing {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly samples: number;
}

/** A line of the table. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly p99?: number;
  readonly max?: number;
  readonly perSecond?: number;
  readonly samples?: number;
}

/** Nested records of numbers, merged over the cells of a case. */
export interface Figures {
  [key: string]: number | Figures;
}

/** One point of a line of growth: what so much work took. */
export interface GrowthPoint {
  readonly series: string;
  readonly size: number;
  readonly ms: number;
}

export interface CellResult {
  readonly rows: readonly Row[];
  readonly figures: Figures;
  readonly growth?: readonly GrowthPoint[];
  /** Short text or hash of what was computed, equal in any two runs that did the same work. */
  readonly answer: string;
  /** What a reader should know of this measurement, such as a peer that is not here. */
  readonly notes?: readonly string[];
}

export interface BenchCase {
  readonly name: string;
  /** Names of the cells. `setting.quick` asks for the small ones. */
  cells(setting: Setting): readonly string[];
  measure(cell: string, setting: Setting): CellResult | Promise<CellResult>;
  /** Options of Node for the cells' processes. */
  readonly nodeOptions?: readonly string[];
  /** Headline figures from those of all cells. */
  summary?(figures: Figures): Figures;
}

/** `feature-120`, `critical-path`, `ms` -> `feature120CriticalPathMs`. */
export function figureName(...words: readonly string[]): string {
  const parts = words.flatMap((word) => word.split('-')).filter((part) => part !== '');
  return parts.map((part, k) => (k === 0 ? part : part[0]!.toUpperCase() + part.slice(1))).join('');
}

/** `120`, `1000`, `10k`, `100k`. */
export function sizeName(size: number): string {
  return size >= 10_000 ? `${size / 1000}k` : String(size);
}

/** Throws unless the two are equal: the answer of a measurement is wrong. */
export function checkAnswer(what: string, got: number | string | boolean, wanted: number | string | boolean): void {
  if (!Object.is(got, wanted)) throw new Error(`wrong answer: ${what} is ${got}, not ${wanted}`);
}
