// The vocabulary of waiting: what attempts wait for, what the time of the critical chain went to, and how one step of it
// released the next. Names only, so that pages can show them.

/** What an attempt waits for between readiness and start. Index = code. */
export const WAIT_CAUSES = ['decision', 'boot', 'data', 'rate limit', 'person', 'start'] as const;
export type WaitCause = (typeof WAIT_CAUSES)[number];

/**
 * Index = code. Of an attempt that runs: `work` that lasts, `lost work`, `checkpoints`, `set-up`, `off hours` (a person's, and
 * those in which an answer is waited for). Before it runs: `boot`, `data` on its way, `rate limit`, `person` (response or
 * absence), `start`. Before it is placed: `unit` (its slot was held by a VM on which nothing ran), `tick` (to the next decision
 * of the grid), `held back` (there was room: a policy's choice, a budget, a pause). `submission`: its job was not there yet.
 * `unfinished`: after the last attempt of a run that was cut off. `exit`, of live runs: from the end of the work to the news of it.
 */
export const CHAIN_CAUSES = [
  'work', 'lost work', 'checkpoints', 'set-up', 'off hours', 'boot', 'data', 'rate limit', 'person', 'start', 'unit', 'tick', 'held back', 'submission', 'unfinished',
  'exit',
] as const;
export type ChainCause = (typeof CHAIN_CAUSES)[number];
export const CHAIN_WORK = 0, CHAIN_LOST = 1, CHAIN_CHECKPOINT = 2, CHAIN_SETUP = 3, CHAIN_OFF_HOURS = 4, CHAIN_BOOT = 5, CHAIN_DATA = 6, CHAIN_RATE_LIMIT = 7,
  CHAIN_PERSON = 8, CHAIN_START = 9, CHAIN_UNIT = 10, CHAIN_TICK = 11, CHAIN_HELD = 12, CHAIN_SUBMISSION = 13, CHAIN_UNFINISHED = 14, CHAIN_EXIT = 15;

/**
 * What released a step: the end of a `predecessor`, the arrival of its `data`, the end of an earlier `attempt` of the same task,
 * of one that held the `unit`, the request of its `vm` for another task, the `submission` of its job, the `start of the run`.
 */
export const CHAIN_LINKS = ['start of the run', 'submission', 'predecessor', 'data', 'attempt', 'unit', 'vm'] as const;
export type ChainLink = (typeof CHAIN_LINKS)[number];

/** `of the step before it`, for people: how that step released this one. */
export function linkText(link: ChainLink, before: string): string {
  switch (link) {
    case 'start of the run': return 'the start of the run';
    case 'submission': return 'its job to come in';
    case 'predecessor': return before;
    case 'data': return `data of ${before}`;
    case 'attempt': return 'its earlier attempt';
    case 'unit': return `room of ${before}`;
    case 'vm': return `a VM requested for ${before}`;
  }
}
