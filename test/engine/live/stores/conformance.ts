// What every store must do, as one suite: the embedded one, the server, and the one in memory that other tests stand on.
import { afterEach, describe, expect, it } from 'vitest';
import type { Store, StoredGroup, StoreReader } from '../../../../engine/live/store.ts';

export interface StoreUnderTest {
  /** Opens run `run` of a place that is new for each test. */
  open(run: string): Promise<Store>;
  /** Absent for stores that have no readers beside the writer. */
  read?(run: string): Promise<StoreReader>;
  /** Makes the next writer believe the present one is gone, as a lost connection does; the old one must then be fenced. */
  takeOver(run: string): Promise<Store>;
}

/** Numbers that a careless encoding loses. */
const rows = (...seed: number[]): Float64Array => Float64Array.from(seed.flatMap((x) => [3, x, -0, Infinity, 0.1 + 0.2, Number.MIN_VALUE]));
const WALL = 1_700_000_000_000;

async function all(store: StoreReader, from = 0): Promise<StoredGroup[]> {
  const groups: StoredGroup[] = [];
  for await (const group of store.groups(from)) groups.push(group);
  return groups;
}

/** Declares the suite. `make` gives a new, empty place. */
export function storeConformance(name: string, make: () => StoreUnderTest): void {
  describe(name, () => {
    const opened: (Store | StoreReader)[] = [];
    const keep = <T extends Store | StoreReader>(store: T): T => { opened.push(store); return store; };
    afterEach(async () => { for (const store of opened.splice(0)) await store.close(); });

    it('gives back groups bit for bit, in order, from any row', async () => {
      const store = keep(await make().open('r'));
      await store.append({ rows: rows(1, 2), wall: WALL });
      await store.append({ rows: rows(3), wall: WALL + 0.5 });
      expect(store.count).toBe(3);
      expect(await all(store)).toEqual([{ first: 0, rows: rows(1, 2), wall: WALL, epoch: 1 }, { first: 2, rows: rows(3), wall: WALL + 0.5, epoch: 1 }]);
      expect(Object.is((await all(store))[0]!.rows[2], -0)).toBe(true);
      expect((await all(store, 1)).map(({ first }) => first)).toEqual([0, 2]);
      expect((await all(store, 2)).map(({ first }) => first)).toEqual([2]);
      expect(await all(store, 3)).toEqual([]);
    });

    it('pages through many groups', async () => {
      const store = keep(await make().open('r'));
      for (let k = 0; k < 600; k++) await store.append({ rows: rows(k), wall: WALL });
      expect((await all(store, 5)).map(({ first }) => first)).toEqual(Array.from({ length: 595 }, (_, k) => k + 5));
    });

    it('keeps overlapping appends in the order of the calls', async () => {
      const store = keep(await make().open('r'));
      await Promise.all(Array.from({ length: 20 }, (_, k) => store.append({ rows: rows(k), wall: WALL })));
      expect((await all(store)).map((group) => group.rows[1])).toEqual(Array.from({ length: 20 }, (_, k) => k));
    });

    it('keeps documents: written, replaced, deleted, listed in order of code points', async () => {
      const store = keep(await make().open('r')), value = { text: 'grüße \u0001 "quoted"', list: [1.5, null, true] };
      await store.append({ rows: new Float64Array(0), wall: WALL, writes: [{ kind: 'attempt', id: 'b', value }, { kind: 'attempt', id: 'a', value: 1 }, { kind: 'vm', id: 'a', value: 2 }] });
      await store.append({ rows: rows(1), wall: WALL, writes: [{ kind: 'attempt', id: 'a', value: 3 }, { kind: 'attempt', id: 'B', value: 4 }, { kind: 'attempt', id: '\u{1F600}', value: 5 }, { kind: 'attempt', id: '\uFFFD', value: 6 }] });
      expect(await store.get('attempt', 'b')).toEqual(value);
      expect((await store.list('attempt')).map(({ id }) => id)).toEqual(['B', 'a', 'b', '\uFFFD', '\u{1F600}']);
      expect(await store.list('vm')).toEqual([{ kind: 'vm', id: 'a', value: 2 }]);
      await store.append({ rows: new Float64Array(0), wall: WALL, writes: [{ kind: 'attempt', id: 'a', value: undefined }] });
      expect(await store.get('attempt', 'a')).toBeUndefined();
      expect(store.count).toBe(1);
    });

    it('lists by prefix, whatever characters it has', async () => {
      const store = keep(await make().open('r')), ids = ['a%b', 'a_b', 'axb', 'a%', '\u{1F600}x'];
      await store.append({ rows: new Float64Array(0), wall: WALL, writes: ids.map((id) => ({ kind: 'note:x', id, value: 0 })) });
      const listed = async (prefix: string) => (await store.list('note:x', { prefix })).map(({ id }) => id);
      expect(await listed('a%')).toEqual(['a%', 'a%b']);
      expect(await listed('a_')).toEqual(['a_b']);
      expect(await listed('\u{1F600}')).toEqual(['\u{1F600}x']);
    });

    it('refuses a whole group whose document must be new and is not, and goes on', async () => {
      const store = keep(await make().open('r'));
      await store.append({ rows: rows(1), wall: WALL, writes: [{ kind: 'attempt', id: 't/1', value: 'first', once: true }] });
      const again = store.append({ rows: rows(2), wall: WALL, writes: [{ kind: 'vm', id: 'v', value: 1 }, { kind: 'attempt', id: 't/1', value: 'second', once: true }] });
      await expect(again).rejects.toMatchObject({ code: 'conflict' });
      expect([store.count, await store.get('vm', 'v'), await store.get('attempt', 't/1')]).toEqual([1, undefined, 'first']);
      await store.append({ rows: rows(3), wall: WALL });
      expect((await all(store)).map((group) => group.rows[1])).toEqual([1, 3]);
    });

    it('raises the epoch with each writer, and tells each group its own', async () => {
      const place = make(), first = await place.open('r');
      await first.append({ rows: rows(1), wall: WALL });
      await first.close();
      const second = keep(await place.open('r'));
      await second.append({ rows: rows(2), wall: WALL });
      expect([first.epoch, second.epoch]).toEqual([1, 2]);
      expect((await all(second)).map(({ first: at, epoch }) => [at, epoch])).toEqual([[0, 1], [1, 2]]);
    });

    it('fences a writer that another has taken over from', async () => {
      const place = make(), old = keep(await place.open('r'));
      await old.append({ rows: rows(1), wall: WALL });
      const next = keep(await place.takeOver('r'));
      await expect(old.append({ rows: rows(2), wall: WALL, writes: [{ kind: 'vm', id: 'v', value: 1 }] })).rejects.toMatchObject({ code: expect.stringMatching(/^(fenced|store)$/) });
      await next.append({ rows: rows(3), wall: WALL });
      expect([(await all(next)).map((group) => group.rows[1]), await next.get('vm', 'v')]).toEqual([[1, 3], undefined]);
    });

    it('leaves nothing of a run that is removed, and the next is the first of its name', async () => {
      const place = make(), store = await place.open('r');
      await store.append({ rows: rows(1), wall: WALL, writes: [{ kind: 'run', id: 'header', value: 1 }] });
      await store.remove();
      if (place.read !== undefined) await expect(place.read('r')).rejects.toMatchObject({ code: 'no-run' });
      await expect(store.append({ rows: rows(2), wall: WALL })).rejects.toMatchObject({ code: 'store' });
      const next = keep(await place.open('r'));
      expect([next.epoch, next.count, await all(next), await next.get('run', 'header')]).toEqual([1, 0, [], undefined]);
    });

    it('is not removed by a writer that another has taken over from', async () => {
      const place = make(), old = await place.open('r');
      await old.append({ rows: rows(1), wall: WALL });
      const next = keep(await place.takeOver('r'));
      await expect(old.remove()).rejects.toMatchObject({ code: expect.stringMatching(/^(fenced|store)$/) });
      expect((await all(next)).length).toBe(1);
    });

    it('takes nothing after close', async () => {
      const store = await make().open('r');
      await store.close();
      await expect(store.append({ rows: rows(1), wall: WALL })).rejects.toMatchObject({ code: 'store' });
    });

    it('is read beside its writer', async () => {
      const place = make();
      if (place.read === undefined) return;
      const writer = keep(await place.open('r'));
      await writer.append({ rows: rows(1), wall: WALL, writes: [{ kind: 'run', id: 'header', value: { a: 1 } }] });
      const reader = keep(await place.read('r'));
      expect([(await all(reader)).length, await reader.get('run', 'header')]).toEqual([1, { a: 1 }]);
      await writer.append({ rows: rows(2), wall: WALL });
      expect((await all(reader)).length).toBe(2);
      await expect(place.read('another')).rejects.toMatchObject({ code: 'no-run' });
    });
  });
}
