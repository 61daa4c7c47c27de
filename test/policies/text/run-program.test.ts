// Texts at work: the same rows as the built-in policies they copy, endless loops cut off at their line, errors and wrong acts
// at theirs, nothing carried from run to run, nothing of the engine within reach.
import { describe, expect, it } from 'vitest';
import { tryPolicy } from '../../../engine/experiment/policy-trial.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { InputError } from '../../../engine/model/errors.ts';
import type { Policy } from '../../../engine/model/policy.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { Forecaster } from '../../../engine/sim/forecast.ts';
import { Simulation, simulate } from '../../../engine/sim/run.ts';
import { policies } from '../../../policies/registry.ts';
import { OFFERED } from '../../../policies/text/offered.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { builtInText, compileText, faultsOf, smallPolicy } from '../../support/policy-text.ts';

const feature = compileScenario(loadCatalog('feature-120')), small = compileScenario(loadCatalog('feature-12'));
const rows = ({ log }: RunRecord) => Buffer.from(log.rows.slice(0, log.length).buffer);
const run = (policy: Policy, seed = 1) => simulate(small, { policy, seed });
const messageOf = (act: () => unknown): string => { try { act(); return ''; } catch (error) { return (error as InputError).faults[0]!.message; } };

describe('a text copy of a built-in policy', () => {
  it.each(policies.map((policy) => [policy.name, policy] as const))('%s gives the same rows, also when made to forget', (name, policy) => {
    const text = compileText(builtInText(name)), built = new Simulation(feature, { policy }), copy = new Simulation(feature, { policy: text });
    for (let seed = 1; seed <= 5; seed++) expect(rows(copy.run(seed)).equals(rows(built.run(seed))), `seed ${seed}`).toBe(true);
    expect(text.parameters).toEqual(policy.parameters);
    expect(tryPolicy(feature, text, { seed: 3 })).toEqual([]);
  });

  it('is named by its text, whatever its line ends', () => {
    const text = builtInText('fifo'), { name } = compileText(text);
    expect(compileText(text.replaceAll('\n', '\r\n')).name).toBe(name);
    expect(compileText(`${text}// more\n`).name).not.toBe(name);
  });
});

describe('an endless loop is cut off at its line', () => {
  it.each([
    ['while (true) {}', 8, 7],
    ['for (;;) view.candidates(view.next());', 8, 7],
    ['do view.eligibleCount(); while (view.now >= 0);', 8, 7],
    ['for (const x of endless()) x; function* endless() { while (true) yield 1; }', 8, 59],
    ['const grow = [1]; for (const x of grow) grow.push(x & 1);', 8, 25],
    ['try { while (true) {} } catch { }', 8, 13],
    ['try { while (true) {} } finally { view.next(); }', 8, 13],
    ['for (;;) try { while (true) {} } catch { }', 8, 22],
    ['let task = view.next(); for (;;) { view.candidates(task); view.place(task, 0); view.revoke(task); }', 8, 31],
  ])('%s', (line, at, column) => {
    expect(faultsOf(() => run(compileText(smallPolicy({ decide: line }))))).toEqual([`policy-loop mine.ts:${at}:${column}`]);
  });

  it('in the module itself, in prepare, and in order', () => {
    expect(faultsOf(() => compileText(smallPolicy({ top: 'while (true) {}' })))).toEqual(['policy-loop mine.ts:2:1']);
    expect(faultsOf(() => run(compileText(smallPolicy({ prepare: 'for (;;) {}' }))))).toEqual(['policy-loop mine.ts:6:5']);
    expect(faultsOf(() => run(compileText(smallPolicy().replace('order: (_, task) => task', 'order: (_, task) => { for (;;) {} return task; }'))))).toEqual(['policy-loop mine.ts:7:36']);
  });

  it('and without end called functions, too, and the depth of calls cannot be measured', () => {
    const deep = smallPolicy({ decide: 'let depth = 0; const down = (): void => { depth++; down(); }; try { down(); } catch { view.wakeAt(depth); }' });
    expect(faultsOf(() => run(compileText(deep)))).toEqual([expect.stringMatching(/^policy-error mine\.ts:8:/)]);
    expect(messageOf(() => run(compileText(deep)))).toBe('calls go too deep');
    expect(faultsOf(() => run(compileText(smallPolicy({ row: 'placeFirst(view, task);' }))))).toEqual([expect.stringMatching(/^policy-error mine\.ts:1[34]:/)]);
  });

  it('at the same step each time', () => {
    const text = compileText(smallPolicy({ top: 'let n = 0;', decide: 'for (;;) { n++; if (n % 1000 === 0) view.random(n, n); if (n > 5000000) throw new Error(`${n}`); }' }));
    expect(messageOf(() => run(text))).toBe('5000001');
  });
});

describe('what goes wrong', () => {
  it.each([
    ['(null as any).x;', 'policy-error mine.ts:8:21', 'Cannot read properties of null'],
    ["throw new Error('not today');", 'policy-error mine.ts:8:13', 'not today'],
    ['throw 5;', 'policy-error mine.ts:7:39', 'it threw a number'],
    ['view.candidates(-1);', 'bad-argument mine.ts:8:12', 'view.candidates: no task -1 (they are 0 to 11)'],
    ['view.candidates(0.5);', 'bad-argument mine.ts:8:12', 'no task 0.5'],
    ['view.place(1e9, 0);', 'bad-argument mine.ts:8:12', 'no task 1000000000'],
    ['try { view.free(0, 99); } catch { }', 'bad-argument mine.ts:8:18', 'view.free: no dimension 99'],
    ['view.candidates(0); view.place(0, 0.5);', 'bad-argument mine.ts:8:32', 'view.place: no row 0.5'],
    ['view.vmState(NaN);', 'bad-argument mine.ts:8:12', 'no unit NaN'],
    ['view.wakeAt(NaN);', 'bad-argument mine.ts:8:12', 'not an instant'],
    ['(view as any).now = 5;', 'policy-error mine.ts:8:7', 'Cannot set property now'],
    ['(view.weights as any).cost = 5;', 'policy-error mine.ts:8:7', 'read only'],
    ["const key = 'construc' + 'tor'; (placeFirst as any)[key];", 'policy-error mine.ts:8:39', 'no member constructor'],
    ["const { ['proto' + 'type']: p } = placeFirst as any;", 'policy-error mine.ts:8:13', 'no member prototype'],
    ["const a = Array as any, key = 'isArray'; a[key] = () => true;", 'policy-error mine.ts:8:48', 'functions and classes have no members'],
    ['[1].forEach(function (this: any) { this.isArray = 1; }, Array);', 'policy-error mine.ts:8:42', 'functions and classes have no members'],
    ['Object.assign([].map, { n: 1 });', 'policy-error mine.ts:8:14', 'functions and classes have no members'],
  ])('%s', (line, fault, words) => {
    const policy = compileText(smallPolicy({ decide: line }));
    expect(faultsOf(() => run(policy)).map((text) => text.replace(/:\d+$/, ''))).toEqual([fault.replace(/:\d+$/, '')]);
    expect(messageOf(() => run(policy))).toContain(words);
  });

  it('names the line in a function that the engine calls for a helper of its own', () => {
    const text = builtInText('cheapest').replace('const c = view.candidate;', 'const c = (view as any).candidat;'), line = text.split('\n').findIndex((l) => l.includes('c.filter[k] !== OK')) + 1;
    expect(faultsOf(() => run(compileText(text, 'cheap.ts')))[0]).toMatch(new RegExp(`^policy-error cheap\\.ts:${line}:`));
  });

  it.each([
    ['order: (_, task) => task', "order: () => 'x' as any", 'bad-order mine.ts:7:14'],
    ['order: (_, task) => task', 'order: () => NaN', 'bad-order mine.ts:7:14'],
    ['order: (_, task) => task, decide', 'order: (_, task) => task, decid', 'bad-policy mine.ts:5:3'],
    ['return { order', 'return { memory: 0.5, order', 'bad-policy mine.ts:5:3'],
    ['return { order', 'return 5 as any; ({ order', 'bad-policy mine.ts:5:3'],
  ])('%s as %s', (from, to, fault) => {
    let text = smallPolicy().replace(from, to);
    if (to.includes('({')) text = text.replace('} };\n  },', '} });\n  },');
    expect(faultsOf(() => run(compileText(text)))).toEqual([fault]);
  });

  it('tells of refused acts, at their lines', () => {
    const policy = compileText(smallPolicy({ row: 'if (view.placeOn(task, view.problem.unitCount - 1, 0) === 0) return true;' }));
    const refused = tryPolicy(small, policy, { seed: 1 });
    expect(refused.map(({ path, act, reason }) => `${path} ${act} ${reason}`)).toContain('mine.ts:14:12 placeOn wrong-class');
    expect(refused.find(({ reason }) => reason === 'wrong-class')!.times).toBeGreaterThan(1);
  });
});

describe('the shape of what is exported', () => {
  it.each([
    ['export const x = 5;', ['no-policy mine.ts:1:1']],
    ['', ['no-policy mine.ts:1:1']],
    [`${smallPolicy()}export const other = small;`, ['several-policies mine.ts:3:14', 'several-policies mine.ts:18:14']],
    [smallPolicy().replace("name: 'small'", "name: 'Small One'"), ['bad-policy mine.ts:4:3']],
    [smallPolicy().replace("summary: 'First open row.', parameters: {}", "summary: '', parameters: { gain: { default: 5, min: 0, max: 1, meaning: 'x' } }"),
      ['bad-policy mine.ts:4:18', 'unknown-key mine.ts:4:31', 'bad-policy mine.ts:4:31', 'bad-policy mine.ts:4:31']],
    [smallPolicy().replace('prepare(', 'prepair('), ['unknown-key mine.ts:5:3', 'bad-policy mine.ts:3:14']],
  ])('%#', (text, faults) => {
    expect(faultsOf(() => compileText(text))).toEqual(faults);
  });

  it('may be exported by any name, and by default', () => {
    const text = smallPolicy().replace('export const small: Policy =', 'const one: Policy =');
    for (const ending of ['export default one;', 'export { one };', 'export { one as theOne };']) expect(compileText(text + ending).name).toMatch(/^small@/);
  });
});

describe('what a text remembers', () => {
  it('is nothing, from run to run', () => {
    const counting = smallPolicy({ top: 'let calls = 0;', decide: "if (++calls === 1) view.wakeAt(view.now + 1); if (calls > 1000000) throw new Error('old');", prepare: 'let first = true; void first;' });
    const simulation = new Simulation(small, { policy: compileText(counting) }), first = rows(simulation.run(1));
    simulation.run(2);
    expect(rows(simulation.run(1)).equals(first)).toBe(true);
  });

  it('is refused within a run, where forks do not see it', () => {
    const fickle = smallPolicy({ prepare: 'let turn = 0;', decide: 'if (turn++ % 2 === 1 && view.eligibleCount() > 1) { view.wakeAt(view.now + 60_000); return; }' });
    expect(faultsOf(() => tryPolicy(small, compileText(fickle), { seed: 1 }))).toEqual(['policy-state mine.ts:5:3']);
    const faithful = fickle.replace('let turn = 0;', '').replace('turn++', 'view.memory[0]!++').replace('return { order', 'return { memory: 1, order');
    expect(tryPolicy(small, compileText(faithful), { seed: 1 })).toEqual([]);
  });

  it('gives the futures of a run the same as the built-in policy does', () => {
    const futures = (policy: Policy) => {
      const now = new Simulation(small, { policy }), forecaster = new Forecaster(small, { policy });
      now.begin(4);
      while (now.kernel.now < 7_200_000) now.world.step();
      return [forecaster.future(now, 11), forecaster.future(now, 12), forecaster.future(now, 11)];
    };
    expect(futures(compileText(builtInText('heft')))).toEqual(futures(policies.find(({ name }) => name === 'heft')!));
  });

  it('cannot change the problem, the constants or the arithmetic of others', () => {
    const before = rows(run(policies[0]!)), taskWork = small.problem.taskWork.slice();
    const vandal = compileText(smallPolicy({
      top: "import { IDLE_PARAMETER } from './shared/idle-release.ts';",
      prepare: 'const own = problem; own.taskWork[0] = 1e9; own.taskIds as any; try { (IDLE_PARAMETER as any).default = 1; } catch { } try { (Math as any).max = null; } catch { }',
      decide: 'const c = view.candidate; for (let k = 0; k < c.cost.length; k++) { c.cost[k] = 1e15; c.fresh[k] = 1; c.unit[k] = 0; }',
    }));
    run(vandal);
    expect([small.problem.taskWork, rows(run(policies[0]!)).equals(before)]).toEqual([taskWork, true]);
  });
});

describe('what is offered', () => {
  it('is there, and every export of it is frozen', () => {
    for (const [path, values] of Object.entries(OFFERED)) {
      expect([path, Object.isFrozen(values) || Object.keys(values).length === 0]).toEqual([path, true]);
      for (const value of Object.values(values)) if (typeof value === 'object' && !ArrayBuffer.isView(value)) expect(Object.isFrozen(value)).toBe(true);
    }
  });
});
