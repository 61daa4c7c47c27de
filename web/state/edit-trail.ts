// Where an entry of a list stands now that stood somewhere when the list was drawn: somebody who edits by what is drawn may be
// behind by some edits. Lists grow at their ends, so that only entries that are taken away move others; it is exact as long as
// every edit is told. Versions are compared by identity.

interface Step<Version> {
  readonly from: Version;
  readonly to: Version;
  readonly list: string;
  /** Place of the entry that was taken away, or -1. */
  readonly removed: number;
}

/** Nobody is behind by more. */
const STEPS_MAX = 50;

export class EditTrail<Version> {
  private readonly steps: Step<Version>[] = [];

  /** An edit made `to` out of `from`; `removed`: the place in `list` of the entry that it took away. */
  add(from: Version, to: Version, removed = -1, list = ''): void {
    this.steps.push({ from, to, list, removed });
    if (this.steps.length > STEPS_MAX) this.steps.shift();
  }

  /** No version is known any more. */
  clear(): void { this.steps.length = 0; }

  /** The place in the list of version `now` of what stood at `at` in `shown`; -1 when it was taken away, or when no edits led from one to the other. */
  placeNow(at: number, shown: Version, now: Version, list = ''): number {
    const led: Step<Version>[] = [];
    let version = now;
    for (let k = this.steps.length - 1; k >= 0 && version !== shown; k--) {
      const step = this.steps[k]!;
      if (step.to !== version) continue;
      led.unshift(step);
      version = step.from;
    }
    if (version !== shown) return -1;
    let place = at;
    for (const { list: of, removed } of led) {
      if (of !== list || removed < 0 || removed > place) continue;
      if (removed === place) return -1;
      place--;
    }
    return place;
  }
}
