// A driver on its own: notes that outlive it, a clock moved by hand, and the events it tells.
import type { DriverEvent } from '../../../engine/live/driver-events.ts';
import type { DriverContext, DriverNotes, UnitInfo } from '../../../engine/live/driver.ts';
import type { Json } from '../../../engine/live/json.ts';
import { HandClock } from './hand-clock.ts';

export class DriverBench {
  readonly clock: HandClock;
  readonly events: DriverEvent[] = [];
  readonly logged: string[] = [];
  kept = new Map<string, Json>();
  private waiting: (() => void)[] = [];

  constructor(clock = new HandClock()) { this.clock = clock; }

  readonly notes: DriverNotes = {
    get: (name) => Promise.resolve(this.kept.get(name)),
    put: (name, value) => { this.kept.set(name, value); return Promise.resolve(); },
    putAll: (notes) => { for (const [name, value] of notes) if (value === undefined) this.kept.delete(name); else this.kept.set(name, value); return Promise.resolve(); },
    delete: (name) => { this.kept.delete(name); return Promise.resolve(); },
    list: (prefix) => Promise.resolve([...this.kept].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value }))),
  };

  context(units: readonly UnitInfo[], entries: Readonly<Record<string, Json>>, directory = '/nowhere'): DriverContext {
    return {
      run: 'r', epoch: this.clock.wall() - this.clock.now(), clock: this.clock, notes: this.notes, directory, units, entries,
      emit: (event) => { this.events.push(event); for (const look of [...this.waiting]) look(); },
      log: (level, message) => { this.logged.push(`${level}: ${message}`); },
    };
  }

  /** Resolves as soon as it holds; looked at after each event. */
  until(what: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => { if (what()) { this.waiting = this.waiting.filter((other) => other !== look); resolve(); } };
      this.waiting.push(look);
      look();
    });
  }

  /** Events of these types, in order. */
  of(...types: readonly DriverEvent['type'][]): DriverEvent[] { return this.events.filter(({ type }) => types.includes(type)); }
}
