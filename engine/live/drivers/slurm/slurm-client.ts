// Slurm's own commands, as functions. Every call is a program with an argument vector and its own small environment; what is read
// are columns asked for by name, because `squeue --json` of Slurm 22.05 ignores every filter and tells of all jobs of all users.
// A submission that may have got through is an `UnsureError`; any other error means that it surely did not.
import { execFile, type ExecFileException, type ExecFileOptions } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UnsureError } from '../../unsure-error.ts';

/** Calls at once, and ms after which one is given up: a controller that is down is told after about nine seconds. */
const CALLS_MAX = 4, CALL_MS = 30_000, ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Of the daemon's environment. Variables that alter what the commands do or print stay out. */
const INHERITED = ['PATH', 'HOME', 'USER', 'TZ', 'LD_LIBRARY_PATH'];
const COLUMNS = ['JobID', 'State', 'Reason', 'RestartCnt', 'SubmitTime', 'Comment'];
/** Answers to sbatch after which there is surely no job, however they go on. */
const SURELY_NOT = /Batch job submission failed: (?!.*(?:timed out|Zero Bytes|contact|connect|communication|Unexpected message|try again|temporarily|shut|authentication))|invalid partition|unrecognized option|Invalid .* specification|Try "sbatch --help"/i;

/** A job as squeue tells of it; it does so for some minutes after its end. */
export interface SlurmJob {
  readonly id: number;
  /** `PENDING`, `RUNNING`, `COMPLETED`, `PREEMPTED`, ... */
  readonly state: string;
  /** Why it waits, or how it ended. */
  readonly reason: string;
  readonly restarts: number;
  /** ms since 1970. */
  readonly submittedAt: number;
  readonly comment: string;
}

export interface Submission {
  readonly comment: string;
  /** Of sbatch, without those that say whose job it is. */
  readonly options: readonly string[];
  /** Script and its arguments. */
  readonly script: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** States after which Slurm does nothing more with a job. */
const OVER = ['COMPLETED', 'FAILED', 'CANCELLED', 'PREEMPTED', 'TIMEOUT', 'DEADLINE', 'NODE_FAIL', 'BOOT_FAIL', 'OUT_OF_MEMORY', 'REVOKED'];
export const isOver = ({ state }: SlurmJob): boolean => OVER.includes(state);

/** Folder of Slurm's commands on the daemon's PATH; undefined when they are not there. */
export function slurmFolder(): string | undefined {
  return (process.env['PATH'] ?? '').split(delimiter).find((folder) => {
    try { accessSync(join(folder, 'sbatch'), constants.X_OK); return folder !== ''; } catch { return false; }
  });
}

/** The jobs of one comment, in the order in which Slurm tells of them: for who asks about one of thousands. */
export function jobsOf(jobs: readonly SlurmJob[], comment: string): readonly SlurmJob[] {
  return jobs.filter((job) => job.comment === comment);
}

/** Jobs by their comment, in the order in which Slurm tells of them. */
export function jobsByComment(jobs: readonly SlurmJob[]): ReadonlyMap<string, readonly SlurmJob[]> {
  const found = new Map<string, SlurmJob[]>();
  for (const job of jobs) { const own = found.get(job.comment); if (own === undefined) found.set(job.comment, [job]); else own.push(job); }
  return found;
}

export class SlurmClient {
  /** Of every job of the run: by it they are told from those of others. */
  readonly jobName: string;
  private readonly folder: string;
  private readonly environment: Readonly<Record<string, string>>;
  private readonly abandoned = new AbortController();
  private calls = 0;
  private readonly waiting: (() => void)[] = [];
  /** The question about all jobs that is put when `asked` has been answered; whoever asks before that shares its answer. */
  private next: Promise<readonly SlurmJob[]> | undefined;
  private asked: Promise<unknown> = Promise.resolve();

  /** `folder`: of the commands. `conf`: path of slurm.conf, when it is not the usual one. */
  constructor(jobName: string, folder: string, conf?: string) {
    this.jobName = jobName;
    this.folder = folder;
    const inherited = Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])) as [string, string][]);
    const path = conf ?? process.env['SLURM_CONF'];
    this.environment = { ...inherited, ...(path === undefined ? {} : { SLURM_CONF: path }), LC_ALL: 'C', SLURM_TIME_FORMAT: '%s' };
  }

  /** One task on one node, whose script is told a second before its end and never begun again. Number of the new job. Throws `UnsureError` when there may be one all the same. */
  async submit({ comment, options, script, environment }: Submission): Promise<number> {
    let answer: string;
    try {
      answer = await this.run('sbatch', ['--parsable', '--no-requeue', '--nodes=1-1', '--ntasks=1', '--chdir=/', '--export=ALL', '--signal=B:USR1@1', `--job-name=${this.jobName}`, `--comment=${comment}`, ...options, ...script], { env: { ...environment, ...this.variables } });
    } catch (error) {
      if (error instanceof CallError && SURELY_NOT.test(error.said)) throw error;
      throw new UnsureError((error as Error).message, { cause: error });
    }
    const id = Number(answer.trim().split(';')[0]);
    if (!Number.isSafeInteger(id) || id <= 0) throw new UnsureError(`sbatch answered ${JSON.stringify(answer.trim().slice(0, 80))}`);
    return id;
  }

  /**
   * Every job of the run that Slurm knows by now, ended ones among them. The answer is long where there are thousands, and asked for by each attempt that is
   * looked for: one question is put at a time, and all who ask meanwhile have the answer to the next, which is begun after they asked.
   */
  jobs(): Promise<readonly SlurmJob[]> {
    if (this.next === undefined) {
      const next = this.asked.then(() => { this.next = undefined; return this.askJobs(); });
      this.next = next;
      this.asked = next.catch(() => { /* whoever asked is told */ });
    }
    return this.next;
  }

  private async askJobs(): Promise<readonly SlurmJob[]> {
    const format = COLUMNS.map((column) => `${column}:;`).join(',');
    const answer = await this.run('squeue', ['--noheader', '--states=all', `--name=${this.jobName}`, ...userFilter(), `--Format=${format}`], { signal: this.abandoned.signal });
    return answer.split('\n').filter((line) => line !== '').map(jobOfLine);
  }

  /** Questions under way are given up; what was told to Slurm stays told. */
  abandon(): void { this.abandoned.abort(); }

  /** Ends it by SIGKILL, or takes it out of the queue. One that is gone is no error. */
  kill(id: number): Promise<void> { return this.scancel(['--signal=KILL', '--full', String(id)]); }
  /** SIGTERM for every process of a job that runs. */
  terminate(id: number): Promise<void> { return this.scancel(['--signal=TERM', '--full', String(id)]); }
  /** A signal for its script alone. */
  signalScript(id: number, signal: 'USR2'): Promise<void> { return this.scancel([`--signal=${signal}`, '--batch', String(id)]); }

  private async scancel(args: readonly string[]): Promise<void> {
    try {
      await this.run('scancel', args);
    } catch (error) {
      if (!(error instanceof CallError) || !/Invalid job id|already complet/i.test(error.said)) throw error;
    }
  }

  /** Program and arguments that run a command as a step of the job; `variables` are to be in its environment. */
  step(job: number, options: readonly string[]): readonly string[] {
    return [join(this.folder, 'srun'), `--jobid=${job}`, `--job-name=${this.jobName}`, '--overlap', '--quiet', '--nodes=1', '--ntasks=1', ...options];
  }

  /** What Slurm's commands need of their environment. */
  get variables(): Readonly<Record<string, string>> {
    const { SLURM_CONF } = this.environment;
    return SLURM_CONF === undefined ? {} : { SLURM_CONF };
  }

  /** Processors of the partition, and ms from a notice to the end of what is preempted; undefined when there is no such partition. */
  async partition(name: string): Promise<{ readonly cores: number; readonly graceMs: number } | undefined> {
    try {
      const text = await this.run('scontrol', ['--oneliner', 'show', 'partition', name]), figure = (key: string): number => Number(new RegExp(`\\b${key}=(\\d+)`).exec(text)?.[1] ?? 0);
      return { cores: figure('TotalCPUs'), graceMs: figure('GraceTime') * 1000 };
    } catch (error) {
      if (error instanceof CallError && /not found/i.test(error.said)) return undefined;
      throw error;
    }
  }

  async partitions(): Promise<readonly string[]> {
    return (await this.run('sinfo', ['--noheader', '--format=%R'])).split('\n').filter((name) => name !== '');
  }

  private async run(program: string, args: readonly string[], more: Pick<ExecFileOptions, 'env' | 'signal'> = {}): Promise<string> {
    if (this.calls >= CALLS_MAX) await new Promise<void>((resolve) => { this.waiting.push(resolve); });
    else this.calls++;
    try {
      return await new Promise((resolve, reject) => {
        execFile(join(this.folder, program), args, { env: this.environment, cwd: '/', timeout: CALL_MS, killSignal: 'SIGKILL', maxBuffer: ANSWER_BYTES_MAX, ...more }, (error, out, said) => {
          if (error === null) resolve(out); else reject(new CallError(program, said.trim() === '' ? out : said, error));
        });
      });
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.calls--; else next();
    }
  }
}

/** One of Slurm's commands failed. */
class CallError extends Error {
  override readonly name = 'CallError';
  readonly said: string;

  constructor(program: string, said: string, cause: ExecFileException) {
    const words = said.trim().replaceAll('\n', ' ').replace(/^(sbatch|squeue|scancel|scontrol|sinfo|slurm_load_jobs)(: error:| error:)? /, '');
    super(`${program}: ${cause.killed === true ? `no answer in ${CALL_MS / 1000} s` : words === '' ? cause.message : words}`, { cause });
    this.said = said;
  }
}

const userFilter = (): readonly string[] => { const user = process.getuid?.(); return user === undefined ? [] : [`--user=${user}`]; };

/** The comment comes last and holds no line break: whatever stands in it is its own. */
function jobOfLine(line: string): SlurmJob {
  const [id, state, reason, restarts, submittedAt, ...comment] = line.split(';');
  return { id: Number(id), state: state!, reason: reason!, restarts: Number(restarts) || 0, submittedAt: Number(submittedAt) * 1000, comment: comment.join(';').replace(/;$/, '') };
}
