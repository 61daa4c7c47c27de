// Which format a text is in, and the one door through which all of them are read.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { detectFormat, readScenarioText } from '../../../scenarios/formats/detect.ts';
import { DOT, FAJSP, PSPLIB, RCP, STG, STG_PROTOTYPE, wfFormat } from './samples.ts';
import { faultsOf } from './scenario-graph.ts';

const NATIVE: ScenarioFile = {
  twinclock: 'scenario/1', name: 'two steps',
  jobs: [{ id: 'job', tasks: [{ id: 'a', duration: '90s' }, { id: 'b', after: ['a'], duration: '1m' }] }],
  fleet: { local: [{ id: 'workstation', memory: '40GB', cores: 10 }] },
};

describe('detectFormat', () => {
  it.each([
    ['twinclock', JSON.stringify(NATIVE)], ['wfformat', wfFormat('1.5')], ['wfformat', wfFormat('0.1')], ['sm', PSPLIB], ['rcp', RCP], ['stg', STG],
    ['stg', STG_PROTOTYPE], ['dot', DOT], ['fajsp', FAJSP],
  ] as const)('knows %s by its content alone', (format, text) => {
    expect(detectFormat(text, 'somefile')).toBe(format);
    expect(detectFormat(text, 'somefile.txt')).toBe(format);
  });

  it('goes by the name where content does not decide', () => {
    expect(detectFormat('', 'empty.stg')).toBe('stg');
    expect(detectFormat('3 1 3\nx', 'shop.FAJSP')).toBe('fajsp');
    expect(detectFormat('1 0\n', 'project.rcp')).toBe('rcp');
    expect(detectFormat(DOT, 'misnamed.rcp')).toBe('dot');
  });

  it('refuses the rest with the formats it can read', () => {
    const others = [['', 'x.txt'], ['hello', 'x'], ['1 2\n3 x', 'x.txt'], ['[1, 2]', 'x.json'], ['{"a": 1}', 'x.json'], ['\u001f\u008b', 'x.gz']] as const;
    for (const [text, name] of others) {
      expect(faultsOf(() => detectFormat(text, name))).toEqual(['unknown-format']);
    }
    expect(() => detectFormat('hello', 'x')).toThrow(/PSPLIB single mode \(\.sm\)/);
    expect(() => detectFormat('\u001f\u008b', 'x')).toThrow(/unpack it first/);
    expect(faultsOf(() => detectFormat('{"workflow": {', 'x.json'))[0]).toMatch(/truncated$/);
  });
});

describe('readScenarioText', () => {
  it('names what it reads after the file', () => {
    expect(readScenarioText(PSPLIB, 'data/psplib/j30/j301_1.sm').scenario.name).toBe('j301_1');
    expect(readScenarioText(wfFormat('1.5'), 'C:\\traces\\montage-05.json.gz').scenario.name).toBe('montage-05');
    expect(readScenarioText(`\ufeff${wfFormat('1.5')}`, '').scenario.name).toBe('diamond');
  });

  it('returns a native scenario as it is', () => {
    const { scenario, report } = readScenarioText(JSON.stringify(NATIVE), 'two-steps.json');
    expect(scenario).toEqual(NATIVE);
    expect(report).toEqual({ format: 'scenario/1', assumed: [], dropped: [], invented: [], counts: { tasks: 2, edges: 1 } });
    expect(() => readScenarioText(JSON.stringify({ ...NATIVE, jobs: 3 }), 'two-steps.json')).toThrow(InputError);
  });

  it('takes the number of processors from the name of a DOT file, unless told otherwise', () => {
    const processors = (name: string, options = {}) => readScenarioText(DOT, name, options).report.counts['processors'];
    expect(processors('16p_Fork_Nodes_4.dot')).toBe(16);
    expect(processors('16p_Fork_Nodes_4.dot', { processors: 3 })).toBe(3);
    expect(processors('16p_Fork_Nodes_4.dot', { fleet: NATIVE.fleet })).toBeUndefined();
    expect(processors('fork.dot')).toBeUndefined();
  });

  it('hands on the fleet, and refuses what a format cannot use', () => {
    expect(readScenarioText(wfFormat('1.5'), 'x.json', { fleet: NATIVE.fleet }).scenario.fleet).toEqual(NATIVE.fleet);
    expect(faultsOf(() => readScenarioText(PSPLIB, 'x.sm', { fleet: NATIVE.fleet }))).toEqual(['fleet unused-option']);
    expect(faultsOf(() => readScenarioText(wfFormat('1.5'), 'x.json', { processors: 2 }))).toEqual(['processors unused-option']);
    expect(faultsOf(() => readScenarioText(JSON.stringify(NATIVE), 'x.json', { fleet: NATIVE.fleet }))).toEqual(['fleet unused-option']);
  });

  it('says which file a fault is in', () => {
    try {
      readScenarioText('4\n1 x', 'graph.stg');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).source).toBe('graph.stg');
      expect((error as InputError).message).toBe('line 2: expected the processing time of task 1, a whole number up to a billion ("x") [bad-number]');
    }
  });
});
