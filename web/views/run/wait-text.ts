// What an attempt waited for, as the page says it. Before it is placed it waits for a place: there was no room, or the policy
// held it back; the engine's word for that is the decision that ended it.
import type { WaitCause } from '../../../engine/metrics/cause-names.ts';

const WAITS: Readonly<Record<WaitCause, string>> = {
  decision: 'for a place', boot: 'for a boot', data: 'for data', 'rate limit': 'for a rate limit', person: 'for a person', start: 'for its start',
};

/** `for a place`. */
export function waitText(cause: WaitCause): string {
  return WAITS[cause];
}
