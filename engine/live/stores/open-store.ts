// Which store an address means: `postgres://...`, or the path of an SQLite file. The database's code is loaded only then.
import type { Store, StoreReader } from '../store.ts';

const isPostgres = (address: string): boolean => /^postgres(ql)?:\/\//.test(address);

/** Opens a run for writing; see `Store`. */
export async function openStore(address: string, run: string): Promise<Store> {
  return isPostgres(address) ? (await import('./postgres-store.ts')).openPostgresStore(address, run) : (await import('./sqlite-store.ts')).openSqliteStore(address, run);
}

/** Opens a run for reading, be its writer alive or not. */
export async function readStore(address: string, run?: string): Promise<StoreReader> {
  return isPostgres(address) ? (await import('./postgres-store.ts')).readPostgresStore(address, run ?? '') : (await import('./sqlite-store.ts')).readSqliteStore(address, run);
}
