// A store in memory that can be cut off at any append, as a crash would: what was not acknowledged may or may not be there
// afterwards, as the caller wishes. Groups outlive the writer in a `Disk`, and the next writer opens that.
import type { Json } from '../../../engine/live/json.ts';
import type { AppendGroup, Document, DocumentKind, Store, StoredGroup } from '../../../engine/live/store.ts';
import { STRIDE } from '../../../engine/journal/records.ts';
import { RunError } from '../../../engine/model/errors.ts';

/** What survives a crash. */
export class Disk {
  readonly groups: StoredGroup[] = [];
  readonly documents = new Map<string, Document>();
  epoch = 0;
  count = 0;
  writer: MemoryStore | undefined;

  /** A new writer; the old one is fenced. */
  open(run: string): MemoryStore {
    return this.writer = new MemoryStore(this, run, ++this.epoch);
  }
}

const idOf = (kind: string, id: string) => `${kind}\n${id}`;

export class MemoryStore implements Store {
  readonly run: string;
  readonly epoch: number;
  private readonly disk: Disk;
  private closed = false;
  /** Called before each append is written; may throw to fail it, or never resolve to be cut off there. */
  beforeWrite: () => Promise<void> = async () => {};
  /** Called after it is written, before it is acknowledged. */
  afterWrite: () => Promise<void> = async () => {};
  private line: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk, run: string, epoch: number) {
    this.disk = disk;
    this.run = run;
    this.epoch = epoch;
  }

  get count(): number { return this.disk.count; }

  append(group: AppendGroup): Promise<void> {
    const done = this.line.then(() => this.write(group));
    this.line = done.catch(() => {});
    return done;
  }

  private async write({ rows, wall, writes = [] }: AppendGroup): Promise<void> {
    const { disk } = this;
    if (this.closed) throw new RunError('store', 'the store is closed');
    await this.beforeWrite();
    if (disk.epoch !== this.epoch) throw new RunError('fenced', 'another writer has taken over');
    for (const { kind, id, once } of writes) if (once === true && disk.documents.has(idOf(kind, id))) throw new RunError('conflict', `the ${kind} ${id} is there already`);
    if (rows.length > 0) disk.groups.push({ first: disk.count, rows: rows.slice(), wall, epoch: this.epoch });
    disk.count += rows.length / STRIDE;
    for (const { kind, id, value } of writes) {
      if (value === undefined) disk.documents.delete(idOf(kind, id));
      else disk.documents.set(idOf(kind, id), { kind, id, value: JSON.parse(JSON.stringify(value)) as Json });
    }
    await this.afterWrite();
  }

  async *groups(from = 0): AsyncGenerator<StoredGroup> {
    for (const group of this.disk.groups.slice()) if (group.first + group.rows.length / STRIDE > from) yield group;
  }

  async get(kind: DocumentKind, id: string): Promise<Json | undefined> { return this.disk.documents.get(idOf(kind, id))?.value; }

  async list(kind: DocumentKind, { prefix = '' }: { readonly prefix?: string } = {}): Promise<readonly Document[]> {
    return [...this.disk.documents.values()].filter((d) => d.kind === kind && d.id.startsWith(prefix)).sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
  }

  async remove(): Promise<void> {
    const { disk } = this;
    await this.close();
    if (disk.epoch !== this.epoch) throw new RunError('fenced', 'another writer has taken over');
    disk.groups.length = 0;
    disk.documents.clear();
    disk.epoch = disk.count = 0;
  }

  async close(): Promise<void> {
    await this.line;
    this.closed = true;
  }
}
