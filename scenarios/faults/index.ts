// Fault plans by name, for the feature family (its pools `cpu` and `gpu`, its APIs, its people; the epoch is a Monday at
// 00:00 UTC). What is made to go wrong, as data: the scheduler never sees a plan, only the events that it causes.
import { FAULT_PLAN_VERSION, type FaultFile, type FaultPlanFile } from '../../engine/model/fault-plan.ts';
import { unknownName } from '../unknown-name.ts';

const plan = (name: string, description: string, ...faults: readonly FaultFile[]): FaultPlanFile =>
  ({ twinclock: FAULT_PLAN_VERSION, name, description, faults });

const PLANS: readonly FaultPlanFile[] = [
  plan('storm-all-spot', 'Every spot VM is taken back once, half-way through the first task it runs, 30 s after the notice.',
    { kind: 'terminate-working', market: 'spot', atProgress: 0.5, times: 1, notice: '30s' }),
  plan('storm-evening', 'On Thursday evening, 16:00 to 22:00 UTC, spot VMs are taken back, three an hour on average.',
    { kind: 'storm', at: '3d16h', for: '6h', killsPerHour: 3, notice: '30s' }),
  plan('capacity-drought', 'No spot GPU to be had for 24 hours from Thursday 06:00 UTC on.',
    { kind: 'no-capacity', at: '3d6h', for: '24h', pool: 'gpu' }),
  plan('spot-price-x3', 'Spot costs three times as much in both pools from Wednesday 00:00 UTC on.',
    { kind: 'price', at: '2d', factor: 3 }),
  plan('person-away-thursday', 'Dana, who plans, designs, codes, reviews and approves, is away on the first Thursday.',
    { kind: 'away', at: '3d', for: '1d', human: 'dana' }),
  plan('api-outage-20m', 'The language model answers nothing for 20 minutes on Wednesday morning.',
    { kind: 'outage', at: '2d8h20m', for: '20m', api: 'llm' }),
  plan('budget-cut', 'On Wednesday at 12:00 UTC the budget is cut to 1200 dollars.',
    { kind: 'budget', at: '2d12h', budget: 1200 }),
];

/** Every name `loadFaults` knows. */
export function faultNames(): string[] {
  return PLANS.map((entry) => entry.name);
}

/** The fault plan of that name. Throws `InputError` for an unknown one. */
export function loadFaults(name: string): FaultPlanFile {
  const found = PLANS.find((entry) => entry.name === name);
  if (found === undefined) throw unknownName('unknown-faults', '', 'no fault plan of this name', name, faultNames());
  return found;
}
