// An instance of the fake EC2: a folder, a metadata service on loopback, and the processes that the user data starts, run as cloud-init
// runs it. The VM finds both by its environment; its `shutdown` turns it off from inside. Its end takes all its processes with SIGKILL.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { metadataService } from '../../../engine/live/drivers/cloud/stand-in/metadata-service.mjs';
import { processesOf } from './processes-of.ts';

const NEEDED = ['curl', 'tar', 'awk', 'ps', 'setsid', 'timeout'];

/** Undefined where instances can run; else why not, to stand behind the name of a test. */
export function vmsMissing(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':'), missing = NEEDED.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  if (process.platform !== 'linux') return ' (skipped: VMs here need Linux)';
  return missing.length === 0 ? undefined : ` (skipped: this machine has no ${missing.join(', ')})`;
}

export class FakeInstance {
  readonly root: string;
  /** Calls to its metadata service, `PUT /latest/api/token 200`. */
  readonly asked: string[] = [];
  private readonly id: string;
  private readonly folder: string;
  private readonly onShutdown: () => void;
  private server: Server | undefined;
  private doom: { readonly killAt: number } | undefined;
  private rebalanceAt: number | undefined;
  private readonly off = new AbortController();

  constructor(folder: string, id: string, onShutdown: () => void) {
    this.id = id;
    this.folder = join(folder, id);
    this.root = join(this.folder, 'root');
    this.onShutdown = onShutdown;
  }

  /** Turns it on. */
  async boot(userData: string): Promise<void> {
    const service = metadataService({ cloud: 'aws', name: this.id, now: () => Date.now(), doom: () => this.doom, rebalance: () => this.rebalanceAt });
    const server = this.server = createServer((request, response) => {
      if (request.url === '/off') { response.end(); this.onShutdown(); return; }
      response.once('finish', () => { this.asked.push(`${request.method} ${request.url} ${response.statusCode}`); });
      service.handle(request, response);
    });
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    if (this.off.signal.aborted) { server.close(); return; }
    const metadata = `http://127.0.0.1:${(server.address() as AddressInfo).port}`, programs = join(this.folder, 'bin'), script = join(this.folder, 'user-data');
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, 'shutdown'), `#!/bin/sh\nexec curl -s -m 5 ${metadata}/off\n`, { mode: 0o755 });
    writeFileSync(script, userData, { mode: 0o700 });
    const env = { PATH: `${programs}:${process.env['PATH'] ?? '/usr/bin:/bin'}`, TWINCLOCK_VM_ROOT: this.root, AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata };
    spawn(script, { detached: true, stdio: 'ignore', cwd: '/', env }).on('error', () => { /* user data that cannot be run leaves a VM that does nothing */ }).unref();
  }

  /** Announces the end; the instant stays what it is. */
  announce(killAt: number): void { this.doom = { killAt }; }
  get doomed(): boolean { return this.doom !== undefined; }
  hint(at: number): void { this.rebalanceAt = at; }

  /** Turns it off; resolves when nothing of it runs. */
  async turnOff(): Promise<void> {
    this.off.abort();
    this.server?.closeAllConnections();
    this.server?.close();
    for (let left = processesOf(this.folder); left.length > 0; left = processesOf(this.folder)) {
      for (const { pid } of left) try { process.kill(pid, 'SIGKILL'); } catch { /* it has just ended */ }
      await new Promise((done) => { setTimeout(done, 5); });
    }
  }

  /** Its agent dies alone, or the whole VM freezes, as far as anybody outside can tell. */
  freeze(): void { for (const { pid } of processesOf(this.folder)) try { process.kill(pid, 'SIGSTOP'); } catch { /* it has just ended */ } }
  thaw(): void { for (const { pid } of processesOf(this.folder)) try { process.kill(pid, 'SIGCONT'); } catch { /* it has just ended */ } }
}
