// The compiler's worker from the page's side: started when it is first asked, and once. A question that was asked before the
// latest one of its kind may come late; who asks drops what is no longer about their text.
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { CheckedText, Completions, TextHint } from '../language/policy-language.ts';
import type { PolicyExample } from '../language/examples.ts';
import type { LanguageEndpoint } from '../language/worker.ts';

export interface Language {
  check(text: string, fileName: string): Promise<CheckedText>;
  complete(text: string, at: number): Promise<Completions | undefined>;
  hint(text: string, at: number): Promise<TextHint | undefined>;
  examples(): Promise<readonly PolicyExample[]>;
}

export function startLanguage(): Language {
  let endpoint: Remote<LanguageEndpoint> | undefined;
  const ask = (): Remote<LanguageEndpoint> => endpoint ??= wrap<LanguageEndpoint>(new Worker(new URL('../language/worker.ts', import.meta.url), { type: 'module', name: 'twinclock-language' }));
  return {
    check: (text, fileName) => ask().check(text, fileName), complete: (text, at) => ask().complete(text, at), hint: (text, at) => ask().hint(text, at), examples: () => ask().examples(),
  };
}
