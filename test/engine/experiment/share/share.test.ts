// Share files: what is made is found identical, every change is found and named, and a file stands alone.
import { describe, expect, it } from 'vitest';
import { compare, comparedRun, comparisonOf } from '../../../../engine/experiment/compare.ts';
import { runOnce } from '../../../../engine/experiment/run-once.ts';
import { makeShare, sharedJournal } from '../../../../engine/experiment/share/make-share.ts';
import { openShare } from '../../../../engine/experiment/share/open-share.ts';
import { verifyShare } from '../../../../engine/experiment/share/verify-share.ts';
import { journalHeader } from '../../../../engine/journal/journal-header.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import { InputError, inputError } from '../../../../engine/model/errors.ts';
import type { Policy } from '../../../../engine/model/policy.ts';
import type { ScenarioFile } from '../../../../engine/model/scenario.ts';
import type { ShareFile } from '../../../../engine/model/share.ts';
import { compileFaults } from '../../../../engine/sim/faults.ts';
import { parsePolicySpec } from '../../../../policies/registry.ts';
import { loadCatalog } from '../../../../scenarios/catalog/index.ts';
import { loadFaults } from '../../../../scenarios/faults/index.ts';
import { plainPolicy, smallScenario } from '../../../support/small-scenario.ts';

const noTexts = (name: string): Policy => { throw inputError('unknown-policy', '', 'no policy of this name', { value: name }); };
/** As it comes out of a file. */
const written = (file: ShareFile): any => JSON.parse(JSON.stringify(file));

function sharedComparison(scenario: ScenarioFile, specs: readonly string[], replications: number, faults?: string): ShareFile {
  const instance = compileScenario(scenario), plan = faults === undefined ? undefined : loadFaults(faults);
  const comparison = compare({ instance, policies: specs.map(parsePolicySpec), replications, ...(plan === undefined ? {} : { faults: compileFaults(plan, instance.problem) }) });
  return makeShare(comparison, { engine: '0.1.0', scenario, plan, view: { view: 'compare', metric: 'objective', baseline: specs[0]! } });
}

function faultsOf(value: unknown): string[] {
  try { openShare(value, noTexts); } catch (error) { if (error instanceof InputError) return error.faults.map(({ code, path }) => `${code} ${path}`); throw error; }
  return [];
}

describe('a share file', () => {
  const file = sharedComparison(loadCatalog('feature-12'), ['fifo', 'weighted:theta=0.8'], 3, 'storm-all-spot');

  it('names what everybody has, and holds the hash of every run', () => {
    expect(file.scenario).toEqual({ name: 'feature-12', hash: compileScenario(loadCatalog('feature-12')).hash });
    expect(file.faults).toMatchObject({ name: 'storm-all-spot' });
    expect(file.faults!.plan).toBeUndefined();
    const instance = compileScenario(loadCatalog('feature-12')), faults = compileFaults(loadFaults('storm-all-spot'), instance.problem);
    expect(file.policies[1]!.hashes).toEqual([1, 2, 3].map((seed) => runOnce(instance, { ...parsePolicySpec('weighted:theta=0.8'), faults, seed }).run.hash));
  });

  it('is found identical', () => {
    expect(verifyShare(openShare(written(file), noTexts))).toMatchObject({ identical: true, runs: 6, different: [], figures: [], statement: undefined });
  });

  it('that was changed is not: each run, each figure and the verdict are named', () => {
    const other = written(file);
    other.policies[1].hashes[2] = '0'.repeat(32);
    other.policies[0].figures.costMicroUsd.mean += 1;
    other.statement = 'weighted:theta=0.8 is better than every other policy';
    const { identical, different, figures, statement } = verifyShare(openShare(other, noTexts));
    expect(identical).toBe(false);
    expect(different).toEqual([{ policy: 'weighted:theta=0.8', seed: 3, published: '0'.repeat(32), made: file.policies[1]!.hashes[2], divergence: undefined }]);
    expect(figures.map(({ policy, figure }) => `${policy} ${figure}`)).toEqual(['fifo costMicroUsd']);
    expect(statement).toEqual({ published: other.statement, made: file.statement });
  });

  it('that is wrong is refused with every fault', () => {
    const other = written(file);
    other.weights.cost = 0.9;
    other.policies[0].hashes.pop();
    other.policies[1].policy = 'wieghted';
    other.scenario.hash = '0'.repeat(32);
    other.view.baseline = 'heft';
    expect(faultsOf(other)).toEqual(['bad-weights weights', 'bad-length policies[0].hashes', 'unknown-baseline view.baseline', 'scenario-mismatch scenario.hash', 'unknown-policy policies[1].policy']);
    expect(faultsOf({ ...written(file), polices: 1, seeds: [1, -1] })).toEqual(['unknown-key polices', 'out-of-range seeds[1]']);
    expect(faultsOf({ twinclock: 'scenario/1' })).toEqual(['unsupported-version twinclock']);
  });
});

describe('a share file of what only its publisher has', () => {
  const scenario = smallScenario([{ id: 'a', duration: { uniform: { min: '5m', max: '15m' } } }, { id: 'b', duration: '10m', after: ['a'] }], { local: [{ id: 'machine', slots: 1 }] }), instance = compileScenario(scenario);
  const comparison = comparisonOf({ instance, policies: [{ policy: { ...plainPolicy, name: 'mine/plain' }, parameters: {} }] }, [4], [[comparedRun(runOnce(instance, { policy: plainPolicy, parameters: {}, seed: 4 }))]]);
  const file = makeShare(comparison, { engine: '0.1.0', scenario, texts: new Map([['mine/plain', 'the source']]) });

  it('carries the scenario and the source', () => {
    expect(file.scenario.file).toEqual(scenario);
    expect(file.policies[0]!.text).toBe('the source');
    const asked: string[] = [];
    const opened = openShare(written(file), (name, text) => { asked.push(`${name}: ${text}`); return plainPolicy; });
    expect(asked).toEqual(['mine/plain: the source']);
    expect(verifyShare(opened)).toMatchObject({ identical: true, runs: 1 });
  });

  it('says where its scenario is wrong', () => {
    const other = written(file);
    other.scenario.file.jobs[0].tasks[1].after = ['c'];
    expect(faultsOf(other)).toEqual(['unknown-predecessor scenario.file.jobs[0].tasks[1].after[0]', 'unknown-policy policies[0].text']);
  });
});

describe('a share file with a journal', () => {
  const scenario = loadCatalog('feature-120'), instance = compileScenario(scenario);
  const done = runOnce(instance, { ...parsePolicySpec('heft'), seed: 3 });
  const journal = sharedJournal('heft', journalHeader(done.run, { engine: '0.1.0', scenario, scenarioHash: instance.hash }), done.run);
  const file = makeShare(comparisonOf({ instance, policies: [parsePolicySpec('heft')] }, [3], [[comparedRun(done)]]), { engine: '0.1.0', scenario, journals: [journal] });

  it('says where a run that differs parts from it', () => {
    const other = written(file);
    other.policies[0].policy = other.journals[0].policy = 'fifo';
    const [different] = verifyShare(openShare(other, noTexts)).different, expected = runOnce(instance, { ...parsePolicySpec('fifo'), seed: 3 }).run;
    expect(different).toMatchObject({ policy: 'fifo', seed: 3, published: done.run.hash, made: expected.hash });
    const { row } = different!.divergence!;
    expect(expected.log.rows.slice(0, row * 6)).toEqual(done.run.log.rows.slice(0, row * 6));
    expect(expected.log.rows.slice(row * 6, row * 6 + 6)).not.toEqual(done.run.log.rows.slice(row * 6, row * 6 + 6));
  });

  it('refuses one that was changed', () => {
    const other = written(file);
    other.journals[0].lines[1] = other.journals[0].lines[1].replace(/"t":\d+/, '"t":12345');
    expect(faultsOf(other)).toEqual([expect.stringMatching(/^hash-mismatch journals\[0\]\.lines\.line \d+\.hash$/)]);
  });
});
