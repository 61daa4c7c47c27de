// People who are away for a rehearsal: they take and answer nothing, whoever speaks for them, and the time does not count as worked.
// Kept in memory: whoever injects does so again after a restart.
import { inputError } from '../../../model/errors.ts';
import type { LiveClock } from '../../clock.ts';
import type { DriverFaults, LiveFault } from '../../driver-faults.ts';

interface Absence { readonly unit: string; readonly from: number; readonly until: number; to: number }

export class Absences implements DriverFaults {
  private readonly clock: LiveClock;
  private readonly changed: (unit: string) => void;
  private readonly on = new Map<string, Absence>();
  /** Of all there were. */
  private readonly all: Absence[] = [];

  /** `changed` is told whenever somebody goes or comes back. */
  constructor(clock: LiveClock, changed: (unit: string) => void) {
    this.clock = clock;
    this.changed = changed;
  }

  refusal(kind: LiveFault['kind']): string | undefined {
    if (kind === 'away') return undefined;
    return kind === 'slow-down' ? 'people work at their own pace' : `a person has no ${kind}`;
  }

  inject(id: string, fault: LiveFault): Promise<void> {
    if (fault.kind !== 'away' || this.on.has(id)) return Promise.resolve();
    const absence = { unit: fault.unit, from: this.clock.wall(), until: fault.until, to: Infinity };
    this.on.set(id, absence);
    this.all.push(absence);
    this.changed(fault.unit);
    return Promise.resolve();
  }

  withdraw(id: string): Promise<void> {
    const absence = this.on.get(id);
    if (absence === undefined) return Promise.resolve();
    absence.to = this.clock.wall();
    this.on.delete(id);
    this.changed(absence.unit);
    return Promise.resolve();
  }

  held(): Promise<readonly string[]> { return Promise.resolve([...this.on.keys()]); }

  /** When they are expected back, ms since 1970; undefined when they are there. */
  awayUntil(unit: string): number | undefined {
    const own = [...this.on.values()].filter((absence) => absence.unit === unit);
    return own.length === 0 ? undefined : Math.max(...own.map(({ until }) => until));
  }

  /** Throws `InputError` `person-away`. */
  refuseAway(unit: string): void {
    const until = this.awayUntil(unit);
    if (until === undefined) return;
    throw inputError('person-away', 'person', `is away for a rehearsal${until < Infinity ? ` until ${new Date(until).toISOString()}` : ''}`, { value: unit, hint: 'somebody else can take it, or take the faults back: twinclock withdraw' });
  }

  /** ms away between two instants; absences that overlap count once. */
  awayMs(unit: string, from: number, to: number): number {
    const own = this.all.filter((absence) => absence.unit === unit).sort((a, b) => a.from - b.from);
    let sum = 0, counted = from;
    for (const absence of own) {
      const begins = Math.max(counted, absence.from), ends = Math.min(to, absence.to);
      if (ends > begins) { sum += ends - begins; counted = ends; }
    }
    return sum;
  }
}
