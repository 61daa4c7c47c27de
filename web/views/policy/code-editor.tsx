// The editor of a policy's text: CodeMirror with TypeScript's colours, problems marked where they are, completions and hints
// from the compiler. Tab indents; Escape first, and Tab leaves the editor, for those who go by keyboard.
import { autocompletion } from '@codemirror/autocomplete';
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TextProblem } from '../../language/text-problems.ts';
import type { Language } from '../../state/language.ts';

export interface CodeEditorProps {
  /** What is shown; taken over when `shown` changes, otherwise the editor's own text leads. */
  readonly text: string;
  readonly shown: number;
  readonly problems: readonly TextProblem[];
  readonly language: Language;
  readonly label: string;
  /** Id of what explains the keys. */
  readonly describedBy: string;
  /** Where to put the cursor; a new object moves it again. */
  readonly jump: { readonly to: number } | undefined;
  readonly onEdit: (text: string) => void;
  readonly onRun: () => void;
}

export function CodeEditor(props: CodeEditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null), view = useRef<EditorView | null>(null), latest = useRef(props), { text, shown, problems, jump } = latest.current = props;
  useEffect(() => {
    const editor = view.current = new EditorView({ parent: host.current! });
    return () => { editor.destroy(); };
  }, []);
  useEffect(() => { view.current!.setState(EditorState.create({ doc: text, extensions: extensions(latest) })); }, [shown]);
  useEffect(() => {
    const { state } = view.current!, { length } = state.doc;
    // Problems of an older text would be marked at the wrong place: they come again.
    if (state.doc.toString() !== text) return;
    view.current!.dispatch(setDiagnostics(state, problems.map(({ from, to, severity, code, message }) => ({ from: Math.min(from, length), to: Math.min(to, length), severity, source: code, message }))));
  }, [problems, shown]);
  useEffect(() => {
    if (jump === undefined) return;
    const editor = view.current!, at = Math.min(jump.to, editor.state.doc.length);
    editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    editor.focus();
  }, [jump]);
  return <div class="code" ref={host} />;
}

function extensions(latest: { readonly current: CodeEditorProps }): Extension {
  const { label, describedBy } = latest.current;
  return [
    keymap.of([{ key: 'Mod-Enter', run: () => { latest.current.onRun(); return true; } }, indentWithTab]),
    basicSetup, indentUnit.of('  '), javascript({ typescript: true }), syntaxHighlighting(COLOURS), LOOK, lintGutter(),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-describedby': describedBy }),
    EditorView.updateListener.of((update) => { if (update.docChanged) latest.current.onEdit(update.state.doc.toString()); }),
    autocompletion({ override: [(context) => completions(latest.current.language, context)] }),
    hoverTooltip(async (editor, at) => {
      const found = await latest.current.language.hint(editor.state.doc.toString(), at);
      return found === undefined ? null : { pos: found.from, end: found.to, above: true, create: () => ({ dom: hintBox(found.declaration, found.documentation) }) };
    }),
  ];
}

async function completions(language: Language, context: CompletionContext): Promise<CompletionResult | null> {
  const word = context.matchBefore(/\.?[\w$]*/);
  if (!context.explicit && (word === null || word.from === word.to)) return null;
  const found = await language.complete(context.state.doc.toString(), context.pos);
  if (found === undefined || context.aborted) return null;
  return { from: found.from, options: found.options.map(({ label, kind, apply }) => ({ label, type: ICONS[kind] ?? kind, apply })), validFor: /^[\w$]*$/ };
}

/** The compiler's kinds under the editor's names of icons. */
const ICONS: Readonly<Record<string, string>> = { const: 'constant', let: 'variable', var: 'variable', parameter: 'variable', alias: 'variable', getter: 'property', 'primitive type': 'type', 'type parameter': 'type' };

function hintBox(declaration: string, documentation: string): HTMLElement {
  const box = document.createElement('div'), code = document.createElement('code');
  box.className = 'code-hint';
  code.textContent = declaration;
  box.append(code, ...(documentation === '' ? [] : [Object.assign(document.createElement('p'), { textContent: documentation })]));
  return box;
}

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--bad)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--text-soft)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className], color: 'var(--accent)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: 'var(--open)' },
]);

const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '0.95rem' },
  '.cm-scroller': { fontFamily: 'ui-monospace, "SFMono-Regular", Consolas, "DejaVu Sans Mono", monospace', lineHeight: '1.45' },
  '.cm-content': { caretColor: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--text-soft)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--accent-soft)', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--code-selection)' },
  '.cm-selectionMatch, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-panels, .cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line-strong)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--accent-text)' },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', maxWidth: '46rem' },
  '.cm-diagnosticSource': { opacity: '1', color: 'var(--text-soft)' },
});
