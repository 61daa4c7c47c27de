// The name of a run: 128 bits over what went in (scenario, policy, weights, seed) and every row that came out. Two runs
// with the same hash made the same decisions at the same instants; wall times and explanations are not part of it.
import { Hash128 } from '../model/hash.ts';
import type { ParameterValues, Weights } from '../model/policy.ts';
import type { RecordLog } from './log.ts';

/** Changes with the meaning of the rows, so that hashes of different formats never agree by chance of format. */
const SCHEME = 'journal/1';

/**
 * Names the runs of one scenario, policy, parameters and weights. Parameters are taken by name, so their order does not matter;
 * -0 counts as 0 in parameters and weights (JSON files may lose its sign), but not in rows.
 */
export class JournalHash {
  /** After what all the runs have in common. */
  private readonly common = new Hash128();
  private readonly hash = new Hash128();

  constructor(scenarioHash: string, policy: string, parameters: ParameterValues, weights: Weights) {
    const { common } = this, names = Object.keys(parameters).sort();
    common.addText(SCHEME);
    common.addText(scenarioHash);
    common.addText(policy);
    common.addWord(names.length);
    for (const name of names) common.addText(name);
    for (const number of [...names.map((name) => parameters[name]!), weights.latency, weights.cost, weights.fragmentation]) common.addNumber(number + 0);
  }

  /** 32 hexadecimal digits. */
  of(seed: number, log: RecordLog): string {
    const { hash } = this;
    hash.copyFrom(this.common);
    hash.addNumber(seed + 0);
    hash.addNumber(log.count);
    hash.addNumbers(log.rows, 0, log.length);
    return hash.digest();
  }
}

/** The name of one run. */
export function journalHash(
  scenarioHash: string, policy: string, parameters: ParameterValues, weights: Weights, seed: number, log: RecordLog,
): string {
  return new JournalHash(scenarioHash, policy, parameters, weights).of(seed, log);
}

/** 128 bits over the rows alone: two runs with the same one did the same things at the same instants, whatever weights or policy led to it. */
export function scheduleHash(log: RecordLog): string {
  const hash = new Hash128();
  hash.addNumbers(log.rows, 0, log.length);
  return hash.digest();
}
