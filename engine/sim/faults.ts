// Fault plans with names turned into numbers: what the injector of the simulated world (and later the live drivers) act
// on. A storm draws by its name, or by what it is when it has none, never by its place in the plan: a fault more moves no
// draw of another. Unknown names are reported all together, with suggestions.
import { InputError, fault, nearestName, type Fault } from '../model/errors.ts';
import type { FaultFile, FaultPlanFile } from '../model/fault-plan.ts';
import { hashString32 } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { API, CLOUD, HUMAN } from '../model/states.ts';
import { parseDuration } from '../model/units.ts';

export type CompiledFault =
  /** `unit` >= 0, or `pool` >= 0 and `count`, or `task` >= 0. `notice` -1: the pool's own. */
  | { readonly kind: 'terminate'; readonly at: number; readonly unit: number; readonly pool: number; readonly count: number; readonly task: number; readonly notice: number }
  | { readonly kind: 'terminate-working'; readonly pools: readonly number[]; readonly spotOnly: boolean; readonly atProgress: number; readonly times: number; readonly notice: number }
  /** `key` is what it is drawn by. */
  | { readonly kind: 'storm'; readonly at: number; readonly until: number; readonly killsPerHour: number; readonly pools: readonly number[]; readonly notice: number; readonly key: number }
  | { readonly kind: 'no-capacity'; readonly at: number; readonly until: number; readonly pools: readonly number[] }
  | { readonly kind: 'price'; readonly at: number; readonly until: number; readonly pools: readonly number[]; readonly factor: number }
  | { readonly kind: 'away' | 'outage'; readonly at: number; readonly until: number; readonly unit: number }
  | { readonly kind: 'slow-down'; readonly at: number; readonly until: number; readonly units: readonly number[]; readonly factor: number }
  | { readonly kind: 'budget'; readonly at: number; readonly budget: number };

/** @throws InputError `unknown-vm`, `unknown-pool`, `unknown-task`, `unknown-human`, `unknown-api`, `unknown-resource`. */
export function compileFaults(plan: FaultPlanFile, problem: Problem): readonly CompiledFault[] {
  const faults: Fault[] = [];
  const find = (names: readonly string[], name: string, code: string, path: string): number => {
    const at = names.indexOf(name);
    if (at < 0) {
      const near = nearestName(name, names);
      faults.push(fault(code, path, `no such ${code.slice('unknown-'.length)}`, { value: name, hint: near === undefined ? `one of ${names.slice(0, 8).join(', ')}` : `did you mean ${near}?` }));
    }
    return at;
  };
  const unitsOfKind = (kind: number) => problem.unitIds.map((id, u) => problem.poolKind[problem.unitPool[u]!] === kind ? id : '');
  const poolsOfKind = (kind: number) => problem.poolIds.map((id, p) => problem.poolKind[p] === kind ? id : '');
  const cloud = [...problem.poolIds.keys()].filter((p) => problem.poolKind[p] === CLOUD);
  const pools = (name: string | undefined, path: string) => name === undefined ? cloud : [find(poolsOfKind(CLOUD), name, 'unknown-pool', path)];
  const window = (f: { at: string | number; for?: string | number }) => {
    const at = parseDuration(f.at);
    return { at, until: f.for === undefined ? Infinity : at + parseDuration(f.for) };
  };
  const seen = new Map<string, number>();
  /** Of storms that are called the same, each has draws of its own. */
  const keyOf = (text: string): number => {
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return hashString32(before === 0 ? text : `${text} #${before + 1}`);
  };
  const compile = (f: FaultFile, path: string): CompiledFault => {
    switch (f.kind) {
      case 'terminate': {
        const at = parseDuration(f.at), notice = f.notice === undefined ? -1 : parseDuration(f.notice), none = { unit: -1, pool: -1, count: 1, task: -1 };
        if ('vm' in f) return { kind: f.kind, at, notice, ...none, unit: find(unitsOfKind(CLOUD), f.vm, 'unknown-vm', `${path}.vm`) };
        if ('pool' in f) return { kind: f.kind, at, notice, ...none, pool: find(poolsOfKind(CLOUD), f.pool, 'unknown-pool', `${path}.pool`), count: f.count ?? 1 };
        return { kind: f.kind, at, notice, ...none, task: find(problem.taskIds, f.runningTask, 'unknown-task', `${path}.runningTask`) };
      }
      case 'terminate-working': return {
        kind: f.kind, pools: pools(f.pool, `${path}.pool`), spotOnly: f.market !== 'any', atProgress: f.atProgress ?? 0.5, times: f.times ?? 1,
        notice: f.notice === undefined ? -1 : parseDuration(f.notice),
      };
      case 'storm': {
        const storm = { ...window(f), killsPerHour: f.killsPerHour, pools: pools(f.pool, `${path}.pool`), notice: f.notice === undefined ? -1 : parseDuration(f.notice) };
        return { kind: f.kind, ...storm, key: keyOf(f.name ?? JSON.stringify({ ...storm, pools: storm.pools.map((p) => problem.poolIds[p]) })) };
      }
      case 'no-capacity': return { kind: f.kind, ...window(f), pools: pools(f.pool, `${path}.pool`) };
      case 'price': return { kind: f.kind, at: parseDuration(f.at), until: f.for === undefined ? Infinity : parseDuration(f.at) + parseDuration(f.for), pools: pools(f.pool, `${path}.pool`), factor: f.factor };
      case 'away': return { kind: f.kind, ...window(f), unit: find(unitsOfKind(HUMAN), f.human, 'unknown-human', `${path}.human`) };
      case 'outage': return { kind: f.kind, ...window(f), unit: find(unitsOfKind(API), f.api, 'unknown-api', `${path}.api`) };
      case 'slow-down': {
        const units = [...problem.unitIds.keys()].filter((u) => problem.unitIds[u] === f.resource || problem.poolIds[problem.unitPool[u]!] === f.resource);
        if (units.length === 0) find([...problem.poolIds, ...problem.unitIds], f.resource, 'unknown-resource', `${path}.resource`);
        return { kind: f.kind, ...window(f), units, factor: f.factor };
      }
      case 'budget': return { kind: f.kind, at: parseDuration(f.at), budget: Math.round(f.budget * 1e6) };
    }
  };
  const compiled = plan.faults.map((f, k) => compile(f, `faults[${k}]`));
  if (faults.length > 0) throw new InputError(faults);
  return compiled;
}
