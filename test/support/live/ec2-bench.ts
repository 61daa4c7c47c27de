// The EC2 driver over the fake EC2, on its own: notes and folder outlive it, so it can be closed and made again as the daemon makes it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../engine/live/clock.ts';
import type { AttemptSpec, DriverContext, VmSpec } from '../../../engine/live/driver.ts';
import { attemptName, vmName, type AttemptEnd, type AttemptKey, type DriverEvent, type VmKey } from '../../../engine/live/driver-events.ts';
import type { CloudDriver } from '../../../engine/live/drivers/cloud/cloud-driver.ts';
import { createEc2Driver } from '../../../engine/live/drivers/cloud/ec2/ec2-provider.ts';
import type { Json } from '../../../engine/live/json.ts';
import type { TaskFile } from '../../../engine/model/scenario.ts';
import { removeFolder } from '../remove-folder.ts';
import { DriverBench } from './driver-bench.ts';
import { FakeEc2 } from './fake-ec2.ts';
import { until } from './until.ts';

export const VM: VmKey = { run: 'conformance', unit: 'gpu#1', epoch: 1, life: 1 };
const ENTRY = { id: 'gpu', cores: 2, max: 4, spinUp: '1s', onDemand: { price: 0.1 }, spot: { price: 0.04, notice: '2s' } };

/** Everything quick: what takes minutes on EC2 takes moments. */
export const QUICK: Readonly<Record<string, Json>> = {
  region: 'eu-west-1', image: 'ami-0123456789abcdef0', instanceType: 'c7i.large', agents: { url: 'http://127.0.0.1:{port}', port: 0, tls: 'none' },
  pollEvery: '100ms', agentPoll: '100ms', noticeEvery: '200ms', grace: '1s', aloneFor: '60s', bootTimeout: '60s',
};

/** The SDK finds credentials here, as a user's would be found. */
export function lendCredentials(): void {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'not-a-secret';
}

export class Ec2Bench {
  readonly ec2: FakeEc2;
  readonly directory = mkdtempSync(join(tmpdir(), 'twinclock-ec2-driver-'));
  readonly options: Record<string, Json>;
  events: DriverEvent[] = [];
  money: { budget: number; spent: number } | undefined;
  driver!: CloudDriver;
  /** Notes and log. */
  readonly desk = new DriverBench();

  private constructor(ec2: FakeEc2, options: Record<string, Json>) {
    this.ec2 = ec2;
    this.options = options;
  }

  static async start(more: Readonly<Record<string, Json>> = {}): Promise<Ec2Bench> {
    lendCredentials();
    const ec2 = new FakeEc2(), endpoint = await ec2.start();
    return new Ec2Bench(ec2, { ...QUICK, endpoint, ...more });
  }

  make(emit: (event: DriverEvent) => void): CloudDriver { return createEc2Driver(this.context(emit), this.options); }

  context(emit: (event: DriverEvent) => void): DriverContext {
    return {
      run: 'conformance', epoch: 0, clock: systemClock, emit, notes: this.desk.notes, directory: this.directory, units: [{ id: VM.unit, entry: 'gpu' }, { id: 'gpu#2', entry: 'gpu' }], entries: { gpu: ENTRY },
      money: () => this.money ?? { budget: Infinity, spent: 0 }, log: (level, message) => { this.desk.logged.push(`${level}: ${message}`); },
    };
  }

  async open(): Promise<void> {
    this.driver = this.make((event) => { this.events.push(event); });
    await this.driver.open();
  }

  async close(): Promise<void> { await this.driver.close(); }

  async stop(): Promise<void> {
    await this.ec2.stop();
    removeFolder(this.directory);
  }

  /** A VM that has reported. */
  async ready(key: VmKey, market: VmSpec['market'] = 'spot'): Promise<void> {
    await this.driver.vms.requestVm(this.vm(key, market));
    await this.until(() => this.said('vm-ready', key));
  }

  vm(key: VmKey, market: VmSpec['market'] = 'spot'): VmSpec { return { key, entry: 'gpu', market }; }

  attempt(key: AttemptKey, task: Partial<TaskFile>, more: Partial<AttemptSpec> = {}): AttemptSpec {
    return { key, unit: VM.unit, entry: 'gpu', job: 'j', market: 'spot', setupMs: 0, estimateMs: 1000, progressPpm: 0, inputs: {}, vm: { key: VM }, task: { id: key.task, duration: '1s', ...task }, ...more };
  }

  said(type: 'vm-ready' | 'vm-starting' | 'vm-refused' | 'vm-terminated' | 'vm-notice', key: VmKey): boolean {
    return this.events.some((event) => event.type === type && vmName(event.vm) === vmName(key));
  }

  ends(key: AttemptKey): AttemptEnd[] { return this.events.flatMap((event) => (event.type === 'ended' && attemptName(event.key) === attemptName(key) ? [event.end] : [])); }

  /** Looks until it holds. */
  until(condition: () => boolean | Promise<boolean>): Promise<void> {
    return until(condition, () => `: ${JSON.stringify(this.events.slice(-6))} ${this.desk.logged.slice(-4).join(' | ')}`, 3000);
  }
}
