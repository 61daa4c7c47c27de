// The pool against ports that answer, crash or hang when the test says so: real scheduling, no workers, no waiting.
import { describe, expect, it } from 'vitest';
import { WorkerPool } from '../../../web/state/worker-pool.ts';
import type { WorkerPort } from '../../../web/state/worker-pool.ts';
import type { Question, Reply } from '../../../web/worker/protocol.ts';

interface Desk { readonly asked: Question[]; closed: boolean; readonly answer: (reply: Reply<unknown>) => void; readonly crash: (cause: string) => void }

function office(size: number): { readonly pool: WorkerPool; readonly desks: Desk[]; readonly timers: (() => void)[] } {
  const desks: Desk[] = [], timers: (() => void)[] = [];
  const spawn = (): WorkerPort => {
    let settle: (reply: Reply<unknown>) => void = () => {}, crash: (cause: string) => void = () => {};
    const desk: Desk = { asked: [], closed: false, answer: (reply) => { settle(reply); }, crash: (cause) => { crash(cause); } };
    desks.push(desk);
    return {
      ask: (question) => { desk.asked.push(question); return new Promise((resolve) => { settle = resolve; }); },
      close: () => { desk.closed = true; }, onCrash: (listener) => { crash = listener; },
    };
  };
  return { pool: new WorkerPool(spawn, size, (task) => { timers.push(task); }), desks, timers };
}

const question = (name: string): Question<'scenario'> => ({ kind: 'scenario', scenario: { from: 'catalog', name } });
const names = (desk: Desk): string[] => desk.asked.map((asked) => (asked.kind === 'scenario' && asked.scenario.from === 'catalog' ? asked.scenario.name : '?'));
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const done: Reply<unknown> = { ok: true, value: 'done' };

describe('a pool of workers', () => {
  it('asks each worker one thing at a time, urgent things first', async () => {
    const { pool, desks } = office(2), first = pool.ask(question('a'));
    void pool.ask(question('b')); void pool.ask(question('c')); void pool.ask(question('d'), { urgent: true });
    expect(desks.map(names)).toEqual([['a'], ['b']]);
    desks[0]!.answer(done);
    expect(await first).toBe('done');
    expect(desks.map(names)).toEqual([['a', 'd'], ['b']]);
  });

  it('passes on what a worker says went wrong', async () => {
    const { pool, desks } = office(1), asked = pool.ask(question('a'));
    desks[0]!.answer({ ok: false, error: { code: 'unknown-scenario', message: 'no', faults: [] } });
    await expect(asked).rejects.toMatchObject({ data: { code: 'unknown-scenario' } });
  });

  it('replaces a worker that crashes and asks again', async () => {
    const { pool, desks } = office(1), asked = pool.ask(question('a'));
    desks[0]!.crash('out of memory');
    expect(desks[0]!.closed).toBe(true);
    expect(names(desks[1]!)).toEqual(['a']);
    desks[0]!.answer({ ok: true, value: 'from the dead' });
    desks[1]!.answer(done);
    expect(await asked).toBe('done');
    expect(pool.replaced).toBe(1);
  });

  it('gives up on a question that brings down three workers, and goes on with the others', async () => {
    const { pool, desks } = office(1), bad = pool.ask(question('bad')), good = pool.ask(question('good'));
    const refused = expect(bad).rejects.toMatchObject({ data: { code: 'worker-crashed' }, message: expect.stringContaining('stack overflow') });
    for (let k = 0; k < 3; k++) desks[k]!.crash('stack overflow');
    await refused;
    expect(names(desks[3]!)).toEqual(['good']);
    desks[3]!.answer(done);
    expect(await good).toBe('done');
  });

  it('replaces an idle worker that crashes', () => {
    const { pool, desks } = office(2);
    desks[1]!.crash('lost');
    expect(pool.replaced).toBe(1);
    expect(desks.length).toBe(3);
  });

  it('drops what is cancelled while it waits', async () => {
    const { pool, desks, timers } = office(1), stop = new AbortController();
    const first = pool.ask(question('a')), second = pool.ask(question('b'), { signal: stop.signal });
    stop.abort();
    await expect(second).rejects.toMatchObject({ data: { code: 'cancelled' } });
    timers.forEach((timer) => { timer(); });
    desks[0]!.answer(done);
    await first;
    await settled();
    expect(desks.map(names)).toEqual([['a']]);
  });

  it('replaces a worker that is still busy with something cancelled after the moment of grace', async () => {
    const { pool, desks, timers } = office(1), stop = new AbortController(), hopeless = pool.ask(question('endless'), { signal: stop.signal }), next = pool.ask(question('next'));
    stop.abort();
    await expect(hopeless).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(desks.length).toBe(1);
    timers.forEach((timer) => { timer(); });
    expect(desks[0]!.closed).toBe(true);
    expect(names(desks[1]!)).toEqual(['next']);
    desks[1]!.answer(done);
    expect(await next).toBe('done');
  });

  it('keeps a worker that ends within the moment of grace', async () => {
    const { pool, desks, timers } = office(1), stop = new AbortController(), late = pool.ask(question('late'), { signal: stop.signal });
    stop.abort();
    await expect(late).rejects.toMatchObject({ data: { code: 'cancelled' } });
    desks[0]!.answer(done);
    await settled();
    timers.forEach((timer) => { timer(); });
    expect(pool.replaced).toBe(0);
  });

  it('takes nothing that was cancelled before it was asked', async () => {
    const { pool, desks } = office(1);
    await expect(pool.ask(question('a'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(desks[0]!.asked).toEqual([]);
  });
});
