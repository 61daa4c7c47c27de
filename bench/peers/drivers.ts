// Who can be asked here: ours always, and each peer whose driver is in the shared folder and whose software is installed
// (SimGrid's headers; a SimPy checkout in SIMPY_SRC). Who is missing is named and left out.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Setting } from '../case.ts';
import type { Contestant } from './contest.ts';
import type { HoldQueue } from './hold-model.ts';
import type { ModelMode } from './model-runs.ts';

/** SimGrid at its best: small stacks without guard pages, silent. */
const SIMGRID_OPTIONS = ['--cfg=contexts/stack-size:64', '--cfg=contexts/guard-size:0', '--log=root.thres:critical'];

export interface Field {
  readonly contestants: readonly Contestant[];
  /** What is missing, and why. */
  readonly notes: readonly string[];
}

/** Everyone for the common case on graph files (separated by commas). */
export function dagField(setting: Setting, files: string): Field {
  return field(setting, (['bare', 'audited'] as const).map((mode) => modelDriver(setting, files, mode)), (peers) => [
    peers.compiled('simgrid/dag.cpp', ['-lsimgrid'], (program) => ['exec', 'timer'].map((mode) => (
      { name: `simgrid ${mode}`, command: program, args: [mode, files, '1', '1', ...SIMGRID_OPTIONS] }))),
    peers.compiled('cpp-limit/dag.cpp', [], (program) => [{ name: 'c++', command: program, args: [files, '1', '1'] }]),
    peers.simpy('dag.py', [files, '1', '1']),
    peers.script('js/dag.mjs', [files, '1', '2', 'heap2', 'reuse']),
  ]);
}

/** Everyone for the hold model. */
export function holdField(setting: Setting, pending: number, steps: number): Field {
  const given = [String(pending), String(steps)], driver = join(setting.bundle, 'hold-driver.mjs');
  const ours = (queue: HoldQueue): Contestant => ({ name: `twinclock ${queue}`, command: process.execPath, args: [driver, queue, ...given, '1'] });
  return field(setting, [ours('calendar'), ours('heap')], (peers) => [
    peers.compiled('simgrid/hold.cpp', ['-lsimgrid'], (program) => [{ name: 'simgrid timer', command: program, args: ['timer', ...given, ...SIMGRID_OPTIONS] }]),
    peers.compiled('cpp-limit/hold.cpp', [], (program) => [{ name: 'c++', command: program, args: ['std-priority-queue', ...given, '1'] }]),
    peers.simpy('hold.py', ['callback', ...given, '1']),
    peers.script('js/hold.mjs', ['heap2', ...given, '1']),
  ]);
}

function modelDriver({ bundle, quick }: Setting, files: string, mode: ModelMode): Contestant {
  return { name: `twinclock ${mode}`, command: process.execPath, args: [join(bundle, 'model-driver.mjs'), files, mode, quick ? '0' : '2'] };
}

function field(setting: Setting, ours: readonly Contestant[], others: (peers: Peers) => readonly (readonly Contestant[] | string)[]): Field {
  if (setting.quick) return { contestants: ours, notes: [] };
  const folder = resolve(process.env.TWINCLOCK_PEERS ?? join(setting.root, '../shared/peers'));
  if (!existsSync(folder)) return { contestants: ours, notes: ['peers: no folder of peers (TWINCLOCK_PEERS), ours is measured alone'] };
  const found = others(new Peers(folder, setting.bundle));
  return { contestants: [...ours, ...found.flatMap((one) => (typeof one === 'string' ? [] : one))], notes: found.filter((one) => typeof one === 'string') };
}

/** Each gives the contestants of one peer, or a sentence that says why there are none. */
class Peers {
  private readonly folder: string;
  private readonly bundle: string;

  constructor(folder: string, bundle: string) {
    this.folder = folder;
    this.bundle = bundle;
  }

  compiled(source: string, libraries: readonly string[], contestants: (program: string) => readonly Contestant[]): readonly Contestant[] | string {
    const program = join(this.bundle, source.replace('/', '-').replace('.cpp', ''));
    if (!existsSync(program)) {
      const { status, stderr, error } = spawnSync('g++', ['-O2', '-std=c++17', '-o', program, join(this.folder, source), ...libraries], { encoding: 'utf8' });
      const reason = error?.message ?? stderr.split('\n').find((line) => line.includes('error')) ?? 'g++ failed';
      if (status !== 0) return `peers: ${source} does not compile here and is left out (${reason})`;
    }
    return contestants(program);
  }

  simpy(script: string, args: readonly string[]): readonly Contestant[] | string {
    const source = process.env.SIMPY_SRC ?? '';
    if (!existsSync(join(source, 'simpy'))) return 'peers: SimPy is left out (SIMPY_SRC is not a folder that holds simpy/)';
    return [{ name: 'simpy', command: 'python3', args: [join(this.folder, 'simpy', script), ...args] }];
  }

  script(file: string, args: readonly string[]): readonly Contestant[] {
    return [{ name: 'js', command: process.execPath, args: [join(this.folder, file), ...args] }];
  }
}
