// APIs that are down or slow for a rehearsal. They answer as an API does that is: calls under way break off, new ones get 503 with
// Retry-After and are not sent, and the answers of a slow one arrive later by its factor. Kept in memory: whoever injects does so
// again after a restart.
import type { DriverFaults, LiveFault } from '../../driver-faults.ts';

export class ApiTrouble implements DriverFaults {
  private readonly on = new Map<string, LiveFault>();
  private readonly breakOff: (unit: string) => void;

  /** `breakOff` ends the calls under way on a unit. */
  constructor(breakOff: (unit: string) => void) { this.breakOff = breakOff; }

  refusal(kind: LiveFault['kind']): string | undefined {
    return kind === 'outage' || kind === 'slow-down' ? undefined : `an API has no ${kind}`;
  }

  inject(id: string, fault: LiveFault): Promise<void> {
    const known = this.on.has(id);
    this.on.set(id, fault);
    if (fault.kind === 'outage' && !known) this.breakOff(fault.unit);
    return Promise.resolve();
  }

  withdraw(id: string): Promise<void> {
    this.on.delete(id);
    return Promise.resolve();
  }

  held(): Promise<readonly string[]> { return Promise.resolve([...this.on.keys()]); }

  isDown(unit: string): boolean { return [...this.on.values()].some((fault) => fault.kind === 'outage' && fault.unit === unit); }

  /** By what an answer is later. */
  slowness(entry: string): number { return [...this.on.values()].reduce((product, fault) => (fault.kind === 'slow-down' && fault.entry === entry ? product * fault.factor : product), 1); }
}
