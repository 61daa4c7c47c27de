// Changes of the inbox as JSON to an address: for chat tools. Signed, in order, tried three times; what nobody takes is
// logged and dropped, for the inbox itself is the record.
import { createHmac } from 'node:crypto';
import type { LiveClock } from '../../clock.ts';
import type { InboxItem } from './inbox-item.ts';

export interface WebhookEvent {
  readonly event: 'offered' | 'reminder' | InboxItem['state'];
  readonly item: InboxItem;
}

const TRIES = 3, FIRST_WAIT_MS = 1_000, TIMEOUT_MS = 10_000;

export class Webhook {
  private readonly url: string;
  private readonly secret: string | undefined;
  private readonly clock: LiveClock;
  private readonly failed: (reason: string, event: WebhookEvent) => void;
  private line: Promise<void> = Promise.resolve();

  constructor(url: string, secret: string | undefined, clock: LiveClock, failed: (reason: string, event: WebhookEvent) => void) {
    this.url = url;
    this.secret = secret;
    this.clock = clock;
    this.failed = failed;
  }

  send(event: WebhookEvent): void {
    this.line = this.line.then(() => this.deliver(event));
  }

  private async deliver(event: WebhookEvent): Promise<void> {
    const body = JSON.stringify(event), { secret } = this;
    const headers = { 'content-type': 'application/json', 'idempotency-key': `${event.item.id}/${event.event}`, ...(secret === undefined ? {} : { 'x-twinclock-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }) };
    let reason = '';
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) await new Promise<void>((resolve) => { this.clock.after(FIRST_WAIT_MS * 2 ** attempt, resolve); });
      const late = new AbortController(), cancel = this.clock.after(TIMEOUT_MS, () => { late.abort(); });
      try {
        const answer = await fetch(this.url, { method: 'POST', headers, body, signal: late.signal, redirect: 'error' });
        if (answer.ok) return;
        reason = `HTTP ${answer.status}`;
      } catch (error) { reason = String((error as { cause?: unknown }).cause ?? error); } finally { cancel(); }
    }
    this.failed(reason, event);
  }
}
