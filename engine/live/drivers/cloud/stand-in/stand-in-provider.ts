// Stand-in VMs: a cloud on this machine, for rehearsals, demonstrations and tests. A VM is an agent process (vm-agent.mjs) with a
// folder; both outlive the daemon, and the folder's name is the key. It takes time to start, can be refused, announces its
// interruption through a metadata service as a VM of the real cloud finds it, and at that instant all it runs gets SIGKILL.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudFile } from '../../../../model/scenario.ts';
import { parseDuration } from '../../../../model/units.ts';
import type { DriverContext, VmRef, VmSpec } from '../../../driver.ts';
import { vmName, type VmKey } from '../../../driver-events.ts';
import type { Json } from '../../../json.ts';
import { AwsNotices } from '../notices/aws.ts';
import { AzureNotices } from '../notices/azure.ts';
import { GcpNotices } from '../notices/gcp.ts';
import type { NoticeReader } from '../notices/notice.ts';
import { NoCapacityError, type CloudProvider, type FoundVm } from '../provider.ts';
import { StandInFaults } from './faults.ts';
import type { Cloud } from './metadata-service.mjs';
import METADATA_SERVICE from './metadata-service.mjs?raw';
import { StandInAttempts } from './stand-in-attempts.ts';
import { StandInRehearsal } from './stand-in-rehearsal.ts';
import VM_AGENT from './vm-agent.mjs?raw';
import { VmFolder, vmCards, type VmCard } from './vm-folder.ts';

const POLL_MS = 200, NOTICE_PAUSE_MS = 500, CLAIM_POLL_MS = 20, SPIN_UP = '2s', NOTICE = '2m';

export class StandInProvider implements CloudProvider {
  readonly pollMs = POLL_MS;
  readonly attempts: StandInAttempts;
  readonly faults: StandInFaults;
  readonly rehearsal: StandInRehearsal;
  private readonly context: DriverContext;
  private readonly vms: string;
  private readonly agent: string;
  private readonly spinUpMs: number;
  private readonly metadata: Cloud;
  /** ms of life of the first spot VMs, in the order of their requests; those after them live on. */
  private readonly lives: readonly number[];
  /** VMs that may be there, and those whose end has not been told yet, by name. */
  private readonly present = new Map<string, VmKey>();
  private spotRequests = 0;
  private readonly reaping = new Set<string>();

  constructor(context: DriverContext, options: Readonly<Record<string, Json>>) {
    const { spinUp = SPIN_UP, metadata = 'aws', interruptAfter = [], ...ofAttempts } = options;
    this.context = context;
    this.vms = join(context.directory, 'vms');
    this.agent = join(context.directory, 'vm-agent.mjs');
    this.spinUpMs = parseDuration(spinUp as string | number);
    this.metadata = metadata as Cloud;
    this.lives = (interruptAfter as readonly (string | number)[]).map(parseDuration);
    this.attempts = new StandInAttempts(context, this.vms, ofAttempts);
    this.faults = new StandInFaults(context.directory);
    this.rehearsal = new StandInRehearsal(context, this.faults);
  }

  open(): Promise<void> {
    mkdirSync(this.vms, { recursive: true });
    for (const [name, text] of [['metadata-service.mjs', METADATA_SERVICE], ['vm-agent.mjs', VM_AGENT]] as const) {
      const path = join(this.context.directory, name);
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    }
    for (const { key, market } of vmCards(this.vms)) {
      this.present.set(vmName(key), key);
      if (market === 'spot') this.spotRequests++;
    }
    return Promise.resolve();
  }

  close(): Promise<void> { return Promise.resolve(); }

  async request({ key, entry, market }: VmSpec): Promise<void> {
    const folder = new VmFolder(this.vms, key);
    if (folder.claim() === -1) throw new Error('the request was taken back');
    if (folder.claim() !== undefined) return;
    if (this.faults.refuses(market, entry)) throw new NoCapacityError(`no ${market} capacity`);
    this.present.set(vmName(key), key);
    folder.prepare({
      key, name: vmName(key), entry, market, spinUpMs: this.faults.spinUpMs() ?? this.spinUpMs, metadata: this.metadata,
      ...(market === 'spot' ? this.plannedEnd(folder, entry) : {}),
    });
    const agent = await this.runAgent(folder.path);
    while (folder.claim() === undefined) { // without a claim nobody would ever hear of it again
      if (agent.exitCode !== null || agent.signalCode !== null) throw new Error(`its agent ended at once: ${agent.exitCode ?? agent.signalCode}`);
      await new Promise<void>((resolve) => { this.context.clock.after(CLAIM_POLL_MS, resolve); });
    }
  }

  /** When the VM will be interrupted, if it is one of the first. A request made again keeps what it was given. */
  private plannedEnd(folder: VmFolder, entry: string): Pick<VmCard, 'interruptAfterMs' | 'noticeMs'> {
    const before = folder.card();
    if (before !== undefined) return before.interruptAfterMs === undefined ? {} : { interruptAfterMs: before.interruptAfterMs, noticeMs: before.noticeMs! };
    const life = this.lives[this.spotRequests++], file = this.context.entries[entry] as unknown as CloudFile;
    return life === undefined ? {} : { interruptAfterMs: life, noticeMs: parseDuration(file.spot?.notice ?? NOTICE) };
  }

  async release({ key }: VmRef): Promise<void> {
    const folder = new VmFolder(this.vms, key);
    if (!folder.forbid()) folder.askRelease();
  }

  async describe(): Promise<readonly FoundVm[]> {
    return [...this.present.values()].flatMap((key) => this.look(key) ?? []);
  }

  forget(key: VmKey): void { this.present.delete(vmName(key)); }

  find({ key }: VmRef): Promise<FoundVm | undefined> { return Promise.resolve(this.look(key)); }

  notices({ key }: FoundVm): NoticeReader {
    const { clock } = this.context, base = new VmFolder(this.vms, key).ready()!.metadata;
    switch (this.metadata) {
      case 'aws': return new AwsNotices(clock, base, NOTICE_PAUSE_MS);
      case 'gcp': return new GcpNotices(clock, base);
      case 'azure': return new AzureNotices(clock, base, vmName(key), NOTICE_PAUSE_MS);
    }
  }

  private look(key: VmKey): FoundVm | undefined {
    const folder = new VmFolder(this.vms, key), claim = folder.claim(), handle = { folder: folder.path };
    if (claim === undefined) return undefined;
    const cause = claim === -1 ? 'released' : folder.gone()?.cause;
    if (cause !== undefined) return { key, state: 'gone', cause, handle };
    if (!folder.runs() && folder.gone() === undefined) this.reap(folder);
    return { key, state: folder.ready() === undefined ? 'starting' : 'ready', handle };
  }

  /** An agent that was killed itself has left its attempts behind; it counts as interrupted once they are gone. */
  private reap(folder: VmFolder): void {
    if (this.reaping.has(folder.path)) return;
    this.reaping.add(folder.path);
    void this.runAgent(folder.path, 'reap').catch((error: unknown) => { this.context.log('error', `what a VM has left cannot be ended: ${(error as Error).message}`); })
      .finally(() => { this.context.clock.after(POLL_MS * 50, () => { this.reaping.delete(folder.path); }); });
  }

  private runAgent(...args: readonly string[]): Promise<ChildProcess> {
    const child = spawn(process.execPath, [this.agent, ...args], { detached: true, stdio: 'ignore', cwd: '/', env: {} });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => { child.unref(); resolve(child); });
    });
  }
}
