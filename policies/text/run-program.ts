// A translated policy at work. Its module is made afresh for every run, so nothing is carried from one run to another; every
// call from the engine has a budget of steps; whatever goes wrong ends the run with an `InputError` at the line of the text.
//
// How a run is told from another: a hidden last number of `view.memory` says which module has been deciding. It is zero at
// the start of a run and is copied when a run is forked, so a fork gets a module of its own, too. Within one run a text
// could still keep numbers in its variables, where forks cannot see them; `forget` makes modules afresh during the run,
// before decisions 1, 4, 9, 16, ..., and a policy that keeps to the contract of the port does not notice.
import { InputError, InvariantError } from '../../engine/model/errors.ts';
import { REFUSALS } from '../../engine/model/policy.ts';
import type { ParameterValues, Policy, PolicyView, PreparedPolicy, Weights } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { ADDED, GIVEN, GUARDS } from './allowed.ts';
import { FrozenView } from './frozen-view.ts';
import type { ViewWatch } from './frozen-view.ts';
import { OFFERED } from './offered.ts';
import { errorAt, NAMED_DIGITS, placeText } from './program.ts';
import type { PolicyProgram, SourcePlace } from './program.ts';
import { policyAmong } from './shape.ts';
import type { PolicyShape } from './shape.ts';
import { codeName, placeOfError } from './source-positions.ts';

/** Steps of one call from the engine, and more of them for each task: a second or two of work. A step is a loop's turn or a function's call. */
export const STEPS_MAX = 20_000_000, STEPS_PER_TASK = 2_000;
/** Functions may overdraw the steps by so many, so that it is the endless loop that is named, not what it happened to call. */
const OVERDRAFT = 1_000_000;

/** An act of the policy that the kernel refused, at a line of its text. */
export interface RefusedAct {
  /** `my-policy.ts:12:5` */
  readonly path: string;
  readonly act: string;
  /** One of `REFUSALS`. */
  readonly reason: string;
}

export interface TextPolicyOptions {
  /** Told of every refused act; costs a stack trace each time. */
  readonly onRefused?: (act: RefusedAct) => void;
  /** Make the module afresh during runs as well, to see whether it matters. */
  readonly forget?: boolean;
}

/** A policy that came as text. */
export interface TextPolicy extends Policy {
  readonly text: string;
  readonly program: PolicyProgram;
}

/** The policy of a program, `name@hash`. Throws `InputError` when its text fails at once, or exports no policy, or one of the wrong shape. */
export function textPolicy(program: PolicyProgram, options: TextPolicyOptions = {}): TextPolicy {
  const code = codeOf(program), { name, summary, parameters } = new Module(program, code, STEPS_MAX).policy;
  return Object.freeze({
    name: `${name}@${program.hash.slice(0, NAMED_DIGITS)}`, summary, parameters, text: program.text, program,
    prepare: (problem: Problem, values: ParameterValues, weights: Weights) => new PreparedText(program, code, options, problem, values, weights),
  });
}

const PARAMETERS = [`${ADDED}exports`, `${ADDED}imports`, `${ADDED}steps`, `${ADDED}overdraft`, `${ADDED}cut`, `${ADDED}caught`, ...Object.keys(GUARDS), ...Object.keys(GIVEN)] as const;
const FIXED = [...Object.values(GUARDS), ...Object.values(GIVEN)];

type Code = (...values: unknown[]) => void;

function codeOf(program: PolicyProgram): Code {
  try {
    return new Function(...PARAMETERS, `"use strict";\n${program.code}\n//# sourceURL=${codeName(program)}`) as Code;
  } catch (error) {
    throw errorAt(program.fileName, [1, 1], 'syntax', (error as SyntaxError).message);
  }
}

/** One evaluation of the text, with the steps it has left. */
class Module {
  readonly policy: PolicyShape;
  readonly steps: { left: number };
  private readonly program: PolicyProgram;
  private readonly stepsMax: number;
  /** The first thing that went wrong in the present call: a text that catches it does not get away. */
  private failure: unknown = undefined;
  private depth = 0;

  constructor(program: PolicyProgram, code: Code, stepsMax: number) {
    this.program = program;
    this.stepsMax = stepsMax;
    this.steps = { left: stepsMax };
    const exported: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    this.policy = this.call('', () => {
      code(exported, OFFERED, this.steps, -OVERDRAFT, (loop: number) => { this.cut(loop); }, (error: unknown) => { this.caught(error); }, ...FIXED);
      return policyAmong(exported, program);
    });
  }

  /** Calls into the text. `part`: the export's property that is called, to name a place when nothing better is known. */
  call<T>(part: string, act: () => T): T {
    if (this.depth === 0) { this.steps.left = this.stepsMax; this.failure = undefined; }
    this.depth++;
    try {
      const result = act();
      if (this.failure !== undefined) throw this.failure;
      return result;
    } catch (error) {
      throw this.failure ??= this.blamed(error, part);
    } finally {
      this.depth--;
    }
  }

  /** The place of a property of the policy, or else of the policy. */
  placeOf(part: string): SourcePlace {
    const { places } = this.program, name = this.policy === undefined ? '' : this.policy.exportName;
    return places[`${name}.${part}`] ?? places[part] ?? places[name] ?? [1, 1];
  }

  /** Ends the run. */
  fail(place: SourcePlace, code: string, message: string, extra: { value?: unknown; hint?: string } = {}): never {
    throw this.failure ??= errorAt(this.program.fileName, place, code, message, extra);
  }

  /** Where in the text the engine was called from, as far as can be told. */
  here(part: string): SourcePlace {
    return placeOfError(this.program, new Error().stack) ?? this.placeOf(part);
  }

  private cut(loop: number): never {
    const { what, place } = this.program.loops[loop]!;
    return this.fail(place, 'policy-loop', what === 'loop' ? 'the loop does not end' : 'the function is called without end', { hint: `one decision may take ${this.stepsMax / 1e6} million steps` });
  }

  /** Raises again what a text may not catch: the end of the run, and calls that went too deep. */
  private caught(error: unknown): void {
    if (this.failure !== undefined) throw this.failure;
    if (error instanceof RangeError && isTooDeep(error)) throw this.failure = this.blamed(error, 'decide');
  }

  private blamed(error: unknown, part: string): unknown {
    if (error instanceof InputError || error instanceof InvariantError) return error;
    const stack = error instanceof Error ? error.stack : undefined, place = placeOfError(this.program, stack);
    if (place === undefined && error instanceof Error && !(error instanceof RangeError)) return error; // a fault of ours
    const message = isTooDeep(error) ? 'calls go too deep' : error instanceof Error ? error.message : `it threw ${typeof error === 'string' ? JSON.stringify(error) : `a ${typeof error}`}`;
    return errorAt(this.program.fileName, place ?? this.placeOf(part), 'policy-error', message.replace(/\.$/, ''));
  }
}

/** The words of V8, SpiderMonkey and JavaScriptCore. */
const isTooDeep = (error: unknown): boolean => error instanceof Error && /call stack|recursion/i.test(error.message);

/** Numbers of modules, to tell which one has been deciding in a run; they reach no result. */
let modules = 0;

class PreparedText implements PreparedPolicy {
  readonly memory: number;
  readonly everyTick: boolean;
  private readonly program: PolicyProgram;
  private readonly code: Code;
  private readonly options: TextPolicyOptions;
  private readonly problem: Problem;
  private readonly parameters: ParameterValues;
  private readonly weights: Weights;
  private module!: Module;
  private rules!: PreparedPolicy;
  private view!: FrozenView;
  /** Which module it is, 0 before it has decided anything. */
  private number = 0;
  private decisions = 0;

  constructor(program: PolicyProgram, code: Code, options: TextPolicyOptions, problem: Problem, parameters: ParameterValues, weights: Weights) {
    this.program = program; this.code = code; this.options = options; this.problem = problem;
    this.parameters = Object.freeze({ ...parameters }); this.weights = Object.freeze({ ...weights });
    const { memory, everyTick } = this.refresh();
    this.memory = memory + 1;
    this.everyTick = everyTick;
  }

  order(view: PolicyView, task: number): number {
    this.enter(view);
    const key = this.module.call('order', () => this.rules.order(this.view, task));
    if (typeof key !== 'number' || Number.isNaN(key)) this.module.fail(this.module.placeOf('order'), 'bad-order', 'order gives a number, lower goes first', { value: key });
    return key;
  }

  decide(view: PolicyView): void {
    this.enter(view);
    if (this.options.forget === true && Number.isInteger(Math.sqrt(++this.decisions))) { this.refresh(); this.begin(view); }
    this.module.call('decide', () => { this.rules.decide(this.view); });
  }

  private enter(view: PolicyView): void {
    const number = view.memory[this.memory - 1]!;
    if (number === 0 || number !== this.number) {
      if (this.number !== 0) this.refresh();
      this.decisions = 0;
      this.begin(view);
    }
    FrozenView.lookAt(this.view, view);
  }

  private begin(view: PolicyView): void {
    this.number = ++modules;
    view.memory[this.memory - 1] = this.number;
    FrozenView.lookAt(this.view, view);
  }

  /** A new module, prepared on a copy of the problem. */
  private refresh(): { readonly memory: number; readonly everyTick: boolean } {
    const problem = copyOf(this.problem);
    this.number = 0;
    this.module = new Module(this.program, this.code, STEPS_MAX + STEPS_PER_TASK * this.problem.taskCount);
    this.rules = this.module.call('prepare', () => this.module.policy.prepare(problem, this.parameters, this.weights));
    const checked = this.checkedRules();
    this.view = new FrozenView(problem, this.parameters, checked.memory, this.watch());
    return checked;
  }

  private checkedRules(): { readonly memory: number; readonly everyTick: boolean } {
    const { module, rules } = this, place = module.placeOf('prepare');
    const fail = (message: string, value: unknown): never => module.fail(place, 'bad-policy', message, { value, hint: 'prepare gives { order(view, task) {...}, decide(view) {...} }' });
    if (typeof rules !== 'object' || rules === null) fail('prepare gives an object with order and decide', rules);
    for (const part of ['order', 'decide'] as const) if (typeof rules[part] !== 'function') fail(`what prepare gives has no function ${part}`, rules[part]);
    const { memory = 0, everyTick } = rules;
    if (!(Number.isInteger(memory) && memory >= 0 && memory <= MEMORY_MAX)) fail(`memory is a whole number from 0 to ${MEMORY_MAX}`, memory);
    if (this.memory !== undefined && memory + 1 !== this.memory) fail(`memory has changed from ${this.memory - 1} since the last run`, memory);
    if (everyTick !== undefined && typeof everyTick !== 'boolean') fail('everyTick is true or false', everyTick);
    return { memory, everyTick: everyTick === true };
  }

  private watch(): ViewWatch {
    const { module, options: { onRefused }, program: { fileName } } = this;
    return {
      steps: module.steps,
      wrongArgument: (message) => module.fail(module.here('decide'), 'bad-argument', message),
      refused: (act, refusal) => { onRefused?.({ path: placeText(fileName, module.here('decide')), act, reason: REFUSALS[refusal] ?? String(refusal) }); },
    };
  }
}

/** Numbers that a policy may keep: enough for ten a task in the largest scenarios. */
const MEMORY_MAX = 10_000_000;

/** The problem in arrays of its own. */
function copyOf(problem: Problem): Problem {
  const copy: Record<string, unknown> = { ...problem };
  for (const [name, value] of Object.entries(problem)) if (Array.isArray(value) || ArrayBuffer.isView(value)) copy[name] = (value as unknown as Float64Array).slice();
  return Object.freeze(copy) as unknown as Problem;
}
