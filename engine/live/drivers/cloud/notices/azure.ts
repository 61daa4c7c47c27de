// Azure Scheduled Events (Azure documentation, "Scheduled Events for Linux VMs"): one document for all VMs of a set, so events
// are taken by the VM's name. `NotBefore` is a date of RFC 1123, and blank once the event has started. Preempt is a spot
// eviction, 30 s ahead at best; Terminate is the deletion of a VM of a scale set.
import type { LiveClock } from '../../../clock.ts';
import { ask, unexpected, type Notice, type NoticeReader, type Reading } from './notice.ts';

/** The documentation says once a second. The first answer of a VM's life may take two minutes. */
const PAUSE_MS = 1000, TIMEOUT_MS = 130_000;
const ENDINGS = ['Preempt', 'Terminate'];

interface ScheduledEvent {
  readonly EventId: string;
  readonly EventType: string;
  readonly Resources?: readonly string[];
  readonly NotBefore?: string;
}

export class AzureNotices implements NoticeReader {
  readonly pauseMs: number;
  private readonly clock: LiveClock;
  private readonly base: string;
  private readonly name: string;
  private readonly known = new Map<string, Notice>();

  /** `base`: on a VM `http://169.254.169.254`; `name`: of the VM, as `Resources` has it. */
  constructor(clock: LiveClock, base: string, name: string, pauseMs = PAUSE_MS) {
    this.clock = clock;
    this.base = base;
    this.name = name;
    this.pauseMs = pauseMs;
  }

  async read(stop: AbortSignal): Promise<Reading> {
    const answer = await ask(this.clock, `${this.base}/metadata/scheduledevents?api-version=2020-07-01`, { headers: { metadata: 'true' } }, TIMEOUT_MS, stop);
    if (answer.status !== 200) throw unexpected(answer, 'scheduledevents');
    const { Events = [] } = JSON.parse(answer.text) as { readonly Events?: readonly ScheduledEvent[] };
    const own = Events.filter(({ EventType, Resources = [] }) => ENDINGS.includes(EventType) && Resources.includes(this.name)).map((event) => this.noticeOf(event));
    return own.length === 0 ? {} : { notice: own.reduce((first, other) => (other.killAt < first.killAt ? other : first)) };
  }

  private noticeOf({ EventId: id, NotBefore = '' }: ScheduledEvent): Notice {
    const said = Date.parse(NotBefore), killAt = Number.isNaN(said) ? this.known.get(id)?.killAt ?? this.clock.wall() : said, notice = { id, killAt };
    this.known.set(id, notice);
    return notice;
  }
}
