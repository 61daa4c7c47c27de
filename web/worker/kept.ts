// Things that take long to make, kept by what they were made of.

/** Values by key; of more than `max` the one that was used longest ago goes. */
export class Kept<T> {
  private readonly values = new Map<string, T>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  /** The value of this key, made if it is not there. */
  of(key: string, make: () => T): T {
    const value = this.values.get(key) ?? make();
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.max) this.values.delete(this.values.keys().next().value!);
    return value;
  }
}
