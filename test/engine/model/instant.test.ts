// ISO 8601 instants; the built-in Date is the reference for the days it can print.
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { parseInstant } from '../../../engine/model/instant.ts';

test('agrees with Date on every day it can print', () => {
  fc.assert(fc.property(fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
    expect(parseInstant(date.toISOString())).toBe(date.getTime());
  }), { seed: 20260105, numRuns: 3000 });
});

test('offsets, missing seconds, fractions', () => {
  expect(parseInstant('1970-01-01T00:00Z')).toBe(0);
  expect(parseInstant('2026-01-05T01:00:00+01:00')).toBe(parseInstant('2026-01-05T00:00:00Z'));
  expect(parseInstant('2026-01-04T18:30:00-0530')).toBe(parseInstant('2026-01-05T00:00:00Z'));
  expect(parseInstant('1970-01-01T00:00:01.5Z')).toBe(1500);
  expect(parseInstant('1970-01-01 00:00:00.0019Z')).toBe(1);
});

test.each([
  '2026-01-05', '2026-01-05T00:00:00', '2026-1-5T00:00:00Z', '2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-04-31T00:00:00Z',
  '2026-01-05T24:00:00Z', '2026-01-05T00:60:00Z', '2026-01-05T00:00:00+24:00', 'Monday', '',
])('refuses %s', (text) => {
  expect(() => parseInstant(text)).toThrow();
});

test('knows leap years', () => {
  expect(parseInstant('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29));
  expect(() => parseInstant('1900-02-29T00:00:00Z')).toThrow('no such day');
});
