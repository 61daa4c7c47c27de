// Slurm for local entries: each attempt is one batch job, whose script is the shim of local processes over a folder that nodes and daemon share. The
// key stands in the job's comment, and the claim in the folder is exclusive: a submission whose answer was lost is looked for
// before it is made again, and if both got through, one runs. Jobs may not be requeued: what Slurm takes back has ended, and the
// kernel places the task again with its checkpoint.
//
// The folders of what may run are looked at twice a second, without waiting for their disk; Slurm is asked as often when something
// has just changed and ever more rarely when nothing does. A controller that does not answer is told once, and changes nothing.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { inputError } from '../../../model/errors.ts';
import { parseDuration } from '../../../model/units.ts';
import type { AttemptRef, AttemptSpec, Collected, Driver, DriverContext, Verdict } from '../../driver.ts';
import { attemptName, type AttemptEnd, type AttemptKey } from '../../driver-events.ts';
import type { Json } from '../../json.ts';
import { UnsureError } from '../../unsure-error.ts';
import { AttemptFolder, claimedAttempts, type AttemptCard, type EndedBy, type FolderLook } from '../process/attempt-folder.ts';
import { cardOf, collectFolder, commandOf, environmentOf, graceOf, NO_COMMAND, ShareTeller, workFolder } from '../process/attempt-work.ts';
import { LONE_TRAPS, shimScript } from '../process/shim.ts';
import { CloudDriver } from '../cloud/cloud-driver.ts';
import { commentOf, jobNameOf, keyOfComment } from './comment.ts';
import { judge, REQUEUED, STOPPED, UNSURE_MS, type Judgement } from './judgement.ts';
import { jobsByComment, jobsOf, SlurmClient, type SlurmJob, type Submission } from './slurm-client.ts';
import { checkOptions, checkPartitions, jobOptions, outputOption, poolPath, type SlurmOptions } from './slurm-options.ts';
import { SlurmProvider } from './slurm-provider.ts';

const LOOK_MS = 500, ASK_MS_MIN = 500, ASK_MS_MAX = 15_000, ASK_GROWTH = 1.5, ALONE_MS_MIN = 1000, AT_ONCE = 16;

interface Watched {
  readonly key: AttemptKey;
  readonly name: string;
  readonly comment: string;
  readonly card: AttemptCard;
  readonly folder: AttemptFolder;
  readonly shares: ShareTeller;
  /** Slurm's number, once it is known. */
  job: number | undefined;
  /** What is to be submitted, for as long as it is not known that it was. */
  submission: Submission | undefined;
  /** Clock ms of its last submission: an answer of Slurm from before says nothing of it. */
  submittedAt: number;
  submitting: boolean;
  /** Clock ms since when Slurm has answered and known nothing of it. */
  absentSince: number | undefined;
  started: boolean;
  noticed: boolean;
  /** Clock ms since when it has looked as if it were over. */
  overSince: number | undefined;
  /** Clock ms from when on it is ended by force; at once when an earlier daemon wanted its end. */
  forceAt: number | undefined;
  terminated: boolean;
  ended: boolean;
  cancelTimers: (() => void)[];
  readonly whenEnded: (() => void)[];
}

export function createSlurmDriver(context: DriverContext, options: Readonly<Record<string, Json>>): Driver {
  const given = options as SlurmOptions, kinds = new Set(Object.values(context.entries).map((entry) => isCloud(entry)));
  if (kinds.size > 1) throw inputError('mixed-entries', poolPath(context), 'shares its options with an entry of another kind', { hint: 'a Slurm driver serves local entries or cloud entries: give them different options' });
  for (const option of ['spotPartition', 'wait', 'aloneFor'] as const) if (!kinds.has(true) && given[option] !== undefined) throw inputError('cloud-option', `${poolPath(context)}.${option}`, 'is for cloud entries', { value: given[option], hint: 'leave it out' });
  // The instant of its beginning tells a run from others of its name, the folder this driver from others of the run.
  const client = new SlurmClient(jobNameOf(`twinclock-${context.run}-${context.epoch.toString(36)}-${basename(context.directory)}`), checkOptions(given, context), given.conf);
  if (given.aloneFor !== undefined && parseDuration(given.aloneFor) < ALONE_MS_MIN) throw inputError('bad-duration', `${poolPath(context)}.aloneFor`, 'is too short', { value: given.aloneFor, hint: 'a second at least; the default is "15m"' });
  return kinds.has(true) ? new CloudDriver(context, new SlurmProvider(context, client, given)) : new SlurmDriver(context, client, given);
}

const isCloud = (entry: Json): boolean => typeof entry === 'object' && entry !== null && ('onDemand' in entry || 'spot' in entry);

class SlurmDriver implements Driver {
  private readonly context: DriverContext;
  private readonly options: SlurmOptions;
  private readonly client: SlurmClient;
  private readonly root: string;
  private readonly script: string;
  private readonly graceMs: number;
  private readonly watched = new Map<string, Watched>();
  private cancelLook: () => void = () => {};
  private cancelAsk: () => void = () => {};
  private askMs = ASK_MS_MIN;
  /** Clock ms of the next question. */
  private askAt = Infinity;
  private asking = false;
  private silent = false;
  private closed = false;

  constructor(context: DriverContext, client: SlurmClient, options: SlurmOptions) {
    this.context = context;
    this.client = client;
    this.options = options;
    this.root = resolve(context.directory, 'attempts');
    this.script = resolve(context.directory, 'attempt.sh');
    this.graceMs = graceOf(options);
  }

  async open(): Promise<void> {
    mkdirSync(join(this.context.directory, 'jobs'), { recursive: true });
    writeFileSync(`${this.script}.part`, `#!/bin/sh${shimScript(LONE_TRAPS)}`);
    renameSync(`${this.script}.part`, this.script);
    await checkPartitions(this.client, this.options, this.context);
    for (const card of claimedAttempts(this.root)) if (new AttemptFolder(this.root, card.key).claim() !== -1) this.watch(card);
    void this.lookAgain();
    this.askSoon();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelLook();
    this.cancelAsk();
    this.client.abandon();
    for (const { cancelTimers } of this.watched.values()) for (const cancel of cancelTimers) cancel();
  }

  async start(spec: AttemptSpec): Promise<void> {
    const { key } = spec, folder = new AttemptFolder(this.root, key), command = commandOf(spec, this.options), known = this.watched.get(attemptName(key));
    if (known?.job !== undefined || known?.submission !== undefined) return;
    if (folder.claim() === -1) throw new Error('the attempt was taken back');
    if (command === undefined) { this.context.emit({ type: 'ended', key, end: NO_COMMAND }); return; }
    const card = cardOf(spec);
    if (folder.claim() === undefined) folder.prepare(card, spec.inputs);
    const attempt = known ?? this.watch(card);
    if (folder.claim() !== undefined) return; // it runs: Slurm will say under which number
    attempt.submission = {
      comment: attempt.comment, options: [...jobOptions(spec.task, this.options, this.graceMs), outputOption(join(this.context.directory, 'jobs'))],
      script: [this.script, folder.path, workFolder(spec, this.options, folder), (card.checkpointSignal ?? '').replace(/^SIG/, ''), ...command],
      environment: environmentOf(spec, this.options, folder),
    };
    await this.submit(attempt);
  }

  async probe({ key, unit }: AttemptRef): Promise<Verdict> {
    const folder = new AttemptFolder(this.root, key), known = this.watched.get(attemptName(key));
    let found: Judgement, job: SlurmJob | undefined;
    try { [found, job] = await this.judged(folder, jobsOf(await this.client.jobs(), commentOf(attemptName(key)))); } catch (error) { return { state: 'UNKNOWN', why: (error as Error).message }; }
    switch (found.state) {
      case 'waits': case 'runs':
        if (known === undefined) this.watch(folder.card() ?? { key, unit });
        return { state: 'ALIVE', waiting: found.state === 'waits', handle: handleOf(folder, job) };
      case 'over': return known !== undefined && !this.isSettled(known, found.settleMs) ? { state: 'UNKNOWN', why: 'its job has ended, and its files may be on their way' } : { state: 'DEAD', end: found.end };
      case 'absent': return known?.submission === undefined ? { state: 'ABSENT' } : { state: 'UNKNOWN', why: 'its submission may have got through' };
    }
  }

  async signal(ref: AttemptRef, signal: 'checkpoint' | 'stop' | 'kill'): Promise<void> {
    const attempt = this.watched.get(attemptName(ref.key));
    if (attempt === undefined) return;
    if (signal !== 'checkpoint') { this.end(attempt, 'stop', signal === 'kill' ? 0 : this.graceMs); return; }
    if (attempt.card.checkpointSignal !== undefined && attempt.started && attempt.job !== undefined) await this.client.signalScript(attempt.job, 'USR2');
  }

  async undo(ref: AttemptRef): Promise<void> {
    let attempt = this.watched.get(attemptName(ref.key));
    if (attempt === undefined) {
      const folder = new AttemptFolder(this.root, ref.key);
      folder.forbid();
      const [{ state }, job] = await this.judged(folder, jobsOf(await this.client.jobs(), commentOf(attemptName(ref.key))));
      if (state !== 'waits' && state !== 'runs') return;
      attempt = this.watch(folder.card() ?? { key: ref.key, unit: ref.unit });
      attempt.job = job!.id;
    }
    const { whenEnded } = attempt;
    this.end(attempt, 'stop', this.graceMs);
    await new Promise<void>((gone) => { if (attempt.ended) gone(); else whenEnded.push(gone); });
  }

  async collect({ key }: AttemptRef): Promise<Collected> { return collectFolder(new AttemptFolder(this.root, key)); }

  /** Without an answer of Slurm: whatever has a folder and is not known to have ended. */
  async list(): Promise<readonly AttemptRef[]> {
    const cards = new Map(claimedAttempts(this.root).map((card) => [commentOf(attemptName(card.key)), card]));
    let jobs: readonly SlurmJob[];
    try { jobs = await this.client.jobs(); } catch { return [...cards.values()].filter(({ key }) => new AttemptFolder(this.root, key).claim() !== -1).map(({ key, unit }) => ({ key, unit })); }
    const found = new Map<string, AttemptRef>();
    for (const job of jobs) {
      const card = cards.get(job.comment), key = card?.key ?? keyOfComment(job.comment);
      if (key !== undefined && mayRun((await this.judged(new AttemptFolder(this.root, key), [job]))[0])) found.set(job.comment, { key, unit: card?.unit ?? this.context.units[0]!.id });
    }
    for (const { key, comment, card, submission } of this.watched.values()) if (submission !== undefined) found.set(comment, { key, unit: card.unit });
    return [...found.values()];
  }

  // --- what is submitted ---

  /** Throws when there surely is no job and will be none. What may have been submitted before is looked for first, by `take`. */
  private async submit(attempt: Watched, again = false): Promise<void> {
    const { folder } = attempt;
    if (!again && folder.submitted()) { this.askSoon(); return; }
    attempt.submitting = true;
    attempt.absentSince = undefined;
    try {
      folder.setSubmitted();
      if (attempt.ended || folder.claim() === -1) throw new Error('the attempt was taken back');
      attempt.job = await this.client.submit(attempt.submission!);
      attempt.submission = undefined;
    } catch (error) {
      if (!(error instanceof UnsureError)) { this.giveUp(attempt, error as Error); return; }
      this.context.log('warn', `it is not known whether ${attempt.name} was submitted: ${error.message}`);
    } finally {
      attempt.submitting = false;
      attempt.submittedAt = this.context.clock.now();
      this.askSoon();
    }
  }

  /** There is no job, unless an earlier submission got through after all: then it goes on. */
  private giveUp(attempt: Watched, error: Error): void {
    attempt.submission = undefined;
    if (!attempt.folder.forbid()) return;
    if (attempt.folder.endedBy() !== undefined) { this.over(attempt, STOPPED); return; }
    this.watched.delete(attempt.name);
    throw error;
  }

  // --- what is watched ---

  private watch(card: AttemptCard): Watched {
    const { key } = card, attempt: Watched = {
      key, name: attemptName(key), comment: commentOf(attemptName(key)), card, folder: new AttemptFolder(this.root, key), shares: new ShareTeller(), job: undefined, submission: undefined, submittedAt: -Infinity, submitting: false, absentSince: undefined,
      started: false, noticed: false, overSince: undefined, forceAt: undefined, terminated: false, ended: false, cancelTimers: [], whenEnded: [],
    };
    this.watched.set(attempt.name, attempt);
    return attempt;
  }

  private async lookAgain(): Promise<void> {
    await this.eachWatched(async (attempt) => { this.note(attempt, await attempt.folder.look()); });
    if (!this.closed) this.cancelLook = this.context.clock.after(LOOK_MS, () => { void this.lookAgain(); });
  }

  /** A few at once, so that many of them hold nobody up. */
  private async eachWatched(act: (attempt: Watched) => Promise<void>): Promise<void> {
    const left = [...this.watched.values()].reverse();
    const some = async (): Promise<void> => { for (let attempt = left.pop(); attempt !== undefined && !this.closed; attempt = left.pop()) await act(attempt); };
    await Promise.all(Array.from({ length: AT_ONCE }, some));
  }

  /** What the folder has to tell. */
  private note(attempt: Watched, seen: FolderLook): void {
    const { key, folder, card } = attempt, { emit, clock, log } = this.context;
    if (attempt.ended || this.closed) return;
    if (!attempt.started && (seen.claim ?? 0) > 0) {
      attempt.started = true;
      emit({ type: 'started', key, handle: handleOf(folder, attempt.job === undefined ? undefined : { id: attempt.job }) });
      if (card.timeoutMs !== undefined) attempt.cancelTimers.push(clock.after(Math.max(0, card.timeoutMs - (clock.wall() - folder.startedAt())), () => { this.end(attempt, 'timeout', this.graceMs); }));
    }
    attempt.shares.tell(key, folder, emit, seen);
    if (!attempt.noticed && seen.noticed) {
      attempt.noticed = true;
      log('info', `${attempt.name} will be interrupted by Slurm${card.checkpointSignal === undefined ? '' : ', and was asked for a checkpoint'}`);
      this.askSoon();
    }
    if (seen.exitStatus !== undefined) this.askSoon();
  }

  private over(attempt: Watched, end: AttemptEnd): void {
    if (attempt.ended || this.closed) return;
    attempt.ended = true;
    if (attempt.folder.exitStatus() === undefined) attempt.folder.setOver();
    for (const cancel of attempt.cancelTimers) cancel();
    this.watched.delete(attempt.name);
    this.context.emit({ type: 'ended', key: attempt.key, end });
    for (const gone of attempt.whenEnded) gone();
  }

  // --- what Slurm is asked ---

  private askSoon(): void {
    this.askMs = ASK_MS_MIN;
    if (!this.asking && this.askAt > this.context.clock.now() + this.askMs) this.askLater();
  }

  private askLater(): void {
    this.cancelAsk();
    if (this.closed) return;
    this.askAt = this.context.clock.now() + this.askMs;
    this.cancelAsk = this.context.clock.after(this.askMs, () => {
      this.asking = true;
      this.askMs = Math.min(ASK_MS_MAX, this.askMs * ASK_GROWTH);
      void this.ask().finally(() => { this.asking = false; this.askLater(); });
    });
  }

  private async ask(): Promise<void> {
    if (this.watched.size === 0) return;
    const askedAt = this.context.clock.now();
    let jobs: readonly SlurmJob[];
    try {
      jobs = await this.client.jobs();
      if (this.silent) this.context.log('info', 'Slurm answers again');
      this.silent = false;
    } catch (error) {
      if (!this.silent && !this.closed) this.context.log('warn', `nothing is known of its jobs: ${(error as Error).message}`);
      this.silent = true;
      return;
    }
    await this.clear(jobs);
    const own = jobsByComment(jobs);
    await this.eachWatched((attempt) => this.take(attempt, askedAt, own.get(attempt.comment)).catch((error: unknown) => { this.context.log('warn', `${attempt.name}: ${(error as Error).message}`); }));
  }

  /** What got through to the queue after its attempt was taken back will not run, and need not wait there. */
  private async clear(jobs: readonly SlurmJob[]): Promise<void> {
    for (const { id, state, comment } of jobs) {
      const key = state === 'PENDING' ? keyOfComment(comment) : undefined;
      if (key !== undefined && !this.watched.has(attemptName(key)) && new AttemptFolder(this.root, key).claim() === -1) await this.client.kill(id).catch(() => {}); // asked for again at the next look
    }
  }

  /** The folder is looked at after Slurm was asked, so that what Slurm says has ended has written all it will. */
  private async take(attempt: Watched, askedAt: number, jobs: readonly SlurmJob[] | undefined): Promise<void> {
    const { folder, key } = attempt, [found, job, seen] = await this.judged(folder, jobs);
    if (attempt.ended || this.closed || attempt.submitting || attempt.submittedAt >= askedAt) return;
    if (job !== undefined) { attempt.job = job.id; attempt.submission = undefined; }
    this.note(attempt, seen);
    if (found.state === 'over') {
      if (job !== undefined && found.end.reason === REQUEUED) await this.client.kill(job.id);
      if (this.isSettled(attempt, found.settleMs)) this.over(attempt, found.end);
      return;
    }
    attempt.overSince = undefined;
    if (found.state !== 'absent') { await this.insist(attempt); return; }
    if (attempt.submission === undefined && attempt.job === undefined) {
      if (seen.endedBy !== undefined && folder.forbid()) this.over(attempt, STOPPED);
      return; // it was prepared by an earlier daemon and never submitted: the runtime decides
    }
    if (attempt.submission !== undefined && seen.claim === undefined) {
      attempt.absentSince ??= this.context.clock.now();
      if (this.context.clock.now() - attempt.absentSince < UNSURE_MS) { this.askSoon(); return; }
      await this.submit(attempt, true).catch((error: unknown) => { this.context.emit({ type: 'ended', key, end: { outcome: 'refused', busyMs: 0, reason: (error as Error).message } }); });
      return;
    }
    if (folder.forbid()) this.over(attempt, seen.endedBy === undefined ? { outcome: 'refused', busyMs: 0, reason: 'its job has gone from the queue before it began' } : STOPPED);
  }

  private isSettled(attempt: Watched, settleMs: number): boolean {
    attempt.overSince ??= this.context.clock.now();
    return this.context.clock.now() - attempt.overSince >= settleMs;
  }

  /** What has become of it, by the word of its folder and of the one of its jobs that counts: one that may run, else the last. */
  private async judged(folder: AttemptFolder, jobs: readonly SlurmJob[] = []): Promise<readonly [Judgement, SlurmJob | undefined, FolderLook]> {
    const seen = await folder.look(), counts = jobs.length < 2 ? jobs[0] : jobs.find((job) => mayRun(judge(folder, seen, job))) ?? jobs.at(-1);
    return [judge(folder, seen, counts), counts, seen];
  }

  // --- ending ---

  private end(attempt: Watched, why: EndedBy, graceMs: number): void {
    if (attempt.ended) return;
    attempt.folder.setEndedBy(why);
    attempt.folder.forbid();
    attempt.forceAt = Math.min(attempt.forceAt ?? Infinity, this.context.clock.now() + graceMs);
    attempt.cancelTimers.push(this.context.clock.after(graceMs, () => { this.tryToEnd(attempt); }));
    if (graceMs > 0) this.tryToEnd(attempt);
  }

  private tryToEnd(attempt: Watched): void {
    void this.insist(attempt).catch((error: unknown) => { this.context.log('warn', `${attempt.name} cannot be ended yet: ${(error as Error).message}`); }).then(() => { this.askSoon(); });
  }

  /** Asks Slurm to end what we want ended; by force once more after every look while it has not. */
  private async insist(attempt: Watched): Promise<void> {
    if (attempt.ended || attempt.job === undefined || attempt.folder.endedBy() === undefined) return;
    const gently = attempt.folder.claim() !== -1 && this.context.clock.now() < (attempt.forceAt ?? -Infinity);
    if (gently && attempt.terminated) return;
    attempt.terminated = true;
    await (gently ? this.client.terminate(attempt.job) : this.client.kill(attempt.job));
  }
}

function handleOf(folder: AttemptFolder, job: Pick<SlurmJob, 'id'> | undefined): Json {
  return { folder: folder.path, ...(job === undefined ? {} : { job: job.id }) };
}

const mayRun = ({ state }: Judgement): boolean => state === 'waits' || state === 'runs';
