// How a command that holds a live run is told to end. The first signal asks; the next one ends the process as it is.

/** Exit codes of a process that a signal ended. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Resolves at the first SIGINT or SIGTERM with the exit code that goes with it. */
export function endAsked(): Promise<130 | 143> {
  return new Promise((done) => {
    const signals = Object.keys(CODES) as (keyof typeof CODES)[];
    const end = (signal: keyof typeof CODES): void => {
      for (const one of signals) { process.off(one, end); process.once(one, () => process.exit(CODES[one])); }
      done(CODES[signal]);
    };
    for (const one of signals) process.once(one, end);
  });
}
