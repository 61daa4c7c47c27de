// What the editor is told about a text: nothing where nothing is wrong, the compiler's and our own words where something is,
// each at its place; and that every example of the page is without a fault, runs, and sees all that is offered.
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OFFERED, specifierOf } from '../../../policies/text/offered.ts';
import { EXAMPLES } from '../../../web/language/examples.ts';
import { PolicyLanguage } from '../../../web/language/policy-language.ts';
import { TYPE_SOURCES } from '../../../web/language/type-sources.ts';
import { smallPolicy } from '../../support/policy-text.ts';
import { ts } from '../../support/source-tree.ts';

const language = new PolicyLanguage(ts, TYPE_SOURCES);
const problems = (text: string) => language.check(text, 'mine.ts').problems.map(({ from, to, code }) => `${code} ${text.slice(from, to)}`);

describe('problems of a text', () => {
  it.each(EXAMPLES.map((example) => [example.name, example] as const))('none in the example %s, which is a policy', (name, { text }) => {
    const { problems: found, policy } = language.check(text, `${name}.ts`);
    expect(found).toEqual([]);
    expect(policy!.name).toMatch(new RegExp(`^${name}@`));
  });

  it('are those of types, at their place', () => {
    expect(problems(smallPolicy({ decide: 'const n: number = view.next; view.candidats(n);' }))).toEqual(['ts2322 view.next', 'ts2551 candidats']);
  });

  it('are what a policy may not contain, once each', () => {
    expect(problems(smallPolicy({ decide: 'const t = Date.now(); fetch("x");' }))).toEqual(['no-clock Date.now', 'no-outside fetch']);
    expect(problems('export const x = {')).toEqual(expect.arrayContaining([expect.stringMatching(/^syntax/)]));
    expect(problems("export const x = { name: 'x' };")).toEqual(['no-policy export']);
  });

  it('every module that is offered has its types', () => {
    const imports = Object.keys(OFFERED).map((path, k) => `import * as m${k} from '${specifierOf(path)}'; export type T${k} = typeof m${k};`).join(' ');
    expect(problems(smallPolicy({ top: imports }))).toEqual([]);
  });

  it('and what such a module imports is there too: without it a class would lose what it extends, silently', () => {
    const missing = [...TYPE_SOURCES].filter(([path]) => !path.startsWith('/lib/')).flatMap(([path, text]) => [...text.matchAll(/ from '(\.[^']+)'/g)]
      .map(([, specifier]) => posix.join(posix.dirname(path), specifier!)).filter((wanted) => !TYPE_SOURCES.has(wanted)).map((wanted) => `${path} -> ${wanted}`));
    expect(missing).toEqual([]);
  });
});

describe('what could stand there', () => {
  it('is what the view has', () => {
    const text = smallPolicy({ decide: 'view.cand' }), at = text.indexOf('view.cand') + 'view.cand'.length, { from, options } = language.complete(text, at)!;
    expect([text.slice(from, at), options.map(({ label, kind }) => `${kind} ${label}`)]).toEqual(['cand', ['property candidate', 'method candidates']]);
  });

  it('and what does is explained in the words of the port', () => {
    const text = smallPolicy(), found = language.hint(text, text.indexOf('closeGroup') + 2)!;
    expect([text.slice(found.from, found.to), found.declaration]).toEqual(['closeGroup', '(method) PolicyView.closeGroup(task: number): void']);
    expect(found.documentation).toContain('No task of this task\'s group is offered again in this round.');
  });
});
