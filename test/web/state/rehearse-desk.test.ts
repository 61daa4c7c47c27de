// The desk of rehearsals over the real answers, in this thread: what it shows is what the experiment code gives, nothing is
// made twice, and what is stopped or replaced does not come back.
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../../engine/experiment/rehearsal/card.ts';
import { parseHypotheses } from '../../../engine/experiment/rehearsal/rehearsal-file.ts';
import { Rehearser } from '../../../engine/experiment/rehearsal/rehearse.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { parsePolicySpec } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../scenarios/faults/index.ts';
import { planSetting, withFault } from '../../../web/state/fault-edits.ts';
import { Library } from '../../../web/state/library.ts';
import { RehearseDesk } from '../../../web/state/rehearse-desk.ts';
import type { RehearseState } from '../../../web/state/rehearse-desk.ts';
import { DEFAULT_REHEARSE } from '../../../web/state/routes/rehearse.ts';
import type { RehearseRoute } from '../../../web/state/routes/rehearse.ts';
import { WorkerPool } from '../../../web/state/worker-pool.ts';
import { Answers } from '../../../web/worker/answers.ts';
import type { Question } from '../../../web/worker/protocol.ts';

function desk(): { readonly desk: RehearseDesk; readonly asked: Question[]; readonly until: (holds: (state: RehearseState) => boolean) => Promise<RehearseState> } {
  const asked: Question[] = [], pool = new WorkerPool(() => {
    const answers = new Answers();
    return { ask: async (question: Question) => { asked.push(question); return answers.answer(question); }, close: () => {}, onCrash: () => {} };
  }, 2, () => {});
  const made = new RehearseDesk(pool, new Library(() => Promise.reject(new Error('no library here'))), () => 0);
  const until = (holds: (state: RehearseState) => boolean): Promise<RehearseState> => new Promise((resolve) => {
    const stop = made.state.subscribe((state) => { if (state !== undefined && holds(state)) { resolve(state); queueMicrotask(() => { stop(); }); } });
  });
  return { desk: made, asked, until };
}

const complete = (state: RehearseState): boolean => state.status === 'complete';
const route: RehearseRoute = { ...DEFAULT_REHEARSE, scenario: 'feature-12', storms: 6 };
const stormsAsked = (asked: readonly Question[]): number[] => asked.flatMap((question) => (question.kind === 'storms' ? [...question.seeds] : [])).sort((a, b) => a - b);

describe('the desk', () => {
  it('shows what the experiment code gives', async () => {
    const { desk: d, until } = desk(), setup = { instance: compileScenario(loadCatalog('feature-12')), ...parsePolicySpec('weighted'), plan: loadFaults('storm-all-spot') };
    d.show(route);
    const state = await until(complete), rehearser = new Rehearser(setup), storms = [1, 2, 3, 4, 5, 6].map((seed) => rehearser.storm(seed));
    expect(state.answer!.rehearsal).toEqual(new Rehearser(setup).rehearse(1).rehearsal);
    expect(state.storms).toEqual(storms);
    expect(state.card).toEqual(cardOf(parseHypotheses(route.expect), storms));
    expect(d.progress.value).toMatchObject({ done: 6, total: 6, msLeft: 0 });
  });

  it('makes nothing twice: more storms, other hypotheses, another seed cost only themselves', async () => {
    const { desk: d, asked, until } = desk();
    d.show(route);
    await until(complete);
    d.show({ ...route, storms: 9 });
    await until((state) => complete(state) && state.storms.length === 9);
    expect(stormsAsked(asked)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    d.show({ ...route, storms: 9, expect: ['tasks = all'], seed: 3 });
    const state = await until((now) => complete(now) && now.card?.hypotheses.length === 1);
    expect([stormsAsked(asked).length, asked.filter(({ kind }) => kind === 'rehearse').length, state.answer!.rehearsal.seed]).toEqual([9, 2, 3]);
  });

  it('keeps the last answer on the screen while another plan is run, and says so', async () => {
    const { desk: d, until } = desk();
    d.show(route);
    const first = await until(complete), plan = withFault(loadFaults('storm-all-spot'), { kind: 'price', at: '1h', factor: 3 });
    d.show({ ...route, faults: planSetting(plan) });
    expect([d.state.value!.fresh, d.state.value!.answer]).toEqual([false, first.answer]);
    const second = await until((state) => complete(state) && state.fresh && state.alone.length === 2);
    expect([second.answer!.plan.faults.length, second.alone.map(({ fault }) => fault)]).toEqual([2, [0, 1]]);
  });

  it('says what is wrong with a plan, a policy or a hypothesis', async () => {
    const { desk: d, until } = desk();
    d.show({ ...route, faults: '{"twinclock":"faults/1","name":"x","faults":[{"kind":"strom"}]}' });
    expect((await until((state) => state.status === 'failed')).error).toMatchObject({ code: 'unknown-kind', faults: [{ hint: 'did you mean "storm"?' }] });
    d.show({ ...route, expect: ['makspan <= 1h'] });
    expect((await until((state) => complete(state))).cardError).toMatchObject({ code: 'unknown-figure' });
  });

  it('stops, and goes on from there', async () => {
    const { desk: d, until } = desk();
    d.show(route);
    d.stop();
    expect(d.state.value!.status).toBe('stopped');
    d.resume();
    expect((await until(complete)).storms).toHaveLength(6);
  });
});
