// A worker of its own for the compiler: it takes a second to load and some milliseconds to look at a text, none of which the
// page or a simulation should wait for.
import { expose } from 'comlink';
import ts from 'typescript';
import { EXAMPLES } from './examples.ts';
import { PolicyLanguage } from './policy-language.ts';
import { TYPE_SOURCES } from './type-sources.ts';

const language = new PolicyLanguage(ts, TYPE_SOURCES);

export interface LanguageEndpoint {
  check: PolicyLanguage['check'];
  complete: PolicyLanguage['complete'];
  hint: PolicyLanguage['hint'];
  examples(): typeof EXAMPLES;
}

const endpoint: LanguageEndpoint = {
  check: (text, fileName) => language.check(text, fileName), complete: (text, at) => language.complete(text, at), hint: (text, at) => language.hint(text, at), examples: () => EXAMPLES,
};
expose(endpoint);
