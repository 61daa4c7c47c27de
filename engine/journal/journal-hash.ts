// The name of a run: 128 bits over what went in (scenario, policy, weights, seed) and every row that came out. Two runs
// with the same hash made the same decisions at the same instants; wall times and explanations are not part of it.
import { Hash128 } from '../model/hash.ts';
import type { ParameterValues, Weights } from '../model/policy.ts';
import type { RecordLog } from './log.ts';

/** Changes with the meaning of the rows, so that hashes of different formats never agree by chance of format. */
const SCHEME = 'journal/1';

/**
 * 32 hexadecimal digits. Parameters are taken by name, so their order does not matter; -0 counts as 0 in parameters and
 * weights (JSON files may lose its sign), but not in rows.
 */
export function journalHash(
  scenarioHash: string, policy: string, parameters: ParameterValues, weights: Weights, seed: number, log: RecordLog,
): string {
  const hash = new Hash128();
  const names = Object.keys(parameters).sort();
  const numbers = Float64Array.from([
    ...names.map((name) => parameters[name]!), weights.latency, weights.cost, weights.fragmentation, seed, log.count,
  ], (x) => x + 0);
  hash.addText(SCHEME);
  hash.addText(scenarioHash);
  hash.addText(policy);
  hash.addWord(names.length);
  for (const name of names) hash.addText(name);
  hash.addNumbers(numbers, 0, numbers.length);
  hash.addNumbers(log.rows, 0, log.length);
  return hash.digest();
}

/** 128 bits over the rows alone: two runs with the same one did the same things at the same instants, whatever weights or policy led to it. */
export function scheduleHash(log: RecordLog): string {
  const hash = new Hash128();
  hash.addNumbers(log.rows, 0, log.length);
  return hash.digest();
}
