// First and last line of a journal file: all that is needed to make the run again, and what it came to. The version key
// comes first in the text, so that readers can tell a journal from garbage by its first bytes.
import { fault, inputError, InputError, nearestName } from '../model/errors.ts';
import type { Fault } from '../model/errors.ts';
import type { FaultPlanFile } from '../model/fault-plan.ts';
import type { ParameterValues, Weights } from '../model/policy.ts';
import type { ScenarioFile } from '../model/scenario.ts';
import { END_CAUSES } from './run-record.ts';
import type { EndCause, RunRecord } from './run-record.ts';

export const JOURNAL_VERSION = 'journal/1';

export interface JournalHeader {
  readonly twinclock: typeof JOURNAL_VERSION;
  /** Version of the engine that wrote it. */
  readonly engine: string;
  /** The whole scenario, resolved: a journal stands alone. */
  readonly scenario: ScenarioFile;
  /** `Instance.hash` of that scenario. */
  readonly scenarioHash: string;
  readonly policy: {
    readonly name: string;
    readonly parameters: ParameterValues;
    /** Source of a policy that is not one of the registry's. */
    readonly text?: string;
  };
  readonly weights: Weights;
  readonly seed: number;
  readonly faults?: FaultPlanFile;
  /** `live`: the run was made by real resources. */
  readonly options: { readonly everyTick?: boolean; readonly live?: boolean };
}

export interface JournalFooter {
  readonly end: EndCause;
  /** ms since the epoch. */
  readonly endedAt: number;
  /** Rows in all, and how many of them are events. */
  readonly records: number;
  readonly events: number;
  readonly hash: string;
  readonly explanation?: string;
}

/** What a run does not know of itself. */
export interface RunOrigin {
  readonly engine: string;
  readonly scenario: ScenarioFile;
  readonly scenarioHash: string;
  readonly policyText?: string;
  readonly faults?: FaultPlanFile;
  readonly options?: JournalHeader['options'];
}

/** The header of a run's journal, keys in the order in which they are written. */
export function journalHeader(run: RunRecord, origin: RunOrigin): JournalHeader {
  return {
    twinclock: JOURNAL_VERSION,
    engine: origin.engine,
    scenarioHash: origin.scenarioHash,
    policy: { name: run.policy, parameters: run.parameters, ...(origin.policyText === undefined ? {} : { text: origin.policyText }) },
    weights: run.weights,
    seed: run.seed,
    options: origin.options ?? {},
    ...(origin.faults === undefined ? {} : { faults: origin.faults }),
    scenario: origin.scenario,
  };
}

/** Checks the parsed first line. Throws `InputError` with every fault; scenario and fault plan are checked only for their version. */
export function checkHeader(value: unknown): JournalHeader {
  checkVersion(value);
  const check = new ShapeCheck('line 1');
  check.keys(value, '', ['twinclock', 'engine', 'scenarioHash', 'policy', 'weights', 'seed', 'options', 'scenario'], ['faults']);
  check.text(value.engine, 'engine');
  check.text(value.scenarioHash, 'scenarioHash');
  check.number(value.seed, 'seed');
  if (check.keys(value.policy, 'policy', ['name', 'parameters'], ['text'])) {
    check.text(value.policy.name, 'policy.name');
    if (value.policy.text !== undefined) check.text(value.policy.text, 'policy.text');
    if (check.object(value.policy.parameters, 'policy.parameters')) {
      for (const [name, x] of Object.entries(value.policy.parameters)) check.number(x, `policy.parameters.${name}`);
    }
  }
  if (check.keys(value.weights, 'weights', ['latency', 'cost', 'fragmentation'], [])) {
    for (const [name, x] of Object.entries(value.weights)) check.number(x, `weights.${name}`);
  }
  if (check.keys(value.options, 'options', [], ['everyTick', 'live'])) {
    check.flag(value.options.everyTick, 'options.everyTick');
    check.flag(value.options.live, 'options.live');
  }
  if (check.object(value.scenario, 'scenario')) check.version(value.scenario.twinclock, 'scenario.twinclock', 'scenario/1');
  if (value.faults !== undefined && check.object(value.faults, 'faults')) check.version(value.faults.twinclock, 'faults.twinclock', 'faults/1');
  check.done();
  return value as unknown as JournalHeader;
}

/** Checks the parsed last line; `line` is its number. Returns the faults found. */
export function footerFaults(value: Readonly<Record<string, unknown>>, line: number): readonly Fault[] {
  const check = new ShapeCheck(`line ${line}`);
  check.keys(value, '', ['end', 'endedAt', 'records', 'events', 'hash'], ['explanation']);
  if (!END_CAUSES.includes(value.end as EndCause)) {
    check.report('unknown-end', 'end', 'a run cannot end like this', value.end, suggestion(value.end, END_CAUSES) ?? `one of ${END_CAUSES.join(', ')}`);
  }
  check.number(value.endedAt, 'endedAt');
  check.number(value.records, 'records');
  check.number(value.events, 'events');
  check.text(value.hash, 'hash');
  if (value.explanation !== undefined) check.text(value.explanation, 'explanation');
  return check.faults;
}

/** `did you mean "x"?`, when a known name is near. */
export function suggestion(name: unknown, known: readonly string[]): string | undefined {
  const nearest = typeof name === 'string' ? nearestName(name, known) : undefined;
  return nearest === undefined ? undefined : `did you mean ${JSON.stringify(nearest)}?`;
}

function checkVersion(value: unknown): asserts value is Record<string, any> {
  const version = typeof value === 'object' && value !== null ? (value as { twinclock?: unknown }).twinclock : undefined;
  if (version === JOURNAL_VERSION) return;
  if (typeof version === 'string' && version.startsWith('journal/')) {
    throw inputError('unsupported-version', 'line 1.twinclock', `cannot replay: ${version} needed, this engine reads ${JOURNAL_VERSION}`, {
      value: version, hint: 'use the engine version that wrote it',
    });
  }
  if (typeof value === 'string' && value.startsWith('{"twinclock":"journal/')) {
    throw inputError('truncated-journal', 'line 1', 'the journal is cut off within its first line', { hint: 'no record of it can be recovered' });
  }
  throw inputError('not-a-journal', 'line 1', typeof version === 'string' ? `this is a ${version} file, not a journal` : 'this is not a journal', {
    value, hint: `the first line of a journal begins with {"twinclock":"${JOURNAL_VERSION}"`,
  });
}

/** Collects faults of a small fixed shape. */
class ShapeCheck {
  readonly faults: Fault[] = [];
  private readonly at: string;
  constructor(at: string) { this.at = at; }

  report(code: string, key: string, message: string, value: unknown, hint?: string): void {
    this.faults.push(fault(code, key === '' ? this.at : `${this.at}.${key}`, message, { value, ...(hint === undefined ? {} : { hint }) }));
  }
  object(value: unknown, key: string): value is Record<string, unknown> {
    const ok = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!ok) this.report('bad-value', key, 'must be an object', value);
    return ok;
  }
  keys(value: unknown, key: string, required: readonly string[], optional: readonly string[]): value is Record<string, unknown> {
    if (!this.object(value, key)) return false;
    const known = [...required, ...optional];
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) this.report('unknown-key', key, `unknown key ${JSON.stringify(name)}`, value[name], suggestion(name, known));
    }
    for (const name of required) if (!(name in value)) this.report('missing-key', key, `${JSON.stringify(name)} is missing`, undefined);
    return true;
  }
  text(value: unknown, key: string): void { if (typeof value !== 'string') this.report('bad-value', key, 'must be a text', value); }
  number(value: unknown, key: string): void {
    if (typeof value !== 'number' || !Number.isFinite(value)) this.report('bad-value', key, 'must be a number', value);
  }
  flag(value: unknown, key: string): void {
    if (value !== undefined && typeof value !== 'boolean') this.report('bad-value', key, 'must be true or false', value);
  }
  version(value: unknown, key: string, expected: string): void {
    if (value !== expected) this.report('unsupported-version', key, `cannot replay: ${String(value)} needed, this engine reads ${expected}`, value);
  }
  done(): void { if (this.faults.length > 0) throw new InputError(this.faults); }
}
