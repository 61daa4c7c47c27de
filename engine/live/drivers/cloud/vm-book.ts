// What is remembered of every VM that was ever asked for: durable notes, written before the cloud is asked, so that after any death of
// the daemon it is known what may exist. The cloud's tags tell the same of what does exist; the book tells what we meant.
import { vmName, type VmKey } from '../../driver-events.ts';
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
  /** Nothing of it is left, or ever was. */
  readonly gone?: VmCause;
}

export const vmId = (key: VmKey): string => shortId(vmName(key));

export class VmBook {
  private readonly notes: DriverNotes;
  private readonly entries = new Map<string, VmEntry>();

  constructor(notes: DriverNotes) { this.notes = notes; }

  async load(): Promise<void> {
    for (const { name, value } of await this.notes.list('vm ')) this.entries.set(name.slice(3), value as unknown as VmEntry);
  }

  /** By the short name, `vmId`. */
  get(id: string): VmEntry | undefined { return this.entries.get(id); }
  all(): readonly (readonly [string, VmEntry])[] { return [...this.entries]; }

  /** Durable when it returns; what is looked up meanwhile is new already. */
  async set(entry: VmEntry): Promise<void> {
    const id = vmId(entry.key);
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
