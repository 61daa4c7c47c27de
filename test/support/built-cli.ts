// The command line as people get it: the bundle, run as a child process. It is built at most once for each state of the
// sources, into a folder of its own, so that tests in several processes at once share one build and touch no other.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { removeFolder } from './remove-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)), CACHE = join(ROOT, 'node_modules', '.cache', 'twinclock-cli');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let built: string | undefined;

/** Path of a bundle that is as new as the sources were when this process first asked. */
export function builtCli(): string {
  return built ??= build();
}

function build(): string {
  const dir = join(CACHE, sourceState()), bundle = join(dir, 'twinclock.mjs');
  if (existsSync(bundle)) return bundle;
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE)) if (statSync(join(CACHE, old)).mtimeMs < Date.now() - 3_600_000) rmSync(join(CACHE, old), { recursive: true, force: true });
  const fresh = mkdtempSync(join(CACHE, 'building-'));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'error'], { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } });
  try {
    renameSync(fresh, dir);
  } catch (error) {
    if (!existsSync(bundle)) throw error;
    removeFolder(fresh); // another process was faster
  }
  return bundle;
}

/** Newest change and number of the files that go into the bundle. */
function sourceState(): string {
  let newest = statSync(join(ROOT, 'package.json')).mtimeMs, count = 0;
  const look = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isDirectory()) look(join(dir, entry.name));
      else { newest = Math.max(newest, statSync(join(dir, entry.name)).mtimeMs); count++; }
    }
  };
  for (const room of ['engine', 'policies', 'scenarios']) look(join(ROOT, room));
  return `${Math.round(newest)}-${count}`;
}

/** Runs `twinclock` with these arguments. `cwd`: default a temporary folder, see `workFolder`. */
export function twinclock(args: readonly string[], options: { readonly input?: string | Uint8Array; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtCli(), ...args], { cwd: options.cwd ?? tmpdir(), env: { ...process.env, ...options.env }, stdio: 'pipe' });
    const out: Buffer[] = [], err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => {}); // it may end without reading its input
    child.on('error', reject);
    child.on('close', (code) => { resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }); });
    child.stdin.end(options.input ?? '');
  });
}

/** A shell line in which `$TWINCLOCK` is the command. */
export function shell(line: string, cwd: string): Promise<CliResult> {
  return new Promise((resolve) => {
    execFile('/bin/bash', ['-c', line], { cwd, env: { ...process.env, TWINCLOCK: `${process.execPath} ${builtCli()}` } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** A temporary folder for the tests of a file, removed after them. */
export function workFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'twinclock-cli-'));
  afterAll(() => { removeFolder(dir); });
  return dir;
}

/** The one JSON object that a command printed. */
export function onlyJson(text: string): any {
  return JSON.parse(text);
}
