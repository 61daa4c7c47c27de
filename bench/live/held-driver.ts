// A driver that runs nothing: what it is asked to start has started at once and goes on until the bench says that it ends. So a
// run can hold a thousand attempts without a thousand processes, and everything measured of it is the runtime's own.
import type { AttemptRef, Driver, DriverContext, DriverKind } from '../../engine/live/driver.ts';
import { attemptName, type AttemptKey } from '../../engine/live/driver-events.ts';

export class HeldDriver implements Driver {
  private readonly held = new Map<string, AttemptRef>();
  private readonly emit: DriverContext['emit'];

  constructor({ emit }: DriverContext) { this.emit = emit; }

  /** Attempts that have started and not ended. */
  get running(): number { return this.held.size; }

  /** Ends the attempts that have run longest, well. */
  end(count: number): void {
    for (const [name, { key }] of [...this.held].slice(0, count)) {
      this.held.delete(name);
      this.emit({ type: 'ended', key, end: { outcome: 'completed', busyMs: 1 } });
    }
  }

  async open(): Promise<void> { /* nothing outlives this process */ }
  async close(): Promise<void> { this.held.clear(); }

  async start({ key, unit }: AttemptRef): Promise<void> {
    this.held.set(attemptName(key), { key, unit });
    this.emit({ type: 'started', key });
  }

  async probe({ key }: AttemptRef): ReturnType<Driver['probe']> { return this.holds(key) ? { state: 'ALIVE' } : { state: 'ABSENT' }; }
  async signal({ key }: AttemptRef): Promise<void> { await this.undo({ key, unit: '' }); }
  async collect(): ReturnType<Driver['collect']> { return { files: {} }; }

  async undo({ key }: AttemptRef): Promise<void> {
    if (this.held.delete(attemptName(key))) this.emit({ type: 'ended', key, end: { outcome: 'cancelled', busyMs: 0 } });
  }

  async list(): Promise<readonly AttemptRef[]> { return [...this.held.values()]; }

  private holds(key: AttemptKey): boolean { return this.held.has(attemptName(key)); }
}

/** `made` is told of the driver. */
export function heldKind(made: (driver: HeldDriver) => void): DriverKind {
  return {
    name: 'held', summary: 'Starts nothing and holds it', serves: ['local'], options: {},
    load: async () => (context) => { const driver = new HeldDriver(context); made(driver); return driver; },
  };
}
