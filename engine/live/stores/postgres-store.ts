// The store on a PostgreSQL server: several runs in one database, the same promises as the embedded one. Each append is one
// transaction with `synchronous_commit = on`. The writer's lock is an advisory lock of its session: the server lets go of it
// when the session ends; the epoch row, locked in every append, keeps out a writer that has not noticed.
import type { Client } from 'pg';
import type { Json } from '../json.ts';
import type { AppendGroup, Document, DocumentKind, DocumentWrite, Store, StoredGroup, StoreReader } from '../store.ts';
import { hashString32 } from '../../model/ids.ts';
import { RunError } from '../../model/errors.ts';
import { STRIDE } from '../../journal/records.ts';
import { bytesOfRows, rowsOfBytes } from './sql-rows.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS twinclock_run (id text PRIMARY KEY, epoch integer NOT NULL);
  CREATE TABLE IF NOT EXISTS twinclock_groups (run text NOT NULL, first bigint NOT NULL, records integer NOT NULL, epoch integer NOT NULL, wall double precision NOT NULL,
    rows bytea NOT NULL, PRIMARY KEY (run, first));
  CREATE TABLE IF NOT EXISTS twinclock_documents (run text NOT NULL, kind text NOT NULL, id text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (run, kind, id));`;

/** First of the two numbers of our advisory locks; the second is the hash of the run's name. */
const LOCK_SPACE = 0x7477696e;
/** Serialises the making of tables, which is not safe to do twice at once. */
const TABLES_LOCK = 1;
const PAGE = 256;

interface GroupRow { readonly first: string; readonly epoch: number; readonly wall: number; readonly rows: Uint8Array }

/** Opens a run for writing. Throws `RunError` `locked` while another session writes it. */
export async function openPostgresStore(address: string, run: string): Promise<Store> {
  const client = await connect(address);
  try {
    await makeTables(client);
    const { rows: [taken] } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS taken', [LOCK_SPACE, hashString32(run) | 0]);
    if (taken?.taken !== true) throw new RunError('locked', `the run ${run} is open in another process`);
    const { rows: [raised] } = await client.query<{ epoch: number }>(
      'INSERT INTO twinclock_run (id, epoch) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET epoch = twinclock_run.epoch + 1 RETURNING epoch', [run]);
    return new PostgresStore(client, run, raised!.epoch, await rowCount(client, run));
  } catch (error) {
    await client.end();
    throw storeError(error);
  }
}

/** Opens a run for reading, beside its writer. Throws `RunError` `no-run` when it is not there. */
export async function readPostgresStore(address: string, run: string): Promise<StoreReader> {
  const client = await connect(address);
  const found = await client.query('SELECT 1 FROM twinclock_run WHERE id = $1', [run]).catch(() => undefined);
  if (found?.rowCount === 1) return new PostgresReader(client, run);
  await client.end();
  throw new RunError('no-run', `the database holds no run called ${run}`);
}

async function connect(address: string): Promise<Client> {
  const { Client } = (await import('pg')).default, client = new Client({ connectionString: address, application_name: 'twinclock' });
  // A lost connection is told by the query that meets it; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SET synchronous_commit = on');
    return client;
  } catch (error) {
    throw new RunError('store', `cannot reach the database: ${(error as Error).message}`);
  }
}

async function makeTables(client: Client): Promise<void> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK_SPACE - 1, TABLES_LOCK]);
  await client.query(TABLES);
  await client.query('COMMIT');
}

async function rowCount(client: Client, run: string): Promise<number> {
  const { rows: [last] } = await client.query<{ n: string }>('SELECT first + records AS n FROM twinclock_groups WHERE run = $1 ORDER BY first DESC LIMIT 1', [run]);
  return Number(last?.n ?? 0);
}

class PostgresReader implements StoreReader {
  readonly run: string;
  protected readonly client: Client;

  constructor(client: Client, run: string) {
    this.client = client;
    this.run = run;
  }

  async *groups(from = 0): AsyncGenerator<StoredGroup> {
    const end = await rowCount(this.client, this.run);
    for (let at = from; at < end;) {
      const { rows: found } = await this.client.query<GroupRow>(
        'SELECT first, epoch, wall, rows FROM twinclock_groups WHERE run = $1 AND first + records > $2 AND first < $3 ORDER BY first LIMIT $4', [this.run, at, end, PAGE]);
      if (found.length === 0) return;
      for (const { first, epoch, wall, rows } of found) yield { first: Number(first), epoch, wall, rows: rowsOfBytes(rows) };
      const last = found.at(-1)!;
      at = Number(last.first) + last.rows.byteLength / 8 / STRIDE;
    }
  }

  async get(kind: DocumentKind, id: string): Promise<Json | undefined> {
    const { rows: [found] } = await this.client.query<{ value: string }>('SELECT value FROM twinclock_documents WHERE run = $1 AND kind = $2 AND id = $3', [this.run, kind, id]);
    return found === undefined ? undefined : JSON.parse(found.value) as Json;
  }

  async list(kind: DocumentKind, { prefix = '' }: { readonly prefix?: string } = {}): Promise<readonly Document[]> {
    const { rows: found } = await this.client.query<{ id: string; value: string }>(
      'SELECT id, value FROM twinclock_documents WHERE run = $1 AND kind = $2 AND starts_with(id, $3) ORDER BY id', [this.run, kind, prefix]);
    return found.map(({ id, value }) => ({ kind, id, value: JSON.parse(value) as Json }));
  }

  async close(): Promise<void> { await this.client.end(); }
}

class PostgresStore extends PostgresReader implements Store {
  readonly epoch: number;
  count: number;
  /** Appends stand in line: a connection runs one transaction at a time. */
  private line: Promise<unknown> = Promise.resolve();
  private failed: RunError | undefined;

  constructor(client: Client, run: string, epoch: number, count: number) {
    super(client, run);
    this.epoch = epoch;
    this.count = count;
  }

  append(group: AppendGroup): Promise<void> {
    const done = this.line.then(() => this.write(group));
    this.line = done.catch(() => {});
    return done;
  }

  private async write({ rows, wall, writes = [] }: AppendGroup): Promise<void> {
    if (this.failed !== undefined) throw this.failed;
    const { client, run } = this, records = rows.length / STRIDE;
    try {
      await this.begin();
      if (records > 0) await client.query('INSERT INTO twinclock_groups (run, first, records, epoch, wall, rows) VALUES ($1, $2, $3, $4, $5, $6)', [run, this.count, records, this.epoch, wall, bytesOfRows(rows)]);
      for (const each of writes) await this.writeDocument(each);
      await client.query('COMMIT');
      this.count += records;
    } catch (error) {
      const rolledBack = await client.query('ROLLBACK').then(() => true, () => false), known = storeError(error);
      if (known.code !== 'conflict' || !rolledBack) this.failed = known;
      throw known;
    }
  }

  /** A transaction of the run's only writer. */
  private async begin(): Promise<void> {
    await this.client.query('BEGIN');
    const { rows: [found] } = await this.client.query<{ epoch: number }>('SELECT epoch FROM twinclock_run WHERE id = $1 FOR UPDATE', [this.run]);
    if (found?.epoch !== this.epoch) throw new RunError('fenced', `another writer has taken over (epoch ${found?.epoch}, ours is ${this.epoch})`);
  }

  private async writeDocument({ kind, id, value, once }: DocumentWrite): Promise<void> {
    const { client, run } = this;
    if (value === undefined) { await client.query('DELETE FROM twinclock_documents WHERE run = $1 AND kind = $2 AND id = $3', [run, kind, id]); return; }
    const onConflict = once === true ? 'DO NOTHING' : '(run, kind, id) DO UPDATE SET value = excluded.value';
    const { rowCount: written } = await client.query(`INSERT INTO twinclock_documents (run, kind, id, value) VALUES ($1, $2, $3, $4) ON CONFLICT ${onConflict}`, [run, kind, id, JSON.stringify(value)]);
    if (written === 0) throw new RunError('conflict', `the ${kind} ${id} is there already`);
  }

  async remove(): Promise<void> {
    await this.line;
    try {
      await this.begin();
      for (const [table, key] of [['twinclock_groups', 'run'], ['twinclock_documents', 'run'], ['twinclock_run', 'id']]) await this.client.query(`DELETE FROM ${table} WHERE ${key} = $1`, [this.run]);
      await this.client.query('COMMIT');
    } catch (error) { throw storeError(error); } finally { await this.close(); }
  }

  override async close(): Promise<void> {
    await this.line;
    this.failed ??= new RunError('store', 'the store is closed');
    await this.client.end();
  }
}

const storeError = (error: unknown): RunError => (error instanceof RunError ? error : new RunError('store', `the store failed: ${(error as Error).message}`));
