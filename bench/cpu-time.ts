// Time as the CPU time of this process, collector and compiler threads included: on a busy machine it holds steady where
// wall time does not. Cells of one thread use it; decisions, start-up and sweeps are measured on the wall.
import { Bench } from 'tinybench';
import type { TimestampProvider } from 'tinybench';
import type { Setting, Timing } from './case.ts';

/** CPU milliseconds of the process so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const CPU_CLOCK: TimestampProvider = { name: 'cpu', fn: cpuMs, fromMs: (ms) => ms, toMs: Number };

/** Work that takes longer than this is measured once, without warm-up. */
const SLOW_MS = 5_000;

/**
 * CPU time of one call of `work`: over 2 s after half a second of warm-up, at least 10 calls; slow work a few times or once.
 * The first call is never a sample unless it is the only one.
 */
export function timeCpu(work: () => void, { quick }: Pick<Setting, 'quick'>): Timing {
  const from = cpuMs();
  work();
  const first = cpuMs() - from;
  if (first > SLOW_MS) return { p50: first, p99: first, max: first, samples: 1 };
  const bench = new Bench({
    timestampProvider: CPU_CLOCK, throws: true, time: quick ? 0 : 2_000, iterations: quick ? 2 : first > 500 ? 3 : 10,
    warmupTime: quick || first > 500 ? 0 : 500, warmupIterations: quick ? 0 : 1,
  });
  bench.add('work', work, { async: false });
  const [task] = bench.runSync(), result = task!.result;
  if (result.state !== 'completed') throw new Error(`the measurement is ${result.state}`);
  const { p50, p99, max, samplesCount } = result.latency;
  return { p50, p99, max, samples: samplesCount };
}
