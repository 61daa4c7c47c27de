// What a policy's text may not contain, found in its syntax tree before any of it runs: clocks, randomness, timers, promises,
// the page, the process, code from elsewhere, ways around these, and arithmetic that differs between engines. Names are
// judged by what they mean (`Date` declared in the text is the text's own), and every fault is reported, with its place.
import type TS from 'typescript';
import { nearestName } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import { ADDED, ALLOWED_NAMES, MATH_MEMBERS, OBJECT_MEMBERS, REFUSED_MEMBERS, REFUSED_NAMES } from './allowed.ts';
import { OFFERED, offeredPath, specifierOf } from './offered.ts';
import { faultAt } from './program.ts';
import type { SourcePlace } from './program.ts';

type TypeScript = typeof TS;

/** Functions of Math, without its constants. */
const EXACT = MATH_MEMBERS.filter((member) => member === member.toLowerCase());

/** Everything in the text that is refused, in its order. */
export function refusedIn(ts: TypeScript, source: TS.SourceFile, checker: TS.TypeChecker, fileName: string): Fault[] {
  return new Check(ts, source, checker, fileName).run();
}

/** Where a node begins. */
export function placeOf(source: TS.SourceFile, node: TS.Node): SourcePlace {
  const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return [line + 1, character + 1];
}

/** The type of something, which leaves no code behind. */
export function isTypeOnly(ts: TypeScript, node: TS.Node): boolean {
  return (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)
    || ts.isTypeParameterDeclaration(node) || (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword);
}

/** Whether the text makes a value of this name, not only a type (`declare` and functions without a body are refused as such). */
export function isMadeByText(ts: TypeScript, symbol: TS.Symbol, source: TS.SourceFile): boolean {
  return symbol.declarations?.some((node) => {
    if (node.getSourceFile() !== source) return false;
    if (ts.isImportSpecifier(node)) return !node.isTypeOnly && node.parent.parent.phaseModifier === undefined;
    if (ts.isNamespaceImport(node)) return node.parent.phaseModifier === undefined;
    return !ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node) && !ts.isTypeParameterDeclaration(node);
  }) === true;
}

/** A key that is the same name whenever it is evaluated. */
export function staticKey(ts: TypeScript, key: TS.Expression): string | undefined {
  return ts.isStringLiteralLike(key) || ts.isNumericLiteral(key) ? key.text : undefined;
}

class Check {
  private readonly faults: Fault[] = [];
  private readonly ts: TypeScript;
  private readonly source: TS.SourceFile;
  private readonly checker: TS.TypeChecker;
  private readonly fileName: string;

  constructor(ts: TypeScript, source: TS.SourceFile, checker: TS.TypeChecker, fileName: string) {
    this.ts = ts; this.source = source; this.checker = checker; this.fileName = fileName;
  }

  run(): Fault[] {
    this.ts.forEachChild(this.source, (node) => { this.visit(node); });
    return this.faults.filter(({ code, path }, k, all) => all.findIndex((other) => other.code === code && other.path === path) === k);
  }

  private refuse(node: TS.Node, code: string, message: string, hint?: string): void {
    this.faults.push(faultAt(this.fileName, placeOf(this.source, node), code, message, hint === undefined ? {} : { hint }));
  }

  private visit(node: TS.Node): void {
    const { ts } = this;
    if (isTypeOnly(ts, node)) return;
    if (ts.isImportDeclaration(node)) { this.checkImport(node); return; }
    this.checkSyntax(node);
    if (ts.isIdentifier(node)) this.checkName(node);
    else if (ts.isPropertyAccessExpression(node)) this.checkMember(node.expression, node.name, node.name.text);
    else if (ts.isElementAccessExpression(node)) this.checkMember(node.expression, node.argumentExpression, staticKey(ts, node.argumentExpression));
    else if (ts.isBindingElement(node)) this.checkBinding(node);
    else if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) this.checkOwnName(node.name);
    else if (ts.isBinaryExpression(node)) this.checkAssignment(node);
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) this.checkWrite(node.operand, node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken);
    ts.forEachChild(node, (child) => { this.visit(child); });
  }

  // --- syntax ---

  private checkSyntax(node: TS.Node): void {
    const { ts } = this, kind = node.kind;
    if (kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) {
      this.refuse(node, 'no-waiting', 'a policy never waits: no async, no await', 'a decision is made at once; view.wakeAt(instant) asks for another one');
    } else if (kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) this.refuse(node, 'no-import', 'nothing is loaded while a policy runs', 'import at the top, from what is offered');
    else if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) this.refuse(node, 'no-outside', 'import.meta is not there');
    else if (ts.isImportEqualsDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)) this.refuse(node, 'no-import', 'only import { names } from what is offered');
    else if (ts.isRegularExpressionLiteral(node)) this.refuse(node, 'no-regexp', 'a regular expression may run for ever', 'use includes, startsWith, indexOf');
    else if (kind === ts.SyntaxKind.BigIntLiteral) this.refuse(node, 'no-bigint', 'numbers only', 'numbers are exact up to 2^53');
    else if (kind === ts.SyntaxKind.DebuggerStatement) this.refuse(node, 'no-outside', 'there is no debugger here');
    else if (ts.isDecorator(node)) this.refuse(node, 'no-decorators', 'no decorators');
    else if (kind === ts.SyntaxKind.SuperKeyword || (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ExtendsKeyword)) {
      this.refuse(node, 'no-inheritance', 'no classes that extend others', 'keep the other one in a field');
    } else if (ts.isReturnStatement(node) && node.expression !== undefined && this.isInConstructor(node)) this.refuse(node, 'no-inheritance', 'a constructor returns nothing');
    else if (kind === ts.SyntaxKind.DeclareKeyword || ts.isModuleDeclaration(node)) this.refuse(node, 'no-declarations', 'nothing is declared that is not there: no declare, no namespace');
    else if (ts.isFunctionDeclaration(node) && node.body === undefined) this.refuse(node, 'no-declarations', 'a function has a body: no overloads');
    else if (ts.isEnumDeclaration(node) && node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ConstKeyword) === true) this.refuse(node, 'no-declarations', 'no const enum', 'enum, or constants');
    else if (ts.isCatchClause(node) && node.variableDeclaration !== undefined && !ts.isIdentifier(node.variableDeclaration.name)) this.refuse(node.variableDeclaration, 'no-pattern', 'what is caught has one name');
    else if ((ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node)) && this.leavesFinally(node)) this.refuse(node, 'no-jump', 'finally is not left by a jump: it would hide what went wrong');
    else if (ts.isForInStatement(node)) this.refuse(node, 'no-for-in', 'no for...in: its order is a matter of keys', 'for (const [key, value] of Object.entries(...))');
    else if (ts.isForOfStatement(node) && !ts.isVariableDeclarationList(node.initializer)) this.checkPatternTarget(node.initializer);
  }

  private isInConstructor(node: TS.Node): boolean {
    for (let at = node.parent; at !== undefined; at = at.parent) if (this.ts.isFunctionLike(at)) return this.ts.isConstructorDeclaration(at);
    return false;
  }

  /** A jump out of a `finally`, or one whose target is not plain to see. */
  private leavesFinally(jump: TS.Node): boolean {
    const { ts } = this;
    for (let at = jump; at.parent !== undefined && !ts.isFunctionLike(at); at = at.parent) if (ts.isTryStatement(at.parent) && at.parent.finallyBlock === at) return true;
    return false;
  }

  // --- names ---

  private checkName(node: TS.Identifier): void {
    const name = node.text;
    if (name.startsWith(ADDED)) this.refuse(node, 'reserved-name', `names that begin with ${ADDED} are reserved`);
    if (ALLOWED_NAMES.has(name) || !this.isFree(node)) return;
    const refusal = REFUSED_NAMES.get(name);
    if (refusal !== undefined) { this.refuse(node, refusal.code, `${name} is not there in a policy`, refusal.hint); return; }
    const near = nearestName(name, [...ALLOWED_NAMES, ...this.namesAround(node)]);
    this.refuse(node, 'unknown-name', `nothing is called ${name} here`, near === undefined ? 'declare it, or import it from what is offered' : `did you mean ${near}?`);
  }

  /** Names that the text declares and the node can see. */
  private namesAround(node: TS.Node): string[] {
    return this.checker.getSymbolsInScope(node, this.ts.SymbolFlags.Value).filter((symbol) => isMadeByText(this.ts, symbol, this.source)).map((symbol) => symbol.name);
  }

  /** Whether the identifier stands for a value that nothing in the text declares. */
  private isFree(node: TS.Identifier): boolean {
    const { ts, checker } = this, { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
    if (ts.isBindingElement(parent) && parent.propertyName === node) return false;
    if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent)) return false;
    if ((ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isMethodDeclaration(parent) || ts.isAccessor(parent) || ts.isEnumMember(parent)) && parent.name === node) return false;
    if (ts.isExportSpecifier(parent)) return false; // only what is there is exported; see `instrument.ts`
    const symbol = ts.isShorthandPropertyAssignment(parent) && parent.name === node ? checker.getShorthandAssignmentValueSymbol(parent) : checker.getSymbolAtLocation(node);
    return symbol === undefined || !isMadeByText(ts, symbol, this.source);
  }

  // --- members ---

  private checkMember(object: TS.Expression, where: TS.Node, name: string | undefined): void {
    const { ts } = this, whose = ts.isIdentifier(object) && this.isFree(object) ? object.text : '';
    if (name === undefined) return;
    const why = REFUSED_MEMBERS.get(name);
    if (why !== undefined) this.refuse(where, 'no-member', `.${name} is not there in a policy`, `it ${why}`);
    if (whose === 'Math') this.checkMathMember(where, name);
    if (whose === 'Object' && why === undefined && !OBJECT_MEMBERS.includes(name)) this.refuse(where, 'no-member', `Object.${name} is not there in a policy`, `there are ${OBJECT_MEMBERS.join(', ')}`);
  }

  private checkMathMember(where: TS.Node, name: string): void {
    if (MATH_MEMBERS.includes(name)) return;
    if (name === 'random') this.refuse(where, 'no-randomness', 'Math.random would differ from run to run', 'view.random(a, b) draws from the policy\'s own stream');
    else if (Object.hasOwn(Math, name)) this.refuse(where, 'inexact', `the last digits of Math.${name} differ between engines`, `exact ones are ${EXACT.join(', ')}`);
    else this.refuse(where, 'unknown-name', `there is no Math.${name}`);
  }

  private checkBinding(node: TS.BindingElement): void {
    const { ts } = this, key = node.propertyName ?? (ts.isIdentifier(node.name) ? node.name : undefined), pattern = node.parent;
    if (!ts.isObjectBindingPattern(pattern) || key === undefined) return;
    this.checkOwnName(key);
    const from = ts.isVariableDeclaration(pattern.parent) ? pattern.parent.initializer : undefined;
    if (from !== undefined && ts.isIdentifier(from) && from.text === 'Math' && this.isFree(from) && ts.isIdentifier(key)) this.checkMathMember(key, key.text);
  }

  /** The name of a property of an object, or taken out of one. */
  private checkOwnName(name: TS.PropertyName): void {
    const text = this.ts.isComputedPropertyName(name) ? staticKey(this.ts, name.expression) : name.text;
    if (text !== undefined && REFUSED_MEMBERS.has(text)) this.refuse(name, 'no-member', `.${text} is not there in a policy`, `it ${REFUSED_MEMBERS.get(text)}`);
  }

  // --- writes ---

  private checkAssignment({ operatorToken, left }: TS.BinaryExpression): void {
    const { ts } = this, kind = operatorToken.kind;
    if (kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) this.refuse(operatorToken, 'inexact', '**= is not there', 'x = x ** y is, and the same in each engine');
    if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) return;
    if (ts.isObjectLiteralExpression(left) || ts.isArrayLiteralExpression(left)) this.checkPatternTarget(left);
    else this.checkWrite(left, true);
  }

  /** `[a.b] = ...` would write a member behind the guards. */
  private checkPatternTarget(target: TS.Node): void {
    const { ts } = this;
    if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) this.refuse(target, 'no-member', 'patterns write to variables only', 'take the value out first, then assign it');
    else if (ts.isBinaryExpression(target)) this.checkPatternTarget(target.left);
    else if (!ts.isComputedPropertyName(target)) ts.forEachChild(target, (child) => { this.checkPatternTarget(child); });
  }

  /** The problem is the same for all policies and all runs. */
  private checkWrite(target: TS.Expression, writes: boolean): void {
    const { ts } = this;
    let at: TS.Expression = target, viaProblem = false;
    while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at) || ts.isNonNullExpression(at) || ts.isParenthesizedExpression(at)) {
      at = at.expression;
      viaProblem ||= (ts.isPropertyAccessExpression(at) && at.name.text === 'problem') || (ts.isIdentifier(at) && at.text === 'problem');
    }
    if (writes && viaProblem) this.refuse(target, 'read-only', 'the problem cannot be changed', 'copy what should differ: Float64Array.from(...)');
  }

  // --- imports ---

  private checkImport(node: TS.ImportDeclaration): void {
    const { ts } = this, clause = node.importClause, specifier = (node.moduleSpecifier as TS.StringLiteral).text, path = offeredPath(specifier);
    if (path === undefined) {
      const short = (text: string) => text.replace(/^.*\//, ''), near = nearestName(short(specifier), Object.keys(OFFERED).map(short));
      const meant = Object.keys(OFFERED).find((known) => short(known) === near);
      this.refuse(node.moduleSpecifier, 'no-import', `a policy cannot import ${JSON.stringify(specifier)}`,
        meant === undefined ? `offered are ${Object.keys(OFFERED).map(specifierOf).join(', ')}` : `did you mean ${JSON.stringify(specifierOf(meant))}?`);
      return;
    }
    const bindings = clause?.namedBindings;
    if (clause === undefined || clause.name !== undefined || bindings === undefined) {
      this.refuse(node, 'no-import', 'only import { names } from what is offered', `import { ... } from ${JSON.stringify(specifierOf(path))}`);
    } else if (ts.isNamedImports(bindings)) for (const name of bindings.elements) this.checkImportedName(name, path);
  }

  /** Types are whatever they are; a value must be there. */
  private checkImportedName(node: TS.ImportSpecifier, path: string): void {
    const imported = (node.propertyName ?? node.name).text, known = Object.keys(OFFERED[path]!);
    if (node.name.text.startsWith(ADDED)) this.refuse(node.name, 'reserved-name', `names that begin with ${ADDED} are reserved`);
    if (known.includes(imported) || node.isTypeOnly || !this.isUsedAsValue(node.name)) return;
    const near = nearestName(imported, known);
    this.refuse(node, 'no-import', `${specifierOf(path)} has no value ${imported}`, near === undefined ? `it has ${known.join(', ') || 'types only'}` : `did you mean ${near}?`);
  }

  private isUsedAsValue(name: TS.Identifier): boolean {
    const { ts, checker } = this, symbol = checker.getSymbolAtLocation(name);
    const uses = (node: TS.Node): boolean => {
      if (isTypeOnly(ts, node) || ts.isImportDeclaration(node)) return false;
      if (ts.isIdentifier(node) && node.text === name.text) {
        const meant = ts.isShorthandPropertyAssignment(node.parent) ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
        if (meant === symbol) return true;
      }
      return ts.forEachChild(node, (child) => uses(child) || undefined) === true;
    };
    return uses(this.source);
  }
}
