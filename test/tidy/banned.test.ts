// House rules that a machine can check: what the deterministic rooms may not call, and how files look. Code is judged by
// its syntax tree, so comments, texts and names of properties never count. A failure prints file:line and what to do.
import type TS from 'typescript';
import { describe, expect, it } from 'vitest';
import { isBelow, lineOf, parseModule, projectFileExists, sourceModules, sourceTexts, topFolders, ts, type SourceModule } from '../support/source-tree.ts';

/** Rooms whose code must give the same answer on every machine and in a browser worker. */
const isDeterministic = (path: string): boolean =>
  ['engine', 'policies', 'scenarios'].some((folder) => isBelow(path, folder)) && !isBelow(path, 'engine/cli') && !isBelow(path, 'engine/live');
/** The core: one event at a time, nothing pending between two of them. */
const isSynchronous = (path: string): boolean => ['engine/kernel', 'engine/sim', 'engine/journal/log.ts', 'policies'].some((folder) => isBelow(path, folder));
/** Generators round what they draw, and the catalogue freezes it by hash. */
const isInexactAllowed = (path: string): boolean => !isDeterministic(path) || isBelow(path, 'scenarios/generators');
/** The one adapter that may look at the global object: simjs puts itself there. */
const isSimjsAdapter = (path: string): boolean => isBelow(path, 'engine/sim/simjs');

const LAST_DIGITS = 'its last digits differ between JS engines; engine/model/exact-math.ts has exact ones, squares are products';
const NOT_HERE = 'not there in a browser worker, or not the same everywhere; it comes in from the caller';
const CLOCK = 'the engine has no clock; time is the time of the event';
const LOCALE = 'depends on the locale of the machine; compare by code unit';
const PENDING = 'the core never waits: world and kernel take one event after the other';

/** Free names, by the reason why they may not be used. */
const BANNED_NAMES = new Map<string, string>([
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'].map((name) => [name, CLOCK] as const),
  ...['process', 'require', 'module', 'Buffer', 'window', 'document', 'navigator', 'location', 'fetch', 'crypto', 'console', 'globalThis', 'self', 'eval'].map((name) => [name, NOT_HERE] as const),
  ['Intl', LOCALE],
]);
const INEXACT = ['log', 'log2', 'log10', 'log1p', 'exp', 'expm1', 'pow', 'cbrt', 'hypot', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'];
const BANNED_MATH = new Set(INEXACT.map((name) => `Math.${name}`));
const BANNED_METHODS = new Map(['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'].map((name) => [name, LOCALE]));

interface NodeRule {
  readonly rule: string;
  readonly where: (path: string) => boolean;
  /** What is wrong with the node, or undefined. */
  readonly fault: (node: TS.Node) => string | undefined;
}

const NODE_RULES: readonly NodeRule[] = [
  {
    rule: 'no clocks, no machine, no locale', where: isDeterministic,
    fault: (node) => {
      if (ts.isIdentifier(node)) { const why = BANNED_NAMES.get(node.text); if (why !== undefined && isGlobal(node)) return `${node.text}: ${why}`; }
      if (ts.isPropertyAccessExpression(node)) { const why = BANNED_METHODS.get(node.name.text); if (why !== undefined) return `${node.name.text}: ${why}`; }
      return undefined;
    },
  },
  {
    rule: 'no random numbers but the streams', where: isDeterministic,
    fault: (node) => (textOfAccess(node) === 'Math.random' ? 'Math.random: draws come from a named stream of the seed' : undefined),
  },
  {
    rule: 'only arithmetic that is exact everywhere', where: (path) => !isInexactAllowed(path),
    fault: (node) => {
      const access = textOfAccess(node);
      if (access !== undefined && BANNED_MATH.has(access)) return `${access}: ${LAST_DIGITS}`;
      if (ts.isBinaryExpression(node) && isPower(node.operatorToken.kind) && !isPowerOfTwo(node)) return `**: ${LAST_DIGITS}`;
      return undefined;
    },
  },
  {
    rule: 'nothing waits in the core', where: isSynchronous,
    fault: (node) => {
      if (ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword) return `async: ${PENDING}`;
      if (ts.isIdentifier(node) && node.text === 'Promise' && isGlobal(node)) return `Promise: ${PENDING}`;
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'then') return `then: ${PENDING}`;
      return undefined;
    },
  },
  { rule: 'no for...in', where: () => true, fault: (node) => (ts.isForInStatement(node) ? 'for...in: its order is a matter of keys; Object.entries says what it goes through' : undefined) },
  {
    rule: 'named exports only', where: () => true,
    fault: (node) => (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent) || isDefaultSpecifier(node)
      ? 'default export: a thing has one name everywhere' : undefined),
  },
];

/** Configuration that tools want as a default export, and declarations of packages that have one. */
const isConfiguration = (path: string): boolean => path.endsWith('.config.ts') || path.endsWith('.d.ts');

/** A name looked up in scope (not one after a dot, before a colon, or of a member) that no enclosing scope declares. */
function isGlobal(node: TS.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isQualifiedName(parent) && parent.right === node) return false;
  if ((ts.isBindingElement(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) && parent.propertyName === node) return false;
  if ((ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isPropertyAssignment(parent) || ts.isNamedTupleMember(parent)) && parent.name === node) return false;
  for (let scope: TS.Node = node; scope !== undefined; scope = scope.parent) if (isScope(scope) && namesOf(scope).has(node.text)) return false;
  return true;
}

const isScope = (node: TS.Node): boolean => ts.isFunctionLike(node) || ts.isBlock(node) || ts.isSourceFile(node) || ts.isForStatement(node) || ts.isForOfStatement(node);
const scopes = new WeakMap<TS.Node, ReadonlySet<string>>();

/** Variables, parameters, functions and imports declared in a scope itself, not in a scope within it. */
function namesOf(scope: TS.Node): ReadonlySet<string> {
  const known = scopes.get(scope);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node) || ts.isFunctionDeclaration(node) || ts.isImportSpecifier(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
    if (!isScope(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(scope, visit);
  scopes.set(scope, names);
  return names;
}

/** `Math.log` of `Math.log(x)`, `Math['log']` and `const { log } = Math`. */
function textOfAccess(node: TS.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) return `${node.expression.text}.${node.name.text}`;
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression) && ts.isStringLiteralLike(node.argumentExpression)) return `${node.expression.text}.${node.argumentExpression.text}`;
  if (!ts.isBindingElement(node) || !ts.isVariableDeclaration(node.parent.parent)) return undefined;
  const { initializer } = node.parent.parent, name = node.propertyName ?? node.name;
  return initializer !== undefined && ts.isIdentifier(initializer) && ts.isIdentifier(name) ? `${initializer.text}.${name.text}` : undefined;
}

const isPower = (kind: TS.SyntaxKind): boolean => kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken;

/** `2 ** -53`, `1024 ** 3`: exact by any method. */
function isPowerOfTwo({ left, right }: TS.BinaryExpression): boolean {
  const exponent = ts.isPrefixUnaryExpression(right) && right.operator === ts.SyntaxKind.MinusToken ? right.operand : right;
  return ts.isNumericLiteral(left) && ['2', '1024'].includes(left.text) && ts.isNumericLiteral(exponent) && Number.isInteger(Number(exponent.text));
}

const isDefaultSpecifier = (node: TS.Node): boolean => ts.isExportSpecifier(node) && node.name.text === 'default';

/** `file:line: what`, for every node that breaks the rule. */
function breaches({ where, fault }: NodeRule, { path, ast }: SourceModule): string[] {
  if (!where(path)) return [];
  const found: string[] = [];
  const visit = (node: TS.Node): void => {
    const what = fault(node);
    if (what !== undefined) found.push(`${path}:${lineOf(ast, node)}: ${what}`);
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return found;
}

const modules = sourceModules();
/** What people wrote: not what a generator did, which says so at its top. */
const written = modules.filter(({ text }) => !/^\/\/ @generated by /m.test(text.slice(0, 1000)));
const LONGEST_FILE = 500;
/** Marks of things left undone; put together here so that this file holds none. */
const LEFTOVER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);
const MACHINE_PATH = /(?:^|[\s"'`(=:])(?:\/(?:home|Users|root|work|tmp|mnt|var)\/|[A-Z]:\\+Users)/;
const linesThat = (matches: RegExp, files: readonly { path: string; text: string }[]): string[] =>
  files.flatMap(({ path, text }) => text.split('\n').flatMap((line, n) => (matches.test(line) ? [`${path}:${n + 1}: ${line.trim().slice(0, 100)}`] : [])));

describe('code', () => {
  it('is all looked at', () => {
    expect(modules.filter(({ path }) => isDeterministic(path)).length).toBeGreaterThan(140);
    expect(modules.filter(({ path }) => isSynchronous(path)).length).toBeGreaterThan(50);
  });

  it.each(NODE_RULES.map((rule) => [rule.rule, rule] as const))('%s', (_, rule) => {
    expect(modules.filter(({ path }) => !(rule.rule === 'named exports only' && isConfiguration(path)) && !(isSimjsAdapter(path) && rule.rule === 'no clocks, no machine, no locale'))
      .flatMap((module) => breaches(rule, module))).toEqual([]);
  });
});

describe('files', () => {
  const texts = sourceTexts('.ts', '.tsx', '.md', '.json', '.html', '.css', '.mjs').filter(({ path }) => path !== 'package-lock.json');

  it(`have no more than ${LONGEST_FILE} lines`, () => {
    const lines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    expect(written.filter(({ text }) => lines(text) > LONGEST_FILE).map(({ path, text }) => `${path}: ${lines(text)} lines; split it by what changes together`)).toEqual([]);
  });

  it('open with a comment: what the file is, what it keeps, its source', () => {
    expect(written.filter(({ text }) => !/^(#!.*\n)?(\/\/|\/\*)/.test(text)).map(({ path }) => `${path}:1: no opening comment`)).toEqual([]);
  });

  it('are named in kebab-case, and after what is in them', () => {
    const bad = written.filter(({ path }) => !/^[a-z0-9-]+(\.(test|config|d))?\.tsx?$/.test(path.split('/').at(-1)!) || /(^|\/)(utils?|helpers?|misc|common)(\/|\.ts$)/.test(path));
    expect(bad.map(({ path }) => path)).toEqual([]);
  });

  it('have no marks of things left undone', () => expect(linesThat(LEFTOVER, texts)).toEqual([]));
  it('name no path of one machine', () => expect(linesThat(MACHINE_PATH, texts)).toEqual([]));
  it('come with a README in every top folder', () => {
    expect(topFolders().length).toBeGreaterThanOrEqual(5);
    expect(topFolders().filter((folder) => !projectFileExists(`${folder}/README.md`))).toEqual([]);
  });
});

describe('the check itself', () => {
  const found = (path: string, text: string): string[] => NODE_RULES.flatMap((rule) => breaches(rule, parseModule(path, text))).map((line) => line.split(': ').slice(0, 2).join(' '));
  it.each([
    ['engine/sim/run.ts', 'const t = Date.now();', 'Date'],
    ['engine/sim/run.ts', 'const t = new globalThis.Date();', 'globalThis'],
    ['engine/metrics/cost.ts', 'export const f = (clock = performance) => clock;', 'performance'],
    ['engine/metrics/cost.ts', 'const f = ({ window }) => window; f(window);', 'window'],
    ['engine/kernel/state.ts', 'const x = Math.random();', 'Math.random'],
    ['engine/kernel/state.ts', 'const x = 1, { exp } = Math;', 'Math.exp'],
    ['policies/heft.ts', "const y = Math['pow'](2, 0.5);", 'Math.pow'],
    ['policies/heft.ts', 'const y = width ** 2;', '**'],
    ['scenarios/formats/dot.ts', 'names.sort((a, b) => a.localeCompare(b));', 'localeCompare'],
    ['engine/kernel/kernel.ts', 'export async function f() { return 1; }', 'async'],
    ['engine/sim/world.ts', 'f().then(g);', 'then'],
    ['test/x.test.ts', 'for (const k in {}) f(k);', 'for...in'],
    ['engine/cli/main.ts', 'export default 1;', 'default export'],
    ['engine/cli/main.ts', 'export default function f() {}', 'default export'],
    ['engine/cli/main.ts', 'export { f as default };', 'default export'],
  ])('sees that %s may not say %s', (path, text, what) => {
    expect(found(path, `// Prose.\n${text}\n`)).toEqual([`${path}:2 ${what}`]);
  });

  it('lets through names of members, comments, texts, exact powers and what other rooms may do', () => {
    expect(found('engine/kernel/kernel.ts', "// Date, Math.log, await\nconst x = { Date: 'Math.random()', process: 2 ** -53 }; f(x.process, x.Date, Temporal.PlainDate, Math.sqrt(2));\nswitch (x) { default: g(); }\n")).toEqual([]);
    expect(found('engine/cli/main.ts', 'const t = performance.now() + Math.log(2); await f(Date.now(), process.argv);\n')).toEqual([]);
    expect(found('scenarios/generators/dice.ts', 'const x = Math.round(Math.exp(2));\n')).toEqual([]);
  });
});
