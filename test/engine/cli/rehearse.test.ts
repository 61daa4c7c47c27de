// `twinclock rehearse` in a child process: the figures of the experiment code, as tables, as JSON, as a folder; exit codes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../../engine/experiment/rehearsal/card.ts';
import { parseHypotheses } from '../../../engine/experiment/rehearsal/rehearsal-file.ts';
import { Rehearser, eachAlone } from '../../../engine/experiment/rehearsal/rehearse.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { parsePolicySpec } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { onlyJson, twinclock, workFolder } from '../../support/built-cli.ts';

const home = workFolder();
const plan: FaultPlanFile = { twinclock: 'faults/1', name: 'bad thursday', faults: [{ kind: 'storm', at: '1d', for: '2d', killsPerHour: 1, notice: '30s' }, { kind: 'outage', at: '2d8h', for: '3h', api: 'llm' }] };
const planFile = join(home, 'faults.json');
writeFileSync(planFile, JSON.stringify(plan));

describe('rehearse', () => {
  it('prints as JSON what the experiment code finds', async () => {
    const { code, stdout, stderr } = await twinclock(['rehearse', 'feature-120', '--faults', planFile, '--policy', 'weighted:theta=0.8', '--seed', '3', '--storms', '4', '--expect', 'tasks=all', '--expect', 'extraCost <= 50% in 50%', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const printed = onlyJson(stdout), setup = { instance: compileScenario(loadCatalog('feature-120')), ...parsePolicySpec('weighted:theta=0.8'), plan };
    const own = new Rehearser(setup).rehearse(3).rehearsal, rehearser = new Rehearser(setup), storms = [3, 4, 5, 6].map((seed) => rehearser.storm(seed));
    expect(printed).toMatchObject({ scenario: 'feature-120', policy: 'weighted:theta=0.8', seed: 3, faults: plan, parting: own.parting, baseline: { hash: own.baseline.hash }, faulted: { hash: own.faulted.hash } });
    expect(printed.cutOffs).toEqual(JSON.parse(JSON.stringify(own.cutOffs)));
    expect(printed.hits.map((hit: { lostMs: number; vms: string[] }) => [hit.lostMs, hit.vms])).toEqual(own.hits.map(({ lostMs, vms }) => [lostMs, vms]));
    expect(printed.storms.map((storm: { seed: number; figures: { extraCostMicroUsd: number } }) => [storm.seed, storm.figures.extraCostMicroUsd])).toEqual(storms.map(({ seed, values }) => [seed, values.extraCostMicroUsd]));
    expect(printed.card).toEqual(JSON.parse(JSON.stringify(cardOf(parseHypotheses(['tasks=all', 'extraCost <= 50% in 50%']), storms))));
    expect(printed.alone.map(({ figures }: { figures: { extraMakespanMs: number } }) => figures.extraMakespanMs)).toEqual(eachAlone(setup, 3).map(({ figures }) => figures.values.extraMakespanMs));
  });

  it('shows both runs, the parting, what was hit and the card; exit code 1 when a hypothesis fails', async () => {
    const { code, stdout, stderr } = await twinclock(['rehearse', 'feature-120', '--faults', 'storm-all-spot', '--storms', '3', '--expect', 'late <= 9', '--expect', 'interruptions = 0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error \[hypothesis-failed\] 1 of 2 hypotheses fails: interruptions = 0 \(held in 0 of 3\)\n$/);
    for (const words of ['without faults', 'the runs part at', 'first decided otherwise', 'kill every spot VM once', 'recovered after', '3 storms: the plan under seeds 1 to 3', 'worst seed', 'FAIL']) expect(stdout).toContain(words);
  });

  it('is the same run twice without faults', async () => {
    const none = join(home, 'none.json');
    writeFileSync(none, JSON.stringify({ twinclock: 'faults/1', name: 'none', faults: [] }));
    const { code, stdout } = await twinclock(['rehearse', 'heft-10', '--faults', none, '--storms', '2', '--expect', 'extraMakespan = 0', '--json']), { parting, baseline, faulted, card } = onlyJson(stdout);
    expect([code, parting, faulted.hash, card.pass]).toEqual([0, null, baseline.hash, true]);
  });

  it('writes a folder that makes it all again, and whose runs can be replayed', async () => {
    const out = join(home, 'drill'), first = await twinclock(['rehearse', 'feature-12', '--faults', 'storm-all-spot', '--policy', 'spot-only', '--storms', '3', '--expect', 'tasks=all', '--out', out, '--json']);
    expect([first.code, first.stderr]).toEqual([0, '']);
    const again = await twinclock(['rehearse', join(out, 'rehearsal.json'), '--json']), { out: _, ...printed } = onlyJson(first.stdout);
    expect(again.code).toBe(0);
    expect(onlyJson(again.stdout)).toEqual(printed);
    expect(onlyJson(readFileSync(join(out, 'result.json'), 'utf8'))).toEqual(printed);
    expect(readFileSync(join(out, 'storms.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(4);
    for (const [run, hash] of [['without', printed.baseline.hash], ['with', printed.faulted.hash]]) expect(onlyJson((await twinclock(['replay', join(out, run!), '--json'])).stdout)).toMatchObject({ identical: true, journalHash: hash });
    expect((await twinclock(['rehearse', 'feature-12', '--faults', 'storm-all-spot', '--storms', '1', '--out', out, '--json'])).code).toBe(0);
  });

  it('reads rehearsal files with names beside them; options go before', async () => {
    const file = join(home, 'thursday.json');
    writeFileSync(file, JSON.stringify({ twinclock: 'rehearsal/1', name: 'thursday', scenario: 'feature-120', policy: 'fifo', faults: 'faults.json', storms: 2, firstSeed: 5, hypotheses: ['late <= 9'] }));
    const { code, stdout } = await twinclock(['rehearse', file, '--policy', 'weighted', '--json']);
    expect(code).toBe(0);
    expect(onlyJson(stdout)).toMatchObject({ policy: 'weighted', seed: 5, faults: { name: 'bad thursday' }, card: { seeds: [5, 6], hypotheses: [{ text: 'late <= 9' }] } });
    expect((await twinclock(['validate', file])).stdout).toContain('ok: rehearsal thursday (rehearsal/1), 120 tasks, 2 faults, 2 storms, 1 expectation');
  });

  it.each<[string, readonly string[], string]>([
    ['no faults', ['rehearse', 'feature-120'], 'missing-option'], ['an unknown figure', ['rehearse', 'feature-120', '--faults', 'storm-all-spot', '--expect', 'makspan<=4h'], 'did you mean "makespan"?'],
    ['a value without a unit', ['rehearse', 'feature-120', '--faults', 'storm-all-spot', '--expect', 'cost<=1500'], '1500usd'], ['an unknown plan', ['rehearse', 'feature-120', '--faults', 'strom-all-spot'], 'did you mean "storm-all-spot"?'],
    ['a plan for another fleet', ['rehearse', 'heft-10', '--faults', 'api-outage-20m'], 'is no API of the scenario'],
  ])('refuses %s with exit code 2', async (_, args, words) => {
    const { code, stdout, stderr } = await twinclock(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('publishes the schema of its files', async () => {
    expect(onlyJson((await twinclock(['schema', 'rehearsal'])).stdout)).toMatchObject({ $id: 'urn:twinclock:rehearsal:1', additionalProperties: false });
  });
});
