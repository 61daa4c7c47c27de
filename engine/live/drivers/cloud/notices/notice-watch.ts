// Reads the notices of one VM again and again until it is stopped. A service that fails is asked again after a growing pause, and
// the trouble is told when it lasts: a VM takes its service along when it ends, a moment before anybody hears of its end. Silence
// is no notice, and no reason to give the VM up.
import type { LiveClock } from '../../../clock.ts';
import type { Notice, NoticeReader } from './notice.ts';

const PAUSE_MS_MIN = 1000, PAUSE_MS_MAX = 30_000;
/** Failures in a row before the trouble is told, once. */
const TOLD_AFTER = 2;

export interface WatchPorts {
  readonly clock: LiveClock;
  readonly reader: NoticeReader;
  /** Once for each announcement. */
  readonly onNotice: (notice: Notice) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

export class NoticeWatch {
  private readonly ports: WatchPorts;
  private readonly stopped = new AbortController();
  private cancelTimer: () => void = () => {};
  private failures = 0;
  private hinted = false;
  /** The last announcement. */
  notice: Notice | undefined;

  constructor(ports: WatchPorts) {
    this.ports = ports;
    void this.look();
  }

  stop(): void {
    this.cancelTimer();
    this.stopped.abort();
  }

  private async look(): Promise<void> {
    const { clock, reader, onNotice, log } = this.ports;
    let pause = reader.pauseMs;
    try {
      const { notice, rebalance } = await reader.read(this.stopped.signal);
      if (this.stopped.signal.aborted) return;
      this.failures = 0;
      if (notice !== undefined && notice.id !== this.notice?.id) onNotice(this.notice = notice);
      if (rebalance === true && !this.hinted) { this.hinted = true; log('info', 'an interruption has become more likely'); }
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      if (++this.failures === TOLD_AFTER) log('warn', `its notices cannot be read: ${(error as Error).message}`);
      pause = Math.min(PAUSE_MS_MAX, Math.max(pause, PAUSE_MS_MIN) * 2 ** Math.min(this.failures - 1, 10));
    }
    this.cancelTimer = clock.after(pause, () => { void this.look(); });
  }
}
