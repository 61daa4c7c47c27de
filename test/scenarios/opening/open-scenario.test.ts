// Files opened for the command line and the workbench alike: on another fleet, by another clock, resolved.
import { describe, expect, it } from 'vitest';
import type { FleetFile } from '../../../engine/model/scenario.ts';
import { catalogEntry } from '../../../scenarios/catalog/index.ts';
import { fleetOf, readOnto, resolvedScenario, withClock, withFleet } from '../../../scenarios/opening/open-scenario.ts';
import { parseTraceChoice, withSpotTrace } from '../../../scenarios/opening/spot-traces.ts';

const DOT = 'digraph { a [weight=60]; b [weight=30]; a -> b }', FLEET: FleetFile = { local: [{ id: 'box', cores: 2 }] };

describe('opening a file', () => {
  it('puts a foreign graph on the fleet asked for, without a line about it, and a scenario of ours with one', () => {
    expect(readOnto(DOT, 'pair.dot', { fleet: { fleet: FLEET, name: 'box.json' } }).scenario.fleet).toEqual(FLEET);
    const own = readOnto(JSON.stringify(catalogEntry('chain-3')), 'chain.json', { fleet: { fleet: FLEET, name: 'box.json' } });
    expect(own.scenario.fleet).toEqual(FLEET);
    expect(own.scenario.assumptions).toEqual(['given: fleet from box.json']);
  });

  it('takes a fleet bare or out of a scenario, and nothing else', () => {
    expect(fleetOf(FLEET)).toEqual(FLEET);
    expect(fleetOf(catalogEntry('chain-3'))).toEqual(catalogEntry('chain-3').fleet);
    expect(() => fleetOf([])).toThrow('not a fleet');
  });

  it('changes the clock and says so', () => {
    expect(withClock(catalogEntry('feature-120'), { event: true })).toMatchObject({ mode: 'event', assumptions: expect.arrayContaining(['given: decisions at every change']) });
    expect(() => withClock(catalogEntry('chain-3'), { event: true, tick: '30s' })).toThrow('decides at every change');
  });

  it('resolves calendars, and checks what has not been checked', () => {
    expect(resolvedScenario(catalogEntry('feature-120')).fleet.human!.every(({ calendar }) => calendar !== undefined && 'intervals' in calendar)).toBe(true);
    expect(() => resolvedScenario(withFleet(catalogEntry('chain-3'), { fleet: {}, name: 'none.json' }))).toThrow('has no resources');
  });

  it('puts recorded prices in the place of a pool\'s own', () => {
    const file = catalogEntry('feature-120'), choice = parseTraceChoice('gpu=prices.csv:NC6', '--spot-prices', file);
    expect(choice).toEqual({ pool: 'gpu', path: 'prices.csv', part: 'NC6' });
    expect(() => parseTraceChoice('gpo=prices.csv', '--spot-prices', file)).toThrow('no such cloud pool');
    expect(() => withSpotTrace(file, 'prices', { ...choice, part: undefined }, 'Timestamp,NC6\n')).toThrow('a column for each VM size');
  });
});
