// Attempts on stand-in VMs: the process driver does the work, each attempt is put in its VM's charge before it can start, and
// the end of one whose VM is ending is not told: what the kernel hears is that the VM is gone.
import { join } from 'node:path';
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, Verdict, VmRef } from '../../../driver.ts';
import { attemptName, type DriverEvent } from '../../../driver-events.ts';
import type { Json } from '../../../json.ts';
import { AttemptFolder } from '../../process/attempt-folder.ts';
import { createProcessDriver } from '../../process/process-driver.ts';
import type { AttemptRunner } from '../provider.ts';
import { VmFolder } from './vm-folder.ts';

export class StandInAttempts implements AttemptRunner {
  private readonly context: DriverContext;
  private readonly vms: string;
  private readonly inner: Driver;
  private readonly placed = new Map<string, VmFolder>();

  constructor(context: DriverContext, vms: string, options: Readonly<Record<string, Json>>) {
    this.context = context;
    this.vms = vms;
    this.inner = createProcessDriver({ ...context, emit: (event) => { this.tell(event); } }, options);
  }

  async open(): Promise<void> {
    // The inner driver tells nothing before the next turn of the event loop, and by then the map is whole.
    await this.inner.open();
    for (const { key, vm } of await this.inner.list()) if (vm !== undefined) this.placed.set(attemptName(key), this.folderOf(vm));
  }

  async start(spec: AttemptSpec): Promise<void> {
    const vm = this.folderOf(spec.vm), name = attemptName(spec.key);
    if (vm.ready() === undefined || !vm.take(name, new AttemptFolder(join(this.context.directory, 'attempts'), spec.key).path)) throw new Error('its VM takes no attempts');
    this.placed.set(name, vm);
    await this.inner.start(spec);
  }

  async probe(ref: AttemptRef): Promise<Verdict> {
    const vm = this.placed.get(attemptName(ref.key)) ?? (ref.vm === undefined ? undefined : this.folderOf(ref.vm));
    if (vm?.ending() !== undefined) return { state: 'DEAD', end: { outcome: 'lost', busyMs: 0, reason: 'its VM is gone' } };
    return this.inner.probe(ref);
  }

  signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> { return this.inner.signal(ref, signal); }
  collect(ref: AttemptRef): Promise<Collected> { return this.inner.collect(ref); }
  undo(ref: AttemptRef): Promise<void> { return this.inner.undo(ref); }
  close(): Promise<void> { return this.inner.close(); }

  async list(): Promise<readonly AttemptRef[]> {
    return (await this.inner.list()).filter(({ key }) => this.placed.get(attemptName(key))?.gone() === undefined);
  }

  private tell(event: DriverEvent): void {
    if (event.type === 'ended') {
      const name = attemptName(event.key), vm = this.placed.get(name);
      this.placed.delete(name);
      if (vm?.ending() !== undefined) return;
      vm?.drop(name);
    }
    this.context.emit(event);
  }

  private folderOf(vm: VmRef | undefined): VmFolder {
    if (vm === undefined) throw new Error('it was placed on no VM');
    return new VmFolder(this.vms, vm.key);
  }
}
