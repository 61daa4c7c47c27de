// A fault in a few words, for lists, reports and pages: what is struck and when, times as they are in the file, hardly rounded; and
// what is left of those that were injected into a live run.
import type { FaultFile } from './fault-plan.ts';

/** `kill gpu/2 at 3d16h, notice 30s`; a fault with a name begins with it. */
export function faultWords(fault: FaultFile): string {
  return fault.name === undefined ? deed(fault) : `${fault.name}: ${deed(fault)}`;
}

/** How many faults of a live run are still to come: their time has not come, or they strike again and again. */
export const faultsToCome = (faults: readonly { readonly kind: string; readonly state: string }[]): number => faults.filter(({ kind, state }) => state === 'waiting' || ((state === 'on' || state === 'failing') && (kind === 'storm' || kind === 'terminate-working'))).length;

/** `held`: what drivers say is injected, by `number entry` or `number run/vm/life`; `toCome`: as `faultsToCome`. */
export function leftWords(held: readonly string[], toCome: number): string {
  if (held.length === 0) return toCome > 0 ? `${toCome} ${toCome === 1 ? 'fault' : 'faults'} still to come; nothing is injected now: every driver was asked` : 'nothing is left injected: every driver was asked';
  const on = new Map<string, string[]>();
  for (const id of held) {
    const [, number = '', thing = id] = /^(\d+) (.*)$/s.exec(id) ?? [];
    on.set(number, [...on.get(number) ?? [], thing.replace(/^[^/]+\/(.+)\/\d+\.\d+$/s, '$1')]);
  }
  return `still injected, as the drivers say: ${[...on].map(([number, things]) => `fault ${number} on ${things.join(', ')}`).join('; ')}`;
}

function deed(f: FaultFile): string {
  const inPool = 'pool' in f && f.pool !== undefined ? ` in ${f.pool}` : '', notice = 'notice' in f && f.notice !== undefined ? `, notice ${time(f.notice)}` : '';
  switch (f.kind) {
    case 'terminate': return `kill ${'vm' in f ? f.vm : 'pool' in f ? `${f.count ?? 1} of ${f.pool}` : `the VM of ${f.runningTask}`} at ${time(f.at)}${notice}`;
    case 'terminate-working': {
      const times = f.times === undefined || f.times === 1 ? 'once' : `${f.times} times`;
      return `kill every ${f.market === 'any' ? '' : 'spot '}VM${inPool} ${times} at ${+((f.atProgress ?? 0.5) * 100).toFixed(1)} % of its first task${notice}`;
    }
    case 'storm': return `storm${inPool}, ${f.killsPerHour} kills an hour ${window(f)}${notice}`;
    case 'no-capacity': return `no spot VM to be had${inPool} ${window(f)}`;
    case 'price': return `spot price${inPool} x${f.factor} ${window(f)}`;
    case 'away': return `${f.human} away ${window(f)}`;
    case 'outage': return `${f.api} down ${window(f)}`;
    case 'slow-down': return `${f.resource} takes x${f.factor} as long ${window(f)}`;
    case 'budget': return `budget $${f.budget} at ${time(f.at)}`;
  }
}

/** Beyond a second, milliseconds as hundredths of it: `1m18.03s`. */
const time = (x: string | number): string => {
  if (typeof x === 'number') return `${x}s`;
  const [, before, seconds, ms] = /^(.*?)(\d+)s(\d+)ms$/.exec(x) ?? [];
  return before === undefined ? x : `${before}${Math.min(+(Number(seconds) + Number(ms) / 1000).toFixed(2), Number(seconds) + 0.99)}s`;
};
const window = (f: { readonly at: string | number; readonly for?: string | number }): string => `from ${time(f.at)}${f.for === undefined ? '' : ` for ${time(f.for)}`}`;
