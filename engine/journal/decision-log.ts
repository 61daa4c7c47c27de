// Why each placement went where it did: one row a decision, and one row for each candidate it had, in flat columns.
// Written by the kernel from the very numbers the policy decided on; never part of the hash.

/** Columns of a decision row. `chosen` is the index of its candidate row, -1 when the policy placed without a list. */
export const DECISION_STRIDE = 6; // time, task, attempt, firstCandidate, candidateCount, chosen (absolute candidate row or -1)
/** Columns of a candidate row. `flags`: market + 2 x fresh. `filter`: 0 or an index into REFUSALS. */
export const CANDIDATE_STRIDE = 13; // unit, pool, flags, filter, start, duration, rework, cost, waste, termLatency, termCost, termFragmentation, score

export class DecisionLog {
  decisions = new Float64Array(64 * DECISION_STRIDE);
  decisionCount = 0;
  candidates = new Float64Array(256 * CANDIDATE_STRIDE);
  candidateCount = 0;

  addDecision(time: number, task: number, attempt: number, candidateCount: number, chosen: number): void {
    let d = this.decisions;
    const at = this.decisionCount * DECISION_STRIDE;
    if (at === d.length) { const grown = new Float64Array(d.length * 2); grown.set(d); d = this.decisions = grown; }
    const first = this.candidateCount - candidateCount;
    d[at] = time; d[at + 1] = task; d[at + 2] = attempt; d[at + 3] = first; d[at + 4] = candidateCount; d[at + 5] = chosen < 0 ? -1 : first + chosen;
    this.decisionCount++;
  }

  /** The offset at which the caller writes the next candidate row of CANDIDATE_STRIDE numbers. */
  reserveCandidate(): number {
    const at = this.candidateCount * CANDIDATE_STRIDE;
    if (at === this.candidates.length) { const grown = new Float64Array(this.candidates.length * 2); grown.set(this.candidates); this.candidates = grown; }
    this.candidateCount++;
    return at;
  }

  clear(): void { this.decisionCount = 0; this.candidateCount = 0; }
}
