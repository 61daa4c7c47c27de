// What drivers are asked about faults: to make one so, again and again while they fail, and to take it back, until they have. What is
// asked about one fault is done in order, so that nothing comes into being after it was taken back. What came of it stands beside the
// row of the journal that said it would be.
import type { LiveClock } from '../clock.ts';
import type { Driver } from '../driver.ts';
import { Lines } from '../lines.ts';
import type { LiveRun } from '../live-run.ts';
import type { TurnLoop } from '../turn-loop.ts';
import { isOver, type InjectedFault } from './injected-plan.ts';
import { failureText } from './rehearsal-status.ts';

/** Pause before a driver that failed is asked again. */
const AGAIN_MS = 2_000;

export interface FaultCallPorts {
  readonly run: LiveRun;
  readonly clock: LiveClock;
  readonly loop: TurnLoop;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export class FaultCalls {
  private readonly ports: FaultCallPorts;
  private readonly lines = new Lines();
  private closed = false;

  constructor(ports: FaultCallPorts) { this.ports = ports; }

  /** Nothing more is asked. */
  close(): void { this.closed = true; }

  /** Has the driver inject it, again and again while it fails, until it is to be taken back. Resolves after the first try. */
  hold(fault: InjectedFault, id: string): Promise<void> {
    return this.lines.add(id, async () => {
      const wanted = this.closed ? undefined : fault.asked.get(id);
      if (wanted === undefined) return;
      let reason: string | undefined;
      try { await wanted.driver.faults!.inject(id, wanted.fault); } catch (error) {
        reason = (error as Error).message;
        this.ports.log('error', `fault ${id} could not be injected, trying again: ${reason}`);
        this.ports.clock.after(AGAIN_MS, () => { void this.hold(fault, id); });
      }
      this.keepOutcome(fault, id, wanted.row, reason);
    });
  }

  /** What came of a try stands beside the row that said it would be: a later daemon knows, and whoever reads the journal. */
  private keepOutcome(fault: InjectedFault, id: string, row: number, reason: string | undefined): void {
    if (isOver(fault.state)) return; // it was taken back meanwhile
    const { run, loop } = this.ports, { failures } = fault, wasKept = run.notes.get(row)?.reason !== undefined;
    failures.delete(`row ${row}`); // what an earlier daemon could not do is tried anew
    if (reason === failures.get(id)?.reason && wasKept === (reason !== undefined)) return;
    if (reason === undefined) failures.delete(id); else failures.set(id, { reason, row });
    const ofRow = [...failures].filter(([, failure]) => failure.row === row);
    loop.add({ act: (turn) => { turn.write(run.note(row, ofRow.length === 0 ? undefined : { reason: failureText(ofRow) })); } });
  }

  /** `told` of each try that fails, with its reason, and of the one that does not. */
  async withdraw(driver: Driver, id: string, told: (reason: string | undefined) => void): Promise<void> {
    while (!this.closed) {
      try { await this.lines.add(id, () => driver.faults!.withdraw(id)); break; } catch (error) {
        this.ports.log('error', `fault ${id} could not be taken back, trying again: ${(error as Error).message}`);
        told((error as Error).message);
      }
      await new Promise<void>((resolve) => { this.ports.clock.after(AGAIN_MS, resolve); });
    }
    told(undefined);
    if (!this.closed) this.ports.loop.add({ act: () => {} });
  }
}
