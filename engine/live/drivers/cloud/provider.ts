// What the cloud driver needs of a cloud: VMs by key. A provider keeps the key on the VM itself (a tag, a folder), so that every
// VM of the run is found again without any memory of it; asking twice with one key gives one VM. It tells what is, the driver
// (cloud-driver.ts) tells the runtime what has changed.
import type { Driver, VmRef, VmSpec } from '../../driver.ts';
import type { DriverFaults } from '../../driver-faults.ts';
import type { VmKey } from '../../driver-events.ts';
import type { Json } from '../../json.ts';
import type { NoticeReader } from './notices/notice.ts';

/** A VM as the provider sees it now. */
export interface FoundVm {
  readonly key: VmKey;
  /** `requested`: it stands in a line, and nothing is billed yet. */
  readonly state: 'requested' | 'starting' | 'ready' | 'gone';
  /** Of one that is gone. `refused`: it never ran. */
  readonly cause?: 'released' | 'interrupted' | 'refused';
  readonly handle: Json;
}

/** The request was refused for lack of capacity: surely no VM. */
export class NoCapacityError extends Error {
  override readonly name = 'NoCapacityError';
}

export interface CloudProvider {
  /** How often the VMs are looked at, ms. */
  readonly pollMs: number;
  /** How long an offering (entry and market) without capacity is not asked for again, ms. Default three minutes. */
  readonly noCapacityMs?: number;
  open(): Promise<void>;
  /** Throws `NoCapacityError`, `UnsureError`, or anything else if it was surely not requested. */
  request(spec: VmSpec): Promise<void>;
  /** Ends the VM, or makes sure that it never begins. Idempotent. */
  release(ref: VmRef): Promise<void>;
  /** Every VM of this run that may still be billed, and each that is gone until `forget` is called for it. Its work grows with those, not with all there ever were. */
  describe(): Promise<readonly FoundVm[]>;
  /** The end of the VM has been told: it need not be described again. `find` still answers for it. */
  forget(key: VmKey): void;
  /** VMs that may still be billed, also while the provider cannot be reached. Default: those of `describe` that are not gone. */
  list?(): Promise<readonly VmRef[]>;
  /** One VM, looked up on its own; undefined when there surely is none. */
  find(ref: VmRef): Promise<FoundVm | undefined>;
  /** Where the interruption of a VM that is ready is announced. */
  notices?(vm: FoundVm): NoticeReader;
  /** Spot price of a fleet entry now, micro-dollars per hour. */
  spotPrice?(entry: string): Promise<number | undefined>;
  /** What it can make go wrong, for rehearsals. */
  readonly rehearsal?: DriverFaults;
  /** Runs attempts on its VMs; tells no end of an attempt whose VM is gone. */
  readonly attempts: AttemptRunner;
  close(): Promise<void>;
}

/** The part of a driver that has to do with attempts. */
export type AttemptRunner = Omit<Driver, 'vms' | 'faults'>;
