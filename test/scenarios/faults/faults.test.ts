// Fault plans are data that the engine accepts for the scenario they are made for.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { validateFaultPlan } from '../../../engine/model/validate.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { faultNames, loadFaults } from '../../../scenarios/faults/index.ts';

describe('fault plans', () => {
  it.each(faultNames())('%s is valid for feature-120', (name) => {
    expect(validateFaultPlan(loadFaults(name), loadCatalog('feature-120'))).toMatchObject({ name });
  });
  it('has the seven that are promised', () => {
    expect(faultNames()).toEqual(['storm-all-spot', 'storm-evening', 'capacity-drought', 'spot-price-x3', 'person-away-thursday', 'api-outage-20m', 'budget-cut']);
  });
  it('refuses an unknown name and suggests one', () => {
    expect(() => loadFaults('storm-al-spot')).toThrow(InputError);
    expect(() => loadFaults('storm-al-spot')).toThrow('did you mean "storm-all-spot"?');
  });
});
