// The project's own source as data, for the tests of house rules: every file below the source folders, parsed by
// TypeScript, so that comments and strings are never mistaken for code. Paths are relative to the project, with slashes,
// in alphabetical order; what is generated or installed is left out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type TS from 'typescript';

/** TypeScript as Node loads it: an `import` would have the test runner transform its nine megabytes first. */
export const ts = createRequire(import.meta.url)('typescript') as typeof TS;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All top folders the project may have; those that are not there yet are skipped. */
export const SOURCE_FOLDERS = ['engine', 'scenarios', 'policies', 'notebooks', 'web', 'bench', 'test'] as const;
const LEFT_OUT = new Set(['node_modules', 'dist']);

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

export interface SourceModule extends SourceText {
  readonly ast: TS.SourceFile;
}

/** One import or re-export, static or dynamic. */
export interface ImportSite {
  readonly line: number;
  readonly specifier: string;
  /** For a relative specifier: the path of the file it names. Undefined for packages and built-ins. */
  readonly target: string | undefined;
  /** Nothing of it is left when the types are taken away. */
  readonly typeOnly: boolean;
}

/** Top folders with anything in them. */
export function topFolders(): string[] {
  return SOURCE_FOLDERS.filter((folder) => existsSync(ROOT + folder) && filesBelow(folder).length > 0);
}

export function projectFileExists(path: string): boolean {
  return existsSync(ROOT + path);
}

/** Every file of the source folders whose name ends in one of `endings`, and the files beside them at the top. */
export function sourceTexts(...endings: readonly string[]): SourceText[] {
  const wanted = (path: string) => endings.some((ending) => path.endsWith(ending));
  const atTop = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name);
  return [...atTop, ...topFolders().flatMap(filesBelow)].filter(wanted).sort(byCode).map((path) => ({ path, text: readFileSync(ROOT + path, 'utf8') }));
}

/** Every TypeScript module, parsed. */
export function sourceModules(): SourceModule[] {
  return sourceTexts('.ts', '.tsx').map(({ path, text }) => parseModule(path, text));
}

export function parseModule(path: string, text: string): SourceModule {
  return { path, text, ast: ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true) };
}

/** The imports of a module in its order, `import type` and `import()` included. */
export function importsOf({ path, ast }: SourceModule): ImportSite[] {
  const sites: ImportSite[] = [];
  const add = (node: TS.Node, typeOnly: boolean): void => {
    if (!ts.isStringLiteralLike(node)) return;
    const specifier = node.text, target = /^\.{1,2}\//.test(specifier) ? posix.join(posix.dirname(path), specifier) : undefined;
    sites.push({ line: lineOf(ast, node), specifier, target, typeOnly });
  };
  const visit = (node: TS.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0] !== undefined) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return sites;
}

/** Line number of a node, from 1. */
export function lineOf(ast: TS.SourceFile, node: TS.Node): number {
  return ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1;
}

/** Whether a path is the folder (or file) itself or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + '/');
}

function filesBelow(folder: string): string[] {
  return readdirSync(ROOT + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Alphabetical by code unit: the same on every machine. */
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
