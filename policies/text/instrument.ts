// The changes made to a policy's text on its way to JavaScript, types taken off by TypeScript itself:
//   - imports and exports become reads of `imports` and writes of `exports`;
//   - every loop and every function counts a step before its body and is cut off when the decision's steps are spent:
//     a count of what the text does, not of time, so that it is cut off at the same step on every machine;
//   - what ends a run goes through every `catch`: how deep calls may go differs between machines, so nothing may depend on it;
//   - computed keys and written members go through the guards of `allowed.ts`, unless a key can only be a number;
//   - `**` becomes a call of the exact one.
// Nothing else changes: a translated text does, bit for bit, what the text says.
import type TS from 'typescript';
import { ADDED } from './allowed.ts';
import { isMadeByText, isTypeOnly, placeOf, staticKey } from './check.ts';
import { offeredPath } from './offered.ts';
import type { LoopPlace } from './program.ts';

type TypeScript = typeof TS;

/** A transformer for `Program.emit`. Loops and functions are numbered as they are met and added to `loops`. */
export function instrumented(ts: TypeScript, checker: TS.TypeChecker, loops: LoopPlace[]): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (source) => new Instrumentation(ts, context, source, checker, loops).file();
}

class Instrumentation {
  private readonly ts: TypeScript;
  private readonly context: TS.TransformationContext;
  private readonly source: TS.SourceFile;
  private readonly checker: TS.TypeChecker;
  private readonly loops: LoopPlace[];
  private readonly make: TS.NodeFactory;
  private readonly visit = (node: TS.Node): TS.Node | undefined => this.visited(node);

  constructor(ts: TypeScript, context: TS.TransformationContext, source: TS.SourceFile, checker: TS.TypeChecker, loops: LoopPlace[]) {
    this.ts = ts; this.context = context; this.source = source; this.checker = checker; this.loops = loops;
    this.make = context.factory;
  }

  file(): TS.SourceFile {
    const { make, source } = this;
    return make.updateSourceFile(source, make.createNodeArray(source.statements.flatMap((statement) => this.topStatement(statement))));
  }

  // --- imports and exports ---

  private topStatement(statement: TS.Statement): TS.Statement[] {
    const { ts, make } = this;
    if (ts.isImportDeclaration(statement)) return this.imported(statement);
    if (ts.isExportDeclaration(statement)) return this.exportedNames(statement);
    if (ts.isExportAssignment(statement)) return [this.exported('default', this.ts.visitNode(statement.expression, this.visit) as TS.Expression)];
    const visited = ts.visitNode(statement, this.visit) as TS.Statement;
    if (!ts.canHaveModifiers(statement) || ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) !== true || isTypeOnly(ts, statement)) return [visited];
    const isDefault = ts.getModifiers(statement)!.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    const names = ts.isVariableStatement(statement) ? statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []))
      : (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name !== undefined ? [statement.name.text] : [];
    return [this.withoutExport(visited), ...names.map((name) => this.exported(isDefault ? 'default' : name, make.createIdentifier(name)))];
  }

  private imported({ importClause, moduleSpecifier }: TS.ImportDeclaration): TS.Statement[] {
    const { ts, make } = this, path = offeredPath((moduleSpecifier as TS.StringLiteral).text)!, bindings = importClause!.namedBindings!;
    if (importClause!.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    const from = make.createElementAccessExpression(make.createIdentifier(`${ADDED}imports`), make.createStringLiteral(path));
    const name = ts.isNamespaceImport(bindings) ? make.createIdentifier(bindings.name.text)
      : make.createObjectBindingPattern(bindings.elements.filter(({ isTypeOnly: type }) => !type)
        .map((element) => make.createBindingElement(undefined, element.propertyName?.text ?? element.name.text, make.createIdentifier(element.name.text))));
    return [make.createVariableStatement(undefined, make.createVariableDeclarationList([make.createVariableDeclaration(name, undefined, undefined, from)], ts.NodeFlags.Const))];
  }

  private exportedNames({ exportClause, isTypeOnly: type }: TS.ExportDeclaration): TS.Statement[] {
    if (type || exportClause === undefined || !this.ts.isNamedExports(exportClause)) return [];
    return exportClause.elements.filter((element) => !element.isTypeOnly && this.isValue(element))
      .map((element) => this.exported(element.name.text, this.make.createIdentifier((element.propertyName ?? element.name).text)));
  }

  private isValue(element: TS.ExportSpecifier): boolean {
    const symbol = this.checker.getExportSpecifierLocalTargetSymbol(element);
    return symbol !== undefined && isMadeByText(this.ts, symbol, this.source);
  }

  private exported(name: string, value: TS.Expression): TS.Statement {
    const { make } = this;
    return make.createExpressionStatement(make.createAssignment(make.createPropertyAccessExpression(make.createIdentifier(`${ADDED}exports`), name), value));
  }

  private withoutExport(statement: TS.Statement): TS.Statement {
    const { ts, make } = this;
    const kept = (modifiers: TS.NodeArray<TS.ModifierLike> | undefined) => modifiers?.filter(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword);
    if (ts.isVariableStatement(statement)) return make.updateVariableStatement(statement, kept(statement.modifiers), statement.declarationList);
    if (ts.isFunctionDeclaration(statement)) {
      const { asteriskToken, name, typeParameters, parameters, type, body } = statement;
      return make.updateFunctionDeclaration(statement, kept(statement.modifiers), asteriskToken, name, typeParameters, parameters, type, body);
    }
    if (ts.isClassDeclaration(statement)) return make.updateClassDeclaration(statement, kept(statement.modifiers), statement.name, statement.typeParameters, statement.heritageClauses, statement.members);
    return statement;
  }

  // --- everything else ---

  private visited(node: TS.Node): TS.Node | undefined {
    const { ts, make } = this;
    if (isTypeOnly(ts, node)) return node;
    if (ts.isIterationStatement(node, false)) return this.loop(node);
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) return this.function(node as TS.FunctionLikeDeclaration);
    if (ts.isBinaryExpression(node)) return this.binary(node);
    if (ts.isPrefixUnaryExpression(node) && isStep(ts, node.operator)) return make.updatePrefixUnaryExpression(node, this.written(node.operand) as TS.UnaryExpression);
    if (ts.isPostfixUnaryExpression(node)) return make.updatePostfixUnaryExpression(node, this.written(node.operand) as TS.LeftHandSideExpression);
    if (ts.isDeleteExpression(node)) return make.updateDeleteExpression(node, this.written(node.expression) as TS.UnaryExpression);
    if (ts.isElementAccessExpression(node)) return this.element(node, this.expression(node.expression));
    if (ts.isCatchClause(node)) return this.caught(node);
    if (ts.isComputedPropertyName(node)) return make.updateComputedPropertyName(node, this.guardedKey(node.expression));
    return ts.visitEachChild(node, this.visit, this.context);
  }

  private expression<T extends TS.Expression>(node: T): T {
    return this.ts.visitNode(node, this.visit) as T;
  }

  private loop(node: TS.IterationStatement): TS.Node {
    const { ts, make } = this, step = make.createExpressionStatement(this.stepExpression(node, 'loop'));
    const plain = ts.visitEachChild(node, this.visit, this.context), { statement } = plain;
    const body = ts.isBlock(statement) ? make.updateBlock(statement, [step, ...statement.statements]) : make.createBlock([step, statement], false);
    if (ts.isForStatement(plain)) return make.updateForStatement(plain, plain.initializer, plain.condition, plain.incrementor, body);
    if (ts.isForOfStatement(plain)) return make.updateForOfStatement(plain, plain.awaitModifier, plain.initializer, plain.expression, body);
    if (ts.isForInStatement(plain)) return make.updateForInStatement(plain, plain.initializer, plain.expression, body);
    if (ts.isWhileStatement(plain)) return make.updateWhileStatement(plain, plain.expression, body);
    return make.updateDoStatement(plain as TS.DoStatement, body, (plain as TS.DoStatement).expression);
  }

  /** What ends the run cannot be caught. */
  private caught(node: TS.CatchClause): TS.Node {
    const { make } = this, name = node.variableDeclaration?.name as TS.Identifier | undefined ?? make.createIdentifier(`${ADDED}error`);
    const body = this.ts.visitNode(node.block, this.visit) as TS.Block;
    return make.updateCatchClause(node, make.createVariableDeclaration(name), make.updateBlock(body, [make.createExpressionStatement(this.guard('caught', make.createIdentifier(name.text))), ...body.statements]));
  }

  private function(node: TS.FunctionLikeDeclaration): TS.Node {
    const { ts, make } = this, step = this.stepExpression(node, 'function');
    const plain = ts.visitEachChild(node, this.visit, this.context), body = plain.body!;
    if (ts.isArrowFunction(plain) && !ts.isBlock(body)) {
      const counted = make.createParenthesizedExpression(make.createComma(step, body));
      return make.updateArrowFunction(plain, plain.modifiers, plain.typeParameters, plain.parameters, plain.type, plain.equalsGreaterThanToken, counted);
    }
    const counted = make.updateBlock(body as TS.Block, [make.createExpressionStatement(step), ...(body as TS.Block).statements]);
    if (ts.isArrowFunction(plain)) return make.updateArrowFunction(plain, plain.modifiers, plain.typeParameters, plain.parameters, plain.type, plain.equalsGreaterThanToken, counted);
    if (ts.isFunctionDeclaration(plain)) return make.updateFunctionDeclaration(plain, plain.modifiers, plain.asteriskToken, plain.name, plain.typeParameters, plain.parameters, plain.type, counted);
    if (ts.isFunctionExpression(plain)) return make.updateFunctionExpression(plain, plain.modifiers, plain.asteriskToken, plain.name, plain.typeParameters, plain.parameters, plain.type, counted);
    if (ts.isMethodDeclaration(plain)) {
      return make.updateMethodDeclaration(plain, plain.modifiers, plain.asteriskToken, plain.name, plain.questionToken, plain.typeParameters, plain.parameters, plain.type, counted);
    }
    if (ts.isGetAccessorDeclaration(plain)) return make.updateGetAccessorDeclaration(plain, plain.modifiers, plain.name, plain.parameters, plain.type, counted);
    if (ts.isSetAccessorDeclaration(plain)) return make.updateSetAccessorDeclaration(plain, plain.modifiers, plain.name, plain.parameters, counted);
    return make.updateConstructorDeclaration(plain as TS.ConstructorDeclaration, plain.modifiers, (plain as TS.ConstructorDeclaration).parameters, counted);
  }

  /** `--__policy_steps.left < 0 && __policy_cut(7)`; functions may overdraw. */
  private stepExpression(node: TS.Node, what: LoopPlace['what']): TS.Expression {
    const { ts, make } = this, number = this.loops.push({ what, place: placeOf(this.source, node) }) - 1;
    const left = make.createPrefixDecrement(make.createPropertyAccessExpression(make.createIdentifier(`${ADDED}steps`), 'left'));
    const least = what === 'loop' ? make.createNumericLiteral(0) : make.createIdentifier(`${ADDED}overdraft`);
    return make.createLogicalAnd(make.createBinaryExpression(left, ts.SyntaxKind.LessThanToken, least), this.guard('cut', make.createNumericLiteral(number)));
  }

  private guard(name: string, ...values: TS.Expression[]): TS.Expression {
    return this.make.createCallExpression(this.make.createIdentifier(ADDED + name), undefined, values);
  }

  private binary(node: TS.BinaryExpression): TS.Node {
    const { ts, make } = this, kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.AsteriskAsteriskToken) return this.guard('pow', this.expression(node.left), this.expression(node.right));
    if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) return ts.visitEachChild(node, this.visit, this.context);
    return make.updateBinaryExpression(node, this.written(node.left), node.operatorToken, this.expression(node.right));
  }

  /** What is assigned to: its object must be one whose members may be written. */
  private written(target: TS.Expression): TS.Expression {
    const { ts, make } = this;
    if (ts.isParenthesizedExpression(target)) return make.updateParenthesizedExpression(target, this.written(target.expression));
    if (ts.isNonNullExpression(target)) return this.written(target.expression);
    if (ts.isAsExpression(target) || ts.isSatisfiesExpression(target) || ts.isTypeAssertionExpression(target)) return this.written(target.expression);
    if (ts.isPropertyAccessExpression(target)) return make.updatePropertyAccessExpression(target, this.guard('own', this.expression(target.expression)), target.name);
    if (ts.isElementAccessExpression(target)) return this.element(target, this.isNumeric(target.argumentExpression) ? this.expression(target.expression) : this.guard('own', this.expression(target.expression)));
    return this.expression(target);
  }

  // --- keys ---

  private element(node: TS.ElementAccessExpression, object: TS.Expression): TS.Expression {
    const { ts, make } = this, key = this.guardedKey(node.argumentExpression);
    return ts.isElementAccessChain(node) ? make.updateElementAccessChain(node, object, node.questionDotToken, key) : make.updateElementAccessExpression(node, object, key);
  }

  /** Keys known before the run have been checked; numbers need no check; `k` alone is asked for its type in place, which is quicker than a call. */
  private guardedKey(key: TS.Expression): TS.Expression {
    const { ts, make } = this, bare = ts.skipPartiallyEmittedExpressions(key);
    if (staticKey(ts, bare) !== undefined || this.isNumeric(bare)) return this.expression(key);
    const guarded = this.guard('key', this.expression(key));
    if (!ts.isIdentifier(bare)) return guarded;
    return make.createConditionalExpression(make.createStrictEquality(make.createTypeOfExpression(bare), make.createStringLiteral('number')), undefined, bare, undefined, guarded);
  }

  /** Whether the value can be nothing but a number (texts have no big integers). */
  private isNumeric(node: TS.Expression): boolean {
    const { ts } = this;
    if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return this.isNumeric(node.expression);
    if (ts.isConditionalExpression(node)) return this.isNumeric(node.whenTrue) && this.isNumeric(node.whenFalse);
    if (ts.isPrefixUnaryExpression(node)) return node.operator !== ts.SyntaxKind.ExclamationToken;
    if (!ts.isBinaryExpression(node)) return ts.isNumericLiteral(node) || ts.isPostfixUnaryExpression(node);
    return ARITHMETIC.has(ts.tokenToString(node.operatorToken.kind)!);
  }
}

const ARITHMETIC: ReadonlySet<string> = new Set(['-', '*', '/', '%', '|', '&', '^', '<<', '>>', '>>>', '**']);

const isStep = (ts: TypeScript, operator: TS.PrefixUnaryOperator): boolean => operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
