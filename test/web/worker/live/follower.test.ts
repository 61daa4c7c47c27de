// Following a real live run over HTTP: everything that happened, once, over any number of broken lines; in the figures of the
// daemon; and a word for each way in which it cannot go on.
import { afterEach, describe, expect, it } from 'vitest';
import { OUTCOME_COMPLETED } from '../../../../engine/metrics/columns.ts';
import { Follower } from '../../../../web/worker/live/follower.ts';
import type { FollowerPorts } from '../../../../web/worker/live/follower.ts';
import type { FeedNews, LiveTelling } from '../../../../web/worker/live/live-protocol.ts';
import { job, liveApi } from '../../../support/live/live-api.ts';
import type { LiveApi } from '../../../support/live/live-api.ts';

let live: LiveApi | undefined, stop = new AbortController();
afterEach(async () => { stop.abort(); await live?.close(); live = undefined; stop = new AbortController(); });

/** Follows the run. Its clock goes fast, so that every row is told at once. `heard` resolves with the first telling, from then on, that is as wanted. */
function follow(url: string, { token = '', ...ports }: Partial<FollowerPorts> & { readonly token?: string } = {}): { readonly news: FeedNews[]; readonly heard: (wanted: (telling: LiveTelling) => boolean) => Promise<LiveTelling>; readonly ended: Promise<void> } {
  const news: FeedNews[] = [], waiting = new Set<(telling: LiveTelling) => void>();
  let now = 0;
  const ended = new Follower({ url, token }, {
    fetch, now: () => (now += 1000), wait: () => new Promise((resolve) => { setImmediate(resolve); }),
    tell: (one) => { news.push(one); if (one.kind === 'told') for (const tell of [...waiting]) tell(one.telling); return Promise.resolve(); }, ...ports,
  }).follow(stop.signal);
  return {
    news, ended,
    heard: (wanted) => new Promise((resolve) => { const tell = (telling: LiveTelling): void => { if (wanted(telling)) { waiting.delete(tell); resolve(telling); } }; waiting.add(tell); }),
  };
}

/** A line that breaks after so many bytes of events. */
const breaking = (bytes: number): FollowerPorts['fetch'] => async (url, init) => {
  const answer = await fetch(url, init);
  if (!url.includes('/v1/events')) return answer;
  let left = bytes;
  return new Response(answer.body!.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, to) => { if (left <= 0) { to.error(new Error('cut')); return; } to.enqueue(chunk.subarray(0, left)); left -= chunk.length; },
  })), { status: answer.status });
};

const completed = ({ picture }: LiveTelling): number => picture?.attempts.outcome.filter((outcome) => outcome === OUTCOME_COMPLETED).length ?? 0;

describe('following a live run', () => {
  it('tells of all rows, in the figures of the daemon, and of jobs that come in later', async () => {
    live = await liveApi();
    const { heard, news } = follow(live.api.url), first = await heard((telling) => completed(telling) === 2 && telling.run.jobsOpen === 0);
    expect(first.picture).toMatchObject({ cause: 'finished', audit: 'clean', records: first.rows });
    const second = heard((telling) => completed(telling) === 3 && telling.run.jobsOpen === 0);
    await live.engine.submit({ jobs: [job('more', ['true'])] });
    const { picture, still, hourly, run, rows } = await second;
    expect(picture!.jobs.map(({ job: name, outcome }) => [name, outcome])).toEqual([['first', 'completed'], ['more', 'completed']]);
    expect([run.revision, rows]).toEqual([1, live.engine.status().rows]);
    const { snapshots } = (await live.ask('/v1/costs')).body as { readonly snapshots: readonly { readonly microDollars: number }[] };
    expect([...hourly]).toEqual(snapshots.map(({ microDollars }) => microDollars));
    // What only the scenario decides is told when it is new, and then no more.
    const stills = news.flatMap((one) => (one.kind === 'told' && one.telling.still !== undefined ? [one.telling.still.ids] : []));
    expect(stills).toEqual([['a', 'b'], ['a', 'b', 'more-t']]);
    expect(still === undefined || still.ids.length === 3).toBe(true);
  });

  it.each([600, 4000])('loses and doubles nothing when the line breaks every %i bytes', async (bytes) => {
    live = await liveApi();
    const whole = follow(live.api.url), broken = follow(live.api.url, { fetch: breaking(bytes) }), done = (telling: LiveTelling): boolean => completed(telling) === 5 && telling.run.jobsOpen === 0;
    const [a, b] = [whole.heard(done), broken.heard(done)];
    await live.engine.submit({ jobs: [job('x', ['true']), job('y', ['true']), job('z', ['true'])] });
    const [one, other] = [await a, await b];
    expect(other.rows).toBe(one.rows);
    expect(other.picture!.attempts).toEqual(one.picture!.attempts);
    expect(broken.news.some(({ kind }) => kind === 'lost')).toBe(true);
    expect(whole.news.some(({ kind }) => kind === 'lost')).toBe(false);
  });

  it('ends with a word when a token is asked for, or the run cannot be read', async () => {
    live = await liveApi({ token: 'a token of this test' });
    const denied = follow(live.api.url);
    await denied.ended;
    expect(denied.news).toMatchObject([{ kind: 'denied', reason: expect.stringContaining('token') }]);
    const known = follow(live.api.url, { token: 'a token of this test' });
    await known.heard((telling) => telling.rows > 0);
    const strange = follow(live.api.url, { token: 'a token of this test', fetch: async (url, init) => (url.endsWith('/v1/scenario') ? Response.json({ scenario: { twinclock: 'scenario/9' } }) : fetch(url, init)) });
    await strange.ended;
    expect(strange.news).toMatchObject([{ kind: 'failed', error: { faults: expect.arrayContaining([expect.objectContaining({ path: expect.any(String) })]) } }]);
  });
});
