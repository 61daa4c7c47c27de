// What an entry of a scenario file is when it does not say, where that is more than a zero or a one. Documented at the
// fields in scenario.ts.

export const DEFAULT_TICK = '30s';
export const DEFAULT_HORIZON = '3650d';
export const DEFAULT_NOTICE = '2m';
export const DEFAULT_GRANULARITY = '1s';
export const DEFAULT_MINIMUM = '60s';
export const DEFAULT_RETRY_AFTER = '20s';
export const DEFAULT_ATTEMPTS = 3;
/** Classes of a task with one duration model. */
export const DEFAULT_CLASSES: readonly string[] = ['local', 'cloud'];
