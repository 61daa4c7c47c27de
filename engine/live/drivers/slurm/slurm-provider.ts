// Slurm as a cloud: a VM is an allocation, held by a batch job that does nothing, and attempts are steps in it. On demand and spot
// are two partitions; when the second is taken back by the first, Slurm says so a grace time before. A request stands in
// Slurm's queue and costs nothing until it is granted; one that has waited too long is refused. The key stands in the
// comment and the folder's claim is exclusive, as for attempts.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inputError } from '../../../model/errors.ts';
import type { CloudFile } from '../../../model/scenario.ts';
import { parseDuration } from '../../../model/units.ts';
import type { DriverContext, VmRef, VmSpec } from '../../driver.ts';
import { vmName, type VmKey } from '../../driver-events.ts';
import { UnsureError } from '../../unsure-error.ts';
import type { NoticeReader } from '../cloud/notices/notice.ts';
import type { CloudProvider, FoundVm } from '../cloud/provider.ts';
import { AllocationPlace, allocationKeys, HOLD_SCRIPT, looksIn } from './allocation-place.ts';
import { commentOf, vmKeyOfComment } from './comment.ts';
import { UNSURE_MS } from './judgement.ts';
import { isOver, jobsByComment, jobsOf, type SlurmClient, type SlurmJob } from './slurm-client.ts';
import { checkPartitions, machineOptions, outputOption, partitionOption, type SlurmOptions } from './slurm-options.ts';
import { StepAttempts } from './step-attempts.ts';

const POLL_MS_MIN = 500, POLL_MS_MAX = 5000, POLL_GROWTH = 1.3, NOTICE_PAUSE_MS = 500, WAIT = '5m', ALONE = '15m';
/** A beat is late by no more than an eighth of the time after which a VM believes that nobody is there. */
const BEAT_MS_MAX = 15_000, BEATS = 8;

export class SlurmProvider implements CloudProvider {
  readonly attempts: StepAttempts;
  private readonly context: DriverContext;
  private readonly client: SlurmClient;
  private readonly options: SlurmOptions;
  private readonly root: string;
  private readonly script: string;
  private readonly waitMs: number;
  private readonly aloneMs: number;
  /** File of the daemon's beats. */
  private readonly beats: string;
  private cancelBeat: () => void = () => {};
  private closed = false;
  /** Allocations that may be there, and those whose end has not been told yet, by the comment of their job. */
  private readonly present = new Map<string, VmKey>();
  /** Grace times by partition, ms. */
  private readonly graces = new Map<string, number>();
  /** Clock ms since when Slurm has answered and known nothing of a VM that was asked for. */
  private readonly absentSince = new Map<string, number>();
  /** What the last looks told, so that a change makes the next one come soon. */
  private seen = '';
  private poll = POLL_MS_MIN;

  constructor(context: DriverContext, client: SlurmClient, options: SlurmOptions) {
    this.context = context;
    this.client = client;
    this.options = options;
    this.root = resolve(context.directory, 'allocations');
    this.script = resolve(context.directory, 'hold.sh');
    this.beats = resolve(context.directory, 'beats');
    this.waitMs = parseDuration(options.wait ?? WAIT);
    this.aloneMs = parseDuration(options.aloneFor ?? ALONE);
    this.attempts = new StepAttempts(context, client, options, ({ key }) => this.jobHolding(key));
  }

  get pollMs(): number { return this.poll; }

  async open(): Promise<void> {
    for (const folder of [this.root, join(this.context.directory, 'jobs')]) await mkdir(folder, { recursive: true });
    await writeFile(`${this.script}.part`, HOLD_SCRIPT);
    await rename(`${this.script}.part`, this.script);
    for (const key of await allocationKeys(this.root)) this.present.set(commentOf(vmName(key)), key);
    await this.beat();
    await checkPartitions(this.client, this.options, this.context);
    for (const [id, entry] of Object.entries(this.context.entries)) {
      if ((entry as unknown as CloudFile).spot !== undefined && this.options.spotPartition === undefined) throw inputError('no-spot-partition', `pools.${id}.spotPartition`, 'is missing', { hint: `the entry "${id}" has a spot price: name the partition whose jobs are taken back, or leave the price out` });
    }
  }

  close(): Promise<void> { this.closed = true; this.cancelBeat(); this.client.abandon(); return Promise.resolve(); }

  /** Tells the VMs that somebody is there. A disk that does not take it for a while has as long as a daemon that is away. */
  private async beat(): Promise<void> {
    try {
      await writeFile(`${this.beats}.part`, String(this.context.clock.wall()));
      await rename(`${this.beats}.part`, this.beats);
    } catch (error) { this.context.log('warn', `the VMs cannot be told that the daemon is there: ${(error as Error).message}`); }
    if (!this.closed) this.cancelBeat = this.context.clock.after(Math.min(BEAT_MS_MAX, this.aloneMs / BEATS), () => { void this.beat(); });
  }

  async request({ key, entry, market }: VmSpec): Promise<void> {
    const place = new AllocationPlace(this.root, key);
    if (await place.isForbidden()) throw new Error('the request was taken back');
    this.present.set(commentOf(vmName(key)), key);
    await place.prepare(key);
    if (!await place.set('submitted') && (await place.has('ready') || await this.isKnown(vmName(key)))) return;
    const { partition, spotPartition } = this.options, of = market === 'spot' ? spotPartition : partition;
    this.poll = POLL_MS_MIN;
    try {
      await this.client.submit({
        comment: commentOf(vmName(key)), script: [this.script, place.path, this.beats, ...looksIn(this.aloneMs)], environment: { PATH: process.env['PATH'] ?? '' },
        options: [...partitionOption(of), ...machineOptions(this.context.entries[entry] as unknown as CloudFile), ...(this.options.arguments ?? []), outputOption(join(this.context.directory, 'jobs'))],
      });
    } catch (error) {
      if (!(error instanceof UnsureError)) await place.forbid();
      throw error;
    }
  }

  async release({ key }: VmRef): Promise<void> {
    const place = new AllocationPlace(this.root, key), comment = commentOf(vmName(key));
    await place.set('release');
    await place.forbid();
    this.absentSince.delete(vmName(key));
    this.poll = POLL_MS_MIN;
    for (const job of await this.client.jobs()) if (job.comment === comment && !isOver(job)) await this.client.kill(job.id);
  }

  async describe(): Promise<readonly FoundVm[]> {
    const jobs = await this.client.jobs(), own = jobsByComment(jobs);
    for (const job of jobs) {
      const key = isOver(job) || job.restarts > 0 ? undefined : vmKeyOfComment(job.comment);
      if (key !== undefined && !this.present.has(job.comment)) this.present.set(job.comment, key);
    }
    const told = await Promise.all([...this.present].map(([comment, key]) => this.tell(key, own.get(comment)))), found = told.filter((vm) => vm !== undefined);
    const now = found.map(({ key, state }) => `${vmName(key)} ${state}`).join();
    this.poll = now === this.seen ? Math.min(POLL_MS_MAX, this.poll * POLL_GROWTH) : POLL_MS_MIN;
    this.seen = now;
    await this.refuseLate(jobs);
    return found;
  }

  /** Nothing may begin under its key any more: so a later daemon is told that it is gone, not that it never was. */
  forget(key: VmKey): void {
    this.present.delete(commentOf(vmName(key)));
    new AllocationPlace(this.root, key).forbid().catch(() => { /* nobody waits for it any more */ });
  }

  /** While Slurm is silent: whatever was asked for and not released. */
  async list(): Promise<readonly VmRef[]> {
    try {
      return (await this.describe()).filter(({ state }) => state !== 'gone').map(({ key, handle }) => ({ key, handle }));
    } catch {
      const kept = await Promise.all([...this.present.values()].map(async (key) => ({ key, released: await new AllocationPlace(this.root, key).has('release') })));
      return kept.filter(({ released }) => !released).map(({ key }) => ({ key }));
    }
  }

  async find({ key }: VmRef): Promise<FoundVm | undefined> { return this.tell(key, jobsOf(await this.client.jobs(), commentOf(vmName(key)))); }

  /** Number of the job that holds the allocation; undefined when it is gone. Throws while that cannot be told: Slurm is silent, has suspended the job or is ending it. */
  private async jobHolding(key: VmKey): Promise<number | undefined> {
    const job = likeliest(jobsOf(await this.client.jobs(), commentOf(vmName(key))));
    if (job === undefined || isOver(job) || job.restarts > 0 || !await new AllocationPlace(this.root, key).has('ready')) return undefined;
    if (job.state !== 'RUNNING') throw new Error(`the job of its VM is ${job.state.toLowerCase()} in Slurm`);
    return job.id;
  }

  notices({ key }: FoundVm): NoticeReader {
    const place = new AllocationPlace(this.root, key);
    return {
      pauseMs: NOTICE_PAUSE_MS,
      read: async () => {
        const at = await place.noticedAt(), partition = this.options.spotPartition;
        if (at === undefined || partition === undefined) return {};
        const grace = this.graces.get(partition) ?? (await this.client.partition(partition))?.graceMs ?? 0;
        this.graces.set(partition, grace);
        return { notice: { id: vmName(key), killAt: Math.round(at + grace) } };
      },
    };
  }

  /** `jobs`: its own. Undefined when it was never asked for. Its job is forgotten by Slurm some minutes after its end. */
  private async tell(key: VmKey, jobs: readonly SlurmJob[] | undefined): Promise<FoundVm | undefined> {
    const place = new AllocationPlace(this.root, key), job = likeliest(jobs), [released, ready] = await Promise.all([place.has('release'), place.has('ready')]);
    if (job === undefined && (released || await place.isForbidden())) return { key, state: 'gone', cause: 'released', handle: { folder: place.path } };
    if (job === undefined) return ready ? { key, state: 'gone', cause: 'interrupted', handle: { folder: place.path } } : undefined;
    const handle = { folder: place.path, job: job.id };
    if (isOver(job) || job.restarts > 0) return { key, state: 'gone', cause: released ? 'released' : ready ? 'interrupted' : 'refused', handle };
    if (job.state === 'PENDING' && !ready) return { key, state: 'requested', handle };
    return { key, state: ready ? 'ready' : 'starting', handle };
  }

  /** A request that has waited too long is taken back; so is what Slurm has put into its queue again. */
  private async refuseLate(jobs: readonly SlurmJob[]): Promise<void> {
    for (const job of jobs) {
      const late = job.state === 'PENDING' && (job.restarts > 0 || this.context.clock.wall() - job.submittedAt > this.waitMs);
      if (late && vmKeyOfComment(job.comment) !== undefined) await this.client.kill(job.id);
    }
  }

  /** Slurm has a job of this name. Throws `UnsureError` while that is not known. */
  private async isKnown(name: string): Promise<boolean> {
    const jobs = await this.client.jobs().catch((error: unknown) => { throw new UnsureError((error as Error).message, { cause: error }); }), { clock } = this.context;
    const known = jobs.some(({ comment }) => comment === commentOf(name)), since = this.absentSince.get(name) ?? clock.now();
    this.absentSince.set(name, since);
    if (!known && clock.now() - since < UNSURE_MS) throw new UnsureError('an earlier request of it may have got through');
    this.absentSince.delete(name);
    return known;
  }
}

/** Of several jobs with one key, one that may still run. */
const likeliest = (jobs: readonly SlurmJob[] = []): SlurmJob | undefined => jobs.find((job) => !isOver(job)) ?? jobs.at(-1);
