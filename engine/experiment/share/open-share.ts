// Share files as they come in: shape by JSON Schema, then what only the whole can tell (names that exist, as many hashes as
// seeds, a scenario that is the one it says it is). All faults are reported together; what is opened can be run.
import { decodeJournal } from '../../journal/codec.ts';
import type { RecordLog } from '../../journal/log.ts';
import { METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import { compileScenario } from '../../model/compile.ts';
import { InputError, fault } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import { canonicalJson, hashText128 } from '../../model/hash.ts';
import type { Policy } from '../../model/policy.ts';
import type { Instance } from '../../model/problem.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { SHARE_SCHEMA } from '../../model/schema.ts';
import { ShapeChecker } from '../../model/shape-faults.ts';
import { SHARE_VERSION } from '../../model/share.ts';
import type { ShareFile, SharedPolicy } from '../../model/share.ts';
import { suggestion } from '../../model/suggestion.ts';
import { refuseOtherVersion, validateFaultPlan, validateScenario } from '../../model/validate.ts';
import { policyNamed, readPolicySpec } from '../../../policies/registry.ts';
import type { PolicyChoice } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
import { resolveCalendars } from '../../../scenarios/formats/calendars.ts';
import { compileFaults } from '../../sim/faults.ts';
import type { CompiledFault } from '../../sim/faults.ts';

/** Makes a policy of its source; `name` is what errors call it. Throws `InputError`. */
export type PolicyOfText = (name: string, text: string) => Policy;

export interface SharedJournal {
  readonly policy: string;
  readonly seed: number;
  readonly rows: RecordLog;
}

/** A share file with everything that is needed to make its runs again. */
export interface OpenedShare {
  readonly file: ShareFile;
  readonly scenario: ScenarioFile;
  readonly instance: Instance;
  readonly plan: FaultPlanFile | undefined;
  readonly faults: readonly CompiledFault[];
  /** In the order of the file's policies. */
  readonly choices: readonly PolicyChoice[];
  readonly journals: readonly SharedJournal[];
}

const shape = new ShapeChecker(SHARE_SCHEMA);

/** `hash` of a fault plan in share files and manifests. */
export const planHash = (plan: FaultPlanFile): string => hashText128(canonicalJson(plan));

/** Checks and opens a share file. Throws one `InputError` with every fault found. */
export function openShare(value: unknown, policyOfText: PolicyOfText): OpenedShare {
  refuseOtherVersion(value, SHARE_VERSION);
  const faults: Fault[] = shape.check(value).map(({ severe: _, ...rest }) => rest), file = value as ShareFile;
  if (faults.length > 0) throw new InputError([...faults, ...faultsInside(value)]);
  /** The faults of one part go to the list, and the part is missing. */
  const part = <T>(path: string, make: () => T): T | undefined => {
    try { return make(); } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push(...error.faults.map((f) => ({ ...f, path: f.path === '' ? path : `${path}.${f.path}` })));
      return undefined;
    }
  };
  faults.push(...listFaults(file));
  const { scenario: { file: own, name, hash: said } } = file;
  const scenario = part(own === undefined ? 'scenario.name' : 'scenario.file', () => (own === undefined ? loadCatalog(name) : validateScenario(resolveCalendars(validateScenario(own)))));
  const instance = scenario === undefined ? undefined : part('scenario.file', () => compileScenario(scenario));
  if (instance !== undefined && instance.hash !== said) {
    const hint = own === undefined ? `the catalogue has changed; engine ${file.engine} wrote the file` : 'it was edited after the runs, or another engine version compiled it';
    faults.push(fault('scenario-mismatch', 'scenario.hash', `the scenario has the hash ${instance.hash}, not the one written`, { value: said, hint }));
  }
  const plan = scenario === undefined || file.faults === undefined ? undefined : part(file.faults.plan === undefined ? 'faults.name' : 'faults.plan', () => validateFaultPlan(file.faults!.plan ?? loadFaults(file.faults!.name), scenario));
  if (plan !== undefined && planHash(plan) !== file.faults!.hash) faults.push(fault('faults-mismatch', 'faults.hash', `the fault plan has the hash ${planHash(plan)}, not the one written`, { value: file.faults!.hash }));
  const choices = file.policies.map((entry, p) => part(`policies[${p}].${entry.text === undefined ? 'policy' : 'text'}`, () => choiceOf(entry, policyOfText)));
  const journals = instance === undefined ? [] : (file.journals ?? []).map(({ policy, seed, lines }, k) => {
    const rows = part(`journals[${k}].lines`, () => decodeJournal(lines, () => instance).rows);
    return rows === undefined ? undefined : { policy, seed, rows };
  });
  if (faults.length > 0 || scenario === undefined || instance === undefined) throw new InputError(faults);
  return {
    file, scenario, instance, plan, faults: plan === undefined ? [] : compileFaults(plan, instance.problem),
    choices: choices as readonly PolicyChoice[], journals: journals as readonly SharedJournal[],
  };
}

/** Names in share files are those of the publisher's page: two texts may give themselves the same one. */
function choiceOf({ policy: spec, text }: SharedPolicy, policyOfText: PolicyOfText): PolicyChoice {
  return readPolicySpec(spec, (name) => (text === undefined ? policyNamed(name) : policyOfText(name, text)));
}

function listFaults({ seeds, policies, weights, view, journals = [] }: ShareFile): Fault[] {
  const faults: Fault[] = [], names = policies.map(({ policy }) => policy), sum = weights.latency + weights.cost + weights.fragmentation;
  if (Math.abs(sum - 1) > 1e-6) faults.push(fault('bad-weights', 'weights', 'weights sum to 1', { value: sum }));
  policies.forEach(({ policy, hashes }, p) => {
    if (names.indexOf(policy) < p) faults.push(fault('repeated-policy', `policies[${p}].policy`, 'a policy is given twice', { value: policy }));
    if (hashes.length !== seeds.length) faults.push(fault('bad-length', `policies[${p}].hashes`, 'has not one hash for each seed', { value: hashes.length, hint: `there are ${seeds.length} seeds` }));
  });
  if (view?.baseline !== undefined && !names.includes(view.baseline)) faults.push(fault('unknown-baseline', 'view.baseline', 'the baseline is none of the policies', { value: view.baseline, hint: suggestion(view.baseline, names) }));
  if (view?.metric !== undefined && (!Object.hasOwn(METRIC_BY_KEY, view.metric) || METRIC_BY_KEY[view.metric as keyof typeof METRIC_BY_KEY].better === 'none')) {
    faults.push(fault('unknown-metric', 'view.metric', 'no figure of this name that has a better and a worse', { value: view.metric, hint: suggestion(view.metric, Object.keys(METRIC_BY_KEY)) }));
  }
  journals.forEach(({ policy, seed }, k) => {
    if (!names.includes(policy)) faults.push(fault('unknown-policy', `journals[${k}].policy`, 'is none of the policies', { value: policy, hint: suggestion(policy, names) }));
    if (!seeds.includes(seed)) faults.push(fault('unknown-seed', `journals[${k}].seed`, 'is none of the seeds', { value: seed }));
  });
  return faults;
}

/** Of a broken file: what its scenario and plan say all the same. */
function faultsInside(value: unknown): Fault[] {
  const { scenario, faults } = value as { readonly scenario?: { readonly file?: unknown }; readonly faults?: { readonly plan?: unknown } };
  const within = (path: string, inside: unknown, check: (inside: unknown) => unknown): Fault[] => {
    if (inside === undefined) return [];
    try { check(inside); return []; } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.faults.map((f) => ({ ...f, path: f.path === '' ? path : `${path}.${f.path}` }));
    }
  };
  return [...within('scenario.file', scenario?.file, validateScenario), ...within('faults.plan', faults?.plan, (plan) => validateFaultPlan(plan))];
}
