// The tokens of the DOT language: names, numerals, quoted strings (joined by `+`, continued by backslash-newline), HTML
// strings, marks; comments and preprocessor lines are skipped. Each token knows its line.
// Source: graphviz.org/doc/info/lang.html.
import { inputError } from '../../engine/model/errors.ts';

export interface DotToken {
  /** A `word` may be a keyword, a `string` (quoted or HTML) never is. */
  readonly kind: 'word' | 'string' | 'mark' | 'end';
  readonly text: string;
  readonly line: number;
}

const SKIPPED = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/|(?<=^|\n)#[^\n]*)+/y;
const WORD = /-?(?:\.\d+|\d+(?:\.\d*)?)(?![\w.\u0080-\uffff])|[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;
const QUOTED = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const MARK = /->|--|[{}[\];,=:+]/y;

/** All tokens, ended by one of kind `end`. Throws `InputError` with code `truncated` or `bad-character`. */
export function dotTokens(text: string): DotToken[] {
  const tokens: DotToken[] = [];
  let at = 0, line = 1;
  const advance = (length: number): void => {
    for (let i = at; i < at + length; i++) if (text[i] === '\n') line++;
    at += length;
  };
  const skip = (): void => advance(match(SKIPPED, text, at)?.length ?? 0);
  for (skip(); at < text.length; skip()) {
    const mark = match(MARK, text, at), word = match(WORD, text, at);
    const quoted = text[at] === '"' ? match(QUOTED, text, at) : text[at] === '<' ? htmlString(text, at) : undefined;
    const found = mark ?? word ?? quoted;
    if (found === undefined) throw badCharacter(text, at, line);
    const kind = mark !== undefined ? 'mark' : word !== undefined ? 'word' : 'string';
    tokens.push({ kind, text: kind === 'string' ? stringValue(found) : found, line });
    advance(found.length);
  }
  return [...joinStrings(tokens), { kind: 'end', text: '', line }];
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** `<...>` with balanced angle brackets, or undefined when it never ends. */
function htmlString(text: string, at: number): string | undefined {
  for (let i = at, depth = 0; i < text.length; i++) {
    if (text[i] === '<') depth++;
    else if (text[i] === '>' && --depth === 0) return text.slice(at, i + 1);
  }
  return undefined;
}

/** Only `\"` and a backslash before the end of a line are escapes of the language; others are the reader's. */
function stringValue(token: string): string {
  const inner = token.slice(1, -1);
  return token[0] === '<' ? inner : inner.replace(/\\(\r\n|\n|\r)/g, '').replace(/\\"/g, '"');
}

function joinStrings(tokens: readonly DotToken[]): DotToken[] {
  const joined: DotToken[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const before = joined[joined.length - 1], next = tokens[i + 1];
    if (tokens[i]!.text === '+' && tokens[i]!.kind === 'mark' && before?.kind === 'string' && next?.kind === 'string') {
      joined[joined.length - 1] = { ...before, text: before.text + next.text };
      i++;
    } else joined.push(tokens[i]!);
  }
  return joined;
}

function badCharacter(text: string, at: number, line: number): Error {
  const path = `line ${line}`;
  if (text[at] === '"' || text[at] === '<' || text.startsWith('/*', at)) {
    return inputError('truncated', path, 'a string or comment starts here and never ends', { value: text.slice(at, at + 40) });
  }
  const hint = 'write names with other characters in double quotes';
  return inputError('bad-character', path, 'expected a name, a string or a mark of the DOT language', { value: text[at], hint });
}
