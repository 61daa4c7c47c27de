// Faults as they are collected: those of shape first, then those of meaning. It knows which entries of the file (a task,
// a fleet entry) are too broken to be read further, so that one pass reports everything that can be said at once and
// nothing twice.
import { parseDistribution } from './distribution-text.ts';
import type { Distribution } from './distribution.ts';
import { fault, InputError, type Fault } from './errors.ts';
import { enclosingPaths } from './fault-path.ts';
import type { DistributionText, DurationText } from './scenario.ts';
import type { ShapeFault } from './shape-faults.ts';
import { parseDuration } from './units.ts';

/** Ten years: what is longer is a mistake of the unit. */
const MAX_DURATION_MS = 10 * 365.25 * 24 * 3_600_000;

const ENTRY = /^(jobs\[\d+\]\.tasks\[\d+\]|jobs\[\d+\]|fleet\.(?:local|cloud|api|human)\[\d+\]|faults\[\d+\])(?=$|[.[])/;
/** Lists that must be whole, or no entry can be found. */
const ROOTS = /^(?:$|jobs|fleet|faults)/;

export class FaultList {
  private readonly faults: Fault[];
  /** Paths of all faults, and all that they lie within. */
  private readonly places = new Set<string>();
  private readonly brokenEntries = new Set<string>();
  private readonly touchedEntries = new Set<string>();
  /** The file as a whole cannot be read further. */
  readonly hopeless: boolean;

  constructor(shape: readonly ShapeFault[]) {
    this.faults = shape.map(({ severe: _, ...rest }) => rest);
    let hopeless = false;
    for (const { path, severe } of shape) {
      for (const place of enclosingPaths(path)) this.places.add(place);
      const entry = ENTRY.exec(path)?.[1];
      if (entry !== undefined) {
        this.touchedEntries.add(entry);
        if (severe) this.brokenEntries.add(entry);
      } else if (severe && ROOTS.test(path)) hopeless = true;
    }
    this.hopeless = hopeless;
  }

  get count(): number { return this.faults.length; }

  add(code: string, path: string, message: string, extra: { value?: unknown; hint?: string } = {}): void {
    this.faults.push(fault(code, path, message, extra));
    for (const place of enclosingPaths(path)) this.places.add(place);
  }

  /** The entry's shape cannot be relied on. `path` is that of a job, task or fleet entry. */
  broken(path: () => string): boolean {
    return this.brokenEntries.size > 0 && this.brokenEntries.has(path());
  }

  /** The entry has a fault of shape, be it a mild one. */
  touched(path: () => string): boolean {
    return this.touchedEntries.size > 0 && this.touchedEntries.has(path());
  }

  /** There is a fault at the path, or somewhere within it. */
  anyWithin(path: string): boolean {
    return this.places.has(path);
  }

  /** Runs a parser; when it throws, adds its phrase, unless the place has been reported already. */
  parse<T>(code: string, path: string, value: unknown, parser: () => T): T | undefined {
    try { return parser(); } catch (error) {
      if (!this.anyWithin(path)) this.add(code, path, (error as Error).message, { value });
      return undefined;
    }
  }

  /** A duration in ms, or undefined for one that is absent or reported. */
  duration(value: DurationText | undefined, path: string, options: { readonly positive?: boolean } = {}): number | undefined {
    if (value === undefined) return undefined;
    const ms = this.parse('bad-duration', path, value, () => parseDuration(value));
    if (ms === undefined) return undefined;
    const tooLong = ms > MAX_DURATION_MS, zero = options.positive === true && ms === 0;
    if (tooLong) this.add('bad-duration', path, 'is longer than ten years', { value, hint: 'a plain number is in seconds' });
    if (zero) this.add('bad-duration', path, 'is zero', { value, hint: 'it must be at least 1ms' });
    return tooLong || zero ? undefined : ms;
  }

  /** A distribution in ms, or undefined for one that is absent or reported. */
  distribution(text: DistributionText | undefined, path: string): Distribution | undefined {
    if (text === undefined) return undefined;
    const distribution = this.parse('bad-distribution', path, text, () => parseDistribution(text));
    if (distribution !== undefined && longest(distribution) > MAX_DURATION_MS) {
      this.add('bad-duration', path, 'is longer than ten years', { value: text, hint: 'a plain number is in seconds' });
    }
    return distribution;
  }

  /** Throws all that was found as one InputError. */
  raise(): void {
    if (this.faults.length > 0) throw new InputError(this.faults);
  }
}

function longest(d: Distribution): number {
  return d.kind === 'empirical' ? d.values.at(-1)! : d.kind === 'uniform' || d.kind === 'triangular' ? d.max : d.mean;
}
