// Edits of the plan that an address names, each made of the plan as the one before left it: the page may not have been drawn
// for that one yet, and the address, which long plans reach only packed, may not have it yet either. So they queue, and what an edit is of
// is found in the plan as it is by then.
import type { FaultPlanFile } from '../../engine/model/fault-plan.ts';
import { EditTrail } from './edit-trail.ts';
import { inlinePlan, madeEdit, shortSetting } from './fault-edits.ts';
import type { PlanEdit } from './fault-edits.ts';

/** The part of the address that names a plan. */
export interface PlanAddress {
  /** At this instant; undefined where the address is of another view. */
  readonly now: () => string | undefined;
  /** Goes on to another plan. */
  readonly goOn: (setting: string) => void;
}

/** The plan on the page, and what the address called it when it was drawn. */
export interface ShownPlan {
  readonly setting: string;
  readonly plan: FaultPlanFile;
}

export class PlanEdits {
  private readonly address: PlanAddress;
  private readonly trail = new EditTrail<string>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(address: PlanAddress) { this.address = address; }

  /**
   * Makes the edit, when those before are made, and a step of the history. Resolves with the fault that is looked at then, or with undefined when nothing was
   * changed: what it is of has been taken away, or another plan was chosen in the meantime. Rejects when a long plan cannot be packed.
   */
  make(edit: PlanEdit, shown: ShownPlan): Promise<number | undefined> {
    const made = this.last.then(() => this.makeNow(edit, shown));
    this.last = made.catch(() => { /* whoever asked for it is told; the next one is of the plan as it is */ });
    return made;
  }

  /** The plan with all edits, and what the address calls it. */
  async latest(shown: ShownPlan): Promise<ShownPlan> {
    await this.last;
    const setting = this.address.now(), plan = planNow(setting, shown);
    return setting === undefined || plan === undefined ? shown : { setting, plan };
  }

  /** Goes on to another name of a plan, unless it has been edited, or another was chosen, since it was the `latest`. */
  async goOn(from: ShownPlan, to: string): Promise<void> {
    await this.last;
    if (this.address.now() === from.setting) this.address.goOn(to);
  }

  private async makeNow(edit: PlanEdit, shown: ShownPlan): Promise<number | undefined> {
    const setting = this.address.now(), plan = planNow(setting, shown);
    if (setting === undefined || plan === undefined) return undefined;
    const made = madeEdit(plan, edit, (at) => this.trail.placeNow(at, shown.setting, setting));
    if (made === undefined) return undefined;
    const to = await shortSetting(made.plan);
    if (this.address.now() !== setting) return undefined;
    this.trail.add(setting, to, made.removed);
    this.address.goOn(to);
    return made.picked;
  }
}

/** Of a plan that is only named nothing is known here but what is shown. */
function planNow(setting: string | undefined, shown: ShownPlan): FaultPlanFile | undefined {
  return setting === undefined ? undefined : inlinePlan(setting) ?? (setting === shown.setting ? shown.plan : undefined);
}
