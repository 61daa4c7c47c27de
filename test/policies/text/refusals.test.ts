// What a policy's text may not contain: each refused at its line, before any of it runs; what only looks like it is let through.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { builtInText, compileText, faultsOf, smallPolicy } from '../../support/policy-text.ts';

describe('refused where it stands', () => {
  it.each([
    ['const t = Date.now();', 'no-clock', 17],
    ['const t = new Date().getTime();', 'no-clock', 21],
    ['const t = performance.now();', 'no-clock', 17],
    ['const x = Math.random();', 'no-randomness', 22],
    ['const { random } = Math;', 'no-randomness', 15],
    ["const x = Math['random']();", 'no-randomness', 22],
    ['const x = crypto.getRandomValues(new Uint32Array(1));', 'no-randomness', 17],
    ['setTimeout(() => {}, 5);', 'no-timers', 7],
    ['queueMicrotask(() => {});', 'no-timers', 7],
    ["fetch('https://example.org');", 'no-outside', 7],
    ['const g = globalThis;', 'no-outside', 17],
    ['self.postMessage(1);', 'no-outside', 7],
    ['window.alert(1);', 'no-outside', 7],
    ['process.exit(1);', 'no-outside', 7],
    ["require('fs');", 'no-outside', 7],
    ["console.log('here');", 'no-outside', 7],
    ["eval('1');", 'no-code', 7],
    ["new Function('return 1')();", 'no-code', 11],
    ["import('node:fs');", 'no-import', 7],
    ['const u = import.meta.url;', 'no-outside', 17],
    ['const f = async () => 1;', 'no-waiting', 17],
    ['const p = Promise.resolve(1);', 'no-waiting', 17],
    ["const f = (() => {}).constructor('return this')();", 'no-member', 28],
    ["const f = (() => {})['constructor'];", 'no-member', 28],
    ['const { constructor: make } = () => {};', 'no-member', 15],
    ['let make; ({ constructor: make } = () => {});', 'no-member', 20],
    ['Array.prototype.push = () => 0;', 'no-member', 13],
    ['const o = { __proto__: [] };', 'no-member', 19],
    ['placeFirst.call(view, view, 1);', 'no-member', 18],
    ['[view.problem.taskIds[0]] = [1];', 'no-member', 8],
    ['const y = Math.exp(1) + Math.sin(1);', 'inexact', 36],
    ['let z = 2; z **= 0.5;', 'inexact', 20],
    ["const b = 'a'.localeCompare('b');", 'no-member', 21],
    ['const n = new Intl.NumberFormat();', 'no-locale', 21],
    ['const r = /a+/;', 'no-regexp', 17],
    ["const r = 'a'.match('a+');", 'no-member', 21],
    ['const big = 5n;', 'no-bigint', 19],
    ['const s = Symbol.iterator;', 'no-reflection', 17],
    ['Reflect.ownKeys(view);', 'no-reflection', 7],
    ['for (const key in {}) key;', 'no-for-in', 7],
    ['class A {} class B extends A {}', 'no-inheritance', 26],
    ['class A { constructor() { return []; } }', 'no-inheritance', 33],
    ['view.problem.taskWork[0] = 5;', 'read-only', 7],
    ['debugger;', 'no-outside', 7],
    ['viw.next();', 'unknown-name', 7],
    ['const __policy_x = 1;', 'reserved-name', 13],
    ['const f = () => arguments[2];', 'no-reflection', 23],
    ['try { } finally { return; }', 'no-jump', 25],
    ['try { } catch ({ message }) { }', 'no-pattern', 22],
    ['const enum E { A } E.A;', 'no-declarations', 7],
    ['\\u0065val("1");', 'no-code', 7],
  ])('%s', (line, code, column) => {
    expect(faultsOf(() => compileText(smallPolicy({ decide: line })))).toEqual([`${code} mine.ts:8:${column}`]);
  });

  it.each([
    ["import { readFileSync } from 'node:fs';", 'no-import mine.ts:2:30'],
    ["import { fifo } from './fifo.ts';", 'no-import mine.ts:2:22'],
    ["import { Kernel } from '../engine/kernel/kernel.ts'; new Kernel();", 'no-import mine.ts:2:24'],
    ["import port from 'twinclock/engine/model/policy.ts';", 'no-import mine.ts:2:1'],
    ["import { earliestFinsh } from 'twinclock/policies/shared/rows.ts'; earliestFinsh();", 'no-import mine.ts:2:10'],
    ["export * from 'twinclock/policies/shared/rows.ts';", 'no-import mine.ts:2:1'],
    ['declare const process: any;', 'no-declarations mine.ts:2:1'],
    ['function fetch(x: string): void;', 'no-declarations mine.ts:2:1'],
    ['declare global { var Map: any }', 'no-declarations mine.ts:2:1'],
    ['namespace A { export const x = 1; }', 'no-declarations mine.ts:2:1'],
  ])('%s', (line, fault) => {
    expect(faultsOf(() => compileText(smallPolicy({ top: line })))).toEqual([fault]);
  });

  it.each(['interface fetch {} fetch();', "import type { fetch } from 'twinclock/engine/model/policy.ts'; fetch();", "import { type fetch } from 'twinclock/engine/model/policy.ts'; fetch();", 'type self = 1; self;'])('a name that is only declared is not there: %s', (line) => {
    expect(faultsOf(() => compileText(smallPolicy({ top: line }))).at(-1)).toMatch(/^(no-outside|syntax) mine\.ts:2:/);
  });

  it('reports everything at once, with what to do instead', () => {
    const text = smallPolicy({ top: "import { earliestFinsh } from './shared/rows.ts'; earliestFinsh;", decide: 'const t = Date.now() + Math.random();' });
    expect(faultsOf(() => compileText(text))).toEqual(['no-import mine.ts:2:10', 'no-clock mine.ts:8:17', 'no-randomness mine.ts:8:35']);
    try { compileText(text); } catch (error) {
      expect((error as InputError).faults.map(({ hint }) => hint)).toEqual([
        'did you mean earliestFinish?', 'the time is view.now, ms since the epoch; it stands still during a decision', "view.random(a, b) draws from the policy's own stream",
      ]);
    }
  });

  it('reports what the compiler cannot read, and what the language forbids', () => {
    expect(faultsOf(() => compileText('export const x = {\n  name: \n}}'))).toContain('syntax mine.ts:3:1');
    for (const line of ['const x;', 'let y = 1; let y = 2;', 'break;', 'if (true) function f() {}; continue;', 'const { a };', 'yield = 1;', 'var let = 1;', 'x => { "use strict"; delete x; }']) {
      expect(faultsOf(() => compileText(smallPolicy({ decide: line }))).map((fault) => fault.replace(/\d+$/, ''))[0], line).toBe('syntax mine.ts:8:');
    }
    expect(faultsOf(() => compileText(`${smallPolicy()}return 5;`))).toEqual(['syntax mine.ts:18:1']);
  });
});

describe('let through', () => {
  it.each([
    "type Date = number; const t: Date = 5; interface Window { process: Promise<void> } const w = null as unknown as Window;",
    'const performance = { now: () => 3 }, x = performance.now(); const f = (process: number) => process + x;',
    "const o = { Date: 1, fetch: 2 }, { Date: d } = o; label: for (;;) { break label; } const y = o.fetch + d;",
    'const big = Math.max(1, Math.exp(1), Math.log(2), Math.pow(-2, 3), 2 ** 10, Math.sqrt(2));',
    'const { max, min } = Math, all = Object.entries({ a: 1 }), m = new Map([[1, 2]]), s = new Set<number>(); const z = `${max(1, min(2, 3))}`;',
    'class Counter { private n = 0; static from(x: number) { return new Counter(x); } constructor(readonly at: number = 0) { this.n = at; } add() { this.n++; return this; } }; Counter.from(3).add();',
    'enum Side { Left, Right } const side: Side = Side.Left; function* numbers() { yield 1; } for (const [i, n] of [...numbers()].entries()) { i + n; }',
    'try { null!; } catch { } finally { } const [a, , ...rest] = [1, 2, 3], { length } = rest; const text = "Date.now() /x/ eval"; // Date.now()',
  ])('%s', (line) => {
    expect(faultsOf(() => compileText(smallPolicy({ decide: line })))).toEqual(['nothing']);
  });

  it('every built-in policy as it stands', () => {
    for (const name of ['weighted', 'heft', 'peft', 'min-min', 'cheapest']) expect(compileText(builtInText(name)).name).toMatch(new RegExp(`^${name}@[0-9a-f]{8}$`));
  });
});
