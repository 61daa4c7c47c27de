// Calls of one name that follow each other: the next begins when the one before has ended, well or not. Calls of other names wait for
// none of them. Nothing is kept of a name once its line is empty.
export class Lines {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Resolves, or rejects, as the call does when its turn has come. */
  add<T>(name: string, call: () => Promise<T>): Promise<T> {
    const next = (this.last.get(name) ?? Promise.resolve()).then(call, call), leave = (): void => { if (this.last.get(name) === next) this.last.delete(name); };
    this.last.set(name, next);
    next.then(leave, leave);
    return next;
  }
}
