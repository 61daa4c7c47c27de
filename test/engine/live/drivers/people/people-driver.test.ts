// The inbox: what people say of what they are asked, over restarts of the daemon; reminders; calendars read again; the webhook.
import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptSpec } from '../../../../../engine/live/driver.ts';
import { createPeopleDriver } from '../../../../../engine/live/drivers/people/people-driver.ts';
import type { PeopleDriver } from '../../../../../engine/live/drivers/people/people-driver.ts';
import type { Json } from '../../../../../engine/live/json.ts';
import type { TaskFile } from '../../../../../engine/model/scenario.ts';
import { DriverBench } from '../../../../support/live/driver-bench.ts';
import { HandClock } from '../../../../support/live/hand-clock.ts';
import { limitedServer } from '../../../../support/live/limited-server.ts';
import { removeFolder } from '../../../../support/remove-folder.ts';

const MONDAY_8 = Date.UTC(2026, 2, 2, 8), HOUR = 3_600_000;
let bench: DriverBench, driver: PeopleDriver, folder: string;

async function open(options: Record<string, Json> = {}, calendar?: Json): Promise<PeopleDriver> {
  driver = createPeopleDriver(bench.context([{ id: 'ann', entry: 'ann' }, { id: 'bob', entry: 'bob' }], { ann: { id: 'ann', ...(calendar === undefined ? {} : { calendar }) }, bob: { id: 'bob' } }), options);
  await driver.open();
  return driver;
}

const spec = (task: string, prompt?: NonNullable<TaskFile['run']>['prompt']): AttemptSpec => ({
  key: { run: 'r', task, epoch: 1, attempt: 1 }, unit: 'ann', job: 'j', entry: 'ann', market: 'on-demand', setupMs: 0, estimateMs: 600_000, progressPpm: 0, inputs: {},
  task: { id: task, duration: 1, kind: 'review', ...(prompt === undefined ? {} : { run: { prompt } }) },
});
const fields = { verdict: { choices: ['yes', 'no'] }, note: { optional: true } };
const codes = async (act: Promise<unknown>): Promise<string[]> => {
  try { await act; return []; } catch (error) { return (error as { faults: { code: string; path: string }[] }).faults.map(({ code, path }) => `${path} ${code}`); }
};

beforeEach(() => { bench = new DriverBench(new HandClock(MONDAY_8)); folder = mkdtempSync(join(tmpdir(), 'people-')); });
afterEach(async () => { await driver.close(); removeFolder(folder); });

describe('an item', () => {
  it('is offered, taken and completed with a result; the time is that of the work', async () => {
    await open();
    await driver.start(spec('t', { text: 'Ship it?', fields }));
    await driver.start(spec('t', { text: 'Ship it?', fields })); // the same attempt, asked once
    expect(driver.inbox().map(({ id, person, state, prompt, expectedAt }) => [id, person, state, prompt, expectedAt])).toEqual([['t@1.1', 'ann', 'offered', 'Ship it?', MONDAY_8 + 600_000]]);
    expect(await driver.probe(spec('t'))).toEqual({ state: 'ALIVE', waiting: true });
    bench.clock.advance(HOUR);
    await driver.answer('t@1.1', 'claim');
    expect(await driver.probe(spec('t'))).toEqual({ state: 'ALIVE' });
    bench.clock.advance(900_000);
    expect(await codes(driver.answer('t@1.1', 'complete'))).toEqual(['result.verdict missing']);
    expect(await codes(driver.answer('t@1.1', 'complete', { result: { verdict: 'perhaps', notes: 'x' } }))).toEqual(['result.notes unknown-key', 'result.verdict unknown-choice']);
    await driver.answer('t@1.1', 'complete', { result: { verdict: 'yes' } });
    const { key } = spec('t');
    expect(bench.events).toEqual([{ type: 'accepted', key }, { type: 'started', key }, { type: 'ended', key, end: { outcome: 'completed', busyMs: 900_000, output: { by: 'ann', result: { verdict: 'yes' } } } }]);
    expect(driver.inbox()).toEqual([]);
    expect(driver.inbox({ all: true }).length).toBe(1);
    expect(await codes(driver.answer('t@1.1', 'complete'))).toEqual(['item wrong-state']);
  });

  it('takes an answer once for its key, over a restart too; another answer with it is refused', async () => {
    await open();
    await driver.start(spec('t'));
    await driver.start(spec('u'));
    const [first, same] = await Promise.all([driver.answer('t@1.1', 'claim', {}, 'k'), driver.answer('t@1.1', 'claim', {}, 'k')]), told = bench.events.length;
    expect(same).toEqual(first);
    await driver.answer('t@1.1', 'complete', {}, 'l');
    for (const restarted of [false, true]) {
      if (restarted) { await driver.close(); await open(); }
      expect(await driver.answer('t@1.1', 'claim', {}, 'k')).toEqual(first); // as it was then
      await expect(driver.answer('u@1.1', 'claim', {}, 'k')).rejects.toMatchObject({ code: 'idempotency-conflict' });
      await expect(driver.answer('t@1.1', 'claim', { person: 'bob' }, 'k')).rejects.toMatchObject({ code: 'idempotency-conflict' });
    }
    expect(bench.events.length).toBe(told + 1);
    bench.clock.advance(25 * HOUR);
    await driver.answer('u@1.1', 'claim', {}, 'm'); // keys are kept for a day
    expect([driver.hasKey('k'), driver.hasKey('m'), [...bench.kept.keys()].filter((name) => name.startsWith('answered/'))]).toEqual([false, true, ['answered/m']]);
  });

  it.each([
    ['decline', ['declined']], ['complete', ['accepted', 'started', 'ended']], ['fail', ['accepted', 'started', 'ended']], ['claim', ['accepted', 'started']],
  ])('only offered: %s tells %j', async (verb, types) => {
    await open();
    await driver.start(spec('t'));
    await driver.answer('t@1.1', verb);
    expect(bench.events.map(({ type }) => type)).toEqual(types);
  });

  it('can be handed on and given back; unknown names are refused with a suggestion', async () => {
    await open();
    await driver.start(spec('t'));
    await driver.answer('t@1.1', 'delegate', { to: 'bob' });
    expect(driver.inbox({ person: 'bob' }).length).toBe(1);
    await driver.answer('t@1.1', 'claim');
    await driver.answer('t@1.1', 'release', { reason: 'ill' });
    expect(bench.of('ended')).toMatchObject([{ end: { outcome: 'cancelled', reason: 'ill' } }]);
    await driver.start(spec('u'));
    expect(await codes(driver.answer('u@1.1', 'delegate', { to: 'bobb' }))).toEqual(['to unknown-person']);
    expect(await codes(driver.answer('u@1.1', 'finish'))).toEqual(['verb unknown-verb']);
    expect(await codes(driver.answer('v@1.1', 'claim'))).toEqual(['item no-such-item']);
  });

  it('taken back by the scheduler cannot be answered any more', async () => {
    await open();
    await driver.start(spec('t'));
    await driver.undo(spec('t'));
    expect(bench.events).toEqual([]);
    expect(await codes(driver.answer('t@1.1', 'complete'))).toEqual(['item wrong-state']);
    expect(await driver.list()).toEqual([]);
  });

  it('outlives the daemon, with its answer', async () => {
    await open();
    await driver.start(spec('t'));
    await driver.start(spec('u'));
    await driver.answer('u@1.1', 'complete', { result: 7 });
    await driver.close();
    await open();
    expect((await driver.list()).map(({ key }) => key.task)).toEqual(['t']);
    expect(await driver.probe(spec('u'))).toEqual({ state: 'DEAD', end: { outcome: 'completed', busyMs: 0, output: { by: 'ann', result: 7 } } });
    expect(await driver.probe(spec('w'))).toEqual({ state: 'ABSENT' });
  });

  it('that nobody takes is recalled, then taken back, also when the daemon was away meanwhile', async () => {
    await open({ remindAfter: '1h', withdrawAfter: '3h' });
    await driver.start(spec('t'));
    bench.clock.advance(HOUR);
    await driver.list();
    expect(driver.inbox()[0]!.remindedAt).toBe(MONDAY_8 + HOUR);
    await driver.close();
    bench.clock.advance(5 * HOUR);
    await open({ remindAfter: '1h', withdrawAfter: '3h' });
    bench.clock.advance(0);
    await driver.list();
    expect(bench.of('declined').length).toBe(1);
    expect(driver.inbox({ all: true })[0]!.state).toBe('withdrawn');
  });
});

describe('a calendar', () => {
  const working = (days: readonly string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...days.flatMap((day) => ['BEGIN:VEVENT', `UID:${day}`, `DTSTART:202603${day}T090000Z`, `DTEND:202603${day}T170000Z`, 'SUMMARY:work', 'END:VEVENT']), 'END:VCALENDAR'].join('\r\n');

  it('read again tells only what the scenario did not know', async () => {
    const file = join(folder, 'ann.ics'), published = { intervals: [[HOUR, 9 * HOUR], [25 * HOUR, 33 * HOUR]] };
    writeFileSync(file, working(['02', '03']));
    await open({ calendar: file, rereadEvery: '30m' }, published);
    bench.events.length = 0; // bob has no published calendar: he is away until nine
    bench.clock.advance(2 * HOUR);
    await bench.until(() => bench.clock.next < Infinity);
    expect(bench.events.filter((event) => 'unit' in event && event.unit === 'ann')).toEqual([]);
    writeFileSync(file, working(['03']));
    bench.clock.advance(30 * 60_000);
    await bench.until(() => bench.of('away').some((event) => 'unit' in event && event.unit === 'ann'));
    expect(bench.of('away').at(-2)).toEqual({ type: 'away', unit: 'ann', until: MONDAY_8 + 25 * HOUR });
    writeFileSync(file, 'nonsense');
    bench.clock.advance(30 * 60_000);
    await bench.until(() => bench.logged.length > 0 || bench.of('available').length > 0);
    bench.clock.advance(24 * HOUR);
    expect(bench.of('available').map((event) => ('unit' in event ? event.unit : ''))).toContain('ann');
  });
});

it('the webhook gets every change, in order and signed, and is asked again when it fails', async () => {
  const chat = await limitedServer({ now: () => 0 });
  process.env['TWINCLOCK_TEST_HOOK'] = 'secret';
  chat.next.push({ status: 500 }, { status: 200 });
  await open({ webhook: chat.url, webhookSecret: 'TWINCLOCK_TEST_HOOK' });
  await driver.start(spec('t'));
  await driver.answer('t@1.1', 'complete');
  while (chat.calls.length < 3) { bench.clock.advance(100); await new Promise((resolve) => { setImmediate(resolve); }); }
  expect(chat.calls.map(({ body }) => (JSON.parse(body) as { event: string }).event)).toEqual(['offered', 'offered', 'completed']);
  for (const { body, headers } of chat.calls) expect(headers['x-twinclock-signature']).toBe(`sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`);
  await chat.close();
});

describe('for a rehearsal', () => {
  const away = (until: number) => ({ kind: 'away', entry: 'ann', unit: 'ann', until } as const);

  it('a person is away: nobody hears from them, others can take it, and the time does not count as worked', async () => {
    await open();
    await driver.start(spec('t'));
    await driver.answer('t@1.1', 'claim');
    bench.clock.advance(100_000);
    await driver.faults.inject('0 ann', away(MONDAY_8 + HOUR));
    expect(bench.of('away')).toEqual([{ type: 'away', unit: 'ann', until: MONDAY_8 + HOUR }]);
    expect(await codes(driver.answer('t@1.1', 'complete'))).toEqual(['person person-away']);
    expect(await driver.faults.held()).toEqual(['0 ann']);
    bench.clock.advance(400_000);
    await driver.faults.withdraw('0 ann');
    expect(bench.of('available')).toEqual([{ type: 'available', unit: 'ann' }]);
    bench.clock.advance(50_000);
    await driver.answer('t@1.1', 'complete');
    expect(bench.of('ended')).toMatchObject([{ end: { outcome: 'completed', busyMs: 150_000 } }]);
    expect(await driver.faults.held()).toEqual([]);
  });

  it('absences that overlap are one, told once and counted once', async () => {
    await open();
    await driver.start(spec('t'));
    await driver.answer('t@1.1', 'claim');
    await driver.faults.inject('0 ann', away(MONDAY_8 + HOUR));
    bench.clock.advance(100_000);
    await driver.faults.inject('1 ann', away(Infinity));
    await driver.faults.withdraw('0 ann');
    expect(await codes(driver.answer('t@1.1', 'delegate', { to: 'bob' }))).toEqual([]);
    bench.clock.advance(100_000);
    await driver.faults.withdraw('1 ann');
    expect(bench.of('away', 'available').map(({ type }) => type)).toEqual(['away', 'available']);
    await driver.answer('t@1.1', 'complete', { person: 'ann' });
    expect(bench.of('ended')).toMatchObject([{ end: { busyMs: 0 } }]);
  });
});
