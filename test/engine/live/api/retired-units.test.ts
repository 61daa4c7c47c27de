// A fleet that shrinks while its run lives: what is told of the run still knows the machines that have gone.
import { afterEach, describe, expect, it } from 'vitest';
import { compiled, recordOf, replayRecording } from '../../../../engine/experiment/recording.ts';
import { decodeJournal } from '../../../../engine/journal/codec.ts';
import { foldRun } from '../../../../engine/metrics/attempts.ts';
import type { ScenarioFile } from '../../../../engine/model/scenario.ts';
import { policyNamed } from '../../../../policies/registry.ts';
import { WORK, liveApi } from '../../../support/live/live-api.ts';
import type { LiveApi } from '../../../support/live/live-api.ts';

let live: LiveApi | undefined;
afterEach(async () => { await live?.close(); live = undefined; });

const task = (id: string, more: object = {}) => ({ id, duration: '1s', demand: { cores: 4 }, run: { command: ['true'] }, ...more });
const FLEET = { local: [{ id: 'ws', cores: 4, count: 3, energyPrice: 3600 }], human: [{ id: 'ann' }] };
/** Three tasks that run on a machine each, and one that waits for a person. */
const SHRINKING: ScenarioFile = { ...WORK, fleet: FLEET, jobs: [{ id: 'first', deadline: '1h', tasks: [task('a'), task('b'), task('c'), { id: 'review', duration: '1m', after: ['a', 'b', 'c'], on: ['human'], run: { prompt: { text: 'good?' } } }] }] };

/** The run when its machines have done their work, and the last of them is gone. */
async function shrunk(): Promise<LiveApi> {
  live = await liveApi({}, SHRINKING);
  const { engine } = live;
  await new Promise<void>((resolve) => { const end = engine.subscribe(0, () => { if (engine.task('review').state === 'SCHEDULED') { queueMicrotask(() => { end(); }); resolve(); } }); });
  expect(['a', 'b', 'c'].map((id) => engine.task(id).unit).sort()).toEqual(['ws/0', 'ws/1', 'ws/2']);
  return live;
}
const shrink = async () => {
  const answer = await live!.ask('/v1/run/adjust', { method: 'POST', json: { fleet: { ...FLEET, local: [{ ...FLEET.local[0]!, count: 2 }] } } });
  expect(answer).toMatchObject({ status: 200, body: { revision: 1 } });
};

describe('a fleet that shrinks', () => {
  it('leaves the costs as they were', async () => {
    const { ask } = await shrunk(), before = (await ask('/v1/costs')).body;
    expect(before.total).toBeGreaterThan(0);
    await shrink();
    expect((await ask('/v1/costs')).body.total).toBe(before.total);
  });

  it('leaves futures and the reach of faults to be asked for', async () => {
    const { ask } = await shrunk(), plan = { twinclock: 'faults/1', name: 'away', faults: [{ kind: 'away', at: '1s', human: 'ann', for: '1m' }] };
    await shrink();
    expect((await ask('/v1/forecast?futures=3')).body).toMatchObject({ jobs: [{ job: 'first' }] });
    expect((await ask('/v1/faults/forecast', { method: 'POST', json: { plan, futures: 3 } })).body).toMatchObject({ futures: 3, finishedWith: 3, finishedWithout: 3 });
  });

  it('is told with the machines that have gone', async () => {
    const { ask } = await shrunk();
    expect((await ask('/v1/scenario')).body.fleetHistory).toBeUndefined();
    await shrink();
    expect((await ask('/v1/scenario')).body).toMatchObject({ scenario: { fleet: { local: [{ id: 'ws', count: 2 }] } }, fleetHistory: { local: [{ id: 'ws', count: 3 }] } });
  });

  it('has a journal that is replayed and folded to the same figures', async () => {
    const { engine } = await shrunk(), cost = engine.status().spent;
    await shrink();
    const decoded = decodeJournal([...engine.journal()], compiled), policy = policyNamed(decoded.header.policy.name), replayed = replayRecording({ ...decoded, policy, revisedPolicies: [policy], tampered: '' });
    const record = recordOf(replayed), fold = foldRun(record);
    expect(replayed.identical).toBe(true);
    expect(Array.from(fold.attempts.unit.slice(0, 3), (unit) => record.problem.unitIds[unit]).sort()).toEqual(['ws/0', 'ws/1', 'ws/2']);
    expect(fold.ledger.total).toBe(cost);
  });
});
