// Preemption of a Google Compute Engine VM (Compute Engine documentation, "Preemption process" and "Query VM metadata"):
// `instance/preempted` turns from FALSE to TRUE, without an instant. The answer is held until it changes. From then on the VM
// has the notice it was created with (none, or 120 s), and at most 30 s more to shut down, which nobody guarantees.
import type { LiveClock } from '../../../clock.ts';
import { ask, unexpected, type Notice, type NoticeReader, type Reading } from './notice.ts';

const HOLD_SECONDS = 60, TIMEOUT_MS = (HOLD_SECONDS + 10) * 1000, SHUTDOWN_MS = 30_000;

export class GcpNotices implements NoticeReader {
  readonly pauseMs = 0;
  private readonly clock: LiveClock;
  private readonly base: string;
  private readonly noticeMs: number;
  private etag: string | undefined;
  private notice: Notice | undefined;

  /** `base`: on a VM `http://metadata.google.internal`; `noticeMs`: from TRUE to the kill. */
  constructor(clock: LiveClock, base: string, noticeMs = SHUTDOWN_MS) {
    this.clock = clock;
    this.base = base;
    this.noticeMs = noticeMs;
  }

  async read(stop: AbortSignal): Promise<Reading> {
    const wait = this.etag === undefined ? '' : `?wait_for_change=true&timeout_sec=${HOLD_SECONDS}&last_etag=${encodeURIComponent(this.etag)}`;
    const answer = await ask(this.clock, `${this.base}/computeMetadata/v1/instance/preempted${wait}`, { headers: { 'metadata-flavor': 'Google' } }, TIMEOUT_MS, stop);
    // Whoever answers without this header is some other server.
    if (answer.status !== 200 || answer.headers.get('metadata-flavor') !== 'Google') throw unexpected(answer, 'preempted');
    this.etag = answer.headers.get('etag') ?? undefined;
    if (answer.text.trim() !== 'TRUE') return {};
    this.notice ??= { id: 'preempted', killAt: this.clock.wall() + this.noticeMs };
    return { notice: this.notice };
  }
}
