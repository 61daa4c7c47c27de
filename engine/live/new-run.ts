// A run that is begun: what it is begun with, and how it leaves nothing behind when it is refused after all.
import { readdirSync, rmSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkPools, type LiveFile } from './config.ts';
import type { Json } from './json.ts';
import type { LivePorts } from './live-engine.ts';
import { LIVE_RUN_VERSION, type LiveHeader } from './live-header.ts';
import type { Store } from './store.ts';
import { DEFAULT_WEIGHTS } from '../model/policy.ts';
import type { ScenarioFile } from '../model/scenario.ts';

/** What a run of the configuration is begun with. Its epoch is now. */
export function newHeader(file: LiveFile, scenario: ScenarioFile, ports: LivePorts): LiveHeader {
  const wall = ports.clock.wall(), { file: resolved, instance } = ports.compile({
    ...scenario, epoch: new Date(wall).toISOString(), ...(file.budget === undefined ? {} : { budget: file.budget }),
    ...(file.tick === undefined ? {} : { tick: file.tick }), ...(file.mode === undefined ? {} : { mode: file.mode }),
  });
  checkPools(file.pools, resolved.fleet, ports.kinds);
  return {
    twinclock: LIVE_RUN_VERSION, engine: ports.version, run: file.name, scenario: resolved, scenarioHash: instance.hash,
    policy: ports.policyChoice(file.policy), weights: file.weights ?? DEFAULT_WEIGHTS, seed: file.seed ?? 1,
  };
}

/** Writes what the run is begun with. */
export async function keepHeader(store: Store, header: LiveHeader, ports: LivePorts): Promise<void> {
  await store.append({ rows: new Float64Array(0), wall: ports.clock.wall(), writes: [{ kind: 'run', id: 'header', value: header as unknown as Json, once: true }] });
}

/** Removes what a run that was not begun has left in its folder, beside what was `there`; and the folders that were made for it, as `removeEmpty` does. */
export function removeRun(folder: string, there: ReadonlySet<string>, made: string | undefined): void {
  for (const name of readdirSync(folder)) if (!there.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  removeEmpty(folder, made);
}

/** Removes the folder, with those above it, from `made` on, as far as nothing is in them. Undefined: none was made. */
export function removeEmpty(folder: string, made: string | undefined): void {
  for (let empty = folder; made !== undefined && empty.length >= made.length; empty = dirname(empty)) {
    try { rmdirSync(empty); } catch { return; } // something else is kept there
  }
}
