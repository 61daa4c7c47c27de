// Patterson files, against the same projects in PSPLIB form.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPsplib } from '../../../scenarios/formats/psplib.ts';
import { readRcp } from '../../../scenarios/formats/rcp.ts';
import { sharedData } from '../../support/shared-data.ts';
import { PSPLIB, RCP } from './samples.ts';
import { faultsOf } from './scenario-graph.ts';

describe('readRcp', () => {
  it('gives the scenario of the same project in PSPLIB form', () => {
    const rcp = readRcp(RCP).scenario, sm = readPsplib(PSPLIB).scenario;
    expect(rcp.jobs).toEqual(sm.jobs);
    expect(rcp.fleet).toEqual(sm.fleet);
  });

  it('tells the line of what is wrong', () => {
    const at = (from: string, to: string) => faultsOf(() => readRcp(RCP.replace(from, to)));
    expect(at('6 2\n', '7 2\n')).toEqual(['line 10 truncated']);
    expect(at('6 2\n', '5 2\n')).toEqual(['line 10 extra-value']);
    expect(at('3 3 1 1 5', '3 3 1 2 5')).toEqual(['line 8 extra-value']);
    expect(at('3 3 1 1 5', '3 9 1 1 8')).toEqual(['line 7 unknown-task', 'line 7 beyond-capacity']);
    expect(at('3 3 1 1 5', '3 3 -1 1 5')).toEqual(['line 7 bad-number']);
    expect(at('0 0 0 1 2', '0 0 0 2 2 2')).toEqual(['line 4 duplicate-edge']);
    expect(faultsOf(() => readRcp('2 1\n1\n0 0 1 2\n0 0 0'))).toEqual(['no-tasks']);
  });

  const folder = sharedData('psplib/rcp-samples'), twins = sharedData('psplib/j120');
  it.skipIf(folder === undefined || twins === undefined)('reads each .rcp sample as its .sm twin (PSPLIB)', { timeout: 60_000 }, () => {
    const names = readdirSync(folder!);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const rcp = readRcp(readFileSync(`${folder!}/${name}`, 'utf8')).scenario;
      const sm = readPsplib(readFileSync(`${twins!}/${name.replace('j120_', 'j120').replace('.rcp', '.sm')}`, 'utf8')).scenario;
      expect(rcp.jobs).toEqual(sm.jobs);
      expect(rcp.fleet).toEqual(sm.fleet);
    }
  });
});
