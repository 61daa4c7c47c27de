// What can be made to go wrong through a driver, for rehearsals. A fault is injected under an id and stays until it is withdrawn by
// that id, over the driver's restart too if the driver can keep it; `held` tells what is still on, so that nothing is left behind
// unseen. A driver says beforehand what it cannot do: a fault that strikes nothing would look like success.
import type { VmRef } from './driver.ts';

export type LiveFault =
  /** The VM is announced to be taken in `noticeMs`, and is. It cannot be taken back: it is over when the VM is gone. */
  | { readonly kind: 'terminate'; readonly entry: string; readonly vm: VmRef; readonly noticeMs: number }
  /** Requests for spot VMs of the entry are refused. */
  | { readonly kind: 'no-capacity'; readonly entry: string }
  /** The spot price of the entry is so many times what it is. */
  | { readonly kind: 'price'; readonly entry: string; readonly factor: number }
  /** The person takes and answers nothing. `until`: ms since 1970 when they are expected back; Infinity when nobody knows. */
  | { readonly kind: 'away'; readonly entry: string; readonly unit: string; readonly until: number }
  /** Calls under way are cut off, new ones are refused. */
  | { readonly kind: 'outage'; readonly entry: string; readonly unit: string }
  /** What begins on the entry takes so many times as long. */
  | { readonly kind: 'slow-down'; readonly entry: string; readonly factor: number };

export interface DriverFaults {
  /** Why it cannot do this to the entry, in a few words; undefined when it can. */
  refusal(kind: LiveFault['kind'], entry: string): string | undefined;
  /** Makes it so, or makes sure that it is. Must end by itself, well or not: what is asked about one id is done in order, so that a withdrawal waits for it. */
  inject(id: string, fault: LiveFault): Promise<void>;
  /** Takes it back. Unknown ids are no error. */
  withdraw(id: string): Promise<void>;
  /** Ids of what is on. */
  held(): Promise<readonly string[]>;
}
