// What a rehearsal can do to VMs of EC2: end one after a notice, have no spot capacity. Both stand in notes, so that they last over
// the daemon's death and are found again. Nothing is asked of EC2 but the end of the instance: EC2 announces nothing, and charges
// what it charges. So another price or a slower VM would be told and not be so, and is refused.
import type { CloudFile } from '../../../../model/scenario.ts';
import type { DriverContext, VmRef } from '../../../driver.ts';
import type { DriverFaults, LiveFault } from '../../../driver-faults.ts';

interface Held {
  readonly kind: 'terminate' | 'no-capacity';
  readonly entry: string;
}

const NOTE = 'fault ';

export class Ec2Rehearsal implements DriverFaults {
  private readonly context: DriverContext;
  /** Announces the end of a VM and ends it then; one that is over or doomed already stays so. */
  private readonly doom: (vm: VmRef, noticeMs: number) => Promise<void>;
  private readonly on = new Map<string, Held>();

  constructor(context: DriverContext, doom: (vm: VmRef, noticeMs: number) => Promise<void>) {
    this.context = context;
    this.doom = doom;
  }

  async load(): Promise<void> {
    for (const { name, value } of await this.context.notes.list(NOTE)) this.on.set(name.slice(NOTE.length), value as unknown as Held);
  }

  refusal(kind: LiveFault['kind'], entry: string): string | undefined {
    switch (kind) {
      case 'terminate': return undefined;
      case 'no-capacity': return (this.context.entries[entry] as unknown as CloudFile | undefined)?.spot === undefined ? `${entry} is not sold as spot` : undefined;
      case 'price': return 'EC2 would go on charging what it charges';
      default: return 'an instance of EC2 is as fast as it is';
    }
  }

  async inject(id: string, fault: LiveFault): Promise<void> {
    const { kind, entry } = fault, why = this.refusal(kind, entry);
    if (why !== undefined || (kind !== 'terminate' && kind !== 'no-capacity')) throw new Error(why);
    const held: Held = { kind, entry };
    await this.context.notes.put(NOTE + id, { ...held });
    this.on.set(id, held);
    if (fault.kind === 'terminate') await this.doom(fault.vm, fault.noticeMs);
  }

  /** An end that was announced comes all the same. */
  async withdraw(id: string): Promise<void> {
    await this.context.notes.delete(NOTE + id);
    this.on.delete(id);
  }

  held(): Promise<readonly string[]> { return Promise.resolve([...this.on.keys()]); }

  /** A rehearsal has it that there is no spot capacity for the entry. */
  refuses(entry: string, market: 'on-demand' | 'spot'): boolean {
    return market === 'spot' && [...this.on.values()].some((held) => held.kind === 'no-capacity' && held.entry === entry);
  }
}
