// What a figure was measured on and with.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly os: string;
  /** Load average of the last minute when the bench began: above 0, others were at work as well. */
  readonly load: number;
}

export function machine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown', cores: os.availableParallelism(), memoryGB: Math.round(os.totalmem() / 1e9),
    os: `${os.type()} ${os.release()} ${os.arch()}`, load: os.loadavg()[0]!,
  };
}

/** Versions of what takes part, by name. */
export function versions(root: string): Record<string, string> {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const installed = (name: string) => (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  return {
    node: process.versions.node, v8: process.versions.v8, twinclock: own.version, commit: commit(root),
    simjs: installed('simjs'), tinybench: installed('tinybench'), vite: installed('vite'),
  };
}

/** The commit that is checked out, with a `+` when files differ from it; empty where there is no git. */
function commit(root: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try { return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--', 'engine', 'policies', 'scenarios', 'bench') === '' ? '' : '+'); }
  catch { return ''; }
}
