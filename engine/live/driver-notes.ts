// A driver's notes in the run's store: documents of a kind of its own, each write a durable group without rows.
import type { LiveClock } from './clock.ts';
import type { DriverNotes } from './driver.ts';
import type { Json } from './json.ts';
import type { DocumentKind, Store } from './store.ts';

const NO_ROWS = new Float64Array(0);

export class DriverNotesOf implements DriverNotes {
  private readonly store: Store;
  private readonly kind: DocumentKind;
  private readonly clock: LiveClock;

  /** `label` tells the driver's notes from those of others. */
  constructor(store: Store, label: string, clock: LiveClock) {
    this.store = store;
    this.kind = `note:${label}`;
    this.clock = clock;
  }

  get(name: string): Promise<Json | undefined> { return this.store.get(this.kind, name); }

  put(name: string, value: Json): Promise<void> { return this.putAll([[name, value]]); }
  delete(name: string): Promise<void> { return this.putAll([[name, undefined]]); }

  async putAll(notes: readonly (readonly [name: string, value: Json | undefined])[]): Promise<void> {
    await this.store.append({ rows: NO_ROWS, wall: this.clock.wall(), writes: notes.map(([id, value]) => ({ kind: this.kind, id, value })) });
  }

  async list(prefix: string): Promise<readonly { readonly name: string; readonly value: Json }[]> {
    return (await this.store.list(this.kind, { prefix })).map(({ id, value }) => ({ name: id, value }));
  }
}
