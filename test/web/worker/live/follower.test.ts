// Following a real live run over HTTP: everything that happened, once, over any number of broken lines; in the figures of the
// daemon; and a word for each way in which it cannot go on.
import { afterEach, describe, expect, it } from 'vitest';
import { OUTCOME_COMPLETED } from '../../../../engine/metrics/columns.ts';
import { Follower } from '../../../../web/worker/live/follower.ts';
import type { FollowerPorts } from '../../../../web/worker/live/follower.ts';
import type { FeedNews, LiveTelling } from '../../../../web/worker/live/live-protocol.ts';
import { WORK, job, liveApi } from '../../../support/live/live-api.ts';
import type { LiveApi } from '../../../support/live/live-api.ts';

let live: LiveApi | undefined, stop = new AbortController();
afterEach(async () => { stop.abort(); await live?.close(); live = undefined; stop = new AbortController(); });

/** Its clock goes this much faster than ours. */
const FASTER = 20;

/** Follows the run. `heard` resolves with the first telling, from then on, that is as wanted. */
function follow(url: string, { token = '', ...ports }: Partial<FollowerPorts> & { readonly token?: string } = {}): { readonly news: FeedNews[]; readonly heard: (wanted: (telling: LiveTelling) => boolean) => Promise<LiveTelling>; readonly ended: Promise<void> } {
  const news: FeedNews[] = [], waiting = new Set<(telling: LiveTelling) => void>();
  const ended = new Follower({ url, token }, {
    fetch, now: () => performance.now() * FASTER, wait: (ms) => new Promise((resolve) => { setTimeout(resolve, ms / FASTER); }),
    tell: (one) => { news.push(one); if (one.kind === 'told') for (const tell of [...waiting]) tell(one.telling); return Promise.resolve(); }, ...ports,
  }).follow(stop.signal);
  return {
    news, ended,
    heard: (wanted) => new Promise((resolve) => { const tell = (telling: LiveTelling): void => { if (wanted(telling)) { waiting.delete(tell); resolve(telling); } }; waiting.add(tell); }),
  };
}

/** A line that breaks in the middle of what would be its third piece. */
const breaking: FollowerPorts['fetch'] = async (url, init) => {
  const answer = await fetch(url, init);
  if (!url.includes('/v1/events')) return answer;
  let pieces = 0;
  return new Response(answer.body!.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform: (piece, to) => { if (++pieces < 3) { to.enqueue(piece); return; } to.enqueue(piece.subarray(0, piece.length >> 1)); to.error(new Error('cut')); },
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

  it('knows the machines that have gone', async () => {
    const three = { local: [{ id: 'ws', cores: 4, count: 3 }], human: [{ id: 'ann' }] }, two = { ...three, local: [{ ...three.local[0]!, count: 2 }] };
    live = await liveApi({}, { ...WORK, fleet: three, jobs: ['a', 'b', 'c'].map((id) => job(id, ['true'], { demand: { cores: 4 } })) });
    const before = follow(live.api.url), first = await before.heard((telling) => completed(telling) === 3 && telling.run.jobsOpen === 0);
    const next = before.heard((telling) => telling.run.revision === 1 && telling.rows === live!.engine.status().rows);
    await live.engine.setFleet(two);
    const { picture } = await next, after = await follow(live.api.url).heard((telling) => completed(telling) === 3); // one who comes when it has gone
    expect(new Set(picture!.attempts.unit).size).toBe(3);
    for (const told of [picture!, after.picture!]) expect(told).toMatchObject({ attempts: first.picture!.attempts, audit: 'clean' });
    expect(before.news.map(({ kind }) => kind)).not.toContain('failed');
  });

  it('tells of faults that were injected, and from when until when they were on', async () => {
    live = await liveApi();
    const { heard } = follow(live.api.url), on = heard(({ faults, picture }) => faults.held.length === 1 && picture?.faultMarks.length === 1);
    await live.engine.injectFaults({ plan: { twinclock: 'faults/1', name: 'gone', faults: [{ kind: 'away', at: '0s', for: '1h', human: 'ann' }] } });
    const { faults: { rehearsals }, picture } = await on, [mark] = picture!.faultMarks;
    expect(rehearsals).toMatchObject([{ name: 'gone', phase: 'running', faults: [{ number: 0, state: 'on' }] }]);
    expect(mark).toMatchObject({ fault: 0, kind: 'away', to: picture!.endedAt, text: rehearsals[0]!.faults[0]!.words });
    const over = heard(({ faults: { held, rehearsals: [one] } }) => held.length === 0 && one?.faults[0]!.state === 'over');
    await live.engine.withdrawFaults('seen enough');
    const after = (await over).picture!, ended = live.engine.records(0, Infinity).find(({ name }) => name === 'fault-ended')!;
    expect(after.faultMarks).toMatchObject([{ from: mark!.from, to: ended.t }]);
  });

  it('loses and doubles nothing when the line breaks again and again', async () => {
    live = await liveApi();
    const whole = follow(live.api.url), broken = follow(live.api.url, { fetch: breaking }), both = (count: number) => Promise.all([whole, broken].map(({ heard }) => heard((telling) => completed(telling) === count && telling.run.jobsOpen === 0)));
    let [one, other] = await both(2);
    for (const [k, id] of ['x', 'y', 'z'].entries()) {
      const next = both(3 + k);
      await live.engine.submit({ jobs: [job(id, ['true'])] });
      [one, other] = await next;
    }
    expect(other!.rows).toBe(one!.rows);
    expect(other!.picture!.attempts).toEqual(one!.picture!.attempts);
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
