// Faults put together for a live run, before a real daemon: nothing is injected whose reach is not known as it is now, and what the
// drivers cannot do cannot be chosen.
import { afterEach, describe, expect, it } from 'vitest';
import type { RehearsalsJson } from '../../../engine/live/api/answers.ts';
import { DaemonClient } from '../../../web/state/daemon.ts';
import { FaultDraft, injectableTargets, kindRefusal, stopConditions } from '../../../web/state/fault-draft.ts';
import { EMPTY_PLAN, freshFault, withFault } from '../../../web/state/fault-edits.ts';
import { WORK, liveApi } from '../../support/live/live-api.ts';
import type { LiveApi } from '../../support/live/live-api.ts';

let live: LiveApi | undefined;
afterEach(async () => { await live?.close(); live = undefined; });

async function begun(): Promise<{ readonly draft: FaultDraft; readonly told: RehearsalsJson[] }> {
  live = await liveApi({}, { ...WORK, jobs: [...WORK.jobs, { id: 'ask', tasks: [{ id: 'review', duration: '5m', on: ['human'], run: { prompt: { text: 'Ship?' } } }] }] }); // nobody answers: it does not end
  const told: RehearsalsJson[] = [], client = new DaemonClient({ url: live.api.url, token: '' }), draft = new FaultDraft({ client: () => client, by: () => 'Zoë', took: (faults) => { told.push(faults); } });
  await draft.begin();
  return { draft, told };
}
const away = withFault(EMPTY_PLAN, { kind: 'away', at: '0s', for: '1h', human: 'ann' });
const file = (name: string, value: unknown): File => new File([JSON.stringify(value)], name);

describe('faults for a live run', () => {
  it('are chosen from what the drivers can do', async () => {
    const { draft: { kinds: { value: kinds } } } = await begun(), targets = injectableTargets('away', kinds, () => []);
    expect([kindRefusal('away', kinds), kindRefusal('slow-down', kinds), kindRefusal('budget', kinds), kindRefusal('outage', kinds)]).toEqual([
      undefined, expect.stringContaining('process driver'), expect.stringContaining('no budget'), 'there is nothing in the fleet that it could strike',
    ]);
    expect(freshFault('away', targets, 2000, 0, '5s')).toEqual({ kind: 'away', at: '2s', for: '5s', human: 'ann' });
    expect(freshFault('storm', { ...targets, pools: ['gpu'] }, 0, 0, '30s')).toMatchObject({ for: '30s', killsPerHour: 240 }); // twice in half a minute
  });

  it('are edited by what is drawn, though that is behind', async () => {
    const { draft } = await begun(), shown = { ...away, faults: ['1h', '2h', '3h'].map((at) => ({ ...away.faults[0]!, at })) } as typeof away, ends = (): unknown[] => draft.plan.value.faults.map((fault) => ('at' in fault ? fault.at : ''));
    draft.plan.value = shown;
    expect([draft.edit({ kind: 'add', fault: away.faults[0]! }, shown), draft.edit({ kind: 'remove', at: 1 }, shown), draft.edit({ kind: 'change', at: 2, change: { at: '4h' } }, shown), draft.edit({ kind: 'remove', at: 1 }, shown)]).toEqual([3, -1, 1, -1]);
    draft.rename('late');
    expect(ends()).toEqual(['1h', '4h', '0s']);
    expect([draft.edit({ kind: 'remove', at: 0 }, shown), ends(), draft.plan.value.name]).toEqual([-1, ['4h', '0s'], 'my late']);
  });

  it('have a known reach until they are changed, and are injected and withdrawn', async () => {
    const { draft, told } = await begun();
    draft.plan.value = away;
    await draft.askReach();
    expect(draft.known()).toMatchObject({ futures: 100, faults: [{ name: 'ann away from 0s for 1h' }] });
    draft.plan.value = withFault(away, away.faults[0]!);
    expect(draft.known()).toBeUndefined();
    draft.plan.value = away;
    draft.stop.value = 'cost > 5usd, ,failed > 0';
    expect([await draft.inject(), draft.error.value]).toEqual([true, undefined]);
    expect([draft.isOpen.value, draft.plan.value, draft.stop.value]).toEqual([false, EMPTY_PLAN, '']);
    expect(told.at(-1)!.rehearsals).toMatchObject([{ phase: 'running', stop: ['cost > 5usd', 'failed > 0'], faults: [{ number: 0, kind: 'away' }] }]);
    expect(await draft.withdraw()).toBe(true);
    expect(told.at(-1)!.rehearsals).toMatchObject([{ phase: 'withdrawn', reason: expect.stringContaining('asked for by Zoë') }]);
  });

  it('say what is refused: by a driver, by a wrong condition, by a file that is no plan', async () => {
    const { draft } = await begun();
    draft.plan.value = withFault(EMPTY_PLAN, { kind: 'slow-down', at: '0s', for: '1h', resource: 'ws', factor: 2 });
    await draft.askReach();
    expect([draft.error.value, draft.reach.value.busy, draft.known()]).toMatchObject([{ faults: [{ code: 'cannot-inject', path: 'faults[0]' }] }, false, undefined]);
    draft.plan.value = away;
    draft.stop.value = 'costs > 5usd';
    expect(await draft.inject()).toBe(false);
    expect(draft.error.value!.faults).toMatchObject([{ code: 'unknown-figure', hint: 'did you mean "cost"?' }]);
    await draft.open(file('run.json', { twinclock: 'scenario/1' }));
    expect(draft.error.value).toMatchObject({ source: 'run.json', faults: [{ code: 'unsupported-version' }] });
    await draft.open(file('plan.json', { ...away, name: 'gone' }));
    expect([draft.error.value, draft.plan.value.name]).toEqual([undefined, 'gone']);
  });
});

it('conditions stand with commas between', () => { expect(stopConditions(' cost > 5usd,, failed > 0 ')).toEqual(['cost > 5usd', 'failed > 0']); });
