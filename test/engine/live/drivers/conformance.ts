// What every driver must do with attempts, as one suite. A driver's test says how to make one over a place that outlives it, and
// gives three sorts of work; the suite restarts it, asks twice, and looks whether anything is left.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptSpec, Driver } from '../../../../engine/live/driver.ts';
import { attemptName, type AttemptKey, type DriverEvent } from '../../../../engine/live/driver-events.ts';

export interface DriverPlace {
  /** A driver over this place, not opened yet, as the daemon makes one at each start. */
  make(emit: (event: DriverEvent) => void): Driver | Promise<Driver>;
  /** Work that ends well at once, with `{"did":"<task>"}` as its output. */
  short(key: AttemptKey): AttemptSpec;
  /** Work that fails at once, by its own fault. */
  failing(key: AttemptKey): AttemptSpec;
  /** Work that goes on until it is ended. */
  long(key: AttemptKey): AttemptSpec;
  /** How often the work of this key was really begun. */
  begun(key: AttemptKey): number;
  /** Lets time pass until the condition holds; rejects when it does not within some seconds. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  /** After the test: ends what may be left. */
  clean(): void | Promise<void>;
}

/** The outcome of work that fails by its own fault: `task-error`, or what the resource calls it. */
export interface Expected { readonly failure: 'task-error' | 'api-error' }

export function driverConformance(name: string, makePlace: () => DriverPlace | Promise<DriverPlace>, { failure }: Expected = { failure: 'task-error' }): void {
  describe(`${name}: conformance`, () => {
    let place: DriverPlace, driver: Driver, events: DriverEvent[];
    const key = (task: string, attempt = 1): AttemptKey => ({ run: 'conformance', task, epoch: 1, attempt });
    const ends = (of: AttemptKey) => events.flatMap((event) => (event.type === 'ended' && attemptName(event.key) === attemptName(of) ? [event.end] : []));
    const open = async (): Promise<void> => { driver = await place.make((event) => { events.push(event); }); await driver.open(); };
    const restart = async (): Promise<void> => { await driver.close(); events = []; await open(); };
    const listed = async () => (await driver.list()).map((ref) => attemptName(ref.key)).sort();
    beforeEach(async () => { place = await makePlace(); events = []; await open(); });
    afterEach(async () => {
      for (const ref of await driver.list()) await driver.undo(ref);
      await driver.close();
      await place.clean();
    });

    it('runs work to its end, says so once, and keeps its result', async () => {
      const spec = place.short(key('a'));
      await driver.start(spec);
      await place.until(() => ends(spec.key).length > 0);
      expect(ends(spec.key)).toMatchObject([{ outcome: 'completed', output: { did: 'a' } }]);
      expect(ends(spec.key)[0]!.busyMs).toBeGreaterThanOrEqual(0);
      const started = events.findIndex(({ type }) => type === 'started'), ended = events.findIndex(({ type }) => type === 'ended');
      expect(started === -1 || started < ended).toBe(true);
      expect(await driver.probe(spec)).toMatchObject({ state: 'DEAD', end: { outcome: 'completed', output: { did: 'a' } } });
      expect(await listed()).toEqual([]);
      expect((await driver.collect(spec)).files).toBeTypeOf('object');
    });

    it('tells of failure', async () => {
      const spec = place.failing(key('a'));
      await driver.start(spec);
      await place.until(() => ends(spec.key).length > 0);
      expect(ends(spec.key)).toMatchObject([{ outcome: failure }]);
      expect(ends(spec.key)[0]!.reason).not.toBe('');
    });

    it('starts one key once, however often it is asked', async () => {
      const spec = place.long(key('a'));
      await driver.start(spec);
      await driver.start(spec);
      await place.until(() => place.begun(spec.key) > 0);
      await restart();
      await driver.start(spec);
      await place.until(async () => (await driver.probe(spec)).state === 'ALIVE');
      expect(place.begun(spec.key)).toBe(1);
      expect(await listed()).toEqual([attemptName(spec.key)]);
    });

    it('ends work when it is told to, and two attempts are two', async () => {
      const first = place.long(key('a', 1)), second = place.long(key('a', 2));
      await driver.start(first);
      await driver.start(second);
      await place.until(() => place.begun(first.key) + place.begun(second.key) === 2);
      await driver.signal(first, 'kill');
      await place.until(() => ends(first.key).length > 0);
      expect(ends(first.key)).toMatchObject([{ outcome: 'cancelled' }]);
      expect(await listed()).toEqual([attemptName(second.key)]);
      await driver.signal(second, 'stop');
      await place.until(() => ends(second.key).length > 0);
      expect(await listed()).toEqual([]);
    });

    it('takes back work, and has nothing left of it when it says so', async () => {
      const spec = place.long(key('a'));
      await driver.start(spec);
      await place.until(() => place.begun(spec.key) > 0);
      await driver.undo(spec);
      expect(await listed()).toEqual([]);
      expect((await driver.probe(spec)).state).not.toBe('ALIVE');
      await driver.undo(spec);
    });

    it('finds again what goes on while nobody watches', async () => {
      const spec = place.long(key('a'));
      await driver.start(spec);
      await place.until(() => place.begun(spec.key) > 0);
      await restart();
      expect(await listed()).toEqual([attemptName(spec.key)]);
      expect((await driver.probe(spec)).state).toBe('ALIVE');
      await driver.signal(spec, 'kill');
      await place.until(async () => (await driver.probe(spec)).state === 'DEAD');
      await place.until(() => ends(spec.key).length > 0);
      expect(ends(spec.key)).toMatchObject([{ outcome: 'cancelled' }]);
    });

    it('knows the end of what ended while nobody watched', async () => {
      const spec = place.short(key('a'));
      await driver.start(spec);
      await place.until(() => place.begun(spec.key) > 0);
      await restart();
      await place.until(async () => (await driver.probe(spec)).state === 'DEAD');
      expect(await driver.probe(spec)).toMatchObject({ state: 'DEAD', end: { outcome: 'completed', output: { did: 'a' } } });
    });

    it('says ABSENT of what it never started, and never starts what was taken back before', async () => {
      const spec = place.long(key('a'));
      expect(await driver.probe(spec)).toEqual({ state: 'ABSENT' });
      await driver.undo(spec);
      await driver.start(spec).catch(() => {});
      expect(place.begun(spec.key)).toBe(0);
      for (const signal of ['checkpoint', 'stop', 'kill'] as const) await driver.signal(spec, signal);
    });
  });
}
