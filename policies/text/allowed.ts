// The world of a policy's text: the names it may use, those it may not and why, and the versions of built-ins it is given.
// What is not allowed is refused, so a name that some engine adds tomorrow is not there today. Nothing here reads a clock,
// draws, waits, reaches the page or the process, or gives other last digits in another engine.
import { exp, ln, pow } from '../../engine/model/exact-math.ts';
import { assert } from '../../engine/model/errors.ts';

/** Free names that mean what they always mean. */
const PLAIN = [
  'undefined', 'NaN', 'Infinity', 'isNaN', 'isFinite', 'parseInt', 'parseFloat', 'Number', 'String', 'Boolean', 'Array', 'Map', 'Set', 'WeakMap', 'WeakSet',
  'Float64Array', 'Float32Array', 'Int32Array', 'Uint32Array', 'Int16Array', 'Uint16Array', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray',
] as const;

/** x to the power y, the same in every engine: whole exponents by squaring, others by `exact-math.ts` (x >= 0). */
function power(x: number, y: number): number {
  if (!Number.isInteger(y) || Math.abs(y) > 1024) return pow(x, y);
  let result = 1;
  for (let n = Math.abs(y), square = x; n > 0; n = Math.floor(n / 2), square *= square) if (n % 2 === 1) result *= square;
  return y < 0 ? 1 / result : result;
}

const { abs, ceil, clz32, floor, fround, imul, max, min, round, sign, sqrt, trunc, E, LN2, LN10, LOG2E, LOG10E, PI, SQRT1_2, SQRT2 } = Math;
const exactMath = Object.freeze({
  abs, ceil, clz32, floor, fround, imul, max, min, round, sign, sqrt, trunc, exp, log: ln, pow: power, E, LN2, LN10, LOG2E, LOG10E, PI, SQRT1_2, SQRT2,
});
export const MATH_MEMBERS: readonly string[] = Object.keys(exactMath);

const { entries, freeze, fromEntries, hasOwn, is, isFrozen, keys, values } = Object;
const plainObject = Object.freeze({
  entries, freeze, fromEntries, hasOwn, is, isFrozen, keys, values,
  assign: (target: object, ...sources: object[]): object => Object.assign(own(target), ...sources) as object,
});
export const OBJECT_MEMBERS: readonly string[] = Object.keys(plainObject);

class PolicyError extends Error {}
class PolicyRangeError extends RangeError {}
class PolicyTypeError extends TypeError {}

/** Names of members that lead out of the text, or differ between engines and machines. */
export const REFUSED_MEMBERS: ReadonlyMap<string, string> = new Map([
  ...[
    'constructor', 'prototype', '__proto__', '__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__',
    'call', 'apply', 'bind', 'caller', 'callee', 'fromAsync', 'stackTraceLimit', 'captureStackTrace', 'prepareStackTrace',
  ].map((name) => [name, 'reaches what is shared with other policies; call functions and methods directly'] as const),
  ...['localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase', 'toLocaleDateString', 'toLocaleTimeString', 'normalize']
    .map((name) => [name, 'depends on the machine\'s locale; compare with < and >'] as const),
  ['stack', 'differs between engines'],
  ...['match', 'matchAll', 'search'].map((name) => [name, 'a regular expression may run for ever; use includes, startsWith, indexOf'] as const),
]);

/** Why a free name is refused: code of the fault, and what to do instead. */
export interface Refusal {
  readonly code: string;
  readonly hint: string;
}

const refusals = (code: string, hint: string, names: readonly string[]): [string, Refusal][] => names.map((name) => [name, { code, hint }]);
export const REFUSED_NAMES: ReadonlyMap<string, Refusal> = new Map([
  ...refusals('no-clock', 'the time is view.now, ms since the epoch; it stands still during a decision', ['Date', 'performance', 'Temporal']),
  ...refusals('no-timers', 'view.wakeAt(instant) asks for another decision', ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'requestIdleCallback']),
  ...refusals('no-randomness', 'view.random(a, b) draws from the policy\'s own stream', ['crypto']),
  ...refusals('no-waiting', 'a decision is made at once; view.wakeAt(instant) asks for another one', ['Promise', 'Atomics', 'SharedArrayBuffer']),
  ...refusals('no-outside', 'a policy sees its view and nothing else: the same text runs in a browser, on a server and live', [
    'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'SharedWorker', 'BroadcastChannel', 'MessageChannel', 'navigator', 'location', 'document', 'window', 'self', 'globalThis', 'global',
    'parent', 'top', 'frames', 'process', 'require', 'module', 'exports', 'Buffer', 'Deno', 'Bun', 'localStorage', 'sessionStorage', 'indexedDB', 'caches', 'postMessage', 'importScripts', 'alert',
  ]),
  ...refusals('no-outside', 'what a policy writes into view.candidate.score and the terms is kept and shown with the decision', ['console']),
  ...refusals('no-code', 'a policy is what stands in its text', ['eval', 'Function', 'WebAssembly']),
  ...refusals('no-locale', 'texts are compared with < and >', ['Intl']),
  ...refusals('no-reflection', 'it reaches what is shared with other policies', ['Reflect', 'Proxy', 'Symbol', 'WeakRef', 'FinalizationRegistry', 'Iterator']),
  ...refusals('no-reflection', 'name the parameters, or take the rest of them: (...values)', ['arguments']),
  ...refusals('no-regexp', 'a regular expression may run for ever; use includes, startsWith, indexOf', ['RegExp']),
]);

/** What a translated text finds under these names instead of the engine's own. */
export const GIVEN: Readonly<Record<string, unknown>> = {
  Math: exactMath, Object: plainObject, Error: Object.freeze(PolicyError), RangeError: Object.freeze(PolicyRangeError), TypeError: Object.freeze(PolicyTypeError),
};

export const ALLOWED_NAMES: ReadonlySet<string> = new Set([...PLAIN, ...Object.keys(GIVEN)]);
assert([...ALLOWED_NAMES].every((name) => !REFUSED_NAMES.has(name)), 'no name is both allowed and refused');

/** Prefix of the names that translation adds; a text may not use it. */
export const ADDED = '__policy_';

/** Guards that translation puts into the code; see `instrument.ts`. */
export const GUARDS: Readonly<Record<string, unknown>> = { [`${ADDED}key`]: memberKey, [`${ADDED}own`]: own, [`${ADDED}pow`]: power };

/** A computed key: a number, or the name of a member that may be used. */
function memberKey(key: unknown): number | string {
  if (typeof key === 'number') return key;
  const name = String(key), why = REFUSED_MEMBERS.get(name);
  if (why !== undefined) throw new PolicyTypeError(`no member ${name}: it ${why}`);
  return name;
}

/** Something whose members may be written: all but functions, since those of the engine are shared. */
function own<T>(target: T): T {
  if (typeof target === 'function') throw new PolicyTypeError('functions and classes have no members that can be written; keep numbers in view.memory');
  return target;
}
