// What drivers call their attempts and VMs. Of each task and each VM only the last is kept: drivers have been given the others already.
import { tokenOf, vmName, type AttemptKey, type VmKey } from './driver-events.ts';
import type { Json } from './json.ts';

interface Kept {
  /** Which attempt, or which life. */
  readonly of: string;
  readonly handle: Json;
}

export class Handles {
  private readonly attempts = new Map<string, Kept>();
  private readonly vms = new Map<string, Kept>();

  ofAttempt(key: AttemptKey): Json | undefined { return of(this.attempts.get(key.task), tokenOf(key)); }
  ofVm(key: VmKey): Json | undefined { return of(this.vms.get(key.unit), vmName(key)); }
  keepAttempt(key: AttemptKey, handle: Json): void { this.attempts.set(key.task, { of: tokenOf(key), handle }); }
  keepVm(key: VmKey, handle: Json): void { this.vms.set(key.unit, { of: vmName(key), handle }); }
  /** Of a task that is over. */
  forget(task: string): void { this.attempts.delete(task); }
}

const of = (kept: Kept | undefined, wanted: string): Json | undefined => (kept?.of === wanted ? kept.handle : undefined);
