// The embedded store: one SQLite file a run, in WAL mode with `synchronous=FULL`, so that a commit is on the disk when it
// returns. The writer's lock is an exclusive transaction on a second, empty database beside it, held for life: the
// operating system lets go of it when the process dies, however it dies.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type Libsql from 'libsql';
import type { Json } from '../json.ts';
import type { AppendGroup, Document, DocumentKind, DocumentWrite, Store, StoredGroup, StoreReader } from '../store.ts';
import { RunError } from '../../model/errors.ts';
import { STRIDE } from '../../journal/records.ts';
import { bytesOfRows, rowsOfBytes } from './sql-rows.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS groups (first INTEGER PRIMARY KEY, records INTEGER NOT NULL, epoch INTEGER NOT NULL, wall REAL NOT NULL, rows BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS documents (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;`;

/** Groups read at a time. */
const PAGE = 256;

interface GroupRow { readonly first: number; readonly epoch: number; readonly wall: number; readonly rows: ArrayBuffer }

/** Opens a run's file for writing; makes it when it is not there. Throws `RunError` `locked` while another process writes. */
export async function openSqliteStore(path: string, run: string): Promise<Store> {
  const Database = (await import('libsql')).default;
  mkdirSync(dirname(path), { recursive: true });
  const lock = takeLock(Database, `${path}.lock`, run);
  try {
    const db = new Database(path);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;');
    db.exec(TABLES);
    return new SqliteStore(db, run, lock);
  } catch (error) {
    lock.close();
    throw storeError(error);
  }
}

/** Opens a run's file for reading, beside its writer. Without a name: the run the file holds. Throws `RunError` `no-run` when it is not there. */
export async function readSqliteStore(path: string, name?: string): Promise<StoreReader> {
  const Database = (await import('libsql')).default;
  try {
    const db = new Database(path, { fileMustExist: true });
    db.exec('PRAGMA busy_timeout = 10000; PRAGMA query_only = ON;');
    const found = db.prepare('SELECT id FROM run WHERE ? IS NULL OR id = ?').get(name ?? null, name ?? null) as { readonly id: string } | undefined;
    if (found === undefined) throw new RunError('no-run', `${path} holds no run${name === undefined ? '' : ` called ${name}`}`);
    return new SqliteReader(db, found.id);
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError('no-run', `there is no run in ${path}: ${(error as Error).message}`);
  }
}

function takeLock(Database: typeof Libsql, path: string, run: string): Libsql.Database {
  const lock = new Database(path);
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock.close();
    throw new RunError('locked', `the run ${run} is open in another process`, { path, cause: (error as Error).message });
  }
}

class SqliteReader implements StoreReader {
  readonly run: string;
  protected readonly db: Libsql.Database;

  constructor(db: Libsql.Database, run: string) {
    this.db = db;
    this.run = run;
  }

  async *groups(from = 0): AsyncGenerator<StoredGroup> {
    const page = this.db.prepare('SELECT first, epoch, wall, rows FROM groups WHERE first + records > ? AND first < ? ORDER BY first LIMIT ?');
    const end = this.rowCount();
    for (let at = from; at < end;) {
      const found = page.all(at, end, PAGE) as GroupRow[];
      if (found.length === 0) return;
      for (const { first, epoch, wall, rows } of found) yield { first, epoch, wall, rows: rowsOfBytes(rows) };
      const last = found.at(-1)!;
      at = last.first + last.rows.byteLength / 8 / STRIDE;
    }
  }

  async get(kind: DocumentKind, id: string): Promise<Json | undefined> {
    const found = this.db.prepare('SELECT value FROM documents WHERE kind = ? AND id = ?').get(kind, id) as { value: string } | undefined;
    return found === undefined ? undefined : JSON.parse(found.value) as Json;
  }

  async list(kind: DocumentKind, { prefix = '' }: { readonly prefix?: string } = {}): Promise<readonly Document[]> {
    const found = this.db.prepare('SELECT id, value FROM documents WHERE kind = ? AND substr(id, 1, ?) = ? ORDER BY id').all(kind, [...prefix].length, prefix) as { id: string; value: string }[];
    return found.map(({ id, value }) => ({ kind, id, value: JSON.parse(value) as Json }));
  }

  async close(): Promise<void> { this.db.close(); }

  protected rowCount(): number {
    const last = this.db.prepare('SELECT first + records AS n FROM groups ORDER BY first DESC LIMIT 1').get() as { n: number } | undefined;
    return last?.n ?? 0;
  }
}

class SqliteStore extends SqliteReader implements Store {
  readonly epoch: number;
  count: number;
  private readonly lock: Libsql.Database;
  private readonly statements: Readonly<Record<'epoch' | 'group' | 'insert' | 'upsert' | 'delete', Libsql.Statement>>;
  private failed: RunError | undefined;

  constructor(db: Libsql.Database, run: string, lock: Libsql.Database) {
    super(db, run);
    this.lock = lock;
    const other = db.prepare('SELECT id FROM run WHERE id <> ?').get(run) as { id: string } | undefined;
    if (other !== undefined) throw new RunError('store', `the file holds the run ${other.id}, not ${run}`);
    const raised = db.prepare('INSERT INTO run (id, epoch) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1 RETURNING epoch').get(run) as { epoch: number };
    this.epoch = raised.epoch;
    this.count = this.rowCount();
    this.statements = {
      epoch: db.prepare('SELECT epoch FROM run WHERE id = ?'),
      group: db.prepare('INSERT INTO groups (first, records, epoch, wall, rows) VALUES (?, ?, ?, ?, ?)'),
      insert: db.prepare('INSERT INTO documents (kind, id, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
      upsert: db.prepare('INSERT INTO documents (kind, id, value) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value'),
      delete: db.prepare('DELETE FROM documents WHERE kind = ? AND id = ?'),
    };
  }

  async append({ rows, wall, writes = [] }: AppendGroup): Promise<void> {
    if (this.failed !== undefined) throw this.failed;
    const records = rows.length / STRIDE;
    try {
      this.begin();
      if (records > 0) this.statements.group.run(this.count, records, this.epoch, wall, bytesOfRows(rows));
      for (const write of writes) this.write(write);
      this.db.exec('COMMIT');
      this.count += records;
    } catch (error) {
      throw this.rollBack(error);
    }
  }

  /** A transaction of the run's only writer. */
  private begin(): void {
    this.db.exec('BEGIN IMMEDIATE');
    const epoch = (this.statements.epoch.get(this.run) as { readonly epoch: number } | undefined)?.epoch;
    if (epoch !== this.epoch) throw new RunError('fenced', `another writer has taken over (epoch ${epoch}, ours is ${this.epoch})`);
  }

  private write({ kind, id, value, once }: DocumentWrite): void {
    if (value === undefined) this.statements.delete.run(kind, id);
    else if (once !== true) this.statements.upsert.run(kind, id, JSON.stringify(value));
    else if (this.statements.insert.run(kind, id, JSON.stringify(value)).changes === 0) throw new RunError('conflict', `the ${kind} ${id} is there already`);
  }

  /** After a failure nothing of the group is there; only one of the disk's leaves that open, and ends the store. */
  private rollBack(error: unknown): RunError {
    let rolledBack = true;
    try { if (this.db.inTransaction) this.db.exec('ROLLBACK'); } catch { rolledBack = false; }
    const known = storeError(error);
    if (known.code !== 'conflict' || !rolledBack) this.failed = known;
    return known;
  }

  async remove(): Promise<void> {
    try {
      this.begin();
      this.db.exec('DELETE FROM groups; DELETE FROM documents; DELETE FROM run; COMMIT');
    } catch (error) { throw this.rollBack(error); } finally { await this.close(); }
  }

  override async close(): Promise<void> {
    this.failed ??= new RunError('store', 'the store is closed');
    this.db.close();
    this.lock.close();
  }
}

const storeError = (error: unknown): RunError => (error instanceof RunError ? error : new RunError('store', `the store failed: ${(error as Error).message}`));
