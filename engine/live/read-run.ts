// A live run as its journal tells it: every stored row replayed, every command as it was. By the daemon that goes on with it,
// and by those who only look.
import type { LiveHeader } from './live-header.ts';
import { LiveRun, type RunPorts } from './live-run.ts';
import type { StoreReader } from './store.ts';
import { wholePlan, type RehearsalDocument } from './rehearsal/injected-plan.ts';
import type { RowNote } from '../journal/row-notes.ts';
import { RunError } from '../model/errors.ts';
import { parseInstant } from '../model/instant.ts';
import type { FaultPlanFile } from '../model/fault-plan.ts';
import type { Change } from '../model/revision.ts';

/** The run that was begun with `header`. Throws `RunError` `divergence` when this version would have done otherwise. */
export async function replayedRun(store: StoreReader, header: LiveHeader, ports: RunPorts): Promise<LiveRun> {
  const run = new LiveRun(header, ports), changes = new Map((await store.list('revision')).map(({ id, value }) => [Number(id), value as unknown as Change]));
  for (const { id, value } of await store.list('row-note')) run.notes.set(Number(id), value as RowNote);
  for await (const group of store.groups()) run.replay(group, (revision) => changes.get(revision));
  if (parseInstant(header.scenario.epoch!) !== run.problem.epochMs) throw new RunError('divergence', 'the epoch of the run has changed');
  return run;
}

/** The run in the store; undefined when none has been begun. */
export async function readRun(store: StoreReader, ports: RunPorts): Promise<LiveRun | undefined> {
  const header = await store.get('run', 'header') as LiveHeader | undefined;
  return header === undefined ? undefined : replayedRun(store, header, ports);
}

/** Every fault that was injected into the run, as one plan by whose numbers its journal speaks. */
export async function storedFaults(store: StoreReader): Promise<FaultPlanFile | undefined> {
  return wholePlan(store.run, (await store.list('rehearsal')).map(({ value }) => value as unknown as RehearsalDocument));
}
