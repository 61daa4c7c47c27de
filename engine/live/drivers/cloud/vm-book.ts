// What is remembered of VMs that were asked for: durable notes, written before the cloud is asked, so that after any death of the
// daemon it is known what may exist. The cloud's tags tell the same of what does exist; the book tells what we meant. What is gone
// stays in it for a day: so long a cloud may still show it, or somebody speak for it.
import { vmName, type VmKey } from '../../driver-events.ts';
import type { LiveClock } from '../../clock.ts';
import type { DriverNotes } from '../../driver.ts';
import type { Json } from '../../json.ts';
import { shortId } from './agent/agent-desk.ts';

export type VmCause = 'released' | 'interrupted' | 'refused';

export interface VmEntry {
  readonly key: VmKey;
  readonly entry: string;
  readonly market: 'on-demand' | 'spot';
  /** ms since 1970. */
  readonly askedAt: number;
  /** The placement (subnet) it was last asked for in; those before it surely gave none. */
  readonly placement: number;
  /** The cloud's own name of it, once told. */
  readonly instance?: string;
  /** Its agent has reported: ms since 1970. */
  readonly helloAt?: number;
  /** We asked for its end: if it is seen again it is ended again. */
  readonly ended?: true;
  /** A rehearsal will have it ended: ms since 1970. */
  readonly killAt?: number;
  /** Nothing of it is left, or ever was. */
  readonly gone?: VmCause;
  /** Since when, ms since 1970. */
  readonly goneAt?: number;
}

const KEPT_MS = 86_400_000;

export const vmId = (key: VmKey): string => shortId(vmName(key));

export class VmBook {
  private readonly notes: DriverNotes;
  private readonly clock: LiveClock;
  private readonly entries = new Map<string, VmEntry>();
  /** VMs that may be there, and those whose end has not been told. */
  private readonly current = new Set<string>();
  /** The earliest instant at which something may be too old to be kept, ms since 1970. */
  private oldAt = 0;

  constructor(notes: DriverNotes, clock: LiveClock) {
    this.notes = notes;
    this.clock = clock;
  }

  async load(): Promise<void> {
    for (const { name, value } of await this.notes.list('vm ')) {
      const id = name.slice(3), entry = value as unknown as VmEntry;
      this.entries.set(id, entry);
      if (entry.gone === undefined) this.current.add(id);
    }
    await this.dropOld();
  }

  /** By the short name, `vmId`. */
  get(id: string): VmEntry | undefined { return this.entries.get(id); }
  /** Those that may be there, and those whose end has not been told. */
  present(): readonly (readonly [string, VmEntry])[] { return [...this.current].map((id) => [id, this.entries.get(id)!]); }
  isPresent(id: string): boolean { return this.current.has(id); }

  /** Its end has been told. */
  async told(id: string): Promise<void> {
    this.current.delete(id);
    await this.dropOld();
  }

  private async dropOld(): Promise<void> {
    const now = this.clock.wall();
    if (now < this.oldAt) return;
    this.oldAt = now + KEPT_MS;
    for (const [id, { gone, goneAt = 0 }] of [...this.entries]) {
      if (gone === undefined || this.current.has(id)) continue;
      if (goneAt + KEPT_MS > now) { this.oldAt = Math.min(this.oldAt, goneAt + KEPT_MS); continue; }
      this.entries.delete(id);
      await this.notes.delete(`vm ${id}`);
    }
  }

  /** Durable when it returns; what is looked up meanwhile is new already. */
  async set(entry: VmEntry): Promise<void> {
    const id = vmId(entry.key);
    if (!this.entries.has(id)) this.current.add(id);
    this.entries.set(id, entry);
    await this.notes.put(`vm ${id}`, entry as unknown as Json);
  }

  /** Changes what is known of it; nothing when that is nothing new, or when it is not in the book. */
  async note(id: string, change: Partial<Omit<VmEntry, 'key'>>): Promise<void> {
    const before = this.entries.get(id);
    if (before === undefined || Object.entries(change).every(([name, value]) => before[name as keyof VmEntry] === value)) return;
    await this.set({ ...before, ...change });
  }
}
