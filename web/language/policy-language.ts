// What an editor asks about a policy's text: its problems, what could stand at a place, what stands there. The compiler's
// language service looks at the text as a file beside the built-in policies, with the sources of the port itself, so its
// words are about what runs; what a policy may not contain is found by the same code that refuses it everywhere.
import type TS from 'typescript';
import { InputError } from '../../engine/model/errors.ts';
import type { ParameterSpec } from '../../engine/model/policy.ts';
import { textPolicy } from '../../policies/text/run-program.ts';
import { translatePolicy } from '../../policies/text/translate.ts';
import { problemsOf } from './text-problems.ts';
import type { TextProblem } from './text-problems.ts';

type TypeScript = typeof TS;

export interface CheckedText {
  readonly problems: readonly TextProblem[];
  /** What the text is, when it can be run. */
  readonly policy: { readonly name: string; readonly summary: string; readonly parameters: Readonly<Record<string, ParameterSpec>> } | undefined;
}

export interface Completion {
  readonly label: string;
  /** `method`, `property`, `function`, ...: the compiler's word. */
  readonly kind: string;
  /** Text of it that is to be put in. */
  readonly apply: string;
}

export interface Completions {
  /** Where the word begins that is completed. */
  readonly from: number;
  readonly options: readonly Completion[];
}

export interface TextHint {
  readonly from: number;
  readonly to: number;
  /** As the compiler declares it, and what its author says. */
  readonly declaration: string;
  readonly documentation: string;
}

const FILE = '/policies/my-policy.ts';
const COMPLETIONS_MAX = 200;

export class PolicyLanguage {
  private readonly ts: TypeScript;
  private readonly service: TS.LanguageService;
  private text = '';
  private version = 0;

  /** `sources`: see `type-sources.ts`. */
  constructor(ts: TypeScript, sources: ReadonlyMap<string, string>) {
    this.ts = ts;
    const options: TS.CompilerOptions = {
      target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, moduleDetection: ts.ModuleDetectionKind.Force,
      strict: true, noEmit: true, allowImportingTsExtensions: true, types: [], lib: ['lib.es2022.d.ts', 'lib.es2023.array.d.ts'], paths: { 'twinclock/*': ['/*'] }, skipLibCheck: true,
    };
    const read = (path: string) => (path === FILE ? this.text : sources.get(path)), folders = new Set([...sources.keys(), FILE].flatMap(foldersOf));
    this.service = ts.createLanguageService({
      getCompilationSettings: () => options, getScriptFileNames: () => [FILE], getScriptVersion: (path) => (path === FILE ? String(this.version) : '1'),
      getScriptSnapshot: (path) => { const text = read(path); return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text); },
      getCurrentDirectory: () => '/', getDefaultLibFileName: () => '/lib/lib.es2022.d.ts', fileExists: (path) => read(path) !== undefined, readFile: read, directoryExists: (path) => folders.has(path),
    });
  }

  /** Everything wrong with the text, refusals first where both have something to say. `fileName`: as its faults call it. */
  check(text: string, fileName: string): CheckedText {
    this.look(text);
    const { problems, policy } = this.refusals(text, fileName), known = new Set(problems.map(({ from }) => from));
    const diagnostics = [...this.service.getSyntacticDiagnostics(FILE), ...this.service.getSemanticDiagnostics(FILE)]
      .map(({ start = 0, length = 1, messageText, code, category }): TextProblem => ({
        from: start, to: start + length, severity: category === this.ts.DiagnosticCategory.Error ? 'error' : 'warning', code: `ts${code}`, message: this.ts.flattenDiagnosticMessageText(messageText, '\n'),
      })).filter(({ from }) => !known.has(from));
    return { problems: [...problems, ...diagnostics].sort((a, b) => a.from - b.from || a.to - b.to), policy };
  }

  complete(text: string, at: number): Completions | undefined {
    this.look(text);
    const found = this.service.getCompletionsAtPosition(FILE, at, { includeCompletionsWithInsertText: true });
    if (found === undefined) return undefined;
    const word = /[\w$]*$/.exec(text.slice(0, at))![0], from = at - word.length;
    const fitting = found.entries.filter(({ name }) => name.toLowerCase().startsWith(word.toLowerCase())).sort((a, b) => (a.sortText === b.sortText ? 0 : a.sortText < b.sortText ? -1 : 1));
    return { from, options: fitting.slice(0, COMPLETIONS_MAX).map(({ name, kind, insertText }) => ({ label: name, kind, apply: insertText ?? name })) };
  }

  hint(text: string, at: number): TextHint | undefined {
    this.look(text);
    const found = this.service.getQuickInfoAtPosition(FILE, at);
    if (found === undefined) return undefined;
    const { textSpan: { start, length }, displayParts = [], documentation = [] } = found, words = (parts: readonly TS.SymbolDisplayPart[]) => parts.map((part) => part.text).join('');
    return { from: start, to: start + length, declaration: words(displayParts), documentation: words(documentation) };
  }

  private look(text: string): void {
    if (text === this.text && this.version > 0) return;
    this.text = text;
    this.version++;
  }

  private refusals(text: string, fileName: string): { readonly problems: TextProblem[]; readonly policy: CheckedText['policy'] } {
    try {
      const { name, summary, parameters } = textPolicy(translatePolicy(this.ts, text, fileName));
      return { problems: [], policy: { name, summary, parameters } };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { problems: problemsOf(error, text), policy: undefined };
    }
  }
}

/** `/a`, `/a/b` of `/a/b/c.ts`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return ['/', ...parts.map((_, k) => `/${parts.slice(0, k + 1).join('/')}`)];
}
