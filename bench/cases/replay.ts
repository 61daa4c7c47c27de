// Replay: the events of a journal fed to a fresh kernel, every row it writes compared. CPU time. Answer: identical, and
// the hash is that of the recorded run.
import { compileScenario } from '../../engine/model/compile.ts';
import { replay } from '../../engine/sim/replay.ts';
import { simulate } from '../../engine/sim/run.ts';
import { policyNamed } from '../../policies/registry.ts';
import { loadCatalog } from '../../scenarios/catalog/index.ts';
import { checkAnswer, figureName, type BenchCase } from '../case.ts';
import { timeCpu } from '../cpu-time.ts';
import { isEvent, STRIDE } from '../../engine/journal/records.ts';
import type { RecordLog } from '../../engine/journal/log.ts';

export const replayCase: BenchCase = {
  name: 'replay',
  cells: ({ quick, policies }) => (quick ? ['feature-12'] : ['feature-120', 'feature-1000']).flatMap((scenario) => policies.map((policy) => `${scenario}/${policy}`)),
  measure(cell, setting) {
    const [scenario, name] = cell.split('/') as [string, string], instance = compileScenario(loadCatalog(scenario)), policy = policyNamed(name), seed = 1;
    const { log, parameters, weights, hash } = simulate(instance, { policy, seed }), events = eventsOf(log);
    const { p50, p99, max, samples } = timeCpu(() => {
      const again = replay(instance, log, { policy, parameters, weights, seed });
      checkAnswer(`replay of ${cell}`, again.identical, true);
      checkAnswer(`hash of the replay of ${cell}`, again.hash, hash);
    }, setting);
    return {
      rows: [{ what: `${scenario}, ${name}, ${events} events`, value: p50, p99, max, unit: 'ms', perSecond: 1000 / p50, samples }],
      figures: { [figureName(scenario, name, 'ms')]: p50, [figureName(scenario, name, 'events-per-second')]: events / p50 * 1000 },
      growth: scenario === 'feature-12' ? [] : [{ series: `replay: ${name}, over tasks`, size: instance.problem.taskCount, ms: p50 }],
      answer: hash,
    };
  },
};

function eventsOf({ rows, length }: RecordLog): number {
  let events = 0;
  for (let at = 0; at < length; at += STRIDE) if (isEvent(rows[at]!)) events++;
  return events;
}
