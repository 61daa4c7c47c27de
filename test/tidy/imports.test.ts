// Who may import whom. Each module belongs to the first room below whose folder it lies in; it may import its own room,
// the rooms named, and the packages named, and nothing else: no Node built-in, no other package, no way around through a
// deeper path. `import type` counts as any import, but where a row says that types are enough. A new room starts with a row
// here; the rows of engine are those of engine/README.md.
import { describe, expect, it } from 'vitest';
import { importsOf, isBelow, parseModule, sourceModules, type SourceModule } from '../support/source-tree.ts';

interface Room {
  readonly room: string;
  /** Folders or files that may be imported besides what lies in the room itself. */
  readonly may: readonly string[];
  /** Folders of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages by name; `node:` stands for every built-in. */
  readonly packages?: readonly string[];
  /** Files of the room may not import each other. */
  readonly alone?: true;
}

const MODEL = 'engine/model', JOURNAL = 'engine/journal', UNKNOWN_NAME = 'scenarios/unknown-name.ts';
/** Tables of names, codes and units, without behaviour: pages show them too. */
const PLAIN_DATA = ['engine/metrics/metric-registry.ts', 'engine/metrics/figure-text.ts', 'engine/metrics/columns.ts', 'engine/metrics/cause-names.ts', 'engine/journal/records.ts'];

/** Names, texts and grammar of rehearsals. */
const REHEARSAL_WORDS = ['figure-registry.ts', 'hypothesis.ts', 'rehearsal-file.ts', 'rehearsal-text.ts'].map((name) => `engine/experiment/rehearsal/${name}`);

/** Arithmetic on plain numbers that the page does too. */
const PLAIN_ARITHMETIC = ['engine/experiment/simplex.ts', 'engine/experiment/rank-table.ts'];

/** The most particular room first. */
const ROOMS: readonly Room[] = [
  { room: 'engine/model', may: [], packages: ['ajv'] },
  { room: 'engine/journal', may: [MODEL] },
  { room: 'engine/kernel', may: [MODEL, JOURNAL] },
  { room: 'engine/bounds', may: [MODEL, JOURNAL] },
  { room: 'engine/metrics', may: [MODEL, JOURNAL] },
  { room: 'engine/sim/simjs', may: [MODEL], packages: ['simjs'] },
  { room: 'engine/sim/random', may: [MODEL], packages: ['seedrandom'] },
  { room: 'engine/sim', may: ['engine/kernel', JOURNAL, MODEL] },
  { room: 'engine/experiment', may: ['engine/kernel/estimates.ts', 'engine/sim', 'engine/metrics', 'engine/bounds', JOURNAL, MODEL, 'policies', 'scenarios'] },
  { room: 'engine/export', may: ['engine/metrics', JOURNAL, MODEL], packages: ['hyparquet-writer'] },
  { room: 'engine/version.ts', may: ['package.json'] },
  { room: 'engine/live/api/gen', may: [], packages: ['@bufbuild/protobuf'] },
  {
    room: 'engine/live/api', may: ['engine/live', 'engine/experiment', 'engine/kernel', 'engine/sim', 'engine/metrics', 'engine/version.ts', JOURNAL, MODEL],
    packages: ['node:', 'fastify', 'prom-client', '@bufbuild/protobuf', '@connectrpc/connect', '@connectrpc/connect-fastify'],
  },
  { room: 'engine/live/drivers/people', may: ['engine/live', MODEL, 'scenarios/formats'], packages: ['node:'] },
  { room: 'engine/live', may: ['engine/kernel', 'engine/sim', 'engine/metrics', JOURNAL, MODEL], packages: ['node:', 'libsql', 'pg', '@aws-sdk/client-ec2'] },
  { room: 'engine/cli', may: ['engine', 'policies', 'scenarios', 'package.json'], packages: ['node:', 'commander', 'arquero', 'typescript', 'fastify'] },
  { room: 'policies/shared', may: [MODEL] },
  { room: 'policies/text/example.ts', may: [], packages: ['twinclock'] },
  { room: 'policies/text', may: ['policies/shared', MODEL], packages: ['typescript'] },
  { room: 'policies/registry.ts', may: ['policies', MODEL] },
  { room: 'policies', may: ['policies/shared', MODEL], alone: true },
  { room: 'scenarios/generators', may: [MODEL, 'engine/sim/random'], packages: ['seedrandom'] },
  { room: UNKNOWN_NAME, may: [MODEL] },
  { room: 'scenarios/formats', may: [MODEL, UNKNOWN_NAME], packages: ['ical.js', 'rrule-temporal', 'temporal-polyfill'] },
  { room: 'scenarios/traces', may: [MODEL, 'scenarios/formats', UNKNOWN_NAME] },
  { room: 'scenarios/opening', may: [MODEL, 'scenarios/formats', 'scenarios/traces'] },
  { room: 'scenarios/catalog', may: [MODEL, 'scenarios/generators', 'scenarios/formats', UNKNOWN_NAME] },
  { room: 'scenarios/faults', may: [MODEL, UNKNOWN_NAME] },
  { room: 'bench', may: ['engine', 'policies', 'scenarios'], packages: ['node:', 'tinybench', 'vite', 'playwright-core'] },
  { room: 'notebooks/vite.config.ts', may: ['notebooks/offline.ts'], packages: ['node:', 'vite', '@observablehq/notebook-kit'] },
  { room: 'notebooks/offline.ts', may: [], packages: ['node:', 'vite'] },
  { room: 'notebooks', may: ['engine/experiment', 'engine/metrics', 'engine/bounds', MODEL, 'policies', 'scenarios'], packages: ['comlink', 'd3', '@observablehq/plot'] },
  { room: 'web/worker', may: ['engine/experiment', 'engine/export', 'engine/version.ts', 'engine/sim', 'engine/metrics', 'engine/bounds', JOURNAL, MODEL, 'policies', 'scenarios'], types: ['engine/live/api/answers.ts'], packages: ['comlink', 'typescript'] },
  { room: 'web/language', may: [MODEL, 'policies'], packages: ['comlink', 'typescript'] },
  { room: 'web/state', may: [MODEL, 'engine/export/csv.ts', 'engine/export/parquet.ts', ...PLAIN_DATA, ...PLAIN_ARITHMETIC, 'web/language/text-problems.ts'], types: ['engine', 'web/worker', 'web/language'], packages: ['comlink', '@preact/signals'] },
  {
    room: 'web/views/policy', may: [MODEL, ...PLAIN_DATA, 'web/state', 'web/views'], types: ['engine', 'web/worker', 'web/language'],
    packages: ['preact', '@preact/signals', 'codemirror', '@codemirror/autocomplete', '@codemirror/commands', '@codemirror/lang-javascript', '@codemirror/language', '@codemirror/lint', '@codemirror/state', '@codemirror/view', '@lezer/highlight'],
  },
  { room: 'web/views', may: [MODEL, ...PLAIN_DATA, ...PLAIN_ARITHMETIC, ...REHEARSAL_WORDS, 'web/state'], types: ['engine', 'web/worker'], packages: ['preact', '@preact/signals', 'd3', '@observablehq/plot'] },
  { room: 'web', may: [MODEL, ...PLAIN_DATA], types: ['engine'], packages: ['preact', '@preact/signals'] },
  {
    room: 'test', may: ['engine', 'policies', 'scenarios', 'bench', 'web', 'notebooks', 'package.json'],
    packages: ['node:', 'vitest', 'fast-check', 'typescript', 'vite', 'playwright-core', 'axe-core', 'ajv', 'hyparquet', 'temporal-polyfill', 'libsql', 'pg', '@grpc/grpc-js', '@bufbuild/protobuf'],
  },
];

/** Imports against the table that are known and are to go, as `from -> what`. Should be empty; whoever adds one owns it. */
const DEBT: readonly string[] = [];

const roomOf = (path: string): Room | undefined => ROOMS.find(({ room }) => isBelow(path, room));

/** `@scope/name/deep.js` is of `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.startsWith('node:') ? 'node:' : specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** `file:line: what is imported, and the rule it breaks`, for every import that breaks one. */
function breaches(module: SourceModule): string[] {
  const room = roomOf(module.path);
  if (room === undefined) return [];
  return importsOf(module).flatMap(({ line, specifier, target, typeOnly }) => {
    if (target === undefined ? (room.packages ?? []).includes(packageOf(specifier)) : mayReach(room, target, typeOnly)) return [];
    const what = target ?? specifier;
    return DEBT.includes(`${module.path} -> ${what}`) ? [] : [`${module.path}:${line}: imports ${what}, but ${room.room} may import ${ruleOf(room, target === undefined)}`];
  });
}

function mayReach({ room, may, types = [], alone }: Room, target: string, typeOnly: boolean): boolean {
  return [...may, ...(typeOnly ? types : [])].some((folder) => isBelow(target, folder)) || (alone !== true && isBelow(target, room));
}

function ruleOf({ may, types = [], packages = [], alone }: Room, ofPackages: boolean): string {
  if (ofPackages) return packages.length === 0 ? 'no package' : `no package but ${packages.join(', ')}`;
  return `only ${[...(alone === true ? [] : ['itself']), ...may, ...types.map((folder) => `types of ${folder}`)].join(', ')}`;
}

const modules = sourceModules();

describe('who may import whom', () => {
  it('looks at the whole project', () => {
    const seen = (folder: string) => modules.filter(({ path }) => isBelow(path, folder)).length;
    expect({ engine: seen('engine') >= 80, policies: seen('policies') >= 25, scenarios: seen('scenarios') >= 40, test: seen('test') >= 60 })
      .toEqual({ engine: true, policies: true, scenarios: true, test: true });
    expect(modules.flatMap(importsOf).length).toBeGreaterThan(600);
  });

  it('gives every module a room', () => {
    expect(modules.filter(({ path }) => path.includes('/') && roomOf(path) === undefined).map(({ path }) => `${path}: in no room; give its folder a row in ROOMS`)).toEqual([]);
  });

  it.each(ROOMS.map(({ room }) => room))('%s keeps to its rooms and packages', (room) => {
    expect(modules.filter(({ path }) => roomOf(path)?.room === room).flatMap(breaches)).toEqual([]);
  });

  it('names only files that exist', () => {
    const paths = new Set(modules.map(({ path }) => path));
    const dangling = modules.flatMap((module) => importsOf(module)
      .filter(({ target }) => target !== undefined && /\.tsx?$/.test(target) && !paths.has(target)).map(({ line, target }) => `${module.path}:${line}: there is no ${target}`));
    expect(dangling).toEqual([]);
  });

  it('keeps no debt that has been paid', () => {
    const made = new Set(modules.flatMap((module) => importsOf(module).map(({ specifier, target }) => `${module.path} -> ${target ?? specifier}`)));
    expect(DEBT.filter((entry) => !made.has(entry))).toEqual([]);
  });
});

describe('the check itself', () => {
  const found = (path: string, text: string) => breaches(parseModule(path, text));
  it.each([
    ['engine/kernel/kernel.ts', "import { Streams } from '../sim/random/streams.ts';", 'engine/sim/random/streams.ts'],
    ['engine/model/hash.ts', "export * from '../journal/log.ts';", 'engine/journal/log.ts'],
    ['engine/sim/world.ts', "import 'simjs';", 'simjs'],
    ['engine/sim/run.ts', "const fs = await import('node:fs');", 'node:fs'],
    ['engine/metrics/cost.ts', "type Bounds = import('../bounds/bounds.ts').Bounds;", 'engine/bounds/bounds.ts'],
    ['policies/heft.ts', "import type { Kernel } from '../engine/kernel/kernel.ts';", 'engine/kernel/kernel.ts'],
    ['policies/heft.ts', "import { peft } from './peft.ts';", 'policies/peft.ts'],
    ['policies/shared/rows.ts', "import { heft } from '../heft.ts';", 'policies/heft.ts'],
    ['web/views/gantt.ts', "import { metricsOf } from '../../engine/metrics/metrics.ts';", 'engine/metrics/metrics.ts'],
    ['scenarios/formats/dot.ts', "import { heft } from '../../policies/heft.ts';", 'policies/heft.ts'],
  ])('sees that %s may not say %s', (path, text, what) => {
    expect(found(path, `// Prose.\n${text}\n`)).toEqual([expect.stringContaining(`${path}:2: imports ${what}, but `)]);
  });

  it('lets through what is allowed, and what only looks like an import', () => {
    expect(found('policies/heft.ts', "import { ranks } from './shared/ranks.ts';\nimport type { Policy } from '../engine/model/policy.ts';\n")).toEqual([]);
    expect(found('web/views/gantt.ts', "import type { Metrics } from '../../engine/metrics/metrics.ts';\n")).toEqual([]);
    expect(found('engine/model/ids.ts', "// import { x } from '../kernel/kernel.ts';\nexport const text = \"import 'simjs'\";\n")).toEqual([]);
  });
});
