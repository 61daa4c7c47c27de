// A lock that a worker holds as long as it lives. Whoever asks for the same lock gets it at the moment the worker ends,
// however it ends: a worker that closes itself, or is closed by the browser, raises no error that its page could hear.

/** The name of the lock, once it is held. Undefined where the browser has no locks (pages that are not served securely). */
export function holdLock(): Promise<string | undefined> {
  if (!('locks' in navigator)) return Promise.resolve(undefined);
  const name = `twinclock worker ${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => { resolve(name); return new Promise(() => { /* never settles */ }); });
  });
}
