// Places in lists that are edited: exact over every way that edits led, as a list that carries its places along says it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EditTrail } from '../../../web/state/edit-trail.ts';

/** A list whose entries carry the number by which they are known. */
interface Version { readonly entries: readonly number[] }

it('is where the entry is by now, whatever was added, changed and taken away', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('add', 'change', 'remove', 'remove elsewhere'), fc.nat(20)), { maxLength: 40 }), (edits) => {
    const trail = new EditTrail<Version>(), versions: Version[] = [{ entries: [0, 1, 2, 3, 4, 5] }];
    let fresh = 6;
    for (const [what, number] of edits) {
      const from = versions.at(-1)!, at = from.entries.length === 0 ? -1 : number % from.entries.length;
      const to = { entries: what === 'add' ? [...from.entries, fresh++] : what === 'remove' ? from.entries.filter((_, k) => k !== at) : from.entries };
      if (what === 'remove') trail.add(from, to, at); else if (what === 'remove elsewhere') trail.add(from, to, 0, 'another list'); else trail.add(from, to);
      versions.push(to);
    }
    const now = versions.at(-1)!;
    for (const shown of versions) shown.entries.forEach((entry, at) => { expect(trail.placeNow(at, shown, now)).toBe(now.entries.indexOf(entry)); });
  }));
});

it('is nowhere where it is not known how one became the other', () => {
  const trail = new EditTrail<string>();
  trail.add('a', 'b', 0);
  trail.add('c', 'd', 0);
  expect([trail.placeNow(3, 'a', 'd'), trail.placeNow(3, 'b', 'a'), trail.placeNow(3, 'a', 'b'), trail.placeNow(0, 'a', 'b')]).toEqual([-1, -1, 2, -1]);
  trail.clear();
  expect([trail.placeNow(3, 'a', 'b'), trail.placeNow(3, 'b', 'b')]).toEqual([-1, 3]);
});
