// What a rehearsal can do to stand-in VMs: take one with its notice, have none to give, another spot price. All of it stands in files
// (faults.ts), so that it lasts over the daemon's death and is found again.
import type { CloudFile, PriceText } from '../../../../model/scenario.ts';
import type { DriverContext } from '../../../driver.ts';
import type { DriverFaults, LiveFault } from '../../../driver-faults.ts';
import type { StandInFaults } from './faults.ts';

export class StandInRehearsal implements DriverFaults {
  private readonly context: DriverContext;
  private readonly faults: StandInFaults;
  /** Kills that were announced, by id: the unit. */
  private readonly kills = new Map<string, string>();

  constructor(context: DriverContext, faults: StandInFaults) {
    this.context = context;
    this.faults = faults;
  }

  refusal(kind: LiveFault['kind'], entry: string): string | undefined {
    if (kind === 'terminate' || kind === 'no-capacity') return undefined;
    if (kind === 'price') return this.basePrice(entry) === undefined ? `${entry} is not sold as spot` : undefined;
    return 'a stand-in VM is a part of this machine and as fast as it is';
  }

  inject(id: string, fault: LiveFault): Promise<void> {
    if (fault.kind === 'terminate') {
      this.kills.set(id, fault.vm.key.unit);
      this.faults.interrupt(fault.vm.key.unit, fault.noticeMs); // false: it is gone or doomed already
    } else if (fault.kind === 'no-capacity') this.faults.hold(id, { kind: fault.kind, entry: fault.entry });
    else if (fault.kind === 'price') {
      this.faults.hold(id, { kind: fault.kind, entry: fault.entry, factor: fault.factor });
      this.tellPrice(fault.entry);
    }
    return Promise.resolve();
  }

  withdraw(id: string): Promise<void> {
    this.kills.delete(id);
    const held = this.faults.held().find((one) => one.id === id);
    this.faults.drop(id);
    if (held?.kind === 'price') this.tellPrice(held.entry);
    return Promise.resolve();
  }

  held(): Promise<readonly string[]> {
    return Promise.resolve([...this.faults.held().map(({ id }) => id), ...this.kills.keys()]);
  }

  private tellPrice(entry: string): void {
    const base = this.basePrice(entry);
    if (base === undefined) return;
    const factor = this.faults.held().filter((one) => one.kind === 'price' && one.entry === entry).reduce((product, { factor: own = 1 }) => product * own, 1);
    this.context.emit({ type: 'price', entry, microDollarsPerHour: Math.round(base * factor) });
  }

  /** Micro-dollars an hour as the fleet says: a trace is not played live, its first price holds. */
  private basePrice(entry: string): number | undefined {
    const price: PriceText | undefined = (this.context.entries[entry] as unknown as CloudFile | undefined)?.spot?.price;
    if (price === undefined) return undefined;
    return Math.round((typeof price === 'number' ? price : price.steps[0]![1]) * 1e6);
  }
}
