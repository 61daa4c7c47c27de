// Faults for the live run on the screen: a plan as it is put together, what its drivers can do, what it would reach, and the injection.
// Only a plan whose reach has been asked for as it is now can be injected: a change of it asks for the reach anew.
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { BlastJson, InjectableJson, RehearsalsJson } from '../../engine/live/api/answers.ts';
import type { FaultPlanFile } from '../../engine/model/fault-plan.ts';
import { parseJsonText } from '../../engine/model/file-text.ts';
import { InputError, inputError } from '../../engine/model/errors.ts';
import { validateFaultPlan } from '../../engine/model/validate.ts';
import type { ErrorData } from '../worker/protocol.ts';
import type { DaemonClient } from './daemon.ts';
import { EditTrail } from './edit-trail.ts';
import { EMPTY_PLAN, madeEdit, planSetting } from './fault-edits.ts';
import type { FaultKind, PlanEdit, Targets } from './fault-edits.ts';
import { withNumbers } from './live-numbers.ts';
import { readFile } from './read-file.ts';
import { workErrorData } from './worker-pool.ts';

export interface FaultDraftPorts {
  readonly client: () => DaemonClient;
  /** Who acts here. */
  readonly by: () => string;
  /** Takes what is injected now. */
  readonly took: (faults: RehearsalsJson) => void;
}

/** What a plan would reach. `of`: the plan, as text. */
export interface Reach {
  readonly of: string;
  readonly busy: boolean;
  readonly answer: BlastJson | undefined;
}

const NO_REACH: Reach = { of: '', busy: false, answer: undefined };

export class FaultDraft {
  readonly isOpen = signal(false);
  readonly plan: Signal<FaultPlanFile> = signal(EMPTY_PLAN);
  /** Conditions that break it off, with commas between; they go with the plan. */
  readonly stop = signal('');
  readonly kinds: Signal<readonly InjectableJson[]> = signal([]);
  readonly reach: Signal<Reach> = signal(NO_REACH);
  /** Of the last thing that was tried. */
  readonly error: Signal<ErrorData | undefined> = signal(undefined);
  private readonly ports: FaultDraftPorts;
  private readonly trail = new EditTrail<FaultPlanFile>();

  constructor(ports: FaultDraftPorts) { this.ports = ports; }

  /** Opens it, with what can be chosen now. */
  async begin(): Promise<void> {
    this.isOpen.value = true;
    await this.attempt(async () => { this.kinds.value = (await this.ports.client().get<{ readonly kinds: readonly InjectableJson[] }>('/v1/faults/kinds')).kinds; });
  }

  close(): void {
    this.isOpen.value = false;
    this.plan.value = EMPTY_PLAN;
    this.stop.value = '';
    this.reach.value = NO_REACH;
    this.error.value = undefined;
  }

  /** Edits the plan as it is, whose places are told by the plan as it was drawn. Returns the fault that is looked at then, -1 for none. */
  edit(wanted: PlanEdit, shown: FaultPlanFile): number {
    const now = this.plan.peek(), made = madeEdit(now, wanted, (at) => this.trail.placeNow(at, shown, now));
    if (made === undefined) return -1;
    this.trail.add(now, made.plan, made.removed);
    this.plan.value = made.plan;
    return made.picked;
  }

  /** Calls the plan otherwise. */
  rename(name: string): void {
    const now = this.plan.peek(), next = { ...now, name };
    this.trail.add(now, next);
    this.plan.value = next;
  }

  /** The plan of a file takes the place of what there is. */
  async open(file: File): Promise<void> {
    await this.attempt(async () => {
      try {
        const { text, sort } = await readFile(file);
        if (sort !== 'faults') throw inputError('unsupported-version', 'twinclock', 'is no fault plan', { hint: 'a fault plan begins with "twinclock": "faults/1"' });
        this.plan.value = validateFaultPlan(parseJsonText(text));
      } catch (error) { throw error instanceof InputError ? error.from(file.name) : error; }
    });
  }

  /** The reach of the plan as it is now; undefined while it is not known. */
  known(): BlastJson | undefined {
    const { of, answer } = this.reach.value;
    return of === planSetting(this.plan.value) ? answer : undefined;
  }

  async askReach(): Promise<void> {
    const plan = this.plan.peek(), of = planSetting(plan);
    this.reach.value = { of, busy: true, answer: undefined };
    const done = await this.attempt(async () => {
      const answer = withNumbers(await this.ports.client().post<BlastJson>('/v1/faults/forecast', { plan }, this.ports.by()));
      if (this.reach.peek().of === of) this.reach.value = { of, busy: false, answer };
    });
    if (!done && this.reach.peek().of === of) this.reach.value = NO_REACH;
  }

  /** True when it was done. */
  async inject(): Promise<boolean> {
    const done = await this.attempt(async () => {
      this.ports.took(await this.ports.client().post<RehearsalsJson>('/v1/faults', { plan: this.plan.peek(), stop: stopConditions(this.stop.peek()) }, this.ports.by()));
    });
    if (done) this.close();
    return done;
  }

  /** Takes back everything that is on. */
  async withdraw(): Promise<boolean> {
    return this.attempt(async () => { this.ports.took(await this.ports.client().post<RehearsalsJson>('/v1/faults/withdraw', {}, this.ports.by())); });
  }

  private async attempt(act: () => Promise<void>): Promise<boolean> {
    this.error.value = undefined;
    try { await act(); return true; } catch (error) {
      this.error.value = error instanceof InputError ? { code: error.code, message: error.message, faults: error.faults, ...(error.source === undefined ? {} : { source: error.source }) } : workErrorData(error);
      return false;
    }
  }
}

/** `cost > 5usd, failed > 0` as the daemon takes them. */
export const stopConditions = (text: string): string[] => text.split(',').map((piece) => piece.trim()).filter((piece) => piece !== '');

/** What a fault of this kind can strike by what the drivers say. `vmsOf`: names of the VMs of an entry. */
export function injectableTargets(kind: FaultKind, kinds: readonly InjectableJson[], vmsOf: (entry: string) => readonly string[]): Targets {
  const entries = kinds.filter((one) => one.kind === kind && one.refusal === '').map(({ entry }) => entry);
  return { vms: entries.flatMap(vmsOf), pools: entries, people: entries, apis: entries, resources: entries };
}

/** Why no fault of this kind can be injected; undefined when one can. */
export function kindRefusal(kind: FaultKind, kinds: readonly InjectableJson[]): string | undefined {
  const own = kinds.filter((one) => one.kind === kind);
  return own.some(({ refusal }) => refusal === '') ? undefined : own[0]?.refusal ?? 'there is nothing in the fleet that it could strike';
}
