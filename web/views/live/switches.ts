// What the switches of a run would do at this moment, in words with numbers: what would end, what goes on, what is kept.
import { countText, dollarText } from '../../../engine/metrics/figure-text.ts';
import type { ResourceJson, RunJson } from '../../../engine/live/api/answers.ts';
import type { Switch } from '../../state/live-desk.ts';

export interface SwitchChoice {
  readonly name: Switch;
  readonly title: string;
  /** What its button says once more. */
  readonly confirm: string;
  readonly danger: boolean;
  readonly effects: readonly string[];
}

const NAMES_SHOWN = 8;

/** Those that make sense in the phase the run is in. */
export function switchesFor(run: RunJson, resources: readonly ResourceJson[]): SwitchChoice[] {
  const running = run.tasks['running'] ?? 0, placed = run.tasks['scheduled'] ?? 0, waiting = (run.tasks['eligible'] ?? 0) + (run.tasks['queued'] ?? 0), busy = resources.filter((resource) => resource.running > 0).map(({ unit }) => unit);
  const vms = resources.filter(({ kind, state }) => kind === 'cloud' && state !== 'OFF'), hourly = vms.reduce((sum, { price }) => sum + price, 0), on = busy.length === 0 ? '' : ` on ${named(busy)}`;
  const goesOn = running === 0 ? 'Nothing is running.' : `${countText(running, 'task')}${on} ${running === 1 ? 'goes' : 'go'} on to the end.`, billed = vms.length === 0 ? [] : [`${countText(vms.length, 'VM')} (${named(vms.map(({ unit }) => unit))}) ${vms.length === 1 ? 'stays' : 'stay'} up, for ${dollarText(hourly)} an hour.`];
  const resume: SwitchChoice = { name: 'resume', title: 'Resume', confirm: 'Decide again', danger: false, effects: [`The policy decides again: ${countText(waiting, 'task')} not placed yet.`, ...(run.phase === 'stopped' ? ['What was ended by the kill switch is placed again.'] : [])] };
  const pause: SwitchChoice = { name: 'pause', title: 'Pause', confirm: 'Pause', danger: false, effects: ['Nothing new is decided until it is resumed.', goesOn, ...billed] };
  const drain: SwitchChoice = {
    name: 'drain', title: 'Drain', confirm: 'Drain', danger: false,
    effects: ['Nothing new is decided until it is resumed.', goesOn, vms.length === 0 ? 'No VM is up.' : `Then ${countText(vms.length, 'VM')} (${named(vms.map(({ unit }) => unit))}) ${vms.length === 1 ? 'is' : 'are'} released.`],
  };
  const kill: SwitchChoice = {
    name: 'kill', title: 'Kill switch', confirm: `End ${countText(running + placed, 'attempt')} and ${countText(vms.length, 'VM')}`, danger: true,
    effects: [
      running === 0 ? 'Nothing is running.' : `${countText(running, 'task')}${on} ${running === 1 ? 'is' : 'are'} ended by force; work since the last checkpoint is lost.`,
      ...(placed === 0 ? [] : [`${countText(placed, 'task')} that ${placed === 1 ? 'is' : 'are'} placed or offered to people ${placed === 1 ? 'is' : 'are'} taken back.`]),
      vms.length === 0 ? 'No VM is up.' : `${countText(vms.length, 'VM')} (${named(vms.map(({ unit }) => unit))}) ${vms.length === 1 ? 'is' : 'are'} ended at once.`, 'Nothing new is decided until it is resumed; the tasks are kept.',
    ],
  };
  switch (run.phase) {
    case 'running': return [pause, drain, kill];
    case 'paused': case 'draining': return [resume, ...(run.phase === 'paused' ? [drain] : [pause]), kill];
    case 'drained': case 'stopped': return [resume];
    default: return [kill];
  }
}

function named(units: readonly string[]): string {
  return units.slice(0, NAMES_SHOWN).join(', ') + (units.length > NAMES_SHOWN ? ` and ${units.length - NAMES_SHOWN} more` : '');
}
