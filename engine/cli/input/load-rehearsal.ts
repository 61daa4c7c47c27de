// What is to be rehearsed: a scenario with options, or a rehearsal file, whose settings the options override. Names in a
// file are looked up in the catalogue first, then as files beside it.
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { validateRehearsal, parseHypotheses } from '../../experiment/rehearsal/rehearsal-file.ts';
import type { Hypothesis } from '../../experiment/rehearsal/hypothesis.ts';
import { compileScenario } from '../../model/compile.ts';
import { InputError, inputError } from '../../model/errors.ts';
import { SCENARIO_BYTES_MAX, parseJsonText } from '../../model/file-text.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { Weights } from '../../model/policy.ts';
import { DEFAULT_STORMS } from '../../model/rehearsal.ts';
import type { RehearsalFile } from '../../model/rehearsal.ts';
import { validateFaultPlan } from '../../model/validate.ts';
import { policies } from '../../../policies/registry.ts';
import type { PolicyChoice } from '../../../policies/registry.ts';
import { catalogNames } from '../../../scenarios/catalog/index.ts';
import { faultNames } from '../../../scenarios/faults/index.ts';
import { resolvedScenario } from '../../../scenarios/opening/open-scenario.ts';
import { loadFaultPlan } from './load-faults.ts';
import { loadPolicy } from './load-policy.ts';
import { loadScenario } from './load-scenario.ts';
import type { LoadedScenario, ScenarioOptions } from './load-scenario.ts';
import { STDIN, headOfFile, readText } from './read-text.ts';

/** As commander hands them over. What is not given is the file's, or the usual. */
export interface RehearsalOptions extends ScenarioOptions {
  readonly policy?: string;
  readonly weights?: Weights;
  readonly faults?: string;
  readonly storms?: number;
  readonly seed?: number;
  readonly expect?: readonly string[];
}

export interface LoadedRehearsal {
  readonly name: string;
  readonly scenario: LoadedScenario;
  readonly choice: PolicyChoice;
  readonly weights: Weights | undefined;
  readonly plan: FaultPlanFile;
  readonly storms: number;
  readonly firstSeed: number;
  readonly hypotheses: readonly Hypothesis[];
}

/** Whether this is a rehearsal file by its first bytes. */
export function isRehearsal(head: string): boolean {
  return /^(?:\xef\xbb\xbf)?\s*\{\s*"twinclock"\s*:\s*"rehearsal\//.test(head);
}

/** Throws `InputError` with the source and every fault found. */
export async function loadRehearsal(source: string, options: RehearsalOptions): Promise<LoadedRehearsal> {
  const isFile = source !== STDIN && await stat(source).then((about) => about.isFile(), () => false), file = isFile && isRehearsal(await headOfFile(source)) ? await readRehearsal(source) : undefined;
  const scenario = file === undefined ? await loadScenario(source, options) : await scenarioOf(file, source, options), plan = await planOf(file, source, options, scenario);
  const choice = await loadPolicy(options.policy ?? (file === undefined ? policies[0]!.name : await policyBeside(source, file.policy)));
  const hypotheses = parseHypotheses(options.expect ?? file?.hypotheses ?? []);
  return {
    name: file?.name ?? `${scenario.file.name}, ${plan.name}`, scenario, plan, choice, hypotheses, weights: options.weights ?? file?.weights,
    storms: options.storms ?? file?.storms ?? DEFAULT_STORMS, firstSeed: options.seed ?? file?.firstSeed ?? 1,
  };
}

/** The file, checked. Throws `InputError` with the source. */
export async function readRehearsal(source: string): Promise<RehearsalFile> {
  return within(source, async () => validateRehearsal(parseJsonText(await readText(source, SCENARIO_BYTES_MAX))));
}

async function scenarioOf(file: RehearsalFile, source: string, options: RehearsalOptions): Promise<LoadedScenario> {
  const inline = file.scenario;
  if (typeof inline === 'string') return loadScenario(await beside(source, inline, catalogNames()), options);
  if ([options.fleet, options.processors, options.event, options.tick, options.spotPrices, options.spotTrace].some((given) => given !== undefined)) {
    throw inputError('unused-option', '', 'the scenario lies in the rehearsal itself: options that change it do not apply', { hint: 'save it as a file and name that' }).from(source);
  }
  return within(source, () => { const scenario = resolvedScenario(inline, { isChecked: true }); return { file: scenario, instance: compileScenario(scenario), report: undefined }; });
}

async function planOf(file: RehearsalFile | undefined, source: string, { faults }: RehearsalOptions, { file: scenario }: LoadedScenario): Promise<FaultPlanFile> {
  const inline = file?.faults;
  if (faults !== undefined) return loadFaultPlan(faults, scenario);
  if (inline === undefined) throw inputError('missing-option', '--faults', 'a rehearsal needs faults', { hint: `a plan by name (${faultNames().slice(0, 3).join(', ')}, ...) or a file` });
  return typeof inline === 'string' ? loadFaultPlan(await beside(source, inline, faultNames()), scenario) : within(source, () => validateFaultPlan(inline, scenario));
}

/** A name as it is, or the path of a file beside the source. */
async function beside(source: string, name: string, known: readonly string[]): Promise<string> {
  const path = resolve(dirname(source), name);
  return !known.includes(name) && await stat(path).then(() => true, () => false) ? path : name;
}

/** A policy's file beside the source, with its parameters; or the spec as it is. */
async function policyBeside(source: string, spec: string): Promise<string> {
  const [, path, rest = ''] = /^(.+\.[cm]?[jt]s)(:.*)?$/s.exec(spec) ?? [];
  return path === undefined ? spec : await beside(source, path, []) + rest;
}

async function within<T>(source: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InputError ? error.from(source) : error;
  }
}
