// The conformance suite on every store, and what is particular to each: locks that die with their process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSqliteStore, openSqliteStore } from '../../../../engine/live/stores/sqlite-store.ts';
import { openPostgresStore, readPostgresStore } from '../../../../engine/live/stores/postgres-store.ts';
import { Disk } from '../../../support/live/memory-store.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../../../support/live/postgres.ts';
import { removeFolder } from '../../../support/remove-folder.ts';
import { storeConformance } from './conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinclock-stores-'));
let places = 0;
afterAll(() => removeFolder(folder));
const newFile = () => join(folder, `${places++}`, 'run.sqlite');
const libsql = createRequire(import.meta.url)('libsql') as typeof import('libsql');

storeConformance('memory', () => {
  const disk = new Disk();
  return { open: async (run) => disk.open(run), takeOver: async (run) => disk.open(run) };
});

storeConformance('SQLite', () => {
  const path = newFile();
  return {
    open: (run) => openSqliteStore(path, run),
    read: (run) => readSqliteStore(path, run),
    // The lock file taken away under the writer: the epoch alone must keep it out.
    async takeOver(run) { rmSync(`${path}.lock`); return openSqliteStore(path, run); },
  };
});

describe('SQLite', () => {
  it('lets one process write, until that one is killed', async () => {
    const path = newFile(), script = `
      const Database = require(${JSON.stringify(createRequire(import.meta.url).resolve('libsql'))});
      require('node:fs').mkdirSync(require('node:path').dirname(process.argv[1]), { recursive: true });
      const lock = new Database(process.argv[1] + '.lock'); lock.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    await expect(openSqliteStore(path, 'r')).rejects.toMatchObject({ code: 'locked' });
    const dead = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await dead;
    const store = await openSqliteStore(path, 'r');
    expect(store.epoch).toBe(1);
    await store.close();
  });

  it('refuses the file of another run, and writes through to the disk', async () => {
    const path = newFile(), store = await openSqliteStore(path, 'one');
    await store.append({ rows: new Float64Array(6), wall: 0 });
    await store.close();
    await expect(openSqliteStore(path, 'two')).rejects.toMatchObject({ code: 'store' });
    const db = new libsql(path);
    expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    db.close();
  });
});

const missing = postgresMissing();
describe.skipIf(missing !== undefined)(`PostgreSQL${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  const server: PostgresServer | undefined = missing === undefined ? startPostgres() : undefined;
  afterAll(() => server?.stop());
  storeConformance('conformance', () => {
    const prefix = `place-${places++}-`;
    return {
      open: (run) => openPostgresStore(server!.address, prefix + run),
      read: (run) => readPostgresStore(server!.address, prefix + run),
      async takeOver(run) {
        const { default: { Client } } = await import('pg'), client = new Client({ connectionString: server!.address });
        await client.connect();
        // As after a network partition: the server has let go of the session, its client does not know.
        await client.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()");
        await client.end();
        return openPostgresStore(server!.address, prefix + run);
      },
    };
  });

  it('lets one session write a run, and others other runs', async () => {
    const one = await openPostgresStore(server!.address, 'a');
    await expect(openPostgresStore(server!.address, 'a')).rejects.toMatchObject({ code: 'locked' });
    const other = await openPostgresStore(server!.address, 'b');
    await Promise.all([one.close(), other.close()]);
    const again = await openPostgresStore(server!.address, 'a');
    expect(again.epoch).toBe(2);
    await again.close();
  });
});
