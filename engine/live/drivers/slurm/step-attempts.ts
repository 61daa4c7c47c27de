// Attempts on allocations of Slurm: the process driver runs srun, and srun the command, as a step of the VM's job. What happens to the
// step happens to srun: signals, output, exit status. The kernel alone counts the room on a VM, so steps overlap for Slurm.
// An end is told only when its VM is there after it: what was taken away with its VM has no end of its own.
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, Verdict, VmRef } from '../../driver.ts';
import { attemptName, type AttemptEnd, type DriverEvent } from '../../driver-events.ts';
import type { AttemptRunner } from '../cloud/provider.ts';
import { commandOf } from '../process/attempt-work.ts';
import { createProcessDriver } from '../process/process-driver.ts';
import type { SlurmClient } from './slurm-client.ts';
import { demandOptions, type SlurmOptions } from './slurm-options.ts';

const ASK_AGAIN_MS = 1000;

export class StepAttempts implements AttemptRunner {
  private readonly context: DriverContext;
  private readonly client: SlurmClient;
  private readonly options: SlurmOptions;
  /** Number of the job that holds the allocation; undefined when it is gone. Rejects while that cannot be told. */
  private readonly jobHolding: (vm: VmRef) => Promise<number | undefined>;
  private readonly inner: Driver;
  /** VMs of attempts whose end has not been told. */
  private readonly placed = new Map<string, VmRef>();
  private closed = false;

  constructor(context: DriverContext, client: SlurmClient, options: SlurmOptions, jobHolding: (vm: VmRef) => Promise<number | undefined>) {
    this.context = context;
    this.client = client;
    this.options = options;
    this.jobHolding = jobHolding;
    const { directory, grace, environment } = options, given = { directory, grace, environment };
    this.inner = createProcessDriver({ ...context, emit: (event) => { this.tell(event); } }, { ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)), memory: 'report', controlGroups: 'off' });
  }

  async open(): Promise<void> {
    await this.inner.open();
    for (const { key, vm } of await this.inner.list()) if (vm !== undefined) this.placed.set(attemptName(key), vm);
  }

  close(): Promise<void> { this.closed = true; return this.inner.close(); }

  async start(spec: AttemptSpec): Promise<void> {
    const command = commandOf(spec, this.options), job = spec.vm === undefined ? undefined : await this.jobHolding(spec.vm);
    if (spec.vm === undefined || job === undefined) throw new Error('its VM takes no attempts');
    this.placed.set(attemptName(spec.key), spec.vm);
    const { shell: _, ...run } = spec.task.run ?? {};
    try {
      await this.inner.start({
        ...spec,
        task: { ...spec.task, run: { ...run, ...(command === undefined ? {} : { command: [...this.client.step(job, demandOptions(spec.task)), ...command] }), env: { ...run.env, ...this.client.variables } } },
      });
    } catch (error) {
      this.placed.delete(attemptName(spec.key));
      throw error;
    }
  }

  async probe(ref: AttemptRef): Promise<Verdict> {
    const vm = ref.vm ?? this.placed.get(attemptName(ref.key));
    if (vm === undefined) return this.inner.probe(ref);
    try {
      if (await this.jobHolding(vm) === undefined) return { state: 'DEAD', end: { outcome: 'lost', busyMs: 0, reason: 'its VM is gone' } };
    } catch (error) { return { state: 'UNKNOWN', why: (error as Error).message }; }
    const found = await this.inner.probe(ref);
    return found.state === 'DEAD' ? { state: 'DEAD', end: ofStep(found.end) } : found;
  }

  signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> { return this.inner.signal(ref, signal); }
  collect(ref: AttemptRef): Promise<Collected> { return this.inner.collect(ref); }
  undo(ref: AttemptRef): Promise<void> { return this.inner.undo(ref); }
  list(): Promise<readonly AttemptRef[]> { return this.inner.list(); }

  private tell(event: DriverEvent): void {
    if (event.type !== 'ended') { this.context.emit(event); return; }
    const told = { ...event, end: ofStep(event.end) }, vm = this.placed.get(attemptName(event.key));
    if (vm === undefined) this.context.emit(told); else void this.tellEnd(told, vm);
  }

  /** Slurm marks an allocation as ending before it ends its steps. While it cannot be told whether the VM stays, neither can the end. */
  private async tellEnd(event: Extract<DriverEvent, { readonly type: 'ended' }>, vm: VmRef): Promise<void> {
    if (this.closed) return;
    try {
      if (await this.jobHolding(vm) !== undefined && !this.closed) this.context.emit(event);
      this.placed.delete(attemptName(event.key));
    } catch { this.context.clock.after(ASK_AGAIN_MS, () => { void this.tellEnd(event, vm); }); }
  }
}

/** What was measured is the use of srun, not of the command. */
function ofStep({ usage, ...end }: AttemptEnd): AttemptEnd {
  const exitCode = usage?.['exitCode'];
  return exitCode === undefined ? end : { ...end, usage: { exitCode } };
}
