// From the text of a policy to a program: parse, refuse, take the types off, put the counters and guards in. The compiler is
// TypeScript, handed in by whoever has loaded it: it is large, and most who carry out policies never need it.
import type TS from 'typescript';
import { inputError, InputError } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { placeOf, refusedIn } from './check.ts';
import { instrumented } from './instrument.ts';
import { faultAt, plainText, textHash } from './program.ts';
import type { LoopPlace, PolicyProgram, SourcePlace } from './program.ts';

type TypeScript = typeof TS;

/** Longer than any policy; a wrong file is refused before it is parsed. */
export const POLICY_TEXT_MAX = 1_000_000;

const FAULTS_MAX = 50;

/**
 * The program of a text. Throws `InputError` whose faults have paths such as `my-policy.ts:12:5`: `syntax` with the
 * compiler's words, or everything that `check.ts` refuses. Types are not checked here: what runs does not depend on them.
 */
export function translatePolicy(ts: TypeScript, text: string, fileName: string): PolicyProgram {
  const plain = plainText(text);
  if (plain.length > POLICY_TEXT_MAX) throw inputError('file-too-large', fileName, `more than the ${POLICY_TEXT_MAX} characters that a policy may have`, { hint: 'is this the right file?' });
  const options: TS.CompilerOptions = {
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleDetection: ts.ModuleDetectionKind.Force, noLib: true, noResolve: true, types: [], sourceMap: true, removeComments: true,
  };
  const source = ts.createSourceFile(MODULE, plain, { languageVersion: ts.ScriptTarget.ES2022 }, true, ts.ScriptKind.TS);
  const program = ts.createProgram([MODULE], options, hostOf(source)), checker = program.getTypeChecker();
  const faults = syntaxFaults(ts, program, source, fileName);
  if (faults.length === 0) faults.push(...refusedIn(ts, source, checker, fileName));
  if (faults.length > 0) throw new InputError(faults.slice(0, FAULTS_MAX));

  const loops: LoopPlace[] = [];
  let code = '', mappings = '';
  program.emit(source, (name, content) => {
    if (name.endsWith('.map')) mappings = (JSON.parse(content) as { mappings: string }).mappings;
    else code = content.replace(/\n(?:export \{\};\s*)?\/\/# sourceMappingURL=.*\s*$/, '\n');
  }, undefined, false, { before: [instrumented(ts, checker, loops)] });
  return { fileName, text: plain, hash: textHash(plain), code, mappings, loops, places: exportPlaces(ts, source) };
}

/** What the compiler calls the text; people see `fileName`. */
const MODULE = 'policy.ts';

function hostOf(source: TS.SourceFile): TS.CompilerHost {
  return {
    getSourceFile: (name) => (name === MODULE ? source : undefined), fileExists: (name) => name === MODULE, readFile: () => undefined, writeFile: () => {},
    getDefaultLibFileName: () => 'lib.d.ts', getCurrentDirectory: () => '', getCanonicalFileName: (name) => name, useCaseSensitiveFileNames: () => true, getNewLine: () => '\n',
  };
}

/** What the parser cannot read, or else what it can and the language forbids: grammar, and names declared twice. */
function syntaxFaults(ts: TypeScript, program: TS.Program, source: TS.SourceFile, fileName: string): Fault[] {
  const unread = program.getSyntacticDiagnostics(source), found = unread.length > 0 ? unread : program.getSemanticDiagnostics(source).filter(({ code }) => isGrammar(code));
  return found.map(({ start = 0, messageText }) => {
    const { line, character } = source.getLineAndCharacterOfPosition(start), message = ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\.$/, '');
    return faultAt(fileName, [line + 1, character + 1], 'syntax', message);
  });
}

/** The compiler's numbers: 1000 to 1999 are about grammar, 2451 is a name declared twice. */
const isGrammar = (code: number): boolean => (code >= 1000 && code < 2000) || code === 2451;

/** What `prepare` gives. */
const MEMBERS: readonly string[] = ['order', 'decide'];

/** See `PolicyProgram.places`. */
function exportPlaces(ts: TypeScript, source: TS.SourceFile): Record<string, SourcePlace> {
  const places: Record<string, SourcePlace> = {};
  const note = (name: string, node: TS.Node, value: TS.Expression | undefined): void => {
    places[name] = placeOf(source, node);
    const bare = value === undefined ? undefined : withoutTypes(ts, value);
    if (bare !== undefined && ts.isObjectLiteralExpression(bare)) {
      for (const property of bare.properties) if (property.name !== undefined && ts.isIdentifier(property.name)) places[`${name}.${property.name.text}`] = placeOf(source, property);
    }
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) for (const { name, initializer } of statement.declarationList.declarations) if (ts.isIdentifier(name)) note(name.text, name, initializer);
    if (ts.isExportAssignment(statement)) note('default', statement, statement.expression);
  }
  const findMembers = (node: TS.Node): void => {
    if ((ts.isObjectLiteralElement(node) || ts.isClassElement(node)) && node.name !== undefined && ts.isIdentifier(node.name) && MEMBERS.includes(node.name.text)) places[node.name.text] ??= placeOf(source, node);
    ts.forEachChild(node, findMembers);
  };
  findMembers(source);
  return places;
}

function withoutTypes(ts: TypeScript, node: TS.Expression): TS.Expression {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node) ? withoutTypes(ts, node.expression) : node;
}
