// How long one policy's decisions take on this machine. The run is made again and again while that costs little, so that the
// times are those of a warm engine, as the command line's `run` does it.
import { Runner } from '../../engine/experiment/run-once.ts';
import type { RunOptions } from '../../engine/experiment/run-once.ts';
import type { Instance } from '../../engine/model/problem.ts';
import type { DecisionTiming } from './protocol.ts';

const WARM_UP_MS = 250;

export function decisionTiming(instance: Instance, options: RunOptions, seed: number): DecisionTiming {
  const runner = new Runner(instance, { ...options, clock: () => performance.now() }), from = performance.now();
  let runs = 0, done;
  do { done = runner.run(seed); runs++; } while (performance.now() - from < WARM_UP_MS);
  const { run: { decisionMs }, metrics: { decisionMsP50, decisionMsP99, decisionMsMax } } = done;
  return { decisions: decisionMs.length, p50: decisionMsP50, p99: decisionMsP99, max: decisionMsMax, runs };
}
