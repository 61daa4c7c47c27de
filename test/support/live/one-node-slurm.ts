// A Slurm of the test's own on this machine: munge with a key of its own, controller and node daemon in a temporary folder on
// free ports, without systemd, control groups or accounting. Two partitions over one node: `spot`, whose jobs are preempted after
// a grace time, and `ondemand`, which preempts them. The node pretends to the cores and GPUs it is told to have: nothing here
// computes. Commands wait two seconds for an answer, daemons twenty for each other: on a busy machine a controller with less
// patience gives the node up for lost. Without the programs the tests skip, saying so.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../remove-folder.ts';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'scontrol'];
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
const NODE = 'onebox', WAIT_MS = 50, WAITS = 600;

/** Undefined when a Slurm can be started here; else why not. */
export function slurmMissing(): string | undefined {
  const missing = PROGRAMS.filter((program) => !PATH.split(':').some((folder) => folder !== '' && existsSync(join(folder, program))));
  return missing.length === 0 ? undefined : `no ${missing.join(', ')} on this machine`;
}

export interface OneNode {
  readonly cores: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  /** From the notice of a preemption to its end. */
  readonly graceSeconds: number;
}

export interface OneNodeSlurm {
  readonly folder: string;
  /** Path of slurm.conf: what SLURM_CONF must be for Slurm's commands. */
  readonly conf: string;
  /** One of Slurm's commands; its output. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** The controller saves its state and ends; jobs go on. */
  stopController(): Promise<void>;
  /** Stopped without being ended: it answers nobody. */
  freezeController(frozen: boolean): void;
  startController(): Promise<void>;
  /** Ends every job and daemon, and removes the folder. */
  stop(): Promise<void>;
}

/** Starts it; about half a second. */
export async function startSlurm(node: Partial<OneNode> = {}): Promise<OneNodeSlurm> {
  const wanted: OneNode = { cores: 8, memoryMiB: 8000, gpus: 2, graceSeconds: 4, ...node };
  const folder = mkdtempSync(join(tmpdir(), 'twinclock-slurm-')), conf = join(folder, 'slurm.conf'), daemonConf = join(folder, 'daemons.conf'), key = join(folder, 'munge.key'), log = join(folder, 'log'), run = join(folder, 'run');
  chmodSync(folder, 0o755);
  for (const part of [log, run, join(folder, 'state'), join(folder, 'spool')]) mkdirSync(part, { mode: 0o755 });
  writeFileSync(key, randomBytes(1024), { mode: 0o600 });
  const common = configuration(folder, wanted, await freePort(), await freePort());
  writeFileSync(conf, `${common}MessageTimeout=2\n`);
  writeFileSync(daemonConf, `${common}MessageTimeout=20\n`);
  for (let k = 0; k < wanted.gpus; k++) writeFileSync(join(folder, `gpu${k}`), '');
  writeFileSync(join(folder, 'gres.conf'), wanted.gpus === 0 ? '' : `NodeName=${NODE} Name=gpu File=${folder}/gpu[0-${wanted.gpus - 1}]\n`);
  const environment = { ...process.env, PATH, SLURM_CONF: conf, LC_ALL: 'C' };

  const daemon = (program: string, ...args: readonly string[]): ChildProcess => {
    const out = openSync(join(log, `${program}.out`), 'a');
    try { return spawn(program, args, { stdio: ['ignore', out, out], env: environment, cwd: '/', detached: true }); } finally { closeSync(out); }
  };
  const ask = (program: string, ...args: readonly string[]): Promise<string> => new Promise((resolve, reject) => {
    execFile(program, args, { env: environment, cwd: '/' }, (error, out, said) => { if (error === null) resolve(out.trim()); else reject(new Error(`${program} ${args.join(' ')}: ${said.trim() || error.message}`)); });
  });
  const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    for (let k = 0; k < WAITS; k++) {
      if (await holds()) return;
      await new Promise((resolve) => { setTimeout(resolve, WAIT_MS); });
    }
    throw new Error(`Slurm does not come to this: ${what}\n${readdirSync(log).map((name) => `${name}: ${readFileSync(join(log, name), 'utf8').slice(-1000)}`).join('\n')}`);
  };

  let munged: ChildProcess | undefined, controller: ChildProcess | undefined, slurmd: ChildProcess | undefined;
  const startController = async (): Promise<void> => {
    controller = daemon('slurmctld', '-D', '-f', daemonConf);
    await until('the controller answers', () => ask('scontrol', 'ping').then((text) => text.includes('is UP'), () => false));
  };
  const stop = async (): Promise<void> => {
    controller?.kill('SIGCONT');
    if (slurmd !== undefined && controller !== undefined) {
      await ask('scancel', '--signal=KILL', '--full', `--user=${userInfo().username}`).catch(() => {}); // there is no job to end
      await until('its jobs have ended', async () => (await ask('squeue', '--noheader')) === '').catch(() => {}); // what is left is ended below
    }
    for (const child of [controller, slurmd]) await ended(child, 'SIGKILL');
    for (const pid of leftOf(folder)) try { process.kill(pid, 'SIGKILL'); } catch { /* it has just ended */ }
    await ended(munged, 'SIGKILL');
    removeFolder(folder);
  };
  try {
    munged = daemon('munged', '--foreground', '--force', '--key-file', key, '--socket', join(run, 'munge.socket'), '--pid-file', join(run, 'munged.pid'), '--log-file', join(log, 'munged.log'), '--seed-file', join(folder, 'munge.seed'));
    await until('munged listens', () => existsSync(join(run, 'munge.socket')));
    await startController();
    slurmd = daemon('slurmd', '-D', '-N', NODE, '-f', daemonConf);
    await until('the node is idle', () => ask('sinfo', '--noheader', '--format=%T', '--partition=spot').then((text) => text === 'idle', () => false));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder, conf, startController, stop,
    run: ask,
    stopController: async () => { await ended(controller, 'SIGTERM'); controller = undefined; },
    freezeController: (frozen) => { controller?.kill(frozen ? 'SIGSTOP' : 'SIGCONT'); },
  };
}

function configuration(folder: string, { cores, memoryMiB, gpus, graceSeconds }: OneNode, controllerPort: number, nodePort: number): string {
  const host = hostname().split('.')[0]!, user = userInfo().username, ofNode = `NodeName=${NODE} NodeHostname=${host} NodeAddr=127.0.0.1`;
  return `ClusterName=onebox
SlurmctldHost=${host}(127.0.0.1)
SlurmctldAddr=127.0.0.1
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${folder}/run/munge.socket
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/run/slurmctld.pid
SlurmdPidFile=${folder}/run/slurmd.pid
SlurmctldLogFile=${folder}/log/slurmctld.log
SlurmdLogFile=${folder}/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=${Math.floor(memoryMiB / cores)}
GresTypes=gpu
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
SlurmdParameters=config_overrides
JobRequeue=1
KillWait=2
MinJobAge=300
ReturnToService=2
SwitchType=switch/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
${ofNode} CPUs=${cores} Boards=1 SocketsPerBoard=1 CoresPerSocket=${cores} ThreadsPerCore=1 RealMemory=${memoryMiB}${gpus === 0 ? '' : ` Gres=gpu:${gpus}`} State=UNKNOWN
PartitionName=spot Nodes=${NODE} Default=YES MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=${graceSeconds}
PartitionName=ondemand Nodes=${NODE} MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
`;
}

/** A port nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => { const { port } = server.address() as { readonly port: number }; server.close(() => { resolve(port); }); });
  });
}

function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => { child.once('exit', () => { resolve(); }); child.kill(signal); });
}

/** Processes of its jobs that are still there: they carry its configuration and the number of a job, or run from its folder. */
function leftOf(folder: string): readonly number[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid).map(Number).filter((pid) => {
    const text = (name: string): string => { try { return readFileSync(`/proc/${pid}/${name}`, 'utf8'); } catch { return ''; } };
    const variables = text('environ').split('\0');
    return text('cmdline').includes(`${folder}/spool`) || (variables.some((variable) => variable.startsWith(`SLURM_CONF=${folder}/`)) && variables.some((variable) => variable.startsWith('SLURM_JOB_ID=') || variable.startsWith('SLURMD_NODENAME=')));
  });
}
