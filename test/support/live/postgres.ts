// A PostgreSQL server of the test's own, from the machine's packages: a cluster in a temporary folder, on a Unix socket only.
// It refuses to run as root, so root lends it an unprivileged user. Without server binaries the tests skip, saying so.
import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../remove-folder.ts';

const DEBIAN = '/usr/lib/postgresql';

function binaries(): string | undefined {
  const folders = [...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []), ...(process.env['PATH'] ?? '').split(':')];
  return folders.find((folder) => ['initdb', 'pg_ctl', 'postgres'].every((name) => existsSync(join(folder, name))));
}

/** Undefined when a server can be started here; else why not. */
export function postgresMissing(): string | undefined {
  if (binaries() === undefined) return 'no PostgreSQL server binaries on this machine';
  if (process.getuid?.() !== 0) return undefined;
  try { execFileSync('id', ['-u', 'postgres'], { stdio: 'ignore' }); accessSync('/usr/sbin/runuser'); return undefined; } catch { return 'root cannot run PostgreSQL, and there is no user postgres to lend'; }
}

export interface PostgresServer {
  /** `postgres://...` of an empty database. */
  readonly address: string;
  /** Ends every session, as a crash of their clients' network would. */
  stop(): void;
}

/** Starts a server in a new temporary folder; about a second. */
export function startPostgres(): PostgresServer {
  const bin = binaries()!, folder = mkdtempSync(join(tmpdir(), 'twinclock-pg-')), data = join(folder, 'data'), asRoot = process.getuid?.() === 0;
  const run = (program: string, args: readonly string[]) => (asRoot
    ? execFileSync('/usr/sbin/runuser', ['-u', 'postgres', '--', join(bin, program), ...args], { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' })
    : execFileSync(join(bin, program), args, { stdio: ['ignore', 'ignore', 'pipe'] }));
  mkdirSync(data);
  chmodSync(folder, 0o755);
  if (asRoot) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
    for (const path of [folder, data]) chownSync(path, uid!, gid!);
  }
  run('initdb', ['-D', data, '-U', 'twinclock', '--auth=trust', '--no-locale', '-E', 'UTF8', '--no-sync']);
  run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', `-c listen_addresses='' -c unix_socket_directories='${folder}' -c max_connections=20`, 'start']);
  return {
    address: `postgres://twinclock@/postgres?host=${encodeURIComponent(folder)}`,
    stop() {
      try { run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']); } finally { removeFolder(folder); }
    },
  };
}
