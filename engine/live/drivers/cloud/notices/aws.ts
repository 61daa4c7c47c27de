// EC2 spot notices through the instance metadata service, version 2 (EC2 user guide, "Spot Instance interruption notices" and
// "Use IMDSv2"): a session token by PUT, then `spot/instance-action`, which is 404 until the instance is doomed and then names
// an action and an instant, two minutes ahead. `spot/termination-time` is its older form and may hold a past time or no time
// at all. Neither has an id, so the hash of the document is one.
import { createHash } from 'node:crypto';
import type { LiveClock } from '../../../clock.ts';
import { ask, unexpected, type Answer, type Notice, type NoticeReader, type Reading } from './notice.ts';

/** The guide says every 5 s; the notice is 120 s. */
const PAUSE_MS = 5000, TIMEOUT_MS = 2000, TTL_SECONDS = 21_600;
const ACTION = 'spot/instance-action', TERMINATION = 'spot/termination-time', REBALANCE = 'events/recommendations/rebalance';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

export class AwsNotices implements NoticeReader {
  readonly pauseMs: number;
  private readonly clock: LiveClock;
  private readonly base: string;
  private token: string | undefined;

  /** `base`: of the metadata service; on an instance `http://169.254.169.254`. */
  constructor(clock: LiveClock, base: string, pauseMs = PAUSE_MS) {
    this.clock = clock;
    this.base = base;
    this.pauseMs = pauseMs;
  }

  async read(stop: AbortSignal): Promise<Reading> {
    const action = await this.get(ACTION, stop);
    const notice = action === undefined ? this.legacy(await this.get(TERMINATION, stop)) : noticeOfAction(action);
    if (notice !== undefined) return { notice };
    return (await this.get(REBALANCE, stop)) === undefined ? {} : { rebalance: true };
  }

  /** A past instant is left over from a kill that failed. */
  private legacy(text: string | undefined): Notice | undefined {
    const killAt = text !== undefined && INSTANT.test(text.trim()) ? Date.parse(text.trim()) : NaN;
    return killAt > this.clock.wall() ? { id: idOf(text!), killAt } : undefined;
  }

  /** A document; undefined while there is none. A token that is not taken any more is replaced once. */
  private async get(path: string, stop: AbortSignal): Promise<string | undefined> {
    let answer = await this.ask(path, stop);
    if (answer.status === 401) { this.token = undefined; answer = await this.ask(path, stop); }
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw unexpected(answer, path);
    return answer.text;
  }

  private async ask(path: string, stop: AbortSignal): Promise<Answer> {
    this.token ??= await this.newToken(stop);
    return ask(this.clock, `${this.base}/latest/meta-data/${path}`, { headers: { 'x-aws-ec2-metadata-token': this.token } }, TIMEOUT_MS, stop);
  }

  private async newToken(stop: AbortSignal): Promise<string> {
    const answer = await ask(this.clock, `${this.base}/latest/api/token`, { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TTL_SECONDS) } }, TIMEOUT_MS, stop);
    if (answer.status !== 200) throw unexpected(answer, 'the token');
    return answer.text;
  }
}

const idOf = (text: string): string => `spot-itn-${createHash('sha256').update(text).digest('hex')}`;

/** The announcement in an `instance-action` document. Throws when it names no instant. */
export function noticeOfAction(text: string): Notice {
  let time: unknown;
  try { ({ time } = JSON.parse(text) as { time?: unknown }); } catch { /* said below */ }
  const killAt = typeof time === 'string' && INSTANT.test(time) ? Date.parse(time) : NaN;
  if (Number.isNaN(killAt)) throw new Error(`${ACTION} says no instant: ${text.slice(0, 200)}`);
  return { id: idOf(text), killAt };
}
