// How a command that holds a live run is told to end. The first signal asks; the next one ends the process as it is.

/** Exit codes of a process that a signal ended. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Resolves at the first of these signals with the exit code that goes with it. SIGHUP is for what must not outlive its terminal. */
export function endAsked(signals: readonly (keyof typeof CODES)[] = ['SIGINT', 'SIGTERM']): Promise<number> {
  return new Promise((done) => {
    const end = (signal: keyof typeof CODES): void => {
      for (const one of signals) { process.off(one, end); process.once(one, () => process.exit(CODES[one])); }
      done(CODES[signal]);
    };
    for (const one of signals) process.once(one, end);
  });
}
