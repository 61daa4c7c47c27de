// Trouble for stand-in VMs, for rehearsals and tests: kills with notice, no capacity, slow starts. All of it stands in files of the
// driver's folder, so that it works from another process and over the daemon's death, and `injected` tells what is still on.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOf } from '../../process/attempt-folder.ts';
import { VmFolder, vmCards, type VmCard } from './vm-folder.ts';

/** Of a rehearsal, and how much of it concerns which fleet entry. */
export interface HeldFault {
  readonly kind: 'no-capacity' | 'price';
  readonly entry: string;
  readonly factor?: number;
}

const HELD = 'rehearsal-';

export class StandInFaults {
  private readonly vms: string;
  private readonly control: string;

  /** `directory`: of the driver. */
  constructor(directory: string) {
    this.vms = join(directory, 'vms');
    this.control = join(directory, 'faults');
  }

  /** The VM of the unit is announced to be killed in `noticeMs`, and is; 0 kills it without a word. False when it has none, or is doomed already. */
  interrupt(unit: string, noticeMs: number): boolean {
    const vm = this.living().find(({ key }) => key.unit === unit);
    if (vm === undefined || existsSync(join(vm.path, 'interrupt'))) return false;
    vm.folder.askInterruption(noticeMs);
    return true;
  }

  /** The VM of the unit hints that it may be interrupted; nothing follows. */
  hint(unit: string, at: number): void {
    for (const { key, path } of this.living()) if (key.unit === unit) writeFileSync(join(path, 'rebalance'), JSON.stringify({ at }));
  }

  /** Requests for the market are refused until `accept`. */
  refuse(market: VmCard['market']): void { this.set(`refuse-${market}`, '1'); }
  accept(market: VmCard['market']): void { this.set(`refuse-${market}`, undefined); }
  refuses(market: VmCard['market'], entry?: string): boolean {
    return this.get(`refuse-${market}`) !== undefined || (market === 'spot' && this.held().some(({ kind, entry: of }) => kind === 'no-capacity' && of === entry));
  }

  /** Keeps a fault of a rehearsal until it is dropped. */
  hold(id: string, fault: HeldFault): void { this.set(HELD + nameOf(id), JSON.stringify({ ...fault, id })); }
  drop(id: string): void { this.set(HELD + nameOf(id), undefined); }
  held(): readonly (HeldFault & { readonly id: string })[] {
    return this.lasting().filter((name) => name.startsWith(HELD)).map((name) => JSON.parse(this.get(name)!) as HeldFault & { readonly id: string });
  }

  /** New VMs take so long to become ready; undefined for as long as they are set up to take. */
  setSpinUp(ms: number | undefined): void { this.set('spin-up', ms === undefined ? undefined : String(ms)); }
  spinUpMs(): number | undefined { const text = this.get('spin-up'); return text === undefined ? undefined : Number(text); }

  /** What is on: names of faults, and of doomed VMs that still live. Empty when nothing is. */
  injected(): readonly string[] {
    return [...this.lasting(), ...this.living().filter(({ path }) => existsSync(join(path, 'interrupt'))).map(({ key }) => `interrupt ${key.unit}`)].sort();
  }

  private lasting(): string[] { return existsSync(this.control) ? readdirSync(this.control) : []; }

  private living(): { readonly key: VmCard['key']; readonly path: string; readonly folder: VmFolder }[] {
    return vmCards(this.vms).map(({ key }) => ({ key, folder: new VmFolder(this.vms, key) })).filter(({ folder }) => folder.gone() === undefined && folder.runs())
      .map(({ key, folder }) => ({ key, folder, path: folder.path }));
  }

  private get(name: string): string | undefined {
    try { return readFileSync(join(this.control, name), 'utf8'); } catch { return undefined; }
  }

  private set(name: string, text: string | undefined): void {
    if (text === undefined) { rmSync(join(this.control, name), { force: true }); return; }
    mkdirSync(this.control, { recursive: true });
    writeFileSync(join(this.control, name), text);
  }
}
